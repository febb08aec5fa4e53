//! `/docs`, in dev mode: Swagger UI over `/openapi.json`, out of the binary (no other host is asked for anything).

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use doorstep_base::Code;
use doorstep_web::ApiError;

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
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="swagger-ui-standalone-preset.js"></script>
<script src="start.js"></script>
</body>
</html>
"#;

const START: &str = r##"window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: "StandaloneLayout",
    tryItOutEnabled: true,
    validatorUrl: "none",
  });
};
"##;

/// A part of the viewer, as build.rs packed it.
macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")).as_slice()
    };
}

pub fn router() -> Router {
    Router::new().route("/docs", get(page)).route("/docs/", get(page)).route("/docs/{part}", get(part))
}

async fn page() -> Response {
    (marks(), Html(PAGE)).into_response()
}

async fn part(Path(name): Path<String>) -> Response {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    const STYLE: &str = "text/css; charset=utf-8";
    let (kind, packed) = match name.as_str() {
        "start.js" => return (marks(), [(header::CONTENT_TYPE, SCRIPT)], START).into_response(),
        "index.css" => (STYLE, packed!("index.css")),
        "swagger-ui.css" => (STYLE, packed!("swagger-ui.css")),
        "swagger-ui-bundle.js" => (SCRIPT, packed!("swagger-ui-bundle.js")),
        "swagger-ui-standalone-preset.js" => (SCRIPT, packed!("swagger-ui-standalone-preset.js")),
        _ => return ApiError::new(Code::NotFound).into_response(),
    };
    (marks(), [(header::CONTENT_TYPE, kind), (header::CONTENT_ENCODING, "gzip")], packed).into_response()
}

fn marks() -> [(HeaderName, HeaderValue); 2] {
    [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))]
}
