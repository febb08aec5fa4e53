//! Whether anything answers at all, on each address of the host. Where nothing does, nothing else is tried.

use std::net::{IpAddr, SocketAddr};

use doorstep_base::Cause;
use futures_util::future::join_all;
use tokio::net::TcpStream;

use super::LocalServer;
use super::dial::{Unreached, connect, resolve};
use super::phones;
use super::target::Target;
use crate::Finding;

/// Each address that was tried, and how that went.
pub struct Reached {
    tried: Vec<(SocketAddr, Result<(), Unreached>)>,
}

impl Reached {
    pub async fn try_all(target: &Target) -> Self {
        let addresses = resolve(&target.host, target.port).await;
        let tried = addresses.into_iter().map(async |address| (address, connect(address).await.map(drop)));
        Self { tried: join_all(tried).await }
    }

    /// The address that the probes go to.
    pub fn best(&self) -> Option<SocketAddr> {
        self.tried.iter().find(|(_, outcome)| outcome.is_ok()).map(|(address, _)| *address)
    }

    /// Those that answer, for the head of the report.
    pub fn shown(&self) -> String {
        let answering = self.tried.iter().filter(|(_, outcome)| outcome.is_ok());
        answering.map(|(address, _)| address.ip().to_string()).collect::<Vec<_>>().join(" and ")
    }

    /// Which of this machine's two addresses answer.
    pub fn local(&self, target: &Target) -> Option<LocalServer> {
        let answers = |is_v4| self.tried.iter().any(|(a, outcome)| a.is_ipv4() == is_v4 && outcome.is_ok());
        let local = LocalServer { port: target.port, ipv4: answers(true), ipv6: answers(false) };
        (target.host == "localhost").then_some(local)
    }

    /// DS-30: localhost is two addresses, and one of them is not served.
    pub fn one_family(&self, target: &Target) -> Option<Finding> {
        let outcome_of = |is_v4: bool| self.tried.iter().find(|(a, _)| a.is_ipv4() == is_v4).map(|(_, o)| *o);
        let (served, other) = match (outcome_of(true)?, outcome_of(false)?) {
            (Ok(()), Err(Unreached::Refused)) => ("127.0.0.1", "[::1]"),
            (Err(Unreached::Refused), Ok(())) => ("[::1]", "127.0.0.1"),
            _ => return None,
        };
        let port = target.port;
        (target.host == "localhost").then(|| {
            let title =
                format!("localhost:{port} answers on {served} only, and programs that try {other} fail");
            Finding::warning(Cause::OneAddressFamily, title)
                .saw(format!("{served}:{port} answers; {other}:{port}: {}", Unreached::Refused.shown()))
                .fix(format!("Listen on both: doorstep serve --listen localhost:{port}"))
                .fix(format!("Or name the address: in vite.config, target: \"http://{served}:{port}\""))
        })
    }

    /// DS-25, or DS-24 for the emulator's name of this machine: nothing answers.
    pub async fn nothing(&self, target: &Target) -> Finding {
        let port = target.port;
        if self.tried.is_empty() {
            return Finding::error(Cause::NothingAnswers, format!("The name {} has no address", target.host))
                .saw(format!("looked up {}: no answer with an address", target.host))
                .fix("Is the name spelt right, and does its DNS record exist already?");
        }
        if target.host == "10.0.2.2" {
            return Finding::error(
                Cause::EmulatorLocalhost,
                "10.0.2.2 is this machine only inside the Android emulator",
            )
            .fix(format!(
                "Give the doctor this machine's own name: doorstep doctor --api http://localhost:{port}"
            ));
        }
        let found = Finding::error(Cause::NothingAnswers, format!("Nothing answers at {target}"));
        let found = self.tried.iter().fold(found, |found, (address, outcome)| match outcome {
            Err(why) => found.saw(format!("{address}: {}", why.shown())),
            Ok(()) => found,
        });
        self.how_to_start(target, found).await
    }

    async fn how_to_start(&self, target: &Target, found: Finding) -> Finding {
        let port = target.port;
        let is_silent = self.tried.iter().all(|(_, outcome)| *outcome != Err(Unreached::Refused));
        let is_own = target.ip().is_some_and(|ip| Some(ip) == phones::own_address());
        let is_near = is_own || target.host == "0.0.0.0" || target.ip().is_some_and(|ip| ip.is_loopback());
        if is_near && listens_here(port).await {
            return found
                .saw(format!("127.0.0.1:{port} answers: the server listens on this machine only"))
                .fix(format!("Start it for the network: doorstep serve --listen 0.0.0.0:{port}"));
        }
        if target.is_this_machine() {
            let found =
                found.fix(format!("Start the server: doorstep serve --listen {}:{port}", target.host));
            return if port != 5000 && listens_here(5000).await {
                found.fix("Something answers on port 5000: doorstep doctor --api http://localhost:5000")
            } else {
                found
            };
        }
        if is_silent {
            return found.fix(
                "Packets are dropped on the way: look at the firewall, and whether both are in one network.",
            );
        }
        found
            .fix(format!("Does the server run, and does it listen on the network (--listen 0.0.0.0:{port}) and not on localhost?"))
    }
}

async fn listens_here(port: u16) -> bool {
    let address = SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port);
    let trying = tokio::time::timeout(std::time::Duration::from_millis(300), TcpStream::connect(address));
    matches!(trying.await, Ok(Ok(_)))
}
