//! A client's socket, as hyper reads and writes it: looks at the heads that come in ([`Heads`]), and closes so that the
//! last answer can be read ([`Linger`]).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use doorstep_web::Share;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

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
}

impl Told {
    /// To be called once for each request, in their order. Whether its head had two lengths.
    pub fn next_is_doubled(&self) -> bool {
        // There is a next one: what was left of the one before has been read off.
        self.is_unread.store(false, Ordering::Relaxed);
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        self.doubled.load(Ordering::Relaxed) == number
    }

    pub fn leave_unread(&self) {
        self.is_unread.store(true, Ordering::Relaxed);
    }

    pub fn is_unread(&self) -> bool {
        self.is_unread.load(Ordering::Relaxed)
    }
}

pub struct Socket {
    stream: TcpStream,
    told: Arc<Told>,
    heads: Heads,
    /// Its place among those who linger, which is taken when it does; nobody waits for one.
    place: Option<Share>,
    linger: Option<Linger>,
}

impl Socket {
    pub fn new(stream: TcpStream, told: Arc<Told>, place: Share) -> Self {
        Self { stream, told, heads: Heads::default(), place: Some(place), linger: None }
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
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        if let Some(doubled) = this.heads.find_doubled(&buffer.filled()[before..]) {
            this.told.doubled.store(doubled, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
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
            let Some(mut place) = this.place.take() else { return Poll::Ready(Ok(())) };
            if place.grow(1).is_err() {
                return Poll::Ready(Ok(()));
            }
            this.linger = Some(Linger::new(place));
        }
        let done = this.linger.as_mut().map(|linger| linger.poll(&mut this.stream, context));
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
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, slices)
    }
}
