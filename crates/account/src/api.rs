//! The whole API on one page: method, path, who may call, what limits it, what it takes, gives and refuses.
//!
//! The router and `api/openapi.json` are both made of this table, so neither can say what the other does not.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use doorstep_web::{LimitKey, Route};
use serde_json::{Value, json};

#[rustfmt::skip]
use doorstep_base::Code::{
    AccountDisabled, Busy, ChallengeSpent, ChangedMeanwhile, CsrfRefused, EmailTaken, IdempotencyMismatch, InvalidCredentials, InvalidFields, LimitReached,
    NotFound, RateLimited, RefreshReused, SessionEnded, TokenExpired, TokenInvalid,
};
use doorstep_web::Guard::{Anybody, Session};
#[rustfmt::skip]
use doorstep_web::LimitKey::{
    CodePerNetwork, ExportPerAccount, LoginPerAccount, LoginPerAccountDaily, LoginPerDevice, LoginPerDeviceDaily, LoginPerNetwork,
    MailPerAddress, MailPerNetwork, PasswordPerAccount, PasswordPerSession, PasswordPerSessionDaily, PollPerNetwork, RefreshPerAccount, RefreshPerNetwork, RefreshPerSession, SignupPerNetwork,
    WritePerAccount,
};

use crate::{
    Account, addresses, email, events, links, login, mailed_login, policy, profile, recovery, sessions,
    signup, tokens, verification,
};

// Wherever a password is checked, one of three budgets counts it: of strangers, of a known device, of a live session. One
// that was right is counted for its account.
#[rustfmt::skip]
const REPEAT: &[LimitKey] = &[LoginPerAccount, LoginPerAccountDaily, LoginPerNetwork];
#[rustfmt::skip]
const LOGIN: &[LimitKey] = &[LoginPerAccount, LoginPerAccountDaily, LoginPerDevice, LoginPerDeviceDaily, LoginPerNetwork, PasswordPerAccount];
#[rustfmt::skip]
const PASSWORD: &[LimitKey] = &[PasswordPerSession, PasswordPerSessionDaily, PasswordPerAccount];

fn routes() -> Vec<Route<Account>> {
    [entering(), mailed(), owning()].into_iter().flatten().collect()
}

