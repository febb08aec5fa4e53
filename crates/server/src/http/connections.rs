//! The open connections, and which of them nobody uses: those close after a while, and sooner when places run short.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use doorstep_web::networks_around;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::HttpService;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::activity::Activity;
use super::idlest::Idlest;

/// Not closed to make room before it was idle for so long: between the requests of one page there is nothing either, and
/// pollers ask each second.
const LEAST_IDLE: Duration = Duration::from_millis(1500);
/// So long a newcomer waits for the place of one that is asked to close. It closes at once, or is not as idle as it looked.
const SOON: Duration = Duration::from_millis(100);

/// Shared by the listeners of a server.
#[derive(Default)]
pub struct Connections(Mutex<State>);

#[derive(Default)]
struct State {
    blocks: HashMap<String, Block>,
    next: u64,
    /// Of all.
    idlest: Idlest<Arc<Link>>,
    is_closing: bool,
}

/// Those of one block: the widest network that is counted. Looking for one of a crowd does not mean looking at all.
#[derive(Default)]
struct Block {
    links: HashMap<u64, Arc<Link>>,
    /// Of each network in it that had as many connections as it may.
    idlest: HashMap<String, Idlest<Arc<Link>>>,
}

/// A connection, as the others see it.
struct Link {
    /// The networks that it is counted by, the widest last. None for a proxy, which stands for all of its customers.
    networks: Vec<String>,
    activity: Arc<Activity>,
    /// Its place is spoken for, or free.
    is_taken: AtomicBool,
    asked: Notify,
    gone: Notify,
}

impl Connections {
    pub fn enter(self: &Arc<Self>, network: Option<&str>, activity: Arc<Activity>) -> Open {
        let mut state = self.state();
        let link = Arc::new(Link {
            networks: network.map(networks_around).unwrap_or_default(),
            activity,
            is_taken: AtomicBool::new(false),
            asked: Notify::new(),
            gone: Notify::new(),
        });
        if state.is_closing {
            link.stop();
        }
        let number = state.next;
        state.next += 1;
        state.blocks.entry(link.block().to_owned()).or_default().links.insert(number, link.clone());
        Open { link, number, all: self.clone() }
    }

    /// Lets one close for another: of the block that has most connections, the one that is idle longest; a proxy's last. False,
    /// where each is in use.
    pub fn make_room(&self) -> bool {
        let found = {
            let State { blocks, idlest, .. } = &mut *self.state();
            let now = Instant::now();
            idlest.next(
                now,
                |link| link.idle(now).is_some(),
                || {
                    let links = blocks.iter().flat_map(|(name, block)| {
                        // A proxy's are the customers' of a whole shop, and it does not repeat what is lost with them.
                        let weight = (!name.is_empty()).then_some(block.links.len());
                        block
                            .links
                            .values()
                            .filter_map(move |link| Some(((weight, link.idle(now)?), link.clone())))
                    });
                    links.collect()
                },
            )
        };
        found.inspect(|link| link.ask_to_close()).is_some()
    }

    /// The same within `full`, a network that has as many connections as it may, and waits until it is gone.
    pub async fn make_room_in(&self, full: &str) -> bool {
        let found = {
            let mut state = self.state();
            let block = networks_around(full).pop().and_then(|block| state.blocks.get_mut(&block));
            block.and_then(|Block { links, idlest }| {
                let now = Instant::now();
                idlest.retain(|_, found| found.is_recent(now));
                idlest.entry(full.to_owned()).or_default().next(
                    now,
                    |link| link.idle(now).is_some(),
                    || {
                        let near =
                            links.values().filter(|link| link.networks.iter().any(|network| network == full));
                        near.filter_map(|link| Some((link.idle(now)?, link.clone()))).collect()
                    },
                )
            })
        };
        let Some(link) = found else { return false };
        link.ask_to_close();
        timeout(SOON, link.gone.notified()).await.is_ok()
    }

