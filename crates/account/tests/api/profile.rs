use std::time::Duration;

use doorstep_store::{AuditEvent, AuditKind};
use doorstep_testkit::Engine;
use doorstep_testkit::app::TestApp;
use serde_json::json;

use crate::support::{MODES, PASSWORD, SETTINGS, Visitor, app, sign_up, sign_up_as};

const NEW: &str = "another long pass phrase";

#[tokio::test]
async fn a_change_is_kept_and_moves_the_etag() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let before = session.visitor(&app).get("/api/user").await;
    assert_eq!(before.header("etag"), Some("\"1\""));
    app.clock.advance(Duration::from_secs(5));
    let body = json!({"name": "Ada King", "phone": "0049 (30) 901820", "locale": "de-AT"});
    let after = session.visitor(&app).with("if-match", "\"1\"").patch("/api/user", body).await;
    after.expect(200);
    assert_eq!(after.header("etag"), Some("\"2\""));
    let user = &after.json()["user"];
    assert_eq!(
        (&user["name"], &user["phone"], &user["locale"]),
        (&json!("Ada King"), &json!("+4930901820"), &json!("de-AT"))
    );
    assert_ne!(user["updatedAt"], user["createdAt"]);
    let emptied = session.visitor(&app).patch("/api/user", json!({"phone": null})).await.json();
    assert!(emptied["user"].get("phone").is_none());
    assert_eq!(emptied["user"]["locale"], "de-AT");
}

/// Tutorials read `response.data.name`, others `response.data.user.name`.
#[tokio::test]
async fn the_fields_of_a_customer_stand_beside_user_too() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    session.visitor(&app).patch("/api/user", json!({"phone": "+49 30 901820"})).await.expect(200);
    let mut answer = session.visitor(&app).get("/api/user").await.json();
    let user = answer.as_object_mut().unwrap().remove("user").unwrap();
    assert_eq!(answer, user);
    assert_eq!(user["phone"], "+4930901820");
}

#[tokio::test]
async fn a_national_number_is_of_the_customers_country_or_of_the_shops() {
    let app = TestApp::with(&[SETTINGS, &[("phone.region", "DE")]].concat()).await;
    let session = sign_up(&app, "token").await;
    for (change, stored) in [
        (json!({"phone": "030 901820"}), "+4930901820"),
        (json!({"phone": "0664 1234567", "locale": "de-AT"}), "+436641234567"),
        (json!({"phone": "0664 1234568"}), "+436641234568"),
        (json!({"phone": "030 901820", "locale": "de"}), "+4930901820"),
    ] {
        let answer = session.visitor(&app).patch("/api/user", change).await;
        answer.expect(200);
        assert_eq!(answer.json()["user"]["phone"], stored);
    }
    let address = json!({"name": "Ada", "line1": "1 Main St", "city": "Berlin", "country": "DE", "phone": "030/901820"});
    let added = session.visitor(&app).post("/api/user/addresses", address).await;
    assert_eq!(added.json()["address"]["phone"], "+4930901820");
}

