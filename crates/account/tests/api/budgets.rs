//! Whoever guesses uses up the budget of strangers. The customer has others: at known devices, and in live sessions.

use std::time::Duration;

use doorstep_store::{AuditKind, Detail};
use doorstep_testkit::app::{Setting, TestApp};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SETTINGS, Visitor};

const NEW: &str = "gargoyle in may";
const HALF_HOUR: Duration = Duration::from_secs(1800);
const DAY: usize = 48;

/// Behind a proxy, so that everybody can come from anywhere.
async fn app(settings: &[Setting]) -> TestApp {
    let own = [("server.trusted_proxies", "127.0.0.1/32")];
    let settings: Vec<Setting> = SETTINGS.iter().chain(&own).chain(settings).copied().collect();
    TestApp::with(&settings).await
}

/// From a network that nobody came from before.
async fn guess(app: &TestApp, number: usize, device: Option<&str>) -> Answer {
    let network = format!("2001:db8:{:x}:{number:x}::1", number / 7);
    let body =
        json!({"email": "ada@example.com", "password": format!("guess {number}"), "deviceToken": device});
    Visitor::new(app).with("x-forwarded-for", &network).post("/api/login", body).await
}

/// How many guesses of strangers are checked before the first that is refused.
async fn guess_until_refused(app: &TestApp, first: usize) -> usize {
    let mut checked = 0;
    while guess(app, first + checked, None).await.status == 401 {
        checked += 1;
        assert!(checked < 1000, "nobody stops the guesser");
    }
    checked
}

async fn sign_up(app: &TestApp, email: &str, mode: &str) -> Answer {
    let body = json!({"name": "Ada", "email": email, "password": PASSWORD, "session": mode});
    let answer = Visitor::new(app).with("origin", app.origin()).post("/api/signup", body).await;
    answer.expect(201);
    answer
}

async fn log_in(app: &TestApp, password: &str, device: Option<&str>) -> Answer {
    let body =
        json!({"email": "ada@example.com", "password": password, "session": "token", "deviceToken": device});
    Visitor::new(app).with("x-forwarded-for", "203.0.113.7").post("/api/login", body).await
}

/// A browser with these cookies.
fn browser(app: &TestApp, cookies: &str) -> Visitor {
    Visitor::new(app)
        .with("x-forwarded-for", "203.0.113.7")
        .with("origin", app.origin())
        .with("cookie", cookies)
}

/// `name=value` of the cookie that is set under this name.
fn cookie(answer: &Answer, name: &str) -> String {
    let values = answer.headers.get_all("set-cookie").into_iter().map(|value| value.to_str().unwrap());
    let mut pairs = values.filter_map(|value| value.split(';').next());
    pairs.find(|pair| pair.split('=').next() == Some(name)).unwrap_or_default().to_owned()
}

fn device_name(app: &TestApp) -> String {
    format!("{}-device", app.cookie())
}

fn token(answer: &Answer) -> String {
    answer.json()["deviceToken"].as_str().unwrap().to_owned()
}

async fn trail(app: &TestApp, kind: AuditKind) -> Vec<Option<Detail>> {
    let customer = app.users().find("ada@example.com").await.unwrap().id;
    let events = app.store().audit_of(customer, 1000).await.unwrap();
    events.into_iter().filter(|event| event.kind == kind).map(|event| event.detail).collect()
}

#[tokio::test]
async fn three_days_of_guesses_from_everywhere_do_not_keep_the_customer_out() {
    let app = app(&[("passwords.memory_kib", "47104"), ("passwords.passes", "1")]).await;
    let welcome = sign_up(&app, "ada@example.com", "cookie").await;
    let session = cookie(&welcome, app.cookie());
    let mut device = cookie(&welcome, &device_name(&app));
    let (mut checked, mut number) = (Vec::new(), 0);
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "session": "cookie"});
    for half_hour in 0..3 * DAY {
        let passed = guess_until_refused(&app, number).await;
        number += passed + 1;
        checked.push(passed);
        if half_hour % 12 == 0 {
            let answer = browser(&app, &device).post("/api/login", body.clone()).await;
            answer.expect(200);
            device = cookie(&answer, &device_name(&app));
        }
        app.clock.advance(HALF_HOUR);
    }
    for day in checked.windows(DAY) {
        assert!(day.iter().sum::<usize>() <= 100, "{day:?}");
    }
    assert!(checked.iter().sum::<usize>() >= 150, "the guesser was busy: {checked:?}");
    guess_until_refused(&app, number).await;

    let right = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    let answer = browser(&app, &session).post("/api/user/password", right).await;
    answer.expect(200);
    let (session, newest) = (cookie(&answer, app.cookie()), cookie(&answer, &device_name(&app)));
    let body = json!({"email": "ada@example.com", "password": NEW, "session": "cookie"});
    browser(&app, &device).post("/api/login", body.clone()).await.refused(429, "rate_limited");
    browser(&app, &newest).post("/api/login", body).await.expect(200);
    let answer = browser(&app, &session).delete_with("/api/user", json!({"currentPassword": NEW})).await;
    answer.expect(204);
    assert_eq!(cookie(&answer, &device_name(&app)), format!("{}=", device_name(&app)));
}

