//! The customer's language: sentences are in it, codes and what is for developers are not.

use doorstep_base::{Code, FieldCode, Language, Sentence, Text};
use doorstep_testkit::app::TestApp;
use serde_json::json;

use crate::support::{PASSWORD, SETTINGS, Visitor, ada, app, sign_up};

fn speaks(app: &TestApp, language: &str) -> Visitor {
    Visitor::new(app).with("accept-language", language)
}

#[tokio::test]
async fn every_language_has_its_sentences_and_the_codes_stay() {
    let app = app().await;
    for (asked, email, password) in [
        ("de-AT, en;q=0.5", "Geben Sie eine E-Mail-Adresse wie name@example.com ein", "mindestens 8 Zeichen"),
        ("fr", "Saisissez une adresse e-mail comme nom@example.com", "au moins 8 caractères"),
        ("es-MX", "Escriba un correo como nombre@example.com", "al menos 8 caracteres"),
        ("nl, ar;q=0.7", "أدخل عنوان بريد إلكتروني مثل name@example.com", "8. يسهل تذكر"),
        ("nl", "Enter an e-mail address like name@example.com", "at least 8 characters"),
        (
            "\u{fc}, de;q=nonsense;;,",
            "Enter an e-mail address like name@example.com",
            "at least 8 characters",
        ),
    ] {
        let body = json!({"name": "Ada", "email": "ada@", "password": "short"});
        let answer = speaks(&app, asked).post("/api/signup", body).await;
        answer.refused(422, "invalid_fields");
        let told = answer.json();
        let language = Language::accepted(asked);
        assert_eq!(answer.header("content-language"), Some(language.tag()));
        let varies: Vec<_> = answer.headers.get_all("vary").iter().collect();
        assert!(varies.iter().any(|by| *by == "accept-language") && varies.iter().any(|by| *by == "origin"));
        assert_eq!(told["message"], *Text::from(Code::InvalidFields).in_language(language));
        assert_eq!(told["fields"]["email"], json!({"code": "email_invalid", "message": email}));
        assert_eq!(told["fields"]["password"]["code"], "password_too_short");
        assert!(told["fields"]["password"]["message"].as_str().unwrap().contains(password), "{told}");
        // For programs and their developers.
        assert_eq!(told["title"], Code::InvalidFields.title());
        assert_eq!(told["detail"], "Refused: email, password");
    }
}

#[tokio::test]
async fn one_refused_field_and_missing_ones_are_the_message_in_the_language_too() {
    let app = app().await;
    let mut body = ada();
    body["name"] = json!("A\u{200b}da");
    let told = speaks(&app, "de").post("/api/signup", body).await.json();
    let sentence = "Dieser Text enthält ein unsichtbares Zeichen, U+200B ZERO WIDTH SPACE. Tippen Sie ihn neu, statt ihn zu kopieren";
    assert_eq!((&told["message"], &told["fields"]["name"]["message"]), (&json!(sentence), &json!(sentence)));
    let told = speaks(&app, "es").post("/api/login", json!({"email": "ada@example.com"})).await.json();
    assert_eq!(told["message"], "Todos los campos son obligatorios");
    assert_eq!(told["fields"]["password"]["message"], "Este campo es obligatorio");
    // What a program does wrong is told its developer.
    let mut body = ada();
    body["passwrd"] = json!("x");
    let told = speaks(&app, "fr").post("/api/signup", body).await.json();
    assert_eq!(told["fields"]["passwrd"]["message"], "Unknown field. Did you mean \"password\"?");
}

#[tokio::test]
async fn whoever_enters_is_greeted_in_the_language() {
    let app = app().await;
    let answer = speaks(&app, "fr").post("/api/signup", ada()).await;
    answer.expect(201);
    assert_eq!(answer.json()["message"], *Text::from(Sentence::SignedUp).in_language(Language::French));
    assert_eq!(answer.header("content-language"), Some("fr"));
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = speaks(&app, "en-GB, de").post("/api/login", body).await;
    assert_eq!(
        (&answer.json()["message"], answer.header("content-language")),
        (&json!("Logged in successfully"), Some("en"))
    );
}

#[tokio::test]
async fn a_session_that_is_checked_says_nothing_of_languages() {
    let app = app().await;
    let ada = sign_up(&app, "token").await.visitor(&app).with("accept-language", "de");
    let answer = ada.get("/api/user").await;
    answer.expect(200);
    assert_eq!(answer.header("content-language"), None);
    assert!(answer.headers.get_all("vary").iter().all(|by| by == "origin"));
    let gone = speaks(&app, "de").bearer("ds_token_x").get("/api/user").await;
    assert_eq!(gone.header("content-language"), Some("de"));
}

#[tokio::test]
async fn a_limit_and_a_fault_are_told_in_the_language() {
    let settings = [SETTINGS, &[("limits.login_per_account", "2 in 1h")]].concat();
    let app = TestApp::with(&settings).await;
    sign_up(&app, "token").await;
    let body = json!({"email": "ada@example.com", "password": "wrong password"});
    let visitor = speaks(&app, "ar");
    let first = visitor.post("/api/login", body.clone()).await;
    assert_eq!(first.json()["message"], *Text::from(Code::InvalidCredentials).in_language(Language::Arabic));
    let mut limited = first;
    for _ in 0..5 {
        limited = visitor.post("/api/login", body.clone()).await;
    }
    limited.refused(429, "rate_limited");
    assert_eq!(limited.json()["message"], "محاولات كثيرة جدًا");
    // From the front, before any route.
    let lost = speaks(&app, "de").get("/api/nothing").await;
    assert_eq!(lost.json()["message"], *Text::from(Code::NotFound).in_language(Language::German));
    let phone = json!({"phone": "+49 30"});
    let told = sign_up_elsewhere(&app).await.with("accept-language", "de").patch("/api/user", phone).await;
    assert_eq!(
        told.json()["fields"]["phone"]["message"],
        "Eine Telefonnummer hat mit der Landesvorwahl 7 bis 15 Ziffern"
    );
    assert_eq!(told.json()["fields"]["phone"]["code"], FieldCode::PhoneInvalid.as_str());
}

async fn sign_up_elsewhere(app: &TestApp) -> Visitor {
    crate::support::sign_up_as(app, "grace@example.com", "token").await.visitor(app)
}
