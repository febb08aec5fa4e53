//! `doorstep users` and `doorstep migrate`.

use crate::support::Run;

const BCRYPT: &str = "$2b$04$pdtYKAVuyIQxBPMMfcF2iudO0hADaqyTKx5Yup6AgSQwcaZ7WlFnC";

#[test]
fn accounts_are_imported_line_by_line_and_each_refusal_is_told() {
    let line = |email: &str, hash: &str| {
        format!("{{\"email\":\"{email}\",\"name\":\"Ada\",\"passwordHash\":\"{hash}\"}}\n")
    };
    let run = Run::new().file(
        "customers.jsonl",
        &[
            line("ada@example.com", BCRYPT),
            line("grace@example.com", &BCRYPT.replace("$2b$", "$2y$")),
            "\n".to_owned(),
            line("not an address", BCRYPT),
            line("md5@example.com", "5f4dcc3b5aa765d61d8327deb882cf99"),
            line("ADA@example.com", BCRYPT),
            "{\"email\":\"x@example.com\",\"passwordHash\":\"c4nary\",\"role\":\"admin\"}\n".to_owned(),
            "{\"email\":\n".to_owned(),
        ]
        .concat(),
    );
    let ended = run.run(&["users", "import", "customers.jsonl"]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.out, "2 accounts imported, 5 lines refused\n");
    let told: Vec<_> = ended.err.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(told, ["line 4", "line 5", "line 6", "line 7", "line 8", "doorstep"], "{}", ended.err);
    assert!(!ended.err.contains("c4nary") && !ended.err.contains(BCRYPT), "{}", ended.err);
}

#[test]
fn an_account_is_shown_disabled_and_enabled() {
    let run = Run::new()
        .file("one.jsonl", &format!("{{\"email\":\"ada@example.com\",\"passwordHash\":\"{BCRYPT}\"}}"));
    assert_eq!(run.run(&["users", "import", "one.jsonl"]).code, 0);
    let shown = || run.run(&["users", "show", "ADA@example.com"]).out;
    assert!(shown().contains("disabled  no") && !shown().contains("$2b$"), "{}", shown());
    assert_eq!(run.run(&["users", "disable", "ada@example.com"]).code, 0);
    assert!(shown().contains("disabled  since 20"), "{}", shown());
    assert_eq!(run.run(&["users", "enable", "ada@example.com"]).code, 0);
    assert!(shown().contains("disabled  no"));
    let unknown = run.run(&["users", "disable", "nobody@example.com"]);
    assert_eq!(
        (unknown.code, unknown.err.as_str()),
        (1, "doorstep: nobody@example.com: no account has this e-mail address\n")
    );
}

#[test]
fn migrating_twice_changes_nothing_the_second_time() {
    let run = Run::new();
    let (first, second) = (run.run(&["migrate"]), run.run(&["migrate"]));
    assert_eq!((first.code, second.code), (0, 0), "{}", first.err);
    assert!(first.out.contains("taken"), "{}", first.out);
    assert_eq!(second.out, "The schema is up to date\n");
}

#[test]
fn a_dry_run_tells_the_steps_and_takes_none() {
    let run = Run::new();
    for _ in 0..2 {
        let told = run.run(&["migrate", "--dry-run"]);
        assert_eq!(told.code, 0, "{}", told.err);
        assert!(told.out.contains("  1  make the table customers\n"), "{}", told.out);
        assert!(told.out.ends_with("The database is empty.\n"), "{}", told.out);
    }
    assert_eq!(run.run(&["migrate"]).code, 0);
    let told = run.run(&["migrate", "--dry-run"]);
    assert!(told.out.starts_with("The schema is up to date (step "), "{}", told.out);
}

#[test]
fn an_import_names_records_that_take_longer_than_a_refused_login_may() {
    let hash = "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    let line = |number: usize, cost: &str| {
        format!(r#"{{"email": "ada{number}@example.com", "passwordHash": "$2b${cost}${hash}"}}"#)
    };
    let lines = [line(1, "14"), line(2, "14"), line(3, "05")].join("\n");
    let run = Run::new().file("customers.jsonl", &lines);
    let ended = run.run(&["users", "import", "customers.jsonl"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(ended.out, "3 accounts imported, 0 lines refused\n");
    assert!(
        ended.err.contains("warning: 2 accounts") && ended.err.contains("bcrypt with cost 14"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("cost 5"), "{}", ended.err);
}
