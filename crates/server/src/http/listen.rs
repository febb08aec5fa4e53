//! Sockets: binding every address of a host, accepting within bounds, and stopping without losing a request.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::iter;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use doorstep_web::{Share, Shares};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, timeout};

use super::activity::Activity;
use super::connections::Connections;
use super::linger::{self, Linger};
use super::socket::{Places, Socket, Told};
use super::stall::Unstalled;
use super::{Crowd, Front};
use crate::config::{Listen, Server};

/// After a failed accept (no file descriptors left, say): trying again at once would only burn the processor.
const BREATH: Duration = Duration::from_millis(500);
/// What a network is told that has as many connections as it may. It has not said what it wants yet.
const CROWDED: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\nRetry-After: 2\r\n\
    Connection: close\r\nContent-Length: 81\r\n\r\n\
    {\"status\":503,\"code\":\"busy\",\"message\":\"Too many connections from your network\"}\r\n";
/// Where every place is taken, one that is idle is asked for its place, and after this the next.
const LOOK_FOR_IDLE: Duration = Duration::from_millis(50);
/// A client is seen to read when a third of this is free. The system's own 4 MiB hid one that read steadily, but slowly, for
/// longer than the stall timeout, and it was cut off in the middle of its answer.
const SEND_BUFFER: usize = 256 * 1024;
/// As many as wait to be accepted: what [`TcpListener::bind`] asks the system for.
const QUEUE: usize = 1024;
/// How often a free port is looked for that all addresses of a host have.
const TRIES: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("cannot listen on {host}: this host has no address ({cause})")]
    Resolve { host: String, cause: io::Error },
    #[error(
        "cannot listen on {address}: {cause}. Is another server running there?{} Choose another port with --listen HOST:PORT",
        airplay(address.port(), cfg!(target_os = "macos"))
    )]
    Bind { address: SocketAddr, cause: io::Error },
}

/// What has port 5000 on a Mac that nobody has told otherwise.
fn airplay(port: u16, is_mac: bool) -> &'static str {
    if port == 5000 && is_mac {
        " On macOS it is the AirPlay receiver (System Settings, General, AirDrop & Handoff)."
    } else {
        ""
    }
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
            Ok(listener) => {
                // Its connections have it from here. Where a system cannot, answers are taken slower, and nothing else changes.
                let _ = set_socket_send_buffer_size(&listener, SEND_BUFFER);
                listeners.push(listener);
            }
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
    /// For a head, from its first byte.
    pub header_timeout: Duration,
    /// Without any request.
    pub idle_timeout: Duration,
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
            idle_timeout: server.idle_timeout,
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

/// Serves until stopped. Then nothing listens any more and idle connections are closed; requests under way, and those that
/// wait to be accepted, have the shutdown timeout to finish. Returns how many connections were cut off.
pub async fn serve(
    listeners: Vec<TcpListener>,
    front: Arc<Front>,
    bounds: Bounds,
    crowd: Arc<Crowd>,
    stop: Stop,
) -> usize {
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(bounds.header_bytes);
    let shared = Arc::new(Shared {
        front,
        permits: Arc::new(Semaphore::new(bounds.connections)),
        crowd,
        connections: Arc::default(),
        lingering: Shares::new(linger::PLACES, linger::PLACES_PER_NETWORK),
        connection,
        bounds,
    });
    let accepting = tokio::spawn({
        let (shared, stop) = (shared.clone(), stop.clone());
        async move {
            tokio::select! {
                () = accept(&listeners, &shared) => {}
                () = stop.reached(1) => {}
            }
            listeners
        }
    });
    let mut queue = close(accepting.await.unwrap_or_default());
    shared.connections.close_all();
    tokio::select! {
        () = shared.finish(&mut queue) => {}
        () = tokio::time::sleep(bounds.shutdown_timeout) => {}
        () = stop.reached(2) => {}
    }
    bounds.connections - shared.permits.available_permits() + queue.len()
}

struct Shared {
    front: Arc<Front>,
    permits: Arc<Semaphore>,
    crowd: Arc<Crowd>,
    connections: Arc<Connections>,
    /// For connections that are read off after their answer.
    lingering: Shares,
    connection: http1::Builder,
    bounds: Bounds,
}

