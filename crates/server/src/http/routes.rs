//! Every path that this server has: the API's own (`account::router`), and what belongs to the server.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use doorstep_base::Code;
use doorstep_store::Store;
use doorstep_web::ApiError;

use super::assets::Assets;
use super::{EchoConfig, echo, error_pages, explorer, health};

pub struct RoutesConfig {
    pub is_dev: bool,
    /// In dev mode only.
    pub echo: Option<EchoConfig>,
    pub static_dir: Option<PathBuf>,
}

/// `/healthz` and `/readyz`. They are on the metrics listener too, where they wait behind no customer's connection.
pub fn health_routes(store: Arc<dyn Store>) -> Router {
    Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready).with_state(store))
}

/// The routes, with an answer for every other path.
pub fn routes(config: &RoutesConfig, api: Router, store: Arc<dyn Store>) -> Router {
    let openapi = doorstep_account::openapi().to_string();
    let router = api
        .merge(health_routes(store))
        .route(
            "/openapi.json",
            get(move || async { ([(header::CONTENT_TYPE, "application/json")], openapi) }),
        )
        .route("/errors", get(error_pages::all))
        .route("/errors/{code}", get(error_pages::one));
    let router = if config.is_dev { router.merge(explorer::router()) } else { router };
    let router = match &config.echo {
        Some(config) => router.merge(echo::router(config.clone())),
        None => router,
    };
    match &config.static_dir {
        Some(folder) => router.fallback_service(Assets::new(folder)),
        None => router.fallback(async || ApiError::new(Code::NotFound).into_response()),
    }
}
