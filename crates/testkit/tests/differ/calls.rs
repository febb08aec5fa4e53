//! The sequence: what visitors ask, drawn from a seed and from what they were answered before.

use std::collections::BTreeMap;
use std::time::Duration;

use doorstep_testkit::app::Answer;
use serde_json::{Value, json};

use crate::book::{BODIES, COUNTRIES, EMAILS, ETAGS, KEYS, MODES, NETWORKS, PASSWORDS, PHONES, TEXTS};
use crate::dice::Dice;

#[derive(Debug)]
pub enum Step {
    Ask(Asked),
    Wait(Duration),
    KeepHouse,
    Disable(&'static str, bool),
    Restart,
}

#[derive(Debug)]
pub struct Asked {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Asked {
    fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: String::new() }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    fn text(mut self, body: String) -> Self {
        self.body = body;
        self.with("content-type", "application/json")
    }
}

/// The visitors, and what they were handed: also what is over by now.
pub struct Shop {
    dice: Dice,
    credentials: Vec<(&'static str, String)>,
    refresh_tokens: Vec<String>,
    /// Of addresses and sessions alike: an id of the wrong kind is a question too.
    ids: Vec<String>,
    told: BTreeMap<u16, usize>,
}

impl Shop {
    pub fn new(seed: u64) -> Self {
        Self {
            // Not the servers' own numbers.
            dice: Dice::new(!seed),
            credentials: Vec::new(),
            refresh_tokens: Vec::new(),
            ids: Vec::new(),
            told: BTreeMap::new(),
        }
    }

    pub fn next(&mut self) -> Step {
        let asked = match self.dice.below(100) {
            0..16 => self.sign_up(),
            16..34 => self.log_in(),
            34..44 => self.read(),
            44..52 => self.change_profile(),
            52..62 => self.add_address(),
            62..69 => self.change_address(),
            69..73 => self.remove(),
            73..80 => self.refresh(),
            80..84 => self.change_password(),
            84..87 => self.as_customer("POST", "/api/logout"),
            87..89 => self.as_customer("DELETE", "/api/sessions"),
            89 => self.erase(),
            90..93 => self.nonsense(),
            other => return self.beside(other),
        };
        let network = self.dice.pick(NETWORKS);
        Step::Ask(
            asked.with("x-forwarded-for", network).with("user-agent", "Differ/1 (of \u{22}engines\u{22})"),
        )
    }

    /// What is no request.
    fn beside(&mut self, drawn: usize) -> Step {
        match drawn {
            93..97 => {
                let seconds = [1, 1, 7, 7, 29, 61, 61, 700, 700, 3600, 86_400, 8 * 86_400];
                Step::Wait(Duration::from_secs(seconds[self.dice.below(seconds.len())]))
            }
            97 => Step::KeepHouse,
            98 => {
                let disabled = self.dice.once_in(2);
                Step::Disable(self.dice.pick(&EMAILS[..8]), disabled)
            }
            _ => Step::Restart,
        }
    }

    /// Remembers what an answer handed over.
    pub fn learn(&mut self, step: &Step, answer: Option<&Answer>) {
        let (Step::Ask(asked), Some(answer)) = (step, answer) else { return };
        *self.told.entry(answer.status).or_default() += 1;
        if let Some(cookie) = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()) {
            self.credentials.push(("cookie", cookie.to_owned()));
        }
        let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else { return };
        if let Some(token) = body["token"].as_str() {
            self.credentials.push(("authorization", format!("Bearer {token}")));
        }
        self.refresh_tokens.extend(body["refreshToken"].as_str().map(str::to_owned));
        self.ids.extend(body["address"]["id"].as_str().map(str::to_owned));
        if asked.path == "/api/sessions" {
            let listed = body["sessions"].as_array().into_iter().flatten();
            self.ids.extend(listed.filter_map(|session| Some(session["id"].as_str()?.to_owned())));
        }
    }

    /// How many answers had which status.
    pub const fn told(&self) -> &BTreeMap<u16, usize> {
        &self.told
    }

    fn sign_up(&mut self) -> Asked {
        let mut body = self.form();
        body["name"] = json!(self.dice.pick(TEXTS));
        if self.dice.once_in(4) {
            body["marketingConsent"] = json!(self.dice.once_in(2));
        }
        let asked = self.open("/api/signup", &body);
        if self.dice.once_in(3) { asked.with("idempotency-key", self.dice.pick(KEYS)) } else { asked }
    }

    fn log_in(&mut self) -> Asked {
        let body = self.form();
        self.open("/api/login", &body)
    }

    fn form(&mut self) -> Value {
        // Most come back as one of a few, with the right password: a shop of strangers would only be refused.
        let emails = if self.dice.once_in(3) { EMAILS } else { &EMAILS[..4] };
        let passwords = if self.dice.once_in(3) { PASSWORDS } else { &PASSWORDS[..1] };
        let mut body = json!({"email": self.dice.pick(emails), "password": self.dice.pick(passwords)});
        if !self.dice.once_in(4) {
            body["session"] = json!(self.dice.pick(MODES));
        }
        if self.dice.once_in(20) {
            body["emial"] = json!(1);
        }
        body
    }

