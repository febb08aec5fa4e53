//! Everybody at once: all connections stand, then every request leaves in the same moment.

use crate::{Failure, arguments::Arguments, closed::Line, requests::Requests, stats::Outcome};
use std::{rc::Rc, time::Instant};
use tokio::{net::TcpStream, sync::Barrier, task::LocalSet};

pub fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, drive(arguments))
}

async fn drive(arguments: &Arguments) -> Result<Outcome, Failure> {
    let requests = Rc::new(Requests::of(arguments)?);
    let start = Rc::new(Barrier::new(arguments.connections));
    let mut running = Vec::new();
    for connection in 0..arguments.connections {
        let stream = TcpStream::connect(arguments.address).await?;
        stream.set_nodelay(true)?;
        let (requests, start) = (requests.clone(), start.clone());
        running.push(tokio::task::spawn_local(async move {
            let request = requests.bytes(connection, connection);
            let mut line = Line { stream, buffer: Vec::with_capacity(4096) };
            start.wait().await;
            line.exchange(&request).await
        }));
    }
    let begin = Instant::now();
    let mut samples = Vec::new();
    for one in running {
        samples.push(one.await??);
    }
    Ok(Outcome { loop_kind: "burst", samples, seconds: begin.elapsed().as_secs_f64(), lateness: Vec::new() })
}
