//! `doorstep keys`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::Run;

const OLD: &str = "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7";

/// Whether a server starts; then it is ended.
fn starts(run: &Run) -> bool {
    let mut server = run
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let _ = server.kill();
    server.wait().unwrap();
    line.contains("ready")
}

#[test]
fn a_key_beside_the_database_is_changed_once_and_the_former_may_go() {
    let run = Run::new();
    assert!(starts(&run));
    let old = fs::read_to_string(run.path().join("doorstep.key")).unwrap();
    for sealed_again in [1, 0] {
        let done = run.run(&["keys", "rotate"]);
        assert_eq!(done.code, 0, "{}", done.err);
        assert!(done.out.contains(&format!("Sealed again: {sealed_again} signing keys")), "{}", done.out);
        assert!(!done.out.contains(old.trim()));
    }
    assert_eq!(fs::read_to_string(run.path().join("doorstep.key.former")).unwrap(), old);
    assert!(starts(&run));
    fs::remove_file(run.path().join("doorstep.key.former")).unwrap();
    assert!(starts(&run));
    fs::write(run.path().join("doorstep.key"), old).unwrap();
    assert!(!starts(&run));
    let status = run.run(&["keys", "status"]);
    assert!(status.out.contains("with neither: 1"), "{}", status.out);
}

#[test]
fn what_would_change_nothing_is_refused() {
    let run = Run::new().variable("DOORSTEP_SECRETS_KEY", OLD);
    assert!(run.run(&["keys", "rotate"]).err.contains("there is no file"));
    assert!(starts(&run));
    assert!(run.run(&["keys", "rotate"]).err.contains("secrets.other_key first"));
    let same = run.variable("DOORSTEP_SECRETS_OTHER_KEY", OLD);
    let refused = same.run(&["check-config"]);
    assert!(
        refused.code != 0 && refused.err.contains("[secrets] other_key is the same key as"),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains(OLD));
    let bad = same.variable("DOORSTEP_SECRETS_OTHER_KEY", "changeme");
    let refused = bad.run(&["check-config"]);
    assert!(
        refused.code != 0 && refused.err.contains("[secrets] other_key: needs 32 bytes"),
        "{}",
        refused.err
    );
}
