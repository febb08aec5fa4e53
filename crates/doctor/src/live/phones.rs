//! What a phone in the same network would see of a server on this machine. A fact, not a fault: most never need it.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use super::dial::connect;
use super::places;
use super::target::Target;

/// This machine's address in its network: the one that a packet to the world would leave from. None is sent.
pub fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_unspecified() && !ip.is_loopback()).then_some(ip)
}

/// The address for phones, or how to get one.
pub async fn fact(target: &Target) -> Option<String> {
    let ip = own_address().filter(|ip| places::is_private(&ip.to_string()))?;
    if !target.is_this_machine() || target.is_https {
        return None;
    }
    let (port, there) = (target.port, target.on_host(&ip.to_string()));
    Some(match connect(SocketAddr::new(ip, port)).await {
        Ok(_) => there.to_string(),
        Err(_) => format!("cannot reach it. doorstep serve --listen 0.0.0.0:{port}, then baseUrl {there}"),
    })
}
