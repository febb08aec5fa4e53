//! `.env` files.

use doorstep_base::Cause;
use doorstep_doctor::Severity;

use crate::support::{RUNNING, is, saw, says, vite};

#[test]
fn a_name_without_the_prefix_is_found_and_renamed() {
    let project =
        vite().with(".env.development", "# mine\r\nexport DOORSTEP_URL = http://localhost:5000 # dev\r\n");
    let finding = project.only(Cause::BaseUrlMissing);
    assert_eq!(finding.title, "DOORSTEP_URL is kept from pages: Vite only gives them VITE_DOORSTEP_URL");
    saw(&finding, ".env.development:2");
    saw(&finding, "src/account.ts:4");
    is(&finding, Severity::Error);
    project.is_fixed_in(&[".env.development"]);
    assert_eq!(
        project.text(".env.development"),
        "# mine\r\nexport VITE_DOORSTEP_URL = http://localhost:5000 # dev\r\n"
    );
}

#[test]
fn a_name_without_the_prefix_in_both_places_is_renamed_in_both() {
    let project = vite()
        .change("src/account.ts", "import.meta.env.VITE_DOORSTEP_URL ??", "import.meta.env.DOORSTEP_URL ??")
        .with(".env.development", "DOORSTEP_URL=http://localhost:5000\n");
    let finding = project.only(Cause::BaseUrlMissing);
    saw(&finding, "src/account.ts:4");
    project.is_fixed_in(&["src/account.ts", ".env.development"]);
    assert_eq!(project.text(".env.development"), "VITE_DOORSTEP_URL=http://localhost:5000\n");
}

#[test]
fn a_name_that_the_configuration_uses_is_not_renamed() {
    let project = vite().with(".env.development", "DOORSTEP_URL=http://localhost:5000\n").change(
        "vite.config.ts",
        "'http://localhost:5000'",
        "loadEnv('development', '.', '').DOORSTEP_URL",
    );
    assert_eq!(project.only(Cause::BaseUrlMissing).edit, None);
}

#[test]
fn a_name_that_is_almost_right_is_named() {
    let project = vite().with(".env.development", "VITE_DOORSTEP_ULR=http://localhost:5000\n");
    let finding = project.only(Cause::BaseUrlMissing);
    assert_eq!(finding.title, "VITE_DOORSTEP_URL is not set, but VITE_DOORSTEP_ULR is");
}

#[test]
fn a_setting_that_nothing_sets_is_a_warning_unless_the_code_has_a_fallback() {
    vite().without(".env.development").is_healthy();
    let project = vite().without(".env.development").change("src/account.ts", " ?? \"/\"", "");
    let finding = project.only(Cause::BaseUrlMissing);
    is(&finding, Severity::Warning);
    says(&finding, "VITE_DOORSTEP_URL=http://localhost:5000");
}

#[test]
fn values_that_are_no_address_are_found() {
    for (value, title) in [
        ("", "VITE_DOORSTEP_URL is empty"),
        ("undefined", "VITE_DOORSTEP_URL is \"undefined\""),
        ("http//localhost:5000", "VITE_DOORSTEP_URL is \"http//localhost:5000\", no web address"),
        ("api.shop.example", "VITE_DOORSTEP_URL is \"api.shop.example\", no web address"),
        ("//api.shop.example", "VITE_DOORSTEP_URL is \"//api.shop.example\", no web address"),
    ] {
        let project = vite().with(".env.development", format!("VITE_DOORSTEP_URL={value}\n"));
        let finding = project.only(Cause::BaseUrlMissing);
        assert_eq!(finding.title, title);
        saw(&finding, ".env.development:1");
    }
}

#[test]
fn an_address_of_this_machine_gets_its_scheme() {
    let project = vite().with(".env.development", "VITE_DOORSTEP_URL=\"localhost:5000\"\n");
    says(&project.only(Cause::BaseUrlMissing), "VITE_DOORSTEP_URL=http://localhost:5000");
    project.is_fixed_in(&[".env.development"]);
    assert_eq!(project.text(".env.development"), "VITE_DOORSTEP_URL=\"http://localhost:5000\"\n");
}

#[test]
fn the_file_that_wins_is_the_one_that_is_judged() {
    let project = vite().with(".env", "VITE_DOORSTEP_URL=\n");
    // A build reads .env only, and an empty value is kept by `??`.
    saw(&project.only(Cause::BaseUrlMissing), ".env:1");
    vite().with(".env", "VITE_DOORSTEP_URL=\n").with(".env.production", "VITE_DOORSTEP_URL=/\n").is_healthy();
    vite().with(".env", "VITE_DOORSTEP_URL=\n").change("src/account.ts", "??", "||").is_healthy();
}

