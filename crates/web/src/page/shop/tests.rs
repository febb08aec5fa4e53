use doorstep_base::FieldCode;
use doorstep_base::Sentence;

use super::*;

const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>Join</title><script type="module" src="/a.js"></script>
<link rel="modulepreload" href="/b.js"><link rel=stylesheet href="/a.css"></head><body>
<form action="/api/login" method="post"><input name="email" value="other"></form>
<form class="form" noValidate="" action="/api/signup" method="post"><!-- <input name="email"> -->
<label for="x-name">Name</label><input id="x-name" required="" type="text" name="name"/><p class="error" id="x-name-error" role="alert"></p>
<input id="x-email" type="email" name="email" aria-describedby="hint"><p class="error" id="x-email-error" role="alert"></p>
<input id="x-password" type="password" name="password"><p class="error" id="x-password-error" role="alert"></p>
<input type="hidden" name="session" value="cookie"><input type=checkbox name=marketingConsent value="yes">
<p class="error whole" id="x--error" role="alert"></p><button>Go</button></form>
<input name="email"><noscript><a href="/login">Log in</a></noscript><script>alert("</form>")</script></body></html>"#;

fn refused(fields: &[(&str, FieldCode)]) -> ApiError {
    let fields = fields.iter().map(|(name, code)| ((*name).to_owned(), FieldError::new(*code))).collect();
    ApiError::new(Code::InvalidFields).fields(fields)
}

/// As the page at `/join`.
fn fill_text(page: &str, error: &ApiError, form: &PostedForm, language: Language) -> Option<String> {
    let page = ShopPage { path: "/join".to_owned(), html: page.to_owned() };
    fill(&page, error, form, language).map(|filled| filled.html)
}

