//! `/docs`, in dev mode: the API's routes to read and to try.

use axum::Router;

pub fn router() -> Router {
    Router::new()
}
