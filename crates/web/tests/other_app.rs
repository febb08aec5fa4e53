//! An application that knows nothing of accounts has the same guard, body, limits and document.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use doorstep_base::{Clock, Code, MasterKey, MasterKeys, Timestamp};
use doorstep_store::{AttemptLimit, Attempts, Counted, StoreResult};
use doorstep_web::{
    ApiError, App, Caller, CookieName, Credential, Fields, Guard, LimitKey, Limits, Origins, Rate, Rates,
    Reader, Route, Shares, SignedIn, WebConfig, Whose, render, router,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa::ToSchema;

struct Shop {
    web: WebConfig,
    limits: Limits,
}

#[async_trait]
impl App for Shop {
    fn web(&self) -> &WebConfig {
        &self.web
    }

    async fn signed_in(&self, _: Credential<'_>) -> Result<SignedIn, ApiError> {
        Err(Code::SessionEnded.into())
    }
}

struct Midnight;

impl Clock for Midnight {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }
}

/// Allows one attempt of each key.
#[derive(Default)]
struct Once(Mutex<Vec<[u8; 32]>>);

#[async_trait]
impl Attempts for Once {
    async fn count_attempt_if_below(&self, limits: &[AttemptLimit], _: Timestamp) -> StoreResult<Counted> {
        let mut seen = self.0.lock().unwrap();
        if let Some(first) = limits.iter().position(|limit| seen.contains(&limit.key)) {
            return Ok(Counted::Refused { retry_after: Duration::from_secs(9), first });
        }
        seen.extend(limits.iter().map(|limit| limit.key));
        Ok(Counted::Allowed { remaining: 0, reset: Duration::from_secs(9) })
    }

    async fn uncount_attempt(&self, limits: &[AttemptLimit], _: Timestamp, _: Timestamp) -> StoreResult<()> {
        self.0.lock().unwrap().retain(|key| limits.iter().all(|limit| limit.key != *key));
        Ok(())
    }
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "a schema")]
struct Wish {
    name: String,
}

async fn wish(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    fields.required_text("name", 20);
    fields.finish()?;
    shop.limits.count(&caller, Whose::Nobody).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list(_: SignedIn) -> StatusCode {
    StatusCode::NO_CONTENT
}

fn routes() -> Vec<Route<Shop>> {
    let named = &[LimitKey::SignupPerNetwork];
    let by_account = &[LimitKey::LoginPerAccount];
    vec![
        Route::new(Method::GET, "/wishes", Guard::Session, list).gives_nothing(),
        Route::new(Method::POST, "/wishes", Guard::Anybody, wish)
            .takes::<Wish>()
            .limited(named)
            .gives_nothing(),
        Route::new(Method::POST, "/unnamed", Guard::Anybody, wish).takes::<Wish>().gives_nothing(),
        Route::new(Method::POST, "/nobody", Guard::Anybody, wish).takes::<Wish>().limited(by_account),
    ]
}

fn shop() -> axum::Router {
    let rates = Rates::read(|_| Rate { limit: 1, window: Duration::from_secs(9) });
    let master = MasterKeys::new(MasterKey::new([7; 32]), None);
    let limits = Limits::new(Arc::new(Once::default()), Arc::new(Midnight), &master, rates);
    let web = WebConfig {
        origins: Origins::new(["https://shop.example".to_owned()], false),
        cookie: CookieName::HostBound,
        body_limit: 64,
        body_memory: Shares::new(0, 0),
        body_timeout: Duration::from_secs(1),
    };
    router(routes(), Arc::new(Shop { web, limits }))
}

fn posted(path: &str, body: &str) -> Request<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_owned())).unwrap()
}

/// Status and code of the answer.
async fn ask(app: &axum::Router, request: Request<Body>) -> (u16, String) {
    let response: Response = app.clone().oneshot(request).await.unwrap();
    let response = render(response, &Reader { request_id: "test", ..Reader::default() });
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn the_guard_asks_the_application_and_the_origin() {
    let app = shop();
    let get = |name, value| Request::get("/wishes").header(name, value).body(Body::empty()).unwrap();
    assert_eq!(ask(&app, get("x-none", "")).await, (401, "no_session".to_owned()));
    assert_eq!(ask(&app, get("authorization", "Bearer x")).await, (401, "session_ended".to_owned()));
    assert_eq!(ask(&app, get("cookie", "__Host-doorstep=x")).await, (401, "session_ended".to_owned()));
    assert_eq!(ask(&app, get("cookie", "doorstep=x")).await, (401, "no_session".to_owned()));
}

#[tokio::test]
async fn bodies_are_read_within_the_limit_of_the_application() {
    let app = shop();
    assert_eq!(ask(&app, posted("/wishes", "{}")).await, (400, "missing_fields".to_owned()));
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(80));
    assert_eq!(ask(&app, posted("/wishes", &long)).await, (413, "payload_too_large".to_owned()));
}

#[tokio::test]
async fn a_handler_counts_what_its_line_names_and_can_count_nothing_else() {
    let app = shop();
    let body = "{\"name\":\"a boat\"}";
    assert_eq!(ask(&app, posted("/wishes", body)).await, (204, String::new()));
    assert_eq!(ask(&app, posted("/wishes", body)).await, (429, "rate_limited".to_owned()));
    assert_eq!(ask(&app, posted("/unnamed", body)).await, (500, "internal".to_owned()));
    assert_eq!(ask(&app, posted("/nobody", body)).await, (500, "internal".to_owned()));
}

#[test]
fn the_document_says_what_the_lines_say() {
    let routes = routes();
    let document =
        doorstep_web::openapi::document(&json!({"title": "Wishes"}), routes.iter().map(|route| &route.info));
    let (get, post) = (&document["paths"]["/wishes"]["get"], &document["paths"]["/wishes"]["post"]);
    assert_eq!(post["x-limits"], "signup_per_network");
    assert_eq!(get["security"][0], json!({"bearer": []}));
    assert_eq!(document["components"]["schemas"]["Wish"]["additionalProperties"], false);
    assert_eq!(document["info"]["title"], "Wishes");
}
