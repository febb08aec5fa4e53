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

impl Told {
    /// Whether it tells what has happened, which is worth telling a day later too. What has a code in it is over in an hour.
    pub fn is_news(&self) -> bool {
        self.slip.as_ref().is_none_or(|slip| slip.purpose == Purpose::UndoEmail)
    }
}

/// What a message of the outbox says, by its topic.
pub enum Payload {
    Ask(Ask),
    Letter(Told),
}

/// Somebody asked for a mail to an address.
pub struct Ask {
    pub email_key: String,
    /// The address as it was typed, where a customer wants it for another.
    pub email: Option<String>,
    /// Somebody signed up with the address.
    pub is_signup: bool,
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
    /// Where it goes, if not to the address that the customer has.
    pub to: Option<String>,
    /// The address that it tells of.
    pub address: Option<String>,
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
            Self::Ask(Ask { email_key, email, is_signup, network, user_agent, language, actor, slip }) => {
                json!({
                    "emailKey": email_key, "email": email, "signup": is_signup, "network": network, "userAgent": user_agent,
                    "language": language, "actor": actor.as_str(), "slip": slip_json(slip),
                })
            }
            Self::Letter(Told { kind, slip, to, address, device, language }) => json!({
                "kind": kind.as_str(), "slip": slip.as_ref().map(slip_json), "to": to, "address": address, "device": device, "language": language,
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
                email: text("email"),
                is_signup: value.get("signup").and_then(Value::as_bool).unwrap_or(false),
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
                to: text("to"),
                address: text("address"),
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
            to: None,
            address: Some("new@example.com".to_owned()),
            device: None,
            language: Some("de".to_owned()),
        });
        let Some(Payload::Letter(read)) = Payload::read(told.topic(), &told.text()) else {
            panic!("a letter")
        };
        assert!(read.slip == Some(slip.clone()) && read.kind == Kind::Recovery && read.device.is_none());
        assert!(read.to.is_none() && read.address.as_deref() == Some("new@example.com"));
        let ask = Ask {
            email_key: "ada@example.com".to_owned(),
            email: Some("Ada@example.com".to_owned()),
            is_signup: true,
            network: None,
            user_agent: Some("\"curl\"".to_owned()),
            language: "ar".to_owned(),
            actor: Actor::Operator,
            slip: slip.clone(),
        };
        let ask = Payload::Ask(ask);
        let Some(Payload::Ask(read)) = Payload::read(ask.topic(), &ask.text()) else { panic!("an ask") };
        assert!(read.is_signup && read.email.as_deref() == Some("Ada@example.com"));
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
