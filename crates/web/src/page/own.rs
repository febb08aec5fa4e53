//! A page of our own, for forms whose page this server does not have: the same fields, in the visitor's language.

use std::fmt::Write;

use axum::http::HeaderValue;
use doorstep_base::{Code, Language, Sentence, Text};

use super::markup::{escape, said, spoken};
use super::posted::{Input, PostedForm, is_secret};
use super::referer::query_of;
use super::refusals::list;
use crate::label::label;
use crate::{ApiError, FieldError, Reader};

/// Where it leads to after a success is the shop's choice, so its form may go anywhere.
pub const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
);
const STYLE: &str = include_str!("own.css");

pub fn page(error: &ApiError, form: &PostedForm, reader: &Reader<'_>) -> String {
    let language = reader.language;
    let inputs = if form.is_own() { form.inputs() } else { Vec::new() };
    let is_shown = |name: &str| label(name).is_some() && inputs.iter().any(|input| input.name == name);
    // Who is asked for a name makes an account, and its password is a new one.
    let is_new = inputs.iter().any(|input| input.name == "name");
    let mut is_first = true;
    let mut shown = |input: &Input| {
        let refused = error.field_errors().iter().find(|(name, _)| name == input.name && is_shown(name));
        let is_focused = refused.is_some() && std::mem::take(&mut is_first);
        field(input, is_new, refused.map(|(_, refused)| refused), is_focused, reader)
    };
    let fields: String = inputs.iter().map(&mut shown).collect();
    let others = error.field_errors().iter().filter(|(name, _)| !is_shown(name));
    let others = list(others, language).unwrap_or_default();
    let form = if fields.is_empty() {
        format!("<p>{}</p>", escape(&Text::from(Sentence::GoBack).in_language(language)))
    } else {
        let button = Text::from(Sentence::TryAgain);
        // It goes where it came from, whatever path a proxy has given that, and says again which page that was.
        let action = form.page().map(|page| format!(" action=\"{}\"", query_of(page))).unwrap_or_default();
        format!(
            "<form{action} method=\"post\">{fields}<p><button>{}</button></p></form>",
            escape(&button.in_language(language))
        )
    };
    let message = error.message_text();
    let main = format!(
        "<h1><span role=\"alert\"{in_language}>{words}</span></h1>{others}{form}{developer}\
         <p lang=\"en\" dir=\"ltr\"><small>Request {id}</small></p>",
        in_language = spoken(message.spoken_in(language)),
        words = escape(&super::message(error, &message, language)),
        developer = for_developers(error, reader),
        id = escape(reader.request_id),
    );
    whole(&message, &main, language)
}

/// A whole page: its title, and what stands in it.
pub fn whole(title: &Text, main: &str, language: Language) -> String {
    format!(
        "<!doctype html><html{spoken}><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">{title}<style>{STYLE}</style></head><body><main>{main}</main></body></html>",
        spoken = spoken(language),
        title = said("title", title, language),
    )
}

/// A field that people know, or else what the form sent besides, as it came.
fn field(
    input: &Input,
    is_new: bool,
    refused: Option<&FieldError>,
    is_focused: bool,
    reader: &Reader<'_>,
) -> String {
    let Input { name, posted, value } = input;
    let value = value.as_deref().map(escape);
    let Some(label) = label(name) else {
        let value = value.filter(|_| !is_secret(name));
        return value.map_or_else(String::new, |value| {
            format!("<input type=\"hidden\" name=\"{posted}\" value=\"{value}\">")
        });
    };
    let label = escape(&Text::from(label).in_language(reader.language));
    let kind = match *name {
        "email" => "type=\"email\" autocomplete=\"username\" dir=\"ltr\"",
        "password" if is_new => "type=\"password\" autocomplete=\"new-password\" dir=\"ltr\"",
        "password" => "type=\"password\" autocomplete=\"current-password\" dir=\"ltr\"",
        _ => "type=\"text\" autocomplete=\"name\" dir=\"auto\"",
    };
    let focus = if is_focused { " autofocus" } else { "" };
    let (state, sentence) = match refused {
        Some(refused) => (
            format!(" aria-invalid=\"true\" aria-describedby=\"{name}-error\"{focus}"),
            format!(
                "<br><span id=\"{name}-error\">{}</span>",
                said("span", refused.message(), reader.language)
            ),
        ),
        None => (String::new(), String::new()),
    };
    let value = value.map(|value| format!(" value=\"{value}\"")).unwrap_or_default();
    format!(
        "<p><label for=\"{name}\">{label}</label><br><input id=\"{name}\" name=\"{posted}\" {kind} required{value}{state}>{sentence}</p>"
    )
}

