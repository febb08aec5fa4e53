//! What the outbox keeps of a mail, and the mail that becomes of it.

use doorstep_base::{Language, MessageId, SecretHash, Timestamp, secret};
use doorstep_mail::{Kind, Values};
use doorstep_store::{Actor, Purpose};
use serde_json::{Value, json};

use super::Slip;

/// The topic of what asks for a mail.
pub const ASK: &str = "ask";
/// The topic of every mail that is to be sent.
pub const MAIL: &str = "mail";

/// A mail that is about to be sent.
#[derive(Clone, Debug)]
pub struct Letter {
    pub id: MessageId,
    pub kind: Kind,
    pub to: String,
    pub language: Language,
    pub at: Timestamp,
    pub values: Values,
}

/// What a message of the outbox says, by its topic.
pub enum Payload {
    Ask(Ask),
    Letter(Told),
}

/// Somebody asked for a mail to an address.
pub struct Ask {
    pub email_key: String,
    pub network: Option<String>,
    pub user_agent: Option<String>,
    pub language: String,
    /// Who asked: the customer, or an operator.
    pub actor: Actor,
    pub slip: Slip,
}

/// A customer is to be told something.
pub struct Told {
    pub kind: Kind,
    pub slip: Option<Slip>,
    pub device: Option<String>,
    /// Of whoever asked, where the customer has chosen none.
    pub language: Option<String>,
}

impl Payload {
    pub const fn topic(&self) -> &'static str {
        match self {
            Self::Ask(_) => ASK,
            Self::Letter(_) => MAIL,
        }
    }

    /// As the outbox keeps it.
    pub fn text(&self) -> String {
        let value = match self {
            Self::Ask(Ask { email_key, network, user_agent, language, actor, slip }) => json!({
                "emailKey": email_key, "network": network, "userAgent": user_agent, "language": language,
                "actor": actor.as_str(), "slip": slip_json(slip),
            }),
            Self::Letter(Told { kind, slip, device, language }) => json!({
                "kind": kind.as_str(), "slip": slip.as_ref().map(slip_json), "device": device, "language": language,
            }),
        };
        value.to_string()
    }

    /// `None` for what another version has written and this one does not know.
    pub fn read(topic: &str, text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        match topic {
            ASK => Some(Self::Ask(Ask {
                email_key: text("emailKey")?,
                network: text("network"),
                user_agent: text("userAgent"),
                language: text("language")?,
                // Older nodes do not write it.
                actor: text("actor").as_deref().and_then(Actor::from_text).unwrap_or(Actor::Customer),
                slip: read_slip(value.get("slip")?)?,
            })),
            MAIL => Some(Self::Letter(Told {
                kind: Kind::from_text(&text("kind")?)?,
                slip: value.get("slip").and_then(read_slip),
                device: text("device"),
                language: text("language"),
            })),
            _ => None,
        }
    }
}

/// Nothing in it opens anything: the secrets need the master key besides.
fn slip_json(slip: &Slip) -> Value {
    let Slip { purpose, subject, nonce, at, device } = slip;
    let mut wide = [0; 32];
    wide[..16].copy_from_slice(nonce);
    let text = |bytes: [u8; 32]| secret::Secret::new(bytes).to_text("");
    json!({ "purpose": purpose.as_str(), "subject": text(subject.0), "nonce": text(wide), "at": at.as_millis(), "device": device })
}

fn read_slip(value: &Value) -> Option<Slip> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let nonce = secret::decode(text("nonce")?)?;
    Some(Slip {
        purpose: Purpose::from_text(text("purpose")?)?,
        subject: SecretHash(secret::decode(text("subject")?)?),
        nonce: *nonce.first_chunk()?,
        at: Timestamp::from_millis(value.get("at")?.as_i64()?),
        device: text("device")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let slip = Slip {
            purpose: Purpose::RecoverPassword,
            subject: SecretHash([3; 32]),
            nonce: [5; 16],
            at: Timestamp::from_millis(1_800_000_000_000),
            device: "Chrome on Linux".to_owned(),
        };
        let told = Payload::Letter(Told {
            kind: Kind::Recovery,
            slip: Some(slip.clone()),
            device: None,
            language: Some("de".to_owned()),
        });
        let Some(Payload::Letter(read)) = Payload::read(told.topic(), &told.text()) else {
            panic!("a letter")
        };
        assert!(read.slip == Some(slip.clone()) && read.kind == Kind::Recovery && read.device.is_none());
        let ask = Ask {
            email_key: "ada@example.com".to_owned(),
            network: None,
            user_agent: Some("\"curl\"".to_owned()),
            language: "ar".to_owned(),
            actor: Actor::Operator,
            slip: slip.clone(),
        };
        let ask = Payload::Ask(ask);
        let Some(Payload::Ask(read)) = Payload::read(ask.topic(), &ask.text()) else { panic!("an ask") };
        assert!(read.slip == slip && read.user_agent.as_deref() == Some("\"curl\"") && read.language == "ar");
        assert_eq!(read.actor, Actor::Operator);
        let older = ask.text().replace("\"actor\":\"operator\",", "");
        let Some(Payload::Ask(read)) = Payload::read(ASK, &older) else { panic!("an ask") };
        assert!(older.len() < ask.text().len() && read.actor == Actor::Customer);
        for (topic, text) in [("mail", "{}"), ("mail", ""), ("ask", "[]"), ("hook", "{}")] {
            assert!(Payload::read(topic, text).is_none(), "{topic} {text}");
        }
    }
}