    fn open(&mut self, path: &str, body: &Value) -> Asked {
        let asked = Asked::new("POST", path).json(body);
        if self.dice.once_in(8) { asked } else { asked.with("origin", "http://localhost:5000") }
    }

    fn read(&mut self) -> Asked {
        let paths = [
            "/api/session",
            "/api/user",
            "/api/user",
            "/api/user/export",
            "/api/user/addresses",
            "/api/sessions",
            "/api/sessions",
            "/api/policy",
            "/.well-known/jwks.json",
            "/healthz",
            "/readyz",
        ];
        let path = self.dice.pick(&paths);
        self.as_customer("GET", path)
    }

    fn change_profile(&mut self) -> Asked {
        let mut body = json!({});
        for (name, values) in
            [("name", TEXTS), ("phone", PHONES), ("locale", &["de-AT", "es", "x y", ""] as &[_])]
        {
            if self.dice.once_in(2) {
                body[name] = json!(self.dice.pick(values));
            }
        }
        let asked = self.as_customer("PATCH", "/api/user").json(&body);
        if self.dice.once_in(3) { asked.with("if-match", self.dice.pick(ETAGS)) } else { asked }
    }

    fn add_address(&mut self) -> Asked {
        let body = self.address();
        self.as_customer("POST", "/api/user/addresses").json(&body)
    }

    fn change_address(&mut self) -> Asked {
        let (path, mut body) = (format!("/api/user/addresses/{}", self.id()), self.address());
        for name in ["name", "line1", "country"] {
            if self.dice.once_in(2) {
                body.as_object_mut().unwrap().remove(name);
            }
        }
        self.as_customer("PATCH", &path).json(&body)
    }

    fn address(&mut self) -> Value {
        let mut body = json!({"name": self.dice.pick(TEXTS), "line1": self.dice.pick(TEXTS), "city": "Wien",
            "country": self.dice.pick(COUNTRIES)});
        for (name, values) in [("company", TEXTS), ("line2", TEXTS), ("region", TEXTS), ("phone", PHONES)] {
            if self.dice.once_in(3) {
                body[name] = json!(self.dice.pick(values));
            }
        }
        for name in ["defaultShipping", "defaultBilling"] {
            if self.dice.once_in(3) {
                body[name] = json!(self.dice.once_in(2));
            }
        }
        // A visit that is meant to succeed more often than not.
        if self.dice.once_in(2) {
            body["name"] = json!("Ada");
            body["line1"] = json!("1 High Street");
            body["country"] = json!("AT");
        }
        body
    }

    fn remove(&mut self) -> Asked {
        let folder = self.dice.pick(&["/api/user/addresses", "/api/sessions"]);
        let path = format!("{folder}/{}", self.id());
        self.as_customer("DELETE", &path)
    }

    fn refresh(&mut self) -> Asked {
        let count = self.refresh_tokens.len();
        // The newest ones mostly; sometimes one that was used before.
        let chosen = count.checked_sub(1 + self.dice.below(4.min(count.max(1))));
        let mut token = chosen.map_or("ds_refresh_x".to_owned(), |index| self.refresh_tokens[index].clone());
        if self.dice.once_in(10) {
            token.pop();
        }
        Asked::new("POST", "/api/token/refresh").json(&json!({"refreshToken": token}))
    }

    fn change_password(&mut self) -> Asked {
        let body = json!({"currentPassword": self.dice.pick(&PASSWORDS[2..5]), "newPassword": self.dice.pick(PASSWORDS)});
        let asked = self.as_customer("POST", "/api/user/password").json(&body);
        if self.dice.once_in(2) { asked.with("idempotency-key", self.dice.pick(KEYS)) } else { asked }
    }

    fn erase(&mut self) -> Asked {
        let body = json!({"currentPassword": self.dice.pick(PASSWORDS)});
        self.as_customer("DELETE", "/api/user").json(&body)
    }

    fn nonsense(&mut self) -> Asked {
        let path = self.dice.pick(&[
            "/api/signup",
            "/api/login",
            "/api/user",
            "/api/nothing",
            "/api/user/addresses",
        ]);
        let method = if self.dice.once_in(3) { "PUT" } else { "POST" };
        let body = self.dice.pick(BODIES).to_owned();
        let asked = self.as_customer(method, path);
        if self.dice.once_in(4) { asked } else { asked.text(body) }
    }

    fn id(&mut self) -> String {
        if self.ids.is_empty() || self.dice.once_in(8) {
            return self.dice.pick(&["01932c07-5b6e-7000-8000-000000000001", "x", "'", "%00"]).to_owned();
        }
        let recent = self.dice.below(self.ids.len().min(6));
        self.ids[self.ids.len() - 1 - recent].clone()
    }

    /// A request with one of the newer credentials, sometimes an old one, sometimes none.
    fn as_customer(&mut self, method: &'static str, path: &str) -> Asked {
        let asked = Asked::new(method, path);
        if self.credentials.is_empty() || self.dice.once_in(15) {
            return asked;
        }
        let among = if self.dice.once_in(8) { self.credentials.len() } else { self.credentials.len().min(2) };
        let index = self.credentials.len() - 1 - self.dice.below(among);
        let (header, value) = self.credentials[index].clone();
        let asked = asked.with(header, &value);
        if self.dice.once_in(12) { asked } else { asked.with("origin", "http://localhost:5000") }
    }
}
