use super::*;

fn read(url: &str) -> MailUrl {
    MailUrl::read(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn refusal(url: &str) -> String {
    MailUrl::read(url).err().unwrap_or_else(|| panic!("{url} was taken")).to_string()
}

#[test]
fn the_scheme_says_how_tls_begins() {
    for (url, host, port, tls) in [
        ("smtps://smtp.example.com", "smtp.example.com", 465, Tls::AtOnce),
        ("smtps://smtp.example.com:8465/", "smtp.example.com", 8465, Tls::AtOnce),
        ("smtps://smtp.example.com?secure=true", "smtp.example.com", 465, Tls::AtOnce),
        ("smtp://smtp.example.com", "smtp.example.com", 587, Tls::Required),
        ("SMTP://smtp.example.com:25?starttls=required", "smtp.example.com", 25, Tls::Required),
        ("smtp://smtp.example.com?requireTLS=true&tls=required", "smtp.example.com", 587, Tls::Required),
        ("smtp://127.0.0.1:1025?tls=none", "127.0.0.1", 1025, Tls::None),
        ("smtp://[::1]:1025?tls=none", "[::1]", 1025, Tls::None),
        (" smtp://mailpit:1025?TLS=None\n", "mailpit", 1025, Tls::None),
        ("smtp://mail.internal:25?tls=none", "mail.internal", 25, Tls::None),
        ("smtp://10.0.0.5:25?tls=false", "10.0.0.5", 25, Tls::None),
        ("smtp://[fd00::25]:25?tls=none", "[fd00::25]", 25, Tls::None),
    ] {
        let read = read(url);
        assert_eq!((read.host.as_str(), read.port, read.tls), (host, port, tls), "{url}");
        assert_eq!(read.login, None);
    }
}

#[test]
fn user_and_password_are_decoded_and_never_shown() {
    let read = read("smtps://shop%40example.com:p%25ss%2Fw%3Ard%401@smtp.example.com:465");
    assert_eq!(read.login, Some(("shop@example.com".to_owned(), "p%ss/w:rd@1".to_owned())));
    assert_eq!(format!("{read:?}"), "smtps://(hidden)@smtp.example.com:465");
}

#[test]
fn in_the_open_is_for_this_machine_and_private_networks() {
    for host in ["smtp.example.com", "8.8.8.8", "[2001:db8::1]", "127.0.0.1.example.com", "192.0.2.1"] {
        assert!(refusal(&format!("smtp://{host}:25?tls=none")).contains("in the open"), "{host}");
    }
}

#[test]
fn what_is_wrong_is_named_with_what_to_write() {
    for (url, part) in [
        ("http://smtp.example.com", "a web address takes no mail"),
        ("https://api.provider.example/v3", "smtps://USER:PASSWORD@HOST:465"),
        ("mailto:shop@example.com", "the sender stands in a setting of its own"),
        ("smtp+starttls://h", "write smtp://"),
        ("ssl://h:465", "write smtps://"),
        ("imaps://h", "IMAP is for reading"),
        ("sendmail:///usr/sbin/sendmail", "starts no program"),
        ("\"smtps://h\"", "quotes"),
        ("MAIL_URL=smtps://h", "the URL alone"),
        ("smtp.example.com", "does not begin with smtps:// or smtp://"),
        ("smtp:smtp.example.com", "stands no ://"),
        ("smtps://", "names no host"),
        ("smtps://a,b", "several hosts"),
        ("smtp://smtp.example.com:465", "write smtps:// instead of smtp://"),
        ("smtps://smtp.example.com:587", "write smtp:// instead of smtps://"),
        ("smtps://smtp.example.com:0", "port 0"),
        ("smtps://smtp.example.com:99999", "USER:PASSWORD@HOST:PORT"),
        ("smtps://smtp.example.com/mail", "take the path away"),
        ("smtps://shop@smtp.example.com", "a user and no password"),
        ("smtps://:hush@smtp.example.com", "a password and no user"),
        ("smtps://shop@example.com:hush@smtp.example.com", "@ is %40"),
        ("smtps://shop:hu:sh@smtp.example.com", ": is %3A"),
        ("smtps://shop:hu/sh@smtp.example.com", "/ is %2F"),
        ("smtps://shop:hu?sh@smtp.example.com", "? is %3F"),
        ("smtps://shop:hu#sh@smtp.example.com", "# is %23"),
        ("smtps://shop:hu%sh@smtp.example.com", "% is %25"),
        ("smtps://shop:hu sh@smtp.example.com", "a space is %20"),
        ("smtps://shop:[YOUR-PASSWORD]@smtp.example.com", "still a placeholder"),
        ("smtps://USER:PASSWORD@smtp.example.com", "still a placeholder"),
        ("smtps://shop:hush@HOST", "still a placeholder"),
        ("smtps://shop:********@smtp.example.com", "still a placeholder"),
        ("smtp://h?starttls=optional", "protects from nobody"),
        ("smtp://h?tls=opportunistic", "protects from nobody"),
        ("smtp://h?starttls=false", "write tls=none"),
        ("smtps://h?tls=none", "smtps:// is TLS"),
        ("smtp://h?secure=true", "smtps:// with port 465"),
        ("smtps://h?rejectUnauthorized=false", "always checked"),
        ("smtps://h?verify_peer=0", "SSL_CERT_FILE"),
        ("smtps://h?timeout=5", "30 seconds"),
        ("smtps://h?pool=true", "two connections"),
        ("smtps://h?user=shop&password=hush", "before the host"),
        ("smtps://h?auth=login", "agreed on with the server"),
        ("smtps://h?from=shop%40example.com", "a setting of its own"),
        ("smtps://h?starttls=required&hush=1", "parameter 2 behind its ? is unknown"),
        ("smtps://h?tls=hush", "parameter 1"),
        ("smtps://-", "no name of a server"),
        ("smtps://a%20b", "no name of a server"),
    ] {
        let line = refusal(url);
        assert!(line.starts_with("the URL of the mail server cannot be used: "), "{url}: {line}");
        assert!(line.contains(part), "{url}: {line}");
        for piece in ["hush", "hu:", "hu/", "hu?", "hu#", "hu%", "hu "] {
            assert!(!line.contains(piece), "{url}: {line}");
        }
    }
}