#[tokio::test]
async fn an_outdated_if_match_changes_nothing() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    for tag in ["\"7\"", "W/\"1\"", "\"x\"", "\"2\", \"3\""] {
        let answer =
            session.visitor(&app).with("if-match", tag).patch("/api/user", json!({"name": "Eve"})).await;
        answer.refused(412, "changed_meanwhile");
    }
    session
        .visitor(&app)
        .with("if-match", "1")
        .patch("/api/user", json!({"name": "Eve"}))
        .await
        .refused(400, "malformed_request");
    for (tag, name) in [("*", "Eve"), ("\"2\"", "Ada"), ("\"9\", \"3\"", "Eve")] {
        session
            .visitor(&app)
            .with("if-match", tag)
            .patch("/api/user", json!({"name": name}))
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_parallel_changes_with_one_etag_one_wins() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let changes = (0..20).map(|n| {
        let visitor = session.visitor(&app).with("if-match", "\"1\"");
        tokio::spawn(
            async move { visitor.patch("/api/user", json!({"name": format!("Ada {n}")})).await.status },
        )
    });
    let mut won = 0;
    for change in changes.collect::<Vec<_>>() {
        won += usize::from(change.await.unwrap() == 200);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn refused_changes_name_their_fields() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    for (field, value, code) in [
        ("name", json!("x".repeat(201)), "name_too_long"),
        ("name", json!("a\u{202e}b"), "invalid_characters"),
        ("name", json!("a\nb"), "invalid_characters"),
        ("phone", json!("030"), "phone_country_needed"),
        ("phone", json!("+49 30 901820 x5"), "phone_invalid"),
        ("locale", json!("deutsch!"), "locale_invalid"),
        ("email", json!("x@y.zz"), "unknown_field"),
        ("emailVerified", json!(true), "unknown_field"),
    ] {
        let answer = session.visitor(&app).patch("/api/user", json!({ field: value })).await;
        answer.refused(422, "invalid_fields");
        assert_eq!(answer.json()["fields"][field]["code"], code, "{field}");
        assert_eq!(answer.json()["message"], answer.json()["fields"][field]["message"]);
    }
    let both = session.visitor(&app).patch("/api/user", json!({"phone": "030", "locale": "deutsch!"})).await;
    assert_eq!(both.json()["message"], "Some fields need attention");
    session.visitor(&app).patch("/api/user", json!({"name": null})).await.refused(400, "missing_fields");
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_the_old_password() {
    let mut app = app().await;
    let here = sign_up(&app, "cookie").await;
    let mut others = Vec::new();
    for mode in MODES {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "session": mode});
        others.push(
            Visitor::new(&app).with("origin", app.origin()).post("/api/login", body).await.carried(mode),
        );
    }
    let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    let changed = here.visitor(&app).post("/api/user/password", body).await;
    changed.expect(200);
    let after = changed.carried("cookie");
    for _ in 0..2 {
        here.visitor(&app).get("/api/user").await.refused(401, "session_ended");
        after.visitor(&app).get("/api/user").await.expect(200);
        for other in &others {
            other.visitor(&app).get("/api/user").await.refused(401, "session_ended");
        }
        let refresh = json!({"refreshToken": others[0].refresh_token()});
        Visitor::new(&app).post("/api/token/refresh", refresh).await.refused(401, "session_ended");
        let old = json!({"email": "ada@example.com", "password": PASSWORD});
        Visitor::new(&app).post("/api/login", old).await.refused(401, "invalid_credentials");
        app.restart().await;
    }
    Visitor::new(&app)
        .post("/api/login", json!({"email": "ada@example.com", "password": NEW}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_new_password_needs_the_current_one_and_guesses_are_counted() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    for missing in [json!({"newPassword": NEW}), json!({"currentPassword": PASSWORD}), json!({})] {
        session.visitor(&app).post("/api/user/password", missing).await.refused(400, "missing_fields");
    }
    let weak = json!({"currentPassword": PASSWORD, "newPassword": "password1"});
    let answer = session.visitor(&app).post("/api/user/password", weak).await;
    assert_eq!(answer.json()["fields"]["newPassword"]["code"], "password_common");
    for n in 0..10 {
        let guess = json!({"currentPassword": format!("guess {n}"), "newPassword": NEW});
        session.visitor(&app).post("/api/user/password", guess).await.refused(401, "invalid_credentials");
    }
    let right = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    session.visitor(&app).post("/api/user/password", right).await.refused(429, "rate_limited");
    // Another session has its own budget, and so has login: whoever has one of them keeps nobody out of the others.
    let login = json!({"email": "ada@example.com", "password": PASSWORD, "session": "token"});
    let answer = Visitor::new(&app).post("/api/login", login).await;
    answer.expect(200);
    let right = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    answer.session("token", &app).post("/api/user/password", right).await.expect(200);
}

#[tokio::test]
async fn an_erased_account_leaves_nothing_behind_and_nothing_to_inherit() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let address =
        json!({"name": "Canary Name", "line1": "Canary Street 1", "city": "Canarytown", "country": "ES"});
    session.visitor(&app).post("/api/user/addresses", address).await.expect(201);
    let wrong = json!({"currentPassword": "wrong pass phrase"});
    session.visitor(&app).delete_with("/api/user", wrong).await.refused(401, "invalid_credentials");
    session.visitor(&app).delete_with("/api/user", json!({"currentPassword": PASSWORD})).await.expect(204);
    session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
    Visitor::new(&app)
        .post("/api/login", json!({"email": "ada@example.com", "password": PASSWORD}))
        .await
        .refused(401, "invalid_credentials");

    let again = sign_up(&app, "token").await;
    let user = again.visitor(&app).get("/api/user").await.json();
    assert_ne!(user["user"]["id"], session.user["id"]);
    assert_eq!(again.visitor(&app).get("/api/user/addresses").await.json(), json!({"addresses": []}));
    let export = again.visitor(&app).get("/api/user/export").await;
    assert!(!export.text.contains("Canary"));
    assert_eq!(export.json()["sessions"].as_array().unwrap().len(), 1);
    session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
}

#[tokio::test]
async fn after_the_next_house_keeping_the_files_hold_nothing_of_an_erased_customer() {
    // The promise is about SQLite's files, whichever engine the other tests run on.
    let app = TestApp::on(Engine::Sqlite, SETTINGS).await;
    let body = json!({"name": "Canarina Canary", "email": "canarina@example.com", "password": PASSWORD, "session": "token"});
    let session = Visitor::new(&app).post("/api/signup", body).await.carried("token");
    let address = json!({"name": "Canarina", "line1": "Canary Wharf 7", "city": "Canarytown", "country": "ES", "phone": "+34600777001"});
    session.visitor(&app).post("/api/user/addresses", address).await.expect(201);
    session.visitor(&app).patch("/api/user", json!({"phone": "+34600777002"})).await.expect(200);
    let found = |canary: &str| {
        let files = std::fs::read_dir(app.file().parent().unwrap()).unwrap();
        let files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files.map(|bytes| String::from_utf8_lossy(&bytes).matches(canary).count()).sum::<usize>()
    };
    let canaries = ["Canarina", "canarina@", "Wharf", "Canarytown", "+34600777001", "+34600777002"];
    assert!(canaries.iter().all(|canary| found(canary) > 0));
    session.visitor(&app).delete_with("/api/user", json!({"currentPassword": PASSWORD})).await.expect(204);
    app.settle().await;
    for canary in canaries {
        assert_eq!(found(canary), 0, "{canary}");
    }
}

#[tokio::test]
async fn the_export_is_whole_however_many_events_there_are() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let id = session.user["id"].as_str().unwrap().parse().unwrap();
    for _ in 0..1203 {
        let event = AuditEvent { customer: Some(id), ..app.audit(AuditKind::ProfileChanged) };
        app.store().record(event.into()).await.unwrap();
    }
    let export = session.visitor(&app).get("/api/user/export").await;
    export.expect(200);
    let body = export.json();
    let events = body["events"].as_array().unwrap();
    assert_eq!(events.len(), 1205);
    let signed_up = events.iter().filter(|event| event["kind"] == "signed_up");
    assert_eq!(signed_up.count(), 1);
}

