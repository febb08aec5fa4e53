//! The shop's own page with the form as it was sent: values, words beside the refused fields, and one sentence on top.
//!
//! The page goes out without its scripts. It stands where the form was posted to, an address that no shop's router knows:
//! what they made of it would throw the words and the values away.

mod found;
mod tag;

use std::ops::Range;

use doorstep_base::{Code, Language, Text};

use super::ShopPage;
use super::markup::{escape, said, spoken};
use super::posted::PostedForm;
use super::refusals::list;
use crate::{ApiError, FieldError};
use found::Found;
use tag::Tag;

/// A piece of the page, and what stands there instead.
type Edit = (Range<usize>, String);

#[derive(Debug, PartialEq, Eq)]
pub struct Filled {
    pub html: String,
    /// It has got a `<base>`.
    pub has_base: bool,
}

/// The page, if it has the form.
pub fn fill(page: &ShopPage, error: &ApiError, form: &PostedForm, language: Language) -> Option<Filled> {
    if !form.is_own() {
        return None;
    }
    // The tokenizer counts the two as one.
    let html = page.html.replace("\r\n", "\n");
    let found = Found::read(&html, form.path())?;
    let mut edits: Vec<Edit> = found.gone.iter().map(|span| (span.clone(), String::new())).collect();
    edits.extend(found.base.map(|at| (at..at, format!("<base href=\"{}\">", escape(&page.path)))));
    edits.push((found.form.span.clone(), found.form.as_posted(form, &page.path).to_html()));
    let refused_here = fields(&found, error, form, language, &mut edits);
    edits.push(alert(&found, error, &refused_here, language));
    Some(Filled { html: apply(&html, edits), has_base: found.base.is_some() })
}

/// What was typed, and what is said of it. Returns the fields that something is said of.
fn fields<'a>(
    found: &'a Found,
    error: &ApiError,
    form: &PostedForm,
    language: Language,
    edits: &mut Vec<Edit>,
) -> Vec<&'a str> {
    let inputs = form.inputs();
    let mut refused_here = Vec::new();
    for tag in found.tags.iter().filter(|tag| tag.name == "input") {
        let known = inputs.iter().find(|input| input.posted == tag.attribute("name"));
        let name = known.map_or(tag.attribute("name"), |known| known.name);
        let refused = error.field_errors().iter().find(|(refused, _)| refused == name && !name.is_empty());
        let mut changed = tag.clone();
        if let Some(known) = known {
            changed.give_back(known);
        }
        if let Some((_, refused)) = refused.filter(|_| tag.is_field() && !refused_here.contains(&name)) {
            let id = changed.mark_refused(name, refused_here.is_empty());
            refused_here.push(name);
            edits.push(sentence(found, tag, &id, refused, language));
        }
        if changed.attributes != tag.attributes {
            edits.push((tag.span.clone(), changed.to_html()));
        }
    }
    refused_here
}

fn apply(page: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let mut html = String::with_capacity(page.len() + 1024);
    let mut at = 0;
    for (span, text) in edits {
        if span.start >= at {
            html.push_str(&page[at..span.start]);
            html.push_str(&text);
            at = span.end;
        }
    }
    html.push_str(&page[at..]);
    html
}

/// The sentence of a refused field: in the element that the kit has for it, or else behind the field.
fn sentence(found: &Found, field: &Tag, id: &str, refused: &FieldError, language: Language) -> Edit {
    let message = refused.message();
    match found.by_id(id) {
        Some(place) => (place.span.end..place.span.end, said("span", message, language)),
        None => {
            let (id, text) = (escape(id), escape(&message.in_language(language)));
            let spoken = spoken(message.spoken_in(language));
            let html = format!("<span id=\"{id}\" role=\"alert\"{spoken}>{text}</span>");
            (field.span.end..field.span.end, html)
        }
    }
}

/// What concerns the whole form, first in it, and what is said of fields that the form does not show. A field's own
/// sentence is not said twice.
fn alert(found: &Found, error: &ApiError, refused_here: &[&str], language: Language) -> Edit {
    let own = error.message_text();
    let is_said = |(_, refused): &(String, FieldError)| refused.message() == &own;
    let is_twice = error.code() == Code::InvalidFields && error.field_errors().iter().any(is_said);
    let text = if is_twice { Text::from(error.code()) } else { own };
    let class = found.class_of_form_error().map(|class| format!(" class=\"{}\"", escape(class)));
    let spoken = spoken(text.spoken_in(language));
    let text = escape(&super::message(error, &text, language));
    let html = format!("<p{} role=\"alert\"{spoken}>{text}</p>", class.unwrap_or_default());
    let others = error.field_errors().iter().filter(|(name, _)| !refused_here.contains(&name.as_str()));
    let others = list(others, language).unwrap_or_default();
    (found.form.span.end..found.form.span.end, html + &others)
}

#[cfg(test)]
mod tests;
