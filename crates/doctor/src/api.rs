//! What the doctor knows of the server: the paths and fields of the API that it publishes.

use std::sync::LazyLock;

use serde_json::{Map, Value};

// What the live checks ask for. A test holds each to the document.
pub const POLICY: &str = "/api/policy";
pub const SESSION: &str = "/api/session";
pub const SIGNUP: &str = "/api/signup";
pub const USER: &str = "/api/user";
/// A sign-up that is refused by its e-mail address.
pub const REFUSED_SIGNUP: &str =
    r#"{"name":"Doctor","email":"not an address","password":"not a password either"}"#;
/// By this field a policy is known to be Doorstep's.
pub const PASSWORD_LENGTH: &str = "/password/minLength";
/// How pages may keep their session.
pub const SESSION_MODES: &str = "/session/modes";

/// By these a call is known to be for Doorstep. Not `SESSION`: many a page has a route of this name itself.
pub static ROUTES: LazyLock<Vec<&str>> =
    LazyLock::new(|| paths(|_| true).filter(|path| path.starts_with("/api/") && *path != SESSION).collect());
/// These answer only to a customer who is signed in.
pub static SIGNED_IN: LazyLock<Vec<&str>> = LazyLock::new(|| {
    paths(|operations| operations.values().any(|operation| operation.get("security").is_some())).collect()
});

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../api/openapi.json")).unwrap_or_default());

/// The paths whose operations are wanted. What stands below an id is found by the path before it.
fn paths(is_wanted: fn(&Map<String, Value>) -> bool) -> impl Iterator<Item = &'static str> {
    let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
    paths
        .filter(move |(path, operations)| {
            !path.contains('{') && operations.as_object().is_some_and(is_wanted)
        })
        .map(|(path, _)| path.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_published() {
        let operation = |path: &str, method: &str| DOCUMENT["paths"][path][method]["operationId"].is_string();
        assert!(operation(POLICY, "get") && operation(SESSION, "get"));
        assert!(operation(SIGNUP, "post") && operation(USER, "patch"));
        assert!(ROUTES.contains(&SIGNUP) && ROUTES.contains(&"/api/user/addresses"), "{ROUTES:?}");
        assert!(SIGNED_IN.contains(&USER) && !SIGNED_IN.contains(&SIGNUP), "{SIGNED_IN:?}");
    }

    #[test]
    fn the_fields_are_those_of_the_schemas() {
        let schema = |name: &str| &DOCUMENT["components"]["schemas"][name];
        let refused: Value = serde_json::from_str(REFUSED_SIGNUP).unwrap();
        let sent: Vec<_> = refused.as_object().unwrap().keys().cloned().collect();
        assert_eq!(schema("SignupRequest")["required"], serde_json::json!(sent));
        for pointer in [PASSWORD_LENGTH, SESSION_MODES] {
            let mut at = schema("PolicyAnswer");
            for field in pointer.split('/').skip(1) {
                let of = at["$ref"].as_str().map_or(at, |name| schema(name.rsplit_once('/').unwrap().1));
                at = &of["properties"][field];
            }
            assert!(at["type"].is_string(), "{pointer}");
        }
    }
}
