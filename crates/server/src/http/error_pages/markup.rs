//! The little markup of the catalogue's texts, as HTML: paragraphs, `code` between backticks, and lines that begin with
//! four spaces as a block of code.

use std::fmt::Write;

use doorstep_base::Cause;
pub use doorstep_web::escape_html as escape;

const INDENT: &str = "    ";

/// One line of text, with what stands between backticks as code and every id of a cause as a link.
pub fn inline(text: &str) -> String {
    let mut html = String::new();
    for (i, part) in escape(text).split('`').enumerate() {
        let _ =
            if i % 2 == 1 { write!(html, "<code>{part}</code>") } else { write!(html, "{}", linked(part)) };
    }
    html
}

fn linked(text: &str) -> String {
    let mut parts = text.split("DS-");
    let mut html = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let cause = part.get(..2).and_then(|number| Cause::from_id(&format!("DS-{number}")));
        let _ = match cause {
            Some(cause) => write!(html, "<a href=\"/errors/{cause}\">{cause}</a>{}", &part[2..]),
            None => write!(html, "DS-{part}"),
        };
    }
    html
}

/// A whole text. Blocks are what blank lines, or a change between text and code, divide.
pub fn blocks(text: &str) -> String {
    let mut html = String::new();
    let mut lines = text.trim_end().lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let is_code = line.starts_with(INDENT);
        let mut block = vec![line];
        while let Some(next) =
            lines.next_if(|next| !next.trim().is_empty() && next.starts_with(INDENT) == is_code)
        {
            block.push(next);
        }
        if is_code {
            let code: Vec<&str> =
                block.iter().map(|line| line.strip_prefix(INDENT).unwrap_or(line)).collect();
            let _ = write!(html, "<pre><code>{}</code></pre>", escape(&code.join("\n")));
        } else {
            let _ = write!(html, "<p>{}</p>", inline(&block.join(" ")));
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_code_become_paragraphs_and_blocks() {
        assert_eq!(
            blocks("Use `a<b>`:\n\n    x = 1\n      y\nthen\nthat.\n\n    z"),
            "<p>Use <code>a&lt;b&gt;</code>:</p><pre><code>x = 1\n  y</code></pre><p>then that.</p><pre><code>z</code></pre>"
        );
        assert_eq!(blocks(""), "");
        assert_eq!(
            inline("Fix (DS-10), not DS-nn."),
            "Fix (<a href=\"/errors/DS-10\">DS-10</a>), not DS-nn."
        );
    }
}
