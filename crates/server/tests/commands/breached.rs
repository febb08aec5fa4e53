//! `doorstep breached build`, and a server with what it made.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::serve::Server;
use crate::support::Run;

/// The hash of "correct horse battery staple".
const HASH: &str = "ABF7AAD6438836DBE526AA231ABDE2D0EEF74D42";
const LISTED: &str = "correct horse battery staple";
const GOOD: &str = "a kettle of purple teapots";

fn with_file() -> Run {
    let run = Run::new()
        .file("hashes", &format!("{HASH}:5\n"))
        .file("doorstep.toml", "[passwords]\nbreached_file = \"breached\"\n");
    let ended = run.run(&["breached", "build", "--hashes", "hashes", "breached"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out.starts_with("breached has 1 passwords in "), "{}", ended.out);
    run
}

fn post(server: &Server, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let (mut stream, body) =
        (TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap(), body.to_string());
    let head = "Host: localhost\r\nConnection: close\r\nContent-Type: application/json";
    let length = body.len();
    write!(stream, "POST {path} HTTP/1.1\r\n{head}\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[test]
fn a_listed_password_is_refused_at_sign_up_and_at_a_change() {
    let server = Server::start(&with_file(), &[]);
    let sign_up = |password: &str| {
        let form =
            json!({"name": "Ada", "email": "ada@example.com", "password": password, "session": "token"});
        post(&server, "/api/signup", "none", &form)
    };
    let (status, told) = sign_up(LISTED);
    assert_eq!((status, &told["fields"]["password"]["code"]), (422, &json!("password_breached")), "{told}");
    let (status, told) = sign_up(GOOD);
    assert_eq!(status, 201, "{told}");
    let token = told["token"].as_str().unwrap();
    let change = json!({"currentPassword": GOOD, "newPassword": LISTED});
    let (status, told) = post(&server, "/api/user/password", token, &change);
    assert_eq!(
        (status, &told["fields"]["newPassword"]["code"]),
        (422, &json!("password_breached")),
        "{told}"
    );
    let (code, log) = server.end("-TERM");
    assert!(code == 0 && log.contains("looked up among 1 breached"), "{log}");
    assert!(!log.contains("horse"), "{log}");
}

#[test]
fn a_file_that_cannot_be_used_stops_the_start_with_field_and_fix() {
    let run = with_file();
    let path = run.path().join("breached");
    let whole = std::fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    let mut newer = whole.clone();
    newer[8] = 9;
    for (bytes, told) in [
        (None, "cannot be read: No such file or directory (os error 2)"),
        (
            Some(&b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:1\n"[..]),
            "make one with `doorstep breached build`",
        ),
        (Some(&whole[..whole.len() - 2]), "copy it again, or build it again"),
        (Some(&flipped), "is damaged, its checksum is another: copy it again, or build it again"),
        (Some(&newer), "has version 9 of the format, and this program reads version 1: build it again"),
    ] {
        match bytes {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["check-config"]] {
            let ended = run.run(command);
            assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{}", ended.err);
            assert!(
                ended.err.contains("[passwords] breached_file: breached ") && ended.err.contains(told),
                "{}",
                ended.err
            );
        }
    }
}

#[test]
fn a_list_that_cannot_be_read_leaves_the_older_file_as_it_is() {
    let run = with_file().file("passwords", "hunter2\nsecret\n").file("ranges", "no folder");
    let before = std::fs::read(run.path().join("breached")).unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (
            &["--hashes", "passwords"],
            1,
            "doorstep: passwords, line 1: needs 40 hex digits of SHA-1, a colon and a count",
        ),
        (&["--hashes", "none"], 1, "doorstep: none cannot be read: "),
        (
            &["--hashes", "hashes", "--at-least", "6"],
            1,
            "doorstep: there is no password to put into breached",
        ),
        (&["--passwords", "hashes"], 1, "doorstep: hashes, line 1: needs a password, and this is a hash"),
        (&["--ranges", "ranges"], 1, "doorstep: ranges cannot be read: "),
        (&["--ranges", "."], 1, "a folder of ranges has files named by 5 hex digits"),
        (&["--passwords", "passwords", "--at-least", "2"], 2, "cannot be used with"),
        (&["--passwords", "passwords", "--hashes", "hashes"], 2, "cannot be used with"),
        (&[], 2, "required"),
    ];
    for (arguments, code, told) in cases {
        let ended = run.run(&[&["breached", "build"], *arguments, &["breached"]].concat());
        assert_eq!((ended.code, ended.out.as_str()), (*code, ""), "{arguments:?}");
        assert!(ended.err.contains(told) && !ended.err.contains("hunter2"), "{arguments:?} {}", ended.err);
    }
    let beyond = run.run(&["breached", "build", "--passwords", "passwords", "no/such/breached"]);
    assert!(beyond.code == 1 && beyond.err.contains("no/such/breached cannot be written"), "{}", beyond.err);
    assert_eq!(std::fs::read(run.path().join("breached")).unwrap(), before);
}

#[test]
fn what_is_missing_from_a_folder_of_ranges_is_told() {
    let run = Run::new();
    std::fs::create_dir(run.path().join("ranges")).unwrap();
    let run = run.file("ranges/ABF7A", &format!("{}:5\n", &HASH[5..]));
    let ended = run.run(&["breached", "build", "--ranges", "ranges", "breached"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(ended.err, "warning: 1 of 1,048,576 ranges are there; passwords of the others pass\n");
}
