//! Something that there is only so much of (connections, memory, places), and of which no network may take so much that
//! nothing is left for the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::network::{Width, around};

/// Clones are handles on the same.
#[derive(Clone, Debug)]
pub struct Shares(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    total: usize,
    /// Of one IPv4 address or IPv6 /64. The networks around it have more, see [`Shares::most`].
    per_network: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    /// Only networks that hold something.
    networks: HashMap<String, usize>,
}

/// What is held of it, until it is dropped. Of nothing, it can grow.
#[derive(Debug)]
pub struct Share {
    of: Shares,
    amount: usize,
    /// None for a proxy, which stands for all of its customers.
    networks: Vec<(String, Width)>,
}

/// It is taken by others, or this network has as much of it as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoneLeft;

impl Shares {
    pub fn new(total: usize, per_network: usize) -> Self {
        Self(Arc::new(Inner { total, per_network, taken: Mutex::default() }))
    }

    /// Nothing yet. Only the total bounds what has no network.
    pub fn share_of(&self, network: Option<&str>) -> Share {
        Share { of: self.clone(), amount: 0, networks: network.map_or_else(Vec::new, around) }
    }

    /// The narrowest of the networks around this one that has as much as it may.
    pub fn full_around(&self, network: &str) -> Option<String> {
        let taken = self.taken();
        let is_full = |(name, width): &(String, Width)| {
            taken.networks.get(name).is_some_and(|held| *held >= self.most(*width))
        };
        around(network).into_iter().find(is_full).map(|(name, _)| name)
    }

    /// What a network of this width may hold.
    fn most(&self, width: Width) -> usize {
        match width {
            Width::Own => self.0.per_network,
            Width::Wider => self.0.per_network.saturating_mul(2),
            Width::Widest => self.0.per_network.saturating_mul(4),
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    pub fn grow(&mut self, amount: usize) -> Result<(), NoneLeft> {
        if amount == 0 {
            return Ok(());
        }
        let mut taken = self.of.taken();
        let fits = |(network, width): &(String, Width)| {
            let held = taken.networks.get(network).copied().unwrap_or_default();
            held.saturating_add(amount) <= self.of.most(*width)
        };
        if taken.total.saturating_add(amount) > self.of.0.total || !self.networks.iter().all(fits) {
            return Err(NoneLeft);
        }
        taken.total += amount;
        for (network, _) in &self.networks {
            *taken.networks.entry(network.clone()).or_default() += amount;
        }
        self.amount += amount;
        Ok(())
    }

    pub const fn amount(&self) -> usize {
        self.amount
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.amount == 0 {
            return;
        }
        let mut taken = self.of.taken();
        taken.total -= self.amount;
        for (network, _) in &self.networks {
            if let Some(held) = taken.networks.get_mut(network) {
                *held -= self.amount;
                if *held == 0 {
                    taken.networks.remove(network);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(shares: &Shares, network: &str) -> Option<Share> {
        let mut share = shares.share_of(Some(network));
        share.grow(1).ok().map(|()| share)
    }

    fn take_often(shares: &Shares, networks: impl Iterator<Item = String>) -> Vec<Share> {
        networks.filter_map(|network| take(shares, &network)).collect()
    }

    #[test]
    fn a_network_has_its_share_until_it_gives_some_back() {
        let shares = Shares::new(100, 2);
        let (first, second) = (take(&shares, "203.0.113.1").unwrap(), take(&shares, "203.0.113.1").unwrap());
        assert!(take(&shares, "203.0.113.1").is_none());
        assert!(take(&shares, "203.0.113.2").is_some(), "another address has its own");
        drop(first);
        assert!(take(&shares, "203.0.113.1").is_some());
        drop(second);
        assert!(
            shares.taken().networks.is_empty() && shares.taken().total == 0,
            "nothing is kept of who has left"
        );
    }

    #[test]
    fn whoever_has_a_whole_range_takes_no_more_than_a_few_networks() {
        let shares = Shares::new(1000, 2);
        let v4 = take_often(&shares, (0..200).map(|host| format!("203.0.113.{host}")));
        let of_56 = take_often(&shares, (0..200).map(|net| format!("2001:db8:1:{net:x}::/64")));
        let of_48 = take_often(&shares, (0..200).map(|net| format!("2001:db8:2:{:x}::/64", net << 8)));
        assert_eq!((v4.len(), of_56.len(), of_48.len()), (8, 4, 8));
        let _two = [take(&shares, "192.0.2.1"), take(&shares, "192.0.2.1")];
        let full = |network: &str| shares.full_around(network);
        assert_eq!(full("192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(full("203.0.113.200").as_deref(), Some("203.0.113.0/24"));
        assert_eq!(full("2001:db8:1:ff::/64").as_deref(), Some("2001:db8:1::/56"));
        assert_eq!(full("198.51.100.1"), None);
        assert!(take(&shares, "198.51.100.1").is_some());
    }

    #[test]
    fn what_does_not_fit_takes_nothing() {
        let shares = Shares::new(10, 6);
        let (mut one, mut other) = (shares.share_of(Some("203.0.113.1")), shares.share_of(None));
        assert_eq!(
            (one.grow(7), one.grow(6), other.grow(5), other.grow(4)),
            (Err(NoneLeft), Ok(()), Err(NoneLeft), Ok(()))
        );
        assert_eq!((one.amount(), other.amount(), shares.taken().total), (6, 4, 10));
    }
}
