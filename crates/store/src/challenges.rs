//! Challenges: everything that is proven once, by a code or a link. The only store of one-time secrets.

use async_trait::async_trait;
use doorstep_base::{CustomerId, SecretHash, Timestamp};

use crate::StoreResult;

/// What a challenge is for; another purpose does not open with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    VerifyEmail,
    ChangeEmail,
    RecoverPassword,
    LogIn,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::VerifyEmail, Self::ChangeEmail, Self::RecoverPassword, Self::LogIn];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::RecoverPassword => "recover_password",
            Self::LogIn => "log_in",
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
    /// Hash of the secret that was sent.
    pub secret: SecretHash,
    /// So many wrong secrets are left until it is over.
    pub tries_left: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consumed {
    /// It was the secret. The challenge is gone.
    Right(Box<Challenge>),
    /// It was not. So many tries are left.
    Wrong { tries_left: i64 },
    /// There is none, or it is over: expired, used, or out of tries.
    Spent,
}

#[async_trait]
pub trait Challenges: Send + Sync {
    /// Opens a challenge in place of the one that stands for this subject. One that is live keeps its count: whoever asks again gets
    /// a new secret, and no new tries. One that is out of tries stays as it is, until its time.
    async fn open_challenge(&self, challenge: Challenge) -> StoreResult<()>;

    /// Uses a challenge up, or a try of it.
    ///
    /// Race: of any number of callers with the right secret, one is told `Right`; of any number with wrong ones, as many as there
    /// are tries are told `Wrong`.
    async fn consume_challenge(
        &self,
        subject: SecretHash,
        purpose: Purpose,
        secret: SecretHash,
        now: Timestamp,
    ) -> StoreResult<Consumed>;
}
