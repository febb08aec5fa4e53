use doorstep_base::Language;

use super::*;
use crate::Logo;

fn letterhead() -> Letterhead {
    Letterhead {
        shop: "Nordlicht".to_owned(),
        url: "https://shop.example".to_owned(),
        colour: "#0a5cff".to_owned(),
        logo: None,
        imprint: Vec::new(),
    }
}

fn rendered(subject: &str, text: &str) -> Rendered {
    Rendered {
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: "<p>é</p>\n".to_owned(),
        language: Language::French,
    }
}

fn envelope() -> Envelope {
    Envelope {
        from: From::read("Nordlicht <shop@shop.example>").unwrap(),
        to: "ada@example.com".to_owned(),
        id: "01a2-7.x".to_owned(),
        at: Timestamp::from_millis(1_795_960_920_000),
    }
}

fn made(rendered: &Rendered, envelope: &Envelope) -> String {
    String::from_utf8(compose(rendered, envelope, &letterhead()).unwrap()).unwrap()
}

#[test]
fn a_message_stands_as_the_standards_write_it() {
    assert_eq!(
        made(&rendered("Bonjour Zoé", "Votre code est 482913\n.\nFrom here \n"), &envelope())
            .replace("\r\n", "\n"),
        "From: Nordlicht <shop@shop.example>
To: ada@example.com
Subject: =?utf-8?Q?Bonjour_Zo=C3=A9?=
Date: Sun, 29 Nov 2026 14:02:00 +0000
Message-ID: <01a2-7.x@shop.example>
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
Content-Language: fr
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary=\"=_a_01a2-7.x\"

--=_a_01a2-7.x
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Votre code est 482913
=2E
=46rom here=20
--=_a_01a2-7.x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>=C3=A9</p>
--=_a_01a2-7.x--
"
    );
}

#[test]
fn every_line_break_is_whole_and_no_line_is_long() {
    let long = "ü ".repeat(300) + &"x".repeat(300);
    let raw = made(&rendered(&long, &long), &envelope());
    assert!(raw.split("\r\n").all(|line| line.len() <= 76 && !line.contains(['\r', '\n'])), "{raw}");
    assert!(raw.is_ascii());
}

#[test]
fn nobody_begins_a_header() {
    let envelope =
        Envelope { from: From::read("\"Bcc: (x), y;\" <shop@shop.example>").unwrap(), ..envelope() };
    let raw = made(&rendered("Hi\r\nBcc: x@example.com\r\n\r\nbody", "x"), &envelope);
    assert!(raw.contains("\r\nSubject: Hi Bcc: x@example.com body\r\n"), "{raw}");
    assert!(raw.starts_with("From: \"Bcc: (x), y;\" <shop@shop.example>\r\n"), "{raw}");
    for to in ["a@example.com\r\nBcc: b@example.com", "a@example.com, b@example.com", "", "<a@example.com>"] {
        let wrong = Envelope { to: to.to_owned(), ..envelope.clone() };
        assert_eq!(compose(&rendered("x", "x"), &wrong, &letterhead()), Err(ComposeError::To), "{to}");
    }
    for id in ["", "a\r\nb", "a b", "a@b", ".a", "a..b", &"a".repeat(65)] {
        let wrong = Envelope { id: id.to_owned(), ..envelope.clone() };
        assert_eq!(compose(&rendered("x", "x"), &wrong, &letterhead()), Err(ComposeError::Id), "{id}");
    }
}

#[test]
fn a_logo_goes_along_beside_the_html() {
    let letterhead = |bytes: &[u8]| Letterhead {
        logo: Some(Logo { bytes: bytes.to_vec(), alt: String::new() }),
        ..letterhead()
    };
    let raw = compose(&rendered("x", "x"), &envelope(), &letterhead(&[0xff, 0xd8, 0xff, 1])).unwrap();
    let raw = String::from_utf8(raw).unwrap();
    for part in [
        "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"=_r_01a2-7.x\"\r\n\r\n--=_r_01a2-7.x\r\n",
        "Content-Type: image/jpeg\r\n",
        "Content-ID: <logo@shop.example>\r\n",
        "\r\n\r\n/9j/AQ==\r\n--=_r_01a2-7.x--\r\n--=_a_01a2-7.x--\r\n",
    ] {
        assert!(raw.contains(part), "{raw}");
    }
    let unknown = letterhead(b"GIF89a");
    assert_eq!(compose(&rendered("x", "x"), &envelope(), &unknown), Err(ComposeError::Logo));
}

#[test]
fn domains_are_ascii_on_the_wire() {
    let envelope = Envelope { to: "ada@Bücher.example".to_owned(), ..envelope() };
    assert!(made(&rendered("x", "x"), &envelope).contains("\r\nTo: ada@xn--bcher-kva.example\r\n"));
}
