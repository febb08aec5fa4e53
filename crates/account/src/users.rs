//! What an operator does to accounts from the command line: import, disable, enable, have mails sent. Each act leaves its audit row.

use std::sync::Arc;

use doorstep_base::{Clock, CustomerId, Email, EmailError, Random, SessionId, new_id};
use doorstep_store::{
    Actor, AuditKind, Customer, EndReason, NewCustomer, Purpose, Session, SignupOutcome, Store, StoreError,
};
use doorstep_web::Client;

use crate::audit::Auditor;
use crate::mail::Orders;
use crate::password::{Kind, importable};

#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    #[error("the e-mail address {0}")]
    Email(#[from] EmailError),
    #[error("no account has this e-mail address")]
    Unknown,
    #[error("an account with this e-mail address exists already")]
    Taken,
    #[error("the account is disabled, and nobody is led into it: enable it first")]
    Disabled,
    #[error("the e-mail address is verified already")]
    Verified,
    #[error(
        "the password hash is none of bcrypt ($2a$, $2b$, $2y$, cost 4 to 14) and Argon2id (PHC string, p=1)"
    )]
    Hash,
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub struct Users {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    auditor: Auditor,
}

impl Users {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let auditor = Auditor::new(clock.clone(), random.clone()).acting(Actor::Operator);
        Self { store, clock, random, auditor }
    }

    /// The customer of an address.
    pub async fn find(&self, email: &str) -> Result<Customer, UsersError> {
        let email = Email::parse(email)?;
        self.store.find_customer_by_email(email.key()).await?.ok_or(UsersError::Unknown)
    }

    /// Disables the account and ends all its sessions, or enables it again.
    pub async fn set_disabled(&self, email: &str, disabled: bool) -> Result<(), UsersError> {
        let customer = self.find(email).await?;
        let now = self.clock.now();
        let kind = if disabled { AuditKind::AccountDisabled } else { AuditKind::AccountEnabled };
        let audit = self.auditor.of(kind, &Client::default(), customer.id, None);
        match self.store.set_disabled(customer.id, disabled.then_some(now), now, audit.into()).await? {
            true => Ok(()),
            false => Err(UsersError::Unknown),
        }
    }

    /// The live sessions of an account, most recently used first.
    pub async fn sessions(&self, email: &str) -> Result<Vec<Session>, UsersError> {
        let customer = self.find(email).await?;
        Ok(self.store.sessions_of(customer.id, self.clock.now()).await?)
    }

    /// Ends one session of the account, or with `None` all of them. Returns how many ended.
    pub async fn end_sessions(&self, email: &str, only: Option<SessionId>) -> Result<u64, UsersError> {
        let customer = self.find(email).await?.id;
        let audit = self.auditor.of(AuditKind::SessionEnded, &Client::default(), customer, only).into();
        let (reason, now) = (EndReason::EndedByOperator, self.clock.now());
        // All in one write: a session that follows another meanwhile must not slip through between two.
        Ok(match only {
            Some(id) => u64::from(self.store.end_session(customer, id, reason, now, audit).await?),
            None => self.store.end_sessions(customer, None, reason, now, audit).await?,
        })
    }

    /// Has a running server send the customer a mail to choose a new password. The audit row is written with the mail.
    pub async fn send_recovery(&self, orders: &Orders, email: &str) -> Result<(), UsersError> {
        let customer = self.find(email).await?;
        self.send(orders, Purpose::RecoverPassword, &customer).await
    }

    /// The same with a mail to prove the address.
    pub async fn send_verification(&self, orders: &Orders, email: &str) -> Result<(), UsersError> {
        let customer = self.find(email).await?;
        if customer.email_verified_at.is_some() {
            return Err(UsersError::Verified);
        }
        self.send(orders, Purpose::VerifyEmail, &customer).await
    }

    async fn send(&self, orders: &Orders, purpose: Purpose, to: &Customer) -> Result<(), UsersError> {
        if to.disabled_at.is_some() {
            return Err(UsersError::Disabled);
        }
        let message = orders.message(&*self.clock, &*self.random, purpose, &to.email_key);
        Ok(self.store.post_message(message).await?)
    }

    /// Erases a customer whom a restored backup brought back. `false` when there is no such customer.
    pub async fn erase_again(&self, id: CustomerId) -> Result<bool, UsersError> {
        let Some(customer) = self.store.find_customer(id).await? else { return Ok(false) };
        let audit = self.auditor.of(AuditKind::AccountErased, &Client::default(), id, None);
        Ok(self.store.erase_customer(customer.proof(), self.clock.now(), audit.into()).await?)
    }

    /// Takes an account over from another system, with its password hash. It is verified as it came and stored as
    /// Argon2id at the customer's first login. Tells what kind of hash it is.
    pub async fn import(&self, email: &str, name: &str, password_hash: &str) -> Result<Kind, UsersError> {
        let email = Email::parse(email)?;
        let kind = importable(password_hash).ok_or(UsersError::Hash)?;
        let customer = NewCustomer {
            id: new_id(&*self.clock, &*self.random),
            email: email.as_typed().to_owned(),
            email_key: email.key().to_owned(),
            name: name.to_owned(),
            phone: None,
            locale: None,
            marketing_consent_at: None,
            password_hash: Some(password_hash.to_owned()),
            created_at: self.clock.now(),
        };
        let id = customer.id;
        let auditor = self.auditor.clone().acting(Actor::Import);
        let audit = auditor.of(AuditKind::Imported, &Client::default(), id, None);
        match self.store.insert_customer_unless_taken(customer, None, None, audit.into()).await? {
            SignupOutcome::Inserted => Ok(kind),
            SignupOutcome::EmailTaken | SignupOutcome::KeyUsed => Err(UsersError::Taken),
        }
    }
}
