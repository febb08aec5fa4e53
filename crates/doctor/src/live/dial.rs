//! Addresses and connections: each address by itself, so that one that fails is not hidden by another that works.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How long a name or an address may take. A packet that is dropped is never answered.
const PATIENCE: Duration = Duration::from_millis(2500);
/// Addresses tried of each family: a large site has many, and one is enough to see.
const MOST: usize = 2;

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// The machine is there, and no program listens.
    Refused,
    /// Nothing came back: a firewall, or nobody.
    Silent,
    /// This machine has no way there (no IPv6, say).
    NoWay,
}

impl Unreached {
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Refused => "connection refused",
            Self::Silent => "no answer",
            Self::NoWay => "no route to it from here",
        }
    }
}

impl From<&io::Error> for Unreached {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => Self::Refused,
            io::ErrorKind::TimedOut => Self::Silent,
            _ => Self::NoWay,
        }
    }
}

/// The addresses of a host, or nothing when it has none.
pub async fn resolve(host: &str, port: u16) -> Vec<SocketAddr> {
    if host == "localhost" {
        // Browsers know localhost by heart, and programs differ in which of the two they try.
        let both: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        return both.map(|ip| SocketAddr::new(ip, port)).to_vec();
    }
    let Ok(Ok(found)) = timeout(PATIENCE, lookup_host((host, port))).await else { return Vec::new() };
    let mut addresses = Vec::new();
    for address in found {
        let of_its_kind = addresses.iter().filter(|a: &&SocketAddr| a.is_ipv4() == address.is_ipv4()).count();
        if of_its_kind < MOST && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

pub async fn connect(address: SocketAddr) -> Result<TcpStream, Unreached> {
    match timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => {
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
        Ok(Err(error)) => Err(Unreached::from(&error)),
        Err(_) => Err(Unreached::Silent),
    }
}
