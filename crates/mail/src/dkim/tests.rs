use super::*;

/// Keys of this test alone: they sign for no domain.
const RSA: &str = include_str!("test-rsa.pem");
const ED25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINgX11PeloeA27lRbr0QQMjz96CSouUgBcnwvSTIL+kW
-----END PRIVATE KEY-----
";
/// Folded headers, blanks at the ends of lines, empty lines at the end.
const MESSAGE: &[u8] = b"\
    From: Nordlicht <shop@shop.example>\r\n\
    To:  ada@example.com \r\n\
    Subject: Choose a new\r\n\
    \tpassword\r\n\
    Date: Sun, 29 Nov 2026 14:02:00 +0000\r\n\
    Message-ID: <1@shop.example>\r\n\
    MIME-Version: 1.0\r\n\
    \r\n\
    Your  code is 482913 \t\r\n\
    \r\n\
    \x20\r\n\
    Bye\r\n\
    \r\n\
    \r\n";
/// Before it, with both keys: dkimpy 1.1.8 found each good by its record.
const SIGNATURES: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=shop.example;
 s=ed; t=1795960920;
 h=From:To:Subject:Date:From:To:Subject:Date:
 Message-ID:MIME-Version;
 bh=8zreY1QF5k+7gA7y912kdMlFcJnEsQhp02lpYFrlSVc=;
 b=
 lSEhqc0I74bJuMTIEV3CTJO5qQ3/XcX+HpQDqS41mTWpI9lC3KhKS2TrMTZJ8C9XZPt2VTvs
 QeA0GgjRX7EtAA==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=shop.example;
 s=rsa; t=1795960920;
 h=From:To:Subject:Date:From:To:Subject:Date:
 Message-ID:MIME-Version;
 bh=8zreY1QF5k+7gA7y912kdMlFcJnEsQhp02lpYFrlSVc=;
 b=
 mvRoPB9WUgKaxZq6DH0NdxOOHqA79MTkZf087mtKO0iCqNp2dvKvzYjIzayL3x0JxcX9TnzY
 eIJCSFgxnoOAa6aApkRir8EzxOkiErqZlJp5M8poZ3pB5jNNs8tdCcN1uaIKIE961awGR4nW
 qz/bXEeQMp9Kh7RUQxIQ8xnGLhEZn163sTrJsuikaLhLpApAkl8OitWcqTewbzej9jtH1T0R
 iU+VLi6C67ZVe2PoXkEbEYKEIMP8/5XVod7aXdeBYjdTbkK9UCMoWen1pZasQkh2FYP4NbHc
 lqjxQ4EMrMdDFyXUQX/BQvyURw1/kZysm4Kn9y07znv+Z8UqnSt6EA==
";
const AT: Timestamp = Timestamp::from_millis(1_795_960_920_000);

fn load(selector: &str, pem: &str) -> Dkim {
    Dkim::load("shop.example", selector, pem).unwrap()
}

#[test]
fn the_signatures_are_those_that_another_implementation_found_good() {
    let signed = load("rsa", RSA).sign(MESSAGE.to_vec(), AT);
    let signed = load("ed", ED25519).sign(signed, AT);
    let signed = String::from_utf8(signed).unwrap();
    let (signatures, message) = signed.split_at(signed.len() - MESSAGE.len());
    assert_eq!(signatures.replace("\r\n", "\n"), SIGNATURES);
    assert_eq!(message.as_bytes(), MESSAGE);
}

#[test]
fn what_changes_on_the_way_changes_no_signature_and_everything_else_does() {
    let signature = |message: &[u8]| {
        let signed = load("ed", ED25519).sign(message.to_vec(), AT);
        signed[..signed.len() - message.len()].to_vec()
    };
    let message = String::from_utf8(MESSAGE.to_vec()).unwrap();
    let first = signature(MESSAGE);
    for (from, to) in [
        ("To:  ada", "TO:ada"),
        ("new\r\n\tpassword", "new password"),
        ("Your  code", "Your \t code"),
        ("Bye\r\n\r\n\r\n", "Bye\r\n"),
    ] {
        assert_eq!(signature(message.replace(from, to).as_bytes()), first, "{from}");
    }
    for (from, to) in
        [("ada@", "eve@"), ("new\r\n\tpassword", "newpassword"), ("482913", "482914"), ("Bye", " Bye")]
    {
        assert_ne!(signature(message.replace(from, to).as_bytes()), first, "{from}");
    }
}

#[test]
fn an_empty_body_is_empty() {
    assert_eq!(canonical::body(b""), b"");
    assert_eq!(canonical::body(b"\r\n\r\n"), b"");
    assert_eq!(canonical::body(b" a \t b \r\n\t\r\n"), b" a b\r\n");
    assert_eq!(canonical::body(b"no break at the end"), b"no break at the end\r\n");
}

#[test]
fn the_record_is_what_the_dns_must_have() {
    let (name, text) = load("mail2026", ED25519).record();
    assert_eq!(name, "mail2026._domainkey.shop.example");
    assert!(text.starts_with("v=DKIM1; k=ed25519; p=") && text.len() == 22 + 44, "{text}");
    assert!(load("a.b", RSA).record().1.starts_with("v=DKIM1; k=rsa; p=MII"));
}

#[test]
fn what_is_no_key_is_refused_without_a_piece_of_it() {
    let pem = |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    let body = RSA.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    for (key, error) in [
        (String::new(), DkimError::NoPem),
        (body.clone(), DkimError::NoPem),
        (pem("PRIVATE KEY", "no base64!"), DkimError::NoPem),
        (pem("PUBLIC KEY", &body), DkimError::NotPrivate("public key")),
        (pem("CERTIFICATE", &body), DkimError::NotPrivate("certificate")),
        (pem("ENCRYPTED PRIVATE KEY", &body), DkimError::Encrypted),
        (
            pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA"),
            DkimError::Encrypted,
        ),
        (pem("PRIVATE KEY", "AAAA"), DkimError::Unusable),
        (pem("EC PRIVATE KEY", "AAAA"), DkimError::Unusable),
        (include_str!("test-rsa-1024.pem").to_owned(), DkimError::Unusable),
    ] {
        let refused = Dkim::load("shop.example", "mail", &key).err();
        assert_eq!(refused, Some(error));
    }
    for domain in ["", "localhost", "shop example", "shop.example;x=y"] {
        assert_eq!(Dkim::load(domain, "mail", ED25519).err(), Some(DkimError::Domain), "{domain}");
    }
    for selector in ["", "a b", "a;d=evil.example", "a\r\nb", "."] {
        assert_eq!(
            Dkim::load("shop.example", selector, ED25519).err(),
            Some(DkimError::Selector),
            "{selector}"
        );
    }
}
