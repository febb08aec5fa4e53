//! `/api/_echo`: what the server saw, in dev mode only.

use serde_json::{Value, json};

use crate::log::{Logged, PRODUCTION};

#[tokio::test]
async fn what_was_sent_is_told_without_secrets() {
    let server = Logged::dev().await;
    let name = server.app.cookie();
    let answer = server
        .app
        .call("POST", "/api/_echo")
        .header("host", "localhost:5000")
        .header("origin", "https://shop.example")
        .header("cookie", &format!("{name}=c4nary; theme=c4nary; {name}-echo=1"))
        .header("authorization", "Bearer c4nary")
        .header("x-forwarded-proto", "https")
        .json(&json!({"password": "c4nary"}))
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut told = answer.json();
    assert!(told["time"].as_str().unwrap().ends_with('Z'));
    told["time"] = Value::Null;
    assert_eq!(
        told,
        json!({
            "message": "This is what the server saw", "method": "POST", "path": "/api/_echo", "scheme": "http",
            "host": "localhost:5000", "origin": "https://shop.example", "originAllowed": false,
            "cookies": [name, "theme", format!("{name}-echo")], "sessionCookie": true, "probeCookie": true,
            "cookieSecure": false, "contentType": "application/json", "body": {"bytes": 21, "kind": "json"},
            "forwarded": {"x-forwarded-proto": "https"}, "forwardedTrusted": false, "network": "127.0.0.1",
            "time": null,
        })
    );
    assert_eq!(
        answer.header("set-cookie"),
        Some(&*format!("{name}-echo=1; Max-Age=60; Path=/; HttpOnly; SameSite=Lax"))
    );
    assert!(!answer.text().contains("c4nary"));
}

#[tokio::test]
async fn bodies_are_told_by_what_they_are() {
    let server = Logged::dev().await;
    for (kind, body, told) in [
        ("application/json", "", "empty"),
        ("application/json", "[object Object]", "text"),
        ("text/plain", "{\"a\":1}", "json"),
        ("application/x-www-form-urlencoded", "a=b", "form"),
        ("multipart/form-data; boundary=x", "--x", "other"),
    ] {
        let answer =
            server.app.call("POST", "/api/_echo").header("content-type", kind).body(body).send().await.json();
        assert_eq!(answer["body"], json!({"bytes": body.len(), "kind": told}), "{body}");
    }
    let answer = server.app.get("/api/_echo").await.json();
    assert_eq!(
        (&answer["origin"], &answer["originAllowed"], &answer["body"]["kind"]),
        (&Value::Null, &Value::Null, &json!("empty"))
    );
    assert_eq!(server.app.call("POST", "/api/_echo").body(vec![b'x'; 70_000]).send().await.status, 413);
    assert_eq!(server.app.call("PUT", "/api/_echo").send().await.status, 405);
}

#[tokio::test]
async fn a_trusted_proxy_and_an_https_address_are_seen() {
    let settings = [("server.public_url", "https://tunnel.example"), ("server.trusted_proxies", "127.0.0.1")];
    let server = Logged::with(&settings).await;
    let call = server
        .app
        .call("GET", "/api/_echo")
        .header("x-forwarded-for", "203.0.113.7")
        .header("x-forwarded-proto", "https");
    let answer = call.header("cookie", "__Host-doorstep=c4nary").send().await;
    let told = answer.json();
    assert_eq!((told["scheme"].as_str(), told["network"].as_str()), (Some("https"), Some("203.0.113.7")));
    assert_eq!(
        (told["forwardedTrusted"].as_bool(), told["cookieSecure"].as_bool()),
        (Some(true), Some(true))
    );
    assert_eq!((told["sessionCookie"].as_bool(), told["probeCookie"].as_bool()), (Some(true), Some(false)));
    let cookie = answer.header("set-cookie").unwrap();
    assert_eq!(cookie, "__Host-doorstep-echo=1; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Lax");
}

#[tokio::test]
async fn production_has_none() {
    let server = Logged::with(&PRODUCTION).await;
    for method in ["GET", "POST", "PUT"] {
        let answer = server.app.call(method, "/api/_echo").send().await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not_found")), "{method}");
        assert!(answer.header("set-cookie").is_none());
    }
}
