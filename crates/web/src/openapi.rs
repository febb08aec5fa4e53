//! The OpenAPI document and the list of error codes, made of tables of routes and of the codes.

use std::collections::BTreeMap;

use doorstep_base::{Code, FieldCode};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::{CookieName, Guard, LimitKey, RouteInfo};

/// A named schema with those that it refers to.
pub struct SchemaOf {
    name: String,
    all: Vec<(String, RefOr<Schema>)>,
}

/// Called when somebody asks for the document: most programs never do.
pub type MakesSchema = fn() -> SchemaOf;

impl SchemaOf {
    pub fn new<T: ToSchema>() -> Self {
        let name = T::name().into_owned();
        let mut all = vec![(name.clone(), T::schema())];
        T::schemas(&mut all);
        Self { name, all }
    }

    fn into_json(self) -> impl Iterator<Item = (String, Value)> {
        self.all.into_iter().map(|(name, schema)| (name, json!(schema)))
    }

    fn reference(&self) -> Value {
        json!({ "$ref": format!("#/components/schemas/{}", self.name) })
    }
}

/// RFC 9457, as this server fills it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `ApiError` writes")]
#[schema(rename_all = "camelCase")]
struct Problem {
    r#type: String,
    title: String,
    status: u16,
    /// One of `api/error-codes.json`. Treat an unknown one by its status.
    code: String,
    /// For the customer, in the language that `Accept-Language` asks for: en, de, fr, es or ar (`Content-Language` says which).
    message: String,
    /// For the developer, in English, as `title` is.
    detail: Option<String>,
    fields: Option<BTreeMap<String, FieldProblem>>,
    /// In dev mode, where the server knows what the program that asks does wrong: the id in the catalogue of connection
    /// failures (`DS-01`, explained at `/errors/DS-01`), the cause and what to do.
    hint: Option<String>,
    request_id: String,
    docs: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `FieldError` writes")]
struct FieldProblem {
    code: String,
    /// In the language of the problem's `message`.
    message: String,
}

/// The OpenAPI 3.1 document. `info` says what it is about.
pub fn document<'a>(info: &Value, routes: impl IntoIterator<Item = &'a RouteInfo>) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: BTreeMap<String, Value> = SchemaOf::new::<Problem>().into_json().collect();
    for route in routes {
        let methods = paths.entry(route.path).or_insert_with(|| json!({}));
        methods[route.method.as_str().to_ascii_lowercase()] = operation(route);
        let given = route.gives.1.iter().chain(route.or_gives.iter().map(|(_, schema)| schema));
        schemas.extend(given.flat_map(|schema| schema().into_json()));
        for (name, mut schema) in route.takes.iter().flat_map(|schema| schema().into_json()) {
            // Unknown fields are refused.
            schema["additionalProperties"] = json!(false);
            schemas.insert(name, schema);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": info,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": CookieName::HostBound.to_string() },
            },
        },
    })
}

fn operation(route: &RouteInfo) -> Value {
    let mut operation = json!({ "summary": route.summary, "operationId": operation_id(route), "responses": responses(route) });
    let mut parameters: Vec<Value> = Vec::new();
    if route.path.contains("{id}") {
        parameters.push(json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } }));
    }
    for (place, name) in [("header", route.header), ("query", route.query)] {
        parameters.extend(name.map(
            |name| json!({ "name": name, "in": place, "required": false, "schema": { "type": "string" } }),
        ));
    }
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(schema) = &route.takes {
        let mut content = json!({ "application/json": { "schema": schema().reference() } });
        if route.takes_form {
            content["application/x-www-form-urlencoded"] = json!({ "schema": schema().reference() });
        }
        operation["requestBody"] = json!({ "required": !route.or_session, "content": content });
    }
    if route.guard == Guard::Session {
        operation["security"] = json!([{ "bearer": [] }, { "cookie": [] }]);
    }
    if route.or_session {
        operation["security"] = json!([{ "bearer": [] }, { "cookie": [] }, {}]);
    }
    if !route.limits.is_empty() {
        let names: Vec<&str> = route.limits.iter().copied().map(LimitKey::name).collect();
        operation["x-limits"] = json!(names.join(", "));
    }
    operation
}

/// `POST /api/user/addresses` → `postUserAddresses`.
fn operation_id(route: &RouteInfo) -> String {
    let words = route.path.split(['/', '.', '-', '{', '}']).filter(|word| !word.is_empty() && *word != "api");
    let capitalised = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
    route.method.as_str().to_ascii_lowercase() + &capitalised.collect::<String>()
}

fn responses(route: &RouteInfo) -> Value {
    let mut responses: BTreeMap<String, Value> = BTreeMap::new();
    let (status, schema) = &route.gives;
    let success = |schema: &MakesSchema| json!({ "description": "Success", "content": { "application/json": { "schema": schema().reference() } } });
    let nothing = || json!({ "description": "Success, without a body" });
    responses.insert(status.to_string(), schema.as_ref().map_or_else(nothing, success));
    responses.extend(route.or_gives.iter().map(|(status, schema)| (status.to_string(), success(schema))));
    if route.takes_form {
        responses.insert(
            "303".to_owned(),
            json!({ "description": "Success of a form that a browser posted by itself" }),
        );
    }
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in refusals(route) {
        by_status.entry(code.status()).or_default().push(code.as_str());
    }
    let problem =
        json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
    for (status, codes) in by_status {
        let description = codes.join(", ");
        responses.insert(status.to_string(), json!({ "description": description, "content": problem }));
    }
    json!(responses)
}

/// What the route names itself, and what everything like it can refuse.
fn refusals(route: &RouteInfo) -> Vec<Code> {
    let mut codes = vec![Code::MalformedRequest, Code::Internal, Code::Unavailable, Code::Timeout];
    if route.guard == Guard::Session || route.or_session {
        codes.extend([Code::NoSession, Code::SessionEnded, Code::TokenExpired, Code::TokenInvalid]);
    }
    if route.guard == Guard::Session || route.or_session || route.takes_form {
        codes.push(Code::CsrfRefused);
    }
    if route.takes.is_some() {
        codes.extend([Code::MalformedBody, Code::MissingFields, Code::RequestTimeout]);
        codes.extend([Code::PayloadTooLarge, Code::UnsupportedMediaType, Code::Busy]);
    }
    codes.extend(route.refuses);
    codes.sort_by_key(|code| (code.status(), code.as_str()));
    codes.dedup();
    codes
}

/// Every code, for the clients' types and for people.
pub fn error_codes() -> Value {
    let code = |code: &Code| json!({ "code": code.as_str(), "status": code.status(), "title": code.title(), "description": code.description() });
    let field = |code: &FieldCode| json!({ "code": code.as_str(), "message": code.message() });
    json!({
        "codes": Code::ALL.iter().map(code).collect::<Vec<_>>(),
        "fieldCodes": FieldCode::ALL.iter().map(field).collect::<Vec<_>>(),
    })
}
