//! `vite.config`: the proxy.

use doorstep_base::Cause;
use doorstep_doctor::Severity;
use doorstep_doctor::project::Server;

use crate::support::{RUNNING, is, saw, says, vite};

const IPV4_ONLY: Server = Server { port: 5000, ipv4: true, ipv6: false, is_default: false };

#[test]
fn a_proxy_to_localhost_before_a_server_on_ipv4_is_found_and_changed() {
    let project = vite().beside(IPV4_ONLY);
    let finding = project.only(Cause::OneAddressFamily);
    is(&finding, Severity::Error);
    saw(&finding, "vite.config.ts:10  '/api': 'http://localhost:5000'");
    says(&finding, "Proxy target: http://127.0.0.1:5000");
    project.is_fixed_in(&["vite.config.ts"]);
    assert!(project.text("vite.config.ts").contains("'/api': 'http://127.0.0.1:5000',"));
}

#[test]
fn the_servers_own_configuration_tells_where_it_listens() {
    let project = vite().with("doorstep.toml", "[server]\nlisten = \"127.0.0.1:5000\"\n");
    project.only(Cause::OneAddressFamily);
    vite().with("doorstep.toml", "[server]\nlisten = \"localhost:5000\"\n").is_healthy();
}

#[test]
fn a_target_in_a_constant_is_followed() {
    let project = vite()
        .change("vite.config.ts", "'/api': 'http://localhost:5000'", "'/api': { target: api }")
        .change("vite.config.ts", "export default", "const api = \"http://localhost:5000\";\nexport default")
        .beside(IPV4_ONLY);
    project.only(Cause::OneAddressFamily);
    project.is_fixed_in(&["vite.config.ts"]);
}

#[test]
fn a_proxy_to_another_port_is_found() {
    let project =
        vite().change("vite.config.ts", "'http://localhost:5000'", "'http://localhost:8080'").beside(RUNNING);
    says(&project.only(Cause::NothingAnswers), "Proxy target: http://localhost:5000");
}

#[test]
fn a_proxy_to_a_site_by_name_must_change_the_host() {
    let project = vite().change("vite.config.ts", "        changeOrigin: true,\n", "");
    let finding = project.only(Cause::WebPage);
    is(&finding, Severity::Warning);
    project.is_fixed_in(&["vite.config.ts"]);
}

#[test]
fn a_proxy_that_takes_the_prefix_away_is_found() {
    let rule = "'/api': { target: 'http://localhost:5000', rewrite: (path) => path.replace(/^\\/api/, '') }";
    let project = vite().change("vite.config.ts", "'/api': 'http://localhost:5000'", rule);
    says(&project.only(None), "Remove the rewrite");
    project.change("vite.config.ts", "/^\\/api/, ''", "/^\\/api/, '/api'").is_healthy();
}

#[test]
fn ports_are_compared_only_where_the_server_is_expected() {
    let elsewhere = Server { port: 41_234, is_default: false, ..RUNNING };
    vite().beside(elsewhere).is_healthy();
}

#[test]
fn a_path_may_be_a_pattern() {
    let project = vite()
        .change(
            "vite.config.ts",
            "'/api': 'http://localhost:5000'",
            "'^/(api/|healthz$)': 'http://localhost:8080'",
        )
        .beside(RUNNING);
    project.only(Cause::NothingAnswers);
}
