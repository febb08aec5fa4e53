//! What the program that asks does wrong, as far as a request's body and credential show it: one line for each mistake
//! of the catalogue. Values are never quoted, and names only where they can be nothing else.

use std::time::Duration;

use doorstep_base::Cause::{FieldNames, FormInsteadOfJson, NotJson, OriginDemanded};

use crate::Hint;

/// Fields that forms have and this API does not. Their names may stand in a log; any other unknown name may be a piece
/// of a password, from a body that was cut at the wrong place.
const NEVER_SENT: [&str; 12] = [
    "acceptterms",
    "age",
    "confirmpassword",
    "csrftoken",
    "gender",
    "passwordconfirm",
    "passwordconfirmation",
    "password2",
    "rememberme",
    "repeatpassword",
    "role",
    "terms",
];
const MOST_NAMED: usize = 5;

/// A `Content-Type` that the route does not take. `essence` is lower case, without parameters.
pub fn media_type(essence: &str) -> Hint {
    let text = match essence {
        "" => "The request has no Content-Type. Add the header Content-Type: application/json.",
        "application/x-www-form-urlencoded" => {
            "You sent a form; this route takes JSON. Send jsonEncode(map) or JSON.stringify(object) with the header Content-Type: application/json."
        }
        "multipart/form-data" => {
            "You sent FormData (multipart/form-data). Send JSON.stringify(Object.fromEntries(formData)) with the header Content-Type: application/json."
        }
        "text/plain" => {
            "The body came as text/plain, as fetch sends a text when no header says otherwise. Add the header Content-Type: application/json."
        }
        _ => "The Content-Type is another one than JSON. Send the header Content-Type: application/json.",
    };
    Hint::new(FormInsteadOfJson, text)
}

/// JSON under the name of a form.
pub fn json_as_form() -> Hint {
    Hint::new(
        FormInsteadOfJson,
        "The body is JSON, but its Content-Type is a form's (axios does that with a text, curl with -d). Set the header Content-Type: application/json.",
    )
}

/// A body that is no JSON object, judged by its first bytes.
pub fn unreadable_json(bytes: &[u8]) -> Hint {
    let body = bytes.trim_ascii();
    let after_brace = body.strip_prefix(b"{").map(<[u8]>::trim_ascii_start).unwrap_or_default();
    let text = if body.is_empty() {
        "The body is empty. Send a JSON object: body: JSON.stringify({ … }) or jsonEncode({ … })."
    } else if body.starts_with(b"[object ") {
        "The body is \"[object Object]\": wrap it in JSON.stringify."
    } else if body == b"undefined" || body == b"null" {
        "The body is the word undefined or null: the variable has no value yet where the request is made."
    } else if body.starts_with(b"\"") {
        "The body is a text: the JSON was encoded twice. Encode the object once."
    } else if is_form_text(body) {
        return Hint::new(
            FormInsteadOfJson,
            "The Content-Type says JSON, but the body is a form (name=…&email=…). Send JSON.",
        );
    } else if after_brace.first().is_some_and(u8::is_ascii_alphabetic) {
        "The names in the body have no quotes: it is the text of a Dart map or of a JavaScript object. Send jsonEncode(map) or JSON.stringify(object)."
    } else if after_brace.starts_with(b"'") {
        "The body has single quotes; JSON has double ones. Let the language encode it (json.dumps, JSON.stringify, jsonEncode)."
    } else if body.starts_with(b"'") || body.starts_with(b"\\\"") || body.starts_with(b"{\\\"") {
        "Quotes of the shell stand in the body. cmd.exe knows double ones alone, and PowerShell takes them away: put the JSON into a file and send it with curl --data @file.json."
    } else if body.starts_with(b"[") {
        "The body is a list. Send one JSON object."
    } else {
        "The body is not a JSON object. Send JSON.stringify(object) or jsonEncode(map)."
    };
    Hint::new(NotJson, text)
}

