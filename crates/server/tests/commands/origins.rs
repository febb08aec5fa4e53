//! `doorstep origins`, and a server that takes up what it changed.

use std::fs;

use insta::assert_snapshot;

use crate::support::Run;

const FILE: &str = "doorstep.toml";

#[test]
fn origins_are_added_listed_and_removed() {
    let run = Run::new();
    let added = run.run(&["origins", "add", "https://shop.example"]);
    assert_eq!(added.code, 0, "{}", added.err);
    assert!(added.out.starts_with("https://shop.example is allowed now (doorstep.toml)."), "{}", added.out);
    let again = run.run(&["origins", "add", "https://shop.example"]);
    assert_eq!(
        (again.code, again.out.as_str()),
        (0, "https://shop.example is allowed already (doorstep.toml)\n")
    );
    run.run(&["origins", "add", "http://localhost:5173"]);
    let listed = run.run(&["origins", "list"]);
    assert_eq!((listed.code, listed.out.as_str()), (0, "https://shop.example\nhttp://localhost:5173\n"));
    assert!(listed.err.contains("dev mode allows every http://localhost"), "{}", listed.err);
    assert_eq!(run.run(&["origins", "remove", "https://shop.example"]).code, 0);
    let twice = run.run(&["origins", "remove", "https://shop.example"]);
    assert_eq!(
        (twice.code, twice.out.as_str()),
        (0, "https://shop.example is not on the list (doorstep.toml)\n")
    );
    assert_eq!(run.run(&["origins", "list"]).out, "http://localhost:5173\n");
}

#[test]
fn a_near_miss_is_told_the_right_form_and_changes_nothing() {
    let run = Run::new();
    for (typed, told) in [
        ("https://Shop.example/", r#"the origin as browsers send it: "https://shop.example""#),
        ("shop.example", "an origin like"),
        ("*", "DS-03"),
    ] {
        let ended = run.run(&["origins", "add", typed]);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""));
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    assert!(!run.path().join(FILE).exists());
    assert_eq!(run.run(&["origins", "remove", "https://shop.example/"]).code, 1);
}

#[test]
fn an_entry_that_is_no_origin_can_be_removed() {
    let run = Run::new().file(FILE, "[cors]\norigins = [\"https://shop.example/\"]\n");
    let listed = run.run(&["origins", "list"]);
    assert_eq!(listed.code, 1);
    assert!(listed.err.contains(r#""https://shop.example""#), "{}", listed.err);
    assert_eq!(run.run(&["origins", "remove", "https://shop.example/"]).code, 0);
    assert_eq!(run.run(&["origins", "list"]).code, 0);
}

#[test]
fn the_named_file_is_the_one_that_is_changed() {
    let run = Run::new();
    assert_eq!(run.run(&["origins", "add", "https://a.example", "--config", "shop.toml"]).code, 0);
    let by_variable = Run::new().variable("DOORSTEP_CONFIG", "other.toml");
    assert_eq!(by_variable.run(&["origins", "add", "https://a.example"]).code, 0);
    for (run, name) in [(&run, "shop.toml"), (&by_variable, "other.toml")] {
        assert!(fs::read_to_string(run.path().join(name)).unwrap().contains("https://a.example"));
        assert!(!run.path().join(FILE).exists());
    }
}

#[test]
fn a_variable_that_wins_over_the_file_is_told() {
    let run = Run::new().variable("DOORSTEP_CORS_ORIGINS", "https://b.example");
    let added = run.run(&["origins", "add", "https://a.example"]);
    assert_eq!(added.code, 0);
    assert!(added.err.contains("DOORSTEP_CORS_ORIGINS is set and wins over doorstep.toml"), "{}", added.err);
    let listed = run.run(&["origins", "list"]);
    assert_eq!(listed.out, "https://b.example\n");
    assert!(listed.err.contains("the list comes from DOORSTEP_CORS_ORIGINS"), "{}", listed.err);
}

#[test]
fn an_app_is_taken_also_in_production_and_its_session_is_told() {
    let run = Run::new().file(FILE, "[server]\nmode = \"production\"\n");
    for app in [
        "capacitor://localhost",
        "https://localhost",
        "http://tauri.localhost",
        "app://.",
        "chrome-extension://cciilamhchpmbdnniabclekddabkifhb",
    ] {
        let added = run.run(&["origins", "add", app]);
        assert_eq!(added.code, 0, "{}", added.err);
        assert!(added.out.starts_with(&format!("{app} is allowed now")), "{}", added.out);
        assert!(added.err.contains(r#"ask for "session": "token""#), "{}", added.err);
    }
    assert_eq!(run.run(&["origins", "list"]).out.lines().count(), 5);
    assert!(!run.run(&["origins", "add", "https://shop.example"]).err.contains("token"));
}

#[test]
fn what_is_no_origin_of_an_app_is_refused_with_what_to_write() {
    let run = Run::new();
    let told = |typed: &str| {
        let ended = run.run(&["origins", "add", typed]);
        assert_eq!(ended.code, 1, "{typed}");
        ended.err
    };
    assert_snapshot!(
        ["app://", "chrome-extension://*", "moz-extension://*", "file://", "null", "app://./index.html"].map(told).concat(),
        @r#"
    doorstep: app://: needs the whole origin of the app, like "capacitor://localhost", "tauri://localhost" or "app://."
    doorstep: chrome-extension://*: needs the extension with its id, like "chrome-extension://" and 32 letters from a to p; chrome://extensions shows it. "*" would let in every extension
    doorstep: moz-extension://*: needs the extension with the id of one installation, as 8-4-4-4-12 hex digits. It is another one for everybody: with host_permissions for this server an extension needs no entry (docs/guides/app-shells.md)
    doorstep: file://: needs an origin of its own: every page opened as a file and every sandboxed frame sends "null", whoever made it. Serve the page over http, or give the app a scheme, like "app://." (docs/guides/app-shells.md)
    doorstep: null: needs an origin of its own: every page opened as a file and every sandboxed frame sends "null", whoever made it. Serve the page over http, or give the app a scheme, like "app://." (docs/guides/app-shells.md)
    doorstep: app://./index.html: needs the origin as browsers send it: "app://."
    "#
    );
    assert!(!run.path().join(FILE).exists());
}

#[test]
fn production_takes_no_page_over_plain_http() {
    let run = Run::new().file(FILE, "[server]\nmode = \"production\"\n");
    let refused = run.run(&["origins", "add", "http://shop.example"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("Use https"), "{}", refused.err);
    assert!(!fs::read_to_string(run.path().join(FILE)).unwrap().contains("shop.example"));
}
