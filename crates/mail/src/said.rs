//! What a template may say: the names that stand in `{{ }}`.

use doorstep_base::Language;
use serde::Serialize;

use crate::words::Words;
use crate::{Kind, Letterhead, clean, contrast, values::Told};

/// Everything is always there; what a mail does not have is none, and `{% if %}` asks for it.
#[derive(Serialize)]
pub struct Said {
    kind: &'static str,
    lang: &'static str,
    dir: &'static str,
    shop: String,
    url: String,
    host: String,
    colour: Colours,
    logo: Option<Picture>,
    imprint: Vec<String>,
    pub subject: String,
    /// What a list of mails shows beside the subject.
    preview: String,
    greeting: String,
    heading: String,
    paragraphs: Vec<String>,
    button: Option<String>,
    link_hint: String,
    footnote: String,
    name: Option<String>,
    pub code: Option<String>,
    pub code_sentence: Option<String>,
    /// `@shop.example #482913`: the last line of the text, by which a phone fills the code in on this site only.
    pub code_bound: Option<String>,
    pub link: Option<String>,
    device: Option<String>,
    at: Option<String>,
    address: Option<String>,
    minutes: Option<u32>,
    /// How long code and link are good, as a sentence.
    expires: Option<String>,
    details: Vec<Detail>,
}

#[derive(Serialize)]
struct Colours {
    light: String,
    on_light: &'static str,
    dark: String,
    on_dark: &'static str,
}

#[derive(Serialize)]
struct Picture {
    src: String,
    alt: String,
}

/// A line of a small table: when, and on which device.
#[derive(Serialize)]
struct Detail {
    label: String,
    value: String,
}

impl Said {
    pub fn new(kind: Kind, words: &Words, letterhead: &Letterhead, told: Told) -> Self {
        let language = words.language();
        let shop = clean::line(&letterhead.shop);
        let apart = |text: &str| apart(language, text);
        let inside = |value: &Option<String>| apart(value.as_deref().unwrap_or_default());
        let values = [
            ("shop", apart(&shop)),
            ("device", inside(&told.device)),
            ("at", inside(&told.at)),
            ("address", inside(&told.address)),
        ];
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let key = |part: &str| format!("{}.{part}", kind.as_str());
        let say = |part: &str| words.say(&key(part), &values);
        let paragraphs = words.all(&key("paragraphs"), &values);
        let code_sentence =
            told.code.as_deref().map(|code| words.say("code", &[("code", &code_apart(language, code))]));
        let button = contrast::button(contrast::read(&letterhead.colour).unwrap_or_default());
        Self {
            kind: kind.as_str(),
            lang: language.tag(),
            dir: language.direction(),
            url: letterhead.url.clone(),
            host: letterhead.host().to_owned(),
            colour: Colours {
                light: button.light.0,
                on_light: button.light.1,
                dark: button.dark.0,
                on_dark: button.dark.1,
            },
            logo: letterhead.logo.as_ref().map(|logo| Picture {
                src: format!("cid:{}", letterhead.logo_id()),
                alt: clean::line(&logo.alt),
            }),
            imprint: letterhead.imprint.iter().map(|line| clean::line(line)).collect(),
            // No invisible sign in a header: filters take them for disguise.
            subject: clean::line(&words.say(&key("subject"), &[("shop", &shop)])),
            preview: code_sentence.clone().or_else(|| paragraphs.first().cloned()).unwrap_or_default(),
            greeting: match &told.name {
                Some(name) => words.say("greeting_name", &[("name", &apart(name)), ("shop", &apart(&shop))]),
                None => words.say("greeting", &values),
            },
            heading: say("heading"),
            paragraphs,
            button: kind.has_link().then(|| say("button")),
            link_hint: words.say("link_hint", &values),
            footnote: say("footnote"),
            // The form of such lines has no room for the spaces of a grouped code.
            code_bound: told.code.as_deref().map(|code| {
                let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
                format!("@{} #{code}", letterhead.host())
            }),
            code_sentence,
            expires: expires(words, &told),
            details: details(kind, words, &told),
            shop,
            name: told.name,
            code: told.code,
            link: told.link,
            device: told.device,
            at: told.at,
            address: told.address,
            minutes: told.minutes,
        }
    }
}

fn expires(words: &Words, told: &Told) -> Option<String> {
    let minutes = told.minutes.filter(|_| told.link.is_some())?;
    // Rounded down: what is said must hold.
    let (unit, count) = match minutes {
        0..120 => ("minutes", minutes),
        120..2880 => ("hours", minutes / 60),
        _ => ("days", minutes / 1440),
    };
    let time = words.say(unit, &[("count", &count.to_string())]);
    let sentence = if told.code.is_some() { "expires_both" } else { "expires_link" };
    let sentence = words.say(sentence, &[("time", &time)]);
    // A unit that ends in a stop ends the sentence too.
    Some(sentence.strip_suffix("..").map(|sentence| format!("{sentence}.")).unwrap_or(sentence))
}

fn details(kind: Kind, words: &Words, told: &Told) -> Vec<Detail> {
    let address = told.address.as_ref().filter(|_| kind == Kind::AddressChanged);
    let rows =
        [("label_address", address), ("label_device", told.device.as_ref()), ("label_at", told.at.as_ref())];
    let rows = rows.into_iter().filter_map(|(label, value)| Some((label, value?.clone())));
    rows.map(|(label, value)| Detail { label: words.say(label, &[]), value }).collect()
}

/// Latin words inside a sentence of Arabic, so that neither turns the other's order: the signs are ours, a stranger's are gone.
fn apart(language: Language, text: &str) -> String {
    if language.direction() == "rtl" { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

/// Digits alone stay in their order by themselves, and a preview shows them without signs around them.
fn code_apart(language: Language, code: &str) -> String {
    if code.bytes().all(|sign| sign.is_ascii_digit()) { code.to_owned() } else { apart(language, code) }
}