/// Ways in and out.
#[rustfmt::skip]
fn entering() -> Vec<Route<Account>> {
    vec![
        Route::new(Method::POST, "/api/signup", Anybody, signup::routes::sign_up)
            .says("Make an account and its first session").limited(&[SignupPerNetwork]).repeats_limited(REPEAT)
            .takes::<signup::routes::SignupRequest>().or_a_form().header("Idempotency-Key")
            .gives::<sessions::Welcome>(201).or_gives::<recovery::routes::MailAsked>(202).refuses(&[InvalidFields, EmailTaken, IdempotencyMismatch, RateLimited, Busy]),
        Route::new(Method::POST, "/api/login", Anybody, login::routes::log_in)
            .says("Open a session").limited(LOGIN)
            .takes::<login::routes::LoginRequest>().or_a_form()
            .gives::<sessions::Welcome>(200).refuses(&[InvalidCredentials, AccountDisabled, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/logout", Session, sessions::routes::log_out)
            .says("End this session").gives_nothing(),
        Route::new(Method::POST, "/api/token/refresh", Anybody, tokens::routes::refresh)
            .says("Exchange a refresh token for its successor and a new access token").limited(&[RefreshPerSession, RefreshPerAccount, RefreshPerNetwork])
            .takes::<tokens::routes::RefreshRequest>()
            .gives::<tokens::routes::RefreshAnswer>(200).refuses(&[RefreshReused, SessionEnded, TokenExpired, TokenInvalid, InvalidFields, RateLimited]),

        Route::new(Method::GET, "/api/policy", Anybody, policy::read)
            .says("What a form needs to know before it asks").gives::<policy::PolicyAnswer>(200),
        Route::new(Method::GET, "/.well-known/jwks.json", Anybody, tokens::routes::jwks)
            .says("The public keys of access tokens, a JWK Set (RFC 7517)").gives::<tokens::routes::Jwks>(200),
    ]
}

/// What needs a mail.
#[rustfmt::skip]
fn mailed() -> Vec<Route<Account>> {
    vec![
        Route::new(Method::POST, "/api/recovery", Anybody, recovery::routes::ask)
            .says("Ask for a mail to whoever has forgotten the password: the same answer for every address").limited(&[MailPerAddress, MailPerNetwork])
            .takes::<recovery::routes::RecoveryRequest>().or_a_form()
            .gives::<recovery::routes::MailAsked>(202).refuses(&[NotFound, InvalidFields, RateLimited]),
        Route::new(Method::POST, "/api/recovery/confirm", Anybody, recovery::routes::confirm)
            .says("Choose a new password with what the mail brought; every session ends").limited(&[CodePerNetwork])
            .takes::<recovery::routes::RecoveryConfirmation>()
            .gives::<recovery::routes::Confirmed>(200).refuses(&[NotFound, ChallengeSpent, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/verification", Anybody, verification::routes::ask)
            .says("Ask for a mail that proves an address: the customer's, or the one that a visitor names").limited(&[MailPerAddress, MailPerNetwork])
            .takes::<verification::routes::VerificationRequest>().or_a_session()
            .gives::<recovery::routes::MailAsked>(202).refuses(&[NotFound, InvalidFields, RateLimited]),
        Route::new(Method::POST, "/api/verification/confirm", Anybody, verification::routes::confirm)
            .says("Prove the address with what the mail brought").limited(&[CodePerNetwork]).repeats_limited(REPEAT)
            .takes::<verification::routes::VerificationConfirmation>()
            .gives::<recovery::routes::Confirmed>(200).refuses(&[NotFound, ChallengeSpent, InvalidCredentials, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/login/code", Anybody, mailed_login::routes::ask)
            .says("Ask for a mail to log in with: the same answer for every address").limited(&[MailPerAddress, MailPerNetwork])
            .takes::<mailed_login::routes::LoginCodeRequest>().or_a_form()
            .gives::<mailed_login::routes::LoginCodeAsked>(202).refuses(&[NotFound, InvalidFields, RateLimited]),
        Route::new(Method::POST, "/api/login/code/confirm", Anybody, mailed_login::routes::confirm)
            .says("Open a session with what the mail brought").limited(&[CodePerNetwork]).repeats_limited(REPEAT)
            .takes::<mailed_login::routes::LoginCodeConfirmation>()
            .gives::<sessions::Welcome>(200).refuses(&[NotFound, ChallengeSpent, InvalidCredentials, AccountDisabled, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/login/code/poll", Anybody, mailed_login::routes::poll)
            .says("Open a session on the device that asked, once it was let in where the mail was read").limited(&[PollPerNetwork])
            .takes::<mailed_login::routes::LoginCodePoll>()
            .gives::<sessions::Welcome>(200).or_gives::<recovery::routes::Confirmed>(202).refuses(&[NotFound, ChallengeSpent, AccountDisabled, InvalidFields, RateLimited]),
        Route::new(Method::POST, "/api/user/email", Session, email::routes::ask)
            .says("Ask for a mail to the address that the account shall have").limited(&[PasswordPerSession, PasswordPerSessionDaily, PasswordPerAccount, MailPerAddress, MailPerNetwork])
            .takes::<email::routes::EmailChangeRequest>()
            .gives::<recovery::routes::MailAsked>(202).refuses(&[NotFound, ChallengeSpent, InvalidCredentials, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/user/email/confirm", Anybody, email::routes::confirm)
            .says("Give the account the address that the mail went to").limited(&[CodePerNetwork]).repeats_limited(REPEAT)
            .takes::<email::routes::EmailChangeConfirmation>()
            .gives::<recovery::routes::Confirmed>(200).refuses(&[NotFound, ChallengeSpent, EmailTaken, InvalidCredentials, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/user/email/undo", Anybody, email::routes::undo)
            .says("Give the account its former address back with the link that went there; every session ends").limited(&[CodePerNetwork])
            .takes::<email::routes::EmailUndo>()
            .gives::<recovery::routes::Confirmed>(200).refuses(&[NotFound, ChallengeSpent, EmailTaken, InvalidFields, RateLimited]),
    ]
}

/// What is the customer's own.
#[rustfmt::skip]
fn owning() -> Vec<Route<Account>> {
    vec![
        Route::new(Method::GET, "/api/session", Anybody, profile::routes::read_session)
            .says("Who is signed in, if anybody: 200 either way").gives::<profile::routes::WhoAnswer>(200).refuses(&[CsrfRefused, TokenExpired, TokenInvalid]),
        Route::new(Method::GET, "/api/user", Session, profile::routes::read)
            .says("The customer who asks").gives::<profile::routes::CurrentUser>(200),
        Route::new(Method::PATCH, "/api/user", Session, profile::routes::update)
            .says("Change name, phone, locale or consent to marketing").limited(&[WritePerAccount]).takes::<profile::routes::ProfileRequest>().header("If-Match")
            .gives::<profile::routes::UserAnswer>(200).refuses(&[ChangedMeanwhile, InvalidFields, RateLimited]),
        Route::new(Method::DELETE, "/api/user", Session, profile::routes::erase)
            .says("Erase the account").limited(PASSWORD)
            .takes::<profile::routes::EraseRequest>().gives_nothing().refuses(&[InvalidCredentials, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/user/password", Session, profile::routes::change_password)
            .says("Change the password, end every session and go on with a new one").limited(PASSWORD).repeats_limited(PASSWORD)
            .takes::<profile::routes::PasswordRequest>().header("Idempotency-Key")
            .gives::<sessions::Welcome>(200).refuses(&[InvalidCredentials, IdempotencyMismatch, InvalidFields, RateLimited, Busy]),
        Route::new(Method::GET, "/api/user/export", Session, profile::routes::export)
            .says("Everything stored about the customer").limited(&[ExportPerAccount])
            .gives::<profile::Export>(200).refuses(&[RateLimited]),
        Route::new(Method::GET, "/api/user/events", Session, events::routes::list)
            .says("What has happened to the account, newest first, 50 at a time").query("before")
            .gives::<events::routes::SecurityEventList>(200),

        Route::new(Method::GET, "/api/user/addresses", Session, addresses::routes::list)
            .says("The address book, oldest first").gives::<addresses::routes::AddressList>(200),
        Route::new(Method::POST, "/api/user/addresses", Session, addresses::routes::add)
            .says("Add an address").limited(&[WritePerAccount]).takes::<addresses::routes::AddressRequest>()
            .gives::<addresses::routes::AddressAnswer>(201).refuses(&[LimitReached, InvalidFields, RateLimited]),
        Route::new(Method::PATCH, "/api/user/addresses/{id}", Session, addresses::routes::change)
            .says("Change an address").limited(&[WritePerAccount]).takes::<addresses::routes::AddressChange>()
            .gives::<addresses::routes::AddressAnswer>(200).refuses(&[NotFound, ChangedMeanwhile, InvalidFields, RateLimited]),
        Route::new(Method::DELETE, "/api/user/addresses/{id}", Session, addresses::routes::remove)
            .says("Remove an address").limited(&[WritePerAccount]).gives_nothing().refuses(&[NotFound, RateLimited]),

        Route::new(Method::GET, "/api/sessions", Session, sessions::routes::list)
            .says("The customer's live sessions, most recently used first").gives::<sessions::routes::SessionList>(200),
        Route::new(Method::DELETE, "/api/sessions", Session, sessions::routes::end_others)
            .says("End every session but this one").gives_nothing(),
        Route::new(Method::DELETE, "/api/sessions/{id}", Session, sessions::routes::end)
            .says("End one session").gives_nothing().refuses(&[NotFound]),
    ]
}

/// The pages behind the links of mails. They are for people: the document is without them.
#[rustfmt::skip]
fn pages() -> Vec<Route<Account>> {
    vec![
        Route::new(Method::GET, "/links/recover", Anybody, links::recover::show),
        Route::new(Method::POST, "/links/recover", Anybody, links::recover::post).limited(&[CodePerNetwork]).or_a_form(),
        Route::new(Method::GET, "/links/verify", Anybody, links::verify::show),
        Route::new(Method::POST, "/links/verify", Anybody, links::verify::post).limited(&[CodePerNetwork]).repeats_limited(REPEAT).or_a_form(),
        Route::new(Method::GET, "/links/login", Anybody, links::login::show),
        Route::new(Method::POST, "/links/login", Anybody, links::login::post).limited(&[CodePerNetwork]).repeats_limited(REPEAT).or_a_form(),
        Route::new(Method::GET, "/links/email", Anybody, links::email::show),
        Route::new(Method::POST, "/links/email", Anybody, links::email::post).limited(&[CodePerNetwork]).repeats_limited(REPEAT).or_a_form(),
        Route::new(Method::GET, "/links/undo", Anybody, links::undo::show),
        Route::new(Method::POST, "/links/undo", Anybody, links::undo::post).limited(&[CodePerNetwork]).or_a_form(),
        Route::new(Method::GET, "/links/secure", Anybody, links::secure::show),
        Route::new(Method::POST, "/links/secure", Anybody, links::secure::post).limited(&[CodePerNetwork]).or_a_form(),
    ]
}

/// The routes of the API, without a fallback: what else there is belongs to the server.
pub fn router(account: Arc<Account>) -> Router {
    doorstep_web::router(routes(), account.clone()).merge(doorstep_web::router(pages(), account))
}

/// The OpenAPI document.
pub fn openapi() -> Value {
    let info = json!({
        "title": "Doorstep", "version": env!("CARGO_PKG_VERSION"),
        "description": "Customer accounts of an online shop.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    });
    doorstep_web::openapi::document(&info, routes().iter().map(|route| &route.info))
}
