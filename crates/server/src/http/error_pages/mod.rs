//! `/errors/{code}` and `/errors/DS-nn`: where the `type` of every problem and the id of every hint lead to. Made of the
//! codes and of the catalogue themselves; a program that asks for JSON gets the same texts as JSON.

mod markup;
mod page;

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::{Cause, Code, FieldCode};
use doorstep_web::ApiError;
use serde_json::{Value, json};

use crate::explain::catalogue;

/// One code or one cause. Ids are typed by hand: capitals do not matter.
pub async fn one(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let (told, page) = if let Some(cause) = Cause::from_id(&name) {
        (catalogue::to_json(cause), page::of_cause(cause))
    } else if let Some(code) = Code::ALL.iter().find(|code| name.eq_ignore_ascii_case(code.as_str())) {
        (code_json(*code), page::of_code(*code))
    } else if let Some(code) = FieldCode::ALL.iter().find(|code| name.eq_ignore_ascii_case(code.as_str())) {
        (json!({ "code": code.as_str(), "message": code.message() }), page::of_field_code(*code))
    } else {
        let unknown = ApiError::new(Code::NotFound);
        return unknown.detail("There is no error with this code. /errors lists them all.").into_response();
    };
    if wants_json(&headers) { Json(told).into_response() } else { page.into_response() }
}

/// Everything on one page.
pub async fn all(headers: HeaderMap) -> Response {
    if !wants_json(&headers) {
        return page::of_all().into_response();
    }
    let mut told = doorstep_web::openapi::error_codes();
    let cause = |cause: &Cause| json!({ "id": cause.to_string(), "title": cause.title(), "docs": format!("/errors/{cause}") });
    told["causes"] = Cause::ALL.iter().map(cause).collect();
    Json(told).into_response()
}

fn code_json(code: Code) -> Value {
    let causes: Vec<String> = catalogue::causes_of(code.as_str()).map(|cause| cause.to_string()).collect();
    json!({
        "code": code.as_str(), "status": code.status(), "title": code.title(), "description": code.description(),
        "causes": causes,
    })
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}
