use std::fs;

use doorstep_base::Timestamp;

use super::*;
use crate::{Envelope, From, Logo, compose, lint};

fn letterhead() -> Letterhead {
    Letterhead {
        shop: "Nordlicht".to_owned(),
        url: "https://shop.example".to_owned(),
        colour: "#0a5cff".to_owned(),
        logo: None,
        imprint: vec!["Nordlicht GmbH, Hafenstraße 1, 20457 Hamburg".to_owned()],
    }
}

fn ours() -> Templates {
    Templates::load(letterhead(), None).unwrap()
}

/// Every mail, with all values and with as few as there may be.
fn every_mail(templates: &Templates) -> Vec<(Kind, Language, Values, Rendered)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        for language in Language::ALL {
            let letterhead = templates.letterhead();
            for values in [Values::sample(*kind, *language, letterhead), Values::least(*kind, letterhead)] {
                let rendered = templates.render(*kind, *language, &values).unwrap();
                all.push((*kind, *language, values, rendered));
            }
        }
    }
    all
}

fn sent(rendered: &Rendered, letterhead: &Letterhead) -> Vec<u8> {
    let envelope = Envelope {
        from: From::read("Nordlicht <shop@shop.example>").unwrap(),
        to: "ada@example.com".to_owned(),
        id: "m-1".to_owned(),
        at: Timestamp::from_millis(1_795_960_920_000),
    };
    compose(rendered, &envelope, letterhead).unwrap()
}

