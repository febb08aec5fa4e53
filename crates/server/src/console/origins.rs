//! The allowed origins, changed by a click: the same edit as `doorstep origins` makes, in force at once.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use doorstep_base::Code;
use doorstep_web::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Console;
use crate::config::Origin;
use crate::origins::{self, EditError, Edited};

#[derive(Deserialize)]
struct Named {
    origin: String,
}

pub fn shown(console: &Console) -> Value {
    let listed = console.origins.listed();
    let file = console.origins.file();
    json!({
        "own": console.origins.own(),
        "listed": listed.origins.iter().map(Origin::as_str).collect::<Vec<_>>(),
        "file": std::path::absolute(&file).unwrap_or(file),
        "overriddenBy": listed.overridden_by(),
    })
}

pub async fn allow(State(console): State<Arc<Console>>, body: Bytes) -> Result<Json<Value>, ApiError> {
    let named = named(&body)?;
    let origin: Origin = named.parse().map_err(|form| refused(format!("{named}: needs {form}")))?;
    change(&console, |file| origins::add(file, &origin))
}

pub async fn remove(State(console): State<Arc<Console>>, body: Bytes) -> Result<Json<Value>, ApiError> {
    let named = named(&body)?;
    change(&console, |file| origins::remove(file, &named))
}

fn change(
    console: &Console,
    edit: impl FnOnce(&std::path::Path) -> Result<Edited, EditError>,
) -> Result<Json<Value>, ApiError> {
    if let Some(source) = console.origins.listed().overridden_by() {
        return Err(refused(format!("{source} is set and wins over the file: change the list there.")));
    }
    edit(&console.origins.file()).map_err(|error| refused(error.to_string()))?;
    console.origins.take_up().map_err(|problems| refused(problems.to_string()))?;
    Ok(Json(shown(console)))
}

fn named(body: &[u8]) -> Result<String, ApiError> {
    serde_json::from_slice::<Named>(body)
        .map(|named| named.origin)
        .map_err(|_| refused(r#"Send {"origin": "https://shop.example"}."#.to_owned()))
}

fn refused(detail: String) -> ApiError {
    ApiError::new(Code::MalformedRequest).detail(detail)
}