#[tokio::test]
async fn a_known_device_survives_logout_in_every_mode() {
    for mode in ["jwt", "token", "cookie"] {
        let app = app(&[("limits.login_per_account", "1 in 1d")]).await;
        let welcome = sign_up(&app, "ada@example.com", mode).await;
        let device = welcome.json()["deviceToken"].as_str().map(str::to_owned);
        assert_eq!(device.is_none(), mode == "cookie");
        welcome.session(mode, &app).post_nothing("/api/logout").await.expect(204);
        guess_until_refused(&app, 0).await;
        log_in(&app, PASSWORD, None).await.refused(429, "rate_limited");
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "deviceToken": device});
        browser(&app, &cookie(&welcome, &device_name(&app))).post("/api/login", body).await.expect(200);
    }
}

#[tokio::test]
async fn a_stolen_device_token_opens_nothing_and_buys_its_budget_only() {
    let limits = [("limits.login_per_device", "4 in 10m"), ("limits.login_per_device_daily", "6 in 1d")];
    let app = app(&limits).await;
    let stolen = token(&sign_up(&app, "ada@example.com", "token").await);
    Visitor::new(&app).bearer(&stolen).get("/api/user").await.refused(401, "token_invalid");
    for name in [app.cookie(), &device_name(&app)] {
        browser(&app, &format!("{name}={stolen}")).get("/api/user").await.expect(401);
    }
    let refresh = json!({"refreshToken": stolen});
    Visitor::new(&app).post("/api/token/refresh", refresh).await.refused(401, "token_invalid");
    let mut checked = 0;
    for number in 0..200 {
        app.clock.advance(Duration::from_secs(86_400 / 200));
        checked += usize::from(guess(&app, number, Some(&stolen)).await.status == 401);
    }
    assert!((6..=12).contains(&checked), "{checked}");
    log_in(&app, PASSWORD, None).await.expect(200);
}

#[tokio::test]
async fn however_many_devices_a_customer_has_ten_budgets() {
    let app = app(&[("limits.login_per_device", "1 in 1d")]).await;
    sign_up(&app, "ada@example.com", "token").await;
    let mut tokens = Vec::new();
    for _ in 0..24 {
        tokens.push(token(&log_in(&app, PASSWORD, None).await));
    }
    let mut checked = 0;
    for (number, token) in tokens.iter().enumerate() {
        checked += usize::from(guess(&app, number, Some(token)).await.status == 401);
    }
    assert!((1..=10).contains(&checked), "{checked}");
}

