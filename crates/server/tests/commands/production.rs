//! What production refuses to start with.

use insta::assert_snapshot;

use crate::support::Run;

const KEY: &str = "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7";

fn production(key: &str, public_url: &str, origins: &str) -> Run {
    Run::new()
        .variable("DOORSTEP_SERVER_MODE", "production")
        .variable("DOORSTEP_SECRETS_KEY", key)
        .variable("DOORSTEP_SERVER_PUBLIC_URL", public_url)
        .variable("DOORSTEP_CORS_ORIGINS", origins)
        .variable("DOORSTEP_DATABASE_URL", "sqlite:doorstep.db")
}

#[test]
fn production_without_settings_says_what_it_needs() {
    let run = Run::new().variable("DOORSTEP_CORS_ORIGINS", "http://shop.example");
    let ended = run.run(&["serve", "--mode", "production"]);
    assert_eq!(ended.code, 1);
    assert_snapshot!(ended.err, @r#"
    doorstep: The configuration cannot be used, 4 things are wrong:
      [server] public_url: production needs the https address that customers see, like "https://shop.example"
      [cors] origins: production refuses http://shop.example: over plain http anybody on the way may change the page. Use https
      [secrets] key: production needs a key of its own, 32 bytes in base64 or hex. Make one with: openssl rand -base64 32
      [database] url: production needs to be told where its customers are kept: on a disk that stays, like "sqlite:/var/lib/doorstep/doorstep.db", or on a database server
    "#);
}

#[test]
fn unsafe_settings_stop_the_start() {
    let good = "https://shop.example";
    for (key, public_url, origins, told) in [
        ("", good, good, "[secrets] key: production needs a key"),
        ("0000000000000000000000000000000000000000000000000000000000000000", good, good, "sample"),
        ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", good, good, "sample"),
        ("Y2hhbmdlbWVjaGFuZ2VtZWNoYW5nZW1lY2hhbmdlbWU=", good, good, "sample"),
        ("c2VjcmV0", good, good, "[secrets] key: needs 32 bytes"),
        (KEY, "", good, "public_url"),
        (KEY, "http://shop.example", good, "public_url"),
        (KEY, "https://shop.example/path", good, r#""https://shop.example""#),
        (KEY, good, "*", "DS-03"),
        (KEY, good, "https://*.shop.example", "DS-03"),
        (KEY, good, "http://shop.example", "production refuses http://shop.example"),
        (KEY, good, "null", "every page opened as a file"),
        (KEY, good, "app://", "the whole origin of the app"),
        (KEY, good, "chrome-extension://*", "the extension with its id"),
    ] {
        let run = production(key, public_url, origins);
        for command in ["serve", "check-config"] {
            let ended = run.run(&[command]);
            assert_eq!(ended.code, 1, "{key} {public_url} {origins}");
            assert!(ended.err.contains(told), "{told}\n{}", ended.err);
            assert!(key.is_empty() || !ended.err.contains(key), "{}", ended.err);
        }
        // Nothing was made before the refusal.
        assert_eq!(std::fs::read_dir(run.path()).unwrap().count(), 0);
    }
}

#[test]
fn safe_settings_are_accepted_also_with_the_key_in_a_file() {
    assert_eq!(
        production(KEY, "https://shop.example", "https://app.example,http://localhost:5173")
            .run(&["check-config"])
            .code,
        0
    );
    let apps = "capacitor://localhost,https://localhost,http://tauri.localhost,tauri://localhost,app://.";
    let ended = production(KEY, "https://shop.example", apps).run(&["check-config"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let run = Run::new()
        .variable("DOORSTEP_SERVER_MODE", "production")
        .variable("DOORSTEP_SERVER_PUBLIC_URL", "https://shop.example")
        .variable("DOORSTEP_SECRETS_KEY_FILE", "key")
        .variable("DOORSTEP_DATABASE_URL", "sqlite:doorstep.db")
        .file("key", &format!("{KEY}\n"))
        .rights("key", 0o640);
    let ended = run.run(&["check-config"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
}

#[test]
fn a_secret_in_the_file_of_settings_makes_that_file_a_secret() {
    let good = "[server]\nmode = \"production\"\npublic_url = \"https://shop.example\"\n";
    let key = format!("{good}[database]\nurl = \"sqlite:shop.db\"\n[secrets]\nkey = \"{KEY}\"\n");
    let url = format!("{good}[database]\nurl = \"postgres://shop:hunter2@db.example/shop\"\n");
    for (text, mode, told) in [
        (&key, 0o644, Some("[secrets] key: ")),
        (&key, 0o640, None),
        (&url, 0o644, Some("[database] url: ")),
        (&url, 0o600, None),
        (&format!("{good}[database]\nurl = \"sqlite:shop.db\"\n"), 0o644, None),
    ] {
        let run = Run::new().file("doorstep.toml", text).rights("doorstep.toml", mode);
        let run = if *text == key { run } else { run.variable("DOORSTEP_SECRETS_KEY", KEY) };
        let ended = run.run(&["check-config"]);
        assert_eq!(ended.code == 0, told.is_none(), "{mode:o}: {}", ended.err);
        assert!(told.is_none_or(|told| ended.err.contains(told)), "{}", ended.err);
        assert!(!ended.err.contains(KEY) && !ended.err.contains("hunter2"));
    }
}

#[test]
fn a_secret_that_everybody_on_the_machine_can_read_stops_the_start() {
    for (mode, is_safe) in [
        (0o600, true),
        (0o640, true),
        (0o400, true),
        (0o440, true),
        (0o644, false),
        (0o604, false),
        (0o660, false),
        (0o444, false),
        (0o777, false),
    ] {
        for name in ["key", "database"] {
            let run = Run::new()
                .variable("DOORSTEP_SERVER_MODE", "production")
                .variable("DOORSTEP_SERVER_PUBLIC_URL", "https://shop.example")
                .variable("DOORSTEP_SECRETS_KEY_FILE", "key")
                .variable("DOORSTEP_DATABASE_URL_FILE", "database")
                .file("key", KEY)
                .file("database", "sqlite:shop.db")
                .rights("key", 0o600)
                .rights("database", 0o600)
                .rights(name, mode);
            let ended = run.run(&["check-config"]);
            assert_eq!(ended.code == 0, is_safe, "{name} {mode:o}: {}", ended.err);
            assert!(is_safe || ended.err.contains(&format!("chmod 0640 {name}")), "{}", ended.err);
            assert!(is_safe || ended.err.contains(&format!("{mode:04o}")), "{}", ended.err);
        }
    }
}

#[test]
fn a_proof_of_addresses_needs_mails() {
    let good = "https://shop.example";
    for verification in ["after", "before"] {
        let run = production(KEY, good, good).variable("DOORSTEP_SIGNUP_VERIFICATION", verification);
        let ended = run.run(&["check-config"]);
        assert_eq!(ended.code, 1);
        let told = format!(
            r#"[signup] verification = "{verification}" needs mails: set [mail] url, or verification = "none""#
        );
        assert!(ended.err.contains(&told), "{}", ended.err);
    }
    let run = production(KEY, good, good).variable("DOORSTEP_SIGNUP_VERIFICATION", "later");
    let ended = run.run(&["check-config"]);
    assert!(ended.err.contains(r#"one of "none", "after" and "before""#), "{}", ended.err);
}
