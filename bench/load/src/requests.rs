//! Which bytes go out: built before the clock runs wherever they can be.

use crate::{Failure, arguments::Arguments};
use serde_json::json;

/// Of every account of the bench.
const PASSWORD: &str = "a long phrase for the bench";
/// A prime, so that the turns reach every account.
const STRIDE: usize = 7919;

/// What each request of a run is, and where it says to come from.
pub struct Requests {
    what: What,
    /// `--from 203.0 --networks 8`: `X-Forwarded-For: 203.0.0.7` to `203.0.7.7`, for a server that trusts this machine as its proxy.
    from: Option<(String, usize)>,
}

enum What {
    /// `GET path`, with the next line of headers (another session) each time.
    Get(Vec<Vec<u8>>),
    Signup {
        prefix: String,
    },
    /// Of accounts 0..accounts, all in turns, but neighbours far apart: what lies beside each other in the database
    /// must not be asked for one after the other.
    Login {
        prefix: String,
        accounts: usize,
        session: String,
    },
}

impl Requests {
    pub fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let what = match arguments.text("what")? {
            "get" => What::Get(gets(arguments)?),
            "signup" => What::Signup { prefix: arguments.text("prefix")?.to_owned() },
            "login" => What::Login {
                prefix: arguments.text("prefix")?.to_owned(),
                accounts: arguments.number("accounts")?,
                session: arguments.text("session").unwrap_or("cookie").to_owned(),
            },
            other => return Err(format!("get, signup or login, not {other}").into()),
        };
        let from = match arguments.text("from") {
            Ok(first) => Some((first.to_owned(), arguments.number("networks")?)),
            Err(_) => None,
        };
        Ok(Self { what, from })
    }

    /// The `number`th request of the whole run, from the network of the `sender`th.
    pub fn bytes(&self, number: usize, sender: usize) -> std::borrow::Cow<'_, [u8]> {
        let from = match &self.from {
            Some((first, networks)) => format!("X-Forwarded-For: {first}.{}.7\r\n", sender % networks),
            None => String::new(),
        };
        match &self.what {
            What::Get(requests) => requests[number % requests.len()].as_slice().into(),
            What::Signup { prefix } => {
                let body = json!({ "name": "Bench", "email": email(prefix, number), "password": PASSWORD });
                post("/api/signup", &from, &body.to_string()).into()
            }
            What::Login { prefix, accounts, session } => {
                let account = number.wrapping_mul(STRIDE) % accounts;
                let body =
                    json!({ "email": email(prefix, account), "password": PASSWORD, "session": session });
                post("/api/login", &from, &body.to_string()).into()
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

fn post(path: &str, more: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\n{more}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn email(prefix: &str, account: usize) -> String {
    format!("{prefix}-{account}@example.com")
}
