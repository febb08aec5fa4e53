//! Where a password check comes from.

use std::net::IpAddr;

use doorstep_base::CustomerId;

/// A network is one IPv4 address or one IPv6 /64; its block is the /24 or /48 around it, so that a range does not count as many
/// networks. In a network those of whom nothing is known share one lane, and each customer who is known there (by session or
/// device) has one of their own, so that no neighbour stands before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    block: u64,
    network: u64,
    customer: Option<CustomerId>,
}

/// A block, a network or a lane, each of them once in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Block(u64),
    Network(u64),
    Lane(u64, Option<CustomerId>),
}

impl Origin {
    /// Of the client's network as the HTTP stack writes it: `192.0.2.1` or `2001:db8::/64`. What cannot be read shares one.
    /// `customer` is whose session or device asks.
    pub fn of(network: &str, customer: Option<CustomerId>) -> Self {
        let (block, network) = Self::numbers(network);
        Self { block, network, customer }
    }

    /// The range around the network.
    pub const fn block(self) -> u64 {
        self.block
    }

    /// From the widest to the narrowest.
    pub const fn path(self) -> [Key; 3] {
        [Key::Block(self.block), Key::Network(self.network), Key::Lane(self.network, self.customer)]
    }

    fn numbers(network: &str) -> (u64, u64) {
        let address = network.split('/').next().and_then(|text| text.parse::<IpAddr>().ok());
        match address {
            Some(IpAddr::V4(v4)) => {
                // No IPv6 block begins with so many zeros, but for one that nobody has.
                let bits = u64::from(v4.to_bits());
                (bits >> 8, bits)
            }
            Some(IpAddr::V6(v6)) => {
                let network = u64::try_from(v6.to_bits() >> 64).unwrap_or(u64::MAX);
                (network >> 16 << 16, network)
            }
            None => (u64::MAX, u64::MAX),
        }
    }
}
