//! Sockets: binding every address of a host, accepting within bounds, and stopping without losing a request.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use doorstep_web::Shares;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::socket::{Socket, Told};
use super::stall::Unstalled;
use super::{Crowd, Front, linger};
use crate::config::{Listen, Server};

/// After a failed accept (no file descriptors left, say): trying again at once would only burn the processor.
const BREATH: Duration = Duration::from_millis(500);
/// What a network is told that has as many connections as it may. It has not said what it wants yet.
const CROWDED: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\nRetry-After: 2\r\n\
    Connection: close\r\nContent-Length: 81\r\n\r\n\
    {\"status\":503,\"code\":\"busy\",\"message\":\"Too many connections from your network\"}\r\n";
/// How often a free port is looked for that all addresses of a host have.
const TRIES: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("cannot listen on {host}: this host has no address ({cause})")]
    Resolve { host: String, cause: io::Error },
    #[error(
        "cannot listen on {address}: {cause}. Is another server running there? Choose another port with --listen HOST:PORT"
    )]
    Bind { address: SocketAddr, cause: io::Error },
}

/// Binds every address that the host resolves to, all on one port.
pub async fn bind(listen: &Listen) -> Result<Vec<TcpListener>, BindError> {
    let addresses = resolve(listen).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        match bind_all(&addresses).await {
            // Port 0 took a port that is not free on the host's other address.
            Err(BindError::Bind { cause, .. })
                if listen.port == 0 && tries < TRIES && cause.kind() == io::ErrorKind::AddrInUse => {}
            other => return other,
        }
    }
}

async fn resolve(listen: &Listen) -> Result<Vec<SocketAddr>, BindError> {
    if listen.host == "localhost" {
        // Whatever the hosts file says: clients try both (connection failure DS-30).
        let both: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        return Ok(both.map(|ip| SocketAddr::new(ip, listen.port)).to_vec());
    }
    let failed = |cause| BindError::Resolve { host: listen.host.clone(), cause };
    let found = tokio::net::lookup_host((listen.host.as_str(), listen.port)).await.map_err(failed)?;
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for address in found {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() { Err(failed(io::ErrorKind::NotFound.into())) } else { Ok(addresses) }
}

async fn bind_all(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, BindError> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    for &wanted in addresses {
        let mut address = wanted;
        if let Some(first) = listeners.first().and_then(|listener| listener.local_addr().ok()) {
            address.set_port(first.port());
        }
        match TcpListener::bind(address).await {
            Ok(listener) => listeners.push(listener),
            // A machine without IPv6 still has the other address.
            Err(cause) if is_absent(&cause) && addresses.len() > 1 => {}
            Err(cause) => return Err(BindError::Bind { address, cause }),
        }
    }
    match (listeners.is_empty(), addresses.first()) {
        (true, Some(&address)) => {
            Err(BindError::Bind { address, cause: io::ErrorKind::AddrNotAvailable.into() })
        }
        _ => Ok(listeners),
    }
}

fn is_absent(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
        || cause.to_string().contains("family not supported")
}

/// What one client and all of them together may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub connections: usize,
    pub header_timeout: Duration,
    pub header_bytes: usize,
    /// Without anything of the answer being read.
    pub stall_timeout: Duration,
    pub shutdown_timeout: Duration,
}

impl From<&Server> for Bounds {
    fn from(server: &Server) -> Self {
        Self {
            connections: server.max_connections,
            header_timeout: server.header_timeout,
            header_bytes: server.max_header_bytes,
            stall_timeout: server.body_timeout,
            shutdown_timeout: server.shutdown_timeout,
        }
    }
}

/// Ends [`serve`]: once lets requests finish, twice ends at once.
#[derive(Clone)]
pub struct Stop(watch::Sender<u8>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Stop {
    pub fn stop(&self) {
        self.0.send_modify(|times| *times = times.saturating_add(1));
    }

    async fn reached(&self, times: u8) {
        // The sender lives as long as `self`: waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped >= times).await;
    }
}

/// Serves until stopped. Then no connection is accepted any more and idle ones are closed; requests under way have
/// the shutdown timeout to finish. Returns how many connections were cut off.
pub async fn serve(
    listeners: Vec<TcpListener>,
    front: Arc<Front>,
    bounds: Bounds,
    crowd: Arc<Crowd>,
    stop: Stop,
) -> usize {
    let graceful = Arc::new(GracefulShutdown::new());
    let permits = Arc::new(Semaphore::new(bounds.connections));
    let lingering = Shares::new(linger::PLACES, linger::PLACES_PER_NETWORK);
    let mut connection = http1::Builder::new();
    connection
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header_timeout)
        .max_buf_size(bounds.header_bytes);
    let mut accepting = JoinSet::new();
    for listener in listeners {
        let shared = Shared {
            front: front.clone(),
            permits: permits.clone(),
            crowd: crowd.clone(),
            lingering: lingering.clone(),
            connection: connection.clone(),
            graceful: graceful.clone(),
            stall_timeout: bounds.stall_timeout,
        };
        accepting.spawn(accept(listener, shared));
    }
    stop.reached(1).await;
    accepting.shutdown().await;
    // The accept loops are gone, and with them every other holder.
    let Some(graceful) = Arc::into_inner(graceful) else { return 0 };
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(bounds.shutdown_timeout) => {}
        () = stop.reached(2) => {}
    }
    bounds.connections - permits.available_permits()
}

struct Shared {
    front: Arc<Front>,
    permits: Arc<Semaphore>,
    crowd: Arc<Crowd>,
    /// For connections that are read off after their answer.
    lingering: Shares,
    connection: http1::Builder,
    graceful: Arc<GracefulShutdown>,
    stall_timeout: Duration,
}

async fn accept(listener: TcpListener, shared: Shared) {
    loop {
        // Taken before accepting: who finds no room waits in the system's queue, not in our memory.
        let Ok(permit) = shared.permits.clone().acquire_owned().await else { return };
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Some(place) = shared.crowd.enter(peer.ip()) else {
            // Nobody waits for one who has enough: what the socket does not take at once is not said.
            let _ = stream.try_write(CROWDED);
            continue;
        };
        let connection = shared.graceful.watch(connect(stream, peer.ip(), &shared));
        let front = shared.front.clone();
        tokio::spawn(async move {
            // A client that breaks off or sends nonsense is no event of ours, though a developer may want to know.
            if let Err(error) = connection.await {
                front.ended(&error);
            }
            drop((permit, place));
        });
    }
}

fn connect(
    stream: TcpStream,
    peer: IpAddr,
    shared: &Shared,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + use<> {
    // Answers are small and whole: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let front = shared.front.clone();
    let told = Arc::new(Told::default());
    let socket = Socket::new(
        stream,
        told.clone(),
        shared.lingering.share_of(shared.crowd.network_of(peer).as_deref()),
    );
    let service = service_fn(move |request| {
        let answer = front.answer(request, peer, &told);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    shared.connection.serve_connection(Unstalled::new(TokioIo::new(socket), shared.stall_timeout), service)
}
