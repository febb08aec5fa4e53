//! Makes, signs and sends mails as a script tells it: one JSON object a line, and one back. `tests/mail` drives it.
//!
//! - `{"make": "recovery", "language": "de", "logo": true, "dkim": {"domain", "selector", "pem"}}` → `{"raw", "subject", "text", "html"}`
//! - `{"send": "smtp://…", "from": "…", "to": "…", "raw": "base64"}` → `{}`, or `{"later" | "refused" | "setup": "what is shown"}`

use std::io::{BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorstep_base::{Language, Timestamp};
use doorstep_mail::{
    Dkim, Envelope, From, Kind, Letterhead, Logo, MailUrl, SendError, Smtp, Templates, compose,
};
use serde_json::{Value, json};

/// One white dot.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=";
const AT: Timestamp = Timestamp::from_millis(1_795_960_920_000);

type Failure = Box<dyn std::error::Error>;

/// The server of the last line stays connected, as a shop's does.
struct Script {
    smtp: Option<(String, Smtp)>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut script = Script { smtp: None };
    for line in std::io::stdin().lock().lines() {
        let order: Value = serde_json::from_str(&line?)?;
        let answer = match order.get("make") {
            Some(_) => make(&order)?,
            None => script.send(&order).await?,
        };
        writeln!(std::io::stdout(), "{answer}")?;
    }
    Ok(())
}

fn text<'v>(order: &'v Value, name: &str) -> Result<&'v str, Failure> {
    order.get(name).and_then(Value::as_str).ok_or_else(|| format!("{name} is missing").into())
}

fn make(order: &Value) -> Result<Value, Failure> {
    let kind = Kind::from_text(text(order, "make")?).ok_or("no such kind")?;
    let tag = text(order, "language")?;
    let language = Language::ALL.iter().find(|language| language.tag() == tag).ok_or("no such language")?;
    let has_logo = order.get("logo").and_then(Value::as_bool).unwrap_or_default();
    let letterhead = Letterhead {
        shop: order.get("shop").and_then(Value::as_str).unwrap_or("Nordlicht").to_owned(),
        url: "https://shop.example.com".to_owned(),
        colour: order.get("colour").and_then(Value::as_str).unwrap_or("#0b6e4f").to_owned(),
        logo: has_logo
            .then(|| Logo { bytes: STANDARD.decode(PNG).unwrap_or_default(), alt: "Nordlicht".to_owned() }),
        imprint: vec!["Nordlicht GmbH, Hafenstraße 1, 20457 Hamburg".to_owned()],
    };
    let rendered = Templates::load(letterhead.clone(), None)?.sample(kind, *language)?;
    let envelope = Envelope {
        from: From::read("Nordlicht <shop@shop.example.com>")?,
        to: order.get("to").and_then(Value::as_str).unwrap_or("ada@example.org").to_owned(),
        id: format!("{}.{tag}", kind.as_str()),
        at: AT,
    };
    let mut raw = compose(&rendered, &envelope, &letterhead)?;
    if let Some(key) = order.get("dkim") {
        let dkim = Dkim::load(text(key, "domain")?, text(key, "selector")?, text(key, "pem")?)?;
        raw = dkim.sign(raw, AT);
    }
    Ok(json!({
        "raw": STANDARD.encode(raw),
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
    }))
}

impl Script {
    async fn send(&mut self, order: &Value) -> Result<Value, Failure> {
        let url = text(order, "send")?;
        if self.smtp.as_ref().is_none_or(|(known, _)| known != url) {
            self.smtp = Some((url.to_owned(), Smtp::new(&MailUrl::read(url)?, "shop.example.com")?));
        }
        let (_, smtp) = self.smtp.as_ref().ok_or("no server")?;
        let raw = STANDARD.decode(text(order, "raw")?)?;
        Ok(match smtp.send(text(order, "from")?, text(order, "to")?, &raw).await {
            Ok(()) => json!({}),
            Err(SendError::Later { shown }) => json!({ "later": shown }),
            Err(SendError::Refused { shown }) => json!({ "refused": shown }),
            Err(SendError::Setup { shown }) => json!({ "setup": shown }),
        })
    }
}
