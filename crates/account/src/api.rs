//! The whole API on one page: method, path, who may call, what limits it, what it takes, gives and refuses.
//!
//! The router and `api/openapi.json` are both made of this table, so neither can say what the other does not.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};
use doorstep_base::Code;
use utoipa::ToSchema;

use crate::http::TakesForm;
use crate::openapi::SchemaOf;
use crate::{Account, addresses, login, policy, profile, sessions, signup, tokens};

#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    use Code::{
        AccountDisabled, Busy, ChangedMeanwhile, EmailTaken, IdempotencyMismatch, InvalidCredentials, InvalidFields, LimitReached,
        NotFound, RateLimited, RefreshReused, SessionEnded, TokenExpired, TokenInvalid,
    };
    use Guard::{Anybody, Session};
    vec![
        Route::new(Method::POST, "/api/signup", Anybody, signup::routes::sign_up)
            .says("Make an account and its first session").limited("signup_per_network")
            .takes::<signup::routes::SignupRequest>().or_a_form().header("Idempotency-Key")
            .gives::<signup::routes::Welcome>(201).refuses(&[InvalidFields, EmailTaken, IdempotencyMismatch, RateLimited, Busy]),
        Route::new(Method::POST, "/api/login", Anybody, login::routes::log_in)
            .says("Open a session").limited("login_per_account, login_per_network")
            .takes::<login::routes::LoginRequest>().or_a_form()
            .gives::<signup::routes::Welcome>(200).refuses(&[InvalidCredentials, AccountDisabled, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/logout", Session, sessions::routes::log_out)
            .says("End this session").gives_nothing(),
        Route::new(Method::POST, "/api/token/refresh", Anybody, tokens::routes::refresh)
            .says("Exchange a refresh token for its successor and a new access token").limited("refresh_per_network")
            .takes::<tokens::routes::RefreshRequest>()
            .gives::<tokens::routes::RefreshAnswer>(200).refuses(&[RefreshReused, SessionEnded, TokenExpired, TokenInvalid, InvalidFields, RateLimited]),

        Route::new(Method::GET, "/api/session", Anybody, profile::routes::read_session)
            .says("Who is signed in, if anybody: 200 either way").gives::<profile::routes::WhoAnswer>(200).refuses(&[TokenExpired, TokenInvalid]),
        Route::new(Method::GET, "/api/user", Session, profile::routes::read)
            .says("The customer who asks").gives::<profile::routes::UserAnswer>(200),
        Route::new(Method::PATCH, "/api/user", Session, profile::routes::update)
            .says("Change name, phone, locale or consent to marketing").takes::<profile::routes::ProfileRequest>().header("If-Match")
            .gives::<profile::routes::UserAnswer>(200).refuses(&[ChangedMeanwhile, InvalidFields]),
        Route::new(Method::DELETE, "/api/user", Session, profile::routes::erase)
            .says("Erase the account").limited("login_per_account, login_per_network")
            .takes::<profile::routes::EraseRequest>().gives_nothing().refuses(&[InvalidCredentials, InvalidFields, RateLimited, Busy]),
        Route::new(Method::POST, "/api/user/password", Session, profile::routes::change_password)
            .says("Change the password and end every other session").limited("login_per_account, login_per_network")
            .takes::<profile::routes::PasswordRequest>().gives_nothing().refuses(&[InvalidCredentials, InvalidFields, RateLimited, Busy]),
        Route::new(Method::GET, "/api/user/export", Session, profile::routes::export)
            .says("Everything stored about the customer").limited("export_per_account")
            .gives::<profile::Export>(200).refuses(&[RateLimited]),

        Route::new(Method::GET, "/api/user/addresses", Session, addresses::routes::list)
            .says("The address book, oldest first").gives::<addresses::routes::AddressList>(200),
        Route::new(Method::POST, "/api/user/addresses", Session, addresses::routes::add)
            .says("Add an address").takes::<addresses::routes::AddressRequest>()
            .gives::<addresses::routes::AddressAnswer>(201).refuses(&[LimitReached, InvalidFields]),
        Route::new(Method::PATCH, "/api/user/addresses/{id}", Session, addresses::routes::change)
            .says("Change an address").takes::<addresses::routes::AddressChange>()
            .gives::<addresses::routes::AddressAnswer>(200).refuses(&[NotFound, ChangedMeanwhile, InvalidFields]),
        Route::new(Method::DELETE, "/api/user/addresses/{id}", Session, addresses::routes::remove)
            .says("Remove an address").gives_nothing().refuses(&[NotFound]),

        Route::new(Method::GET, "/api/sessions", Session, sessions::routes::list)
            .says("The customer's live sessions, most recently used first").gives::<sessions::routes::SessionList>(200),
        Route::new(Method::DELETE, "/api/sessions", Session, sessions::routes::end_others)
            .says("End every session but this one").gives_nothing(),
        Route::new(Method::DELETE, "/api/sessions/{id}", Session, sessions::routes::end)
            .says("End one session").gives_nothing().refuses(&[NotFound]),

        Route::new(Method::GET, "/api/policy", Anybody, policy::read)
            .says("What a form needs to know before it asks").gives::<policy::PolicyAnswer>(200),
        Route::new(Method::GET, "/.well-known/jwks.json", Anybody, tokens::routes::jwks)
            .says("The public keys of access tokens, a JWK Set (RFC 7517)").gives::<tokens::routes::Jwks>(200),
    ]
}

/// The routes of the API, without a fallback: what else there is belongs to the server.
pub fn router(account: Arc<Account>) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, route| router.route(route.path, route.handler))
        .with_state(account)
}

/// Who may call. [`Guard::Session`] routes take [`crate::http::SignedIn`]; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    Anybody,
    Session,
}

/// One line of the table.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub guard: Guard,
    pub summary: &'static str,
    /// The keys of `[limits]` that bound it.
    pub limits: &'static str,
    pub takes: Option<SchemaOf>,
    pub takes_form: bool,
    pub header: Option<&'static str>,
    pub gives: (u16, Option<SchemaOf>),
    pub refuses: &'static [Code],
    handler: MethodRouter<Arc<Account>>,
}

impl Route {
    fn new<H, T>(method: Method, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, Arc<Account>>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        Self {
            method,
            path,
            guard,
            summary: "",
            limits: "",
            takes: None,
            takes_form: false,
            header: None,
            gives: (200, None),
            refuses: &[],
            handler: on(filter, handler),
        }
    }

    const fn says(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    const fn limited(mut self, limits: &'static str) -> Self {
        self.limits = limits;
        self
    }

    fn takes<T: ToSchema>(mut self) -> Self {
        self.takes = Some(SchemaOf::new::<T>());
        self
    }

    fn or_a_form(mut self) -> Self {
        self.takes_form = true;
        self.handler = self.handler.layer(Extension(TakesForm));
        self
    }

    const fn header(mut self, name: &'static str) -> Self {
        self.header = Some(name);
        self
    }

    fn gives<T: ToSchema>(mut self, status: u16) -> Self {
        self.gives = (status, Some(SchemaOf::new::<T>()));
        self
    }

    fn gives_nothing(mut self) -> Self {
        self.gives = (204, None);
        self
    }

    const fn refuses(mut self, codes: &'static [Code]) -> Self {
        self.refuses = codes;
        self
    }
}
