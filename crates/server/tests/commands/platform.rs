//! What platforms set: taken when it is asked for, named when it is not, and no customers on a disk that vanishes.

use crate::serve::Server;
use crate::support::Run;

const KEY: &str = "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7";

fn production() -> Run {
    Run::new()
        .variable("DOORSTEP_SERVER_MODE", "production")
        .variable("DOORSTEP_SERVER_PUBLIC_URL", "https://shop.example")
        .variable("DOORSTEP_SECRETS_KEY", KEY)
}

/// What is in force, or what is wrong.
fn told(run: &Run, more: &[&str]) -> String {
    let ended = run.run(&[&["check-config"], more].concat());
    ended.out + &ended.err
}

#[test]
fn production_does_not_start_without_a_word_on_where_customers_are_kept() {
    for command in ["serve", "check-config", "migrate"] {
        let run = production();
        let ended = run.run(&[command]);
        assert_eq!(ended.code, 1, "{command}");
        assert!(ended.err.contains("[database] url: production needs to be told"), "{}", ended.err);
        assert_eq!(std::fs::read_dir(run.path()).unwrap().count(), 0, "nothing was made");
    }
    let named = production().variable("DOORSTEP_DATABASE_URL", "sqlite:doorstep.db");
    assert_eq!(
        named.run(&["check-config"]).code,
        0,
        "the default's own value counts, when somebody wrote it"
    );
    assert_eq!(Run::new().run(&["check-config"]).code, 0, "dev mode has its default");
    let met = production().variable("DATABASE_URL", "postgres://shop:hunter2@db.example/shop");
    let ended = met.run(&["serve"]);
    assert!(ended.err.contains("DATABASE_URL is set: --platform takes it"), "{}", ended.err);
    assert!(!ended.err.contains("hunter2"), "{}", ended.err);
}