    /// No request more on any of them, nor on those that come in yet.
    pub fn close_all(&self) {
        let mut state = self.state();
        state.is_closing = true;
        for link in state.blocks.values().flat_map(|block| block.links.values()) {
            link.stop();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Link {
    fn ask_to_close(&self) {
        metrics::counter!("doorstep_connections_closed_for_room_total").increment(1);
        self.is_taken.store(true, Ordering::Relaxed);
        self.asked.notify_one();
    }

    fn stop(&self) {
        self.activity.stop();
        self.asked.notify_one();
    }

    fn block(&self) -> &str {
        self.networks.last().map_or("", String::as_str)
    }

    fn idle(&self, now: Instant) -> Option<Duration> {
        let is_free = !self.is_taken.load(Ordering::Relaxed);
        self.activity.idle(now).filter(|idle| is_free && *idle >= LEAST_IDLE)
    }

    /// Until it should close: idle for so long, or asked to.
    async fn closing(&self, idle_timeout: Duration) {
        let mut left = idle_timeout;
        loop {
            let _ = timeout(left, self.asked.notified()).await;
            if self.activity.must_close() {
                // A head that is half there is one that was sent before anybody could know.
                return self.activity.last_head().await;
            }
            let longest = if self.is_taken.load(Ordering::Relaxed) { LEAST_IDLE } else { idle_timeout };
            left = match self.activity.idle(Instant::now()) {
                Some(idle) if idle >= longest => return,
                Some(idle) => idle_timeout.saturating_sub(idle),
                // Whenever it becomes idle, it has as long again.
                None => idle_timeout,
            };
            self.is_taken.store(false, Ordering::Relaxed);
        }
    }
}

/// A place among them, until it is dropped.
pub struct Open {
    link: Arc<Link>,
    number: u64,
    all: Arc<Connections>,
}

impl Open {
    /// Carries the connection to its end.
    pub async fn carry<I, S>(
        &self,
        connection: http1::Connection<I, S>,
        idle_timeout: Duration,
    ) -> hyper::Result<()>
    where
        I: Read + Write + Unpin,
        S: HttpService<Incoming, ResBody = Body, Error = Infallible>,
    {
        let mut connection = pin!(connection);
        tokio::select! {
            biased;
            ended = connection.as_mut() => return ended,
            () = self.link.closing(idle_timeout) => {}
        }
        connection.as_mut().graceful_shutdown();
        // The rest of it did not come in time.
        if self.link.activity.is_in_head() {
            return Ok(());
        }
        connection.await
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.all.state();
        if let Some(block) = state.blocks.get_mut(self.link.block()) {
            block.links.remove(&self.number);
            if block.links.is_empty() {
                state.blocks.remove(self.link.block());
            }
        }
        drop(state);
        self.link.is_taken.store(true, Ordering::Relaxed);
        self.link.gone.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinHandle;

    use super::super::activity::Doing;
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// A connection that closes when it should.
    fn connected(all: &Arc<Connections>, network: Option<&str>, is_under_way: bool) -> JoinHandle<()> {
        let activity = Arc::new(Activity::default());
        activity.note(if is_under_way { Doing::Request } else { Doing::Nothing });
        let open = all.enter(network, activity);
        tokio::spawn(async move { open.link.closing(HOUR).await })
    }

    async fn are_closed<const N: usize>(connections: [&JoinHandle<()>; N]) -> [bool; N] {
        tokio::time::sleep(Duration::from_millis(50)).await;
        connections.map(JoinHandle::is_finished)
    }

    #[tokio::test]
    async fn nobody_gives_way_to_whom_it_would_not_help() {
        let all = Arc::default();
        let neighbour = connected(&all, Some("203.0.113.1"), false);
        let busy = connected(&all, Some("203.0.113.2"), true);
        tokio::time::sleep(LEAST_IDLE).await;
        assert!(!all.make_room_in("203.0.113.2").await);
        assert_eq!(are_closed([&neighbour, &busy]).await, [false, false]);
        assert!(all.make_room_in("203.0.113.0/24").await);
        assert_eq!(are_closed([&neighbour, &busy]).await, [true, false]);
    }

    #[tokio::test]
    async fn a_crowd_gives_way_before_the_others_and_a_proxy_last() {
        let all = Arc::default();
        let proxy = connected(&all, None, false);
        let second_of_proxy = connected(&all, None, false);
        let third_of_proxy = connected(&all, None, false);
        let other = connected(&all, Some("198.51.100.1"), false);
        tokio::time::sleep(LEAST_IDLE).await;
        let [first, second] =
            ["203.0.113.1", "203.0.113.2"].map(|network| connected(&all, Some(network), false));
        tokio::time::sleep(LEAST_IDLE).await;
        let states = async || are_closed([&first, &second, &other, &proxy]).await;
        assert!(all.make_room());
        assert_eq!(states().await.map(u8::from).iter().sum::<u8>(), 1);
        assert!(
            !proxy.is_finished() && !other.is_finished(),
            "its block has fewer, though it is idle longer"
        );
        assert!(all.make_room() && all.make_room());
        assert_eq!(states().await, [true, true, true, false]);
        assert!(all.make_room() && all.make_room() && all.make_room());
        are_closed([&proxy]).await;
        assert!(proxy.is_finished() && second_of_proxy.is_finished() && third_of_proxy.is_finished());
        tokio::time::sleep(LEAST_IDLE).await;
        assert!(!all.make_room() && all.state().blocks.is_empty());
    }

    #[tokio::test]
    async fn what_comes_in_while_the_server_stops_closes_too() {
        let all: Arc<Connections> = Arc::default();
        let before = connected(&all, Some("203.0.113.1"), true);
        all.close_all();
        let after = connected(&all, Some("203.0.113.1"), true);
        assert_eq!(are_closed([&before, &after]).await, [true, true]);
    }
}
