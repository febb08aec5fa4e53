//! `doorstep move` as people meet it: what it says, and what it refuses.

use crate::support::Run;

const BCRYPT: &str = "$2b$04$pdtYKAVuyIQxBPMMfcF2iudO0hADaqyTKx5Yup6AgSQwcaZ7WlFnC";
const FROM: &str = "sqlite:doorstep.db";

fn shop() -> Run {
    let line = format!("{{\"email\":\"ada@example.com\",\"passwordHash\":\"{BCRYPT}\"}}");
    let run = Run::new().file("one.jsonl", &line);
    assert_eq!(run.run(&["users", "import", "one.jsonl"]).code, 0);
    run
}

fn refused(run: &Run, arguments: &[&str], told: &str) {
    let ended = run.run(arguments);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{arguments:?}");
    let last = ended.err.lines().last().unwrap();
    assert!(last.starts_with("doorstep: ") && last.contains(told), "{arguments:?} {}", ended.err);
}

#[test]
fn a_moved_shop_opens_there_and_not_here() {
    let run = shop();
    let ended = run.run(&["move", "--from", FROM, "--to", "sqlite:new.db"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.starts_with("Done: 3 records are the same in sqlite:doorstep.db and sqlite:new.db\n"));
    assert!(ended.err.contains("copying: 3 records, ") && ended.err.contains("comparing: 3 records, "));
    assert_eq!(run.run(&["users", "--database", "sqlite:new.db", "show", "ada@example.com"]).code, 0);
    refused(&run, &["users", "show", "ada@example.com"], "was moved to sqlite:new.db");
    refused(&run, &["serve", "--listen", "127.0.0.1:0"], "was moved to sqlite:new.db");
    refused(&run, &["move", "--from", FROM, "--to", "sqlite:third.db"], "was moved to sqlite:new.db");
    let released = run.run(&["move", "--release", "--from", FROM]);
    assert_eq!(
        (released.code, released.out.as_str()),
        (0, "Servers may start on sqlite:doorstep.db again\n")
    );
    assert_eq!(run.run(&["users", "show", "ada@example.com"]).code, 0);
}

#[test]
fn a_copy_leaves_the_source_in_use() {
    let run = shop();
    let arguments = ["move", "--keep-source", "--from", FROM, "--to", "sqlite:copy.db"];
    assert_eq!(run.run(&arguments).code, 0);
    assert_eq!(run.run(&["users", "show", "ada@example.com"]).code, 0);
    assert_eq!(run.run(&["users", "--database", "sqlite:copy.db", "show", "ada@example.com"]).code, 0);
}

#[test]
fn a_followed_move_ends_when_nothing_is_written_any_more() {
    let run = shop();
    let arguments = ["move", "--follow", "--until-quiet", "300ms", "--from", FROM, "--to", "sqlite:new.db"];
    let ended = run.run(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("The shop stood still for "), "{}", ended.out);
}

#[test]
fn what_would_harm_is_refused() {
    let run = shop();
    assert_eq!(run.run(&["users", "--database", "sqlite:full.db", "import", "one.jsonl"]).code, 0);
    let to = |url: &'static str| ["move", "--from", FROM, "--to", url];
    refused(
        &run,
        &to("sqlite:full.db"),
        "sqlite:full.db is not empty, it holds 1 customers, 1 credentials, 1 audit",
    );
    refused(&run, &to(FROM), "is both ends of the move");
    refused(&run, &to("sqlite:./doorstep.db"), "is not empty");
    refused(&run, &to("oracle://db/shop"), "use sqlite:PATH");
    refused(&run, &to("sqlite:no/such/folder/new.db"), "no/such/folder");
    refused(&run, &["move", "--from", "sqlite:typo.db", "--to", "sqlite:new.db"], "there is no file typo.db");
    assert!(!run.path().join("typo.db").exists());
    assert_eq!(run.run(&["users", "show", "ada@example.com"]).code, 0);
    let usage = run.run(&["move", "--from", FROM]);
    assert!(usage.code == 2 && usage.err.contains("--to"), "{}", usage.err);
}

#[test]
fn another_master_key_is_refused_before_anything_is_written() {
    let run = Run::new();
    let first =
        run.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(std::process::Stdio::piped()).spawn();
    let mut server = first.unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    let run = run.variable("DOORSTEP_SECRETS_KEY", &"4f0c8d2ab1e67793".repeat(4));
    let arguments = ["move", "--from", FROM, "--to", "sqlite:new.db"];
    refused(&run, &arguments, "were sealed with another secrets.key");
    assert!(!run.path().join("new.db").exists());
}