/// What is wrong with the request and no fault of the customer's: English, as everything for developers.
fn for_developers(error: &ApiError, reader: &Reader<'_>) -> String {
    let is_of_fields = matches!(error.code(), Code::InvalidFields | Code::MissingFields);
    let detail = error.detail_text().filter(|_| !is_of_fields);
    let mut html = String::new();
    for text in detail.into_iter().chain(reader.hint) {
        let _ = write!(html, "<p lang=\"en\" dir=\"ltr\"><code>{}</code></p>", escape(text));
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_base::FieldCode;

    fn shown(error: &ApiError, form: &PostedForm, language: Language) -> String {
        page(error, form, &Reader { request_id: "r-1", language, ..Reader::default() })
    }

    fn refused(code: FieldCode) -> ApiError {
        ApiError::new(Code::InvalidFields).fields(vec![("email".to_owned(), FieldError::new(code))])
    }

    #[test]
    fn the_same_fields_come_back_in_the_visitors_language() {
        let typed = [("name", "Ada"), ("email", "\"><b>"), ("password", "c4nary"), ("session", "cookie")];
        let form = PostedForm::own("/api/signup", &typed);
        let page = shown(&refused(FieldCode::EmailInvalid), &form, Language::Arabic);
        for part in [
            r#"<html lang="ar" dir="rtl">"#,
            r#"<h1><span role="alert" lang="ar" dir="rtl">بعض الحقول تحتاج إلى تصحيح</span></h1><form action="?page=%2Fjoin" method="post">"#,
            r#"<label for="name">الاسم</label><br><input id="name" name="name" type="text" autocomplete="name" dir="auto" required value="Ada">"#,
            r#" required value="&quot;&gt;&lt;b&gt;" aria-invalid="true" aria-describedby="email-error" autofocus><br><span id="email-error"><span lang="ar" dir="rtl">أدخل"#,
            r#"<input id="password" name="password" type="password" autocomplete="new-password" dir="ltr" required>"#,
            r#"<input type="hidden" name="session" value="cookie">"#,
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("c4nary") && !page.contains("<script"), "{page}");
        assert_eq!(page.matches("autofocus").count(), 1);
    }

    #[test]
    fn what_is_for_developers_is_marked_as_english() {
        let form = PostedForm::own("/api/signup", &[("name", "Ada")]);
        let wrong = FieldError::with_message(FieldCode::WrongType, "Send a text");
        let error = ApiError::new(Code::InvalidFields)
            .fields(vec![("name".to_owned(), wrong.clone()), ("x".to_owned(), wrong)])
            .message("Send a text");
        let page = shown(&error.retry_after(3), &form, Language::Arabic);
        for part in [
            r#"<title lang="en" dir="ltr">Send a text</title>"#,
            r#"<span role="alert" lang="en" dir="ltr">Send a text. Try again in 3 s.</span>"#,
            r#"<ul><li><strong>x</strong>: <span lang="en" dir="ltr">Send a text</span></li></ul>"#,
            r#"<span id="name-error"><span lang="en" dir="ltr">Send a text</span></span>"#,
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }

    #[test]
    fn without_fields_it_says_how_to_go_on() {
        let foreign =
            PostedForm::foreign("/api/login", &[("email", "mallory@evil.example"), ("password", "x")]);
        let unread = PostedForm::own("/api/login", &[]);
        for form in [foreign, unread] {
            let page = shown(&ApiError::new(Code::CsrfRefused), &form, Language::French);
            assert!(page.contains("Revenez en arrière") && !page.contains("<form"), "{page}");
            assert!(!page.contains("mallory"), "{page}");
        }
        let page =
            shown(&ApiError::new(Code::Busy).retry_after(3), &PostedForm::own("/x", &[]), Language::Spanish);
        assert!(page.contains("Inténtelo de nuevo en 3 s."), "{page}");
        for (seconds, said) in [(119, "in 119 s."), (120, "in 2 minutes."), (121, "in 3 minutes.")] {
            let busy = ApiError::new(Code::Busy).retry_after(seconds);
            let page = shown(&busy, &PostedForm::own("/x", &[]), Language::English);
            assert!(page.contains(said), "{said}\n{page}");
        }
    }

    #[test]
    fn names_that_nobody_knows_are_not_shown() {
        let unknown = FieldError::with_message(FieldCode::UnknownField, "Unknown field. Known are: email");
        let error = ApiError::new(Code::InvalidFields).fields(vec![("sneaky".to_owned(), unknown)]);
        let page = shown(&error, &PostedForm::own("/x", &[("email", "a@b.c")]), Language::German);
        assert!(page.contains("Known are: email") && !page.contains("sneaky"), "{page}");
    }
}
