//! Open loop: requests leave by the clock, whatever the server does, so a stall is seen by every request that it
//! delays (no coordinated omission).
//!
//! Plain threads, because an async timer rounds to whole milliseconds. A thread that wakes late reports the
//! lateness apart: latency is counted from the planned moment when the line was still busy then, and from the
//! moment of sending when the line was free and only the generator overslept.

use crate::{
    Failure,
    arguments::Arguments,
    http,
    requests::Requests,
    stats::{Outcome, Sample},
};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

type Line = (Vec<Sample>, Vec<Duration>);

pub fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let rate: f64 = arguments.number("rate")?;
    let requests = &Requests::of(arguments)?;
    let begin = Instant::now() + Duration::from_millis(50);
    let lines: Vec<Result<Line, Failure>> = std::thread::scope(|scope| {
        let start = |line| scope.spawn(move || one_line(arguments, requests, begin, rate, line));
        let running: Vec<_> = (0..arguments.connections).map(start).collect();
        running.into_iter().map(|line| line.join().expect("a line does not panic")).collect()
    });
    let seconds = begin.elapsed().as_secs_f64();
    let (mut samples, mut lateness) = (Vec::new(), Vec::new());
    for line in lines {
        let (its_samples, its_lateness) = line?;
        samples.extend(its_samples);
        lateness.extend(its_lateness);
    }
    Ok(Outcome { loop_kind: "open", samples, seconds, lateness })
}

/// Every request of the run that falls to this connection.
fn one_line(
    arguments: &Arguments,
    requests: &Requests,
    begin: Instant,
    rate: f64,
    line: usize,
) -> Result<Line, Failure> {
    let mut stream = TcpStream::connect(arguments.address)?;
    stream.set_nodelay(true)?;
    let (mut samples, mut lateness) = (Vec::new(), Vec::new());
    for number in (line..).step_by(arguments.connections) {
        let planned = f64::from(u32::try_from(number)?) / rate;
        if planned >= arguments.seconds {
            break;
        }
        let planned = begin + Duration::from_secs_f64(planned);
        let mut from = planned;
        if let Some(wait) = planned.checked_duration_since(Instant::now()) {
            std::thread::sleep(wait);
            from = Instant::now();
            lateness.push(from - planned);
        }
        let (status, retry_after) = exchange(&mut stream, &requests.bytes(number, number))?;
        samples.push(Sample { status, took: from.elapsed(), retry_after });
    }
    Ok((samples, lateness))
}

fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<(u16, bool), Failure> {
    stream.write_all(request)?;
    let mut bytes = [0; 8192];
    let mut filled = 0;
    loop {
        match stream.read(&mut bytes[filled..])? {
            0 => return Err("the server closed a connection, or its answer is too long".into()),
            more => filled += more,
        }
        if let Some(answer) = http::parse(&bytes[..filled]) {
            return Ok((answer.status, answer.retry_after));
        }
    }
}
