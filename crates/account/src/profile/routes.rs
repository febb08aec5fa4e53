//! `GET /api/session`, `GET|PATCH|DELETE /api/user`, `POST /api/user/password`, `GET /api/user/export`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::{Code, Sentence, Text};
use doorstep_store::Customer;
use doorstep_web::{ApiError, Caller, Credential, Fields, SignedIn, speaks};
use serde::Serialize;
use utoipa::ToSchema;

use super::UserView;
use super::password::{Asking, PasswordForm};
use crate::Account;
use crate::password::Password;
use crate::sessions::Welcome;
use crate::sessions::routes::gone;

#[derive(Serialize, ToSchema)]
pub struct UserAnswer {
    pub user: UserView,
}

/// The customer who asks, as `user` and once more beside it, where most tutorials read the fields. Only those that every
/// customer has: one that a shop adds could stand in front of another.
#[derive(Serialize, ToSchema)]
pub struct CurrentUser {
    pub user: UserView,
    #[serde(flatten)]
    pub fields: UserView,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `Profile::read_change` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct ProfileRequest {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: Option<String>,
    /// With country code, or as it is written in the country of the locale or of `phone.region`; null removes it.
    #[schema(pattern = r"^\s*$|^\+[1-9][0-9]{6,14}$")]
    phone: Option<String>,
    /// A language tag like `de-AT`; null removes it.
    #[schema(pattern = r"^\s*$|^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
    locale: Option<String>,
    /// Gives consent to marketing, or withdraws it.
    marketing_consent: Option<bool>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `PasswordForm::read` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct PasswordRequest {
    #[schema(min_length = 1)]
    current_password: String,
    #[schema(min_length = 8, max_length = 256)]
    new_password: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `erase` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct EraseRequest {
    #[schema(min_length = 1)]
    current_password: String,
}

/// Who is signed in, if anybody.
#[derive(Serialize, ToSchema)]
pub struct WhoAnswer {
    pub user: Option<UserView>,
    /// Why nobody is: `no_session`, or `session_ended` when the request carries a session that is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
}

pub async fn read(who: SignedIn) -> Response {
    let etag = etag(&who.customer);
    let user = UserView::new(who.customer);
    ([(header::ETAG, etag)], Json(CurrentUser { fields: user.clone(), user })).into_response()
}

/// The question of every page that loads. A visitor is no failure: browsers write every 401 into the console.
pub async fn read_session(
    State(account): State<Arc<Account>>,
    headers: HeaderMap,
    who: Result<SignedIn, ApiError>,
) -> Result<Response, ApiError> {
    let nobody = |code: Code| Json(WhoAnswer { user: None, code: Some(code.as_str()) }).into_response();
    match who {
        Ok(who) => {
            let etag = etag(&who.customer);
            let body = WhoAnswer { user: Some(UserView::new(who.customer)), code: None };
            Ok(([(header::ETAG, etag)], Json(body)).into_response())
        }
        Err(error) if error.code() == Code::NoSession => {
            let mut response = nobody(Code::NoSession);
            if let Some(hint) = error.hint() {
                response.extensions_mut().insert(hint.clone());
            }
            Ok(response)
        }
        Err(error) if error.code() == Code::SessionEnded => {
            let mut response = nobody(Code::SessionEnded);
            if is_of_no_use(&account, &headers).await {
                let cleared = account.config.web.cookie.clear();
                response.headers_mut().extend(cleared.map(|cleared| (header::SET_COOKIE, cleared)));
            }
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// Whether the cookie holds what this database gave out and nobody needs any more. What it never knew is another server's, and
/// stays where it is.
async fn is_of_no_use(account: &Account, headers: &HeaderMap) -> bool {
    let Ok(cookies @ Credential::Cookies(_)) = Credential::read(headers, account.config.web.cookie) else {
        return false;
    };
    // Of several the customer's own may be one that was not looked at.
    if matches!(&cookies, Credential::Cookies(texts) if texts.len() > 1) {
        return false;
    }
    let found = account.checker.find(&cookies).await;
    found.is_ok_and(|found| found.is_some_and(|found| !account.profile.may_be_repeated_with(&found.session)))
}

pub async fn update(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let change = account.profile.read_change(&mut fields, &who.customer);
    fields.finish()?;
    let expected = expected_version(&headers, who.customer.version)?;
    account.profile.update(&caller, &who, change, expected).await.map(answer)
}

pub async fn change_password(
    State(account): State<Arc<Account>>,
    caller: Caller,
    asking: Asking,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let form = PasswordForm::read(&mut fields);
    let changed = caller.carry_out(move |caller| async move {
        let changed = account.profile.change_password(&caller, asking, form, fields).await?;
        let (etag, mut session) = (etag(&changed.customer), changed.session);
        let cookies = session.cookie.take().into_iter().chain(changed.device.cookie);
        let cookies: Vec<_> = cookies.map(|cookie| (header::SET_COOKIE, cookie)).collect();
        let language = caller.language();
        let message = Text::from(Sentence::PasswordChanged).in_language(language).into_owned();
        let user = UserView::new(changed.customer);
        let body = Welcome { message, user, device_token: changed.device.token, session };
        let mut response = ([(header::ETAG, etag)], Json(body)).into_response();
        speaks(language, response.headers_mut());
        response.headers_mut().extend(cookies);
        if let Some(hint) = changed.hint {
            response.extensions_mut().insert(hint);
        }
        Ok(response)
    });
    changed.await
}

pub async fn erase(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let password = Password::new(fields.required_raw_text("currentPassword"));
    fields.finish()?;
    let erased = caller.carry_out(move |caller| async move {
        account.profile.erase(&caller, &who, password).await?;
        let mut response = gone(&account, &who);
        let device = account.door.forgotten_device(&who);
        response.headers_mut().extend(device.map(|cookie| (header::SET_COOKIE, cookie)));
        Ok(response)
    });
    erased.await
}

pub async fn export(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
) -> Result<Response, ApiError> {
    let document = account.profile.export(&caller, who).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"my-data.json\"")),
    ];
    Ok((headers, document).into_response())
}

fn answer(customer: Customer) -> Response {
    ([(header::ETAG, etag(&customer))], Json(UserAnswer { user: UserView::new(customer) })).into_response()
}

fn etag(customer: &Customer) -> String {
    format!("\"{}\"", customer.version)
}

/// The version that `If-Match` names (RFC 9110 §13.1.1), or `None` without the header or with `*`.
fn expected_version(headers: &HeaderMap, current: i64) -> Result<Option<i64>, ApiError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let value = value.to_str().unwrap_or_default().trim();
    if value == "*" {
        return Ok(None);
    }
    let tags = value.split(',').map(|tag| {
        let tag = tag.trim();
        // Weak tags and tags of others are well-formed, but match nothing.
        let opaque = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
        Some(if tag.starts_with("W/") { -1 } else { opaque.parse::<i64>().unwrap_or(-1) })
    });
    let Some(versions) = tags.collect::<Option<Vec<i64>>>() else {
        return Err(ApiError::new(Code::MalformedRequest)
            .detail("If-Match: send the ETag of GET /api/user as it came, with its quotes."));
    };
    if versions.contains(&current) { Ok(Some(current)) } else { Err(Code::ChangedMeanwhile.into()) }
}
