//! A start tag of the shop's page, and what changes in it.

use std::collections::BTreeMap;
use std::ops::Range;

use html5gum::StartTag;

use super::super::markup::{escape_html, without_controls};
use super::super::posted::{Input, PostedForm, is_secret};
use super::super::referer::query_of;

/// What people type into. Nothing else gets a value: a password never does, and what is hidden is the page's own.
const TYPED: [&str; 6] = ["", "text", "email", "tel", "search", "url"];
/// Attributes with an address, or with several and commas between them.
const ADDRESSES: [&str; 8] =
    ["href", "src", "srcset", "imagesrcset", "action", "formaction", "poster", "data"];

#[derive(Clone)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub span: Range<usize>,
}

impl Tag {
    pub fn read(page: &str, tag: &StartTag<usize>) -> Option<Self> {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        let attributes = tag.attributes.iter().map(|(name, value)| Some((text(name)?, text(&value.value)?)));
        let span = tag.span.start..tag.span.end;
        let is_sound = page.get(span.clone())?.starts_with('<') && page[span.clone()].ends_with('>');
        let (name, attributes) = (text(&tag.name)?, attributes.collect::<Option<_>>()?);
        is_sound.then_some(Self { name, attributes, span })
    }

    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.attributes.insert(name.to_owned(), value.into());
    }

    /// Whether people see it as a field.
    pub fn is_field(&self) -> bool {
        self.name == "input" && !self.attribute("type").eq_ignore_ascii_case("hidden")
    }

    /// Whether it leads elsewhere on a page at another address.
    pub fn is_relative(&self) -> bool {
        ADDRESSES.iter().any(|name| self.attribute(name).split(',').any(is_relative))
    }

    /// Whether it is a form for this path, on whichever host the page names.
    pub fn posts_to(&self, path: &str) -> bool {
        let action = self.action();
        let action = action
            .split_once("://")
            .map_or(action, |(_, rest)| rest.split_at(rest.find('/').unwrap_or(rest.len())).1);
        // `api/signup` is meant like `/api/signup`.
        let action = format!("/{}", action.trim_end_matches('/'));
        let is_for_it = !path.is_empty() && action.ends_with(path);
        is_for_it && self.attribute("method").eq_ignore_ascii_case("post")
    }

    fn action(&self) -> &str {
        self.attribute("action").trim().split(['?', '#']).next().unwrap_or_default()
    }

    /// The same form where it stands below the API's address, with the page that it is shown on.
    pub fn as_posted(&self, form: &PostedForm, page: &str) -> Self {
        let own = self.action();
        let action = if is_relative(own) { form.path() } else { own };
        let mut tag = self.clone();
        tag.set("action", format!("{action}{}", query_of(page)));
        tag
    }

    pub fn give_back(&mut self, input: &Input) {
        let kind = self.attribute("type").to_ascii_lowercase();
        match kind.as_str() {
            "checkbox" | "radio" => {
                let own = self.attributes.get("value").map_or("on", String::as_str);
                if input.value.as_deref() == Some(own) {
                    self.set("checked", "");
                } else {
                    self.attributes.remove("checked");
                }
            }
            kind if TYPED.contains(&kind) && !is_secret(input.name) => {
                if let Some(value) = &input.value {
                    self.set("value", without_controls(value));
                }
            }
            _ => {}
        }
    }

    /// Returns the id of the sentence that says why.
    pub fn mark_refused(&mut self, name: &str, is_first: bool) -> String {
        let own = self.attribute("id");
        let id = if own.is_empty() { format!("doorstep-{name}-error") } else { format!("{own}-error") };
        let described = format!("{} {id}", self.attribute("aria-describedby"));
        self.set("aria-describedby", described.trim());
        self.set("aria-invalid", "true");
        if is_first {
            self.set("autofocus", "");
        }
        id
    }

    pub fn to_html(&self) -> String {
        let attribute = |(name, value): (&String, &String)| format!(" {name}=\"{}\"", escape_html(value));
        let attributes: String = self.attributes.iter().map(attribute).collect();
        format!("<{}{attributes}>", self.name)
    }
}

/// Whether an address is another one on another page. One that begins with `#` is on any page its own.
pub fn is_relative(address: &str) -> bool {
    let address = address.trim_start();
    let first = address.split(['/', '?', '#']).next().unwrap_or_default();
    !address.is_empty() && !address.starts_with(['/', '#']) && !first.contains(':')
}
