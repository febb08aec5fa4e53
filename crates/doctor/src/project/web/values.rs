//! Addresses in `.env` files that cannot work: none, half of one, or one that the browser keeps from the page.

use doorstep_base::Cause;

use super::dotenv::{Mode, Setting};
use super::page::Page;
use super::settings::is_client;
use super::uses::{self, Fallback, Use};
use super::{Tool, Web, proxy};
use crate::Finding;
use crate::project::address::Address;
use crate::project::source::readable;

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let mut names: Vec<_> = web.settings.all().iter().map(|setting| setting.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| uses::is_base(name) && is_read(web, name));
    names.into_iter().flat_map(|name| of_name(web, name)).collect()
}

/// At most one finding for each line that sets the name.
fn of_name(web: &Web<'_>, name: &str) -> Vec<Finding> {
    let mut told = Vec::new();
    let mut findings = Vec::new();
    for mode in [Mode::Development, Mode::Production] {
        let Some(setting) = web.settings.effective(name, mode) else { continue };
        let place = web.settings.place(setting);
        if !told.contains(&place)
            && let Some(finding) = judge(web, setting, mode)
        {
            told.push(place);
            findings.push(finding);
        }
    }
    findings
}

fn is_read(web: &Web<'_>, name: &str) -> bool {
    web.uses.iter().any(|read| read.name == name)
}

fn judge(web: &Web<'_>, setting: &Setting, mode: Mode) -> Option<Finding> {
    let value = setting.value.as_str();
    if value.contains('$') {
        // Made of other settings.
        return None;
    }
    if value.is_empty() {
        // Before a path it means the page's own host; only the kit refuses it.
        let is_asked = |read: &Use| read.name == setting.name && read.fallback != Fallback::Asked;
        let is_kept = web.has("@doorstep/client") && web.uses.iter().any(is_asked);
        return is_kept.then(|| missing(web, setting, format!("{} is empty", setting.name)));
    }
    if matches!(value, "undefined" | "null" | "NaN") || value.contains("/undefined") {
        return Some(missing(web, setting, format!("{} is \"{}\"", setting.name, readable(value, 60))));
    }
    if value.starts_with('/') && !value.starts_with("//") {
        return relative_on_server(web, setting);
    }
    match Address::parse(value) {
        None => Some(no_address(web, setting)),
        Some(address) => of_address(web, setting, &address, mode),
    }
}

fn missing(web: &Web<'_>, setting: &Setting, title: String) -> Finding {
    Finding::error(Cause::BaseUrlMissing, title)
        .saw(web.settings.place(setting))
        .fix(format!(
            "{}=http://localhost:5000, or / when the server itself or a proxy serves the page",
            setting.name
        ))
        .fix(format!("Start {} again: it reads .env files only once", web.tool.name()))
}

fn no_address(web: &Web<'_>, setting: &Setting) -> Finding {
    let value = &setting.value;
    let is_local = ["localhost:", "127.0.0.1:", "[::1]:"].iter().any(|host| value.starts_with(host));
    let scheme = if is_local { "http://" } else { "https://" };
    let edit = is_local.then(|| web.settings.file(setting).insert(setting.value_at.start, scheme)).flatten();
    let shown = readable(value, 60);
    let finding =
        Finding::error(Cause::BaseUrlMissing, format!("{} is \"{shown}\", no web address", setting.name))
            .saw(web.settings.place(setting));
    if value.contains("//") || !value.contains(['.', ':']) {
        return finding
            .fix(format!("{}=http://localhost:5000, with the address of your server", setting.name));
    }
    finding.fix(format!("{}={scheme}{shown}", setting.name)).edit(edit)
}

