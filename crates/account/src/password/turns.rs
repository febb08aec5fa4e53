//! In which order password checks are done, and who has to leave when all places are taken.
//!
//! A network is one IPv4 address or one IPv6 /64; its block is the /24 or /48 around it, so that a range does not count as
//! many networks. Blocks are served in turns, and in a block its lanes: those of whom nothing is known share one for each
//! network, and each customer who is known there (by session or device) has one of their own, so that no neighbour stands
//! before them. A block that asked for nothing lately
//! goes before those that have been served (as in RFC 8290, FQ-CoDel): whoever floods the queue waits for others, never
//! they for him. Alone, a network may have all places; when they are taken, the longest queue gives one to a shorter one.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use doorstep_base::CustomerId;

/// Where a check comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    block: u64,
    lane: Lane,
}

/// What waits behind each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Lane {
    network: u64,
    customer: Option<CustomerId>,
}

impl Origin {
    /// Of the client's network as the HTTP stack writes it: `192.0.2.1` or `2001:db8::/64`. What cannot be read shares one.
    /// `customer` is whose session or device asks.
    pub fn of(network: &str, customer: Option<CustomerId>) -> Self {
        let (block, network) = Self::numbers(network);
        Self { block, lane: Lane { network, customer } }
    }

    /// The range around the network.
    pub const fn block(self) -> u64 {
        self.block
    }

    fn numbers(network: &str) -> (u64, u64) {
        let address = network.split('/').next().and_then(|text| text.parse::<IpAddr>().ok());
        match address {
            Some(IpAddr::V4(v4)) => {
                // No IPv6 block begins with so many zeros, but for one that nobody has.
                let bits = u64::from(v4.to_bits());
                (bits >> 8, bits)
            }
            Some(IpAddr::V6(v6)) => {
                let network = u64::try_from(v6.to_bits() >> 64).unwrap_or(u64::MAX);
                (network >> 16 << 16, network)
            }
            None => (u64::MAX, u64::MAX),
        }
    }
}

/// After so many blocks that came lately one goes whose turn comes again: whoever has a new block for every check must not keep
/// those out who were here before.
const MOST_FRESH: usize = 10;

/// What waits, in the order in which it will be served.
pub struct Turns<J> {
    blocks: HashMap<u64, Block<J>>,
    /// Blocks that came lately and have not been served yet.
    fresh: VecDeque<u64>,
    /// Blocks that have been served, and whose turn comes again. One that is found empty here is forgotten.
    served: VecDeque<u64>,
    fresh_in_a_row: usize,
    waiting: usize,
}

/// The lanes of a block, in turns; each has something that waits.
struct Block<J> {
    lanes: HashMap<Lane, VecDeque<(u64, J)>>,
    order: VecDeque<Lane>,
    waiting: usize,
}

impl<J> Default for Turns<J> {
    fn default() -> Self {
        let (fresh, served) = (VecDeque::new(), VecDeque::new());
        Self { blocks: HashMap::new(), fresh, served, fresh_in_a_row: 0, waiting: 0 }
    }
}

impl<J> Default for Block<J> {
    fn default() -> Self {
        Self { lanes: HashMap::new(), order: VecDeque::new(), waiting: 0 }
    }
}

impl<J> Turns<J> {
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// `id` is for [`Self::remove`].
    pub fn push(&mut self, origin: Origin, id: u64, job: J) {
        let fresh = &mut self.fresh;
        let block = self.blocks.entry(origin.block).or_insert_with(|| {
            fresh.push_back(origin.block);
            Block::default()
        });
        block.push(origin.lane, id, job);
        self.waiting += 1;
    }

    pub fn pop(&mut self) -> Option<J> {
        let is_their_turn = self.fresh_in_a_row >= MOST_FRESH;
        let served = if is_their_turn { self.pop_served() } else { None };
        let job = served.or_else(|| self.pop_fresh()).or_else(|| self.pop_served())?;
        self.waiting -= 1;
        Some(job)
    }

    fn pop_fresh(&mut self) -> Option<J> {
        loop {
            let key = self.fresh.pop_front()?;
            // An empty one goes round once more, so that coming and going is no way past the others.
            self.served.push_back(key);
            let job = self.blocks.get_mut(&key).and_then(Block::pop);
            if job.is_some() {
                self.fresh_in_a_row += 1;
                return job;
            }
        }
    }

    fn pop_served(&mut self) -> Option<J> {
        self.fresh_in_a_row = 0;
        loop {
            let key = self.served.pop_front()?;
            let job = self.blocks.get_mut(&key).and_then(Block::pop);
            if job.is_some() {
                self.served.push_back(key);
                return job;
            }
            self.blocks.remove(&key);
        }
    }

    /// Takes out what was not served yet.
    pub fn remove(&mut self, origin: Origin, id: u64) -> Option<J> {
        let job = self.blocks.get_mut(&origin.block)?.remove(origin.lane, id)?;
        self.waiting -= 1;
        Some(job)
    }