#[tokio::test]
async fn a_device_keeps_its_budget_over_logins() {
    let app = app(&[("limits.login_per_device_daily", "3 in 1d")]).await;
    let mut device = token(&sign_up(&app, "ada@example.com", "token").await);
    for number in 0..3 {
        guess(&app, number, Some(&device)).await.expect(401);
        if number < 2 {
            let answer = log_in(&app, PASSWORD, Some(&device)).await;
            answer.expect(200);
            device = token(&answer);
        }
    }
    guess(&app, 9, Some(&device)).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn every_token_but_the_customers_own_of_today_makes_a_stranger_and_nobody_is_told_why() {
    let app = app(&[]).await;
    let first = sign_up(&app, "ada@example.com", "token").await;
    let before = token(&first);
    let others = token(&sign_up(&app, "grace@example.com", "token").await);
    let change = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    first.session("token", &app).post("/api/user/password", change).await.expect(200);
    let own = token(&log_in(&app, NEW, None).await);
    let mut tampered = own.clone();
    tampered.replace_range(20..21, if &own[20..21] == "A" { "B" } else { "A" });
    guess_until_refused(&app, 0).await;

    let shape = |answer: &Answer| {
        let mut body = answer.json();
        body["requestId"] = Value::Null;
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort_unstable();
        (answer.status, body.to_string(), names)
    };
    let stranger = shape(&log_in(&app, NEW, None).await);
    assert_eq!(stranger.0, 429);
    for other in [before.as_str(), &others, &tampered, "ds_device_", "nonsense"] {
        assert_eq!(shape(&log_in(&app, NEW, Some(other)).await), stranger, "{other}");
    }
    log_in(&app, NEW, Some(&own)).await.expect(200);

    app.clock.advance(Duration::from_secs(400 * 86_400));
    guess_until_refused(&app, 100).await;
    log_in(&app, NEW, Some(&own)).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn neighbours_who_guess_do_not_keep_a_known_device_out() {
    let app = app(&[("limits.login_per_network", "2 in 10m")]).await;
    let device = token(&sign_up(&app, "ada@example.com", "token").await);
    for number in 0..2 {
        let body = json!({"email": format!("{number}@example.com"), "password": "wrong pass phrase"});
        browser(&app, "a=b").post("/api/login", body).await.expect(401);
    }
    log_in(&app, PASSWORD, None).await.refused(429, "rate_limited");
    log_in(&app, PASSWORD, Some(&device)).await.expect(200);
}

#[tokio::test]
async fn refused_attempts_leave_one_row_with_their_number() {
    let app = app(&[("limits.login_per_account", "2 in 1d")]).await;
    let session = sign_up(&app, "ada@example.com", "token").await.session("token", &app);
    guess_until_refused(&app, 0).await;
    for number in 0..24 {
        guess(&app, number, None).await.expect(429);
    }
    app.account().maintain().await.unwrap();
    assert_eq!(trail(&app, AuditKind::LoginLimited).await, []);
    app.clock.advance(Duration::from_secs(600));
    app.account().maintain().await.unwrap();
    assert_eq!(trail(&app, AuditKind::LoginLimited).await, [Some(Detail::Count(25))]);
    // Of a window that is open when the server stops, too.
    guess(&app, 99, None).await.expect(429);
    app.account().settle().await;
    assert_eq!(trail(&app, AuditKind::LoginLimited).await.len(), 2);
    let export = session.get("/api/user/export").await.json();
    let events = export["events"].as_array().unwrap().iter();
    assert_eq!(events.filter(|event| event["kind"] == "login_limited").count(), 2);
}

/// The owner of an account could otherwise have passwords checked without end, because right ones are given back.
#[tokio::test]
async fn right_passwords_of_one_account_are_limited_too() {
    let settings = [("limits.password_per_account", "3 in 10m"), ("limits.login_per_account", "4 in 1d")];
    let app = app(&settings).await;
    let session = sign_up(&app, "ada@example.com", "token").await.session("token", &app);
    for _ in 0..2 {
        log_in(&app, PASSWORD, None).await.expect(200);
    }
    let change = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    session.post("/api/user/password", change).await.expect(200);
    for _ in 0..4 {
        log_in(&app, NEW, None).await.refused(429, "rate_limited");
    }
    // From here on no work is done any more: that budget is used up too.
    app.clock.advance(Duration::from_secs(600));
    log_in(&app, NEW, None).await.refused(429, "rate_limited");
    app.clock.advance(Duration::from_secs(86_400));
    log_in(&app, NEW, None).await.expect(200);
}

#[tokio::test]
async fn what_a_networks_limit_refuses_stands_in_nobodys_trail_whoever_was_named() {
    let app = app(&[("limits.login_per_network", "1 in 1d")]).await;
    let session = sign_up(&app, "ada@example.com", "token").await.session("token", &app);
    log_in(&app, "wrong pass phrase", None).await.expect(401);
    for _ in 0..3 {
        log_in(&app, "wrong pass phrase", None).await.refused(429, "rate_limited");
    }
    app.account().settle().await;
    let export = session.get("/api/user/export").await.json();
    assert!(!export["events"].to_string().contains("login_limited"), "{export}");
}
