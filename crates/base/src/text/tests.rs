use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

/// Every key with its English sentence.
fn english() -> BTreeMap<&'static str, &'static str> {
    let codes = Code::ALL.iter().map(|code| (code.as_str(), code.title()));
    let fields = FieldCode::ALL.iter().map(|code| (code.as_str(), code.message()));
    let sentences = Sentence::ALL.iter().map(|sentence| (sentence.key(), sentence.english()));
    let mut all = BTreeMap::new();
    for (key, text) in codes.chain(fields).chain(sentences) {
        let before = all.insert(key, text);
        assert!(before.is_none_or(|before| before == text), "{key} stands for two sentences");
    }
    all
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
}

#[test]
fn every_language_says_everything_with_the_same_values() {
    let english = english();
    for (language, file) in TRANSLATIONS {
        let words: BTreeMap<String, String> = toml::from_str(file).unwrap();
        let (keys, wanted): (Vec<_>, Vec<_>) = (words.keys().collect(), english.keys().collect());
        assert_eq!(keys, wanted, "{language:?}");
        for (key, text) in &words {
            let original = english[key.as_str()];
            assert_eq!(placeholders(text), placeholders(original), "{language:?} {key}");
            assert!(!text.is_empty() && text.trim() == text, "{language:?} {key}");
            let stops = |text: &str| text.ends_with('.');
            assert_eq!(
                stops(text),
                stops(original),
                "{language:?} {key}: a stop at the end like the English"
            );
            // Text in angle brackets would be the first in these files: somebody took them for HTML.
            assert!(!text.contains(['<', '>', '&']), "{language:?} {key}");
        }
    }
}

/// `email_taken` as the Flutter kit has it: `errorEmailTaken`.
fn in_the_kit(key: &str) -> String {
    let capitalised = key.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
    format!("error{}", capitalised.collect::<String>())
}

/// Words that are no error in the kit.
const ITS_OWN: [(&str, &str); 6] = [
    ("password_changed", "passwordChanged"),
    ("label_name", "name"),
    ("label_email", "email"),
    ("label_password", "password"),
    ("try_again", "tryAgain"),
    ("try_again_in", "tryAgainIn"),
];

#[test]
fn the_flutter_kit_and_the_server_say_it_in_the_same_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/dart/doorstep_flutter/lib/l10n");
    for (language, file) in TRANSLATIONS {
        let words: BTreeMap<String, String> = toml::from_str(file).unwrap();
        let kit = std::fs::read_to_string(folder.join(format!("doorstep_{}.arb", language.tag()))).unwrap();
        let kit: BTreeMap<String, String> = texts_of(&kit);
        let mut shared = 0;
        for (key, text) in &words {
            let own = ITS_OWN.iter().find(|(known, _)| known == key).map(|(_, own)| (*own).to_owned());
            let Some(theirs) = kit.get(&own.unwrap_or_else(|| in_the_kit(key))) else { continue };
            let (text, theirs) = (text.trim_end_matches('.'), theirs.trim_end_matches('.'));
            assert_eq!(text, theirs, "{language:?} {key}");
            shared += 1;
        }
        assert!(shared > 35, "{language:?}: only {shared} sentences were compared");
    }
}

/// The lines `"key": "text",` of an ARB file; none of its texts has a quote in it.
fn texts_of(text: &str) -> BTreeMap<String, String> {
    let line = |line: &str| {
        let (key, text) = line.trim().trim_end_matches(',').split_once("\": \"")?;
        Some((key.strip_prefix('"')?.to_owned(), text.strip_suffix('"')?.to_owned()))
    };
    text.lines().filter_map(line).collect()
}

#[test]
fn values_are_filled_in_once() {
    let text = Text::from(Sentence::StillNeeded).with("fields", "{fields} {x");
    assert_eq!(text.to_string(), "Still needed: {fields} {x");
    assert_eq!(text.in_language(Language::German), "Es fehlt noch: {fields} {x");
    assert_eq!(Text::from("a {b} c {").with("x", 1).to_string(), "a {b} c {");
}

#[test]
fn the_words_of_a_list_are_in_the_language_of_the_sentence() {
    let fields = [Text::from(Sentence::Email), Text::from("country")];
    let text = Text::from(Sentence::StillNeeded).with_list("fields", fields);
    assert_eq!(text.to_string(), "Still needed: E-mail, country");
    assert_eq!(text.in_language(Language::French), "Il manque encore\u{a0}: E-mail, country");
    assert_eq!(text.in_language(Language::Arabic), "ما زال مطلوبًا: البريد الإلكتروني، country");
}

/// A line must not begin with a sign of punctuation.
#[test]
fn french_signs_of_two_parts_stay_with_the_word_before_them() {
    let (_, french) = TRANSLATIONS.iter().find(|(language, _)| *language == Language::French).unwrap();
    let words: BTreeMap<String, String> = toml::from_str(french).unwrap();
    for (key, text) in words {
        for (sign, space) in [(':', '\u{a0}'), (';', '\u{202f}'), ('?', '\u{202f}'), ('!', '\u{202f}')] {
            for (at, _) in text.match_indices(sign) {
                assert!(text[..at].ends_with(space), "{key}: {text}");
            }
        }
    }
}

#[test]
fn what_is_for_developers_is_english_for_everybody() {
    let text = Text::from(format!("Send {}", "a list"));
    assert!(Language::ALL.iter().all(|language| text.in_language(*language) == "Send a list"));
    assert!(Language::ALL.iter().all(|language| text.spoken_in(*language) == Language::English));
    assert_eq!(Text::from(Code::Busy).spoken_in(Language::Arabic), Language::Arabic);
}
