//! `post(body: {…})` sends a form, and with a JSON content type it throws (DS-17).

use doorstep_base::Cause;

use super::App;
use crate::Finding;
use crate::project::find;
use crate::project::source::Source;

const CALLS: &[&str] = &["post", "put", "patch", "delete"];

pub fn check(app: &App<'_>) -> Vec<Finding> {
    app.sources
        .iter()
        .filter(|source| source.code.contains("package:http/http.dart"))
        .flat_map(of_source)
        .collect()
}

fn of_source(source: &Source) -> Vec<Finding> {
    CALLS
        .iter()
        .flat_map(|name| find::calls(&source.bare, name))
        .filter_map(|(_, range)| {
            let arguments = source.code[range.clone()].to_ascii_lowercase();
            let at = find::value_of(&source.bare, range, "body")?;
            let open =
                if source.bare[at..].starts_with('<') { at + source.bare[at..].find('{')? } else { at };
            let inner =
                source.bare[open..].starts_with('{').then(|| find::inside(&source.bare, open)).flatten()?;
            // Without that header it is a form, which sign-up and login take.
            arguments.contains("application/json").then(|| {
                let map = &source.text[at..=inner.end];
                let can_encode =
                    source.code.contains("'dart:convert';") || source.code.contains("\"dart:convert\";");
                let edit = can_encode
                    .then(|| source.replace(at..inner.end + 1, &format!("jsonEncode({map})")))
                    .flatten();
                Finding::error(
                    Cause::FormInsteadOfJson,
                    "The body is a map: package:http sends it as a form, whatever the header says",
                )
                .saw(source.quote(at))
                .fix("body: jsonEncode({ … }), with import 'dart:convert';")
                .edit(edit)
            })
        })
        .collect()
}
