//! What is told of a configuration: the values in force, or everything that is wrong.

use insta::assert_snapshot;

use crate::support::Run;

fn problems(run: &Run) -> String {
    let ended = run.run(&["check-config"]);
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert_eq!(ended.out, "");
    ended.err
}

#[test]
fn every_problem_is_told_at_once_with_the_right_form() {
    let run = Run::new()
        .variable("DOORSTEP_SERVER_LISTN", "x")
        .variable("DOORSTEP_PASSWORDS_QUEUE", "many")
        .variable("DOORSTEP_CORS_ORIGINS", "https://shop.example, *, https://Shop.example/")
        .file(
            "doorstep.toml",
            r#"
            listen = "localhost:1"
            [server]
            body_limt = "64KiB"
            origins = ["https://shop.example"]
            header_timeout = "ten"
            body_timeout = 10
            max_connections = 0
            trusted_proxies = ["10.0.0.0/99"]
            [sesions]
            idle = "1d"
            [limits]
            login_per_account = "10/10m"
            [signup]
            require_name = "yes"
            [phone]
            region = "XX"
            [passwords]
            min_length = 6
            memory_kib = 1024
            [forms]
            after_login = "https://evil.example/"
            "#,
        );
    assert_snapshot!(problems(&run), @r#"
    doorstep: The configuration cannot be used, 17 things are wrong:
      doorstep.toml: "listen" stands above all sections. It belongs below [metrics] or [server]
      doorstep.toml: [server] has no key "body_limt". Did you mean "body_limit"?
      doorstep.toml: [server] has no key "origins". It belongs below [cors].
      doorstep.toml: there is no section [sesions]. Did you mean [sessions]?
      The variable DOORSTEP_SERVER_LISTN is no setting. Did you mean DOORSTEP_SERVER_LISTEN?
      [server] trusted_proxies = ["10.0.0.0/99"] (doorstep.toml): needs networks like "10.0.0.0/8" or addresses like "192.0.2.1"
      [server] header_timeout = "ten" (doorstep.toml): needs a duration like "500ms", "10s", "5m", "12h" or "30d"
      [server] body_timeout = 10 (doorstep.toml): needs a duration like "500ms", "10s", "5m", "12h" or "30d"
      [server] max_connections = 0 (doorstep.toml): needs a whole number from 1 to 1000000
      [cors] origins = ["https://shop.example", "*", "https://Shop.example/"] (DOORSTEP_CORS_ORIGINS): needs exact origins. DS-03 List exact origins; "*" cannot be used with cookies
      [signup] require_name = "yes" (doorstep.toml): needs true or false
      [phone] region = "XX" (doorstep.toml): needs a country code of two letters like "DE"
      [passwords] min_length = 6 (doorstep.toml): needs a whole number from 8 to 64
      [passwords] memory_kib = 1024 (doorstep.toml): needs a whole number from 19456 to 1048576
      [passwords] queue = "many" (DOORSTEP_PASSWORDS_QUEUE): needs a whole number from 0 to 100000
      [limits] login_per_account = "10/10m" (doorstep.toml): needs a limit like "10 in 10m"
      [forms] after_login = "https://evil.example/" (doorstep.toml): needs a path on this server like "/account/"
    "#);
}

#[test]
fn settings_that_contradict_each_other_are_told() {
    let run = Run::new().file(
        "doorstep.toml",
        r#"
        [server]
        static_dir = "no/such/folder"
        [secrets]
        key = "too short"
        [sessions]
        modes = []
        idle = "31d"
        [tokens]
        key_overlap = "40d"
        [passwords]
        passes = 1
        [metrics]
        listen = "localhost:5000"
        "#,
    );
    assert_snapshot!(problems(&run), @r#"
    doorstep: The configuration cannot be used, 7 things are wrong:
      [sessions] modes is empty: name some of "jwt", "cookie" and "token"
      [sessions] idle is longer than absolute: it would never act
      [tokens] key_overlap must be shorter than key_rotation: a key is published while its predecessor signs
      [passwords] passes = 1 needs memory_kib = 47104 or more: the cost may only be strengthened
      [metrics] listen is the same as [server] listen: give it a port of its own
      [server] static_dir: there is no folder no/such/folder
      [secrets] key: needs 32 bytes in base64 or hex. Make one with: openssl rand -base64 32
    "#);
}

#[test]
fn a_secret_is_never_shown() {
    let secret = "hunter2hunter2hunter2";
    for text in [
        format!("[secrets]\nkey = \"{secret}\""),
        format!("[secrets]\nkey = \"{secret}"),
        format!("[secrets]\nkey = [\"{secret}\"]"),
        format!("[database]\nurl = \"postgres://shop:{secret}@db/shop\"\n[secrets]\nkey=1"),
    ] {
        let told = problems(&Run::new().file("doorstep.toml", &text));
        assert!(!told.contains("hunter2"), "{told}");
    }
    let run = Run::new()
        .variable("DOORSTEP_SECRETS_KEY", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7")
        .variable("DOORSTEP_DATABASE_URL", &format!("postgres://shop:{secret}@db/shop"));
    let shown = run.run(&["check-config"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(!shown.out.contains("hunter2") && !shown.out.contains("4f0c"), "{}", shown.out);
    assert!(
        shown.out.contains(r#"url = "postgres://shop:(hidden)@db/shop"  # from DOORSTEP_DATABASE_URL"#),
        "{}",
        shown.out
    );
    assert!(shown.out.contains(r#"key = "(hidden)"  # from DOORSTEP_SECRETS_KEY"#));
}

#[test]
fn the_later_source_wins_and_is_named() {
    let run = Run::new()
        .file("doorstep.toml", "[server]\nlisten = \"localhost:1\"\nbody_limit = \"1MiB\"\n[cors]\norigins = [\"https://a.example\"]")
        .variable("DOORSTEP_SERVER_LISTEN", "localhost:2")
        .variable("DOORSTEP_CORS_ORIGINS", "https://b.example, https://c.example")
        .variable("DOORSTEP_SIGNUP_REQUIRE_NAME", "false")
        .variable("DOORSTEP_PASSWORDS_MIN_LENGTH", "15")
        .variable("DOORSTEP_SERVER_MODE", "production");
    let shown = run.run(&["check-config", "--mode", "dev"]).out;
    for line in [
        r#"listen = "localhost:2"  # from DOORSTEP_SERVER_LISTEN"#,
        r#"body_limit = "1MiB"  # from doorstep.toml"#,
        r#"origins = ["https://b.example", "https://c.example"]  # from DOORSTEP_CORS_ORIGINS"#,
        "require_name = false  # from DOORSTEP_SIGNUP_REQUIRE_NAME",
        "min_length = 15  # from DOORSTEP_PASSWORDS_MIN_LENGTH",
        r#"mode = "dev"  # from --mode"#,
        r#"header_timeout = "10s""#,
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
}

#[test]
fn what_is_shown_can_be_read_again() {
    let shown = Run::new().run(&["check-config"]).out;
    let again = Run::new().file("again.toml", &shown).run(&["check-config", "--config", "again.toml"]);
    assert_eq!(again.code, 0, "{}", again.err);
}

#[test]
fn a_named_file_must_be_there_and_be_toml() {
    let absent = problems(&Run::new().variable("DOORSTEP_CONFIG", "none.toml"));
    let twice =
        problems(&Run::new().file("doorstep.toml", "[server]\nmode = \"dev\"\nmode = \"production\""));
    let no_table = problems(&Run::new().file("doorstep.toml", "server = 1\n[retention]\naudit = \"1y\""));
    assert_snapshot!(absent, @r#"
    doorstep: The configuration cannot be used, 1 thing is wrong:
      none.toml cannot be read: No such file or directory (os error 2)
    "#);
    assert_snapshot!(twice, @r#"
    doorstep: The configuration cannot be used, 1 thing is wrong:
      doorstep.toml, line 3: duplicate key
    "#);
    assert_snapshot!(no_table, @r#"
    doorstep: The configuration cannot be used, 2 things are wrong:
      doorstep.toml: [server] is a section: write its keys below a line [server]
      [retention] audit = "1y" (doorstep.toml): needs a duration like "500ms", "10s", "5m", "12h" or "30d"
    "#);
}

#[test]
fn the_url_of_the_database_may_have_a_file_of_its_own() {
    let secret = "postgres://shop:hunter2@db.example/shop";
    let run = Run::new()
        .file("database", &format!("{secret}\n"))
        .file("doorstep.toml", "[database]\nurl = \"sqlite:other.db\"");
    for arguments in [&["check-config"][..], &["check-config", "--database-file", "database"]] {
        let ended = run.run(arguments);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(!(ended.out + &ended.err).contains("hunter2"));
    }
    let moved = Run::new()
        .file("database", "sqlite:named.db\n")
        .file("doorstep.toml", "[database]\nurl = \"sqlite:other.db\"");
    let ended = moved.run(&["migrate", "--database-file", "database"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(moved.path().join("named.db").exists() && !moved.path().join("other.db").exists());
    // A variable wins over the file of settings as well, and a flag over the variable.
    let moved = moved.variable("DOORSTEP_DATABASE_URL_FILE", "none");
    assert_eq!(moved.run(&["migrate", "--database", "sqlite:flag.db"]).code, 0);
    assert!(moved.path().join("flag.db").exists());
    assert!(problems(&moved).contains("[database] url_file: none cannot be read"));
}

/// Every sign that means something in a URL, on every engine: what is wrong is told, and nothing of the password, by no command.
#[test]
fn no_piece_of_a_pasted_password_is_printed() {
    let forms = [
        "postgres://shop:PW@127.0.0.1:1/shop?sslmode=require",
        "mysql://shop:PW@127.0.0.1:1/shop",
        "mongodb://shop:PW@127.0.0.1:1/shop?serverSelectionTimeoutMS=1",
        "mongodb+srv://shop:PW@cluster0.example.invalid/shop",
        "postgres:/shop:PW@127.0.0.1:1/shop",
        "shop:PW@127.0.0.1:1/shop",
    ];
    let passwords = [
        "hush#hush",
        "hush/hush",
        "hush@hush",
        "hush:hush",
        "hush?hush",
        "hush&hush=hush",
        "hush%hush",
        "<hush>",
        "1@hush/hush",
    ];
    for form in forms {
        for password in passwords {
            let run = Run::new()
                .file("database", &form.replace("PW", password))
                .file("doorstep.toml", "[database]\ntimeout = \"20ms\"");
            let checked = run.run(&["check-config", "--database-file", "database"]);
            let started = run.run(&["migrate", "--database-file", "database"]);
            let out = [checked.out, checked.err, started.out, started.err].concat();
            assert!(!out.contains("hush"), "{form} {password}: {out}");
            assert_eq!(started.code, 1, "{out}");
        }
    }
}

#[test]
fn a_url_that_cannot_be_used_is_a_thing_that_is_wrong() {
    let run = Run::new().file("database", "postgres://shop:[YOUR-PASSWORD]@db.example/shop");
    let told = problems(&run.variable("DOORSTEP_DATABASE_URL_FILE", "database"));
    assert!(told.contains("[database] url: ") && told.contains("[YOUR-PASSWORD]"), "{told}");
}

/// The key lies beside the file in every spelling, and never in the root folder.
#[test]
fn the_key_lies_beside_the_database_in_every_spelling() {
    for (url, folder) in
        [("sqlite://shop.db", ""), ("file:./shop.db", ""), ("sqlite://data/shop.db?mode=rwc", "data")]
    {
        let run = Run::new();
        std::fs::create_dir(run.path().join("data")).unwrap();
        let ended = run.run(&["migrate", "--database", url]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(run.path().join(folder).join("shop.db").exists(), "{url}");
        let status = run.run(&["keys", "status", "--database", url]);
        assert!(status.err.contains("none stands beside the database"), "{}", status.err);
    }
}

#[test]
fn a_url_file_that_says_nothing_or_too_much_is_told_without_its_text() {
    for text in ["", " \n", "hunter2\nhunter2\n"] {
        let run = Run::new().file("database", text).variable("DOORSTEP_DATABASE_URL_FILE", "database");
        let told = problems(&run);
        assert!(
            told.contains("[database] url_file: database needs one line") && !told.contains("hunter2"),
            "{told}"
        );
    }
    let both = Run::new().file("doorstep.toml", "[database]\nurl = \"sqlite:a.db\"\nurl_file = \"database\"");
    assert!(problems(&both).contains("[database] url and url_file are both set: keep one"));
}

#[test]
fn a_password_in_the_list_of_processes_is_warned_about_once() {
    let ended = Run::new().run(&["check-config", "--database", "postgres://shop:hunter2@db.example/shop"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(ended.err.matches("--database-file FILE").count(), 1, "{}", ended.err);
    assert!(!(ended.out + &ended.err).contains("hunter2"));
    let parameter = "postgres://db.example/shop?user=shop&password=hunter2";
    let ended = Run::new().variable("DOORSTEP_DATABASE_URL", parameter).run(&["check-config"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "the environment is its owner's");
    assert!(ended.out.contains("password=(hidden)") && !ended.out.contains("hunter2"), "{}", ended.out);
}