#[test]
fn each_kind_in_each_language_is_a_mail_that_nothing_is_wrong_with() {
    let png = [&[0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'][..], &[7; 9000]].concat();
    let logo = Some(Logo { bytes: png, alt: "Nordlicht".to_owned() });
    for letterhead in [letterhead(), Letterhead { logo, ..letterhead() }] {
        let templates = Templates::load(letterhead.clone(), None).unwrap();
        for (kind, language, _, rendered) in every_mail(&templates) {
            assert_eq!(lint(&sent(&rendered, &letterhead), &letterhead), [""; 0], "{kind:?} {language:?}");
            let opening = format!("<html lang=\"{}\" dir=\"{}\">", language.tag(), language.direction());
            assert!(rendered.html.contains(&opening), "{kind:?} {language:?}");
            assert!(!rendered.html.contains("<script") && !rendered.html.contains("<form"));
            assert!(
                !rendered.text.contains("\n\n\n") && !rendered.text.contains("none"),
                "{}",
                rendered.text
            );
            assert!(rendered.html.len() < 12_000, "{}", rendered.html.len());
        }
    }
}

#[test]
fn a_text_with_a_code_begins_with_it_and_ends_with_the_line_for_phones() {
    for (kind, language, values, rendered) in every_mail(&ours()) {
        let Some(code) = values.code else {
            assert!(!rendered.text.contains('#') || values.link.is_some(), "{}", rendered.text);
            continue;
        };
        let text = &rendered.text;
        assert!(text.chars().take(60).collect::<String>().contains(&code), "{kind:?} {language:?}: {text}");
        assert!(text.lines().any(|line| line == code), "{text}");
        assert!(text.ends_with(&format!("\n@shop.example #{code}\n")), "{text}");
        assert!(!rendered.subject.contains(&code), "{}", rendered.subject);
        // The first words of the HTML are what a list of mails shows.
        let preview = rendered.html.split("overflow:hidden;\">").nth(1).unwrap().split('<').next().unwrap();
        assert!(preview.chars().take(60).collect::<String>().contains(&code), "{preview}");
    }
    let english = ours().sample(Kind::Recovery, Language::English).unwrap();
    assert!(english.text.starts_with("Your code is 482913\n"), "{}", english.text);
}

#[test]
fn a_code_is_shown_as_it_was_grouped() {
    let grouped =
        Values { code: Some("482 913".to_owned()), ..Values::least(Kind::LoginCode, &letterhead()) };
    for language in Language::ALL {
        let rendered = ours().render(Kind::LoginCode, *language, &grouped).unwrap();
        assert!(rendered.text.lines().any(|line| line == "482 913"));
        assert!(rendered.html.contains(">482 913<"));
        assert!(rendered.text.ends_with("@shop.example #482913\n"), "{}", rendered.text);
        assert_eq!(lint(&sent(&rendered, &letterhead()), &letterhead()), [""; 0]);
    }
}

#[test]
fn a_stranger_writes_neither_headers_nor_markup_nor_advertisements() {
    let hostile = "Ada\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>\u{202e}{{ 7 * 7 }}";
    let shop = Letterhead { shop: format!("Nord\r\nBcc: x@example.com\u{202e}<b>{hostile}"), ..letterhead() };
    let templates = Templates::load(shop.clone(), None).unwrap();
    for kind in Kind::ALL {
        for language in Language::ALL {
            let values = Values {
                name: Some(hostile.to_owned()),
                device: Some(hostile.to_owned()),
                address: Some(hostile.to_owned()),
                ..Values::sample(*kind, *language, &shop)
            };
            let rendered = templates.render(*kind, *language, &values).unwrap();
            assert!(!rendered.subject.contains(['\r', '\n', '\u{202e}']));
            assert!(
                !rendered.html.contains("<script") && !rendered.html.contains("<b>"),
                "{}",
                rendered.html
            );
            assert!(!rendered.html.contains('\u{202e}') && !rendered.text.contains('\u{202e}'));
            assert!(!rendered.text.contains("49"), "{}", rendered.text);
            let raw = String::from_utf8(sent(&rendered, &shop)).unwrap();
            let head = raw.split("\r\n\r\n").next().unwrap();
            assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        }
    }
    let advertising = Values { name: Some("Win at evil.example".to_owned()), ..Values::default() };
    let rendered = ours().render(Kind::Test, Language::English, &advertising).unwrap();
    assert!(rendered.text.starts_with("Hello,\n") && !rendered.html.contains("evil"), "{}", rendered.text);
}

#[test]
fn what_a_mail_needs_and_lacks_is_named() {
    let full = |kind| Values::least(kind, &letterhead());
    let error =
        |kind, values: Values| ours().render(kind, Language::German, &values).unwrap_err().to_string();
    let without = Values { code: None, ..full(Kind::Recovery) };
    assert_eq!(error(Kind::Recovery, without), "a mail of the kind recovery needs code");
    assert_eq!(error(Kind::NewDevice, Values::default()), "a mail of the kind new_device needs link");
    let away = Values { link: Some("javascript:alert(1)//s3cret".to_owned()), ..full(Kind::Recovery) };
    assert!(!error(Kind::Recovery, away).contains("s3cret"));
}

#[test]
fn times_are_read_the_same_in_every_country() {
    let rendered = ours().sample(Kind::NewDevice, Language::German).unwrap();
    assert!(
        rendered.text.contains("Gerät: Chrome on Linux\nZeit: 2026-11-29 14:02 UTC\n"),
        "{}",
        rendered.text
    );
    for (minutes, shown) in
        [(15, "15 Min."), (119, "119 Min."), (120, "2 Std."), (2879, "47 Std."), (4320, "3 Tage.")]
    {
        let values = Values { minutes: Some(minutes), ..Values::least(Kind::Recovery, &letterhead()) };
        let rendered = ours().render(Kind::Recovery, Language::German, &values).unwrap();
        assert!(rendered.text.contains(&format!("gelten {shown}\n")), "{}", rendered.text);
    }
}

#[test]
fn our_own_mails_are_far_from_the_bound() {
    let mut templates = ours();
    templates.environment.set_fuel(Some(FUEL / 50));
    assert_eq!(every_mail(&templates).len(), 120);
}

#[test]
fn the_guide_lists_what_a_template_may_say() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/mail-templates.md");
    let guide = fs::read_to_string(guide).unwrap();
    let templates = ours();
    let told = Told::of(Kind::Test, &Values::default()).unwrap();
    let (.., said) = templates.said(Kind::Test, Language::English, told).unwrap();
    let names: Vec<_> = serde_json::to_value(&said).unwrap().as_object().unwrap().keys().cloned().collect();
    for name in &names {
        assert!(guide.contains(&format!("`{name}`")), "{name} is missing");
    }
    let listed = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    for (name, _) in listed.filter(|(name, _)| !name.contains(['.', '/'])) {
        assert!(names.iter().any(|known| known == name), "{name} is none");
    }
}

/// A shop's folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("words")).unwrap();
    for (name, contents) in files {
        fs::write(folder.path().join(name), contents).unwrap();
    }
    folder
}

