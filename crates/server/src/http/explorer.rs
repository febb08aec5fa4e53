//! `/docs`, in dev mode: Swagger UI over `/openapi.json`, out of the binary (no other host is asked for anything).

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use doorstep_account::http::ApiError;
use doorstep_base::Code;
use utoipa_swagger_ui::{Config, serve};

/// The viewer sets styles from its script, draws its icons from data URLs and finds its parts by a base; nothing else
/// is loosened.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
     base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
);
/// The page asks for its parts by names beside it: they must be found with and without the slash at the end.
const BASE: &str = "<head>";
const BASE_WITH_FOLDER: &str = "<head><base href=\"/docs/\">";

pub fn router() -> Router {
    let config = Arc::new(Config::from("/openapi.json").try_it_out_enabled(true).validator_url("none"));
    let (index, slash) = (config.clone(), config.clone());
    Router::new()
        .route("/docs", get(async move || file("", index)))
        .route("/docs/", get(async move || file("", slash)))
        .route("/docs/{file}", get(async move |Path(name): Path<String>| file(&name, config)))
}

fn file(name: &str, config: Arc<Config<'static>>) -> Response {
    let found = match serve(name, config) {
        Ok(Some(found)) => found,
        Ok(None) => return ApiError::new(Code::NotFound).into_response(),
        Err(error) => return ApiError::new(Code::Internal).cause(&error).into_response(),
    };
    let kind = HeaderValue::try_from(found.content_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let is_page = kind.as_bytes().starts_with(b"text/html");
    let bytes = if is_page {
        String::from_utf8_lossy(&found.bytes).replacen(BASE, BASE_WITH_FOLDER, 1).into_bytes()
    } else {
        found.bytes.into_owned()
    };
    let mut response = bytes.into_response();
    response.headers_mut().extend([
        (
            header::CONTENT_TYPE,
            if is_page { HeaderValue::from_static("text/html; charset=utf-8") } else { kind },
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ]);
    response
}
