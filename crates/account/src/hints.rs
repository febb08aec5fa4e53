//! What the program that asks does wrong, as far as only the account's features see it: one line for each mistake of the
//! catalogue.

use std::time::Duration;

use doorstep_base::Cause::{NoAnswerInTime, RefreshRace, SentTwice};
use doorstep_web::Hint;

/// Two callers with one refresh token, in time.
pub fn refreshed_twice(grace: Duration) -> Hint {
    let seconds = grace.as_secs();
    Hint::new(
        RefreshRace,
        format!(
            "A refresh token was used twice within {seconds} s: both callers got the same successor. Let one place refresh for all tabs."
        ),
    )
}

/// The same, too late.
pub fn refresh_reused() -> Hint {
    Hint::new(
        RefreshRace,
        "A refresh token was used after its successor, and the session was ended. Keep the newest token and let one place refresh; or use \"session\": \"cookie\" or \"token\", which have nothing to refresh.",
    )
}

/// An access token past its time.
pub fn token_expired() -> Hint {
    Hint::without_cause(
        "The access token is past its time. Ask for \"session\": \"token\" at sign-up and login, one token that lives as long as its session; or exchange the refresh token for a new pair: POST /api/token/refresh.",
    )
}

/// A token of the right form, by nobody of ours.
pub fn unknown_key() -> Hint {
    Hint::without_cause(
        "The token is signed by a key that this database never had: the database was deleted or is another one than before, or the token is another server's. Remove the stored token and sign in again.",
    )
}

/// A repeated sign-up that got its first answer again. Soon after the first it is the form, later the network.
pub fn repeated(after: Duration) -> Hint {
    if after < TWICE {
        return Hint::new(
            SentTwice,
            "The form was sent twice with one Idempotency-Key: the first answer was repeated, no second account was made. Switch the button off while a request is on its way.",
        );
    }
    Hint::new(
        NoAnswerInTime,
        "The same Idempotency-Key came again: the first answer was repeated, no second account was made.",
    )
}

/// The same of a change of password.
pub fn repeated_change(after: Duration) -> Hint {
    if after < TWICE {
        return Hint::new(
            SentTwice,
            "The new password was sent twice with one Idempotency-Key: the first answer was repeated. Switch the button off while a request is on its way.",
        );
    }
    Hint::new(
        NoAnswerInTime,
        "The same Idempotency-Key came again: the first answer was repeated, the password was changed once.",
    )
}

/// An address that is taken by an account made a moment ago.
pub fn signed_up_twice() -> Hint {
    Hint::new(
        SentTwice,
        "This address signed up a moment ago: the form was sent twice. Switch the button off while a request is on its way, or send the same Idempotency-Key with both.",
    )
}

/// Two sign-ups of one address within this time are one person's.
pub const TWICE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_base::Cause;

    #[test]
    fn a_repetition_is_the_forms_or_the_networks() {
        assert_eq!(repeated(Duration::from_millis(300)).cause, Some(Cause::SentTwice));
        assert_eq!(repeated(Duration::from_secs(11)).cause, Some(Cause::NoAnswerInTime));
    }
}
