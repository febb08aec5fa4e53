//! The one error of the API: a code, and what a person and a program need to act on it (RFC 9457).

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::{Code, Language, Text};
use doorstep_store::StoreError;
use serde_json::{Map, Value, json};

use crate::{FieldError, Hint, LimitKey, Reader, speaks};

/// A refused or failed request. Cheap to clone: it travels in the response's extensions to where it is rendered.
#[derive(Clone, Debug)]
pub struct ApiError(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Code,
    message: Option<Text>,
    detail: Option<String>,
    fields: Vec<(String, FieldError)>,
    headers: HeaderMap,
    cause: Option<String>,
    hint: Option<Hint>,
    limit: Option<LimitKey>,
}

impl ApiError {
    pub fn new(code: Code) -> Self {
        let mut headers = HeaderMap::new();
        if code.status() == 401 {
            // RFC 9110 §15.5.2: every 401 names a challenge; RFC 6750 §3.1 names the reason.
            let challenge = match code {
                Code::TokenExpired | Code::TokenInvalid | Code::SessionEnded => {
                    HeaderValue::from_static("Bearer realm=\"doorstep\", error=\"invalid_token\"")
                }
                _ => HeaderValue::from_static("Bearer realm=\"doorstep\""),
            };
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if code.status() == 503 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        Self(Arc::new(Inner {
            code,
            message: None,
            detail: None,
            fields: Vec::new(),
            headers,
            cause: None,
            hint: None,
            limit: None,
        }))
    }

    /// What the customer is told, where the code's title is too general.
    #[must_use]
    pub fn message(self, message: impl Into<Text>) -> Self {
        self.with(|inner| inner.message = Some(message.into()))
    }

    /// What is wrong with this very request, and what to do: for developers, in English.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        self.with(|inner| inner.detail = Some(detail.into()))
    }

    #[must_use]
    pub fn fields(self, fields: Vec<(String, FieldError)>) -> Self {
        self.with(|inner| inner.fields = fields)
    }

    #[must_use]
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|inner| {
            inner.headers.insert(name, value);
        })
    }

    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// Why, for the log only; never sent.
    #[must_use]
    pub fn cause(self, cause: &(impl std::fmt::Display + ?Sized)) -> Self {
        let cause = cause.to_string();
        self.with(|inner| inner.cause = Some(cause))
    }

    /// What the program that asks does wrong, for its developer: in the log, and in dev mode in the answer.
    #[must_use]
    pub fn because(self, hint: Hint) -> Self {
        self.with(|inner| inner.hint = Some(hint))
    }

    /// Which limit refused it, for the audit trail.
    #[must_use]
    pub fn limit(self, limit: LimitKey) -> Self {
        self.with(|inner| inner.limit = Some(limit))
    }

    pub fn refused_by(&self) -> Option<LimitKey> {
        self.0.limit
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the log says of it, once.
    pub fn logged_cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    pub fn hint(&self) -> Option<&Hint> {
        self.0.hint.as_ref()
    }

    pub fn message_text(&self) -> Text {
        self.0.message.clone().unwrap_or_else(|| self.0.code.into())
    }

    pub(crate) fn detail_text(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    pub fn field_errors(&self) -> &[(String, FieldError)] {
        &self.0.fields
    }

    /// What its answer says beside the body.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The seconds of its `Retry-After`.
    pub(crate) fn retry_seconds(&self) -> Option<u64> {
        self.0.headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(crate) fn render(&self, reader: &Reader<'_>, response: Response) -> Response {
        let body = self.problem(reader.language, reader.request_id, reader.hint);
        let (mut parts, _) = response.into_parts();
        let problem = HeaderValue::from_static("application/problem+json; charset=utf-8");
        parts.headers.insert(header::CONTENT_TYPE, problem);
        parts.headers.remove(header::CONTENT_LENGTH);
        speaks(reader.language, &mut parts.headers);
        Response::from_parts(parts, Body::from(body))
    }

    /// The body of the answer. `hint` is for dev mode only.
    pub fn problem(&self, language: Language, request_id: &str, hint: Option<&str>) -> String {
        let mut body = self.to_json(language, request_id);
        if let Some(hint) = hint {
            body["hint"] = json!(hint);
        }
        body.to_string()
    }

    fn to_json(&self, language: Language, request_id: &str) -> Value {
        let code = self.0.code;
        let link = format!("/errors/{}", code.as_str());
        let mut body = json!({
            "type": link, "title": code.title(), "status": code.status(), "code": code.as_str(),
            "message": self.message_text().in_language(language), "requestId": request_id, "docs": link,
        });
        if let Some(detail) = &self.0.detail {
            body["detail"] = json!(detail);
        }
        if !self.0.fields.is_empty() {
            let fields: Map<String, Value> =
                self.0.fields.iter().map(|(name, e)| (name.clone(), e.to_json(language))).collect();
            body["fields"] = Value::Object(fields);
        }
        body
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::new(Code::Unavailable).cause(&error),
            StoreError::SessionOver => Self::new(Code::SessionEnded),
            StoreError::Corrupt(_) | StoreError::NulInText => Self::new(Code::Internal).cause(&error),
        }
    }
}

impl IntoResponse for ApiError {
    /// Status and headers; the body is written by [`crate::render`].
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.headers_mut().extend(self.0.headers.clone());
        response.extensions_mut().insert(self);
        response
    }
}