fn filled(page: &str, error: &ApiError, inputs: &[(&'static str, &str)]) -> String {
    fill_text(page, error, &PostedForm::own("/api/signup", inputs), Language::English).unwrap()
}

#[test]
fn the_form_comes_back_with_what_was_typed_and_with_the_words() {
    let error = refused(&[("email", FieldCode::EmailInvalid), ("password", FieldCode::PasswordTooShort)]);
    let typed = [
        ("name", "Ada"),
        ("email", "ada@"),
        ("password", "c4nary"),
        ("session", "jwt"),
        ("marketingConsent", "yes"),
    ];
    let page = filled(PAGE, &error, &typed);
    for part in [
        r#"<form action="/api/signup?page=%2Fjoin" class="form" method="post" novalidate=""><p class="error whole" role="alert" lang="en" dir="ltr">Some fields need attention</p><!-- <input name="email"> -->"#,
        r#"<input id="x-name" name="name" required="" type="text" value="Ada"><p class="error" id="x-name-error" role="alert"></p>"#,
        r#"<input aria-describedby="hint x-email-error" aria-invalid="true" autofocus="" id="x-email" name="email" type="email" value="ada@">"#,
        r#"<p class="error" id="x-email-error" role="alert"><span lang="en" dir="ltr">Enter an e-mail address like name@example.com</span></p>"#,
        r#"<input aria-describedby="x-password-error" aria-invalid="true" id="x-password" name="password" type="password">"#,
        r#"<input type="hidden" name="session" value="cookie"><input checked="" name="marketingConsent" type="checkbox" value="yes">"#,
        r#"<form action="/api/login" method="post"><input name="email" value="other"></form>"#,
        r#"<input name="email"><a href="/login">Log in</a>"#,
        r#"<link rel=stylesheet href="/a.css">"#,
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    for gone in ["<script", "alert(", "a.js", "modulepreload", "c4nary", "jwt"] {
        assert!(!page.contains(gone), "{gone}\n{page}");
    }
}

#[test]
fn the_words_are_in_the_visitors_language() {
    let form = PostedForm::own("/api/signup", &[("email", "ada@")]);
    let error = refused(&[("email", FieldCode::EmailInvalid)]);
    for (language, part) in [
        (
            Language::German,
            r#"<span lang="de" dir="ltr">Geben Sie eine E-Mail-Adresse wie name@example.com ein</span>"#,
        ),
        (
            Language::Arabic,
            r#"<span lang="ar" dir="rtl">أدخل عنوان بريد إلكتروني مثل name@example.com</span>"#,
        ),
    ] {
        let page = fill_text(PAGE, &error, &form, language).unwrap();
        assert!(page.contains(part), "{page}");
    }
}

#[test]
fn what_concerns_the_whole_form_is_said_once_on_top() {
    let error = ApiError::new(Code::RateLimited).retry_after(30);
    let page = filled(PAGE, &error, &[("name", "Ada")]);
    assert!(
        page.contains(">Too many attempts. Try again in 30 s.</p>") && page.contains(r#"value="Ada""#),
        "{page}"
    );
    assert!(!page.contains("aria-invalid"));
    let one = refused(&[("email", FieldCode::EmailInvalid)]).message(FieldCode::EmailInvalid);
    assert_eq!(filled(PAGE, &one, &[]).matches("Enter an e-mail address").count(), 1);
    let all = ApiError::new(Code::MissingFields).message(Sentence::AllRequired);
    assert!(filled(PAGE, &all, &[]).contains("All fields are required"));
}

#[test]
fn a_form_without_the_kit_gets_its_sentences_behind_the_fields() {
    let page = "<form method=post action='https://api.example/api/signup/?x=1'>\r\n<label>E-mail <input name=email></label></form>";
    let page = filled(page, &refused(&[("email", FieldCode::Required)]), &[("email", "")]);
    assert!(page.contains(r#"<input aria-describedby="doorstep-email-error" aria-invalid="true" autofocus="" name="email" value=""><span id="doorstep-email-error" role="alert" lang="en" dir="ltr">This field is required</span></label>"#), "{page}");
}

/// What was typed can be anything, and must stay the text of one attribute.
#[test]
fn nothing_that_was_typed_becomes_markup() {
    for hostile in [
        r#""><script>alert(1)</script>"#,
        "' onfocus='alert(1)",
        r#"" autofocus onfocus=alert(1) x=""#,
        "</textarea></form></script><svg/onload=alert(1)>",
        "&quot;&#34;>&lt;",
        "javascript:alert(1)",
        "\0\u{1}\r\n\"<",
        "`<!--",
        "\u{202e}<img src=x>",
    ] {
        let page = filled(
            PAGE,
            &refused(&[("name", FieldCode::InvalidCharacters)]),
            &[("name", hostile), ("email", hostile)],
        );
        let read = Found::read(&page, "/api/signup").unwrap();
        let plain = Found::read(PAGE, "/api/signup").unwrap();
        let shape = |found: &Found| {
            found.tags.iter().map(|tag| tag.name.clone()).filter(|name| name != "span").collect::<Vec<_>>()
        };
        // The one element more is the sentence on top.
        let mut tags = shape(&read);
        assert_eq!((tags.remove(1).as_str(), tags), ("p", shape(&plain)), "{hostile:?}");
        let field = read.tags.iter().find(|tag| tag.attribute("name") == "name").unwrap();
        let kept: String = hostile.chars().filter(|c| !c.is_control()).collect();
        assert_eq!(field.attribute("value"), kept);
        assert!(
            !field.attributes.contains_key("onfocus") && !page.contains("<script") && !page.contains('\0')
        );
    }
}

#[test]
fn a_page_that_breaks_off_or_has_other_letters_is_filled_or_left_alone() {
    let error = refused(&[("email", FieldCode::EmailInvalid)]);
    let form = PostedForm::own("/api/signup", &[("name", "Zoë"), ("email", "zoë@")]);
    let fill = |page: &str| fill_text(page, &error, &form, Language::Arabic);
    let foreign = format!("\u{feff}{}", PAGE.replace("Name", "Näme 名\u{1f98a}").replace('\n', "\r\n"));
    assert!(fill(&foreign).unwrap().contains("value=\"zoë@\""));
    for page in [PAGE, &foreign] {
        for at in (0..page.len()).filter(|at| page.is_char_boundary(*at)) {
            assert!(fill(&page[..at]).is_none_or(|filled| filled.contains("<form")));
        }
    }
}

#[test]
fn fields_that_no_route_asked_for_are_not_shown() {
    let unknown =
        vec![("<b>x</b>".to_owned(), FieldError::with_message(FieldCode::UnknownField, "Unknown field"))];
    let page = filled(PAGE, &ApiError::new(Code::InvalidFields).fields(unknown), &[("email", "a@b.c")]);
    assert!(!page.contains("<b>") && page.contains(r#"value="a@b.c""#), "{page}");
    assert_eq!(
        fill_text(
            PAGE,
            &refused(&[]),
            &PostedForm::foreign("/api/signup", &[("name", "Mallory")]),
            Language::English
        ),
        None
    );
}

#[test]
fn a_page_without_the_form_is_not_taken() {
    let form = PostedForm::own("/api/signup", &[]);
    for page in [
        "",
        "<form action=/api/login method=post></form>",
        "<form action=/api/signup></form>",
        "<form action=/signup method=post></form>",
        "<form action=xapi/signup method=post></form>",
        "<!-- <form action=/api/signup method=post></form> -->",
        "<script>'<form action=/api/signup method=post>'</script>",
        "<textarea><form action=/api/signup method=post></textarea>",
        "<form action=/api/signup method=post",
    ] {
        assert_eq!(fill_text(page, &refused(&[]), &form, Language::English), None, "{page}");
    }
    let inside = "<noscript><form action=/api/signup method=post><input name=name></form></noscript>";
    assert!(fill_text(inside, &refused(&[]), &form, Language::English).is_some());
    // A script that does not end is all the rest of the page.
    let open = filled("<form action=/api/signup method=post></form>é<script>x", &refused(&[]), &[]);
    assert!(open.ends_with("</form>é"), "{open}");
}

fn at_its_page(page: &str) -> Filled {
    let page = ShopPage { path: "/de/\"join".to_owned(), html: page.to_owned() };
    fill(&page, &refused(&[]), &PostedForm::own("/api/signup", &[]), Language::English).unwrap()
}

#[test]
fn the_form_says_again_which_page_it_is_on() {
    for (action, wanted) in [
        ("/api/signup", "/api/signup"),
        ("/api/signup/?x=1#y", "/api/signup/"),
        ("https://shop.example/api/signup", "https://shop.example/api/signup"),
        ("api/signup", "/api/signup"),
        (" ../api/signup", "/api/signup"),
    ] {
        let page = at_its_page(&format!("<form action='{action}' method=post></form>")).html;
        assert!(page.contains(&format!("action=\"{wanted}?page=%2Fde%2F%22join\"")), "{page}");
    }
}

#[test]
fn relative_addresses_stay_what_they_were() {
    const BASE: &str = r#"<base href="/de/&quot;join">"#;
    let form = "<form action=/api/signup method=post></form>";
    for (before, behind) in [
        ("<!doctype html><html lang=en><head>", "<link href=a.css rel=stylesheet></head>"),
        ("<!doctype html><html>", "<title>x</title><img src=a.png>"),
        ("<!doctype html>", "<script>1</script><img srcset='/a.png, b.png 2x'>"),
        ("\u{feff}<!-- x --><head>", "<style>p { background: url('a.png') }</style>"),
    ] {
        let filled = at_its_page(&format!("{before}{behind}{form}"));
        assert!(filled.has_base && filled.html.starts_with(&format!("{before}{BASE}")), "{}", filled.html);
    }
    // A base of its own stays, and one that nothing needs would only break links to places on the page.
    for page in [
        "<head><base href=/x/><link href=a.css></head>",
        "<a href=#main></a><a href=/x></a><a href=https://x.example></a><a href=mailto:a@b.c></a><i style='a: url(/a.png)'></i>",
    ] {
        let filled = at_its_page(&format!("{page}{form}"));
        assert!(!filled.has_base && !filled.html.contains(BASE), "{}", filled.html);
    }
}

#[test]
fn what_is_said_of_fields_without_an_input_stands_on_top() {
    let page = "<form action=/api/signup method=post><select name=country></select><textarea name=note></textarea>\
                <input type=hidden name=session><input name=email></form>";
    let fields = ["country", "note", "session", "password"].map(|name| (name, FieldCode::Required));
    let page = filled(page, &refused(&fields), &[("email", "a@b.c")]);
    let item = |label: &str| {
        format!("<li>{label}: <span lang=\"en\" dir=\"ltr\">This field is required</span></li>")
    };
    let items = ["country", "note", "session"].map(|name| item(&format!("<strong>{name}</strong>"))).concat();
    let password = item("<strong lang=\"en\" dir=\"ltr\">Password</strong>");
    assert!(page.contains(&format!("</p><ul>{items}{password}</ul><select name=country>")), "{page}");
    assert!(!page.contains("autofocus"));
}

#[test]
fn a_field_of_another_name_comes_back_under_it() {
    let form = PostedForm::own("/api/signup", &[]);
    form.note("name", "username", Some(&"Ada".into()));
    let page = "<form action=/api/signup method=post><input name=username></form>";
    let page =
        fill_text(page, &refused(&[("name", FieldCode::NameTooLong)]), &form, Language::English).unwrap();
    assert!(page.contains(r#"name="username" value="Ada"><span id="doorstep-name-error""#), "{page}");
    assert!(!page.contains("<ul>"));
}

#[test]
fn the_pages_own_attributes_stay_as_they_are() {
    let page = "<form action=/api/signup method=post class='a\n\tb'><input name=name class='c\n\td'></form>";
    let page = filled(page, &refused(&[]), &[("name", "x\n\ty")]);
    assert!(page.contains("class=\"a\n\tb\"") && page.contains("class=\"c\n\td\""), "{page}");
    assert!(page.contains("value=\"xy\""), "{page}");
}

#[test]
fn what_was_for_browsers_without_scripts_does_not_lead_away() {
    let page = "<meta http-equiv=x-a content=b><noscript><meta http-equiv=refresh content='0;url=/plain'><meta name=c>\
                <p>d</noscript><form action=/api/signup method=post></form>";
    let page = filled(page, &refused(&[]), &[]);
    assert!(page.starts_with("<meta http-equiv=x-a content=b><meta name=c><p>d<form"), "{page}");
}

#[test]
fn english_words_are_marked_as_english() {
    let unknown = FieldError::with_message(FieldCode::UnknownField, "Unknown field. Known are: email");
    let error = ApiError::new(Code::InvalidFields).fields(vec![("x".to_owned(), unknown)]);
    let form = PostedForm::own("/api/signup", &[]);
    let page = fill_text(PAGE, &error, &form, Language::German).unwrap();
    assert!(
        page.contains(r#"<ul><li lang="en" dir="ltr">Unknown field. Known are: email</li></ul>"#),
        "{page}"
    );
    let error = ApiError::new(Code::Unavailable).message("Not now").retry_after(3);
    let page = fill_text(PAGE, &error, &form, Language::German).unwrap();
    assert!(page.contains(r#"lang="en" dir="ltr">Not now. Try again in 3 s.</p>"#), "{page}");
}

#[test]
fn a_form_for_the_root_fits_no_page() {
    let form = PostedForm::own("/", &[("email", "a@b.c")]);
    assert_eq!(fill_text(PAGE, &refused(&[]), &form, Language::English), None);
}
