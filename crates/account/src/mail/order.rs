//! A mail that an operator has sent to a customer. It takes the way of one that was asked for by a request.

use doorstep_base::{Clock, Language, MasterKeys, Random, random};
use doorstep_store::{Actor, NewMessage, Purpose};

use super::letter::{Ask, Payload};
use super::{Slip, SlipKey, new_message};

/// What asks for mails on an operator's order.
pub struct Orders {
    slips: SlipKey,
    /// Of the shop, for customers of whom none is known.
    language: Language,
}

impl Orders {
    /// With the master keys of the servers.
    pub fn new(master: &MasterKeys, language: Language) -> Self {
        Self { slips: SlipKey::new(master), language }
    }

    /// The code of such a mail opens nothing, because nobody holds its request: its link does. Where it was asked for is empty, and
    /// so the link's page names no place.
    pub(crate) fn message(
        &self,
        clock: &dyn Clock,
        random: &dyn Random,
        purpose: Purpose,
        email_key: &str,
    ) -> NewMessage {
        let slip = Slip {
            purpose,
            subject: self.slips.subject(purpose, email_key.as_bytes()),
            nonce: random::bytes(random),
            at: clock.now(),
            device: String::new(),
        };
        let ask = Ask {
            email: None,
            is_signup: false,
            email_key: email_key.to_owned(),
            network: None,
            user_agent: None,
            language: self.language.tag().to_owned(),
            actor: Actor::Operator,
            slip,
        };
        new_message(clock, random, None, &Payload::Ask(ask))
    }
}
