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

pub fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let rate: f64 = arguments.number("rate")?;
    let requests = Requests::of(arguments)?;
    let lines = arguments.connections;
    let begin = Instant::now() + Duration::from_millis(50);
    let one_line = |line: usize| -> Result<(Vec<Sample>, Vec<Duration>), Failure> {
        let mut stream = TcpStream::connect(arguments.address)?;
        stream.set_nodelay(true)?;
        let (mut samples, mut lateness) = (Vec::new(), Vec::new());
        for turn in 0_u32.. {
            let planned =
                (f64::from(u32::try_from(line)?) + f64::from(turn) * f64::from(u32::try_from(lines)?)) / rate;
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
            let (status, retry_after) = exchange(&mut stream, &requests.bytes(line, line))?;
            samples.push(Sample { status, took: from.elapsed(), retry_after });
        }
        Ok((samples, lateness))
    };
    let (mut samples, mut lateness) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..lines).map(|line| scope.spawn({ let one_line = &one_line; move || one_line(line) })).collect();
        for one in running {
            let (its_samples, its_lateness) = one.join().expect("a line does not panic")?;
            samples.extend(its_samples);
            lateness.extend(its_lateness);
        }
        Ok::<_, Failure>(())
    })?;
    Ok(Outcome { loop_kind: "open", samples, seconds: begin.elapsed().as_secs_f64(), lateness })
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
