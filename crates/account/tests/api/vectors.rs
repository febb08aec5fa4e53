//! `clients/vectors`: what the client kits are tested with must be what the server really says.

use std::path::Path;

use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Visitor, app, sign_up};

fn vectors(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/vectors").join(name);
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

/// The answer that stands in a vector: its status, its code and the code of each field.
fn written(answer: &Value) -> (u64, Value, Value) {
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap_or(Value::Null);
    codes(answer["status"].as_u64().unwrap(), &body)
}

fn codes(status: u64, body: &Value) -> (u64, Value, Value) {
    let fields = body["fields"].as_object().cloned().unwrap_or_default();
    let fields = fields.iter().map(|(name, field)| (name.clone(), field["code"].clone())).collect();
    (status, body["code"].clone(), Value::Object(fields))
}

fn real(answer: &Answer) -> (u64, Value, Value) {
    let body = if answer.text.is_empty() { Value::Null } else { answer.json() };
    codes(u64::from(answer.status), &body)
}

#[tokio::test]
async fn answers_with_a_request_are_what_the_server_answers() {
    let app = app().await;
    let mut count = 0;
    for vector in vectors("answers.json") {
        let Some(request) = vector["request"].as_object() else { continue };
        let headers = request["headers"].as_object().unwrap();
        let content_type = headers.get("content-type").and_then(Value::as_str).unwrap_or_default();
        let visitor = match headers.get("authorization").and_then(Value::as_str) {
            Some(header) => Visitor::new(&app).with("authorization", header),
            None => Visitor::new(&app),
        };
        let body = request.get("body").and_then(Value::as_str).unwrap_or_default();
        let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        let answer = visitor.raw(method, path, content_type, body).await;
        assert_eq!(real(&answer), written(&vector["answer"]), "{}: {}", vector["name"], answer.text);
        assert_eq!(answer.header("content-type"), vector["answer"]["headers"]["content-type"].as_str());
        count += 1;
    }
    assert!(count >= 9, "{count} of the answers have a request");
}

#[tokio::test]
async fn typed_inputs_get_the_verdict_of_their_vector() {
    let app = app().await;
    let mut count = 0;
    for vector in vectors("inputs.json").iter().filter(|vector| vector["field"] != "phone") {
        let field = vector["field"].as_str().unwrap();
        let body = with_input(field, &vector["sent"]);
        let answer = Visitor::new(&app).post("/api/signup", body.clone()).await;
        judge(vector, &answer, 201);
        if answer.status == 201 {
            leave(&app, &answer, &body["password"]).await;
        }
        count += 1;
    }
    assert!(count >= 40, "{count} of a sign-up");
}

#[tokio::test]
async fn typed_phones_get_the_verdict_of_their_vector() {
    let app = app().await;
    let customer = sign_up(&app, "token").await;
    let mut count = 0;
    for vector in vectors("inputs.json").iter().filter(|vector| vector["field"] == "phone") {
        let change = json!({"phone": vector["sent"], "locale": vector["locale"]});
        let answer = customer.visitor(&app).patch("/api/user", change).await;
        judge(vector, &answer, 200);
        if answer.status == 200 {
            assert_eq!(answer.json()["user"]["phone"], vector["stored"]);
        }
        count += 1;
    }
    assert!(count >= 10, "{count} phones");
}

fn judge(vector: &Value, answer: &Answer, taken: u16) {
    let field = vector["field"].as_str().unwrap();
    let code = if answer.status == taken { Value::Null } else { real(answer).2[field].clone() };
    assert_eq!(code, vector["code"], "{}: {}", vector["sent"], answer.text);
    if vector["message"].is_string() {
        assert_eq!(answer.json()["fields"][field]["message"], vector["message"]);
    }
}

fn with_input(field: &str, text: &Value) -> Value {
    let mut body = json!({"name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD});
    body[field] = text.clone();
    body
}

/// Deletes the account, so that the next vector may use the address.
async fn leave(app: &TestApp, welcome: &Answer, password: &Value) {
    let visitor = Visitor::new(app).bearer(welcome.json()["token"].as_str().unwrap());
    visitor.delete_with("/api/user", json!({"currentPassword": password})).await.expect(204);
}

#[tokio::test]
async fn real_session_vectors_are_replayed() {
    let mut count = 0;
    for vector in vectors("session.json") {
        if vector["real"] != true {
            continue;
        }
        let app = app().await;
        let session = sign_up(&app, "token").await;
        let customer = session.visitor(&app);
        for step in vector["steps"].as_array().unwrap() {
            if step["before"] == "end the session elsewhere" {
                end_elsewhere(&app).await;
            }
            let answer = match step["call"].as_str().unwrap() {
                "signUp" => continue,
                "refresh" => customer.get("/api/session").await,
                "addresses" => customer.get("/api/user/addresses").await,
                "logout" => customer.post_nothing("/api/logout").await,
                "deleteAccount" => {
                    customer.delete_with("/api/user", json!({"currentPassword": PASSWORD})).await
                }
                other => panic!("no such call: {other}"),
            };
            assert_eq!(real(&answer), written(&step["answer"]), "{}: {}", vector["name"], answer.text);
        }
        count += 1;
    }
    assert!(count >= 5, "{count} are real");
}

/// Another device of the customer ends all sessions but its own.
async fn end_elsewhere(app: &TestApp) {
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "session": "token"});
    let answer = Visitor::new(app).post("/api/login", body).await;
    let other = answer.session("token", app);
    other.delete("/api/sessions").await.expect(204);
}

/// A client decides by code and status: a vector with a pair that the server never sends would test nothing.
#[test]
fn refusals_have_the_status_of_their_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api/error-codes.json");
    let known: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let known = known["codes"].as_array().unwrap();
    let mut checked = 0;
    for name in ["answers.json", "retries.json", "session.json"] {
        for answer in vectors(name).iter().flat_map(answers_in) {
            let (status, code, _) = written(answer);
            let Some(entry) = known.iter().find(|entry| entry["code"] == code && status >= 400) else {
                continue;
            };
            let is_odd_on_purpose = code == "session_ended" && status == 403;
            assert!(is_odd_on_purpose || entry["status"] == status, "{name}: {code} with {status}");
            checked += 1;
        }
    }
    assert!(checked >= 40, "{checked} refusals");
}

fn answers_in(vector: &Value) -> Vec<&Value> {
    let steps = vector["steps"].as_array().into_iter().flatten();
    let calls = vector["calls"].as_array().into_iter().flatten();
    std::iter::once(&vector["answer"])
        .chain(steps.map(|step| &step["answer"]))
        .chain(calls.flat_map(|call| call["answers"].as_array().into_iter().flatten()))
        .filter(|answer| answer["body"].is_string())
        .collect()
}
