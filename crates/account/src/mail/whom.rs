//! Whom a mail goes to that somebody asked for.

use doorstep_store::{Customer, Purpose};

use super::letter::Ask;

/// Whom an ask tells something.
pub enum Whom {
    /// Who asked, of the address that the mail goes to.
    Asker(Customer),
    /// Whose address it is already.
    Owner(Customer),
    Nobody,
}

impl Whom {
    pub const fn asker(&self) -> Option<&Customer> {
        match self {
            Self::Asker(customer) => Some(customer),
            Self::Owner(_) | Self::Nobody => None,
        }
    }
}

/// `owner` has the address that the mail goes to; `asker` is signed in and wants it.
pub fn whom(owner: Option<Customer>, asker: Option<Customer>, ask: &Ask) -> Whom {
    let is_change = ask.slip.purpose == Purpose::ChangeEmail;
    let is_verified = owner.as_ref().is_some_and(|owner| owner.email_verified_at.is_some());
    match (owner, asker) {
        (Some(owner), _) if is_change => Whom::Owner(owner),
        (None, Some(asker)) if is_change => Whom::Asker(asker),
        (_, _) if is_change => Whom::Nobody,
        // An address that is verified is not asked for it again.
        (Some(owner), _) if ask.slip.purpose == Purpose::VerifyEmail && is_verified => {
            if ask.is_signup {
                Whom::Owner(owner)
            } else {
                Whom::Nobody
            }
        }
        (Some(owner), _) => Whom::Asker(owner),
        (None, _) => Whom::Nobody,
    }
}
