//! What a run adds up to: rates, percentiles, and the CPU that both sides spent.

use crate::Failure;
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

/// One answered request.
#[derive(Clone, Copy)]
pub struct Sample {
    pub status: u16,
    pub took: Duration,
    pub retry_after: bool,
}

pub struct Outcome {
    pub loop_kind: &'static str,
    pub samples: Vec<Sample>,
    pub seconds: f64,
    /// Open loop only: how late the generator itself woke, which is not counted as latency.
    pub lateness: Vec<Duration>,
}

pub struct Cpu {
    generator: f64,
    server: Option<f64>,
    seconds: f64,
}

pub struct CpuClock {
    server: Option<(u32, f64)>,
    generator: f64,
}

impl CpuClock {
    pub fn start(server: Option<u32>) -> Result<Self, Failure> {
        let server = server.map(|pid| cpu_seconds(&pid.to_string()).map(|spent| (pid, spent))).transpose()?;
        Ok(Self { server, generator: cpu_seconds("self")? })
    }

    pub fn stop(&self, seconds: f64) -> Result<Cpu, Failure> {
        let server =
            self.server.map(|(pid, before)| cpu_seconds(&pid.to_string()).map(|after| after - before));
        Ok(Cpu { generator: cpu_seconds("self")? - self.generator, server: server.transpose()?, seconds })
    }
}

/// User and system time of all threads, in seconds; Linux counts in ticks of 10 ms.
fn cpu_seconds(process: &str) -> Result<f64, Failure> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit_once(')').ok_or("no process name in stat")?.1;
    let mut ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    let mut next = || ticks.next().ok_or("a short stat line");
    Ok(f64::from(next()?? + next()??) / 100.0)
}

/// One object: counts by status, the rate of successes, latencies in milliseconds, CPU shares of one core.
pub fn report(outcome: &Outcome, cpu: &Cpu) -> Value {
    let mut statuses = BTreeMap::<String, usize>::new();
    for sample in &outcome.samples {
        *statuses.entry(sample.status.to_string()).or_default() += 1;
    }
    let good = milliseconds(&outcome.samples, |sample| sample.status < 400);
    let busy = milliseconds(&outcome.samples, |sample| sample.status == 503);
    let mut late: Vec<f64> = outcome.lateness.iter().map(|late| late.as_secs_f64() * 1000.0).collect();
    late.sort_by(f64::total_cmp);
    let requests = outcome.samples.len();
    json!({
        "loop": outcome.loop_kind,
        "seconds": thousandths(outcome.seconds),
        "requests": requests,
        "statuses": statuses,
        "good_per_second": thousandths(count(good.len()) / outcome.seconds),
        "good_ms": percentiles(&good),
        "busy_ms": percentiles(&busy),
        "busy_with_retry_after": outcome.samples.iter().filter(|s| s.status == 503 && s.retry_after).count(),
        "generator_late_ms": percentiles(&late),
        "generator_cores": thousandths(cpu.generator / cpu.seconds),
        "server_cores": cpu.server.map(|spent| thousandths(spent / cpu.seconds)),
        "server_cpu_s_per_1000": cpu.server.map(|spent| thousandths(spent * 1000.0 / count(requests))),
    })
}

fn milliseconds(samples: &[Sample], wanted: impl Fn(&Sample) -> bool) -> Vec<f64> {
    let mut times: Vec<f64> =
        samples.iter().filter(|s| wanted(s)).map(|sample| sample.took.as_secs_f64() * 1000.0).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn percentiles(sorted: &[f64]) -> Value {
    let Some(most) = sorted.last() else { return Value::Null };
    let at = |percent: usize| thousandths(sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1]);
    json!({ "p50": at(50), "p95": at(95), "p99": at(99), "max": thousandths(*most) })
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("a run is shorter than that"))
}

fn thousandths(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
