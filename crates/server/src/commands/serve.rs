//! `doorstep serve`.

use std::sync::Arc;

use clap::Args;
use doorstep_base::is_this_machine;
use tokio::signal::unix::{SignalKind, signal};

use super::{Common, Outcome, print, runtime};
use crate::config::{self, Config};
use crate::disk;
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
        let mut config = config::load(&sources)?;
        let (access, _flushed_at_exit) = log::start(&config.log, config.is_dev())?;
        config.server.max_connections = allow_many_files(config.server.max_connections);
        let runtime = runtime(None)?;
        let outcome = runtime.block_on(serve(&config, access));
        // Work on other threads (a password being hashed, say) is not waited for: its client is gone.
        runtime.shutdown_background();
        outcome
    }
}

/// Files that are no connections: the database's, and those of a pool of connections to it.
const OTHER_FILES: usize = 200;

/// Each connection is an open file, and shells allow 1024 by default: takes as many as the system grants. How many
/// connections that is enough for, of those that are `wanted`: with none left even the database could not be opened.
fn allow_many_files(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }) {
        tracing::info!(%error, "the number of open files stays as it is");
    }
    let Some(granted) = getrlimit(Resource::Nofile).current.and_then(|most| usize::try_from(most).ok())
    else {
        return wanted;
    };
    let enough = granted.saturating_sub(OTHER_FILES).max(granted / 2).max(1);
    if enough < wanted {
        tracing::warn!(
            "this process may open {granted} files, which is enough for {enough} connections and not for [server] \
             max_connections = {wanted}. Raise the hard limit to {} (LimitNOFILE= of systemd, ulimit -Hn of a shell)",
            wanted + OTHER_FILES
        );
    }
    wanted.min(enough)
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
    let (all, share) = (config.server.max_connections, config.server.max_connections_per_network);
    // A /24 and a /48 have four times the share of one of their addresses.
    if !config.is_dev() && share.saturating_mul(4) >= all {
        tracing::warn!(
            "[server] max_connections_per_network = {share} lets one network (four times as many for a /24 or /48) use all of \
             max_connections = {all}: set it to a tenth"
        );
    }
    for unused in [config::unused_address(config), config::unused_database(config)].into_iter().flatten() {
        tracing::warn!("{unused}");
    }
    if !config.is_dev()
        && let Some(place) = disk::vanishing(&config.database.url)
    {
        tracing::warn!("{place}");
    }
    if config.is_dev() && is_this_machine(&config.server.listen.host) {
        let port = config.server.listen.port;
        tracing::info!("DS-25 Only this machine can reach the server. For a phone: --listen 0.0.0.0:{port}");
    }
}