/// `name=Ada&…`: a name of letters before the first equals sign.
fn is_form_text(body: &[u8]) -> bool {
    let name = body.split(|byte| *byte == b'=').next().unwrap_or_default();
    (1..=40).contains(&name.len())
        && name.len() < body.len()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// A yes or no that came as a text. `word` is one of a few fixed ones.
pub fn flag_as_text(name: &'static str, word: &str) -> Hint {
    let text = format!(
        "The field \"{name}\" is the text \"{word}\", not true or false. Send a boolean: {name}: form.get(\"{name}\") === \"on\"."
    );
    Hint::new(NotJson, text)
}

/// Unknown fields, each with the known one that it was probably meant to be.
pub fn field_names(unknown: &[(String, Option<&'static str>)], known: &[&'static str]) -> Hint {
    let told = unknown.iter().filter_map(|(name, near)| {
        let plain = plain_name(name);
        match near {
            Some(near) => Some(format!("\"{name}\" (did you mean \"{near}\"?)")),
            None if NEVER_SENT.contains(&plain.as_str()) => Some(format!("\"{name}\" (leave it out)")),
            None => None,
        }
    });
    let told: Vec<String> = told.take(MOST_NAMED).collect();
    let which = match (told.is_empty(), unknown.len() - told.len()) {
        (true, _) => "A field has a name that this route does not know; the answer shows it".to_owned(),
        (false, 0) => format!("Unknown: {}", told.join(", ")),
        (false, more) => format!("Unknown: {}, and {more} more", told.join(", ")),
    };
    Hint::new(FieldNames, format!("{which}. Known are: {}.", known.join(", ")))
}

/// For the field that holds the others.
pub const NESTED: &str = "The fields stand inside of this one. Send them at the top of the body";

/// Fields that stand in an object of their own. `outer` may be told: what holds an object is a name.
pub fn nested(outer: &str) -> Hint {
    let text = format!(
        "The fields stand inside \"{outer}\". Send them at the top of the body: JSON.stringify({outer}), not JSON.stringify({{ {outer} }})."
    );
    Hint::new(FieldNames, text)
}

/// The token in a header of another name. `header` is one of a few fixed ones.
pub fn other_header(header: &str) -> Hint {
    Hint::without_cause(format!(
        "The token is in the header {header}, which this server does not read. Send: Authorization: Bearer <token>"
    ))
}

/// A name without its style: `first_name` and `firstName` are one.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// A cookie without a page.
pub fn origin_demanded() -> Hint {
    Hint::new(
        OriginDemanded,
        "A request that carries or asks for the session cookie has no Origin. Apps and scripts ask for \"session\": \"token\" and send Authorization: Bearer <token>; with the cookie send the shop's Origin too.",
    )
}

/// A body beyond the limit. No entry of the catalogue: the answer says it all.
pub fn too_large(limit: usize) -> Hint {
    Hint::without_cause(format!(
        "A body is larger than [server] body_limit ({limit} bytes), and was answered with 413. Pictures and files do not belong into this API; raise the limit only if the fields are really that long."
    ))
}

/// A body that does not end in time.
pub fn too_slow(limit: Duration) -> Hint {
    Hint::without_cause(format!(
        "A body did not arrive within [server] body_timeout ({} ms), and was answered with 408: a slow network, or a Content-Length larger than what was sent.",
        limit.as_millis()
    ))
}

/// An Authorization header of another form. No entry of the catalogue: the answer says it all.
pub fn authorization(value: &str) -> Hint {
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let text = if !scheme.eq_ignore_ascii_case("bearer") && token.is_empty() {
        "The Authorization header has no \"Bearer \" before the token. Send: Authorization: Bearer <token>"
    } else if scheme.eq_ignore_ascii_case("bearer") {
        "There is no token after \"Bearer\": the variable was empty where the header was made."
    } else {
        "The Authorization header is of another kind. Send: Authorization: Bearer <token>"
    };
    Hint::without_cause(text)
}

/// A token that is a mistake of the program that sends it.
pub fn bearer(token: &str) -> Option<Hint> {
    let text = match token {
        "undefined" | "null" | "[object Object]" => {
            "The token is the word undefined, null or [object Object]: it was not there yet where the header was made."
        }
        _ if token.starts_with(['"', '\'']) => {
            "The token stands in quotes: it was stored with JSON.stringify and read without JSON.parse."
        }
        _ if token.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) => {
            "The header says Bearer twice. Send: Authorization: Bearer <token>"
        }
        _ => return None,
    };
    Some(Hint::without_cause(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_recognised_by_how_they_begin() {
        for (body, cause, told) in [
            (&b""[..], NotJson, "is empty"),
            (b"[object Object]", NotJson, "JSON.stringify"),
            (b"[object FormData]", NotJson, "JSON.stringify"),
            (b"undefined", NotJson, "no value yet"),
            (b"\"{\\\"email\\\":1}\"", NotJson, "encoded twice"),
            (b"{name: Ada, email: ada@example.com}", NotJson, "Dart map"),
            (b"{'name': 'Ada'}", NotJson, "single quotes"),
            (b"[1]", NotJson, "a list"),
            (b"{\"a\":1", NotJson, "not a JSON object"),
            (b"name=Ada&password=c4nary", FormInsteadOfJson, "is a form"),
            (b"hunter2 and = more", NotJson, "not a JSON object"),
        ] {
            let hint = unreadable_json(body);
            assert_eq!(hint.cause, Some(cause), "{hint}");
            assert!(hint.text.contains(told) && !hint.text.contains("c4nary"), "{hint}");
        }
    }

    #[test]
    fn only_names_that_can_be_no_secret_are_told() {
        let unknown = [
            ("passwrd".to_owned(), Some("password")),
            ("confirm_password".to_owned(), None),
            ("c4nary".to_owned(), None),
        ];
        let told = field_names(&unknown, &["email", "password"]).to_string();
        assert_eq!(
            told,
            "DS-16 Unknown: \"passwrd\" (did you mean \"password\"?), \"confirm_password\" (leave it out), and 1 more. Known are: email, password."
        );
        let told = field_names(&unknown[2..], &["email"]).to_string();
        assert!(told.contains("the answer shows it") && !told.contains("c4nary"), "{told}");
    }

    #[test]
    fn tokens_are_never_told() {
        for value in ["c4nary", "Basic c4nary", "Bearer", "Token c4nary"] {
            assert!(!authorization(value).text.contains("c4nary"));
        }
        assert!(authorization("c4nary").text.contains("no \"Bearer \""));
        assert_eq!(bearer("ds_token_x"), None);
        assert!(
            bearer("\"c4nary\"").is_some_and(|hint| hint.text.contains("in quotes") && hint.cause.is_none())
        );
    }
}
