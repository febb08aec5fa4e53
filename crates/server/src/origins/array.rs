//! A TOML list changed in place, in the form that its author gave it: one line or many, with comments where they were.

use toml_edit::{Array, Decor, Value};

/// Adds a text at the end.
pub fn push(array: &mut Array, text: &str) {
    let mut new = Value::from(text);
    if let Some(lines) = lines_at_end(array) {
        *new.decor_mut() = Decor::new(format!("{}\n{}", lines.rest, lines.indent), "");
        if let Some(last) = last_mut(array) {
            last.decor_mut().set_suffix("");
        }
        array.set_trailing(format!("\n{}", lines.closing));
        array.set_trailing_comma(true);
    } else if !array.is_empty() {
        *new.decor_mut() = Decor::new(" ", "");
    }
    array.push_formatted(new);
}

/// Takes the text at `index` away. Comments of its neighbours stay with them, and so do lines of comments above it.
pub fn remove(array: &mut Array, index: usize) {
    let removed = array.remove(index);
    let before = raw(removed.decor().prefix().and_then(|prefix| prefix.as_str()));
    let Some((neighbours, above)) = before.split_once('\n') else {
        // All in one line: what follows stands where this stood.
        if let Some(next) = array.get_mut(index) {
            next.decor_mut().set_prefix(before);
        }
        return;
    };
    // Without the indent, which the next one has of its own.
    let above = if above.contains('#') { above.trim_end_matches([' ', '\t']) } else { "" };
    let join = |after: &str| {
        let own = after.split_once('\n').map_or(after, |(_, rest)| rest);
        format!("{neighbours}\n{above}{own}")
    };
    if let Some(next) = array.get_mut(index) {
        let joined = join(raw(next.decor().prefix().and_then(|prefix| prefix.as_str())).as_str());
        next.decor_mut().set_prefix(joined);
    } else {
        let end = if array.trailing_comma() { raw(array.trailing().as_str()) } else { suffix(&removed) };
        array.set_trailing(join(&end));
        // Without the comma a comment behind the last text would swallow nothing, but the list would end in two forms.
        array.set_trailing_comma(!array.is_empty());
    }
}

/// How a list of several lines ends.
struct Lines {
    /// What stands behind the last text in its line: a comment, say.
    rest: String,
    indent: String,
    /// What stands before the closing bracket.
    closing: String,
}

fn lines_at_end(array: &Array) -> Option<Lines> {
    let last = array.len().checked_sub(1).and_then(|last| array.get(last));
    let prefix = last.map(|last| raw(last.decor().prefix().and_then(|prefix| prefix.as_str())));
    let end = match last {
        Some(last) if !array.trailing_comma() => suffix(last) + &raw(array.trailing().as_str()),
        _ => raw(array.trailing().as_str()),
    };
    let indent = match prefix.as_deref().and_then(|prefix| prefix.rsplit_once('\n')) {
        Some((_, indent)) => indent.to_owned(),
        None if end.contains('\n') => "  ".to_owned(),
        None => return None,
    };
    let (rest, closing) = end.rsplit_once('\n').unwrap_or((end.as_str(), ""));
    Some(Lines { rest: rest.to_owned(), indent, closing: closing.to_owned() })
}

fn last_mut(array: &mut Array) -> Option<&mut Value> {
    let last = array.len().checked_sub(1)?;
    array.get_mut(last)
}

fn suffix(value: &Value) -> String {
    raw(value.decor().suffix().and_then(|suffix| suffix.as_str()))
}

fn raw(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;

    fn edited(list: &str, edit: impl FnOnce(&mut Array)) -> String {
        let mut document: DocumentMut = format!("o = {list}\n").parse().unwrap();
        edit(document["o"].as_array_mut().unwrap());
        let text = document.to_string();
        text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error}\n{text}"));
        text.strip_prefix("o = ").unwrap().trim_end().to_owned()
    }

    #[test]
    fn a_text_is_added_in_the_form_that_the_list_has() {
        for (before, after) in [
            ("[]", r#"["c"]"#),
            (r#"["a"]"#, r#"["a", "c"]"#),
            (r#"["a", "b"]"#, r#"["a", "b", "c"]"#),
            ("[\n  \"a\",\n]", "[\n  \"a\",\n  \"c\",\n]"),
            ("[\n\t\"a\"\n]", "[\n\t\"a\",\n\t\"c\",\n]"),
            ("[\n  \"a\", # one\n  # two\n]", "[\n  \"a\", # one\n  # two\n  \"c\",\n]"),
            ("[\n  \"a\" # one\n]", "[\n  \"a\", # one\n  \"c\",\n]"),
            ("[\n  # nobody\n]", "[\n  # nobody\n  \"c\",\n]"),
        ] {
            assert_eq!(edited(before, |array| push(array, "c")), after, "{before}");
        }
    }

    #[test]
    fn a_text_goes_and_the_comments_of_others_stay() {
        for (before, index, after) in [
            (r#"["a"]"#, 0, "[]"),
            (r#"["a", "b"]"#, 0, r#"["b"]"#),
            (r#"["a", "b"]"#, 1, r#"["a"]"#),
            ("[\n  \"a\",\n  \"b\",\n]", 0, "[\n  \"b\",\n]"),
            ("[\n  \"a\",\n  \"b\",\n]", 1, "[\n  \"a\",\n]"),
            ("[\n  \"a\",\n  \"b\"\n]", 1, "[\n  \"a\",\n]"),
            ("[\n  \"a\", # one\n  \"b\", # two\n]", 0, "[\n  \"b\", # two\n]"),
            ("[\n  \"a\", # one\n  \"b\", # two\n]", 1, "[\n  \"a\", # one\n]"),
            (
                "[\n  \"a\",\n  # the others\n  \"b\",\n  \"c\",\n]",
                1,
                "[\n  \"a\",\n  # the others\n  \"c\",\n]",
            ),
        ] {
            assert_eq!(edited(before, |array| remove(array, index)), after, "{before} {index}");
        }
    }
}
