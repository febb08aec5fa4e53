//! Next.js.

use doorstep_base::Cause;
use doorstep_doctor::project::Server;

use crate::support::{next, saw};

#[test]
fn a_rewrite_to_localhost_before_a_server_on_ipv4_is_found_and_changed() {
    let project = next().beside(Server { port: 5000, ipv4: true, ipv6: false, is_default: false });
    saw(&project.only(Cause::OneAddressFamily), "next.config.mjs:4");
    project.is_fixed_in(&["next.config.mjs"]);
    assert!(project.text("next.config.mjs").contains("\"http://127.0.0.1:5000/api/:path*\""));
}

#[test]
fn a_provider_in_a_server_component_is_found_and_made_one_of_the_client() {
    let project = next().change("app/providers.tsx", "\"use client\";\n\n", "");
    let finding = project.only(Cause::SecondReact);
    assert_eq!(
        finding.title,
        "app/providers.tsx uses DoorstepProvider on the server: \"use client\" is missing"
    );
    saw(&finding, "app/providers.tsx:8");
    project.is_fixed_in(&["app/providers.tsx"]);
    assert!(project.text("app/providers.tsx").starts_with("\"use client\";\nimport"));
}

#[test]
fn a_hook_behind_an_alias_is_found() {
    let project = next().change("app/sign-up.tsx", "\"use client\";\n", "");
    saw(&project.only(Cause::SecondReact), "app/sign-up.tsx:4");
}

#[test]
fn what_a_client_component_takes_in_needs_no_word_of_its_own() {
    next()
        .with("app/part.tsx", "import { useSession } from \"@doorstep/react\";\nexport const Part = () => <b>{useSession().status}</b>;\n")
        .change("app/sign-up.tsx", "\n\nexport", "\nimport { Part } from \"./part\";\nexport const again = Part;\n\nexport")
        .is_healthy();
}

#[test]
fn a_name_without_the_prefix_in_a_page_is_found() {
    let project = next().change(
        "app/providers.tsx",
        "process.env.NEXT_PUBLIC_DOORSTEP_URL",
        "process.env.DOORSTEP_URL",
    );
    let finding = project.only(Cause::BaseUrlMissing);
    assert_eq!(
        finding.title,
        "DOORSTEP_URL is undefined in the page: Next.js only gives names that begin with NEXT_PUBLIC_"
    );
}

#[test]
fn a_relative_address_on_the_server_is_found() {
    let project =
        next().change("app/page.tsx", "process.env.DOORSTEP_URL", "process.env.NEXT_PUBLIC_DOORSTEP_URL");
    saw(&project.only(Cause::RelativeOnServer), "app/page.tsx:6");
}
