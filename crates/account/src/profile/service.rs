//! The rules for a customer's own data.

use std::sync::Arc;

use axum::body::Body;
use doorstep_base::{Clock, Code, FieldCode, Random, Region};
use doorstep_store::{AuditKind, Customer, ProfileChange, Store, UpdateProfile};
use doorstep_web::{ApiError, Caller, Counted, FieldError, Fields, Limits, SignedIn, Whose, locale};

use super::export;
use crate::audit::Auditor;
use crate::login::Limited;
use crate::mail::Mail;
use crate::password::{By, Password, Passwords, Verdict};
use crate::phone::{home, read_phone};
use crate::sessions::{Door, Repeater};
use crate::signup::LONGEST_NAME;

pub struct Profile {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) auditor: Auditor,
    pub(super) limits: Arc<Limits>,
    pub(super) passwords: Arc<Passwords>,
    limited: Arc<Limited>,
    pub(super) door: Arc<Door>,
    pub(super) repeats: Arc<Repeater>,
    pub(super) mail: Arc<Mail>,
    phone_region: Option<Region>,
}

/// What it shares with other features.
pub struct Parts {
    pub passwords: Arc<Passwords>,
    pub limits: Arc<Limits>,
    pub limited: Arc<Limited>,
    pub door: Arc<Door>,
    pub repeats: Arc<Repeater>,
    pub mail: Arc<Mail>,
    pub phone_region: Option<Region>,
}

impl Profile {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>, parts: Parts) -> Self {
        let auditor = Auditor::new(clock.clone(), random);
        let Parts { passwords, limits, limited, door, repeats, mail, phone_region } = parts;
        Self { store, clock, auditor, limits, passwords, limited, door, repeats, mail, phone_region }
    }

    /// Reads the fields of a change of `customer`; absent ones stay as they are.
    pub fn read_change(&self, fields: &mut Fields, customer: &Customer) -> ProfileChange {
        let name = fields.change("name", LONGEST_NAME);
        if name == Some(None) {
            fields.refuse("name", FieldError::new(FieldCode::Required));
        }
        let locale = fields.shaped_change("locale", |text| {
            locale(text).ok_or_else(|| FieldError::new(FieldCode::LocaleInvalid))
        });
        let spoken = locale.as_ref().unwrap_or(&customer.locale);
        let phone = read_phone(fields, home(spoken.as_deref(), self.phone_region));
        let consent = fields.flag("marketingConsent");
        let marketing_consent_at = consent.map(|given| given.then(|| self.clock.now()));
        ProfileChange { name: name.flatten(), phone, locale, marketing_consent_at }
    }

    /// Changes the profile; with `expected_version`, only when nobody else did meanwhile.
    pub async fn update(
        &self,
        caller: &Caller,
        who: &SignedIn,
        change: ProfileChange,
        expected_version: Option<i64>,
    ) -> Result<Customer, ApiError> {
        self.limits.count(caller, Whose::Account(who.customer.id.as_bytes())).await?;
        let trail = self.auditor.by(AuditKind::ProfileChanged, &caller.client, who);
        let now = self.clock.now();
        match self.store.update_profile(who.customer.id, expected_version, change, now, trail).await? {
            UpdateProfile::Updated(customer) => Ok(*customer),
            UpdateProfile::ChangedMeanwhile => Err(Code::ChangedMeanwhile.into()),
            UpdateProfile::Missing => Err(Code::SessionEnded.into()),
        }
    }

    /// Erases the customer: every session ends, every personal field goes.
    pub async fn erase(&self, caller: &Caller, who: &SignedIn, password: Password) -> Result<(), ApiError> {
        self.prove(caller, who, password).await?;
        // The last row of the trail tells that it happened, not from where.
        let mut trail = self.auditor.by(AuditKind::AccountErased, &caller.client, who);
        (trail.audit.network, trail.audit.device) = (None, None);
        match self.store.erase_customer(who.customer.proof(), self.clock.now(), trail).await? {
            true => {
                self.limited.forget(&who.customer.email_key);
                Ok(())
            }
            false => Err(Code::InvalidCredentials.into()),
        }
    }

    /// Everything stored about the customer, as one document.
    pub async fn export(&self, caller: &Caller, who: SignedIn) -> Result<Body, ApiError> {
        self.limits.count(caller, Whose::Account(who.customer.id.as_bytes())).await?;
        self.store.record(self.auditor.by(AuditKind::DataExported, &caller.client, &who)).await?;
        export::stream(self.store.clone(), self.clock.clone(), who).await
    }

    /// The current password again, before something that cannot be undone.
    pub async fn prove(&self, caller: &Caller, who: &SignedIn, password: Password) -> Result<(), ApiError> {
        match self.check_password(caller, who, password).await? {
            Some(_) => Ok(()),
            None => self.refuse_proof(caller, who).await,
        }
    }

    /// The attempt that was counted, if it is the customer's password. Counted for the session that asks: who guesses elsewhere
    /// must not keep the customer from it, and a stolen session has its own budget only.
    pub(super) async fn check_password(
        &self,
        caller: &Caller,
        who: &SignedIn,
        password: Password,
    ) -> Result<Option<Counted>, ApiError> {
        let by = By { caller, known: Some(who.customer.id) };
        self.passwords.expect_room(by).await?;
        let session = Whose::Session(who.session.id.as_bytes());
        let counted = self.limits.count_unless_unused(caller, session).await;
        let counted = self.limited.noting(counted, &who.customer.email_key, &caller.client)?;
        self.require_live(who).await?;
        let stored = self.store.find_password(who.customer.id).await?;
        let verdict = self.passwords.verify(by, &counted, password, stored).await?;
        self.require_live(who).await?;
        if verdict == Verdict::Wrong {
            return Ok(None);
        }
        self.door.count_right(caller, &who.customer).await?;
        Ok(Some(counted))
    }

    /// The body may have taken its time, and so may the queue: a session that has ended meanwhile learns nothing of the password.
    async fn require_live(&self, who: &SignedIn) -> Result<(), ApiError> {
        let found = self.store.find_session(who.session.id).await?;
        match found.is_some_and(|found| found.session.is_live(self.clock.now())) {
            true => Ok(()),
            false => Err(Code::SessionEnded.into()),
        }
    }

    pub(super) async fn refuse_proof<T>(&self, caller: &Caller, who: &SignedIn) -> Result<T, ApiError> {
        let kind = AuditKind::PasswordCheckFailed;
        let failed = self.auditor.of(kind, &caller.client, who.customer.id, Some(who.session.id));
        self.store.record(failed.into()).await?;
        Err(ApiError::new(Code::InvalidCredentials).detail("currentPassword is not this account's password."))
    }
}
