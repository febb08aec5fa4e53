use doorstep_base::CustomerId;

use super::*;

/// Jobs are named `<network><number>`; at most `places` wait.
struct Queue {
    turns: Turns<String>,
    places: usize,
    next: u64,
    refused: Vec<String>,
    now: Instant,
}

impl Queue {
    fn of(places: usize) -> Self {
        Self { turns: Turns::default(), places, next: 0, refused: Vec::new(), now: Instant::now() }
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
        let served: Vec<String> = std::iter::from_fn(|| self.turns.pop(self.now)).take(most).collect();
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
fn a_row_of_new_blocks_pushes_nobody_out_of_a_full_queue_who_tries_again() {
    let mut queue = Queue::of(20);
    queue.ask("192.0.2.1", "first");
    queue.served(1);
    for number in 0..19 {
        queue.ask(&format!("2001:db8:{number:x}::/64"), "x");
    }
    queue.ask("192.0.2.1", "again");
    let mut served = Vec::new();
    for number in 19..60 {
        queue.ask(&format!("2001:db8:{number:x}::/64"), "x");
        served.push(queue.served(1));
    }
    assert!(!queue.refused.contains(&"again".to_owned()), "it had its place");
    assert!(
        served.iter().position(|job| job == "again").is_some_and(|waited| waited <= MOST_FRESH),
        "{served:?}"
    );
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
fn whoever_comes_now_and_then_does_not_wait_for_a_round_of_those_who_never_leave() {
    let mut queue = Queue::of(130);
    for hostile in 0..8 {
        queue.ask_often(&format!("203.0.{hostile}.1"), "x", 15);
    }
    queue.served(16);
    for _ in 0..5 {
        queue.ask("192.0.2.1", "honest");
        let served = queue.served(10);
        let waited = served.split(' ').position(|job| job == "honest");
        assert!(waited.is_some_and(|waited| waited < 2), "{served}");
    }
}

#[test]
fn those_who_come_again_under_many_names_do_not_keep_out_who_was_here_more_often() {
    let mut queue = Queue::of(1000);
    for _ in 0..9 {
        queue.ask("192.0.2.1", "honest");
    }
    for number in 0..100 {
        queue.ask(&format!("203.0.{number}.1"), "x");
    }
    queue.served(109);
    queue.ask("192.0.2.1", "honest");
    let mut waited = 0;
    for number in 0..100 {
        queue.ask(&format!("203.0.{number}.1"), "x");
        queue.ask(&format!("203.0.{}.1", (number + 50) % 100), "x");
        if queue.served(1) == "honest" {
            break;
        }
        waited += 1;
    }
    assert!(waited < 2, "{waited} went before");
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

/// Everybody who asks again at once when they were served, each of `askers` with one check; then somebody comes.
fn someone_comes_to(askers: impl Fn(&mut Queue, u8), network: &str, customer: Option<u8>) -> Queue {
    let mut queue = Queue::of(130);
    for _ in 0..=MARGIN {
        (0..130).for_each(|asker| askers(&mut queue, asker));
        queue.served(130);
    }
    (0..130).for_each(|asker| askers(&mut queue, asker));
    queue.refused.clear();
    queue.ask_as(customer, network, "honest");
    queue
}

#[test]
fn many_customers_of_one_network_with_one_check_each_keep_nobody_there_out() {
    let crowd = |queue: &mut Queue, asker| queue.ask_as(Some(asker), "192.0.2.1", "x");
    let networks =
        [("192.0.2.1", Some(200)), ("192.0.2.1", None), ("192.0.2.2", None), ("192.0.2.2", Some(1))];
    for (network, customer) in networks {
        let mut queue = someone_comes_to(crowd, network, customer);
        assert_eq!((queue.refused.join(" "), queue.served(1)), ("x".into(), "honest".into()), "{network}");
    }
}

#[test]
fn a_range_with_one_check_from_each_address_keeps_nobody_there_out() {
    let crowd = |queue: &mut Queue, asker| queue.ask(&format!("192.0.2.{asker}"), "x");
    let mut queue = someone_comes_to(crowd, "192.0.2.200", None);
    assert_eq!((queue.refused.join(" "), queue.served(1)), ("x".into(), "honest".into()));
}

#[test]
fn many_ranges_with_one_check_each_keep_nobody_out_who_is_new() {
    let crowd = |queue: &mut Queue, asker| queue.ask(&format!("203.0.{asker}.1"), "x");
    let mut queue = someone_comes_to(crowd, "192.0.2.1", None);
    assert_eq!((queue.refused.join(" "), queue.served(1)), ("x".into(), "honest".into()));
    // Whoever has been served as often as they waits, or goes.
    queue.ask("198.51.100.1", "other");
    queue.refused.clear();
    queue.ask("192.0.2.1", "again");
    assert_eq!(queue.refused, ["again"]);
}

#[test]
fn whoever_stayed_away_for_a_while_is_new_again() {
    let mut queue = Queue::of(100);
    queue.ask("192.0.2.1", "first");
    queue.ask("198.51.100.1", "other");
    queue.served(2);
    queue.now += std::time::Duration::from_secs(60);
    queue.ask("198.51.100.1", "other");
    queue.served(1);
    queue.now += std::time::Duration::from_secs(60);
    queue.ask("203.0.113.1", "x");
    queue.served(1);
    queue.ask("198.51.100.1", "other");
    queue.ask("192.0.2.1", "honest");
    assert_eq!(queue.served(2), "honest other");
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
    let root = &queue.turns.root;
    assert!(root.below.is_empty() && root.fresh.is_empty() && root.served.is_empty(), "nothing is kept");
}

#[test]
fn what_waits_is_counted_right_whatever_comes_and_goes() {
    let mut queue = Queue::of(7);
    let (mut asked, mut served) = (0, 0);
    for step in 0..2000_usize {
        // Any order will do, as long as it is a mixed one.
        let mixed = step.wrapping_mul(2_654_435_761) >> 7;
        if mixed.is_multiple_of(3) {
            served += usize::from(queue.turns.pop(queue.now).is_some());
        } else {
            asked += 1;
            queue.ask(&format!("10.{}.{}.{}", mixed % 2, mixed % 5, mixed % 4), "x");
        }
        assert!(queue.turns.waiting() <= 7);
        assert_eq!(asked, served + queue.refused.len() + queue.turns.waiting());
    }
    let left = queue.turns.waiting();
    assert_eq!(std::iter::from_fn(|| queue.turns.pop(queue.now)).count(), left);
}
