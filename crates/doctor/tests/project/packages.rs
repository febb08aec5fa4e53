//! `package.json` and what is installed.

use doorstep_base::Cause;

use crate::support::{Folder, saw, says, vite};

fn installed(project: Folder, folder: &str, version: &str) -> Folder {
    let name = folder.rsplit("node_modules/").next().unwrap();
    let manifest = format!("{{ \"name\": \"{name}\", \"version\": \"{version}\" }}");
    project.with(&format!("{folder}/package.json"), manifest)
}

fn with_react() -> Folder {
    installed(installed(vite(), "node_modules/react", "19.2.0"), "node_modules/react-dom", "19.2.0")
}

#[test]
fn a_second_react_is_found() {
    let second = "node_modules/@doorstep/react/node_modules/react";
    let project = installed(with_react(), second, "18.3.1");
    let finding = project.only(Cause::SecondReact);
    assert_eq!(finding.title, "@doorstep/react brings a React of its own, 18.3.1");
    saw(&finding, second);
    let deduplicated = "plugins: [react()],\n  resolve: { dedupe: ['react', 'react-dom'] },";
    project.change("vite.config.ts", "plugins: [react()],", deduplicated).is_healthy();
}

#[test]
fn a_react_that_only_a_tool_uses_does_no_harm() {
    with_react().is_healthy();
    installed(with_react(), "node_modules/some-tool/node_modules/react", "18.3.1").is_healthy();
}

#[test]
fn a_react_dom_of_another_version_is_found() {
    let project = installed(with_react(), "node_modules/react-dom", "19.1.0");
    says(&project.only(Cause::SecondReact), "npm install react@19.2.0 react-dom@19.2.0");
}

#[test]
fn packages_that_do_not_belong_together_are_found() {
    let project =
        vite().change("package.json", "\"@doorstep/react\": \"^0.1.0\"", "\"@doorstep/react\": \"^0.2.0\"");
    assert_eq!(
        project.only(None).title,
        "@doorstep/client 0.1 and @doorstep/react 0.2 do not belong together"
    );
    // What is installed counts more than what was asked for.
    installed(project, "node_modules/@doorstep/react", "0.1.3").is_healthy();
}

#[test]
fn a_kit_that_is_newer_than_the_server_is_found() {
    let text = vite().text("package.json").replace("^0.1.0", "^0.9.0");
    let finding = vite().with("package.json", text).only(None);
    assert_eq!(finding.title, "@doorstep/client 0.9 is newer than this server, 0.1");
}
