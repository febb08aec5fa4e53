//! A table of routes: method, path, who may call, what limits it, what it takes, gives and refuses.
//!
//! The router and the OpenAPI document are both made of it, so neither can say what the other does not.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};
use doorstep_base::Code;
use utoipa::ToSchema;

use crate::openapi::{MakesSchema, SchemaOf};
use crate::{App, LimitKey};

/// The routes of a table, without a fallback: what else there is belongs to the server.
pub fn router<S: App>(routes: Vec<Route<S>>, state: Arc<S>) -> Router {
    let add = |router: Router<Arc<S>>, route: Route<S>| router.route(route.info.path, route.into_handler());
    routes.into_iter().fold(Router::new(), add).with_state(state)
}

/// Who may call. [`Guard::Session`] routes take [`crate::SignedIn`]; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    Anybody,
    Session,
}

/// One line of a table.
pub struct Route<S> {
    pub info: RouteInfo,
    handler: MethodRouter<Arc<S>>,
}

/// What a line says.
pub struct RouteInfo {
    pub method: Method,
    pub path: &'static str,
    pub guard: Guard,
    pub summary: &'static str,
    pub limits: &'static [LimitKey],
    /// What a repeated request (Idempotency-Key) counts by. Not in the document: nobody else meets them.
    pub repeat_limits: &'static [LimitKey],
    pub takes: Option<MakesSchema>,
    pub takes_form: bool,
    /// Whether whoever shows a session needs no body.
    pub or_session: bool,
    pub header: Option<&'static str>,
    /// The parameter that it takes behind the `?`.
    pub query: Option<&'static str>,
    pub gives: (u16, Option<MakesSchema>),
    /// What a success may be besides.
    pub or_gives: Option<(u16, MakesSchema)>,
    pub refuses: &'static [Code],
}

/// What extractors must know of the line, in the request's extensions.
#[derive(Clone, Copy, Default)]
pub(crate) struct RouteRules {
    /// Whether it also takes `application/x-www-form-urlencoded`.
    pub takes_form: bool,
    pub limits: &'static [LimitKey],
    pub repeat_limits: &'static [LimitKey],
}

impl<S: App> Route<S> {
    pub fn new<H, T>(method: Method, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, Arc<S>>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let info = RouteInfo {
            method,
            path,
            guard,
            summary: "",
            limits: &[],
            repeat_limits: &[],
            takes: None,
            takes_form: false,
            or_session: false,
            header: None,
            query: None,
            gives: (200, None),
            or_gives: None,
            refuses: &[],
        };
        Self { info, handler: on(filter, handler) }
    }

    fn into_handler(self) -> MethodRouter<Arc<S>> {
        let RouteInfo { takes_form, limits, repeat_limits, .. } = self.info;
        let rules = RouteRules { takes_form, limits, repeat_limits };
        // Each layer boxes every request once more: routes without rules have none.
        let has_rules = takes_form || !limits.is_empty();
        if has_rules { self.handler.layer(Extension(rules)) } else { self.handler }
    }

    #[must_use]
    pub const fn says(mut self, summary: &'static str) -> Self {
        self.info.summary = summary;
        self
    }

    /// What its handler counts, with [`crate::Caller`].
    #[must_use]
    pub const fn limited(mut self, keys: &'static [LimitKey]) -> Self {
        self.info.limits = keys;
        self
    }

    /// What it counts besides for a request that came again.
    #[must_use]
    pub const fn repeats_limited(mut self, keys: &'static [LimitKey]) -> Self {
        self.info.repeat_limits = keys;
        self
    }

    #[must_use]
    pub fn takes<T: ToSchema>(mut self) -> Self {
        self.info.takes = Some(SchemaOf::new::<T>);
        self
    }

    #[must_use]
    pub const fn or_a_form(mut self) -> Self {
        self.info.takes_form = true;
        self
    }

    /// A session takes the place of the body.
    #[must_use]
    pub const fn or_a_session(mut self) -> Self {
        self.info.or_session = true;
        self
    }

    #[must_use]
    pub const fn header(mut self, name: &'static str) -> Self {
        self.info.header = Some(name);
        self
    }

    #[must_use]
    pub const fn query(mut self, name: &'static str) -> Self {
        self.info.query = Some(name);
        self
    }

    #[must_use]
    pub fn gives<T: ToSchema>(mut self, status: u16) -> Self {
        self.info.gives = (status, Some(SchemaOf::new::<T>));
        self
    }

    #[must_use]
    pub fn or_gives<T: ToSchema>(mut self, status: u16) -> Self {
        self.info.or_gives = Some((status, SchemaOf::new::<T>));
        self
    }

    #[must_use]
    pub fn gives_nothing(mut self) -> Self {
        self.info.gives = (204, None);
        self
    }

    #[must_use]
    pub const fn refuses(mut self, codes: &'static [Code]) -> Self {
        self.info.refuses = codes;
        self
    }
}