#[test]
fn two_names_of_this_machine_are_found_and_made_one() {
    let project = vite().with(".env.development", "VITE_DOORSTEP_URL=http://127.0.0.1:5000\n");
    let finding = project.only(Cause::TwoNamesOfThisMachine);
    says(&finding, "Use http://localhost:5000");
    project.is_fixed_in(&[".env.development"]);
    assert_eq!(project.text(".env.development"), "VITE_DOORSTEP_URL=http://localhost:5000\n");
}

#[test]
fn the_page_may_be_the_one_with_the_other_name() {
    let page = |project: crate::support::Folder| {
        project.change("vite.config.ts", "// host: '127.0.0.1'", "host: '127.0.0.1'")
    };
    page(vite()).only(Cause::TwoNamesOfThisMachine);
    let same = vite()
        .without("src/Tutorial.jsx")
        .with(".env.development", "VITE_DOORSTEP_URL=http://127.0.0.1:5000\n");
    page(same).is_healthy();
    let script = vite().change("package.json", "\"dev\": \"vite\"", "\"dev\": \"vite --host 127.0.0.1\"");
    script.only(Cause::TwoNamesOfThisMachine);
}

#[test]
fn names_of_this_machine_do_not_matter_to_tokens() {
    vite()
        .with(".env.development", "VITE_DOORSTEP_URL=http://127.0.0.1:5000\n")
        .change("src/account.ts", "?? \"/\" });", "?? \"/\", session: \"token\" });")
        .is_healthy();
}

#[test]
fn plain_http_for_customers_is_found() {
    let project = vite().with(".env.production", "VITE_DOORSTEP_URL=http://accounts.shop.example\n");
    let finding = project.only(Cause::MixedContent);
    is(&finding, Severity::Error);
    assert_eq!(finding.title, "A shop on https cannot call http://accounts.shop.example");
    vite().with(".env.production", "VITE_DOORSTEP_URL=https://accounts.shop.example\n").is_healthy();
}

#[test]
fn a_dev_server_on_https_with_a_plain_api_is_found() {
    let project = vite().change("vite.config.ts", "[react()]", "[react(), basicSsl()]");
    is(&project.only(Cause::MixedContent), Severity::Warning);
}

#[test]
fn another_port_than_the_servers_is_found() {
    let project = vite().with(".env.development", "VITE_DOORSTEP_URL=http://localhost:5001\n").change(
        "vite.config.ts",
        "proxy: {",
        "other: {",
    );
    let finding = project.beside(RUNNING).only(Cause::NothingAnswers);
    says(&finding, "VITE_DOORSTEP_URL=http://localhost:5000");
}

#[test]
fn a_path_that_the_kit_adds_itself_is_found() {
    let project = vite().with(".env.development", "VITE_DOORSTEP_URL=http://localhost:5000/api/\n");
    says(&project.only(None), "VITE_DOORSTEP_URL=http://localhost:5000");
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    let project =
        vite().with(".env.production", "VITE_DOORSTEP_URL=http://me:canary-77@accounts.shop.example\n");
    let shown = format!("{:?}", project.only(Cause::MixedContent));
    assert!(!shown.contains("canary-77"), "{shown}");
}

/// The tutorial's page without the kit.
fn by_hand() -> crate::support::Folder {
    vite()
        .with(
            "package.json",
            "{ \"dependencies\": { \"react\": \"^19.2.0\" }, \"devDependencies\": { \"vite\": \"^8.0.0\" } }",
        )
        .without(".env.development")
        .without("src/account.ts")
        .without("src/main.tsx")
        .without("src/SignUp.tsx")
        .with(
            "src/api.js",
            "export const signUp = (body) => fetch(`${import.meta.env.VITE_API_URL}/api/signup`, body);\n",
        )
}

#[test]
fn an_empty_address_before_a_path_is_the_pages_own_host() {
    by_hand().with(".env", "VITE_API_URL=\n").is_healthy();
}

#[test]
fn two_names_of_this_machine_do_not_matter_where_no_cookie_is_sent() {
    let project = by_hand().without("src/Tutorial.jsx").with(".env", "VITE_API_URL=http://127.0.0.1:5000\n");
    project.is_healthy();
    let asks = "export const user = () => fetch(`${import.meta.env.VITE_API_URL}/api/user`, { credentials: 'include' });\n";
    project.with("src/user.js", asks).only(Cause::TwoNamesOfThisMachine);
}

#[test]
fn a_name_that_another_file_knows_is_no_slip() {
    vite()
        .with(".env.development", "VITE_DOORSTEP_URI=x\n")
        .change("index.html", "<title>shop</title>", "<title>%VITE_DOORSTEP_URI%</title>")
        .is_healthy();
}
