//! Calls that are written by hand: a cookie that is not sent (DS-14), addresses in the code (DS-09).

use std::ops::Range;

use doorstep_base::Cause;

use super::Web;
use super::dotenv::Mode;
use super::{bodies, uses, values};
use crate::Finding;
use crate::api::{ROUTES, SIGNED_IN};
use crate::project::address::Address;
use crate::project::find;
use crate::project::source::Source;

/// One call of `fetch`, or of a function that is used like it.
pub struct Call<'a> {
    pub source: &'a Source,
    pub at: usize,
    arguments: Range<usize>,
}

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in web.timely() {
        for (at, arguments) in
            find::calls(&source.bare, "fetch").filter(|(at, _)| is_browsers(&source.bare[..*at]))
        {
            let call = Call { source, at, arguments };
            findings.extend(bodies::check(&call).or_else(|| without_cookie(web, &call)));
        }
    }
    findings.extend(other_name(web).or_else(|| other_server(web)));
    findings
}

/// `api.fetch` is somebody's own, with rules of its own.
fn is_browsers(before: &str) -> bool {
    !before.ends_with('.') || before.ends_with("window.") || before.ends_with("globalThis.")
}

impl Call<'_> {
    pub fn code(&self) -> &str {
        &self.source.code[self.arguments.clone()]
    }

    pub fn bare(&self) -> &str {
        &self.source.bare[self.arguments.clone()]
    }

    pub fn goes_to(&self, routes: &[&str]) -> bool {
        // The address is the first argument: a route further on is something else's.
        let end = self.bare().find(',').unwrap_or(self.bare().len());
        let address = &self.code()[..end];
        // Whole paths only: `/api/user/list` is another server's.
        let is_end = |rest: &str| {
            let rest = rest.strip_prefix('/').unwrap_or(rest);
            rest.is_empty() || rest.starts_with(['"', '\'', '`', '?', ' ', '$'])
        };
        routes.iter().any(|route| address.find(route).is_some_and(|at| is_end(&address[at + route.len()..])))
    }

    pub fn value_of(&self, key: &str) -> Option<usize> {
        find::value_of(&self.source.bare, self.arguments.clone(), key)
    }

    /// Whether some options come from elsewhere, so that what is missing may be there.
    pub fn has_other_options(&self) -> bool {
        let options = self.bare().split_once(',').map_or("", |(_, options)| options).trim_start();
        (!options.is_empty() && !options.starts_with('{')) || options.contains("...")
    }
}

/// To another origin fetch sends no cookie unless it is asked to.
fn without_cookie(web: &Web<'_>, call: &Call<'_>) -> Option<Finding> {
    let says = |word| find::has_word(call.bare(), word);
    let is_other_origin = {
        let address = call.code().trim_start().trim_start_matches(['"', '\'', '`']);
        let is_setting = address.starts_with("${") || !call.code().trim_start().starts_with(['"', '\'', '`']);
        address.starts_with("http") || (is_setting && base(web).is_some())
    };
    let is_lost = call.goes_to(&SIGNED_IN)
        && is_other_origin
        && !web.has_tokens
        && !says("credentials")
        && !says("headers")
        && !call.has_other_options();
    is_lost.then(|| {
        Finding::error(Cause::CookieNotSent, "The call leaves the session's cookie at home")
            .saw(call.source.quote(call.at))
            .fix("fetch(address, { credentials: \"include\" }), here and where the customer logs in")
    })
}

/// The address that development uses, as the settings have it.
fn base(web: &Web<'_>) -> Option<Address> {
    let read = web.uses.iter().filter(|read| uses::is_base(&read.name));
    read.filter_map(|read| web.settings.effective(&read.name, Mode::Development))
        .find_map(|setting| Address::parse(&setting.value))
}

/// Addresses in the code with another name of this machine than the page has. The settings are mended first.
fn other_name(web: &Web<'_>) -> Option<Finding> {
    let page = &web.page;
    if !web.sends_cookies || base(web).is_some_and(|base| page.is_other_name_of(&base)) {
        return None;
    }
    let mut others = local_addresses(web).filter(|(.., address)| page.is_other_name_of(address));
    let (source, at, address) = others.next()?;
    let edit = source.replace(at..at + address.host.len(), &page.host);
    let finding = values::two_names(page, &address).saw(source.quote(at)).edit(edit);
    Some(others.take(3).fold(finding, |finding, (source, at, _)| finding.saw(source.quote(at))))
}

/// An address in the code that is another server than the settings name.
fn other_server(web: &Web<'_>) -> Option<Finding> {
    let base = base(web)?;
    let (source, at, address) = local_addresses(web).find(|(.., address)| {
        let is_same_machine = base.is_loopback() && address.port == base.port;
        !is_same_machine && web.server.is_none_or(|server| server.port != address.port)
    })?;
    Some(
        Finding::warning(None, format!("The code calls {address}, the settings say {base}"))
            .saw(source.quote(at))
            .fix("Use the setting in the code too"),
    )
}

/// Addresses of this machine in the code, and where the host of each stands.
fn local_addresses<'a>(web: &'a Web<'_>) -> impl Iterator<Item = (&'a Source, usize, Address)> {
    web.timely().flat_map(|source| {
        addresses(source).filter(|(_, address)| address.is_loopback()).filter_map(move |(range, address)| {
            let at = range.start + source.code[range].to_ascii_lowercase().find(&address.host)?;
            Some((source, at, address))
        })
    })
}

/// Strings that are the address of a route, and `baseUrl: "http://…"` of the kit.
fn addresses(source: &Source) -> impl Iterator<Item = (Range<usize>, Address)> + '_ {
    let has_client = source.code.contains("createDoorstepClient");
    source.code.match_indices("http").take(500).filter_map(move |(at, _)| {
        let range = find::string_from(source, at)?;
        let text = &source.code[range.clone()];
        let is_route = ROUTES.iter().any(|route| text.contains(route));
        let is_base = has_client && source.code[..at - 1].trim_end().ends_with("baseUrl:");
        let address = Address::parse(text).filter(|_| is_route || is_base)?;
        Some((range, address))
    })
}
