//! Challenges: everything that is proven once, by a code or a link. The only store of one-time secrets.

use async_trait::async_trait;
use doorstep_base::{CustomerId, MessageId, SecretHash, Timestamp};

use crate::{Lease, NewSession, Proof, Restore, StoreResult, Trail};

/// What a challenge is for; another purpose does not open with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    VerifyEmail,
    ChangeEmail,
    /// Whoever had the address before takes it back.
    UndoEmail,
    RecoverPassword,
    LogIn,
    /// A login whose mail was read elsewhere: its reader has let in the device that asked.
    LogInElsewhere,
}

impl Purpose {
    const ALL: [Self; 6] = [
        Self::VerifyEmail,
        Self::ChangeEmail,
        Self::UndoEmail,
        Self::RecoverPassword,
        Self::LogIn,
        Self::LogInElsewhere,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::UndoEmail => "undo_email",
            Self::RecoverPassword => "recover_password",
            Self::LogIn => "log_in",
            Self::LogInElsewhere => "log_in_elsewhere",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// One open challenge. There is one at most for each subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Keyed hash of purpose and of who is asked (an address, a customer): what names the challenge when the secret comes back.
    pub subject: SecretHash,
    pub purpose: Purpose,
    pub customer: Option<CustomerId>,
    /// The address that the customer is to have: another one, or the former one again.
    pub email: Option<String>,
    /// Hash of the secret that was sent.
    pub secret: SecretHash,
    /// So many wrong secrets are left until it is over.
    pub tries_left: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// How somebody shows that a mail came to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Means {
    /// Typed, and short enough to be guessed: each wrong one is a try.
    Code,
    /// Too long to be guessed, and refused before this when it was not made here: it needs no try, so that nobody's guesses
    /// take it away.
    Link,
}

/// What is shown to use a challenge up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented {
    pub subject: SecretHash,
    pub purpose: Purpose,
    pub secret: SecretHash,
    pub means: Means,
    pub now: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consumed {
    /// It was the secret. The challenge is gone.
    Right(Box<Challenge>),
    /// It was not. So many tries are left.
    Wrong { tries_left: i64, customer: Option<CustomerId> },
    /// There is none, or it is over: expired, used, or out of tries.
    Spent,
}

/// A message of the outbox that asks for a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub message: MessageId,
    pub lease: Lease,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It stands, with so many tries for codes.
    Open { tries_left: i64 },
    /// The lease of the message that asked is another's by now. Nothing was written.
    NotOurs,
}

/// What comes of a change that needs a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    Done,
    /// It was not the secret. So many tries are left.
    Wrong {
        tries_left: i64,
    },
    /// There is none, or it is over; or its customer is gone or disabled.
    Spent,
    /// The address is somebody else's by now, or may yet be taken back by whoever had it. Nothing was used up.
    Taken,
}

/// A session that a challenge opens.
#[derive(Clone, Debug)]
pub struct MailedLogin {
    pub session: NewSession,
    /// Of the customer as it was read before.
    pub proof: Proof,
    /// So many live sessions the customer may have: the least recently used ones end.
    pub most: u32,
    pub restore: Vec<Restore>,
}

/// Another address for a customer.
#[derive(Clone, Debug)]
pub struct NewEmail {
    /// What the customer had when this was asked for.
    pub former_key: String,
    pub email: String,
    pub email_key: String,
    /// Names the challenges by which somebody may take the new address back.
    pub reserved: Vec<SecretHash>,
    /// By which the former address may be taken back.
    pub undo: Option<Challenge>,
}

#[async_trait]
pub trait Challenges: Send + Sync {
    /// Opens a challenge in place of the one that stands for this subject. One that is live keeps its count: whoever asks again gets
    /// a new secret, and no new tries. The older of two never replaces the newer.
    ///
    /// With `asked` that message goes in the same step, and with `trail` what it leaves is written: the mail that tells the secret, say.
    async fn open_challenge(
        &self,
        challenge: Challenge,
        asked: Option<Asked>,
        trail: Option<Trail>,
    ) -> StoreResult<Opened>;

    /// The live challenge that this would use up. It takes no try: whoever is told `None` has to be counted by one of the verbs below.
    async fn find_challenge(&self, presented: Presented) -> StoreResult<Option<Challenge>>;

    /// Those of a customer that are live at `now`, oldest first.
    async fn challenges_of(&self, customer: CustomerId, now: Timestamp) -> StoreResult<Vec<Challenge>>;

    /// Uses a challenge up, or a try of it.
    ///
    /// Race: of any number of callers with the right secret, one is told `Right`; of any number with wrong codes, as many as there
    /// are tries are told `Wrong`.
    async fn consume_challenge(&self, presented: Presented) -> StoreResult<Consumed>;

    /// Uses the challenge up and replaces the password of its customer, whose address is verified by that: every session ends, and every other
    /// challenge of the customer goes. Where nobody had proven the address before, somebody else may have filled the account: addresses, phone,
    /// locale and consent go too. One step.
    ///
    /// Race: as above, and against a change of password one of the two comes first.
    async fn recover_password(
        &self,
        presented: Presented,
        replacement: &str,
        trail: Trail,
    ) -> StoreResult<Proven>;

    /// Uses the challenge up and marks the address as verified, if it still is the one with this key. One step.
    async fn verify_email(&self, presented: Presented, email_key: &str, trail: Trail) -> StoreResult<Proven>;

    /// Whether a live challenge of this subject stands.
    async fn challenge_stands(&self, subject: SecretHash, now: Timestamp) -> StoreResult<bool>;

    /// Uses the challenge up and opens a session of its customer, whose address is verified by that. One step.
    ///
    /// Race: as above; and whatever makes the proof stale comes before it or finds the session.
    async fn log_in_by_mail(
        &self,
        presented: Presented,
        login: MailedLogin,
        trail: Trail,
    ) -> StoreResult<Proven>;

    /// Makes a login's challenge one that the device which asked may use up, by its request alone.
    async fn approve_login(&self, presented: Presented, trail: Trail) -> StoreResult<Proven>;

    /// Uses the challenge up and gives its customer the address that it names, verified by that; every other challenge of the customer goes but
    /// those that take a former address back. One step.
    ///
    /// Race: of two customers who ask for one address, one gets it.
    async fn change_email(&self, presented: Presented, change: NewEmail, trail: Trail)
    -> StoreResult<Proven>;

    /// Uses the challenge up and gives its customer the former address back, which has this key: the password, every session and every other challenge
    /// go. One step.
    async fn undo_email(&self, presented: Presented, email_key: &str, trail: Trail) -> StoreResult<Proven>;
}
