use serde_json::{Value, json};

use crate::support::{PASSWORD, Visitor, ada, app, form};

#[tokio::test]
async fn a_sign_up_makes_an_account_and_a_session() {
    let app = app().await;
    let answer = Visitor::new(&app).post("/api/signup", ada()).await;
    answer.expect(201);
    let body = answer.json();
    assert_eq!(body["message"], "User registered successfully");
    assert_eq!(body["tokenType"], "Bearer");
    assert!(body["refreshToken"].as_str().unwrap().starts_with("ds_refresh_"));
    let user = body["user"].as_object().unwrap();
    let names: Vec<&str> = user.keys().map(String::as_str).collect();
    assert_eq!(names, ["id", "name", "email", "emailVerified", "createdAt", "updatedAt"]);
    let me = Visitor::new(&app).bearer(body["token"].as_str().unwrap()).get("/api/user").await;
    me.expect(200);
    assert_eq!(me.json()["user"], body["user"]);
}

#[tokio::test]
async fn a_form_and_both_slash_forms_are_taken() {
    let app = app().await;
    let answer = Visitor::new(&app)
        .form("/api/signup/", &[("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)])
        .await;
    answer.expect(201);
    assert_eq!(answer.json()["user"]["email"], "ada@example.com");
}

#[tokio::test]
async fn a_username_beside_an_address_is_the_name() {
    let app = app().await;
    let body = json!({"username": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let answer = Visitor::new(&app).post("/api/signup", body).await;
    answer.expect(201);
    assert_eq!(answer.json()["user"]["name"], "Ada");
    // It is no second name, and no way to log in.
    let mut both = ada();
    both["username"] = json!("Eve");
    Visitor::new(&app).post("/api/signup", both).await.refused(422, "invalid_fields");
    let body = json!({"username": "ada@example.com", "password": PASSWORD});
    Visitor::new(&app).post("/api/login", body).await.refused(400, "missing_fields");
}

#[tokio::test]
async fn fields_inside_of_an_object_are_named() {
    let app = app().await;
    for (body, outer) in [(json!({"user": ada()}), "user"), (json!({"formData": ada()}), "formData")] {
        let answer = Visitor::new(&app).post("/api/signup", body).await;
        answer.refused(400, "missing_fields");
        let told = answer.json();
        assert!(told["fields"][outer]["message"].as_str().unwrap().contains("at the top of the body"));
        let hint = told["hint"].as_str().unwrap();
        assert!(hint.starts_with("DS-16 ") && hint.contains(&format!("JSON.stringify({outer})")), "{hint}");
        assert!(hint.ends_with(told["detail"].as_str().unwrap()));
        assert!(!answer.text.contains(PASSWORD));
    }
}

#[tokio::test]
async fn missing_fields_are_all_named() {
    let app = app().await;
    for body in [json!({}), json!({"name": "", "email": null, "password": ""}), json!({"name": "  "})] {
        let answer = Visitor::new(&app).post("/api/signup", body).await;
        answer.refused(400, "missing_fields");
        assert_eq!(answer.json()["message"], "All fields are required");
        for field in ["name", "email", "password"] {
            assert_eq!(answer.json()["fields"][field]["code"], "required", "{field}");
        }
    }
}

#[tokio::test]
async fn every_refused_field_is_told_at_once() {
    let app = app().await;
    let body = json!({"name": "x".repeat(201), "email": "ada", "password": "short", "passwrd": "x", "session": "magic"});
    let answer = Visitor::new(&app).post("/api/signup", body).await;
    answer.refused(422, "invalid_fields");
    let fields = &answer.json()["fields"];
    assert_eq!(fields["name"]["code"], "name_too_long");
    assert_eq!(fields["email"]["code"], "email_invalid");
    assert_eq!(fields["password"]["code"], "password_too_short");
    assert_eq!(fields["session"]["code"], "invalid_choice");
    assert_eq!(fields["passwrd"]["message"], "Unknown field. Did you mean \"password\"?");
}

#[tokio::test]
async fn fields_that_are_not_the_callers_to_set_are_refused() {
    let app = app().await;
    for field in
        ["role", "emailVerified", "id", "userId", "passwordHash", "createdAt", "disabledAt", "version"]
    {
        let mut body = ada();
        body[field] = json!("x");
        let answer = Visitor::new(&app).post("/api/signup", body).await;
        answer.refused(422, "invalid_fields");
        assert_eq!(answer.json()["fields"][field]["code"], "unknown_field");
    }
    Visitor::new(&app)
        .post("/api/login", json!({"email": "ada@example.com", "password": PASSWORD}))
        .await
        .expect(401);
}

#[tokio::test]
async fn passwords_that_are_tried_first_are_refused() {
    let app = app().await;
    for (password, code) in [
        ("password1", "password_common"),
        ("Ada.Lovelace", "password_contains_identity"),
        ("ada@example.com", "password_contains_identity"),
        (&"x".repeat(257), "password_too_long"),
    ] {
        let body = json!({"name": "Ada Lovelace", "email": "ada@example.com", "password": password});
        let answer = Visitor::new(&app).post("/api/signup", body).await;
        answer.refused(422, "invalid_fields");
        assert_eq!(answer.json()["fields"]["password"]["code"], code, "{password}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_sign_ups_of_one_address_make_one_account() {
    let app = app().await;
    let spellings =
        ["ada@example.com", "ADA@example.com", "Ada@EXAMPLE.com", " ada@example.com ", "ａｄａ@example.com"];
    let attempts = (0..50).map(|n| {
        let body = json!({"name": "Ada", "email": spellings[n % spellings.len()], "password": PASSWORD});
        let app = app.clone();
        tokio::spawn(async move { Visitor::new(&app).post("/api/signup", body).await.status })
    });
    let mut statuses = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        statuses.push(attempt.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49, "{statuses:?}");
}

#[tokio::test]
async fn a_taken_address_gives_no_session_and_changes_nothing() {
    let app = app().await;
    Visitor::new(&app).post("/api/signup", ada()).await.expect(201);
    let mut other = ada();
    other["password"] = json!("another long pass phrase");
    let answer = Visitor::new(&app).post("/api/signup", other).await;
    answer.refused(409, "email_taken");
    assert_eq!(answer.json()["fields"]["email"]["code"], "email_taken");
    assert!(answer.header("set-cookie").is_none());
    Visitor::new(&app)
        .post("/api/login", json!({"email": "ada@example.com", "password": PASSWORD}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_gets_the_first_answer_again() {
    let app = app().await;
    for (mode, number) in [("token", 1), ("jwt", 2), ("cookie", 3)] {
        let mut body = ada();
        body["email"] = json!(format!("ada{number}@example.com"));
        body["session"] = json!(mode);
        let visitor = || Visitor::new(&app).with("idempotency-key", mode).with("origin", app.origin());
        let first = visitor().post("/api/signup", body.clone()).await;
        let second = visitor().post("/api/signup", body.clone()).await;
        first.expect(201);
        second.expect(201);
        assert_eq!(first.json()["user"], second.json()["user"]);
        match mode {
            "token" => assert_eq!(first.json()["token"], second.json()["token"]),
            "jwt" => assert_eq!(first.json()["refreshToken"], second.json()["refreshToken"]),
            _ => assert_eq!(first.header("set-cookie"), second.header("set-cookie")),
        }
        let mut other = body.clone();
        other["name"] = json!("Eve");
        visitor().post("/api/signup", other).await.refused(422, "idempotency_mismatch");
        let mut other = body.clone();
        other["password"] = json!("another long pass phrase");
        visitor().post("/api/signup", other).await.refused(422, "idempotency_mismatch");
    }
}

#[tokio::test]
async fn a_repeat_that_brings_the_cookie_of_its_first_answer_keeps_the_session() {
    let app = app().await;
    let mut body = ada();
    body["session"] = json!("cookie");
    let visitor = Visitor::new(&app).with("idempotency-key", "k1").with("origin", app.origin());
    let first = visitor.post("/api/signup", body.clone()).await;
    first.expect(201);
    let session = first.session("cookie", &app);
    session.clone().with("idempotency-key", "k1").post("/api/signup", body).await.expect(201);
    session.get("/api/user").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_repeats_make_one_account_and_one_session() {
    let app = app().await;
    let attempts = (0..50).map(|_| {
        let app = app.clone();
        tokio::spawn(async move {
            let mut body = ada();
            body["session"] = json!("token");
            Visitor::new(&app)
                .with("idempotency-key", "7c9e6679-7425-40de-944b-e07fc1f90ae7")
                .post("/api/signup", body)
                .await
        })
    });
    let mut tokens = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        // A repeat checks the password, and ten such checks are the limit.
        match answer.status {
            201 => tokens.push(answer.json()["token"].as_str().unwrap().to_owned()),
            _ => answer.refused(429, "rate_limited"),
        }
    }
    assert!(tokens.len() > 2, "{tokens:?}");
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    let sessions = Visitor::new(&app).bearer(&tokens[0]).get("/api/sessions").await.json();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeat_opens_nothing_once_the_session_has_ended_or_the_account_is_disabled() {
    let app = app().await;
    let repeat = || {
        let visitor = Visitor::new(&app).with("idempotency-key", "k1");
        async move { visitor.post("/api/signup", ada()).await }
    };
    let first = repeat().await;
    first.expect(201);
    first.session("jwt", &app).post_nothing("/api/logout").await.expect(204);
    repeat().await.refused(409, "email_taken");
    app.users().set_disabled("ada@example.com", true).await.unwrap();
    repeat().await.refused(409, "email_taken");
}

#[tokio::test]
async fn a_repeat_after_a_refresh_hands_out_no_token_that_was_used() {
    let app = app().await;
    let repeat = || Visitor::new(&app).with("idempotency-key", "k1");
    let first = repeat().post("/api/signup", ada()).await;
    first.expect(201);
    repeat().post("/api/signup", ada()).await.expect(201);
    let refresh = json!({"refreshToken": first.json()["refreshToken"]});
    let next = Visitor::new(&app).post("/api/token/refresh", refresh).await;
    next.expect(200);
    let again = repeat().post("/api/signup", ada()).await;
    again.refused(409, "email_taken");
    assert!(!again.text.contains("ds_refresh_"));
    let refresh = json!({"refreshToken": next.json()["refreshToken"]});
    Visitor::new(&app).post("/api/token/refresh", refresh).await.expect(200);
}

#[tokio::test]
async fn guesses_by_repeating_a_sign_up_count_as_logins() {
    let app = app().await;
    let repeat = |password: &str| {
        let mut body = ada();
        body["password"] = json!(password);
        let visitor = Visitor::new(&app).with("idempotency-key", "k1");
        async move { visitor.post("/api/signup", body).await }
    };
    repeat(PASSWORD).await.expect(201);
    for n in 0..10 {
        repeat(&format!("wrong pass phrase {n}")).await.refused(422, "idempotency_mismatch");
    }
    repeat(PASSWORD).await.refused(429, "rate_limited");
    let customer = app.users().find("ada@example.com").await.unwrap().id;
    let failures = app.store().audit_of(customer, 50).await.unwrap();
    let kind = doorstep_store::AuditKind::PasswordCheckFailed;
    assert_eq!(failures.iter().filter(|event| event.kind == kind).count(), 10);
}

#[tokio::test]
async fn an_idempotency_key_of_another_form_is_refused() {
    let app = app().await;
    for key in ["", "\"\"", "a b", "ä", &"x".repeat(256)] {
        let answer = Visitor::new(&app).with("idempotency-key", key).post("/api/signup", ada()).await;
        answer.refused(400, "malformed_request");
    }
}

#[tokio::test]
async fn a_browsers_own_form_post_goes_on_to_a_page() {
    let app = app().await;
    let browser = || {
        Visitor::new(&app)
            .with("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .with("origin", app.origin())
    };
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    let answer = browser().form("/api/signup", &fields).await;
    answer.expect(303);
    assert_eq!(answer.header("location"), Some("/account/"));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );

    let answer = browser()
        .form("/api/signup", &[("name", "<b>"), ("email", "<script>alert(1)</script>"), ("<i>", "x")])
        .await;
    answer.expect(400);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    assert!(
        answer.text.contains("All fields are required") && !answer.text.contains("<i>"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_foreign_page_gets_no_cookie_session() {
    let app = app().await;
    let mut body = ada();
    body["session"] = json!("cookie");
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let mut visitor = Visitor::new(&app);
        if let Some(origin) = origin {
            visitor = visitor.with("origin", origin);
        }
        let answer = visitor.post("/api/signup", body.clone()).await;
        answer.refused(403, "csrf_refused");
        assert!(answer.header("set-cookie").is_none());
    }
    let evil = Visitor::new(&app).with("origin", "https://evil.example").with("accept", "text/html");
    evil.form("/api/signup", &form()).await.expect(403);
}

#[tokio::test]
async fn consent_is_kept_with_its_moment() {
    let app = app().await;
    let mut body = ada();
    body["marketingConsent"] = json!(true);
    let token =
        Visitor::new(&app).post("/api/signup", body).await.json()["token"].as_str().unwrap().to_owned();
    let export: Value = Visitor::new(&app).bearer(&token).get("/api/user/export").await.json();
    assert_eq!(export["marketingConsentAt"], export["user"]["createdAt"]);
    // Withdrawing is as easy as giving (GDPR Art. 7).
    Visitor::new(&app)
        .bearer(&token)
        .patch("/api/user", json!({"marketingConsent": false}))
        .await
        .expect(200);
    let export: Value = Visitor::new(&app).bearer(&token).get("/api/user/export").await.json();
    assert_eq!(export["marketingConsentAt"], Value::Null);
}
