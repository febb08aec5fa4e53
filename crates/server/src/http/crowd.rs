//! Who is connected: how many connections one network may have open, so that nobody takes the places of all the others.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use doorstep_web::{Share, Shares};
use tokio::time::Instant;

use super::client;
use crate::config::{Network, Server};

/// A refused network is named in the log at most this often.
const QUIET: Duration = Duration::from_secs(60);

/// Shared by the listeners of a server.
pub struct Crowd {
    most_per_network: usize,
    open: Shares,
    trusted_proxies: Vec<Network>,
    /// Dev mode: this machine is one developer with many tools.
    exempts_loopback: bool,
    told: Mutex<Option<Instant>>,
}

impl Crowd {
    pub fn new(server: &Server, is_dev: bool) -> Arc<Self> {
        Arc::new(Self::of(server.max_connections_per_network, server.trusted_proxies.clone(), is_dev))
    }

    /// For a listener that customers do not reach.
    pub fn unbounded() -> Arc<Self> {
        Arc::new(Self::of(usize::MAX, Vec::new(), true))
    }

    fn of(most_per_network: usize, trusted_proxies: Vec<Network>, exempts_loopback: bool) -> Self {
        let open = Shares::new(usize::MAX, most_per_network);
        Self { most_per_network, open, trusted_proxies, exempts_loopback, told: Mutex::default() }
    }

    /// What a peer is counted by. A proxy stands for all of its customers and has any number.
    pub fn network_of(&self, peer: IpAddr) -> Option<String> {
        let is_exempt = client::is_trusted(peer, &self.trusted_proxies)
            || (self.exempts_loopback && peer.to_canonical().is_loopback());
        (!is_exempt).then(|| client::network(peer))
    }

    /// A place for as long as it is held, or none.
    pub fn enter(&self, peer: IpAddr) -> Option<Share> {
        let network = self.network_of(peer);
        let mut place = self.open.share_of(network.as_deref());
        place.grow(1).is_ok().then_some(place)
    }

    /// The network because of which a peer gets no place.
    pub fn full(&self, peer: IpAddr) -> Option<String> {
        self.network_of(peer).and_then(|network| self.open.full_around(&network))
    }

    /// Says that a peer got no place.
    pub fn refuse(&self, peer: IpAddr) {
        metrics::counter!("doorstep_connections_refused_total").increment(1);
        if self.is_news() {
            tracing::warn!(
                "{} and the networks around it have as many connections in use as they may and get no more ([server] \
                 max_connections_per_network = {}). If it is a proxy of yours, name it in trusted_proxies",
                client::network(peer),
                self.most_per_network
            );
        }
    }

    fn is_news(&self) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = told.is_none_or(|told| told.elapsed() >= QUIET);
        if is_news {
            *told = Some(Instant::now());
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(most_per_network: usize, trusted: &[&str], exempts_loopback: bool) -> Crowd {
        let trusted_proxies = trusted.iter().map(|network| network.parse().unwrap()).collect();
        Crowd::of(most_per_network, trusted_proxies, exempts_loopback)
    }

    #[test]
    fn a_network_and_those_around_it_have_their_places_and_no_more() {
        let crowd = crowd(2, &[], false);
        let enter = |ip: &str| crowd.enter(ip.parse().unwrap());
        let (first, second) = (enter("203.0.113.1").unwrap(), enter("::ffff:203.0.113.1").unwrap());
        assert!(enter("203.0.113.1").is_none());
        let whole_64 = [enter("2001:db8:1:2::1").unwrap(), enter("2001:db8:1:2:ffff::1").unwrap()];
        assert!(enter("2001:db8:1:2:3::1").is_none() && enter("2001:db8:1:3::1").is_some());
        drop(first);
        assert!(enter("203.0.113.1").is_some());
        drop((second, whole_64));
        let range: Vec<_> = (0..=255).filter_map(|host| enter(&format!("198.51.100.{host}"))).collect();
        assert_eq!(range.len(), 8);
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
