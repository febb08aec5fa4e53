//! Settings under other programs' names, and values with something around them.

use crate::support::Run;

fn problems(run: &Run) -> String {
    let ended = run.run(&["check-config"]);
    assert_eq!(ended.code, 1, "{}", ended.out);
    ended.err
}

#[test]
fn a_variable_under_another_name_is_led_to_what_it_means() {
    for (name, meant) in [
        ("DOORSTEP_PORT", "DOORSTEP_SERVER_LISTEN (HOST:PORT)?"),
        ("DOORSTEP_HOST", "DOORSTEP_SERVER_LISTEN (HOST:PORT)?"),
        ("DOORSTEP_SERVER_PORT", "DOORSTEP_SERVER_LISTEN (HOST:PORT)?"),
        ("DOORSTEP_LISTEN", "DOORSTEP_SERVER_LISTEN (HOST:PORT)?"),
        ("DOORSTEP_MODE", "DOORSTEP_SERVER_MODE?"),
        ("DOORSTEP_ENV", "DOORSTEP_SERVER_MODE?"),
        ("DOORSTEP_URL", "DOORSTEP_SERVER_PUBLIC_URL or DOORSTEP_DATABASE_URL?"),
        ("DOORSTEP_PUBLIC_URL", "DOORSTEP_SERVER_PUBLIC_URL?"),
        ("DOORSTEP_DB_URL", "DOORSTEP_DATABASE_URL?"),
        ("DOORSTEP_KEY", "DOORSTEP_SECRETS_KEY?"),
        ("DOORSTEP_SECRET_KEY", "DOORSTEP_SECRETS_KEY?"),
        ("DOORSTEP_KEY_FILE", "DOORSTEP_SECRETS_KEY_FILE?"),
        ("DOORSTEP_ORIGINS", "DOORSTEP_CORS_ORIGINS?"),
        ("DOORSTEP_ALLOWED_ORIGINS", "DOORSTEP_CORS_ORIGINS?"),
        ("DOORSTEP_TRUST_PROXY", "DOORSTEP_SERVER_TRUSTED_PROXIES?"),
        ("DOORSTEP_LOG_LEVL", "DOORSTEP_LOG_LEVEL?"),
        ("DOORSTEP_SERVER_LISTN", "DOORSTEP_SERVER_LISTEN?"),
    ] {
        let told = problems(&Run::new().variable(name, "8080"));
        assert!(told.trim_end().ends_with(&format!("{name} is no setting. Did you mean {meant}")), "{told}");
    }
    let told = problems(&Run::new().variable("DOORSTEP_ZEBRA", "1"));
    assert!(told.trim_end().ends_with("The variable DOORSTEP_ZEBRA is no setting."), "{told}");
}

#[test]
fn a_key_of_the_file_under_another_name_is_led_to_what_it_means() {
    for (text, told) in [
        ("[server]\nport = 8080", r#"[server] has no key "port". Did you mean "listen"?"#),
        (
            "[server]\nurl = \"https://shop.example\"",
            r#"[server] has no key "url". Did you mean "public_url"?"#,
        ),
        ("[server]\nlog_level = \"info\"", r#"[server] has no key "log_level". Did you mean [log] level?"#),
        ("[cors]\nallowed_origins = []", r#"[cors] has no key "allowed_origins". Did you mean "origins"?"#),
        ("[server]\norigins = []", r#"[server] has no key "origins". It belongs below [cors]."#),
        ("port = 8080", r#"there is no "port". Did you mean [server] listen?"#),
        ("[database]\ndsn = \"x\"", r#"[database] has no key "dsn". Did you mean "url"?"#),
    ] {
        let said = problems(&Run::new().file("doorstep.toml", text));
        assert!(said.contains(told), "{told}\n{said}");
    }
}

#[test]
fn what_clings_to_a_value_is_named_and_the_value_is_not_shown() {
    for (value, named) in [
        (
            "postgres://shop:hunter2@db.example/shop\r",
            "DOORSTEP_DATABASE_URL ends with a carriage return (CR)",
        ),
        ("\"postgres://shop:hunter2@db.example/shop\"", "DOORSTEP_DATABASE_URL stands in quotes"),
        ("'postgres://shop:hunter2@db.example/shop'", "DOORSTEP_DATABASE_URL stands in quotes"),
        ("postgres://shop:hunter2@db.example/shop ", "DOORSTEP_DATABASE_URL begins or ends with a space"),
        ("postgres://shop:hunter2@db.example/shop\n", "DOORSTEP_DATABASE_URL ends with a line break"),
    ] {
        let told = problems(&Run::new().variable("DOORSTEP_DATABASE_URL", value));
        assert!(told.contains("1 thing is wrong") && told.contains(named), "{told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
    for (name, value) in [
        ("DOORSTEP_SERVER_MODE", "dev\r"),
        ("DOORSTEP_SERVER_LISTEN", "\"localhost:5000\""),
        ("DOORSTEP_PASSWORDS_QUEUE", "12\r"),
        ("DOORSTEP_SIGNUP_REQUIRE_NAME", " true"),
        ("DOORSTEP_CORS_ORIGINS", "\"https://a.example,https://b.example\""),
    ] {
        let told = problems(&Run::new().variable(name, value));
        assert!(told.contains("1 thing is wrong") && told.contains(&format!("{name} ")), "{told}");
    }
    let flag = Run::new().run(&["check-config", "--mode", "\"dev\""]);
    assert!(flag.code == 1 && flag.err.contains("--mode stands in quotes"), "{}", flag.err);
    // Lists may have spaces after their commas, names may have quotes inside.
    let fine = Run::new()
        .variable("DOORSTEP_CORS_ORIGINS", "https://a.example, https://b.example")
        .variable("DOORSTEP_SHOP_NAME", "The \"Nordlicht\" shop");
    assert_eq!(fine.run(&["check-config"]).code, 0);
}
