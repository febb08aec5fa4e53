//! `/docs`, in dev mode: Swagger UI over `/openapi.json`, out of the binary (no other host is asked for anything).

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use doorstep_base::Code;
use doorstep_web::ApiError;
use utoipa_swagger_ui::{Config, serve};

/// The viewer sets styles from its script, draws its icons from data URLs and finds its parts by a base; nothing else
/// is loosened.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
     base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
);
/// The viewer's own page is packed like its parts; this one finds them with and without a slash at the end of the address.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<base href="/docs/">
<title>The API - Doorstep</title>
<link rel="stylesheet" href="swagger-ui.css"><link rel="stylesheet" href="index.css">
<link rel="icon" type="image/png" href="favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="swagger-ui-standalone-preset.js"></script>
<script src="swagger-initializer.js"></script>
</body>
</html>
"#;

pub fn router() -> Router {
    let config = Arc::new(Config::from("/openapi.json").try_it_out_enabled(true).validator_url("none"));
    Router::new()
        .route("/docs", get(page))
        .route("/docs/", get(page))
        .route("/docs/{part}", get(async move |Path(name): Path<String>| part(&name, config)))
}

async fn page() -> Response {
    let mut response = Html(PAGE).into_response();
    response.headers_mut().extend(marks());
    response
}

fn part(name: &str, config: Arc<Config<'static>>) -> Response {
    let found = match serve(name, config) {
        Ok(Some(found)) if name != "index.html" => found,
        Ok(_) => return ApiError::new(Code::NotFound).into_response(),
        Err(error) => return ApiError::new(Code::Internal).cause(&error).into_response(),
    };
    let kind = HeaderValue::try_from(found.content_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut response = found.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    headers.extend(marks());
    headers.insert(header::CONTENT_TYPE, kind);
    if found.gzpipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn marks() -> [(HeaderName, HeaderValue); 2] {
    [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))]
}