    /// Whose newest check has to leave for one from `origin`: only somebody's who keeps more places than `origin` then.
    pub fn victim(&self, origin: Origin) -> Option<Origin> {
        let own = self.blocks.get(&origin.block);
        let own_waiting = own.map_or(0, |block| block.waiting);
        let (key, longest) = self.blocks.iter().max_by_key(|(key, block)| (block.waiting, **key))?;
        if *key != origin.block && longest.waiting > own_waiting + 1 {
            return Some(Origin { block: *key, lane: longest.longest()?.0 });
        }
        let own = own?;
        let own_waiting = own.lanes.get(&origin.lane).map_or(0, VecDeque::len);
        let (lane, waiting) = own.longest()?;
        (waiting > own_waiting + 1).then_some(Origin { block: origin.block, lane })
    }

    /// Takes out what came last from there.
    pub fn remove_newest(&mut self, origin: Origin) -> Option<J> {
        let id = self.blocks.get(&origin.block)?.lanes.get(&origin.lane)?.back()?.0;
        self.remove(origin, id)
    }
}

impl<J> Block<J> {
    fn push(&mut self, lane: Lane, id: u64, job: J) {
        let order = &mut self.order;
        let waiting = self.lanes.entry(lane).or_insert_with(|| {
            order.push_back(lane);
            VecDeque::new()
        });
        waiting.push_back((id, job));
        self.waiting += 1;
    }

    fn pop(&mut self) -> Option<J> {
        let lane = self.order.pop_front()?;
        let waiting = self.lanes.get_mut(&lane)?;
        let (_, job) = waiting.pop_front()?;
        if waiting.is_empty() {
            self.lanes.remove(&lane);
        } else {
            self.order.push_back(lane);
        }
        self.waiting -= 1;
        Some(job)
    }

    fn remove(&mut self, lane: Lane, id: u64) -> Option<J> {
        let waiting = self.lanes.get_mut(&lane)?;
        let place = waiting.iter().position(|(waits, _)| *waits == id)?;
        let (_, job) = waiting.remove(place)?;
        if waiting.is_empty() {
            self.lanes.remove(&lane);
            self.order.retain(|key| *key != lane);
        }
        self.waiting -= 1;
        Some(job)
    }