#[tokio::test]
async fn a_customer_who_writes_without_end_is_asked_to_wait_and_can_still_log_out() {
    let app = TestApp::with(&[SETTINGS, &[("limits.write_per_account", "3 in 10m")]].concat()).await;
    let session = sign_up(&app, "token").await;
    let visitor = session.visitor(&app);
    for name in ["Eve", "Eve", "Mallory"] {
        visitor.patch("/api/user", json!({"name": name})).await.expect(200);
    }
    let refused = visitor.patch("/api/user", json!({"name": "Trent"})).await;
    refused.refused(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
    let kinds: Vec<_> = {
        let id = session.user["id"].as_str().unwrap().parse().unwrap();
        app.store().audit_of(id, 99).await.unwrap().iter().map(|event| event.kind).collect()
    };
    let changes = kinds.iter().filter(|kind| **kind == AuditKind::ProfileChanged);
    assert_eq!((changes.count(), kinds.len()), (2, 3));
    visitor.delete("/api/sessions").await.expect(204);
    visitor.post_nothing("/api/logout").await.expect(204);
}

#[tokio::test]
async fn the_export_holds_everything_of_the_customer_and_nothing_of_others() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let other = sign_up_as(&app, "somebody-else@example.com", "token").await;
    let address = json!({"name": "Canary1", "company": "Canary2", "line1": "Canary3", "line2": "Canary4", "postalCode": "Canary5",
        "city": "Canary6", "region": "Canary7", "country": "ES", "phone": "+34600000001"});
    app.clock.advance(Duration::from_secs(1));
    session.visitor(&app).post("/api/user/addresses", address).await.expect(201);
    app.clock.advance(Duration::from_secs(1));
    session
        .visitor(&app)
        .patch("/api/user", json!({"name": "Canary8", "phone": "+34600000002", "locale": "es-ES"}))
        .await
        .expect(200);
    app.clock.advance(Duration::from_secs(1));
    let export = session.visitor(&app).with("user-agent", "Canary9").get("/api/user/export").await;
    export.expect(200);
    assert!(export.header("content-disposition").unwrap().starts_with("attachment"));
    for canary in (1..=8)
        .map(|n| format!("\"Canary{n}\""))
        .chain(["+34600000001", "+34600000002", "es-ES", "ada@example.com"].map(str::to_owned))
    {
        assert_eq!(export.text.matches(&canary).count(), 1, "{canary}");
    }
    let kinds: Vec<_> =
        export.json()["events"].as_array().unwrap().iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds, ["data_exported", "profile_changed", "address_added", "signed_up"]);
    assert!(export.json()["events"].as_array().unwrap().iter().all(|event| event["actor"] == "customer"));
    let signed_in = &export.json()["sessions"][0];
    assert_eq!(
        (&signed_in["authenticatedAt"], &signed_in["methods"]),
        (&signed_in["createdAt"], &json!(["password"]))
    );
    for secret in ["somebody-else", "argon2id", "ds_token_", session.secret()] {
        assert!(!export.text.contains(secret), "{secret}");
    }
    drop(other);
}
