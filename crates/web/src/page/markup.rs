//! Text as HTML.

use doorstep_base::{Language, Text};

/// For what stands between tags and for what stands between double quotes. Control characters are left out: a browser
/// would make something else of them.
pub fn escape(text: &str) -> String {
    escape_html(&without_controls(text))
}

/// The same with tabs and line breaks left in: for what stands on a page already, and for code.
pub fn escape_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

pub fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// ` lang="…" dir="…"`, for words within a page that may be in another language.
pub fn spoken(language: Language) -> String {
    format!(" lang=\"{}\" dir=\"{}\"", language.tag(), language.direction())
}

/// A text in an element of its own, which says the language that it is in.
pub fn said(element: &str, text: &Text, language: Language) -> String {
    let words = escape(&text.in_language(language));
    format!("<{element}{}>{words}</{element}>", spoken(text.spoken_in(language)))
}
