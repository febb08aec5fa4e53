//! The list of allowed origins in a running server: a changed file counts, a broken one changes nothing.

use std::fs;
use std::time::Duration;

use doorstep_testkit::app::TestApp;

const SHOP: &str = "https://shop.example";

async fn is_allowed(app: &TestApp) -> bool {
    let answer = app.call("GET", "/api/policy").header("origin", SHOP).send().await;
    answer.header("access-control-allow-origin") == Some(SHOP)
}

/// What a page of the shop is told that asks for a cookie, with a wrong password.
async fn login(app: &TestApp) -> u16 {
    let body = serde_json::json!({ "email": "ada@example.com", "password": "wrong wrong wrong", "session": "cookie" });
    app.call("POST", "/api/login").header("origin", SHOP).json(&body).send().await.status
}

/// Waits for the two seconds in which a change must count.
async fn becomes(app: &TestApp, wanted: bool) {
    for _ in 0..40 {
        if is_allowed(app).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("after two seconds it is still not {wanted} that {SHOP} is allowed");
}

fn write(app: &TestApp, text: &str) {
    fs::write(app.folder().join("doorstep.toml"), text).unwrap();
}

#[tokio::test]
async fn a_changed_list_is_taken_up_without_a_restart() {
    for settings in [
        &[][..],
        &[
            ("server.mode", "production"),
            ("server.public_url", "https://api.shop.example"),
            ("secrets.key", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7"),
        ],
    ] {
        let app = TestApp::with(settings).await;
        assert!(!is_allowed(&app).await);
        write(&app, "[cors]\norigins = [\"https://shop.example\"]\n");
        becomes(&app, true).await;
        // Also for what asks for a cookie: CORS and the check against forgery read one list.
        assert_eq!(login(&app).await, 401);
        write(&app, "[cors]\norigins = []\n");
        becomes(&app, false).await;
        assert_eq!(login(&app).await, 403);
    }
}

#[tokio::test]
async fn a_broken_file_changes_nothing() {
    let app = TestApp::start().await;
    write(&app, "[cors]\norigins = [\"https://shop.example\"]\n");
    becomes(&app, true).await;
    for broken in ["[cors]\norigins = [\"https://other.exam", "[cors]\norigins = [\"*\"]\n", "[corse]\n"] {
        write(&app, broken);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert!(is_allowed(&app).await, "{broken}");
    }
    fs::remove_file(app.folder().join("doorstep.toml")).unwrap();
    becomes(&app, false).await;
}

#[tokio::test]
async fn a_flag_wins_over_the_file_that_changes() {
    let app = TestApp::with(&[("cors.origins", "https://flag.example")]).await;
    write(&app, "[cors]\norigins = [\"https://shop.example\"]\n");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!is_allowed(&app).await);
}
