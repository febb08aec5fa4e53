//! Whether all requests come from one private address: then the limits per network count everybody together, or, for a
//! trusted proxy that names no client, nobody.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many requests of one address are no longer somebody who tries the shop out.
const MANY: u32 = 200;

/// What is known until now.
#[derive(Default)]
pub struct OneAddress {
    /// There is nothing more to find out: requests do not wait for the lock then.
    is_settled: AtomicBool,
    seen: Mutex<Option<(IpAddr, u32)>>,
}

impl OneAddress {
    /// Whether this request is the one at which to say so: `true` once.
    pub fn is_everybodys(&self, ip: IpAddr) -> bool {
        if self.is_settled.load(Ordering::Relaxed) {
            return false;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, count) = seen.get_or_insert((ip, 0));
        *count += 1;
        if *first != ip || !is_private(ip) {
            self.is_settled.store(true, Ordering::Relaxed);
            return false;
        }
        *count == MANY && !self.is_settled.swap(true, Ordering::Relaxed)
    }
}

/// An address that no customer in the Internet has.
pub fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At which of the requests it is said.
    fn said(addresses: impl IntoIterator<Item = &'static str>) -> Vec<usize> {
        let one = OneAddress::default();
        let is_said = |(_, ip): &(usize, &str)| one.is_everybodys(ip.parse().unwrap());
        addresses.into_iter().enumerate().filter(is_said).map(|(at, _)| at).collect()
    }

    #[test]
    fn it_is_said_once_when_everybody_has_one_private_address() {
        for ip in ["10.0.0.1", "172.18.0.1", "127.0.0.1", "fd00::1", "::1"] {
            assert_eq!(said([ip; 1000]), [MANY as usize - 1], "{ip}");
        }
    }

    #[test]
    fn two_addresses_or_a_public_one_are_as_it_should_be() {
        assert!(said(["203.0.113.9"; 1000]).is_empty());
        assert!(
            said(["10.0.0.1"; 199].into_iter().chain(["203.0.113.9"]).chain(["10.0.0.1"; 500])).is_empty()
        );
        assert!(said(["10.0.0.1", "10.0.0.2"].repeat(500)).is_empty());
    }
}
