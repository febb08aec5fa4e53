//! The limits that a route's line in the table names are those that it counts, all of them and no others.

use doorstep_testkit::app::{Setting, TestApp};
use doorstep_web::LimitKey;
use doorstep_web::Per;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SETTINGS, Visitor};

/// Method, path and limits of every route that has some, as the document tells them.
fn limited_routes() -> Vec<(String, String, Vec<String>)> {
    let document = doorstep_account::openapi();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let Some(limits) = operation["x-limits"].as_str() else { continue };
            let limits = limits.split(", ").map(str::to_owned).collect();
            found.push((method.to_uppercase(), path.clone(), limits));
        }
    }
    found
}

/// What the customer of an attempt has and knows.
struct Has<'a> {
    email: &'a str,
    /// Wrong ones, so that an attempt can be made again; the right one where only such are counted.
    password: &'static str,
    device: Option<&'a str>,
    refresh: &'a str,
}

/// A request that gets as far as being counted.
fn body(method: &str, path: &str, attempt: usize, has: &Has<'_>) -> Option<Value> {
    let Has { email, password, device, refresh } = has;
    match (method, path) {
        ("POST", "/api/signup") => {
            Some(json!({"name": "Ada", "email": format!("{attempt}.{email}"), "password": PASSWORD}))
        }
        ("POST", "/api/login") => Some(json!({"email": email, "password": password, "deviceToken": device})),
        ("POST", "/api/token/refresh") => Some(json!({"refreshToken": refresh})),
        ("POST", "/api/user/password") => {
            Some(json!({"currentPassword": password, "newPassword": "gargoyle in may"}))
        }
        ("PATCH", "/api/user" | "/api/user/addresses/{id}") => Some(json!({"name": "Ada Lovelace"})),
        ("POST", "/api/user/addresses") => {
            Some(json!({"name": "Ada", "line1": "1 Street", "city": "Wien", "country": "AT"}))
        }
        ("POST", "/api/recovery" | "/api/login/code") => Some(json!({"email": email})),
        ("POST", "/api/user/email") => {
            Some(json!({"newEmail": format!("new.{email}"), "password": password}))
        }
        ("POST", "/api/recovery/confirm") => Some(json!({"token": "none", "newPassword": "gargoyle in may"})),
        (
            "POST",
            "/api/verification/confirm"
            | "/api/user/email/confirm"
            | "/api/user/email/undo"
            | "/api/login/code/confirm",
        ) => Some(json!({"token": "none"})),
        ("POST", "/api/login/code/poll") => Some(json!({"request": "none"})),
        ("DELETE", "/api/user") => Some(json!({"currentPassword": password})),
        _ => None,
    }
}

/// A server on which only this limit can be reached.
async fn app_with_low(key: LimitKey) -> TestApp {
    let mut settings = SETTINGS.to_vec();
    settings.push(("server.trusted_proxies", "127.0.0.1/32"));
    settings
        .extend(LimitKey::ALL.map(|each| rate(each, if each == key { "1 in 10m" } else { "100000 in 10m" })));
    TestApp::with(&settings).await
}

fn rate(key: LimitKey, rate: &'static str) -> Setting {
    let name = match key {
        LimitKey::LoginPerAccount => "limits.login_per_account",
        LimitKey::LoginPerAccountDaily => "limits.login_per_account_daily",
        LimitKey::LoginPerDevice => "limits.login_per_device",
        LimitKey::LoginPerDeviceDaily => "limits.login_per_device_daily",
        LimitKey::PasswordPerSession => "limits.password_per_session",
        LimitKey::PasswordPerSessionDaily => "limits.password_per_session_daily",
        LimitKey::PasswordPerAccount => "limits.password_per_account",
        LimitKey::RefreshPerSession => "limits.refresh_per_session",
        LimitKey::RefreshPerAccount => "limits.refresh_per_account",
        LimitKey::SignupTaken => "limits.signup_taken",
        LimitKey::LoginPerNetwork => "limits.login_per_network",
        LimitKey::SignupPerNetwork => "limits.signup_per_network",
        LimitKey::RefreshPerNetwork => "limits.refresh_per_network",
        LimitKey::ExportPerAccount => "limits.export_per_account",
        LimitKey::WritePerAccount => "limits.write_per_account",
        LimitKey::MailPerNetwork => "limits.mail_per_network",
        LimitKey::MailPerAddress => "limits.mail_per_address",
        LimitKey::NoticePerAccount => "limits.notice_per_account",
        LimitKey::MailTotal => "limits.mail_total",
        LimitKey::CodePerNetwork => "limits.code_per_network",
        LimitKey::PollPerNetwork => "limits.poll_per_network",
    };
    (name, rate)
}

#[tokio::test]
async fn every_route_counts_the_limits_that_its_line_names_and_no_others() {
    let routes = limited_routes();
    assert!(routes.len() >= 6, "{routes:?}");
    for key in LimitKey::ALL {
        let app = app_with_low(key).await;
        for (number, (method, path, limits)) in routes.iter().enumerate() {
            let answers = twice(&app, number, method, path, key).await;
            let limited = answers.map(|answer| (answer.status == 429, policy(&answer)));
            let (name, named) = (key.name(), limits.iter().any(|limit| limit == key.name()));
            assert!(!limited[0].0, "{method} {path} refused the first attempt under {name}");
            assert_eq!(limited[1].0, named, "{method} {path} under {name}: 429 on the second attempt");
            assert!(!named || limited[1].1 == key.policy(), "{method} {path} under {name}: {limited:?}");
        }
    }
}

/// Two equal attempts of a new customer, from networks that nobody else comes from; where the customer is known, if it matters.
/// Where right passwords are counted the first is a login: a right one changes what the second would meet.
async fn twice(app: &TestApp, number: usize, method: &str, path: &str, key: LimitKey) -> [Answer; 2] {
    let email = format!("ada{number}@example.com");
    let is_right = key == LimitKey::PasswordPerAccount;
    // Only whoever knows the password has a mail sent to another address.
    let is_mail = matches!(key, LimitKey::MailPerAddress | LimitKey::MailPerNetwork);
    let refreshes = matches!(key, LimitKey::RefreshPerSession | LimitKey::RefreshPerAccount);
    let mode = if refreshes { "jwt" } else { "token" };
    let signup = json!({"name": "Ada", "email": email, "password": PASSWORD, "session": mode});
    let home = Visitor::new(app).with("x-forwarded-for", &format!("203.0.{number}.1"));
    let welcome = home.post("/api/signup", signup).await;
    welcome.expect(201);
    let away = format!("198.51.{number}.1");
    let answer = welcome.json();
    let has = Has {
        email: &email,
        password: if is_right || is_mail { PASSWORD } else { "wrong pass phrase" },
        device: answer["deviceToken"].as_str().filter(|_| key.per() == Per::Device),
        refresh: answer["refreshToken"].as_str().unwrap_or("none"),
    };
    let visitor = welcome.session(mode, app).with("x-forwarded-for", &away);
    let asked = path.replace("{id}", "01932c07-5b6e-7000-8000-000000000001");
    let first = match is_right {
        true => visitor.post("/api/login", json!({"email": email, "password": PASSWORD})).await,
        false => visitor.request(method, &asked, body(method, path, 1, &has)).await,
    };
    let second = visitor.request(method, &asked, body(method, path, 2, &has)).await;
    [first, second]
}

/// The name in the RateLimit-Policy header.
fn policy(answer: &Answer) -> String {
    let header = answer.header("ratelimit-policy").unwrap_or_default();
    header.split('"').nth(1).unwrap_or_default().to_owned()
}
