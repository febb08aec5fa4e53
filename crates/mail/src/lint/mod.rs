//! What a mail program or a spam filter would not like in a message: for previews, and for tests of templates.
//!
//! `parts.rs` takes a message apart, `html.rs` looks at what is in its HTML.

use crate::Letterhead;
use crate::letterhead::origin_of;

mod html;
mod parts;
#[cfg(test)]
mod tests;

/// Gmail shows 102 KB of a message.
const LARGEST: usize = 100 * 1024;
const LONGEST_SUBJECT: usize = 78;

/// Each thing in a sentence. None is an error: the message could be sent.
pub fn lint(raw: &[u8], letterhead: &Letterhead) -> Vec<String> {
    let message = parts::read(raw);
    let mut found = Vec::new();
    if raw.len() > LARGEST {
        found.push(format!(
            "the message has {} KiB: mail programs cut it at {}",
            raw.len() / 1024,
            LARGEST / 1024
        ));
    }
    let subject = message.subject.chars().count();
    if subject > LONGEST_SUBJECT {
        found.push(format!(
            "the subject has {subject} characters: lists of mails show {LONGEST_SUBJECT} at most"
        ));
    }
    if message.subject.trim().is_empty() {
        found.push("there is no subject".to_owned());
    }
    let text = message.text.as_deref().unwrap_or_default();
    if text.trim().is_empty() {
        found.push("there is no text part: filters and plain mail programs want one".to_owned());
    }
    let about = message.html.as_deref().map(html::look).unwrap_or_default();
    found.extend(about.remote.iter().map(|what| {
        format!("{what} is fetched from elsewhere: it tells who reads when, and many programs do not show it")
    }));
    found.extend(about.refused.iter().map(|what| format!("<{what}> does nothing in a mail but harm")));
    let origin = letterhead.origin();
    let elsewhere = about.links.iter().cloned().chain(links_of(text)).filter(|link| leads_away(link, origin));
    let mut origins: Vec<_> =
        elsewhere.map(|link| origin_of(&link).unwrap_or("no http address").to_owned()).collect();
    origins.sort();
    origins.dedup();
    // Without the path: it may be a secret.
    found.extend(
        origins.iter().map(|other| {
            format!("a link leads to {other} and not to {origin}: filters take that for phishing")
        }),
    );
    if let Some(code) = about.code.or_else(|| bound_code(text))
        && !text.lines().any(|line| line.trim() == code)
    {
        found.push("the code does not stand alone on a line of the text part".to_owned());
    }
    found
}

fn leads_away(link: &str, origin: &str) -> bool {
    let is_other_kind = ["mailto:", "tel:", "#", "cid:"].iter().any(|start| link.starts_with(start));
    !is_other_kind && origin_of(link).is_none_or(|other| !other.eq_ignore_ascii_case(origin))
}

fn links_of(text: &str) -> Vec<String> {
    let words = text.split_whitespace().map(|word| word.trim_matches(['(', ')', '<', '>', ',', '.', '"']));
    words.filter(|word| origin_of(word).is_some()).map(str::to_owned).collect()
}

/// The code of the last line, `@shop.example #482913`.
fn bound_code(text: &str) -> Option<String> {
    let last = text.trim_end().lines().next_back()?;
    let (_, code) = last.strip_prefix('@')?.split_once(" #")?;
    // Grouped in the text it stands with blanks.
    let is_code = |line: &&str| line.split_whitespace().collect::<String>() == code;
    Some(text.lines().find(is_code).map_or(code, str::trim).to_owned())
}
