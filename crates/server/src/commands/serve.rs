//! `doorstep serve`.

use std::sync::Arc;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{Common, Outcome, print, runtime};
use crate::config::{self, Config};
use crate::log;
use crate::system::{SystemClock, SystemRandom};
use crate::wire::{self, Ports};

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    common: Common,
    /// Where to listen, like localhost:5000 or 0.0.0.0:5000 [variable: DOORSTEP_SERVER_LISTEN]
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// A folder of built pages to serve beside the API [variable: DOORSTEP_SERVER_STATIC_DIR]
    #[arg(long, value_name = "FOLDER")]
    static_dir: Option<String>,
}

impl Serve {
    pub fn run(&self) -> Outcome {
        let mut sources = self.common.sources();
        sources.flags.extend(self.listen.iter().map(|listen| ("server.listen", "--listen", listen.clone())));
        sources
            .flags
            .extend(self.static_dir.iter().map(|dir| ("server.static_dir", "--static-dir", dir.clone())));
        let config = config::load(&sources)?;
        let (access, _flushed_at_exit) = log::start(&config.log, config.is_dev())?;
        allow_many_files();
        let runtime = runtime(None)?;
        let outcome = runtime.block_on(serve(&config, access));
        // Work on other threads (a password being hashed, say) is not waited for: its client is gone.
        runtime.shutdown_background();
        outcome
    }
}

/// Each connection is an open file, and shells allow 1024 by default: takes as many as the system grants.
fn allow_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }) {
        tracing::info!(%error, "the number of open files stays as it is");
    }
}

async fn serve(config: &Config, access: log::AccessLog) -> Outcome {
    let ports = Ports { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), log: access };
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let running = wire::start(config, ports).await?;
    advise(config);
    print(&format!("Doorstep is ready on {}", running.url))?;
    if config.is_dev() && is_seen_here(config) {
        print(&format!("What goes wrong shows up on {}/_dev", running.url))?;
    }
    let stop = running.stop();
    let signals = tokio::spawn(async move {
        for _ in 0..2 {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            stop.stop();
        }
    });
    let cut = running.ended().await;
    signals.abort();
    if cut > 0 {
        tracing::warn!("stopped with {cut} connections still busy");
    }
    Ok(())
}

/// Whether the address that was printed reaches the server from this machine itself: the console is for nobody else.
fn is_seen_here(config: &Config) -> bool {
    let host = &config.server.listen.host;
    let is_near = |ip: std::net::IpAddr| ip.is_loopback() || ip.is_unspecified();
    host == "localhost" || host.parse().is_ok_and(is_near)
}

/// What a developer would otherwise find out by a form that does not connect.
fn advise(config: &Config) {
    if config.server.trusted_proxies.iter().any(crate::config::Network::is_everything) {
        tracing::warn!("[server] trusted_proxies trusts everybody: any client can choose its own address");
    }
    let is_loopback = config.server.listen.host == "localhost"
        || config.server.listen.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if config.is_dev() && is_loopback {
        let port = config.server.listen.port;
        tracing::info!("DS-25 Only this machine can reach the server. For a phone: --listen 0.0.0.0:{port}");
    }
}
