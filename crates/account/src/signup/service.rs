//! The rules of sign-up.

use std::sync::Arc;

use doorstep_base::{Clock, Code, Email, FieldCode, Random, Timestamp, new_id};
use doorstep_store::{NewCustomer, NewMessage, Purpose, SessionMode, Store};
use doorstep_web::{ApiError, Caller, Counted, FieldError, Fields, Hint, KeyedRequest, Repeatable};

use super::form::{ALL_REQUIRED, LONGEST_NAME, SignupForm};
use super::repeat::SECRETS;
use super::taken::TakenWatch;
use crate::audit::Auditor;
use crate::hints;
use crate::mail::{Asked, Mail};
use crate::password::{AcceptedPassword, Identity, Passwords};
use crate::sessions::{Attempt, Door, Entered, Entering, Proof, Repeater};

/// The frozen names under which repeated sign-ups are found.
const SIGN_UP: Repeatable =
    Repeatable { route: "POST /api/signup", contents: "sign-up contents", customer: None };

pub struct Signup {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub passwords: Arc<Passwords>,
    pub watch: TakenWatch,
    pub door: Arc<Door>,
    pub repeats: Arc<Repeater>,
    pub mail: Arc<Mail>,
    pub auditor: Auditor,
    pub require_name: bool,
    pub verification: ProvesAddress,
}

/// When a new customer proves the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvesAddress {
    /// When the customer wants to.
    Whenever,
    /// A mail asks for it, and the account can be used meanwhile.
    After,
    /// Nobody logs in before. Sign-up answers the same for every address, and tells the owner of a registered one by mail.
    Before,
}

impl ProvesAddress {
    /// As the setting and the policy say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whenever => "none",
            Self::After => "after",
            Self::Before => "before",
        }
    }
}

/// What comes of a sign-up.
pub enum Outcome {
    SignedUp(Box<SignedUp>),
    /// A mail was sent, to whomever the address belongs.
    Asked(Asked),
}

/// The account and its first session.
pub struct SignedUp {
    pub entered: Entered,
    pub counted: Counted,
    /// When it is the answer to a request that came again.
    pub hint: Option<Hint>,
}

/// A form that passed every check of its own.
pub(super) struct NewAccount {
    name: String,
    pub email: Email,
    pub password: AcceptedPassword,
    marketing_consent: bool,
}

impl Signup {
    pub fn read(&self, fields: &mut Fields) -> SignupForm {
        SignupForm::read(fields, self.require_name)
    }

    /// Makes the account and its session, or says why not. `fields` knows what was wrong when the form was read.
    pub async fn sign_up(
        &self,
        caller: &Caller,
        form: SignupForm,
        mut fields: Fields,
    ) -> Result<Outcome, ApiError> {
        let mode = self.door.choose_mode(caller, form.mode.as_deref(), &mut fields);
        let account = self.accept(form, &mut fields).await;
        fields.finish_saying(Some(ALL_REQUIRED))?;
        let account = account.ok_or(Code::Internal)?;
        if self.verification == ProvesAddress::Before {
            return self.conceal(caller, &account).await.map(Outcome::Asked);
        }
        let admitted = self.door.admit(caller, mode)?;
        let request = self.repeats.requests.read(&caller.headers, SIGN_UP, &account.contents(mode))?;
        self.passwords.expect_room(caller.into()).await?;
        let attempt = self.door.count(admitted).await?;
        let (entered, hint) = self.make_or_repeat(&attempt, account, request.as_ref()).await?;
        let signed_up = SignedUp { entered, counted: attempt.into_counted(), hint };
        Ok(Outcome::SignedUp(Box::new(signed_up)))
    }

    async fn accept(&self, form: SignupForm, fields: &mut Fields) -> Option<NewAccount> {
        let SignupForm { name, email, password, marketing_consent, .. } = form;
        // A name that is refused for its length must not cost a search of that length.
        let known_name: String = name.chars().take(LONGEST_NAME).collect();
        let identity = Identity { name: &known_name, email: email.as_ref().map_or("", Email::as_typed) };
        match self.passwords.policy().accept(password, identity).await {
            Ok(password) => Some(NewAccount { name, email: email?, password, marketing_consent }),
            Err(error) => {
                fields.refuse("password", error);
                None
            }
        }
    }

