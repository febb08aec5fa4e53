//! The rules of a change of address.

use std::sync::Arc;

use doorstep_base::{Code, Email, FieldCode};
use doorstep_store::{AuditKind, Consumed, Customer, NewEmail, Presented, Purpose, Trail};
use doorstep_web::{ApiError, Caller, Counted, FieldError, Fields, SignedIn, Whose};

use crate::mail::Asked;
use crate::password::Password;
use crate::profile::Profile;
use crate::recovery::{Recovery, Shown, code_wrong, proven, spent};
use crate::verification::{Verification, With};

pub struct EmailChange {
    pub profile: Arc<Profile>,
    pub recovery: Arc<Recovery>,
    pub verification: Arc<Verification>,
}

/// What shows that whoever is signed in is the customer, and not somebody at a screen that was left alone.
pub enum Owner {
    Password(Password),
    /// A mail of a login that came to the address which the account has now.
    Mail(Shown),
}

impl Owner {
    /// What is missing stands in `fields` afterwards.
    pub fn read(fields: &mut Fields) -> Self {
        let password = fields.raw_text("password").filter(|text| !text.is_empty());
        let shown = Shown::read_if_any(fields);
        match (password, shown) {
            (None, Some(shown)) => Self::Mail(shown),
            (password, _) => {
                if password.is_none() {
                    fields.refuse("password", FieldError::new(FieldCode::Required));
                }
                Self::Password(Password::new(password.unwrap_or_default()))
            }
        }
    }
}

impl EmailChange {
    /// Asks for a mail to the new address. That it is somebody else's is told to its owner, by mail, and to nobody here.
    pub async fn ask(
        &self,
        caller: &Caller,
        who: &SignedIn,
        (email, owner): (Email, Owner),
    ) -> Result<Asked, ApiError> {
        self.recovery.mail.require()?;
        if email.key() == who.customer.email_key {
            return Err(Fields::refusal("newEmail", FieldError::new(FieldCode::EmailUnchanged)));
        }
        match owner {
            Owner::Password(password) => self.profile.prove(caller, who, password).await?,
            Owner::Mail(shown) => self.prove_by_mail(caller, who, &shown).await?,
        }
        let counted = self.recovery.mail.count(caller, Purpose::ChangeEmail, email.key()).await?;
        let (message, slip) = self.recovery.mail.asking_to_change(caller, who.customer.id, &email);
        self.recovery.mail.post(message).await?;
        Ok(Asked { request: self.recovery.mail.slips.request(&slip), counted })
    }

    /// The mail is used up by it.
    async fn prove_by_mail(&self, caller: &Caller, who: &SignedIn, shown: &Shown) -> Result<(), ApiError> {
        self.recovery.limits.count(caller, Whose::Session(who.session.id.as_bytes())).await?;
        let presented = self.recovery.presented(Purpose::LogIn, shown)?;
        let (customer, _) = self.recovery.owner(caller, presented).await?;
        if customer.id != who.customer.id {
            return Err(Code::InvalidCredentials.into());
        }
        match self.recovery.store.consume_challenge(presented).await? {
            Consumed::Right(_) => Ok(()),
            Consumed::Wrong { tries_left, .. } => Err(code_wrong(tries_left)),
            Consumed::Spent => Err(spent(presented.means)),
        }
    }

    /// Gives the account the address that the mail went to. Whoever reads that mail need not be the customer, who may have mistyped the
    /// address: a session of the account or its password is needed besides.
    pub async fn confirm(
        &self,
        caller: &Caller,
        shown: Shown,
        with: With,
        fields: Fields,
    ) -> Result<Counted, ApiError> {
        self.recovery.mail.require()?;
        fields.finish()?;
        let counted = self.recovery.limits.count(caller, Whose::Nobody).await?;
        let presented = self.recovery.presented(Purpose::ChangeEmail, &shown)?;
        let (customer, challenge) = self.recovery.owner(caller, presented).await?;
        let email = read(challenge.email.as_deref())?;
        let trail = self.verification.prove(caller, AuditKind::EmailChanged, &customer, with).await?;
        let (told, undo) =
            self.recovery.mail.address_changed(&caller.client, &customer, email.as_typed()).unzip();
        let change = NewEmail {
            former_key: customer.email_key,
            email: email.as_typed().to_owned(),
            email_key: email.key().to_owned(),
            reserved: self.recovery.mail.slips.subjects(Purpose::UndoEmail, email.key().as_bytes()),
            undo,
        };
        let trail = Trail { outbox: told.into_iter().collect(), ..trail };
        proven(self.recovery.store.change_email(presented, change, trail).await?, presented.means)?;
        self.recovery.mail.wake();
        Ok(counted)
    }

    /// Gives the account its former address back and ends everything: whoever changed it knows the password.
    pub async fn undo(&self, caller: &Caller, link: &str) -> Result<Counted, ApiError> {
        self.recovery.mail.require()?;
        let counted = self.recovery.limits.count(caller, Whose::Nobody).await?;
        let (presented, customer, email) = self.former(link).await?.ok_or(Code::ChallengeSpent)?;
        let event = self.recovery.auditor.of(AuditKind::EmailRestored, &caller.client, customer.id, None);
        let (ask, _) = self.recovery.mail.asking(caller, Purpose::RecoverPassword, email.key());
        let mut outbox = vec![ask];
        if customer.email_verified_at.is_some() && customer.email_key != email.key() {
            outbox.push(self.recovery.mail.address_restored(&caller.client, &customer));
        }
        let trail = Trail { outbox, ..event.into() };
        proven(self.recovery.store.undo_email(presented, email.key(), trail).await?, presented.means)?;
        self.recovery.mail.wake();
        Ok(counted)
    }

    /// What the link takes back, if it is still good: the former address of this customer.
    pub async fn former(&self, link: &str) -> Result<Option<(Presented, Customer, Email)>, ApiError> {
        let read_link = self.recovery.mail.slips.by_link(Purpose::UndoEmail, link, self.recovery.clock.now());
        let Some((presented, _)) = read_link.filter(|_| self.recovery.mail.is_on()) else { return Ok(None) };
        let Some(challenge) = self.recovery.store.find_challenge(presented).await? else { return Ok(None) };
        let Some(id) = challenge.customer else { return Ok(None) };
        let customer =
            self.recovery.store.find_customer(id).await?.filter(|customer| customer.disabled_at.is_none());
        let email = read(challenge.email.as_deref())?;
        Ok(customer.map(|customer| (presented, customer, email)))
    }
}

/// What was read as an address before it was stored.
fn read(stored: Option<&str>) -> Result<Email, ApiError> {
    stored.and_then(|text| Email::parse(text).ok()).ok_or_else(|| Code::ChallengeSpent.into())
}