    fn longest(&self) -> Option<(Lane, usize)> {
        let longest = self.lanes.iter().max_by_key(|(key, waiting)| (waiting.len(), **key))?;
        Some((*longest.0, longest.1.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Jobs are named `<network><number>`; at most `places` wait.
    struct Queue {
        turns: Turns<String>,
        places: usize,
        next: u64,
        refused: Vec<String>,
    }

    impl Queue {
        fn of(places: usize) -> Self {
            Self { turns: Turns::default(), places, next: 0, refused: Vec::new() }
        }

        fn ask(&mut self, network: &str, job: &str) {
            self.ask_as(None, network, job);
        }

        fn ask_as(&mut self, customer: Option<u8>, network: &str, job: &str) {
            let origin = Origin::of(network, customer.map(|number| CustomerId::from_bytes([number; 16])));
            if self.turns.waiting() >= self.places {
                let Some(victim) = self.turns.victim(origin) else {
                    return self.refused.push(job.to_owned());
                };
                self.refused.extend(self.turns.remove_newest(victim));
            }
            self.next += 1;
            self.turns.push(origin, self.next, job.to_owned());
        }

        fn ask_often(&mut self, network: &str, name: &str, times: usize) {
            for number in 1..=times {
                self.ask(network, &format!("{name}{number}"));
            }
        }

        fn served(&mut self, most: usize) -> String {
            let served: Vec<String> = std::iter::from_fn(|| self.turns.pop()).take(most).collect();
            served.join(" ")
        }
    }

    #[test]
    fn networks_are_served_in_turns_and_one_network_in_its_order() {
        let mut queue = Queue::of(100);
        queue.ask_often("192.0.2.1", "a", 3);
        queue.ask_often("198.51.100.1", "b", 2);
        queue.ask_often("2001:db8::/64", "c", 1);
        assert_eq!(queue.served(9), "a1 b1 c1 a2 b2 a3");
    }

    #[test]
    fn an_endless_row_of_new_blocks_does_not_keep_out_who_was_here_before() {
        let mut queue = Queue::of(1000);
        queue.ask("192.0.2.1", "first");
        assert_eq!(queue.served(1), "first");
        queue.ask("192.0.2.1", "honest");
        let mut waited = 0;
        for number in 0..100 {
            queue.ask(&format!("2001:db8:{number:x}::/64"), "x");
            queue.ask(&format!("2001:db8:{:x}::/64", number + 100), "x");
            if queue.served(1) == "honest" {
                break;
            }
            waited += 1;
        }
        assert!(waited <= MOST_FRESH, "{waited} new ones went before");
    }

    #[test]
    fn a_network_that_asked_for_nothing_lately_goes_before_those_that_were_served() {
        let mut queue = Queue::of(100);
        for hostile in 0..8 {
            queue.ask_often(&format!("203.0.{hostile}.1"), "x", 10);
        }
        queue.served(8);
        queue.ask("192.0.2.1", "honest");
        assert_eq!(queue.served(1), "honest");
        // Once it has been served it waits for its turn like everybody.
        queue.ask("192.0.2.1", "again");
        assert!(!queue.served(8).contains("again"));
        assert_eq!(queue.served(1), "again");
    }

    #[test]
    fn a_range_counts_as_one() {
        let mut queue = Queue::of(100);
        for host in 1..=5 {
            queue.ask(&format!("192.0.2.{host}"), &format!("v4-{host}"));
            queue.ask(&format!("2001:db8:0:{host}::/64"), &format!("v6-{host}"));
        }
        queue.ask("198.51.100.1", "other");
        assert_eq!(queue.served(4), "v4-1 v6-1 other v4-2");
    }

    #[test]
    fn a_known_customer_does_not_wait_behind_the_neighbours() {
        let mut queue = Queue::of(8);
        queue.ask_often("192.0.2.1", "x", 6);
        for number in 1..=4 {
            queue.ask_as(Some(1), "192.0.2.1", &format!("own{number}"));
        }
        queue.ask_as(Some(2), "192.0.2.1", "honest");
        assert_eq!(queue.refused, ["x6", "x5", "own4"], "the longest lane leaves its newest place");
        assert_eq!(queue.served(9), "x1 own1 honest x2 own2 x3 own3 x4");
    }

    #[test]
    fn inside_a_range_its_networks_are_served_in_turns() {
        let mut queue = Queue::of(100);
        queue.ask_often("192.0.2.1", "a", 3);
        queue.ask_often("192.0.2.2", "b", 1);
        assert_eq!(queue.served(9), "a1 b1 a2 a3");
    }

    #[test]
    fn alone_a_network_has_every_place() {
        let mut queue = Queue::of(10);
        queue.ask_often("10.0.0.1", "a", 12);
        assert_eq!(queue.refused, ["a11", "a12"]);
        assert_eq!(queue.turns.waiting(), 10);
    }

    #[test]
    fn the_longest_queue_gives_its_newest_place_to_a_shorter_one() {
        let mut queue = Queue::of(6);
        queue.ask_often("203.0.113.1", "a", 6);
        queue.ask_often("192.0.2.1", "b", 6);
        assert_eq!(queue.refused, ["a6", "a5", "a4", "b4", "b5", "b6"], "three places each");
        queue.ask("198.51.100.1", "c1");
        assert_eq!(queue.turns.waiting(), 6);
        assert!(queue.served(9).contains("c1"));
    }

    #[test]
    fn a_crowded_range_makes_room_for_its_own_quiet_networks() {
        let mut queue = Queue::of(4);
        queue.ask_often("203.0.113.1", "a", 4);
        queue.ask("203.0.113.2", "b1");
        assert_eq!(queue.refused, ["a4"]);
        assert_eq!(queue.served(9), "a1 b1 a2 a3");
    }

    #[test]
    fn many_networks_with_one_place_each_push_nobody_out() {
        let mut queue = Queue::of(4);
        for network in 0..4 {
            queue.ask(&format!("203.0.{network}.1"), &format!("n{network}"));
        }
        queue.ask("192.0.2.1", "late");
        assert_eq!(queue.refused, ["late"]);
    }

    #[test]
    fn what_was_taken_out_is_not_served_and_its_place_is_free() {
        let mut queue = Queue::of(3);
        queue.ask_often("192.0.2.1", "a", 3);
        let origin = Origin::of("192.0.2.1", None);
        assert_eq!(queue.turns.remove(origin, 2).as_deref(), Some("a2"));
        assert!(queue.turns.remove(origin, 2).is_none());
        queue.ask("192.0.2.1", "a4");
        assert_eq!(queue.served(9), "a1 a3 a4");
        assert_eq!(queue.turns.waiting(), 0);
        assert!(queue.turns.blocks.is_empty() && queue.turns.served.is_empty(), "nothing is kept");
    }

    #[test]
    fn what_waits_is_counted_right_whatever_comes_and_goes() {
        let mut queue = Queue::of(7);
        let (mut asked, mut served) = (0, 0);
        for step in 0..2000_usize {
            // Any order will do, as long as it is a mixed one.
            let mixed = step.wrapping_mul(2_654_435_761) >> 7;
            if mixed.is_multiple_of(3) {
                served += usize::from(queue.turns.pop().is_some());
            } else {
                asked += 1;
                queue.ask(&format!("10.{}.{}.{}", mixed % 2, mixed % 5, mixed % 4), "x");
            }
            assert!(queue.turns.waiting() <= 7);
            assert_eq!(asked, served + queue.refused.len() + queue.turns.waiting());
        }
        let left = queue.turns.waiting();
        assert_eq!(std::iter::from_fn(|| queue.turns.pop()).count(), left);
    }
}