    async fn make_or_repeat(
        &self,
        attempt: &Attempt<'_>,
        account: NewAccount,
        request: Option<&KeyedRequest>,
    ) -> Result<(Entered, Option<Hint>), ApiError> {
        // Looked up before the key: account and key come into being at one moment, so whoever finds its own account here
        // finds its key below. The other way round a repeat that is as fast as its original took itself for a stranger.
        let taken = self.store.find_customer_by_email(account.email.key()).await?;
        // From here on every answer, and no answer too, tells whether the address is taken.
        attempt.counted().use_up();
        if let Some(request) = request
            && let Some(record) = self.repeats.requests.find(request).await?
        {
            return self.repeat(attempt, request, record, account.password).await;
        }
        if let Some(taken) = taken {
            self.watch.note().await;
            return Err(self.taken(taken.created_at));
        }
        if self.mail.is_reserved(account.email.key()).await? {
            self.watch.note().await;
            return Err(email_taken());
        }
        let (caller, counted) = (attempt.caller(), attempt.counted());
        let password_hash = self.passwords.hash(caller.into(), counted, account.password.clone()).await?;
        let customer = self.row(&account, password_hash);
        let repeatable = request.map(|request| self.repeats.begin(SECRETS, request, customer.id));
        let outbox = self.asks_for_proof(caller, &account).await?;
        match self.door.enter(attempt, Proof::SignUp { customer, repeatable, outbox }).await? {
            Entering::Entered(entered) => Ok((*entered, None)),
            // Made since it was looked up above: another request of the same moment.
            Entering::EmailTaken => {
                self.watch.note().await;
                Err(email_taken().because(hints::signed_up_twice()))
            }
            Entering::KeyUsed => {
                // The same request was faster on another connection or node.
                let request = request.ok_or(Code::Internal)?;
                let record = self.repeats.requests.find(request).await?.ok_or(Code::Unavailable)?;
                self.repeat(attempt, request, record, account.password).await
            }
            Entering::ProofStale | Entering::CodeWrong(_) | Entering::ChallengeSpent => {
                Err(Code::Internal.into())
            }
        }
    }

    /// The mail that goes with a new account.
    /// Nothing beyond what one address gets: an account can be made and erased again and again.
    async fn asks_for_proof(
        &self,
        caller: &Caller,
        account: &NewAccount,
    ) -> Result<Vec<NewMessage>, ApiError> {
        let email_key = account.email.key();
        let is_asked = self.verification == ProvesAddress::After && self.mail.is_on();
        if !is_asked || !self.mail.allows_at_signup(email_key).await? {
            return Ok(Vec::new());
        }
        let (ask, _) = self.mail.asking(caller, Purpose::VerifyEmail, email_key);
        Ok(vec![ask])
    }

    fn taken(&self, since: Timestamp) -> ApiError {
        let is_twice = self.clock.now().since(since) < hints::TWICE;
        if is_twice { email_taken().because(hints::signed_up_twice()) } else { email_taken() }
    }

    pub(super) fn row(&self, account: &NewAccount, password_hash: String) -> NewCustomer {
        let now = self.clock.now();
        NewCustomer {
            id: new_id(&*self.clock, &*self.random),
            email: account.email.as_typed().to_owned(),
            email_key: account.email.key().to_owned(),
            name: account.name.clone(),
            phone: None,
            locale: None,
            marketing_consent_at: account.marketing_consent.then_some(now),
            password_hash: Some(password_hash),
            created_at: now,
        }
    }
}

impl NewAccount {
    /// What makes two sign-ups with one key the same. The password is not among it: see [`doorstep_web::Repeats::read`].
    fn contents(&self, mode: SessionMode) -> [&[u8]; 4] {
        let consent: &[u8] = if self.marketing_consent { &[1] } else { &[0] };
        [self.email.as_typed().as_bytes(), self.name.as_bytes(), mode.as_str().as_bytes(), consent]
    }
}

/// Said of the field too, so that a form can show it where the customer looks.
pub(super) fn email_taken() -> ApiError {
    let field = ("email".to_owned(), FieldError::new(FieldCode::EmailTaken));
    ApiError::new(Code::EmailTaken).fields(vec![field])
}
