//! Blanks comments and the contents of strings, so that nothing is found in what is commented out or only spoken of.
//!
//! This is no parser. JSX mixes prose into code, where an apostrophe opens no string; what is doubtful ends with its line.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Script,
    Dart,
    Markup,
    Other,
}

/// The text without comments, and without comments and strings. Offsets and lines stay.
pub fn blank(text: &str, language: Language) -> (String, String) {
    match language {
        Language::Script | Language::Dart => {
            let mut lexer = Lexer::new(text, language == Language::Dart);
            lexer.run();
            (into_text(lexer.code), into_text(lexer.bare))
        }
        Language::Markup => {
            let code = without_markup_comments(text);
            (code.clone(), code)
        }
        Language::Other => (text.to_owned(), text.to_owned()),
    }
}

/// Whole characters were blanked, so this is text again.
fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn without_markup_comments(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut from = 0;
    while let Some(begin) = text[from..].find("<!--").map(|found| from + found) {
        let end = text[begin..].find("-->").map_or(text.len(), |found| begin + found + 3);
        hide(&mut bytes[begin..end]);
        from = end;
    }
    into_text(bytes)
}

fn hide(bytes: &mut [u8]) {
    for byte in bytes {
        if !matches!(*byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

/// A string that is open: how it ends, and what counts in it.
#[derive(Clone, Copy)]
struct Quote {
    mark: u8,
    is_long: bool,
    is_raw: bool,
    has_lines: bool,
}

enum Frame {
    Text(Quote),
    /// Code inside a string, `${ … }`, and how many braces are open in it.
    Hole(usize),
}

struct Lexer<'a> {
    text: &'a [u8],
    is_dart: bool,
    at: usize,
    code: Vec<u8>,
    bare: Vec<u8>,
    frames: Vec<Frame>,
    /// The last byte of code that was no white space.
    last: u8,
    /// The end of the line that was asked for last: a whole program may stand in one.
    line_end: usize,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, is_dart: bool) -> Self {
        let text = text.as_bytes();
        Self {
            text,
            is_dart,
            at: 0,
            code: text.to_vec(),
            bare: text.to_vec(),
            frames: Vec::new(),
            last: b'(',
            line_end: 0,
        }
    }

    fn run(&mut self) {
        while self.at < self.text.len() {
            match self.frames.last() {
                Some(Frame::Text(quote)) => self.text_byte(*quote),
                _ => self.code_byte(),
            }
        }
    }

    fn starts(&self, what: &[u8]) -> bool {
        self.text[self.at..].starts_with(what)
    }

    fn code_byte(&mut self) {
        let byte = self.text[self.at];
        if self.starts(b"/*") {
            return self.block_comment();
        }
        if self.starts(b"//") && !self.is_address() {
            return self.hide_line();
        }
        if byte == b'/' && !self.is_dart && self.is_pattern() {
            return self.pattern();
        }
        if let Some(quote) = self.quote() {
            self.at += if quote.is_long { 3 } else { 1 };
            self.frames.push(Frame::Text(quote));
            return;
        }
        match (byte, self.frames.last_mut()) {
            (b'{', Some(Frame::Hole(open))) => *open += 1,
            (b'}', Some(Frame::Hole(0))) => {
                self.frames.pop();
            }
            (b'}', Some(Frame::Hole(open))) => *open -= 1,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            self.last = byte;
        }
        self.at += 1;
    }

    fn block_comment(&mut self) {
        let begin = self.at;
        let mut open = 0;
        while self.at < self.text.len() {
            if self.starts(b"*/") {
                self.at += 2;
                open -= 1;
                if open == 0 {
                    break;
                }
            } else if self.starts(b"/*") && (open == 0 || self.is_dart) {
                // Dart's comments nest.
                self.at += 2;
                open += 1;
            } else {
                self.at += 1;
            }
        }
        hide(&mut self.code[begin..self.at]);
        hide(&mut self.bare[begin..self.at]);
    }

    fn hide_line(&mut self) {
        let begin = self.at;
        self.at = self.end_of_line();
        hide(&mut self.code[begin..self.at]);
        hide(&mut self.bare[begin..self.at]);
    }

    fn end_of_line(&mut self) -> usize {
        if self.at > self.line_end || self.line_end == 0 {
            let rest = &self.text[self.at..];
            let found = rest.iter().position(|byte| *byte == b'\n');
            self.line_end = found.map_or(self.text.len(), |found| self.at + found);
        }
        self.line_end
    }

    /// `http://shop` in the prose of a page is no comment.
    fn is_address(&self) -> bool {
        let next = self.text.get(self.at + 2).copied().unwrap_or(b' ');
        self.at > 0 && self.text[self.at - 1] == b':' && (next.is_ascii_alphanumeric() || next == b'[')
    }

    /// Whether a slash begins a regular expression: only where a value is expected.
    fn is_pattern(&self) -> bool {
        let next = self.text.get(self.at + 1).copied().unwrap_or(b'\n');
        b"(,=:[!&|?;".contains(&self.last) && !next.is_ascii_whitespace()
    }

    fn pattern(&mut self) {
        let (begin, end) = (self.at + 1, self.end_of_line());
        let (mut at, mut is_in_class) = (begin, false);
        while at < end && (self.text[at] != b'/' || is_in_class) {
            match self.text[at] {
                b'\\' => at += 1,
                b'[' => is_in_class = true,
                b']' => is_in_class = false,
                _ => {}
            }
            at += 1;
        }
        let at = at.min(end);
        hide(&mut self.bare[begin..at]);
        self.last = b'/';
        self.at = (at + 1).min(self.text.len()).max(begin);
    }

    /// The string that begins here.
    fn quote(&self) -> Option<Quote> {
        let mark = self.text[self.at];
        let before = if self.at > 0 { self.text[self.at - 1] } else { b' ' };
        match mark {
            b'"' | b'\'' if self.is_dart => {
                let is_long = self.starts(&[mark; 3]);
                Some(Quote { mark, is_long, is_raw: before == b'r', has_lines: is_long })
            }
            // `Don't` in the prose of a page.
            b'\'' if before.is_ascii_alphanumeric() || !before.is_ascii() => None,
            b'"' | b'\'' => Some(Quote { mark, is_long: false, is_raw: false, has_lines: false }),
            b'`' if !self.is_dart => Some(Quote { mark, is_long: false, is_raw: false, has_lines: true }),
            _ => None,
        }
    }

    fn text_byte(&mut self, quote: Quote) {
        let byte = self.text[self.at];
        let is_end = byte == quote.mark && (!quote.is_long || self.starts(&[quote.mark; 3]));
        if is_end || (byte == b'\n' && !quote.has_lines) {
            self.frames.pop();
            self.at += if is_end && quote.is_long { 3 } else { 1 };
            self.last = quote.mark;
            return;
        }
        let has_holes = (self.is_dart && !quote.is_raw) || quote.mark == b'`';
        if has_holes && self.starts(b"${") {
            self.frames.push(Frame::Hole(0));
            self.at += 2;
            self.last = b'(';
            return;
        }
        // An escaped end of line stays: an unfinished string must not swallow the next one.
        let next = self.text.get(self.at + 1).copied().unwrap_or(b'\n');
        let width = if byte == b'\\' && !quote.is_raw && next.is_ascii() && next != b'\n' { 2 } else { 1 };
        hide(&mut self.bare[self.at..self.at + width]);
        self.at += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> (String, String) {
        blank(text, Language::Script)
    }

    #[test]
    fn comments_go_and_strings_stay() {
        let (code, bare) = script("a('x // y') // b\n/* c\n */ d");
        assert_eq!(code, "a('x // y')     \n    \n    d");
        assert_eq!(bare, "a('      ')     \n    \n    d");
    }

    #[test]
    fn an_apostrophe_in_prose_opens_nothing() {
        let (_, bare) = script("<p>Don't stop</p> // 'x");
        assert_eq!(bare.trim_end(), "<p>Don't stop</p>");
        let (_, bare) = script("<p>at http://shop</p>");
        assert_eq!(bare, "<p>at http://shop</p>");
    }

    #[test]
    fn code_inside_a_template_is_code() {
        let (_, bare) = script("`a ${f({ b: 'c' })} d` + e");
        assert_eq!(bare, "`  ${f({ b: ' ' })}  ` + e");
    }

    #[test]
    fn a_quote_in_a_pattern_opens_nothing() {
        let (code, bare) = script("x.replace(/['\"/]/g, '') // y\nz");
        assert_eq!(code, "x.replace(/['\"/]/g, '')     \nz");
        assert!(bare.ends_with("g, '')     \nz"), "{bare}");
    }

    #[test]
    fn dart_has_long_raw_and_nested_forms() {
        let (_, bare) = blank("a(r'\\', '''b\n' c''', \"${d('e')}\") /* /* */ f */ g", Language::Dart);
        assert_eq!(bare, "a(r' ', ''' \n   ''', \"${d(' ')}\")               g");
    }

    #[test]
    fn a_whole_program_in_one_line_takes_no_longer() {
        let text = "(/a/".repeat(250_000);
        let (code, bare) = script(&text);
        assert_eq!((code.len(), bare.len()), (text.len(), text.len()));
        assert_eq!(script("a(/x/)\nb(/y/, 'z')").1, "a(/ /)\nb(/ /, ' ')");
    }

    #[test]
    fn offsets_stay_whatever_the_letters() {
        for text in ["é /* ü */ 'ß' 漢", "'\\é' // 漢\n`", "/é", "= /é\\", "'\\", "\u{feff}<!-- é"] {
            for language in [Language::Script, Language::Dart, Language::Markup, Language::Other] {
                let (code, bare) = blank(text, language);
                assert_eq!((code.len(), bare.len()), (text.len(), text.len()), "{text}");
            }
        }
    }
}
