//! Measures the Argon2id ceiling of this machine: hashes a second with the parameters that Doorstep uses, on one
//! and on two threads, for every implementation that the machine can run. Readable lines on stderr, JSON on stdout.

mod contenders;
#[cfg(c_reference)]
mod reference;

use contenders::{Contender, MEMORY_KIB, OURS, PASSES, contenders};
use serde_json::{Map, Value, json};
use std::sync::Barrier;
use std::time::{Duration, Instant};

const THREADS: [usize; 2] = [1, 2];
const BUDGET: Duration = Duration::from_secs(26);
/// Machines are shared and drift: each round gives every contender one short turn, and medians are compared.
const ROUNDS: usize = 9;

fn main() {
    let contenders = contenders();
    contenders::must_agree(&contenders);
    let turn = BUDGET / u32::try_from(ROUNDS * THREADS.len() * contenders.len()).expect("a small number");
    let mut rates = vec![THREADS.map(|_| Vec::new()); contenders.len()];
    for round in 0..ROUNDS {
        for place in 0..contenders.len() {
            let number = (place + round) % contenders.len();
            for (column, threads) in THREADS.into_iter().enumerate() {
                rates[number][column].push(rate(&contenders[number], threads, turn));
            }
        }
    }
    let medians: Vec<_> = rates.iter().map(|row| row.each_ref().map(|rates| median(rates))).collect();
    report(&contenders, &medians);
}

/// Hashes a second of `threads` threads that start together.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn rate(contender: &Contender, threads: usize, turn: Duration) -> f64 {
    let start = Barrier::new(threads);
    let work = || {
        let mut hash = (contender.start)();
        hash(&mut [0; 32]); // its memory is in place before the clock runs
        start.wait();
        let begin = Instant::now();
        let mut hashes = 0.0;
        while begin.elapsed() < turn {
            hash(&mut [0; 32]);
            hashes += 1.0;
        }
        hashes / begin.elapsed().as_secs_f64()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("hashing does not panic")).sum()
    })
}

fn median(rates: &[f64]) -> f64 {
    let mut rates = rates.to_vec();
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn report(contenders: &[Contender], medians: &[[f64; THREADS.len()]]) {
    let mut table = Map::new();
    let mut best = [("", 0.0); THREADS.len()];
    let mut ours = [0.0; THREADS.len()];
    eprintln!("Argon2id m={MEMORY_KIB} t={PASSES} p=1, hashes/s, medians of {ROUNDS} rounds");
    for (contender, rates) in contenders.iter().zip(medians) {
        eprintln!("{:<40} {:>7.1} on 1 thread {:>7.1} on 2 threads", contender.name, rates[0], rates[1]);
        table.insert(contender.name.into(), json!({ "1": tenths(rates[0]), "2": tenths(rates[1]) }));
        for column in 0..THREADS.len() {
            if contender.name == OURS {
                ours[column] = rates[column];
            } else if rates[column] > best[column].1 {
                best[column] = (contender.name, rates[column]);
            }
        }
    }
    let ratio = |column: usize| (ours[column] / best[column].1 * 1000.0).round() / 1000.0;
    for (column, threads) in THREADS.into_iter().enumerate() {
        eprintln!("ours / best other, {threads} thread(s): {} ({})", ratio(column), best[column].0);
    }
    let result: Value = json!({
        "memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": 1, "rounds": ROUNDS, "hashes_per_second": table,
        "best_other": { "1": best[0].0, "2": best[1].0 },
        "ours_to_best_other": { "1": ratio(0), "2": ratio(1) },
    });
    println!("{result}");
}

fn tenths(rate: f64) -> f64 {
    (rate * 10.0).round() / 10.0
}
