//! What the HTML of a mail fetches, where it leads, and which code it shows.

use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};

#[derive(Default)]
pub struct About {
    /// Elements and attributes that fetch something.
    pub remote: Vec<String>,
    /// Elements that mail programs throw away, or a mail with them.
    pub refused: Vec<String>,
    pub links: Vec<String>,
    pub code: Option<String>,
}

const REFUSED: [&str; 8] = ["script", "form", "input", "iframe", "object", "embed", "base", "svg"];
const FETCHED: [&str; 6] = ["src", "srcset", "background", "poster", "data", "lowsrc"];

pub fn look(html: &str) -> About {
    let mut about = About::default();
    let mut emitter = DefaultEmitter::default();
    // Without this the text of a style would be read as tags.
    emitter.naively_switch_states(true);
    let (mut in_style, mut in_code) = (false, false);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = shown(&tag.name);
                in_style = name == "style";
                let classes = attribute(&tag, "class").unwrap_or_default();
                in_code = classes.split_whitespace().any(|class| class == "code");
                of_tag(&mut about, &tag, &name);
            }
            Token::EndTag(_) => (in_style, in_code) = (false, false),
            Token::String(text) => {
                let text = shown(&text.value);
                if in_style && fetches(&text) {
                    about.remote.push("what a style names".to_owned());
                }
                let code = text.trim();
                if in_code && !code.is_empty() && about.code.is_none() {
                    about.code = Some(code.to_owned());
                }
            }
            _ => {}
        }
    }
    about
}

fn of_tag(about: &mut About, tag: &StartTag<()>, name: &str) {
    if REFUSED.contains(&name) {
        about.refused.push(name.to_owned());
    }
    for (attribute, value) in &tag.attributes {
        let (attribute, value) = (shown(attribute), shown(value));
        let is_remote = match attribute.as_str() {
            "href" => name == "link" && is_remote(&value),
            "style" => fetches(&value),
            _ => FETCHED.contains(&attribute.as_str()) && is_remote(&value),
        };
        if is_remote {
            about.remote.push(format!("{attribute} of <{name}>"));
        }
        if attribute == "href" && matches!(name, "a" | "area") {
            about.links.push(value);
        }
    }
}

fn is_remote(address: &str) -> bool {
    // A list of pictures has several.
    address.split(',').any(|address| {
        let address = address.trim().to_ascii_lowercase();
        address.starts_with("http:") || address.starts_with("https:") || address.starts_with("//")
    })
}

/// Whether a style fetches a picture, a font or another style.
fn fetches(style: &str) -> bool {
    let style: String = style.to_ascii_lowercase().split_whitespace().collect();
    let mut urls = style.split("url(").skip(1).map(|rest| rest.trim_start_matches(['"', '\'']));
    style.contains("@import") || urls.any(is_remote)
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let found = tag.attributes.iter().find(|(known, _)| known.as_slice() == name.as_bytes());
    found.map(|(_, value)| shown(value))
}

fn shown(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}
