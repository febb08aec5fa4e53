//! Addresses that are not right, and passwords in them.

use crate::log::Logged;

#[tokio::test]
async fn a_path_that_no_route_has_leads_to_the_one_that_is_meant() {
    let server = Logged::dev().await;
    for (path, told) in [
        ("/undefined/api/signup", "DS-21 POST /undefined/api/signup: the path has \"undefined\" in it"),
        ("//api/signup", "DS-21 POST //api/signup has a slash too many"),
        ("/signup", "DS-21 There is no POST /signup. Did you mean POST /api/signup?"),
        ("/api/api/login", "DS-21 There is no POST /api/api/login. Did you mean POST /api/login?"),
        ("/api/register", "There is no POST /api/register. Did you mean POST /api/signup?"),
        ("/api/sginup/", "There is no POST /api/sginup/. Did you mean POST /api/signup?"),
    ] {
        let answer = server.explained(|app| app.call("POST", path), told).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not_found")), "{path}");
    }
    let answer = server
        .explained(
            |app| app.call("GET", "/api/signup"),
            "/api/signup takes POST, not GET. If your code sends POST",
        )
        .await;
    assert_eq!(answer.status, 405);
    for quiet in ["/favicon.ico", "/", "/products/7"] {
        assert!(server.app.get(quiet).await.json()["hint"].is_null(), "{quiet}");
    }
}

#[tokio::test]
async fn a_password_in_an_address_is_a_loud_line_without_it() {
    for settings in [&[][..], &crate::log::PRODUCTION[..]] {
        let server = Logged::with(settings).await;
        let answer = server.app.get("/signup?email=ada@example.com&password=c4nary%21").await;
        assert_eq!(answer.status, 404);
        let told = "DS-39 SECURITY: a password stands in the address of this request";
        assert_eq!(server.count(&format!("ERROR {told}")), 1, "{}", server.text());
        let is_dev = settings.is_empty();
        assert_eq!(answer.json()["hint"].as_str().is_some_and(|hint| hint.starts_with(told)), is_dev);
        // A page that has it in its own address tells it with every call that goes right, too.
        let referer = "http://localhost:5173/signup?newPassword=c4nary";
        assert_eq!(server.app.call("GET", "/api/policy").header("referer", referer).send().await.status, 200);
        assert_eq!(server.count("the address of the page that sent this request"), 1, "{}", server.text());
        assert!(!server.text().contains("c4nary"), "{}", server.text());
        let feed = format!("{:?}", server.app.explain().since(0));
        assert!(!feed.contains("c4nary"), "{feed}");
        assert_eq!(server.app.explain().since(0).len(), if is_dev { 2 } else { 0 });
    }
}

#[tokio::test]
async fn a_proxy_that_nobody_trusts_is_told_once_where_it_matters() {
    let forwarded = async |server: &Logged| {
        for client in ["203.0.113.7", "203.0.113.8"] {
            server.app.call("GET", "/api/policy").header("x-forwarded-for", client).send().await;
        }
    };
    let server = Logged::production().await;
    forwarded(&server).await;
    assert_eq!(server.count("is not in [server] trusted_proxies"), 1, "{}", server.text());
    assert!(server.text().contains("trusted_proxies = [\"127.0.0.1\"]"));
    // In dev mode this machine has no limits, and trusted it is right.
    let server = Logged::dev().await;
    forwarded(&server).await;
    assert_eq!(server.count("trusted_proxies"), 0, "{}", server.text());
    let mut trusting = crate::log::PRODUCTION.to_vec();
    trusting.push(("server.trusted_proxies", "127.0.0.1"));
    let server = Logged::with(&trusting).await;
    forwarded(&server).await;
    assert_eq!(server.count("trusted_proxies"), 0, "{}", server.text());
}

#[tokio::test]
async fn what_is_no_request_at_all_is_told_in_dev_mode() {
    for (bytes, told) in [
        (&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], "A client speaks HTTP/2 to this port"),
        (b"\x16\x03\x01\x00\xee\x01\x00\x00\xea\x03\x03", "DS-21 Something speaks TLS to this port"),
        (
            format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(40_000)).as_bytes(),
            "larger than [server] max_header_bytes",
        ),
    ] {
        let server = Logged::dev().await;
        server.app.raw(bytes).await;
        server.app.raw(bytes).await;
        assert_eq!(server.count(told), 1, "{told}\n{}", server.text());
        let server = Logged::production().await;
        server.app.raw(bytes).await;
        assert_eq!(server.count(told), 0, "{}", server.text());
    }
}
