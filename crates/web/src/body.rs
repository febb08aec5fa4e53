//! Reads a request's body into [`Fields`], whatever its type, or says why it cannot.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use doorstep_base::{Code, Sentence};
use http_body_util::BodyExt;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::body_memory::{Arriving, OWN};
use crate::route::RouteRules;
use crate::{ApiError, App, Client, Fields, NoneLeft, PostedForm, Share, WebConfig, charset, hints};

impl<S: App> FromRequest<Arc<S>> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<S>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let takes_form = parts.extensions.get::<RouteRules>().is_some_and(|rules| rules.takes_form);
        let is_form = is_form(&parts.headers, takes_form)?;
        refuse_encoded(&parts.headers)?;
        // One network has its share; a proxy that does not say for whom it asks has all of them.
        let client =
            parts.extensions.get::<Arc<Client>>().filter(|client| !client.is_proxy && !client.is_exempt);
        let memory = state.web().body_memory.share_of(client.map(|client| client.network.as_str()));
        let arrived = read(body, memory, state.web()).await?;
        let form = parts.extensions.get::<PostedForm>().cloned();
        read_pairs(arrived.as_bytes(), is_form).map(|pairs| Self::new(pairs, is_form).noted_in(form))
    }
}

/// `None` for a request without a body that says nothing of one.
impl<S: App> OptionalFromRequest<Arc<S>> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<S>) -> Result<Option<Self>, ApiError> {
        let has_none =
            request.body().is_end_stream() && !request.headers().contains_key(header::CONTENT_TYPE);
        match has_none {
            true => Ok(None),
            false => <Self as FromRequest<Arc<S>>>::from_request(request, state).await.map(Some),
        }
    }
}

fn is_form(headers: &HeaderMap, takes_form: bool) -> Result<bool, ApiError> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Ok(false),
        "application/x-www-form-urlencoded" if takes_form => Ok(true),
        _ => {
            let sent = if essence.is_empty() {
                "The request has no Content-Type.".to_owned()
            } else {
                format!("You sent {}.", told(&essence))
            };
            let also = if takes_form { ", or application/x-www-form-urlencoded" } else { "" };
            Err(ApiError::new(Code::UnsupportedMediaType)
                .detail(format!("{sent} Set the header Content-Type: application/json{also}."))
                .because(hints::media_type(&essence)))
        }
    }
}

/// A packed body would be read as it is, and refused as if it were no JSON.
fn refuse_encoded(headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or_default().trim());
    match given {
        None | Some("" | "identity") => Ok(()),
        Some(coding) => Err(ApiError::new(Code::UnsupportedMediaType)
            .detail(format!(
                "The body has Content-Encoding: {}. Send it as it is, without that header.",
                told(coding)
            ))
            .header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))),
    }
}

fn told(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).take(60).collect()
}

/// Reads a body whole, or says why not. What is not read of it the connection reads off (`http::linger` of the server).
async fn read(body: Body, memory: Share, config: &WebConfig) -> Result<Arriving, ApiError> {
    let limit = config.body_limit;
    // The head may say it: then nothing is read, and a client that waits for `100 Continue` sends nothing.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large(limit));
    }
    let arrived = tokio::time::timeout(config.body_timeout, collect(body, memory, config));
    arrived.await.unwrap_or_else(|_| {
        let hint = hints::too_slow(config.body_timeout);
        Err(ApiError::new(Code::RequestTimeout).because(hint))
    })
}

async fn collect(mut body: Body, memory: Share, config: &WebConfig) -> Result<Arriving, ApiError> {
    let mut arriving = Arriving::new(memory);
    while let Some(frame) = body.frame().await {
        let broken = |_| ApiError::new(Code::MalformedBody).detail("The body broke off before its end.");
        // What is no data are trailers: nobody asked for them.
        let Ok(piece) = frame.map_err(broken)?.into_data() else { continue };
        if arriving.len() + piece.len() > config.body_limit {
            return Err(too_large(config.body_limit));
        }
        arriving.add(&piece).map_err(no_room)?;
    }
    Ok(arriving)
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(Code::PayloadTooLarge)
        .detail(format!("At most {limit} bytes are read."))
        .because(hints::too_large(limit))
}

