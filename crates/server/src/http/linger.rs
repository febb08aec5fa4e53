//! Closing over unread bytes resets a connection, and its client, a browser or a proxy, sees that instead of the answer
//! ("network error" instead of 413). So what still comes is read off for a while after the answer, within bounds.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use doorstep_web::Share;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

/// How many connections of a server are read off at the same time. The others are closed as they are.
pub const PLACES: usize = 64;
/// Of these, for one network.
pub const PLACES_PER_NETWORK: usize = 8;
/// Of one connection, at most.
const MOST: usize = 32 * 1024 * 1024;
/// As long as an upload of 20 MiB takes over 10 Mbit/s, and a little more.
const LONGEST: u32 = 20;
/// Whoever sends less in a second is not uploading, or has read the answer.
const LEAST: usize = 32 * 1024;
const SECOND: Duration = Duration::from_secs(1);

pub struct Linger {
    _place: Share,
    seconds: Interval,
    /// Seconds that it may go on.
    left: u32,
    /// Read in this second.
    lately: usize,
    /// Read in all.
    read: usize,
}

impl Linger {
    pub fn new(place: Share) -> Self {
        let mut seconds = interval_at(tokio::time::Instant::now() + SECOND, SECOND);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { _place: place, seconds, left: LONGEST, lately: 0, read: 0 }
    }

    /// Ready when the connection may be closed: within a second, when it is one of the last.
    pub fn poll(&mut self, stream: &mut TcpStream, is_last: bool, context: &mut Context<'_>) -> Poll<()> {
        let mut thrown_away = [0; 16 * 1024];
        loop {
            if self.seconds.poll_tick(context).is_ready() && (is_last || !self.goes_on()) {
                return Poll::Ready(());
            }
            let mut buffer = ReadBuf::new(&mut thrown_away);
            let read = ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer));
            let count = buffer.filled().len();
            self.lately += count;
            self.read += count;
            if read.is_err() || count == 0 || self.read > MOST {
                return Poll::Ready(());
            }
        }
    }

    /// Whether it goes on after another second.
    fn goes_on(&mut self) -> bool {
        let is_uploading = self.lately >= LEAST;
        self.lately = 0;
        self.left -= 1;
        is_uploading && self.left > 0
    }
}
