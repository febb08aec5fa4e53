//! Finding words, brackets and tags in text that was blanked by [`super::mask`].

use std::ops::Range;

use super::source::Source;

/// How far the end of a bracket or a tag is looked for. A file that opens thousands and closes none costs no more.
const REACH: usize = 4 << 10;
/// How many places of one thing are looked at in one file.
const MOST: usize = 200;

/// Where `word` stands by itself, not as a part of a longer name.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| {
            let before = text[..*at].bytes().next_back();
            let after = text[at + word.len()..].bytes().next();
            !before.is_some_and(is_name_byte) && !after.is_some_and(is_name_byte)
        })
        .take(MOST)
}

pub fn has_word(text: &str, word: &str) -> bool {
    words(text, word).next().is_some()
}

/// The first of `words` that stands in the text.
pub fn first_word<'a>(text: &str, words: &[&'a str]) -> Option<(usize, &'a str)> {
    words.iter().filter_map(|word| self::words(text, word).next().map(|at| (at, *word))).min()
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// A name beginning at `at`.
pub fn name_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..rest.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(rest.len())]
}

/// What is between the bracket at `open` and its end, in a text without strings.
pub fn inside(bare: &str, open: usize) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    for (offset, byte) in bare.bytes().skip(open).take(REACH).enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(open + 1..open + offset);
                }
            }
            _ => {}
        }
    }
    None
}

/// The arguments of the calls of `name`, such as `fetch` or `http.post`: from where the name stands to the last bracket.
pub fn calls<'a>(bare: &'a str, name: &'a str) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
    words(bare, name).filter_map(move |at| {
        let end = at + name.len();
        let open = end + bare[end..].find(|letter: char| !letter.is_whitespace())?;
        let open = if bare[open..].starts_with('<') { open + bare[open..].find('>')? + 1 } else { open };
        bare[open..].starts_with('(').then(|| inside(bare, open)).flatten().map(|range| (at, range))
    })
}

/// Where the value of `key:` begins within `range`.
pub fn value_of(bare: &str, range: Range<usize>, key: &str) -> Option<usize> {
    for at in words(&bare[range.clone()], key) {
        let rest = &bare[range.start + at + key.len()..range.end];
        // A key may be quoted; then its mark is left in the text.
        let after = rest.trim_start_matches(['"', '\'']).trim_start();
        if let Some(value) = after.strip_prefix(':') {
            return Some(range.end - value.trim_start().len());
        }
    }
    None
}

/// The string that begins at `at`, without its marks. One with a hole in it is none.
pub fn string_at(code: &str, at: usize) -> Option<Range<usize>> {
    let mark = code[at..].chars().next().filter(|mark| matches!(mark, '"' | '\'' | '`'))?;
    let begin = at + 1;
    let end = begin + code[begin..].find([mark, '\n'])?;
    let is_whole = code[end..].starts_with(mark) && !code[begin..end].contains("${");
    is_whole.then_some(begin..end)
}

/// The string whose first letter is at `at`, unless it is spoken of inside another one.
pub fn string_from(source: &Source, at: usize) -> Option<Range<usize>> {
    let mark = at.checked_sub(1)?;
    let is_mark = matches!(source.bare.as_bytes()[mark], b'"' | b'\'' | b'`');
    is_mark.then(|| string_at(&source.code, mark)).flatten()
}

/// An opening tag of JSX, HTML or XML.
pub struct Tag<'a> {
    pub name: &'a str,
    pub at: usize,
    /// After its `>`.
    pub end: usize,
    pub attributes: Vec<Attribute<'a>>,
    /// `{...props}`: it may have attributes that are not seen here.
    pub has_spread: bool,
}

pub struct Attribute<'a> {
    pub name: &'a str,
    /// With its quotes or braces; empty if there is none.
    pub value: &'a str,
    pub at: usize,
    pub end: usize,
}

impl<'a> Tag<'a> {
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// A value that is written out: `"post"`, `'post'`, `{"post"}`.
    pub fn text_of(&self, name: &str) -> Option<&'a str> {
        self.attribute(name)?.text()
    }
}

