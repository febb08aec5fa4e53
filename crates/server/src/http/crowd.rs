//! Who is connected: how many connections one network may have open, so that nobody takes the places of all the others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::client;
use crate::config::{Network, Server};

/// A refused network is named in the log at most this often.
const QUIET: Duration = Duration::from_secs(60);

/// Shared by the listeners of a server.
pub struct Crowd {
    most_per_network: usize,
    trusted_proxies: Vec<Network>,
    /// Dev mode: this machine is one developer with many tools.
    exempts_loopback: bool,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    /// By IPv4 address or IPv6 /64; only those that have a connection.
    networks: HashMap<String, usize>,
    told: Option<Instant>,
}

impl Crowd {
    pub fn new(server: &Server, is_dev: bool) -> Arc<Self> {
        Arc::new(Self {
            most_per_network: server.max_connections_per_network,
            trusted_proxies: server.trusted_proxies.clone(),
            exempts_loopback: is_dev,
            now: Mutex::default(),
        })
    }

    /// For a listener that customers do not reach.
    pub fn unbounded() -> Arc<Self> {
        let (trusted_proxies, now) = (Vec::new(), Mutex::default());
        Arc::new(Self { most_per_network: usize::MAX, trusted_proxies, exempts_loopback: true, now })
    }

    /// A place for as long as it is held, or none. A proxy stands for all of its customers and has any number.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let is_exempt = client::is_trusted(peer, &self.trusted_proxies)
            || (self.exempts_loopback && peer.to_canonical().is_loopback());
        if is_exempt {
            return Some(Place(None));
        }
        let network = client::network(peer);
        let mut now = self.now();
        let open = now.networks.entry(network.clone()).or_default();
        if *open < self.most_per_network {
            *open += 1;
            return Some(Place(Some((self.clone(), network))));
        }
        let is_news = now.told.is_none_or(|told| told.elapsed() >= QUIET);
        if is_news {
            now.told = Some(Instant::now());
        }
        drop(now);
        metrics::counter!("doorstep_connections_refused_total").increment(1);
        if is_news {
            tracing::warn!(
                "{network} has {} connections open and gets no more ([server] max_connections_per_network). If it is a proxy of yours, name it in trusted_proxies",
                self.most_per_network
            );
        }
        None
    }

    fn leave(&self, network: &str) {
        let mut now = self.now();
        if let Some(open) = now.networks.get_mut(network) {
            *open -= 1;
            if *open == 0 {
                now.networks.remove(network);
            }
        }
    }

    fn now(&self) -> std::sync::MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is counted until it is dropped.
pub struct Place(Option<(Arc<Crowd>, String)>);

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((crowd, network)) = &self.0 {
            crowd.leave(network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(most_per_network: usize, trusted: &[&str], exempts_loopback: bool) -> Arc<Crowd> {
        let trusted_proxies = trusted.iter().map(|network| network.parse().unwrap()).collect();
        Arc::new(Crowd { most_per_network, trusted_proxies, exempts_loopback, now: Mutex::default() })
    }

    #[test]
    fn a_network_has_its_places_and_no_more_until_one_is_free() {
        let crowd = crowd(2, &[], false);
        let enter = |ip: &str| crowd.enter(ip.parse().unwrap());
        let (first, second) = (enter("203.0.113.1").unwrap(), enter("::ffff:203.0.113.1").unwrap());
        assert!(enter("203.0.113.1").is_none());
        assert!(enter("203.0.113.2").is_some(), "another address has its own");
        let whole_64 = [enter("2001:db8:1:2::1").unwrap(), enter("2001:db8:1:2:ffff::1").unwrap()];
        assert!(enter("2001:db8:1:2:3::1").is_none() && enter("2001:db8:1:3::1").is_some());
        drop(first);
        assert!(enter("203.0.113.1").is_some());
        drop((second, whole_64));
        assert!(crowd.now().networks.is_empty(), "nothing is kept of who has left");
    }

    #[test]
    fn proxies_and_a_developers_machine_are_not_bounded() {
        let crowd_of_dev = crowd(1, &["10.0.0.0/8"], true);
        for ip in ["10.1.2.3", "127.0.0.1", "::1"] {
            let enter = || crowd_of_dev.enter(ip.parse().unwrap());
            let all: Vec<_> = (0..5).map(|_| enter()).collect();
            assert!(all.iter().all(Option::is_some), "{ip}");
        }
        let production = crowd(1, &[], false);
        let first = production.enter("127.0.0.1".parse().unwrap());
        assert!(first.is_some() && production.enter("127.0.0.1".parse().unwrap()).is_none());
    }
}
