//! What these pages are made of.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::Response;
use doorstep_base::{Code, Language, Sentence, Text, Timestamp};
use doorstep_web::{ApiError, Caller, escape_html, own_page};

use crate::Account;

/// A page with one form.
pub struct Form<'a> {
    pub account: &'a Account,
    pub caller: &'a Caller,
    pub title: Sentence,
    pub token: &'a str,
    pub words: Vec<Text>,
    pub fields: &'a [Field],
    /// One of them has to be chosen: its value, and what it says.
    pub choices: Vec<(String, Text)>,
    pub button: Sentence,
    /// What the form was refused for just now.
    pub error: Option<&'a ApiError>,
}

#[derive(Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub label: Sentence,
    pub kind: Kind,
    pub is_required: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Password,
    NewPassword,
    Tick,
}

/// What a form sends of the choices.
pub const CHOICE: &str = "choice";

pub const NEW_PASSWORD: Field =
    Field { name: "newPassword", label: Sentence::NewPassword, kind: Kind::NewPassword, is_required: true };

impl Form<'_> {
    pub fn page(self) -> Response {
        let language = self.caller.language();
        let mut main = format!("<h1>{}</h1>", said(&self.title.into(), language));
        // What is wrong with a field stands beside it.
        if let Some(error) = self.error.filter(|error| error.field_errors().is_empty()) {
            let _ = write!(main, "<p role=\"alert\">{}</p>", said(&error.message_text(), language));
        }
        let choice =
            self.error.and_then(|error| error.field_errors().iter().find(|(name, _)| name == CHOICE));
        if let Some((_, refused)) = choice {
            let _ = write!(main, "<p role=\"alert\">{}</p>", said(refused.message(), language));
        }
        for words in &self.words {
            let _ = write!(main, "<p>{}</p>", said(words, language));
        }
        let nonce = self.account.mail.slips.nonce(self.token, self.account.recovery.clock.now());
        let fields: String = self.fields.iter().map(|field| self.field(field, language)).collect();
        let choices: String = self.choices.iter().map(|one| radio(one, language)).collect();
        // Without the query: the page that follows has no secret in its address.
        let _ = write!(
            main,
            "<form method=\"post\" action=\"?\"><input type=\"hidden\" name=\"token\" value=\"{token}\"><input type=\"hidden\" name=\"nonce\" value=\"{nonce}\">\
             {choices}{fields}<p><button>{button}</button></p></form>",
            token = escape_html(self.token),
            button = said(&self.button.into(), language),
        );
        let status = match self.error.map(ApiError::code) {
            Some(code) => StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST),
            None => StatusCode::OK,
        };
        let mut response = own_page(status, &self.title.into(), &main, language);
        response.headers_mut().extend(self.error.into_iter().flat_map(|error| error.headers().clone()));
        response
    }

    fn field(&self, field: &Field, language: Language) -> String {
        let Field { name, label, kind, is_required } = *field;
        let required = if is_required { " required" } else { "" };
        let refused =
            self.error.and_then(|error| error.field_errors().iter().find(|(refused, _)| refused == name));
        let (state, sentence) = match refused {
            Some((_, refused)) => (
                format!(" aria-invalid=\"true\" aria-describedby=\"{name}-error\" autofocus"),
                format!("<br><span id=\"{name}-error\">{}</span>", said(refused.message(), language)),
            ),
            None => (String::new(), String::new()),
        };
        let label = said(&label.into(), language);
        let completes = match kind {
            Kind::Password => "current-password",
            Kind::NewPassword => "new-password",
            Kind::Tick => {
                return format!(
                    "<p><label><input class=\"tick\" name=\"{name}\" type=\"checkbox\" value=\"true\"{required}{state}> {label}</label>{sentence}</p>"
                );
            }
        };
        format!(
            "<p><label for=\"{name}\">{label}</label><br><input id=\"{name}\" name=\"{name}\" type=\"password\" autocomplete=\"{completes}\" \
             dir=\"ltr\"{required}{state}>{sentence}</p>"
        )
    }
}

/// Programs that press every button choose nothing.
fn radio((value, text): &(String, Text), language: Language) -> String {
    let text = said(text, language);
    format!(
        "<p><label><input class=\"tick\" type=\"radio\" name=\"{CHOICE}\" value=\"{value}\" required> {text}</label></p>"
    )
}

/// That it is done, with the way on.
pub fn done(account: &Account, caller: &Caller, said_of: Sentence) -> Response {
    let language = caller.language();
    let (words, on) = (Text::from(said_of), Text::from(Sentence::GoOn));
    let main = format!(
        "<h1 role=\"status\">{}</h1><p><a href=\"{}\">{}</a></p>",
        said(&words, language),
        escape_html(&account.config.after_login),
        said(&on, language),
    );
    own_page(StatusCode::OK, &words, &main, language)
}

/// That the link is over, kindly.
pub fn over(caller: &Caller) -> Response {
    sentence(StatusCode::GONE, caller, &Code::ChallengeSpent.into())
}

/// One sentence, and nothing to do.
pub fn told(caller: &Caller, said_of: Sentence) -> Response {
    sentence(StatusCode::OK, caller, &said_of.into())
}

fn sentence(status: StatusCode, caller: &Caller, words: &Text) -> Response {
    let language = caller.language();
    own_page(status, words, &format!("<h1>{}</h1>", said(words, language)), language)
}

/// Where and when a mail was asked for.
pub fn asked(device: &str, at: Timestamp) -> Text {
    // As the mail has it: `2026-11-29 14:02 UTC`.
    let at = at.to_string();
    let at = format!("{} {} UTC", at.get(..10).unwrap_or_default(), at.get(11..16).unwrap_or_default());
    if device.is_empty() {
        Text::from(Sentence::AskedAt).with("at", at)
    } else {
        Text::from(Sentence::AskedFrom).with("at", at).with("device", device)
    }
}

fn said(text: &Text, language: Language) -> String {
    escape_html(&text.in_language(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_as_the_mail_tells_it() {
        let text = asked("Chrome on <Linux>", Timestamp::from_millis(1_795_960_920_000));
        assert_eq!(
            said(&text, Language::English),
            "This was asked for from Chrome on &lt;Linux&gt; at 2026-11-29 14:02 UTC. Go on only if it was you"
        );
    }
}
