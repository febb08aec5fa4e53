//! The master key is changed under a shop that is open, on the engine that is asked for.

use std::process::{Command, Stdio};
use std::time::Duration;

use doorstep_account::tokens::{Seal, Sealed};
use doorstep_base::{MasterKey, MasterKeys};
use doorstep_testkit::app::{Answer, Setting, TestApp};
use serde_json::json;

const OLD: &str = "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7";
const NEW: &str = "97a1e30f5c2884d6b90d7ee1462fca35182b6d90c4f7e8035ad1b2960f3c7e4d";
/// Access tokens are issued in its name.
const SHOP: Setting = ("server.public_url", "http://shop.test");
const KEYS: usize = 12;

fn key(hex: &str) -> MasterKey {
    MasterKey::new(std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()))
}

async fn sealed(app: &TestApp) -> Sealed {
    Seal::new(&MasterKeys::new(key(NEW), Some(key(OLD)))).count(&**app.store()).await.unwrap()
}

fn keys(app: &TestApp, act: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep"));
    command.args(["keys", act]).current_dir(app.folder()).env_clear().stderr(Stdio::piped());
    command.env("DOORSTEP_DATABASE_URL", app.database());
    command.env("DOORSTEP_SECRETS_KEY", NEW).env("DOORSTEP_SECRETS_OTHER_KEY", OLD);
    command
}

async fn sign_up(app: &TestApp, repeat: &str) -> Answer {
    let body = json!({"name": "Ada", "email": format!("{repeat}@example.com"), "password": "correct horse battery", "session": "jwt"});
    let answer = app.call("POST", "/api/signup").header("idempotency-key", repeat).json(&body).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer
}

async fn is_signed_in(app: &TestApp, answer: &Answer) -> bool {
    let token = format!("Bearer {}", answer.json()["token"].as_str().unwrap());
    app.call("GET", "/api/user").header("authorization", &token).send().await.status == 200
}

#[tokio::test]
async fn nodes_with_swapped_keys_know_each_others_tokens_and_repeated_requests() {
    let first = TestApp::with(&[SHOP, ("secrets.key", OLD), ("secrets.other_key", NEW)]).await;
    let second = first.another_node_with(&[SHOP, ("secrets.key", NEW), ("secrets.other_key", OLD)]).await;
    for (here, there, name) in [(&first, &second, "ada"), (&second, &first, "bob")] {
        let answer = sign_up(here, name).await;
        assert!(is_signed_in(there, &answer).await);
        let again = sign_up(there, name).await.json();
        assert_eq!(again["refreshToken"], answer.json()["refreshToken"]);
    }
}

#[tokio::test]
async fn a_change_that_is_killed_leaves_every_key_readable_and_is_gone_on_with() {
    let app = TestApp::with(&[SHOP, ("secrets.key", OLD)]).await;
    while app.store().signing_keys().await.unwrap().len() < KEYS {
        app.clock.advance(Duration::from_secs(86_400));
        app.account().maintain().await.unwrap();
    }
    let answer = sign_up(&app, "ada").await;
    // Later each time, until one comes to its end: the kills fall before, between and after the writes.
    let mut kills = 0;
    for wait in (0..).step_by(3).map(Duration::from_millis) {
        let mut rotate = keys(&app, "rotate").stdout(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(wait).await;
        let has_ended = rotate.try_wait().unwrap().is_some();
        rotate.kill().unwrap();
        rotate.wait().unwrap();
        let now = sealed(&app).await;
        assert!(now.with_neither == 0 && now.with_current + now.with_other == KEYS, "{now:?}");
        if has_ended || now.with_other == 0 {
            break;
        }
        kills += 1;
    }
    assert!(kills > 0, "nothing was killed on the way");
    let ended = keys(&app, "rotate").output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(sealed(&app).await, Sealed { with_current: KEYS, ..Sealed::default() });
    let alone = app.another_node_with(&[SHOP, ("secrets.key", NEW)]).await;
    assert!(is_signed_in(&alone, &answer).await);
}
