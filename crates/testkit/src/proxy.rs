//! A TCP proxy between a server and its database, whose link can be spoiled while it is used.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// What the link does with what is sent over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Link {
    Pass,
    /// Each piece waits, then trickles.
    Slow {
        latency: Duration,
        bytes_per_second: u32,
    },
    /// Each connection is reset behind so many bytes of answers, in their middle.
    Broken {
        after: usize,
    },
    /// Requests arrive, answers never come.
    HalfOpen,
    /// Connections are made, and nothing comes through, in either direction. Not even their end.
    BlackHole,
    /// Nobody listens, and what was open is reset.
    Refuse,
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Request,
    Answer,
}

impl Link {
    fn is_silent(self, way: Way) -> bool {
        self == Self::BlackHole || (self == Self::HalfOpen && way == Way::Answer)
    }
}

/// It goes with the test, and everything that it carries with it.
pub struct Proxy {
    address: SocketAddr,
    link: watch::Sender<Link>,
    open: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// A proxy in front of `HOST:PORT`.
    pub async fn to(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (link, seen) = watch::channel(Link::Pass);
        let open = Arc::new(AtomicUsize::new(0));
        let listening = tokio::spawn(listen(listener, upstream.to_owned(), seen, open.clone()));
        Self { address, link, open, listening }
    }

    /// A proxy in front of the server that a database's URL names, and the URL that goes through it.
    pub async fn before(url: &str) -> (Self, String) {
        let (front, rest) = url.split_once('@').unwrap();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let proxy = Self::to(&rest[..end]).await;
        let through = format!("{front}@{}{}", proxy.address, &rest[end..]);
        (proxy, through)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn set(&self, link: Link) {
        self.link.send_replace(link);
    }

    /// How many connections the database has through it.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(
    listener: TcpListener,
    upstream: String,
    mut link: watch::Receiver<Link>,
    open: Arc<AtomicUsize>,
) {
    let address = listener.local_addr().unwrap();
    let mut listener = Some(listener);
    let mut carried = JoinSet::new();
    loop {
        let is_refused = *link.borrow_and_update() == Link::Refuse;
        if is_refused {
            listener = None;
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.unwrap());
        }
        let accepted = async {
            match &listener {
                Some(listener) => listener.accept().await.unwrap().0,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            client = accepted => {
                carried.spawn(carry(client, upstream.clone(), link.clone(), open.clone()));
            }
            changed = link.changed() => if changed.is_err() { return },
        }
        while carried.try_join_next().is_some() {}
    }
}

/// Carries one connection until one side ends it or the link does.
async fn carry(mut client: TcpStream, upstream: String, link: watch::Receiver<Link>, open: Arc<AtomicUsize>) {
    let Ok(mut server) = TcpStream::connect(&upstream).await else { return };
    open.fetch_add(1, Ordering::SeqCst);
    let is_reset = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let mut refusing = link.clone();
        tokio::select! {
            is_reset = pump(from_client, to_server, link.clone(), Way::Request) => is_reset,
            is_reset = pump(from_server, to_client, link, Way::Answer) => is_reset,
            _ = refusing.wait_for(|link| *link == Link::Refuse) => true,
        }
    };
    if is_reset {
        // Closing with nothing lingering sends a reset.
        let _ = client.set_zero_linger().and(server.set_zero_linger());
    }
    open.fetch_sub(1, Ordering::SeqCst);
}

/// Moves bytes one way until there are no more. Returns whether the connection is to be reset.
async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut link: watch::Receiver<Link>,
    way: Way,
) -> bool {
    let mut piece = [0; 4096];
    let mut answered = 0;
    loop {
        // What is not read stays on the road, and arrives when the link heals: as packets that are sent again do.
        let speaking = link.wait_for(|link| !link.is_silent(way)).await.map(|link| *link);
        if speaking.is_err() {
            return false;
        }
        let count = tokio::select! {
            read = from.read(&mut piece) => read.unwrap_or(0),
            _ = link.changed() => continue,
        };
        if count == 0 {
            return false;
        }
        let Ok(now) = link.wait_for(|link| !link.is_silent(way)).await.map(|link| *link) else {
            return false;
        };
        let mut passed = &piece[..count];
        match now {
            Link::Slow { latency, bytes_per_second } => {
                let trickle = Duration::from_secs(1) * u32::try_from(count).unwrap() / bytes_per_second;
                // Until then, or until the link heals.
                let _ = tokio::time::timeout(latency + trickle, link.changed()).await;
            }
            Link::Broken { after } if way == Way::Answer => {
                passed = &passed[..count.min(after.saturating_sub(answered))];
                answered += count;
            }
            _ => answered = 0,
        }
        if to.write_all(passed).await.is_err() {
            return false;
        }
        if passed.len() < count {
            return true;
        }
    }
}