/// Next.js runs this code on the server too, where `/` is the address of nothing.
fn relative_on_server(web: &Web<'_>, setting: &Setting) -> Option<Finding> {
    let is_on_server =
        |source: &crate::project::source::Source| !is_client(source) && source.bare.contains("fetch(");
    let read =
        web.uses.iter().find(|read| read.name == setting.name && is_on_server(&web.sources[read.source]))?;
    (web.tool == Tool::Next).then(|| {
        Finding::error(Cause::RelativeOnServer, format!("On the server {} has no host: it is \"{}\"", setting.name, readable(&setting.value, 60)))
            .saw(web.settings.place(setting))
            .saw(web.sources[read.source].quote(read.at))
            .fix("Give the server's code an absolute address, in a setting of its own: DOORSTEP_URL=http://localhost:5000")
    })
}

fn of_address(web: &Web<'_>, setting: &Setting, address: &Address, mode: Mode) -> Option<Finding> {
    let finding = match mode {
        Mode::Production => plain_in_production(web, setting, address),
        Mode::Development => in_development(web, setting, address),
    };
    finding.or_else(|| doubled_path(web, setting, address))
}

/// Only the files for production say where customers will be.
fn plain_in_production(web: &Web<'_>, setting: &Setting, address: &Address) -> Option<Finding> {
    let is_for_customers = web.settings.place(setting).contains(".env.production");
    if address.is_https || !is_for_customers {
        return None;
    }
    let severity = if address.is_private() { Finding::warning } else { Finding::error };
    Some(
        severity(Cause::MixedContent, format!("A shop on https cannot call {address}"))
            .saw(web.settings.place(setting))
            .fix(format!("{}=https://…, with the address that customers can reach", setting.name)),
    )
}

fn in_development(web: &Web<'_>, setting: &Setting, address: &Address) -> Option<Finding> {
    let page = &web.page;
    let place = web.settings.place(setting);
    if page.is_https && !address.is_https {
        return Some(
            Finding::warning(
                Cause::MixedContent,
                format!("The dev server is https, but the API is {address}"),
            )
            .saw(place)
            .fix("Open the page over http in development, or let the dev server's proxy call the API"),
        );
    }
    if page.is_other_name_of(address) && web.sends_cookies {
        return Some(two_names(page, address).saw(place).edit(other_host(web, setting, address, &page.host)));
    }
    let server = web.server.filter(|server| server.is_default)?;
    let is_lost = address.is_loopback() && address.port != server.port && address.port != page.port;
    (is_lost && web.is_for_doorstep && !proxy::is_used(web)).then(|| {
        Finding::warning(
            Cause::NothingAnswers,
            format!("{} is port {}, but the server listens on {}", setting.name, address.port, server.port),
        )
        .saw(place)
        .fix(format!("{}=http://{}:{}", setting.name, address.host, server.port))
    })
}

pub fn two_names(page: &Page, address: &Address) -> Finding {
    let mut wanted = address.clone();
    wanted.host.clone_from(&page.host);
    Finding::error(
        Cause::TwoNamesOfThisMachine,
        format!(
            "The page is {}, the API is {}: the session's cookie is lost between the two",
            page.host, address.host
        ),
    )
    .fix(format!("Use {wanted}, or open the page on {}", address.host))
}

fn other_host(web: &Web<'_>, setting: &Setting, address: &Address, host: &str) -> Option<crate::Edit> {
    let at = setting.value.to_ascii_lowercase().find(&address.host)? + setting.value_at.start;
    web.settings.file(setting).replace(at..at + address.host.len(), host)
}

/// The kit adds `/api` itself.
fn doubled_path(web: &Web<'_>, setting: &Setting, address: &Address) -> Option<Finding> {
    let is_doubled = web.has("@doorstep/client") && address.path.trim_end_matches('/').ends_with("/api");
    is_doubled.then(|| {
        let path = address.path.trim_end_matches('/').trim_end_matches("/api");
        Finding::new(
            crate::Severity::Error,
            None,
            format!("{} ends with /api, which the kit adds itself", setting.name),
        )
        .saw(web.settings.place(setting))
        .fix(format!("{}={address}{path}", setting.name))
    })
}
