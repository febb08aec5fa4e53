//! Ports that change: `flutter run` serves a page on another one each time (DS-10).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderValue;

/// Where the system takes ports from that nobody asked for. No person chooses one of these.
const FIRST_OF_THE_SYSTEM: u16 = 32_768;
const MOST_HOSTS: usize = 100;

/// The first refused port of each host.
#[derive(Default)]
pub struct Ports(Mutex<HashMap<String, u16>>);

impl Ports {
    /// Whether a refused origin is a page of this machine or network on a port that will not stay.
    pub fn is_random(&self, origin: &HeaderValue) -> bool {
        let Some((host, port)) = origin.to_str().ok().and_then(near) else { return false };
        if port >= FIRST_OF_THE_SYSTEM {
            return true;
        }
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() == MOST_HOSTS && !hosts.contains_key(host) {
            return false;
        }
        *hosts.entry(host.to_owned()).or_insert(port) != port
    }
}

/// Host and port of a page that a developer serves.
fn near(origin: &str) -> Option<(&str, u16)> {
    let (host, port) = origin.strip_prefix("http://")?.rsplit_once(':')?;
    let is_near = match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => host == "localhost",
    };
    Some((host, port.parse().ok()?)).filter(|_| is_near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_of_the_system_or_a_second_one_of_a_host_is_random() {
        let ports = Ports::default();
        let is_random = |origin: &str| ports.is_random(&HeaderValue::from_str(origin).unwrap());
        assert!(is_random("http://localhost:53211"));
        assert!(!is_random("http://localhost:5173") && !is_random("http://localhost:5173"));
        assert!(is_random("http://localhost:3000"));
        assert!(!is_random("http://192.168.1.5:8000") && is_random("http://192.168.1.5:8001"));
        for other in [
            "https://localhost:53211",
            "http://localhost",
            "https://shop.example:50000",
            "http://shop.example:50000",
            "null",
        ] {
            assert!(!is_random(other), "{other}");
        }
    }
}
