//! Forms that a browser posts by itself, as without JavaScript: a refusal is the shop's own page with what was typed.

use std::fs;

use doorstep_testkit::app::{Answer, Setting, TestApp};

use crate::paths::is_problem;

const ACCEPT: &str = "text/html,application/xhtml+xml";

fn page(title: &str, action: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>{title}</title><script src=/a.js></script><form action=\"{action}\" method=post>\
         <input name=name><input name=email type=email><input name=password type=password></form>"
    )
}

/// A shop with a sign-up form on some pages, and files that are none.
async fn shop() -> TestApp {
    shop_with(&[]).await
}

async fn shop_with(settings: &[Setting]) -> TestApp {
    let folder = Box::leak(Box::new(tempfile::tempdir().unwrap())).path();
    let outside = Box::leak(Box::new(tempfile::tempdir().unwrap())).path();
    fs::write(outside.join("secret.html"), page("outside", "/api/signup")).unwrap();
    for (path, text) in [
        ("index.html", page("home", "/api/newsletter")),
        ("signup/index.html", page("signup", "/api/signup")),
        ("login/index.html", page("login", "/api/login")),
        ("checkout/index.html", page("checkout", "/api/signup")),
        ("relative/index.html", page("relative", "../api/signup") + "<img src=a.png>"),
        ("de/join.html", page("join", "/api/signup")),
        (".hidden/index.html", page("hidden", "/api/signup")),
        ("text/form.txt", page("text", "/api/signup")),
        ("huge/index.html", page("huge", "/api/signup") + &" ".repeat(200 * 1024)),
    ] {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), text).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.join("secret.html"), folder.join("link.html")).unwrap();
    let folder: Setting = ("server.static_dir", folder.to_str().unwrap());
    TestApp::with(&[&[folder], settings].concat()).await
}

/// A sign-up with an address that is refused, from a page of the shop.
async fn post_from(app: &TestApp, referer: &str, language: &str) -> Answer {
    post(app, "/api/signup", referer, language, "ada%40").await
}

async fn post(app: &TestApp, to: &str, referer: &str, language: &str, email: &str) -> Answer {
    let call = app.call("POST", to).header("accept", ACCEPT).header("accept-language", language);
    let own = format!("http://{}", app.address());
    let call = call.header("referer", &format!("{own}{referer}")).header("sec-fetch-site", "same-origin");
    call.form(&format!("name=Ada+%22%3Cb%3E&email={email}&password=c4nary+c4nary")).send().await
}