#[test]
fn a_shop_puts_its_own_files_in_the_place_of_ours() {
    let folder = folder(&[
        ("words/de.toml", "[recovery]\nsubject = \"Neues Passwort bei {shop}\""),
        ("mail.html", "{% extends \"doorstep/mail.html\" %}{% block head %}<p>OWN</p>{% endblock %}"),
        ("test.txt", "{{ greeting }}\n{{ shop }}"),
        ("test.html", "<p>{{ greeting }}{{ imprint | join(', ') }}"),
        ("logo.png", "no template"),
        (".recovery.html.swp", "{{"),
    ]);
    let templates = Templates::load(letterhead(), Some(folder.path())).unwrap();
    let recovery = templates.sample(Kind::Recovery, Language::German).unwrap();
    assert_eq!(recovery.subject, "Neues Passwort bei Nordlicht");
    assert!(recovery.html.contains("<p>OWN</p>") && recovery.html.contains("482913"));
    let test = templates.sample(Kind::Test, Language::English).unwrap();
    assert_eq!(test.text, "Hello Ada Lovelace,\nNordlicht\n");
    assert!(test.html.starts_with("<p>Hello Ada Lovelace,Nordlicht GmbH"), "{}", test.html);
}

#[test]
fn a_mistake_stops_the_start_and_says_where_it_is() {
    let huge = " ".repeat(256 * 1024 + 1);
    let complete = "{{ code_sentence }}\n{{ code }}\n{{ link }}\n";
    for (name, contents, begins, part) in [
        ("mail.html", "\n{{ nmae }}", "mail.html, line 2: ", "asks for what this mail does not have"),
        ("mail.html", "{% if nmae %}x{% endif %}", "mail.html, line 1: ", "asks for what"),
        ("mail.txt", &format!("{complete}{{{{ code_bound }}}}"), "mail.txt, line 1: ", "{% if name %}"),
        ("test.txt", "{{ greeting }}\n{{ name }}", "test.txt, line 2: ", "asks for what"),
        ("mail.html", "\n\n{% if %}", "mail.html, line 3: ", "syntax"),
        ("mail.html", "{% for i in range(100000) %}{{ i }}{% endfor %}", "mail.html, line 1: ", "loop"),
        (
            "mail.html",
            "{% for a in range(999) %}{% for b in range(999) %}x{% endfor %}{% endfor %}",
            "mail.html, line 1: ",
            "loop",
        ),
        ("mail.html", "{% include \"/etc/passwd\" %}", "mail.html, line 1: ", "doorstep/mail.html"),
        ("recovery.html", "<p>{{ code }}</p>", "recovery.html: ", "<a href=\"{{ link }}\">"),
        ("recovery.html", "<p>{{ link }}</p>", "recovery.html: ", "write {{ code }}"),
        ("recovery.txt", "{{ link }}\n", "recovery.txt: ", "{{ code }}"),
        ("recovery.txt", "{{ code }}\n", "recovery.txt: ", "{{ link }}"),
        ("recovery.txt", &format!("{}\n{complete}", "x".repeat(60)), "recovery.txt: ", "{{ code_sentence }}"),
        ("recovery.txt", complete, "recovery.txt: ", "{{ code_bound }}"),
        ("recovry.html", "", "recovry.html: ", "rename it"),
        ("words/nl.toml", "", "words/nl.toml: ", "rename it to one of en"),
        ("words/en.toml", "\nhallo = \"x\"", "words/en.toml, line 2: ", "hallo"),
        ("mail.html", &huge, "mail.html: ", "smaller than 256 KiB"),
    ] {
        let folder = folder(&[(name, contents)]);
        let error =
            Templates::load(letterhead(), Some(folder.path())).err().unwrap_or_else(|| panic!("{contents}"));
        let error = error.to_string();
        assert!(error.starts_with(begins), "{name}: {error}");
        assert!(error.contains(part), "{name}: {error}");
    }
}

#[test]
fn what_is_no_text_or_no_file_is_refused() {
    let folder = folder(&[]);
    fs::write(folder.path().join("mail.txt"), b"one\ntw\xff").unwrap();
    let error = Templates::load(letterhead(), Some(folder.path())).err().unwrap().to_string();
    assert!(error.starts_with("mail.txt, line 2: it is no UTF-8"), "{error}");
    fs::remove_file(folder.path().join("mail.txt")).unwrap();
    fs::create_dir(folder.path().join("mail.html")).unwrap();
    let error = Templates::load(letterhead(), Some(folder.path())).err().unwrap().to_string();
    assert_eq!(error, "mail.html: it is no file");
    let error = Templates::load(letterhead(), Some(&folder.path().join("none"))).err().unwrap().to_string();
    assert!(error.contains("is the path right?"), "{error}");
}