impl<'a> Attribute<'a> {
    pub fn text(&self) -> Option<&'a str> {
        let value = self.value.trim_start_matches('{').trim_end_matches('}').trim();
        let mark = value.chars().next().filter(|mark| matches!(mark, '"' | '\'' | '`'))?;
        let text = value.strip_prefix(mark)?.strip_suffix(mark)?;
        (!text.contains(mark) && !text.contains("${")).then_some(text)
    }
}

/// Every opening tag whose name `wanted` likes.
pub fn tags<'a>(code: &'a str, wanted: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = Tag<'a>> + 'a {
    let named = code.match_indices('<').filter_map(move |(at, _)| {
        let rest = &code[at + 1..];
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || "-_.:".contains(letter)))?;
        let name = &rest[..end];
        (!name.is_empty() && wanted(name)).then_some((at, name))
    });
    // Bounded before the tag is read: one that never ends costs as much as any.
    named.take(MOST).filter_map(|(at, name)| tag(code, at, name))
}

fn tag<'a>(code: &'a str, begin: usize, name: &'a str) -> Option<Tag<'a>> {
    let mut tag = Tag { name, at: begin, end: 0, attributes: Vec::new(), has_spread: false };
    let mut at = begin + 1 + name.len();
    let reach = (begin + REACH).min(code.len());
    while at < reach {
        match code.as_bytes()[at] {
            b'>' => {
                tag.end = at + 1;
                return Some(tag);
            }
            b'{' => {
                tag.has_spread = true;
                at = braces_end(code, at)?;
            }
            byte if is_attribute_byte(byte) => {
                let attribute = attribute(code, at)?;
                at = attribute.1;
                tag.attributes.push(attribute.0);
            }
            _ => at += 1,
        }
    }
    None
}

fn attribute(code: &str, at: usize) -> Option<(Attribute<'_>, usize)> {
    let bytes = code.as_bytes();
    let end = at + bytes[at..].iter().position(|byte| !is_attribute_byte(*byte))?;
    let name = &code[at..end];
    let after = end + bytes[end..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    if bytes[after] != b'=' {
        return Some((Attribute { name, value: "", at, end }, end));
    }
    let begin = after + 1 + bytes[after + 1..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    let close = match bytes[begin] {
        mark @ (b'"' | b'\'') => begin + 2 + bytes[begin + 1..].iter().position(|byte| *byte == mark)?,
        b'{' => braces_end(code, begin)?,
        _ => begin + bytes[begin..].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?,
    };
    Some((Attribute { name, value: code.get(begin..close)?, at, end: close }, close))
}

fn is_attribute_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_:.@".contains(&byte)
}

/// After the brace that ends the one at `open`. Strings on the way are passed over.
fn braces_end(code: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (offset, byte) in code.bytes().skip(open).take(REACH).enumerate() {
        match (quote, byte) {
            (Some(mark), _) => quote = (byte != mark && byte != b'\n').then_some(mark),
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_its_attributes() {
        let code = "a < b <form onSubmit={(e) => { e.go('}') }} className=\"x > y\" {...rest} noValidate>";
        let tags: Vec<_> = tags(code, |name| name == "form").collect();
        let names: Vec<_> = tags[0].attributes.iter().map(|attribute| attribute.name).collect();
        assert_eq!(names, ["onSubmit", "className", "noValidate"]);
        assert!(tags[0].has_spread);
        assert_eq!(tags[0].text_of("classname"), Some("x > y"));
        assert_eq!(tags[0].end, code.len());
    }

    #[test]
    fn calls_and_their_values_are_found() {
        let bare = "prefetch(x); fetch<T>(url, { method: m, headers: { body: 1 } })";
        let (at, range) = calls(bare, "fetch").next().unwrap();
        assert_eq!((at, &bare[range.clone()]), (13, "url, { method: m, headers: { body: 1 } }"));
        assert_eq!(bare[value_of(bare, range, "method").unwrap()..].chars().next(), Some('m'));
    }

    #[test]
    fn what_never_ends_is_given_up() {
        let open = "fetch(".repeat(50_000);
        assert_eq!(calls(&open, "fetch").count(), 0);
        let open = "<form a={".repeat(50_000);
        assert_eq!(tags(&open, |name| name == "form").count(), 0);
    }
}