async fn accept(listeners: &[TcpListener], shared: &Arc<Shared>) {
    let mut told: Option<Instant> = None;
    for turn in (0..listeners.len()).cycle() {
        // Taken before accepting: who finds no room waits in the system's queue, not in our memory.
        let permit = shared.permit().await;
        match next(listeners, turn).await {
            Ok((stream, peer)) => {
                tokio::spawn(serve_one(stream, peer.ip(), permit, shared.clone()));
            }
            Err(error) => {
                if told.is_none_or(|told| told.elapsed() >= BREATH) {
                    tracing::warn!("a connection could not be accepted: {error}");
                    told = Some(Instant::now());
                }
                // No file descriptors left, say: an idle connection has one.
                let pause = if shared.connections.make_room() { LOOK_FOR_IDLE } else { BREATH };
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// The next newcomer of any listener; whose turn it is comes first.
async fn next(listeners: &[TcpListener], turn: usize) -> io::Result<(TcpStream, SocketAddr)> {
    poll_fn(|context| {
        let (others, first) = listeners.split_at(turn);
        let mut accepted = first.iter().chain(others).map(|listener| listener.poll_accept(context));
        accepted.find(Poll::is_ready).unwrap_or(Poll::Pending)
    })
    .await
}

/// Closes them, and returns whom nobody has accepted yet: whole requests may be among it, which a closed queue would lose.
fn close(listeners: Vec<TcpListener>) -> VecDeque<(TcpStream, IpAddr)> {
    let is_broken_off = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionAborted;
    let queues = listeners.into_iter().filter_map(|listener| listener.into_std().ok()).flat_map(|listener| {
        let accepted = iter::repeat_with(move || listener.accept()).take(QUEUE);
        accepted.take_while(move |accepted| accepted.as_ref().err().is_none_or(is_broken_off)).flatten()
    });
    let whole = queues.filter_map(|(stream, peer)| {
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer.ip()))
    });
    whole.collect()
}

async fn serve_one(stream: TcpStream, peer: IpAddr, permit: OwnedSemaphorePermit, shared: Arc<Shared>) {
    let places = Places { all: shared.lingering.clone(), network: shared.crowd.network_of(peer) };
    let Some(place) = shared.place(peer).await else {
        drop(permit);
        shared.crowd.refuse(peer);
        return refuse(stream, &places).await;
    };
    let (told, activity) = (Arc::new(Told::default()), Arc::new(Activity::default()));
    let open = shared.connections.enter(places.network.as_deref(), activity.clone());
    // Answers are small and whole: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let socket = Socket::new(stream, told.clone(), activity.clone(), shared.bounds.header_timeout, places);
    let socket = Unstalled::new(TokioIo::new(socket), shared.bounds.stall_timeout);
    let service = service_fn(|request| {
        let answer = shared.front.answer(request, peer, &told);
        let activity = activity.clone();
        async move {
            let mut answer = answer.await;
            // Told, or a next request would be sent that nobody reads.
            if activity.must_close() {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = shared.connection.serve_connection(socket, service);
    // A client that breaks off or sends nonsense is no event of ours, though a developer may want to know.
    if let Err(error) = open.carry(connection, shared.bounds.idle_timeout).await {
        shared.front.ended(&error, &told);
    }
    // Before whoever waits for them is told.
    drop((permit, place));
    drop(open);
}

/// Nobody waits for one who has enough: what the socket does not take at once is not said. What its client has sent is read
/// off, or it would see a reset instead.
async fn refuse(mut stream: TcpStream, places: &Places) {
    let _ = stream.try_write(CROWDED);
    let _ = stream.shutdown().await;
    if let Ok(place) = places.take(&Told::default()) {
        let mut linger = Linger::new(place);
        poll_fn(|context| linger.poll(&mut stream, false, context)).await;
    }
}

impl Shared {
    /// Waits for one of all places. An idle connection gives way.
    async fn permit(&self) -> OwnedSemaphorePermit {
        loop {
            let permits = self.permits.clone();
            if let Ok(permit) = permits.clone().try_acquire_owned() {
                return permit;
            }
            self.connections.make_room();
            // Whoever leaves meanwhile makes room too.
            if let Ok(Ok(permit)) = timeout(LOOK_FOR_IDLE, permits.acquire_owned()).await {
                return permit;
            }
        }
    }

    /// One of the places that the peer's network has. An idle connection gives way.
    async fn place(&self, peer: IpAddr) -> Option<Share> {
        if let Some(place) = self.crowd.enter(peer) {
            return Some(place);
        }
        let full = self.crowd.full(peer)?;
        self.connections.make_room_in(&full).await.then(|| self.crowd.enter(peer)).flatten()
    }

    /// Serves the rest of the queue, and waits until all are gone.
    async fn finish(self: &Arc<Self>, queue: &mut VecDeque<(TcpStream, IpAddr)>) {
        while !queue.is_empty() {
            let Ok(permit) = self.permits.clone().acquire_owned().await else { return };
            if let Some((stream, peer)) = queue.pop_front() {
                tokio::spawn(serve_one(stream, peer, permit, self.clone()));
            }
        }
        let all = u32::try_from(self.bounds.connections).unwrap_or(u32::MAX);
        let _ = self.permits.acquire_many(all).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn airplay_is_named_where_it_has_the_port() {
        assert!(airplay(5000, true).contains("AirPlay"));
        assert_eq!((airplay(5001, true), airplay(5000, false)), ("", ""));
        let cause = io::ErrorKind::AddrInUse.into();
        let error = BindError::Bind { address: ([127, 0, 0, 1], 5001).into(), cause };
        assert!(error.to_string().contains("running there? Choose another port"), "{error}");
    }
}
