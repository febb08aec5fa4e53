//! The command: its report, its exit code, its JSON, and what it changes.

use std::path::Path;
use std::process::Output;

use doorstep_testkit::app::{PRODUCTION, TestApp};
use doorstep_testkit::http_proxy::HttpProxy;
use doorstep_testkit::tls::{Authority, behind_tls, date_time_ymd, parameters, secure};
use insta::assert_snapshot;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

async fn doctor(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_doorstep"));
    command.arg("doctor").args(arguments).current_dir(folder).env_clear();
    let Output { status, stdout, stderr } = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
}

/// The report without what differs from run to run.
fn settled(text: &str, port: u16) -> String {
    let text = text.replace(&port.to_string(), "PORT");
    let lines = text.lines().map(|line| match (line.split_once(", answered in"), line.rsplit_once(", ")) {
        (Some((start, _)), _) => format!("{start}, answered in …"),
        (None, Some((start, end))) if end.ends_with(" s") => format!("{start}, … s"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_bill_is_short_and_ends_with_0() {
    let (app, folder) = (TestApp::with(&PRODUCTION).await, tempfile::tempdir().unwrap());
    let ran = doctor(folder.path(), &["--api", &format!("127.0.0.1:{}", app.address().port())]).await;
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert_snapshot!(settled(&ran.out, app.address().port()), @"
    Doorstep doctor http://127.0.0.1:PORT
      server  Doorstep, on 127.0.0.1, inside of its https address, answered in …
      pages   http://127.0.0.1:5173 (assumed: name yours with --origin)

    Nothing to mend, … s
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_told_worst_first_and_end_with_1() {
    let (app, folder) = (TestApp::with(&PRODUCTION).await, tempfile::tempdir().unwrap());
    let proxy = HttpProxy::start(Some(app.address()), |_, mut reply| {
        reply.set("date", "Mon, 23 Nov 2026 01:00:00 GMT");
        reply
    })
    .await;
    let (port, page) = (proxy.address.port(), "http://127.0.0.1:3000");
    let ran = doctor(folder.path(), &["--api", &proxy.url(), "--origin", &format!("{page}/login")]).await;
    assert_eq!((ran.code, &*ran.err), (1, ""));
    let ids: Vec<&str> =
        ran.out.lines().filter(|line| line.starts_with("DS-")).map(|line| &line[..13]).collect();
    assert_eq!(ids, ["DS-01 error  ", "DS-43 warning"]);
    let told = settled(&ran.out, port);
    let first = told.split("\n\n").nth(1).unwrap();
    assert_snapshot!(first, @"
    DS-01 error   Origin http://127.0.0.1:3000 is not allowed
          saw     OPTIONS http://127.0.0.1:PORT/api/signup from http://127.0.0.1:3000: 204, no access-control-allow-origin
          fix     Run: doorstep origins add http://127.0.0.1:3000 (or write it into [cors] origins in doorstep.toml)
          more    http://127.0.0.1:PORT/errors/DS-01
    ");
}

/// One of them would hide the other: whoever mends it has to come again.
#[tokio::test(flavor = "multi_thread")]
async fn causes_of_one_page_are_all_told_and_the_certain_one_decides() {
    let (app, folder) = (TestApp::start().await, tempfile::tempdir().unwrap());
    let api = format!("http://localhost:{}", app.address().port());
    let ran = doctor(folder.path(), &["--api", &api, "--origin", "https://shop.example"]).await;
    let ids: Vec<&str> =
        ran.out.lines().filter(|line| line.starts_with("DS-")).map(|line| &line[..13]).collect();
    assert_eq!((ran.code, &ids[..2]), (1, &["DS-01 error  ", "DS-13 warning"][..]), "{}", ran.out);
    let app = TestApp::with(&[("cors.origins", "https://shop.example")]).await;
    let api = format!("http://localhost:{}", app.address().port());
    let ran = doctor(folder.path(), &["--api", &api, "--origin", "https://shop.example"]).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_json() {
    let (app, folder) = (TestApp::with(&PRODUCTION).await, tempfile::tempdir().unwrap());
    let api = format!("http://{}", app.address());
    let ran = doctor(folder.path(), &["--api", &api, "--origin", "http://127.0.0.1:3000", "--json"]).await;
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["version"], &report["api"]), (1, &1.into(), &api.into()));
    let found = &report["findings"][0];
    assert_eq!(
        (&found["id"], &found["severity"], &found["docs"]),
        (&"DS-01".into(), &"error".into(), &"/errors/DS-01".into())
    );
    assert_eq!(report["counts"], serde_json::json!({"errors": 1, "warnings": 0, "notes": 0}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_here_says_where_to_look_and_for_whom() {
    let (app, folder) = (TestApp::with(&PRODUCTION).await, tempfile::tempdir().unwrap());
    let port = app.address().port();
    let file = |origins: &str| {
        let text = format!(
            "[server]\nmode = \"production\"\nlisten = \"127.0.0.1:{port}\"\n[cors]\norigins = [{origins}]\n"
        );
        std::fs::write(folder.path().join("doorstep.toml"), text).unwrap();
    };
    file("\"https://other.shop.com\"");
    let ran = doctor(folder.path(), &[]).await;
    assert!(
        ran.code == 1 && ran.out.contains("DS-01 error   Origin https://other.shop.com is not allowed"),
        "{}",
        ran.out
    );
    file("\"*\"");
    let ran = doctor(folder.path(), &[]).await;
    assert!(ran.code == 1 && ran.out.contains("DS-03 error "), "{}", ran.out);
    file("");
    let ran = doctor(folder.path(), &[]).await;
    assert!(ran.code == 0, "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misused_command_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, told) in [
        (&["--api", "undefined"][..], "DS-21"),
        (&["--api", "ftp://x"], "give the address of the API"),
        (&["--origin", "*"], "DS-03"),
        (&["--origin", "null"], "every page opened as a file"),
        (&["--project", "nowhere"], "there is no such folder"),
        (&["--fix"], "--project"),
        (&["--nonsense"], "--nonsense"),
    ] {
        let ran = doctor(folder.path(), arguments).await;
        assert!(ran.code == 2 && ran.err.contains(told) && ran.out.is_empty(), "{arguments:?}: {}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_read_without_a_server_and_mended_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("package.json", r#"{ "name": "shop", "devDependencies": { "vite": "^8.0.0" } }"#);
    write(
        "SignUp.jsx",
        "export const SignUp = () => <form>\n  <input type=\"password\" autoComplete=\"new-password\" name=\"password\" />\n</form>;\n",
    );
    write("doorstep.toml", "[server]\nlisten = \"127.0.0.1:9\"\n");
    let before = std::fs::read_to_string(folder.path().join("SignUp.jsx")).unwrap();
    let ran = doctor(folder.path(), &["--project", "."]).await;
    assert!(ran.out.contains("DS-39") && ran.out.contains("--fix changes"), "{}", ran.out);
    assert!(ran.out.contains("DS-25 note "), "{}", ran.out);
    assert_eq!(std::fs::read_to_string(folder.path().join("SignUp.jsx")).unwrap(), before);
    let ran = doctor(folder.path(), &["--project", ".", "--fix"]).await;
    assert!(ran.out.contains("\n-export const SignUp = () => <form>\n+"), "{}", ran.out);
    let ran = doctor(folder.path(), &["--project", "."]).await;
    assert!(!ran.out.contains("DS-39"), "{}", ran.out);
}

/// With the authority trusted, only what is wrong with the certificate itself is left.
#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_chain_is_well_and_its_flaws_are_named() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, authority.root.pem()).unwrap();
    let mut old = parameters("localhost");
    (old.not_before, old.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    for (parameters, told) in [
        (parameters("localhost"), "Nothing to mend"),
        (old, "has expired"),
        (parameters("shop.example"), "is for another name"),
    ] {
        let (leaf, key) = authority.leaf(&parameters);
        let (_app, proxy) = behind_tls(vec![leaf, authority.middle.der().clone()], key).await;
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_doorstep"));
        command.args(["doctor", "--api", &secure(&proxy)]).env_clear().env("SSL_CERT_FILE", &root);
        let output = command.current_dir(folder.path()).output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(told), "{told}: {text}");
        assert_eq!(output.status.success(), told == "Nothing to mend", "{text}");
    }
}
