//! A client's socket, as hyper reads and writes it: looks at the heads that come in ([`Heads`]), and closes so that the
//! last answer can be read ([`Linger`]).

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use doorstep_web::{Client, NoneLeft, Share, Shares};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::activity::{Activity, Doing};
use super::heads::Heads;
use super::linger::Linger;

/// What the socket and the requests on it tell each other.
#[derive(Default)]
pub struct Told {
    /// A request was answered before all of it had been read.
    is_unread: AtomicBool,
    /// The head, counted from 1, that has two lengths; 0 is none.
    doubled: AtomicU64,
    requests: AtomicU64,
    answers: AtomicU64,
    /// Who sent the newest request.
    client: Mutex<Option<Arc<Client>>>,
    /// The first bytes were those of a TLS handshake.
    speaks_tls: AtomicBool,
}

/// A record of TLS that begins a handshake, of any version (RFC 8446 §5.1).
const HANDSHAKE: [u8; 2] = [0x16, 0x03];

impl Told {
    /// To be called once for each request, in their order. Whether its head had two lengths.
    pub fn next_is_doubled(&self) -> bool {
        // There is a next one: what was left of the one before has been read off.
        self.is_unread.store(false, Ordering::Relaxed);
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        self.doubled.load(Ordering::Relaxed) == number
    }

    /// To be called once for each request, when its answer is there.
    pub fn count_answer(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    pub fn leave_unread(&self) {
        self.is_unread.store(true, Ordering::Relaxed);
    }

    pub fn came_from(&self, client: &Arc<Client>) {
        *self.client() = Some(client.clone());
    }

    fn client(&self) -> MutexGuard<'_, Option<Arc<Client>>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn speaks_tls(&self) -> bool {
        self.speaks_tls.load(Ordering::Relaxed)
    }

    pub fn is_unread(&self) -> bool {
        self.is_unread.load(Ordering::Relaxed)
    }
}

pub struct Socket {
    stream: TcpStream,
    told: Arc<Told>,
    activity: Arc<Activity>,
    heads: Heads,
    has_begun: bool,
    header_timeout: Duration,
    /// Runs while the rest of a head is waited for.
    waiting: Option<Pin<Box<Sleep>>>,
    places: Places,
    linger: Option<Linger>,
}

/// Those for connections that linger. One is taken when it does; nobody waits for one.
pub struct Places {
    pub all: Shares,
    /// What the connection is counted by. Without one, as behind a proxy, it is by the client that the last request came from.
    pub network: Option<String>,
}

impl Places {
    pub fn take(&self, told: &Told) -> Result<Share, NoneLeft> {
        let client = told.client().clone().filter(|client| !client.is_proxy && !client.is_exempt);
        let network = self.network.as_deref().or_else(|| client.as_deref().map(|client| &*client.network));
        let mut place = self.all.share_of(network);
        place.grow(1).map(|()| place)
    }
}

impl Socket {
    pub fn new(
        stream: TcpStream,
        told: Arc<Told>,
        activity: Arc<Activity>,
        header_timeout: Duration,
        places: Places,
    ) -> Self {
        Self {
            stream,
            told,
            activity,
            heads: Heads::default(),
            has_begun: false,
            header_timeout,
            waiting: None,
            places,
            linger: None,
        }
    }

    /// Whoever has begun a head ends it in time.
    fn wait_for_head(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.heads.is_inside() {
            return Poll::Pending;
        }
        let limit = self.header_timeout;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
        waiting.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Ready(_) => self.activity.note(self.doing()),
            // A client that reads slowly has not got its answer yet.
            Poll::Pending => self.activity.begin(Doing::Request),
        }
    }

    /// Each of these ends in time: a head by its timeout, a request by that of its body or of its answer. What is read
    /// after an answer, to be thrown away, is no request.
    fn doing(&self) -> Doing {
        if self.told.answers.load(Ordering::Relaxed) < self.heads.ended() {
            Doing::Request
        } else if self.heads.is_inside() {
            Doing::Head
        } else {
            Doing::Nothing
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            Poll::Ready(read) => read?,
            Poll::Pending => return this.wait_for_head(context),
        }
        let arrived = &buffer.filled()[before..];
        if !this.has_begun && arrived.starts_with(&HANDSHAKE) {
            this.told.speaks_tls.store(true, Ordering::Relaxed);
        }
        this.has_begun = true;
        let ended = this.heads.ended();
        if let Some(doubled) = this.heads.find_doubled(arrived) {
            this.told.doubled.store(doubled, Ordering::Relaxed);
        }
        this.activity.note(this.doing());
        // The next head has a time of its own.
        if this.heads.ended() > ended || !this.heads.is_inside() {
            this.waiting = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.wrote(&written);
        written
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            if !this.told.is_unread() {
                return Poll::Ready(Ok(()));
            }
            // Without a place the connection is closed as it is.
            let Ok(place) = this.places.take(&this.told) else { return Poll::Ready(Ok(())) };
            this.linger = Some(Linger::new(place));
        }
        let is_last = this.activity.must_close();
        let done = this.linger.as_mut().map(|linger| linger.poll(&mut this.stream, is_last, context));
        done.unwrap_or(Poll::Ready(())).map(Ok)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.wrote(&written);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_proxy_each_client_has_places_of_its_own() {
        let places = Places { all: Shares::new(10, 2), network: None };
        let take = |network: &str, is_proxy| {
            let told = Told::default();
            told.came_from(&Arc::new(Client { network: network.to_owned(), is_proxy, ..Client::default() }));
            places.take(&told)
        };
        let taken: Vec<_> = (0..5).filter_map(|_| take("203.0.113.1", false).ok()).collect();
        assert_eq!(taken.len(), 2);
        let others: Vec<_> = (0..9).filter_map(|_| take("10.0.0.1", true).ok()).collect();
        assert_eq!(others.len(), 8, "a proxy that names nobody has what is left");
        drop(others);
        assert!(take("198.51.100.1", false).is_ok());
    }
}
