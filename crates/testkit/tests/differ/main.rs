//! The differ: one sequence of calls, drawn from a seed, on every engine at once, with one clock and the same chance. Every answer
//! (status, headers, body) and, at the end, every record in the databases must be the same, byte for byte.
//!
//! `DOORSTEP_TEST_ENGINES="sqlite postgres"` names the engines, `DOORSTEP_TEST_SEEDS="1 2 3"` the sequences,
//! `DOORSTEP_TEST_CALLS` their length (300).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod book;
mod calls;
mod dice;
mod engines;

use std::collections::BTreeSet;

use calls::Shop;
use engines::Engines;

fn setting(name: &str, usual: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| usual.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_gives_every_answer_byte_for_byte() {
    let calls: usize = setting("DOORSTEP_TEST_CALLS", "300").parse().unwrap();
    let names = setting("DOORSTEP_TEST_ENGINES", "sqlite postgres mariadb mysql mongodb");
    assert!(names.split_whitespace().count() > 1, "one engine alone cannot differ: {names}");
    let mut seen = BTreeSet::new();
    for seed in setting("DOORSTEP_TEST_SEEDS", "1 2 3").split_whitespace() {
        let seed = seed.parse().unwrap();
        let mut engines = Engines::start(&names, seed).await;
        let mut shop = Shop::new(seed);
        for number in 0..calls {
            let step = shop.next();
            let answer = engines.take(&step, &format!("seed {seed}, call {number}")).await;
            shop.learn(&step, answer.as_ref());
        }
        let records = engines.compare_records(&format!("seed {seed}")).await;
        println!("seed {seed}: {calls} steps, {records} records on {names}: no difference");
        let told: Vec<_> = shop.told().iter().map(|(status, count)| format!("{status} × {count}")).collect();
        println!("  answers: {}", told.join(", "));
        seen.extend(shop.told().keys().copied());
    }
    // A sequence that only meets refusals compares nothing.
    for status in [200, 201, 204, 400, 401, 404, 409, 412, 422, 429] {
        assert!(seen.contains(&status), "no answer was {status}: more calls, or another seed");
    }
}
