//! A visitor with a credential, and what they are answered.

use doorstep_testkit::app::{Setting, TestApp};
use http::HeaderMap;
use serde_json::{Value, json};

pub const PASSWORD: &str = "correct horse battery staple";
pub const MODES: [&str; 3] = ["jwt", "token", "cookie"];

/// A name that stays when the port changes, and time enough on a busy machine.
pub const SETTINGS: &[Setting] = &[
    ("tokens.issuer", "http://shop.test"),
    ("passwords.queue_deadline", "60s"),
    ("database.timeout", "60s"),
];

pub async fn app() -> TestApp {
    TestApp::with(SETTINGS).await
}

pub fn ada() -> Value {
    json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD})
}

pub fn form() -> [(&'static str, &'static str); 3] {
    [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)]
}

/// A request in the making.
#[derive(Clone)]
pub struct Visitor {
    app: TestApp,
    headers: Vec<(String, String)>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// A session and what carries it.
pub struct Carried {
    mode: &'static str,
    secret: String,
    refresh_token: String,
    device: String,
    pub user: Value,
}

impl Visitor {
    pub fn new(app: &TestApp) -> Self {
        Self { app: app.clone(), headers: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request("POST", path, Some(body)).await
    }

    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.request("POST", path, None).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request("PATCH", path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path, None).await
    }

    pub async fn delete_with(&self, path: &str, body: Value) -> Answer {
        self.request("DELETE", path, Some(body)).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.raw("POST", path, "application/x-www-form-urlencoded", &body).await
    }

    pub async fn request(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        match body {
            Some(body) => self.raw(method, path, "application/json", &body.to_string()).await,
            None => self.raw(method, path, "", "").await,
        }
    }

    pub async fn raw(&self, method: &str, path: &str, content_type: &str, body: &str) -> Answer {
        let mut headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        if !content_type.is_empty() {
            headers.push(("content-type", content_type));
        }
        let response = self.app.send(method, path, &headers, body.as_bytes()).await;
        Answer {
            status: response.status,
            headers: response.headers,
            text: String::from_utf8(response.body).unwrap(),
        }
    }
}

impl Answer {
    #[track_caller]
    pub fn expect(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.text);
    }

    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        self.expect(status);
        let body = self.json();
        assert_eq!(body["code"], code, "{}", self.text);
        assert_eq!(body["status"], status);
        assert_eq!(self.header("content-type"), Some("application/problem+json; charset=utf-8"));
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// What the client now holds.
    pub fn carried(&self, mode: &'static str) -> Carried {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let cookie =
            self.header("set-cookie").and_then(|cookie| cookie.split([';', '=']).nth(1)).unwrap_or_default();
        let secret = if mode == "cookie" { cookie.to_owned() } else { text("token") };
        Carried {
            mode,
            secret,
            refresh_token: text("refreshToken"),
            device: text("deviceToken"),
            user: body["user"].clone(),
        }
    }

    pub fn session(&self, mode: &'static str, app: &TestApp) -> Visitor {
        self.carried(mode).visitor(app)
    }
}

impl Carried {
    pub fn visitor(&self, app: &TestApp) -> Visitor {
        match self.mode {
            "cookie" => Visitor::new(app)
                .with("cookie", &format!("{}={}", app.cookie(), self.secret))
                .with("origin", app.origin()),
            _ => Visitor::new(app).bearer(&self.secret),
        }
    }

    pub fn is_cookie(&self) -> bool {
        self.mode == "cookie"
    }

    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The token of the device, where no cookie has it.
    pub fn device(&self) -> &str {
        &self.device
    }

    pub fn refresh_token(&self) -> &str {
        &self.refresh_token
    }
}

pub async fn sign_up(app: &TestApp, mode: &'static str) -> Carried {
    sign_up_as(app, "ada@example.com", mode).await
}

pub async fn sign_up_as(app: &TestApp, email: &str, mode: &'static str) -> Carried {
    let body = json!({"name": "Ada", "email": email, "password": PASSWORD, "session": mode});
    let answer = Visitor::new(app).with("origin", app.origin()).post("/api/signup", body).await;
    answer.expect(201);
    answer.carried(mode)
}
