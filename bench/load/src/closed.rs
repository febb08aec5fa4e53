//! Closed loop: as many requests under way as there are connections, never more. It shows capacity; its latencies
//! say little about a server that is slower than its callers (see `paced`).

use crate::{
    Failure,
    arguments::Arguments,
    http,
    requests::Requests,
    stats::{Outcome, Sample},
};
use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

/// One thread drives all connections: it leaves the other cores to the server.
pub fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, drive(arguments))
}

async fn drive(arguments: &Arguments) -> Result<Outcome, Failure> {
    let requests = Rc::new(Requests::of(arguments)?);
    let start_at = arguments.number("first").unwrap_or(0);
    let most = arguments.number("requests").unwrap_or(usize::MAX - start_at);
    let next = Rc::new(Cell::new(start_at));
    let begin = Instant::now();
    let end =
        begin + Duration::from_secs_f64(if arguments.seconds > 0.0 { arguments.seconds } else { 3600.0 });
    let mut running = Vec::new();
    for connection in 0..arguments.connections {
        let stream = TcpStream::connect(arguments.address).await?;
        stream.set_nodelay(true)?;
        let (requests, next) = (requests.clone(), next.clone());
        running.push(tokio::task::spawn_local(async move {
            let mut samples = Vec::new();
            let mut line = Line { stream, buffer: Vec::with_capacity(4096) };
            while Instant::now() < end && next.get() < start_at + most {
                let number = next.replace(next.get() + 1);
                samples.push(line.exchange(&requests.bytes(number, connection)).await?);
            }
            Ok::<_, Failure>(samples)
        }));
    }
    let mut samples = Vec::new();
    for one in running {
        samples.extend(one.await??);
    }
    Ok(Outcome { loop_kind: "closed", samples, seconds: begin.elapsed().as_secs_f64(), lateness: Vec::new() })
}

/// One keep-alive connection.
pub struct Line {
    pub stream: TcpStream,
    pub buffer: Vec<u8>,
}

impl Line {
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Sample, Failure> {
        let begin = Instant::now();
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed a connection".into());
            }
            if let Some(answer) = http::parse(&self.buffer) {
                return Ok(Sample {
                    status: answer.status,
                    took: begin.elapsed(),
                    retry_after: answer.retry_after,
                });
            }
        }
    }
}
