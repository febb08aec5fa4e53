//! A folder of built pages beside the API, and the pages that the server has of its own.

use std::fs;

use doorstep_testkit::app::{Answer, Setting, TestApp};

use crate::paths::is_problem;

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

/// A storefront as its build leaves it, in a folder that lives as long as the tests do.
async fn app() -> TestApp {
    let folder = Box::leak(Box::new(tempfile::tempdir().unwrap())).path();
    for (path, text) in [
        ("index.html", "<!doctype html><title>home</title>"),
        ("signup/index.html", "<!doctype html><title>signup</title>"),
        ("assets/app-3f9a1c.js", "export {}"),
        ("mark.svg", "<svg/>"),
        (".env", "SECRET=1"),
        (".env.local", "SECRET=2"),
    ] {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), text).unwrap();
    }
    let folder: &'static str = folder.to_str().unwrap();
    let settings: [Setting; 1] = [("server.static_dir", folder)];
    TestApp::with(&settings).await
}

async fn visit(app: &TestApp, path: &str) -> Answer {
    app.call("GET", path).header(BROWSER.0, BROWSER.1).send().await
}

#[tokio::test]
async fn prerendered_pages_have_two_spellings_and_no_redirect() {
    let app = app().await;
    for (path, title) in
        [("/", "home"), ("/signup", "signup"), ("/signup/", "signup"), ("/signup?x=y", "signup")]
    {
        let answer = visit(&app, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains(title), "{path}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'") && policy.contains("object-src 'none'"), "{policy}");
    }
}

#[tokio::test]
async fn assets_with_a_hash_in_their_name_are_kept_for_ever() {
    let app = app().await;
    let answer = app.get("/assets/app-3f9a1c.js").await;
    assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(app.get("/mark.svg").await.header("cache-control"), Some("no-cache"));
    is_problem(&app.get("/assets/gone.js").await, 404, "not_found");
}

#[tokio::test]
async fn only_a_browser_that_navigates_gets_the_app_for_an_unknown_path() {
    let app = app().await;
    assert!(visit(&app, "/products/7").await.text().contains("home"));
    is_problem(&app.get("/products/7").await, 404, "not_found");
    is_problem(&app.call("POST", "/products/7").header(BROWSER.0, BROWSER.1).send().await, 404, "not_found");
    for path in ["/api/sginup", "/api", "/.well-known/none", "/docs/none", "/errors/none", "//api/user"] {
        is_problem(&visit(&app, path).await, 404, "not_found");
    }
}

#[tokio::test]
async fn nothing_outside_and_nothing_hidden_is_served() {
    let app = app().await;
    for path in [
        "/.env",
        "/signup/.git/config",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%5c..%5c.env",
        "/%2eenv",
        "/%2Eenv.local",
        "/assets%2f..%2f.env",
        "/assets%2f.env",
        "/assets%2F.env",
        "/assets/%00.env",
        &format!("/{}", "x".repeat(400)),
        &format!("/{}.css", "x".repeat(400)),
    ] {
        let answer = app.get(path).await;
        assert!(answer.status == 404 || answer.status == 400, "{path}: {}", answer.status);
        assert!(!answer.text().contains("SECRET"), "{path}");
    }
}

#[tokio::test]
async fn the_api_is_not_hidden_by_pages() {
    let app = app().await;
    is_problem(&visit(&app, "/api/user").await, 401, "no_session");
    assert_eq!(visit(&app, "/healthz").await.status, 200);
}

#[tokio::test]
async fn every_code_has_its_page() {
    let app = TestApp::start().await;
    for code in doorstep_base::Code::ALL {
        let page = visit(&app, &format!("/errors/{}", code.as_str())).await;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.text().contains(code.as_str()));
    }
    let all = visit(&app, "/errors").await.text();
    assert!(doorstep_base::FieldCode::ALL.iter().all(|code| all.contains(code.as_str())));
    let json = app.call("GET", "/errors/busy").header("accept", "application/json").send().await.json();
    assert_eq!(json["status"], 503);
    is_problem(&visit(&app, "/errors/%3Cscript%3E").await, 404, "not_found");
}

