//! Measures the Argon2id ceiling of this machine: hashes a second with the parameters that Doorstep uses, on one
//! and on two threads, for every implementation that the machine can run. Readable lines on stderr, JSON on stdout.

mod contenders;
#[cfg(c_reference)]
mod reference;

use contenders::{Contender, MEMORY_KIB, OURS, PASSES, contenders};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Map, Value, json};
use std::sync::Barrier;

const THREADS: [usize; 2] = [1, 2];
const BUDGET_SECONDS: f64 = 26.0;
/// Machines are shared and drift: each round gives every contender one short turn, and medians are compared.
const ROUNDS: usize = 9;
/// The ceiling is what the wall clock says. What the processor's own clock says shows, on a busy machine, what a
/// quiet one would do.
const CLOCKS: [(&str, ClockId); 2] =
    [("hashes_per_second", ClockId::Monotonic), ("hashes_per_cpu_second", ClockId::ThreadCPUTime)];

/// Hashes a second by each of the clocks, for each number of threads.
type Rates = [[f64; THREADS.len()]; CLOCKS.len()];

fn main() {
    let contenders = contenders();
    contenders::must_agree(&contenders);
    let turns = u32::try_from(ROUNDS * THREADS.len() * contenders.len()).expect("a small number");
    let turn = BUDGET_SECONDS / f64::from(turns);
    let mut rounds = vec![Vec::new(); contenders.len()];
    for round in 0..ROUNDS {
        for place in 0..contenders.len() {
            let number = (place + round) % contenders.len();
            let [one, two] = THREADS.map(|threads| rate(&contenders[number], threads, turn));
            rounds[number].push(std::array::from_fn(|clock| [one[clock], two[clock]]));
        }
    }
    let medians: Vec<Rates> = rounds.iter().map(|rounds| medians(rounds)).collect();
    println!("{}", report(&contenders, &medians));
}

fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Hashes a second, by each of the clocks, of `threads` threads that start together.
fn rate(contender: &Contender, threads: usize, turn: f64) -> [f64; CLOCKS.len()] {
    let start = Barrier::new(threads);
    let work = || {
        let mut hash = (contender.start)();
        hash(&mut [0; 32]); // its memory is in place before the clocks run
        start.wait();
        let begin = CLOCKS.map(|(_, clock)| seconds(clock));
        let mut hashes = 0.0;
        while seconds(ClockId::Monotonic) < begin[0] + turn {
            hash(&mut [0; 32]);
            hashes += 1.0;
        }
        let end = CLOCKS.map(|(_, clock)| seconds(clock));
        std::array::from_fn(|clock| hashes / (end[clock] - begin[clock]))
    };
    let each: Vec<[f64; CLOCKS.len()]> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("hashing does not panic")).collect()
    });
    std::array::from_fn(|clock| each.iter().map(|rates| rates[clock]).sum())
}

fn medians(rounds: &[Rates]) -> Rates {
    let median = |clock: usize, threads: usize| {
        let mut rates: Vec<f64> = rounds.iter().map(|rates| rates[clock][threads]).collect();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    std::array::from_fn(|clock| std::array::from_fn(|threads| median(clock, threads)))
}

fn report(contenders: &[Contender], medians: &[Rates]) -> Value {
    let mut result = json!({ "memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": 1, "rounds": ROUNDS });
    for (clock, (name, _)) in CLOCKS.iter().enumerate() {
        eprintln!("Argon2id m={MEMORY_KIB} t={PASSES} p=1, {name}, medians of {ROUNDS} rounds");
        let mut table = Map::new();
        let (mut ours, mut best) = ([0.0_f64; THREADS.len()], [0.0_f64; THREADS.len()]);
        for (contender, rates) in contenders.iter().zip(medians) {
            let [one, two] = rates[clock];
            eprintln!("{:<40} {one:>7.1} on 1 thread {two:>7.1} on 2 threads", contender.name);
            table.insert(contender.name.into(), json!({ "1": rounded(one, 10.0), "2": rounded(two, 10.0) }));
            if contender.name == OURS {
                ours = [one, two];
            } else {
                best = [best[0].max(one), best[1].max(two)];
            }
        }
        let ratio: [f64; THREADS.len()] = std::array::from_fn(|n| rounded(ours[n] / best[n], 1000.0));
        eprintln!("ours to the best other: {} on 1 thread, {} on 2 threads", ratio[0], ratio[1]);
        result[*name] = table.into();
        result["ours_to_best_other"][*name] = json!({ "1": ratio[0], "2": ratio[1] });
    }
    result
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
