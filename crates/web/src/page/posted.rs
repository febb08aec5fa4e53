//! What a browser posted, as far as a page that shows the form again needs it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use doorstep_base::Code;
use serde_json::Value;

use super::referer::page_of;
use super::wants_page;
use crate::{ApiError, Origins};

/// Longer values than anybody types are not given back: a small request must not make a large answer.
const LONGEST_VALUE: usize = 1000;

/// Answers of a server that has too much to do already, or that answers too late: the small page of its own is enough
/// there, for which no file is read.
const WITHOUT_SHOP_PAGE: [Code; 4] = [Code::Busy, Code::RateLimited, Code::Unavailable, Code::Timeout];

/// A form that a browser posted by itself. Clones are handles on one: the front makes it, the reader of the body
/// ([`crate::Fields`]) notes in it which fields the route asks for, and the answer is made of it.
#[derive(Clone, Debug)]
pub struct PostedForm(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: String,
    /// A page of the shop has sent it. What the page of a stranger posts is not shown as if the customer had typed it.
    is_own: bool,
    /// The path of the page that it says it comes from.
    page: Option<String>,
    inputs: Mutex<Vec<Input>>,
}

/// A field that the route asks for, and what was typed into it, unless that is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub name: &'static str,
    /// What the form calls it.
    pub posted: &'static str,
    pub value: Option<String>,
}

impl PostedForm {
    /// The form of a request to `path`, where a person looks at the raw answer.
    pub fn of(method: &Method, path: &str, headers: &HeaderMap, origins: &Origins) -> Option<Self> {
        let of = || Self::new(path, origins.check(headers).is_ok(), page_of(headers));
        wants_page(method, headers).then(of)
    }

    fn new(path: &str, is_own: bool, page: Option<String>) -> Self {
        let path = path.trim_end_matches('/').to_owned();
        let page = page.filter(|page| page.len() <= LONGEST_VALUE);
        Self(Arc::new(Inner { path, is_own, page, inputs: Mutex::default() }))
    }

    /// Where it was posted to.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    pub fn page(&self) -> Option<&str> {
        self.0.page.as_deref()
    }

    pub fn is_own(&self) -> bool {
        self.0.is_own
    }

    /// Whether a page of the shop is looked for, to show this answer on it.
    pub fn wants_shop_page(&self, answered: &Response) -> bool {
        let (status, error) = (answered.status(), answered.extensions().get::<ApiError>());
        let is_refused = status.is_client_error() || status.is_server_error();
        self.is_own() && is_refused && error.is_none_or(|error| !WITHOUT_SHOP_PAGE.contains(&error.code()))
    }

    /// Notes a field that a route knows. Fields that none asks for are never given back.
    pub(crate) fn note(&self, name: &'static str, posted: &'static str, value: Option<&Value>) {
        let value = value.and_then(Value::as_str).filter(|text| {
            self.0.is_own && !is_secret(name) && text.chars().take(LONGEST_VALUE + 1).count() <= LONGEST_VALUE
        });
        let mut inputs = self.0.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        if !inputs.iter().any(|input| input.name == name) {
            inputs.push(Input { name, posted, value: value.map(str::to_owned) });
        }
    }

    pub(super) fn inputs(&self) -> Vec<Input> {
        self.0.inputs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Passwords and tokens are kept nowhere, not even for the length of a request, and are never sent back.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "token", "secret"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
impl PostedForm {
    /// One that a page of the shop has sent.
    pub(super) fn own(path: &str, inputs: &[(&'static str, &str)]) -> Self {
        let form = Self::new(path, true, Some("/join".to_owned()));
        for (name, value) in inputs {
            form.note(name, name, Some(&Value::from(*value)));
        }
        form
    }

    pub(super) fn foreign(path: &str, inputs: &[(&'static str, &str)]) -> Self {
        let form = Self::new(path, false, None);
        for (name, value) in inputs {
            form.note(name, name, Some(&Value::from(*value)));
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    #[test]
    fn secrets_and_what_is_too_long_are_not_kept() {
        let long = "x".repeat(LONGEST_VALUE + 1);
        let given = [
            ("email", "ada@example.com"),
            ("password", "c4nary"),
            ("deviceToken", "c4nary"),
            ("name", &long),
        ];
        let form = PostedForm::own("/api/login/", &given);
        let kept: Vec<_> = form.inputs().into_iter().map(|input| (input.name, input.value)).collect();
        let email = Some("ada@example.com".to_owned());
        assert_eq!(kept, [("email", email), ("password", None), ("deviceToken", None), ("name", None)]);
        assert_eq!(form.path(), "/api/login");
        assert!(!format!("{form:?}").contains("c4nary"));
    }

    #[test]
    fn what_a_strangers_page_posts_is_not_kept() {
        let form = PostedForm::foreign("/api/login", &[("email", "mallory@example.com")]);
        assert_eq!(form.inputs(), [Input { name: "email", posted: "email", value: None }]);
    }

    #[test]
    fn no_file_is_read_where_the_server_has_too_much_to_do() {
        let own = PostedForm::own("/api/signup", &[]);
        for (code, is_wanted) in [
            (Code::InvalidFields, true),
            (Code::EmailTaken, true),
            (Code::Internal, true),
            (Code::Busy, false),
            (Code::RateLimited, false),
            (Code::Unavailable, false),
            (Code::Timeout, false),
        ] {
            assert_eq!(own.wants_shop_page(&ApiError::new(code).into_response()), is_wanted, "{code:?}");
        }
        assert!(!own.wants_shop_page(&().into_response()));
    }

    #[test]
    fn no_file_is_read_for_the_form_of_a_stranger() {
        let refused = ApiError::new(Code::CsrfRefused).into_response();
        assert!(!PostedForm::foreign("/api/signup", &[]).wants_shop_page(&refused));
    }
}
