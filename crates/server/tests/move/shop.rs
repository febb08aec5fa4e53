//! A shop with something in every table, its customers' credentials, and a second database.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::crypto::sha256;
use doorstep_server::r#move::{self, End, Move, MoveError, Moved, Progress};
use doorstep_server::system::{SystemClock, SystemRandom};
use doorstep_store::{Settings, Store, Table};
use doorstep_testkit::app::{Answer, TestApp};
use doorstep_testkit::records::{OF_A_CUSTOMER, record};
use doorstep_testkit::{Engine, Place};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";

/// The engines that this run is about.
pub fn engines() -> Vec<Engine> {
    let asked = std::env::var("DOORSTEP_TEST_MOVE").unwrap_or_else(|_| "sqlite".to_owned());
    let named = |name: &str| Engine::ALL.into_iter().find(|engine| engine.name() == name);
    asked.split_whitespace().map(|name| named(name).unwrap_or_else(|| panic!("no engine {name}"))).collect()
}

/// Each engine with the next one, so that every one is a source and a target; or every source with every target.
pub fn pairs() -> Vec<(Engine, Engine)> {
    let engines = engines();
    if std::env::var("DOORSTEP_TEST_MOVE_PAIRS").is_ok_and(|asked| asked == "all") {
        let targets = |source: &Engine| engines.iter().map(|target| (*source, *target)).collect::<Vec<_>>();
        return engines.iter().flat_map(targets).collect();
    }
    let next = engines.iter().cycle().skip(1);
    engines.iter().zip(next).map(|(source, target)| (*source, *target)).collect()
}

pub async fn opened(url: &str) -> Arc<dyn Store> {
    let store = doorstep_store::open(url, Settings::default()).await.unwrap();
    store.migrate(doorstep_base::Timestamp::from_millis(0)).await.unwrap();
    store
}

async fn end(url: &str, name: &str) -> End {
    End { store: opened(url).await, name: name.to_owned() }
}

pub async fn order(source: &str, target: &str, follow: bool) -> Move {
    Move {
        source: end(source, "the old database").await,
        target: end(target, "the new database").await,
        follow,
        keep_source: false,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    }
}

/// Moves without following.
pub async fn moved(source: &str, target: &str) -> Result<Moved, MoveError> {
    let order = order(source, target, false).await;
    let moved = r#move::run(&order, &mut Progress::silent(), &mut |_: Duration| true).await;
    order.source.store.close().await;
    order.target.store.close().await;
    moved
}

/// Every table's count and the sum of its records' digests, read here and not by what is tested.
pub async fn contents(store: &Arc<dyn Store>) -> Vec<(&'static str, u64, [u8; 32])> {
    let mut contents = Vec::new();
    for table in Table::ALL {
        let (mut count, mut all, mut after) = (0, Vec::new(), None);
        loop {
            let page = store.records_after(table, after, 500).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.key(table));
            count += page.len() as u64;
            all.extend(page.iter().map(|record| record.digest(table)));
        }
        all.sort_unstable();
        contents.push((table.name(), count, sha256(&all.concat())));
    }
    contents
}

/// A running shop on this engine, with `customers` made-up ones besides those who hold a session.
pub async fn filled(engine: Engine, customers: u64) -> (TestApp, Vec<Shopper>) {
    let settings = [("tokens.issuer", "http://shop.test"), ("passwords.queue_deadline", "60s")];
    let app = TestApp::on(engine, &settings).await;
    let mut shoppers = Vec::new();
    for mode in ["jwt", "token", "cookie"] {
        shoppers.push(Shopper::sign_up(&app, mode).await);
    }
    fill(app.store(), customers).await;
    for (table, count, _) in contents(app.store()).await {
        assert!(count > 0, "nothing in {table}");
    }
    (app, shoppers)
}

/// One record of each made-up customer in each table.
pub async fn fill(store: &Arc<dyn Store>, customers: u64) {
    for table in OF_A_CUSTOMER {
        for first in (0..customers).step_by(500) {
            let page = (first..customers.min(first + 500)).map(|number| record(table, number)).collect();
            store.put_records(table, page).await.unwrap();
        }
    }
}

/// A customer, and what this customer's device holds.
pub struct Shopper {
    email: String,
    mode: &'static str,
    secret: String,
    refresh: String,
}

impl Shopper {
    /// With everything that a customer leaves in a database: an idempotency record, a failed login, an address, and
    /// (in jwt mode) a used refresh token.
    pub async fn sign_up(app: &TestApp, mode: &'static str) -> Self {
        let email = format!("{mode}@example.com");
        let body = json!({"name": "Ada", "email": email, "password": PASSWORD, "session": mode});
        let call = app.call("POST", "/api/signup").header("origin", app.origin());
        let answer = call.header("idempotency-key", mode).json(&body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let mut shopper = Self { email, mode, secret: String::new(), refresh: String::new() };
        shopper.keep(&answer);
        shopper.log_in(app, "not this one, as it happens", 401).await;
        let home = json!({"name": "Ada", "line1": "1 High Street", "city": "Wien", "country": "AT"});
        assert_eq!(shopper.call(app, "POST", "/api/user/addresses").json(&home).send().await.status, 201);
        if mode == "jwt" {
            shopper.renew(app).await;
        }
        shopper
    }

    fn keep(&mut self, answer: &Answer) {
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split([';', '=']).nth(1));
        self.secret = if self.mode == "cookie" { cookie.unwrap().to_owned() } else { text("token") };
        self.refresh = text("refreshToken");
    }

    fn call(&self, app: &TestApp, method: &str, path: &str) -> doorstep_testkit::app::Call {
        let call = app.call(method, path).header("origin", app.origin());
        match self.mode {
            "cookie" => call.header("cookie", &format!("{}={}", app.cookie(), self.secret)),
            _ => call.header("authorization", &format!("Bearer {}", self.secret)),
        }
    }

    async fn renew(&mut self, app: &TestApp) {
        let body = json!({"refreshToken": self.refresh});
        let answer = app.call("POST", "/api/token/refresh").json(&body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.keep(&answer);
    }

    async fn log_in(&self, app: &TestApp, password: &str, wanted: u16) {
        let body = json!({"email": self.email, "password": password, "session": "token"});
        let answer = app.call("POST", "/api/login").json(&body).send().await;
        assert_eq!(answer.status, wanted, "{}", answer.text());
    }

    /// Goes on as if nothing had happened: the session that is held, the refresh token, the password, the address book.
    pub async fn goes_on(&mut self, app: &TestApp) {
        let user = self.call(app, "GET", "/api/user").send().await;
        assert_eq!((user.status, &user.json()["user"]["email"]), (200, &Value::from(self.email.clone())));
        let book = self.call(app, "GET", "/api/user/addresses").send().await.json();
        assert_eq!(book["addresses"][0]["line1"], "1 High Street");
        if self.mode == "jwt" {
            self.renew(app).await;
        }
        self.log_in(app, PASSWORD, 200).await;
        self.log_in(app, "not this one, as it happens", 401).await;
    }

    pub async fn logs_out(&self, app: &TestApp) {
        assert_eq!(self.call(app, "POST", "/api/logout").send().await.status, 204);
    }

    pub async fn is_out(&self, app: &TestApp) {
        assert_eq!(self.call(app, "GET", "/api/user").send().await.status, 401);
    }
}

/// A place for the target.
pub async fn place(engine: Engine) -> Place {
    Place::on(engine).await
}
