//! From every engine to every engine.

use std::time::Duration;

use doorstep_base::{Clock as _, MessageId};
use doorstep_server::r#move::{MoveError, refuse_unless_open};
use doorstep_store::NewMessage;
use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::shop::{contents, filled, moved, opened, pairs, place};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_out_by_a_move() {
    for (source, target) in pairs() {
        println!("{} to {}", source.name(), target.name());
        let (app, mut shoppers) = filled(source, 1200).await;
        app.stop().await;
        let place = place(target).await;
        let told = moved(app.database(), place.url()).await.unwrap();
        let (old, new) = (opened(app.database()).await, opened(place.url()).await);
        let (before, after) = (contents(&old).await, contents(&new).await);
        assert_eq!(before, after);
        assert_eq!(told.records, after.iter().map(|(_, count, _)| count).sum::<u64>());
        assert!(told.checksum.is_some() && told.pause.is_none());
        let refused = refuse_unless_open(&*old, "old").await;
        assert!(matches!(&refused, Err(MoveError::Moved { other, .. }) if other == "the new database"));
        for store in [old, new] {
            store.close().await;
        }
        let app = app.on_another(place).await;
        for shopper in &mut shoppers {
            shopper.goes_on(&app).await;
        }
        app.stop().await;
    }
}

/// Of the newest mail to this customer after the one with this number.
async fn mail(app: &TestApp, email: &str, after: &Value) -> Value {
    let after = after.as_u64().unwrap_or_default();
    let mail = app.get(&format!("/_dev/mailbox/latest?to={email}&after={after}&wait=20")).await;
    assert_eq!(mail.status, 200, "{}", mail.text());
    mail.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_go_on_and_mails_that_wait_are_sent_after_a_move() {
    for (source, target) in pairs() {
        println!("{} to {}", source.name(), target.name());
        let (app, _) = filled(source, 10).await;
        let email = "token@example.com";
        let customer = app.users().find(email).await.unwrap().id;
        let asked = app.call("POST", "/api/recovery").json(&json!({"email": email})).send().await;
        let code = mail(&app, email, &Value::Null).await["code"].clone();
        let waits = NewMessage {
            id: MessageId::from_bytes([9; 16]),
            topic: "mail".to_owned(),
            customer: Some(customer),
            payload: json!({"kind": "password_changed"}).to_string(),
            created_at: app.clock.now(),
            due_at: app.clock.now() + Duration::from_secs(600),
        };
        app.store().post_message(waits).await.unwrap();
        app.stop().await;
        let place = place(target).await;
        moved(app.database(), place.url()).await.unwrap();
        let app = app.on_another(place).await;
        let new = json!({"request": asked.json()["request"], "code": code, "newPassword": "another long pass phrase"});
        let done = app.call("POST", "/api/recovery/confirm").json(&new).send().await;
        assert_eq!(done.status, 200, "{}", done.text());
        let first = mail(&app, email, &Value::Null).await;
        assert_eq!(first["kind"], "recovered");
        app.clock.advance(Duration::from_secs(600));
        assert_eq!(mail(&app, email, &first["number"]).await["kind"], "password_changed");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_went_around_is_what_it_was() {
    let engines = crate::shop::engines();
    let (app, mut shoppers) = filled(engines[0], 300).await;
    app.stop().await;
    let mut last = app.database().to_owned();
    let before = contents(&opened(&last).await).await;
    let mut places = Vec::new();
    for engine in engines.into_iter().cycle().skip(1).take(5) {
        let place = place(engine).await;
        moved(&last, place.url()).await.unwrap();
        place.url().clone_into(&mut last);
        places.push(place);
    }
    assert_eq!(contents(&opened(&last).await).await, before);
    let app = app.on_another(places.pop().unwrap()).await;
    for shopper in &mut shoppers {
        shopper.goes_on(&app).await;
    }
    app.stop().await;
}
