use super::*;

fn letterhead() -> Letterhead {
    Letterhead {
        shop: "Nordlicht".to_owned(),
        url: "https://shop.example".to_owned(),
        colour: "#0a5cff".to_owned(),
        logo: None,
        imprint: Vec::new(),
    }
}

/// A message with these parts.
fn message(subject: &str, text: &str, html: &str) -> Vec<u8> {
    format!(
        "Subject: {subject}\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
         --b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, html)
    )
    .into_bytes()
}

fn found(subject: &str, text: &str, html: &str) -> Vec<String> {
    lint(&message(subject, text, html), &letterhead())
}

#[test]
fn what_is_fine_is_not_mentioned() {
    let html = "<style>a{color:red}</style><p class=\"code\">48</p><a href=\"https://shop.example/x\">x</a>\
                <a href=\"mailto:a@b.example\">m</a><img src=\"cid:logo@shop.example\">";
    assert_eq!(found("Hi", "48\n\nhttps://shop.example/x.\n\n@shop.example #48", html), [""; 0]);
}

#[test]
fn whatever_is_fetched_from_elsewhere_is_found() {
    for html in [
        "<img src=\"https://shop.example/logo.png\">",
        "<IMG SRC='//cdn.example/x'>",
        "<img srcset=\"cid:a, http://cdn.example/x 2x\">",
        "<link rel=stylesheet href=\"https://cdn.example/x.css\">",
        "<p style=\"background: url( 'http://cdn.example/x')\">",
        "<style>@import 'x.css';</style>",
        "<style>p { background: url(\nhttps://cdn.example/x) }</style>",
        "<td background=\"http://cdn.example/x\">",
        "<video poster=\"https://cdn.example/x\">",
    ] {
        let found = found("Hi", "x", html);
        assert!(found.len() == 1 && found[0].contains("fetched from elsewhere"), "{html}: {found:?}");
    }
}

#[test]
fn what_harms_is_found() {
    for (subject, text, html, part) in [
        (&*"é".repeat(79), "x", "", "79 characters"),
        ("=?utf-8?Q?=C3=A9?= ", "", "", "no text part"),
        ("", "x", "", "no subject"),
        (
            "Hi",
            "x",
            "<a href=\"https://track.example/?u=secret\">x</a>",
            "a link leads to https://track.example and",
        ),
        ("Hi", "see http://shop.example/x", "", "a link leads to http://shop.example and"),
        ("Hi", "x", "<a href=\"javascript:x\">x</a>", "no http address"),
        ("Hi", "x", "<form action=\"/x\"></form>", "<form> does nothing"),
        ("Hi", "x", "<script>1</script>", "<script> does nothing"),
        ("Hi", "Your code: 48", "<p class=\"big code\">48</p>", "does not stand alone"),
        ("Hi", "Your code is 48\n\n@shop.example #48", "", "does not stand alone"),
    ] {
        let found = found(subject, text, html);
        assert!(found.len() == 1 && found[0].contains(part), "{part}: {found:?}");
        assert!(!found[0].contains("secret"));
    }
    let large = "x".repeat(80 * 1024);
    assert!(found("Hi", "x", &large)[0].contains("mail programs cut it at 100"));
}

#[test]
fn whatever_it_is_given_it_answers() {
    let whole = message("=?utf-8?B?4pyT?=", "48", "<p>");
    for end in 0..whole.len() {
        lint(&whole[..end], &letterhead());
    }
    lint(&[0xff; 300], &letterhead());
}
