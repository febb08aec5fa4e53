//! Fewer open files than connections.

use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use crate::serve::Server;
use crate::support::Run;

#[test]
fn a_limit_that_is_too_low_is_told_with_the_number_that_is_enough() {
    let run = Run::new();
    let served = run.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut limited = Command::new("/bin/sh");
    limited
        .args(["-c", r#"ulimit -n 300 && exec "$0" "$@""#])
        .arg(served.get_program())
        .args(served.get_args());
    limited.current_dir(run.path()).env_clear();
    let server = Server::start_by(limited);
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200 "));
    let (code, log) = server.end("-TERM");
    let told = "this process may open 300 files, which is enough for 150 connections";
    assert!(code == 0 && log.contains(told) && log.contains("Raise the hard limit to 10200"), "{log}");
}

#[test]
fn where_no_file_is_left_an_idle_connection_gives_way() {
    let server = Server::start(&Run::new(), &[]);
    let open = std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap().count() as u64;
    let most = Some(open + 10);
    let process = Pid::from_raw(server.id().try_into().unwrap());
    prlimit(process, Resource::Nofile, Rlimit { current: most, maximum: most }).unwrap();
    let silent: Vec<_> = (0..30).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    // Longer than a connection has to be idle before it may give way.
    std::thread::sleep(Duration::from_millis(1900));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200 "));
    drop(silent);
    let (code, log) = server.end("-TERM");
    assert!(code == 0 && log.contains("a connection could not be accepted"), "{log}");
}