fn no_room(_: NoneLeft) -> ApiError {
    metrics::counter!("doorstep_bodies_refused_total").increment(1);
    ApiError::new(Code::Busy).message(Sentence::LargeRequests).detail(format!(
        "Requests of up to {OWN} bytes are still taken. Nothing was changed: send this one again."
    ))
}

/// The fields of a JSON object or a form, in order, duplicates included.
pub fn read_pairs(bytes: &[u8], is_form: bool) -> Result<Vec<(String, Value)>, ApiError> {
    let bytes = charset::without_mark(bytes);
    if let Some(charset) = charset::foreign(bytes) {
        let detail = format!("The body is not UTF-8: it looks like {charset}. Send UTF-8.");
        return Err(ApiError::new(Code::MalformedBody).detail(detail));
    }
    if is_form { read_form(bytes) } else { read_json(bytes) }
}

fn read_form(bytes: &[u8]) -> Result<Vec<(String, Value)>, ApiError> {
    // Read as a form it were one field with everything in its name, the password too.
    if bytes.trim_ascii_start().starts_with(b"{\"") {
        let hint = hints::json_as_form();
        return Err(ApiError::new(Code::MalformedBody).detail(hint.text.clone()).because(hint));
    }
    form_urlencoded::parse(bytes)
        .map(|(name, value)| {
            // The decoder puts U+FFFD where the bytes were not UTF-8: such a password would be another one.
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                return Err(ApiError::new(Code::MalformedBody).detail("The form is not UTF-8."));
            }
            Ok((name.into_owned(), Value::String(value.into_owned())))
        })
        .collect()
}

fn read_json(bytes: &[u8]) -> Result<Vec<(String, Value)>, ApiError> {
    serde_json::from_slice::<Pairs>(bytes).map(|pairs| pairs.0).map_err(|error| {
        let malformed = ApiError::new(Code::MalformedBody).because(hints::unreadable_json(bytes));
        // The parser's own words may quote the body, and with it a password: only the place is told.
        if bytes.is_empty() {
            malformed.detail("The body is empty. Send a JSON object.")
        } else if bytes.starts_with(b"[object Object]") {
            malformed.detail("The body is \"[object Object]\": wrap it in JSON.stringify.")
        } else if error.is_data() {
            malformed.detail("Send one JSON object, like {\"email\": \"name@example.com\"}.")
        } else {
            malformed.detail(format!(
                "This is not JSON: reading stopped at line {} column {}.",
                error.line(),
                error.column()
            ))
        }
    })
}

/// A JSON object as it was written. A map would silently keep the last of two equal names.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_bodies_are_refused_without_quoting_them() {
        for bad in [
            &b""[..],
            b"[object Object]",
            b"{",
            b"[]",
            b"\"hunter2hunter2\"",
            b"{\"a\":}",
            b"{\"a\":1}x",
            b"\xff\xfe",
            b"{\"a\":\"\\ud800\"}",
            "[".repeat(100_000).as_bytes(),
            format!("{{\"a\":{}", "[".repeat(100_000)).as_bytes(),
        ] {
            let error = read_pairs(bad, false).unwrap_err();
            assert_eq!(error.code(), Code::MalformedBody);
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        assert!(read_pairs(b"password=%ff%fe", true).is_err());
    }

    #[test]
    fn a_mark_of_utf_8_is_passed_over_and_other_charsets_are_named() {
        assert_eq!(read_pairs(b"\xef\xbb\xbf{\"a\":1}", false).unwrap().len(), 1);
        assert_eq!(read_pairs(b"\xef\xbb\xbfa=1", true).unwrap()[0].0, "a");
        for (bytes, named) in [(&b"{\"a\":\"Jos\xe9\"}"[..], "Latin-1"), (b"\xff\xfe{\0}\0", "UTF-16")] {
            let error = read_pairs(bytes, false).unwrap_err();
            assert!(format!("{error:?}").contains(named), "{error:?}");
        }
    }

    #[test]
    fn equal_names_are_all_kept() {
        assert_eq!(read_pairs(b"{\"a\":1,\"a\":2}", false).unwrap().len(), 2);
        assert_eq!(read_pairs(b"a=1&a=2", true).unwrap().len(), 2);
    }
}
