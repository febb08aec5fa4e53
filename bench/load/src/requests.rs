//! Which bytes go out: built before the clock runs wherever they can be.

use crate::{Failure, arguments::Arguments};
use serde_json::json;

/// What each request of a run is.
pub enum Requests {
    /// `GET path`, each connection with its own line of headers (its own session).
    Get(Vec<Vec<u8>>),
    Signup {
        prefix: String,
    },
    /// Of accounts 0..accounts, in turns.
    Login {
        prefix: String,
        accounts: usize,
        session: String,
    },
}

impl Requests {
    pub fn of(arguments: &Arguments) -> Result<Self, Failure> {
        Ok(match arguments.text("what")? {
            "get" => Self::Get(gets(arguments)?),
            "signup" => Self::Signup { prefix: arguments.text("prefix")?.to_owned() },
            "login" => Self::Login {
                prefix: arguments.text("prefix")?.to_owned(),
                accounts: arguments.number("accounts")?,
                session: arguments.text("session").unwrap_or("cookie").to_owned(),
            },
            other => return Err(format!("get, signup or login, not {other}").into()),
        })
    }

    /// The request that `connection` sends as the `number`th of the whole run.
    pub fn bytes(&self, connection: usize, number: usize) -> std::borrow::Cow<'_, [u8]> {
        match self {
            Self::Get(requests) => requests[connection % requests.len()].as_slice().into(),
            Self::Signup { prefix } => {
                let body =
                    json!({ "name": "Bench", "email": email(prefix, number), "password": password(number) });
                post("/api/signup", &body.to_string()).into()
            }
            Self::Login { prefix, accounts, session } => {
                let account = number % accounts;
                let body = json!({ "email": email(prefix, account), "password": password(account), "session": session });
                post("/api/login", &body.to_string()).into()
            }
        }
    }
}

/// One request for each line of the file that `--headers` names, or one without more headers.
fn gets(arguments: &Arguments) -> Result<Vec<Vec<u8>>, Failure> {
    let path = arguments.text("path")?;
    let lines = match arguments.text("headers") {
        Ok(file) => std::fs::read_to_string(file)?.lines().map(|line| format!("{line}\r\n")).collect(),
        Err(_) => vec![String::new()],
    };
    Ok(lines
        .iter()
        .map(|line| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{line}\r\n").into_bytes())
        .collect())
}

fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn email(prefix: &str, account: usize) -> String {
    format!("{prefix}-{account}@example.com")
}

fn password(account: usize) -> String {
    format!("a long bench phrase {account}")
}
