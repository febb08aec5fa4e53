//! Where log lines go: into a buffer that a thread of its own writes out. A request never waits for the disk or the
//! terminal; when the reader is too slow, lines are counted instead of kept.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// More than this waiting to be written is dropped.
const MOST_BYTES: usize = 1 << 20;
/// Lines that come within this time go out in one write: under load the thread wakes 100 times a second, not 60,000.
const GATHER: Duration = Duration::from_millis(10);

#[derive(Clone)]
pub struct Writer(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    dropped: u64,
    closing: bool,
}

/// Writes what is left when it goes out of scope.
pub struct Guard {
    writer: Writer,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(sink: impl Write + Send + 'static) -> io::Result<(Self, Guard)> {
        let writer = Self(Arc::new(Shared { state: Mutex::default(), wake: Condvar::new() }));
        let shared = writer.clone();
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || shared.drain(sink))?;
        Ok((writer.clone(), Guard { writer, thread: Some(thread) }))
    }

    /// Takes whole lines, each with its line break.
    pub fn push(&self, lines: &[u8]) {
        let mut state = self.state();
        if state.lines.len() + lines.len() > MOST_BYTES {
            state.dropped += 1;
            return;
        }
        let was_empty = state.lines.is_empty();
        state.lines.extend_from_slice(lines);
        drop(state);
        // Waking is a call to the system, also when nobody sleeps: the first line of a batch does it for all.
        if was_empty {
            self.0.wake.notify_one();
        }
    }

    fn drain(&self, mut sink: impl Write) {
        let mut batch = Vec::new();
        loop {
            let mut state = self.state();
            while state.lines.is_empty() && !state.closing {
                state = self.0.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            mem::swap(&mut batch, &mut state.lines);
            let (dropped, closing) = (mem::take(&mut state.dropped), state.closing);
            drop(state);
            // A log that cannot be written has nowhere to say so.
            let _ = sink
                .write_all(&batch)
                .and_then(|()| if dropped > 0 { note(&mut sink, dropped) } else { sink.flush() });
            batch.clear();
            if closing {
                return;
            }
            thread::sleep(GATHER);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note(sink: &mut impl Write, dropped: u64) -> io::Result<()> {
    writeln!(
        sink,
        "{{\"level\":\"WARN\",\"message\":\"{dropped} log lines were dropped: the reader of the log is too slow\"}}"
    )?;
    sink.flush()
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.writer.state().closing = true;
        self.writer.0.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One event's line, handed over whole.
pub struct Line(Writer, Vec<u8>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.0.push(&self.1);
    }
}

impl<'a> MakeWriter<'a> for Writer {
    type Writer = Line;
    fn make_writer(&'a self) -> Line {
        Line(self.clone(), Vec::with_capacity(256))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// A reader that takes nothing until it is told to.
    struct Slow(mpsc::Receiver<()>, Arc<Mutex<Vec<u8>>>);
    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_slow_reader_costs_lines_but_nobody_waits() {
        let (go, gate) = mpsc::channel();
        let written = Arc::new(Mutex::new(Vec::new()));
        let (writer, guard) = Writer::start(Slow(gate, written.clone())).unwrap();
        let line = [b'x'; 1023].into_iter().chain([b'\n']).collect::<Vec<_>>();
        for _ in 0..3000 {
            writer.push(&line);
        }
        drop(go);
        drop(guard);
        let text = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        assert!(text.contains("log lines were dropped"), "{} bytes", text.len());
        assert!(text.len() < 3 * MOST_BYTES);
    }

    #[test]
    fn the_last_line_is_written_at_exit() {
        let (go, gate) = mpsc::channel();
        drop(go);
        let written = Arc::new(Mutex::new(Vec::new()));
        let (writer, guard) = Writer::start(Slow(gate, written.clone())).unwrap();
        writer.push(b"first\n");
        writer.push(b"last\n");
        drop(guard);
        assert_eq!(*written.lock().unwrap(), b"first\nlast\n");
    }
}
