use std::collections::BTreeSet;

use super::*;

fn all() -> Vec<Words> {
    Language::ALL.iter().map(|language| Words::of(*language).unwrap()).collect()
}

#[test]
fn every_language_says_everything_with_the_same_values() {
    let all = all();
    let english = all[0].texts();
    for words in &all {
        let language = words.language();
        assert_eq!(
            words.texts().keys().collect::<Vec<_>>(),
            english.keys().collect::<Vec<_>>(),
            "{language:?}"
        );
        for (name, texts) in words.texts() {
            let (original, all) = (english[name].join(" "), texts.join(" "));
            let names = |text| names_in(text).collect::<BTreeSet<_>>();
            // Where a paragraph is cut, and how often the shop is named, is the language's own.
            assert_eq!(names(&all), names(&original), "{language:?} {name}");
            assert!(!all.contains(['<', '>', '&']) && !all.contains("  "), "{language:?} {name}");
        }
    }
}

#[test]
fn every_kind_has_its_sentences() {
    for kind in Kind::ALL {
        for part in ["subject", "heading", "paragraphs", "footnote"] {
            assert!(all()[0].texts().contains_key(&format!("{}.{part}", kind.as_str())), "{kind:?} {part}");
        }
        let button = format!("{}.button", kind.as_str());
        assert_eq!(all()[0].texts().contains_key(&button), kind.has_link(), "{kind:?}");
    }
}

#[test]
fn a_subject_is_short_with_a_shop_of_usual_length() {
    for words in all() {
        for kind in Kind::ALL {
            let subject = words.say(&format!("{}.subject", kind.as_str()), &[("shop", "Nordlicht Outdoor")]);
            assert!(subject.chars().count() <= 78, "{subject}");
        }
    }
}

#[test]
fn a_shop_changes_only_what_it_names() {
    let mut words = Words::of(Language::German).unwrap();
    words.replace("de.toml", "greeting = \"Moin,\"\n[recovery]\nparagraphs = \"Für {shop}.\"").unwrap();
    assert_eq!(words.say("greeting", &[]), "Moin,");
    assert_eq!(words.all("recovery.paragraphs", &[("shop", "{x}")]), ["Für {x}."]);
    assert_eq!(words.say("recovery.heading", &[]), "Wählen Sie ein neues Passwort");
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (source, line, part) in [
        ("greeting = \"Hi\"\ngreting = \"Hi\"", 2, "greting is no sentence of a mail"),
        ("\n[recovery]\nsubjekt = \"x\"", 3, "recovery.heading"),
        ("[nothing]\nsubject = \"x\"", 2, "nothing.subject is no sentence"),
        ("[test]\nbutton = \"x\"", 2, "test.button"),
        ("[recovery]\nsubject = \"{code}\"", 2, "asks for {code}"),
        ("[recovery]\nheading = \"Hi {name}\"", 2, "use {shop} or nothing"),
        ("code = \"Code {cod}\"", 1, "{cod}"),
        ("greeting = \"open { brace\"", 1, "asks for { brace}"),
        ("greeting = 7", 1, "needs words in quotes"),
        ("greeting = \" \"", 1, "needs words in quotes"),
        ("[recovery]\nparagraphs = []", 2, "[\"…\", \"…\"]"),
        ("[recovery]\nsubject = [\"a\"]", 2, "needs words"),
        ("a = \n", 1, "it is no TOML"),
    ] {
        let mut words = Words::of(Language::English).unwrap();
        let error = words.replace("words/en.toml", source).unwrap_err().to_string();
        assert!(error.starts_with(&format!("words/en.toml, line {line}: ")), "{source}: {error}");
        assert!(error.contains(part), "{source}: {error}");
    }
}
