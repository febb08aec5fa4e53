//! Forms and calls that were written by hand.

use doorstep_base::Cause;
use doorstep_doctor::Severity;

use crate::support::{is, saw, says, vite};

const TUTORIAL: &str = "src/Tutorial.jsx";
const FORM: &str = "<form method=\"post\" onSubmit={submit}>";

#[test]
fn a_form_without_a_method_is_found_and_gets_one() {
    let project = vite().change(TUTORIAL, FORM, "<form onSubmit={submit}>");
    let finding = project.only(Cause::PasswordInUrl);
    is(&finding, Severity::Warning);
    saw(&finding, "src/Tutorial.jsx:22  <form onSubmit={submit}>");
    project.is_fixed_in(&[TUTORIAL]);
    assert_eq!(project.text(TUTORIAL), vite().text(TUTORIAL));
}

#[test]
fn a_form_that_nothing_stops_is_an_error() {
    let project = vite().change(TUTORIAL, FORM, "<form action=\"/welcome\">");
    is(&project.only(Cause::PasswordInUrl), Severity::Error);
    let project = vite().change(TUTORIAL, FORM, "<form\n      method='get'\n      onSubmit={submit}>");
    project.only(Cause::PasswordInUrl);
    project.is_fixed_in(&[TUTORIAL]);
}

#[test]
fn a_form_whose_password_can_be_shown_counts_too() {
    let field = "type={shown ? \"text\" : \"password\"}";
    let project = vite().change(TUTORIAL, FORM, "<form onSubmit={submit}>").change(
        TUTORIAL,
        "type=\"password\"",
        field,
    );
    project.only(Cause::PasswordInUrl);
    let project = vite().change(TUTORIAL, FORM, "<form onSubmit={submit}>").change(
        TUTORIAL,
        "<input name=\"password\" type=\"password\" onChange={change} autoComplete=\"new-password\" />",
        "<PasswordField onChange={change} />",
    );
    project.only(Cause::PasswordInUrl);
}

#[test]
fn a_form_in_a_html_file_counts_too() {
    let form = "<form><input type=\"password\" autocomplete=\"new-password\"></form><div id=\"root\">";
    let project = vite().change("index.html", "<div id=\"root\">", form);
    saw(&project.only(Cause::PasswordInUrl), "index.html:9");
    project.is_fixed_in(&["index.html"]);
}

#[test]
fn a_password_field_without_autocomplete_is_found() {
    for given in ["", " autoComplete=\"off\"", " autoComplete=\"password\""] {
        let project = vite().change(TUTORIAL, " autoComplete=\"new-password\"", given);
        let finding = project.only(Cause::PasswordManager);
        saw(&finding, "src/Tutorial.jsx:25");
        says(&finding, "autoComplete=\"new-password\"");
    }
}

#[test]
fn a_form_that_react_empties_is_noted() {
    let project = vite().change(TUTORIAL, FORM, "<form action={submit}>");
    let finding = project.only(Cause::FormEmptied);
    is(&finding, Severity::Note);
    saw(&finding, "src/Tutorial.jsx:23");
    vite()
        .change(TUTORIAL, FORM, "<form action={submit}>")
        .change("package.json", "\"react\": \"^19.2.0\"", "\"react\": \"^18.3.0\"")
        .is_healthy();
}

#[test]
fn an_object_for_a_body_is_found_and_wrapped() {
    let project = vite().change(
        TUTORIAL,
        "JSON.stringify({ email: formData.email, password: formData.password })",
        "{ email: formData.email, password: formData.password }",
    );
    saw(&project.only(Cause::NotJson), "src/Tutorial.jsx:16");
    project.is_fixed_in(&[TUTORIAL]);
    assert_eq!(project.text(TUTORIAL), vite().text(TUTORIAL));
}

#[test]
fn an_object_by_its_name_is_found_and_wrapped() {
    let body = "JSON.stringify({ email: formData.email, password: formData.password })";
    let project = vite().change(TUTORIAL, body, "formData");
    saw(&project.only(Cause::NotJson), "body: formData,");
    project.is_fixed_in(&[TUTORIAL]);
    let made = |project: crate::support::Folder, value: &str| {
        let line = format!("    const values = {value};\n    const again = await fetch");
        project.change(TUTORIAL, "    const again = await fetch", &line).change(TUTORIAL, body, "values")
    };
    made(vite(), "Object.fromEntries(new FormData(event.currentTarget))").only(Cause::NotJson);
    made(vite(), "JSON.stringify({ a: 1 })").is_healthy();
    made(vite(), "values === { a: 1 }").is_healthy();
}

#[test]
fn another_fetch_than_the_browsers_may_take_objects() {
    for own in ["$fetch", "api.fetch"] {
        vite()
            .with("src/own.ts", format!("export const send = () => {own}('/x', {{ body: {{ a: 1 }} }});\n"))
            .is_healthy();
    }
}

#[test]
fn a_body_without_its_type_is_found() {
    let project = vite().change(TUTORIAL, "      headers: { \"Content-Type\": \"application/json\" },\n", "");
    says(&project.only(Cause::FormInsteadOfJson), "Content-Type");
    let own = "      headers: { Accept: \"application/json\" },\n";
    let project =
        vite().change(TUTORIAL, "      headers: { \"Content-Type\": \"application/json\" },\n", own);
    project.only(Cause::FormInsteadOfJson);
    let shared = "      headers,\n";
    vite()
        .change(TUTORIAL, "      headers: { \"Content-Type\": \"application/json\" },\n", shared)
        .is_healthy();
}

#[test]
fn a_call_without_its_cookie_is_found() {
    let project = vite().change(TUTORIAL, "/api/user\", { credentials: \"include\" })", "/api/user\")");
    saw(&project.only(Cause::CookieNotSent), "src/Tutorial.jsx:18");
    let bearer = "/api/user\", { headers: { Authorization: `Bearer ${token}` } })";
    vite().change(TUTORIAL, "/api/user\", { credentials: \"include\" })", bearer).is_healthy();
    let another = "/api/user/list\")";
    vite().change(TUTORIAL, "/api/user\", { credentials: \"include\" })", another).is_healthy();
}

#[test]
fn an_address_in_the_code_is_compared_with_the_page_and_the_settings() {
    let project =
        vite().change(TUTORIAL, "http://localhost:5000/api/signup", "http://127.0.0.1:5000/api/signup");
    project.only(Cause::TwoNamesOfThisMachine);
    project.is_fixed_in(&[TUTORIAL]);
    let project =
        vite().change(TUTORIAL, "http://localhost:5000/api/signup", "http://localhost:8080/api/signup");
    assert_eq!(
        project.only(None).title,
        "The code calls http://localhost:8080, the settings say http://localhost:5000"
    );
}

#[test]
fn what_is_commented_out_or_only_spoken_of_is_left_alone() {
    vite()
        .with(
            "src/Notes.tsx",
            "/* <form><input type=\"password\"/></form> */\n\
             // fetch('http://127.0.0.1:5000/api/user', { body: {} })\n\
             export const text = 'fetch(\"x\", { body: { a: 1 } })';\n\
             export const pattern = /[\"'`]\\/\\* import.meta.env.DOORSTEP_URL/;\n\
             export const more = `fetch(url, { body: {} }) import.meta.env.API_URL`;\n",
        )
        .is_healthy();
}

#[test]
fn tests_of_the_project_are_left_alone() {
    vite()
        .with("src/odd.test.tsx", "export const f = <form><input type=\"password\"/></form>;\n")
        .is_healthy();
}