#[tokio::test]
async fn every_cause_has_its_page_and_the_list_has_them_all() {
    let app = TestApp::start().await;
    let list = visit(&app, "/errors").await.text();
    for cause in doorstep_base::Cause::ALL {
        let path = format!("/errors/{cause}");
        assert!(list.contains(&format!("href=\"{path}\"")), "{cause}");
        let page = visit(&app, &path.to_lowercase()).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, Some("text/html; charset=utf-8")),
            "{cause}"
        );
        let html = page.text();
        for part in [
            &format!("<p class=\"id\">{cause}</p>"),
            "What you see",
            "How to tell that it is this",
            "<h3 id=",
        ] {
            assert!(html.contains(part), "{cause} has no {part}");
        }
        assert!(!html.contains("<script") && !html.contains("<code>    "), "{cause}: {html}");
        let json = app.call("GET", &path).header("accept", "application/json").send().await.json();
        assert_eq!(
            (json["id"].as_str(), json["title"].as_str()),
            (Some(cause.to_string().as_str()), Some(cause.title()))
        );
    }
    let code = visit(&app, "/errors/unsupported_media_type").await.text();
    assert!(code.contains("href=\"/errors/DS-17\""), "{code}");
    let json = app.call("GET", "/errors").header("accept", "application/json").send().await.json();
    assert_eq!(json["causes"].as_array().unwrap().len(), 45);
    assert_eq!(json["causes"][0]["id"], "DS-01");
    for unknown in ["DS-00", "DS-46", "DS-1", "DS-001"] {
        is_problem(&visit(&app, &format!("/errors/{unknown}")).await, 404, "not_found");
    }
}

#[tokio::test]
async fn the_explorer_has_all_its_parts_with_it_and_is_for_developers_only() {
    let app = TestApp::start().await;
    for path in ["/docs", "/docs/"] {
        let page = visit(&app, path).await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("base-uri 'self';"), "{policy}");
        let html = page.text();
        assert!(html.contains("<base href=\"/docs/\">"), "{html}");
        let named =
            html.split(['"', '\'']).filter(|text| [".js", ".css"].iter().any(|end| text.ends_with(end)));
        let named: Vec<_> = named.map(|text| text.trim_start_matches("./").to_owned()).collect();
        assert!(named.len() >= 4, "{named:?}");
        for part in named {
            assert_eq!(app.get(&format!("/docs/{part}")).await.status, 200, "{part}");
        }
        // The policy forbids scripts in the page itself.
        assert!(!html.contains("<script>"), "{html}");
    }
    assert!(app.get("/docs/start.js").await.text().contains("/openapi.json"));
    is_problem(&app.get("/docs/none.js").await, 404, "not_found");
    let production = TestApp::with(&[
        ("server.mode", "production"),
        ("server.public_url", "https://shop.example"),
        ("secrets.key", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7"),
    ]);
    is_problem(&production.await.get("/docs").await, 404, "not_found");
}

#[tokio::test]
async fn a_link_that_leads_out_of_the_folder_is_not_followed() {
    use std::os::unix::fs::symlink;
    let (all, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (release, current) = (all.path().join("release"), all.path().join("current"));
    fs::create_dir_all(release.join("real")).unwrap();
    fs::write(release.join("index.html"), "<!doctype html><title>home</title>").unwrap();
    fs::write(release.join("real/a b.css"), "body {}").unwrap();
    fs::write(outside.path().join("secret.txt"), "SECRET").unwrap();
    fs::write(outside.path().join("index.html"), "SECRET").unwrap();
    fs::write(all.path().join("release-secret.txt"), "SECRET").unwrap();
    fs::write(release.join(".env"), "SECRET").unwrap();
    for (target, link) in [
        (outside.path().join("secret.txt"), "stolen.txt"),
        (outside.path().to_owned(), "folder"),
        (all.path().join("release-secret.txt"), "beside.txt"),
        (std::path::PathBuf::from("../release-secret.txt"), "relative.txt"),
        (std::path::PathBuf::from("stolen.txt"), "twice.txt"),
        (std::path::PathBuf::from(".env"), "env.txt"),
        (std::path::PathBuf::from("real/a b.css"), "within.css"),
        (std::path::PathBuf::from("real"), "inside"),
    ] {
        symlink(target, release.join(link)).unwrap();
    }
    // Deployments switch a link to the newest build.
    symlink(&release, &current).unwrap();
    let app = TestApp::with(&[("server.static_dir", current.to_str().unwrap().to_owned().leak())]).await;
    for path in [
        "/stolen.txt",
        "/folder/secret.txt",
        "/folder",
        "/folder/",
        "/beside.txt",
        "/relative.txt",
        "/twice.txt",
        "/env.txt",
        "/st%6Flen.txt",
    ] {
        let answer = app.get(path).await;
        assert!(answer.status == 404 && !answer.text().contains("SECRET"), "{path}: {}", answer.text());
        assert!(!visit(&app, path).await.text().contains("SECRET"), "{path}");
    }
    for path in ["/", "/real/a%20b.css", "/within.css", "/inside/a%20b.css"] {
        assert_eq!(app.get(path).await.status, 200, "{path}");
    }
}
