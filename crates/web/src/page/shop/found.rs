//! What of the shop's page changes: the form, and what goes with the scripts.

use std::ops::Range;

use html5gum::{DefaultEmitter, Token, Tokenizer, naive_next_state};

use super::tag::{Tag, is_relative};

const VOID: [&str; 2] = ["input", "br"];

/// The form of a page, and what else of the page changes.
pub struct Found {
    pub form: Tag,
    /// The start tags within it.
    pub tags: Vec<Tag>,
    pub gone: Vec<Range<usize>>,
    /// Where a `<base>` belongs, on a page with addresses that need it.
    pub base: Option<usize>,
}

/// What is known in the middle of the page.
#[derive(Default)]
struct Reading {
    form: Option<Tag>,
    tags: Vec<Tag>,
    gone: Vec<Range<usize>>,
    is_in_form: bool,
    is_in_noscript: bool,
    script: Option<usize>,
    base: Base,
}

/// What a `<base>` depends on.
#[derive(Default)]
struct Base {
    place: Option<usize>,
    is_past_head: bool,
    is_needed: bool,
    is_there: bool,
}

impl Found {
    /// `None` where the page has no form that posts to `path`, or cannot be read.
    pub fn read(page: &str, path: &str) -> Option<Self> {
        let mut read = Reading::default();
        read.base.is_needed = has_relative_style(page);
        let mut tokens = Tokenizer::new_with_emitter(page, DefaultEmitter::<usize>::new_with_span());
        while let Some(token) = tokens.next() {
            match token {
                Ok(Token::StartTag(tag)) => {
                    let next = naive_next_state(&tag.name).filter(|_| *tag.name != b"noscript"[..]);
                    read.start(Tag::read(page, &tag)?, path);
                    if let Some(state) = next {
                        tokens.set_state(state);
                    }
                }
                Ok(Token::EndTag(tag)) => read.end(&tag.name, tag.span.start..tag.span.end),
                Ok(_) => {}
                Err(never) => match never {},
            }
        }
        let Reading { form, tags, mut gone, script, base, .. } = read;
        // One that does not end is everything behind it.
        gone.extend(script.map(|start| start..page.len()));
        let is_sound = |span: &Range<usize>| page.get(span.clone()).is_some_and(|text| text.starts_with('<'));
        gone.iter().all(is_sound).then_some(Self { form: form?, tags, gone, base: base.wanted() })
    }

    pub fn by_id(&self, id: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.attribute("id") == id && !VOID.contains(&tag.name.as_str()))
    }

    /// The kit gives ids with a common beginning: `x-email` to a field, `x--error` to what concerns the whole form.
    pub fn class_of_form_error(&self) -> Option<&str> {
        let field = self.tags.iter().find(|tag| tag.name == "input" && !tag.attribute("id").is_empty())?;
        let beginning = field.attribute("id").strip_suffix(field.attribute("name"))?;
        Some(self.by_id(&format!("{beginning}-error"))?.attribute("class")).filter(|class| !class.is_empty())
    }
}

impl Reading {
    fn start(&mut self, tag: Tag, path: &str) {
        self.base.see(&tag);
        match tag.name.as_str() {
            "script" => self.script = Some(tag.span.start),
            "link" if tag.attribute("rel").eq_ignore_ascii_case("modulepreload") => {
                self.gone.push(tag.span.clone());
            }
            // Nothing of the page is for browsers with scripts any more.
            "noscript" => {
                self.is_in_noscript = true;
                self.gone.push(tag.span.clone());
            }
            // It would lead away from what was typed, in every browser.
            "meta" if self.is_in_noscript && tag.has("http-equiv") => self.gone.push(tag.span.clone()),
            "form" if self.form.is_none() && tag.posts_to(path) => {
                self.form = Some(tag.clone());
                self.is_in_form = true;
            }
            _ => {}
        }
        if self.is_in_form {
            self.tags.push(tag);
        }
    }

    fn end(&mut self, name: &[u8], span: Range<usize>) {
        match name {
            b"form" => self.is_in_form = false,
            b"noscript" => {
                self.is_in_noscript = false;
                self.gone.push(span);
            }
            b"script" => self.gone.extend(self.script.take().map(|start| start..span.end)),
            _ => {}
        }
    }
}

impl Base {
    fn see(&mut self, tag: &Tag) {
        match tag.name.as_str() {
            "html" | "head" if !self.is_past_head => self.place = Some(tag.span.end),
            _ => self.place = self.place.or(Some(tag.span.start)),
        }
        self.is_past_head |= tag.name != "html";
        self.is_there |= tag.name == "base" && tag.has("href");
        self.is_needed |= tag.is_relative();
    }

    /// A page with a base of its own stays as it is. And a page that needs none gets none: a link to a place on it (`#main`)
    /// would leave it, and lose what was typed.
    fn wanted(&self) -> Option<usize> {
        self.place.filter(|_| self.is_needed && !self.is_there)
    }
}

fn has_relative_style(page: &str) -> bool {
    page.match_indices("url(").any(|(at, found)| {
        let address = page[at + found.len()..].trim_start_matches(['"', '\'', ' ']);
        is_relative(address.split(')').next().unwrap_or_default())
    })
}
