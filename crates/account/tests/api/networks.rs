//! Limits per network count the networks around it too, and a login that succeeds does not stay counted.

use doorstep_store::{Cell, Table};
use doorstep_testkit::app::{PRODUCTION, Setting, TestApp};
use serde_json::json;

use crate::support::{PASSWORD, SETTINGS, Visitor};

async fn app(settings: &[Setting]) -> TestApp {
    let own = [("server.trusted_proxies", "127.0.0.1/32")];
    let settings: Vec<Setting> = SETTINGS.iter().chain(&own).chain(settings).copied().collect();
    TestApp::with(&settings).await
}

async fn log_in(app: &TestApp, from: &str, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password, "session": "token"});
    Visitor::new(app).with("x-forwarded-for", from).post("/api/login", body).await.status
}

async fn sign_up(app: &TestApp, from: &str, email: &str) -> u16 {
    let body = json!({"name": "Ada", "email": email, "password": PASSWORD, "session": "token"});
    Visitor::new(app).with("x-forwarded-for", from).post("/api/signup", body).await.status
}

/// How many of so many guesses at as many accounts, each from the network that `from` names, are checked.
async fn checked(app: &TestApp, guesses: usize, from: impl Fn(usize) -> String) -> usize {
    let mut checked = 0;
    for number in 0..guesses {
        let status = log_in(app, &from(number), &format!("{number}@example.com"), "wrong pass phrase").await;
        assert!(status == 401 || status == 429, "{status}");
        checked += usize::from(status == 401);
    }
    checked
}

/// The details of the alarms in the trail, which are about nobody.
async fn alarms(app: &TestApp) -> Vec<String> {
    let place = |name| Table::Audit.columns().iter().position(|column| column.name == name).unwrap();
    let text = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { String::new() };
    let records = app.store().records_after(Table::Audit, None, 10_000).await.unwrap();
    let alarms = records.iter().filter(|record| text(&record.0[place("kind")]) == "addresses_probed");
    let system = |cells: &[Cell]| assert_eq!(text(&cells[place("actor")]), "system");
    alarms.inspect(|record| system(&record.0)).map(|record| text(&record.0[place("detail")])).collect()
}

#[tokio::test]
async fn guesses_from_one_48_are_counted_together_and_others_go_on() {
    // A tenth of the default rate, and a tenth of 250 guesses.
    let app = app(&[("limits.login_per_network", "10 in 1m")]).await;
    let spread = |number: usize| format!("2001:db8:1:{:x}::{number:x}", number * 256);
    assert_eq!(checked(&app, 25, spread).await, 20, "of a /48");
    let near = |number: usize| format!("2001:db8:2:{number:x}::1");
    assert_eq!(checked(&app, 25, near).await, 15, "of a /56");
    let own = |number: usize| format!("2001:db8:3:7::{number:x}");
    assert_eq!(checked(&app, 25, own).await, 10, "of a /64");
    assert_eq!(checked(&app, 25, |number| format!("203.0.113.{number}")).await, 20, "of an IPv4 /24");
    assert_eq!(checked(&app, 25, |_| "198.51.100.1".to_owned()).await, 10, "of an IPv4 address");
    assert_eq!(checked(&app, 25, |number| format!("2001:db8:{:x}::1", 100 + number)).await, 25);
}

#[tokio::test]
async fn logins_that_succeed_do_not_stay_counted() {
    // Six times what may fail, at one moment: nothing comes back by waiting.
    let app = app(&[("limits.login_per_network", "5 in 10m")]).await;
    for number in 0..5 {
        let from = format!("198.51.{number}.1");
        assert_eq!(sign_up(&app, &from, &format!("ada{number}@example.com")).await, 201);
    }
    for number in 0..30 {
        let email = format!("ada{}@example.com", number % 5);
        assert_eq!(log_in(&app, "203.0.113.7", &email, PASSWORD).await, 200, "{number}");
    }
    assert_eq!(checked(&app, 9, |_| "203.0.113.7".to_owned()).await, 5, "failures stay");
}

#[tokio::test]
async fn a_success_does_not_fill_the_budget_of_strangers_for_the_day() {
    let limits = [("limits.login_per_account", "9 in 1m"), ("limits.login_per_account_daily", "6 in 1d")];
    let app = app(&limits).await;
    assert_eq!(sign_up(&app, "198.51.100.1", "ada@example.com").await, 201);
    for number in 0..6 {
        let from = format!("198.51.{number}.1");
        assert_eq!(log_in(&app, &from, "ada@example.com", "wrong pass phrase").await, 401);
        let expected = if number < 5 { 200 } else { 429 };
        assert_eq!(log_in(&app, "203.0.113.7", "ada@example.com", PASSWORD).await, expected, "{number}");
    }
}

#[tokio::test]
async fn probing_for_customers_is_limited_by_network_and_told_once() {
    let limits = [("limits.signup_per_network", "3 in 10m"), ("limits.signup_taken", "30 in 10m")];
    let app = app(&limits).await;
    assert_eq!(sign_up(&app, "203.0.113.1", "ada@example.com").await, 201);
    let mut told = 0;
    for number in 0..500_usize {
        let status = sign_up(&app, &format!("2001:db8:1:{:x}::1", number * 97), "ada@example.com").await;
        assert!(status == 409 || status == 429, "{status}");
        told += usize::from(status == 409);
    }
    assert_eq!(told, 48, "16 times the rate for a /48");
    assert_eq!(alarms(&app).await, ["count 30"]);
    // From everywhere, and still nobody is refused who comes to sign up.
    let probe_from_everywhere = async || {
        for number in 0..100 {
            let from = format!("198.{}.{number}.1", 18 + number % 2);
            assert_eq!(sign_up(&app, &from, "ada@example.com").await, 409);
        }
    };
    probe_from_everywhere().await;
    assert_eq!(sign_up(&app, "192.0.2.1", "grace@example.com").await, 201);
    assert_eq!(alarms(&app).await.len(), 1, "once in a window");
    app.clock.advance(std::time::Duration::from_secs(1200));
    probe_from_everywhere().await;
    assert_eq!(alarms(&app).await.len(), 2);
}

#[tokio::test]
async fn a_trusted_proxy_that_names_nobody_is_not_capped_and_an_untrusted_one_is() {
    for (trusted, second) in [("127.0.0.1/32", 201), ("192.0.2.1/32", 429)] {
        let mut settings = PRODUCTION.to_vec();
        settings.extend([("server.trusted_proxies", trusted), ("limits.signup_per_network", "1 in 1h")]);
        let app = TestApp::with(&settings).await;
        for (number, expected) in [(1, 201), (2, second)] {
            let email = format!("ada{number}@example.com");
            let body = json!({"name": "Ada", "email": email, "password": PASSWORD, "session": "token"});
            Visitor::new(&app).post("/api/signup", body).await.expect(expected);
        }
    }
}