#[test]
fn what_a_platform_set_is_taken_between_the_file_and_our_own_variables() {
    let run = |name: &str, value: &str| {
        Run::new()
            .file("doorstep.toml", "[server]\nlisten = \"localhost:1\"\n[database]\nurl = \"sqlite:file.db\"")
            .variable("PORT", "10000")
            .variable("DATABASE_URL", "postgres://shop:hunter2@db.example/shop")
            .variable(name, value)
    };
    for (name, value, lines) in [
        (
            "X",
            "",
            [
                r#"listen = "0.0.0.0:10000"  # from PORT"#,
                r#"url = "postgres://shop:(hidden)@db.example/shop"  # from DATABASE_URL"#,
            ],
        ),
        ("HOST", "::", [r#"listen = "[::]:10000"  # from PORT"#, "platform = true  # from --platform"]),
        (
            "DOORSTEP_SERVER_LISTEN",
            "localhost:2",
            [r#"listen = "localhost:2"  # from DOORSTEP_SERVER_LISTEN"#, "# from DATABASE_URL"],
        ),
        (
            "DOORSTEP_DATABASE_URL",
            "sqlite:own.db",
            [r#"url = "sqlite:own.db"  # from DOORSTEP_DATABASE_URL"#, "# from PORT"],
        ),
    ] {
        let told = told(&run(name, value), &["--platform"]);
        assert!(lines.iter().all(|line| told.contains(line)), "{name}: {told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
    let setting = Run::new().variable("DOORSTEP_SERVER_PLATFORM", "true").variable("PORT", "10000");
    assert!(told(&setting, &[]).contains("0.0.0.0:10000"));
    let host = Run::new().variable("HOST", "127.0.0.2");
    assert!(told(&host, &["--platform"]).contains(r#"listen = "127.0.0.2:5000"  # from HOST"#));
    let nothing = told(&Run::new(), &["--platform"]);
    assert!(nothing.contains("\nlisten = \"localhost:5000\"\n"), "{nothing}");
}

#[test]
fn a_database_file_that_somebody_named_is_not_replaced_by_the_platforms_database() {
    let run = Run::new()
        .file("database", "sqlite:named.db\n")
        .variable("DOORSTEP_DATABASE_URL_FILE", "database")
        .variable("DATABASE_URL", "sqlite:platform.db");
    let ended = run.run(&["migrate", "--platform"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(run.path().join("named.db").exists() && !run.path().join("platform.db").exists());
    assert!(ended.err.contains("DATABASE_URL is set, but"), "{}", ended.err);
    let taken = Run::new().variable("DATABASE_URL", "sqlite:platform.db");
    assert_eq!(taken.run(&["migrate", "--platform"]).code, 0);
    assert!(taken.path().join("platform.db").exists());
}

#[test]
fn what_a_platform_set_and_nobody_took_is_named_with_the_start_line() {
    for (variables, flags, named) in [
        (
            &[("PORT", "10000")][..],
            &[][..],
            &["PORT is 10000", "localhost:5000", "--platform", "--listen 0.0.0.0:10000"][..],
        ),
        (&[("PORT", "5000")], &[], &[]),
        (&[("PORT", "5000"), ("HOST", "0.0.0.0")], &[], &["HOST is 0.0.0.0", "--listen 0.0.0.0:5000"]),
        (&[("HOST", "::1")], &[], &["HOST is ::1", "--listen [::1]:5000"]),
        (&[("HOST", "my-laptop")], &[], &[]),
        (&[("PORT", ""), ("DATABASE_URL", "")], &[], &[]),
        (&[("PORT", "10000")], &["--platform"], &[]),
        (
            &[("DATABASE_URL", "postgres://shop:hunter2@db.example/shop")],
            &[],
            &["DATABASE_URL is set, but", "sqlite:doorstep.db", "--platform"],
        ),
        (&[("DATABASE_URL", "sqlite:doorstep.db")], &[], &[]),
        (
            &[("PORT", "10000"), ("DOORSTEP_SERVER_LISTEN", "localhost:2")],
            &["--platform"],
            &["PORT is 10000", "listens on localhost:2", "wins"],
        ),
    ] {
        let run = variables.iter().fold(Run::new(), |run, (name, value)| run.variable(name, value));
        let ended = run.run(&[&["check-config"], flags].concat());
        assert_eq!((ended.code, ended.err.is_empty()), (0, named.is_empty()), "{variables:?}: {}", ended.err);
        assert!(named.iter().all(|word| ended.err.contains(word)), "{variables:?}: {}", ended.err);
        assert!(!ended.err.contains("hunter2"), "{}", ended.err);
    }
}

#[test]
fn a_port_that_is_none_stops_a_start_on_a_platform() {
    for port in ["abc", "0", "70000", "80 81"] {
        let ended = Run::new().variable("PORT", port).run(&["check-config", "--platform"]);
        assert_eq!(ended.code, 1, "{port}");
        assert!(ended.err.contains("PORT needs a number from 1 to 65535"), "{}", ended.err);
    }
    let quoted = Run::new().variable("PORT", "8080\r").run(&["check-config", "--platform"]);
    assert!(quoted.code == 1 && quoted.err.contains("PORT ends with a carriage return"), "{}", quoted.err);
}

#[test]
fn a_running_server_warns_once_and_listens_where_the_platform_says() {
    let run = Run::new().variable("PORT", "10000").variable("DATABASE_URL", "postgres://db.example/shop");
    let (_, log) = Server::start(&run, &[]).end("-TERM");
    assert_eq!(log.matches("PORT is 10000").count(), 1, "{log}");
    assert_eq!(log.matches("DATABASE_URL is set, but").count(), 1, "{log}");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let run = Run::new()
        .variable("PORT", &free)
        .variable("HOST", "127.0.0.1")
        .variable("DATABASE_URL", "sqlite:taken.db");
    let server = Server::start_bare(&run, &["serve", "--platform"]);
    assert!(server.url.ends_with(&format!(":{free}")), "{}", server.url);
    let (code, log) = server.end("-TERM");
    assert_eq!(code, 0, "{log}");
    assert!(run.path().join("taken.db").exists() && !log.contains("PORT is"), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn customers_in_memory_are_warned_about_in_production() {
    for (run, is_warned) in [(production(), true), (Run::new(), false)] {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let url = format!("sqlite:{}/doorstep.db", memory.path().display());
        let (_, log) = Server::start(&run, &["--database", &url]).end("-TERM");
        assert_eq!(log.contains("in memory (tmpfs)"), is_warned, "{log}");
    }
}
