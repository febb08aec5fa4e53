//! macOS' entitlements and Apple's rules for plain http (DS-27, DS-28).

use doorstep_base::Cause;

use super::{App, addresses};
use crate::project::source::Source;
use crate::{Edit, Finding};

const CLIENT: &str = "com.apple.security.network.client";

pub fn check(app: &App<'_>) -> Vec<Finding> {
    let entitlements = ["macos/Runner/DebugProfile.entitlements", "macos/Runner/Release.entitlements"];
    let networks = entitlements.iter().filter_map(|path| no_network(app, &app.project.read(path)?));
    let plists = ["ios/Runner/Info.plist", "macos/Runner/Info.plist"];
    let plain = plists.iter().filter_map(|path| plain_http(app, &app.project.read(path)?));
    networks.chain(plain).collect()
}

fn no_network(app: &App<'_>, file: &Source) -> Option<Finding> {
    let is_in_sandbox =
        value(file, "com.apple.security.app-sandbox").is_some_and(|(_, value)| value == "true");
    let client = value(file, CLIENT);
    if !app.uses_network() || !is_in_sandbox || client.is_some_and(|(_, value)| value == "true") {
        return None;
    }
    let name = file.path.file_stem().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let builds = if name == "Release" { "release" } else { "debug" };
    Some(
        Finding::error(
            Cause::NoNetworkEntitlement,
            format!("On macOS the sandbox of {builds} builds has no network"),
        )
        .saw(format!("{} has no {CLIENT}", crate::project::source::shown(&file.path)))
        .fix(format!("Add <key>{CLIENT}</key><true/>"))
        .edit(allow(file, client.map(|(at, _)| at))),
    )
}

/// The key with `<true/>`, as the last one or in the place of its `<false/>`.
fn allow(file: &Source, refused: Option<usize>) -> Option<Edit> {
    if let Some(at) = refused {
        let end = at + file.code[at..].find('>')? + 1;
        return file.replace(at..end, "<true/>");
    }
    let (begin, _) = file.indentation(file.code.rfind("</dict>")?);
    let (_, indent) = file.indentation(file.code.find("<key>")?);
    let newline = file.newline();
    file.insert(begin, &format!("{indent}<key>{CLIENT}</key>{newline}{indent}<true/>{newline}"))
}

/// Where the value of a key begins, and the name of its tag.
fn value<'a>(file: &'a Source, key: &str) -> Option<(usize, &'a str)> {
    let code = &file.code;
    let key = code.match_indices("<key>").find_map(|(at, mark)| {
        let begin = at + mark.len();
        let end = begin + code[begin..].find("</key>")?;
        (code[begin..end].trim() == key).then_some(end + "</key>".len())
    })?;
    let at = key + code[key..].find('<')?;
    let name = code[at + 1..].split(['>', '/', ' ']).next()?;
    Some((at, name))
}

fn plain_http(app: &App<'_>, file: &Source) -> Option<Finding> {
    const ALLOWED: &[&str] = &["NSAllowsLocalNetworking", "NSAllowsArbitraryLoads", "NSExceptionDomains"];
    let plain = addresses::plain_http(app).filter(|_| app.uses_platform_http())?;
    let is_allowed = ALLOWED.iter().any(|key| value(file, key).is_some_and(|(_, value)| value != "false"));
    (!is_allowed).then(|| {
        Finding::warning(Cause::CleartextForbidden, "Apple forbids plain http to this app")
            .saw(plain)
            .saw(format!("{} has no NSAppTransportSecurity", crate::project::source::shown(&file.path)))
            .fix("For your own network: <key>NSAppTransportSecurity</key><dict><key>NSAllowsLocalNetworking</key><true/></dict>")
            .fix("For customers: an https address")
    })
}
