//! Names: a page of a stranger may point its own at this machine (DNS rebinding).

use doorstep_testkit::app::{PRODUCTION, TestApp};

use crate::paths::is_problem;

#[tokio::test]
async fn dev_mode_answers_to_no_name_that_a_stranger_can_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let pages = folder.path().to_str().unwrap().to_owned().leak();
    let app = TestApp::with(&[("server.static_dir", pages)]).await;
    for (method, path) in [
        ("GET", "/api/policy"),
        ("GET", "/api/user"),
        ("POST", "/api/signup"),
        ("OPTIONS", "/api/signup"),
        ("GET", "/_dev"),
        ("GET", "/_dev/data/signups"),
        ("GET", "/docs"),
        ("GET", "/"),
        ("GET", "/healthz"),
    ] {
        let port = app.address().port();
        for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1.nip.io".to_owned()]
        {
            let answer = app.call(method, path).header("host", &host).send().await;
            is_problem(&answer, 421, "misdirected");
            assert!(answer.text().contains("public_url"), "{}", answer.text());
        }
    }
    for host in
        ["localhost:5173", "127.0.0.1", "[::1]:5000", "192.168.1.5:5000", "shop.test", "doorstep:5000"]
    {
        let answer = app.call("GET", "/api/policy").header("host", host).send().await;
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[tokio::test]
async fn the_configured_name_and_the_names_of_allowed_pages_are_answered() {
    let settings =
        [("server.public_url", "https://abc.tunnel.example"), ("cors.origins", "https://shop.example")];
    let app = TestApp::with(&settings).await;
    for (host, status) in [
        ("abc.tunnel.example", 200),
        ("abc.tunnel.example:5000", 200),
        ("shop.example", 200),
        ("tunnel.example", 421),
        ("x.abc.tunnel.example", 421),
    ] {
        assert_eq!(app.call("GET", "/api/policy").header("host", host).send().await.status, status, "{host}");
    }
}

#[tokio::test]
async fn in_production_the_proxy_decides_which_names_there_are() {
    let app = TestApp::with(&PRODUCTION).await;
    assert_eq!(app.call("GET", "/api/policy").header("host", "any.example").send().await.status, 200);
}