fn title(answer: &Answer) -> String {
    let text = answer.text();
    text.split_once("<title>").map(|(_, rest)| rest.split('<').next().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_refused_form_is_the_shops_page_with_what_was_typed() {
    let answer = post_from(&shop().await, "/checkout?step=2", "de").await;
    assert_eq!((answer.status, title(&answer).as_str()), (422, "checkout"), "{}", answer.text());
    let page = answer.text();
    assert!(
        page.contains(r#"name="name" value="Ada &quot;&lt;b&gt;""#) && page.contains(r#"value="ada@""#),
        "{page}"
    );
    assert!(page.contains(r#"lang="de" dir="ltr">Geben Sie eine E-Mail-Adresse"#), "{page}");
    assert!(!page.contains("c4nary") && !page.contains("<script") && !page.contains("<b>"), "{page}");
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert_eq!(answer.header("content-language"), None);
    assert!(answer.headers.get_all("vary").iter().any(|by| by == "accept-language"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self'") && policy.contains("style-src 'self'"), "{policy}");
}

/// After the first refusal the browser stands at the API's address, and names that as the page it comes from.
#[tokio::test]
async fn the_page_is_the_same_after_a_second_mistake() {
    let app = shop().await;
    let first = post_from(&app, "/checkout?step=2", "en").await.text();
    let again = "/api/signup?page=%2Fcheckout";
    assert!(first.contains(&format!("action=\"{again}\"")), "{first}");
    for from in ["/checkout", again] {
        let second = post(&app, again, from, "en", "ada%40").await;
        assert_eq!((second.status, title(&second).as_str()), (422, "checkout"), "{from}");
    }
    for strange in
        ["%2Flink.html", "%2Fhuge", "%2F..%2F..%2Fetc%2Fpasswd", "%2F%2Fcheckout", "%2Fapi%2Fsignup", "x"]
    {
        let shown = post_from(&app, &format!("/api/signup?page={strange}"), "en").await;
        assert_eq!(title(&shown), "signup", "{strange}");
    }
    let done = post(&app, again, again, "en", "ada%40example.com").await;
    assert_eq!(done.status, 303, "{}", done.text());
}

#[tokio::test]
async fn a_page_with_relative_addresses_gets_its_own_as_the_base() {
    let app = shop().await;
    let answer = post_from(&app, "/relative/", "en").await;
    let (page, policy) = (answer.text(), answer.header("content-security-policy").unwrap());
    assert!(
        page.starts_with("<!doctype html><html lang=en><base href=\"/relative/\"><title>relative"),
        "{page}"
    );
    assert!(page.contains("action=\"/api/signup?page=%2Frelative%2F\""), "{page}");
    assert!(policy.contains("base-uri 'self'") && policy.contains("form-action 'self'"), "{policy}");
    let other = post_from(&app, "/checkout", "en").await;
    assert!(other.header("content-security-policy").unwrap().contains("base-uri 'none'"));
    let page = app.get("/relative/").await;
    assert!(page.header("content-security-policy").unwrap().contains("base-uri 'none'"));
}

#[tokio::test]
async fn where_there_is_too_much_to_do_the_small_page_is_enough() {
    let app = shop_with(&[("limits.login_per_account", "1 in 1d")]).await;
    let log_in = || {
        let call = app.call("POST", "/api/login").header("accept", ACCEPT);
        let call = call.header("referer", &format!("http://{}/login", app.address()));
        call.header("sec-fetch-site", "same-origin")
            .form("email=eve%40example.com&password=c4nary+c4nary")
            .send()
    };
    let wrong = log_in().await;
    assert_eq!((wrong.status, title(&wrong).as_str()), (401, "login"));
    let refused = log_in().await;
    let page = refused.text();
    assert_eq!((refused.status, title(&refused).as_str()), (429, ""), "{page}");
    for part in ["Too many attempts", "value=\"eve@example.com\"", "<form action=\"?page=%2Flogin\""] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[tokio::test]
async fn the_page_is_one_that_a_visitor_could_have_opened() {
    let app = shop().await;
    for (referer, shown) in [
        ("/signup", "signup"),
        ("/de/join.html", "join"),
        ("/checkout/", "checkout"),
        // Posted from the answer to the form before.
        ("/api/signup", "signup"),
        ("/", "signup"),
        ("/link.html", "signup"),
        ("/.hidden/", "signup"),
        ("/text/form.txt", "signup"),
        ("/huge", "signup"),
        ("/../../etc/passwd", "signup"),
        ("/%2e%2e/%2e%2e/etc/passwd", "signup"),
        ("/checkout%00", "signup"),
        ("/nothing", "signup"),
    ] {
        assert_eq!(title(&post_from(&app, referer, "en").await), shown, "{referer}");
    }
}

#[tokio::test]
async fn a_shop_that_is_served_elsewhere_gets_a_page_of_ours_in_its_visitors_language() {
    let app = TestApp::start().await;
    let answer = post_from(&app, "/signup", "ar").await;
    let page = answer.text();
    assert_eq!((answer.status, answer.header("content-language")), (422, Some("ar")));
    for part in [
        r#"<html lang="ar" dir="rtl">"#,
        r#"value="ada@""#,
        r#"<form action="?page=%2Fsignup" method="post">"#,
        r#"type="password""#,
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("c4nary"), "{page}");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn what_a_strangers_page_posts_is_not_shown_as_typed() {
    for app in [shop().await, TestApp::start().await] {
        let call =
            app.call("POST", "/api/signup").header("accept", ACCEPT).header("sec-fetch-site", "cross-site");
        let call =
            call.header("origin", "https://evil.example").header("referer", "https://evil.example/signup");
        let answer = call.form("name=Mallory&email=mallory%40&password=x").send().await;
        assert_eq!(answer.status, 422);
        assert!(
            !answer.text().to_lowercase().contains("mallory") && !answer.text().contains("<form"),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn refusals_before_the_body_is_read_are_pages_too() {
    let app = shop().await;
    let call =
        app.call("POST", "/api/signup").header("accept", ACCEPT).header("sec-fetch-site", "same-origin");
    let answer = call.form(&format!("name={}", "x".repeat(70_000))).send().await;
    assert_eq!((answer.status, title(&answer).as_str()), (413, "signup"));
    assert!(!answer.text().contains("xxx"));
    let enormous =
        app.call("POST", "/api/signup").header("accept", ACCEPT).header("sec-fetch-site", "same-origin");
    let answer = enormous.form(&format!("email=a&name={}", "%22".repeat(10_000))).send().await;
    assert!(answer.status == 400 && answer.text().len() < 2_000, "{}", answer.text().len());
    // A path without a form, and one that a program asks.
    let lost = app.call("POST", "/api/nothing").header("accept", ACCEPT).form("a=b").send().await;
    assert!(lost.status == 404 && lost.text().starts_with("<!doctype html>"));
    is_problem(&app.call("POST", "/api/signup").form("a=b").send().await, 400, "missing_fields");
}
