//! Which pages may act for a customer: origins, for CORS and against request forgery (ASVS 3.5.1).

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::{HeaderMap, header};
use doorstep_base::Code;
use doorstep_base::origin::{self, APP_SESSION};

use crate::{ApiError, hints};

/// The origins whose pages may talk to this server. Clones are handles on one list, which can be replaced while the
/// server runs.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Read by requests that carry an Origin only, and never for longer than one look-up.
    allowed: Arc<RwLock<HashSet<String>>>,
    any_localhost: bool,
}

impl Origins {
    /// `allowed` are exact serialised origins (`https://shop.example`), the server's own among them.
    /// `any_localhost` (dev mode) adds every http port of this machine.
    pub fn new(allowed: impl IntoIterator<Item = String>, any_localhost: bool) -> Self {
        Self { allowed: Arc::new(RwLock::new(allowed.into_iter().collect())), any_localhost }
    }

    /// Takes another list, for every handle at once.
    pub fn replace(&self, allowed: impl IntoIterator<Item = String>) {
        let allowed = allowed.into_iter().collect();
        *self.allowed.write().unwrap_or_else(PoisonError::into_inner) = allowed;
    }

    pub fn allows(&self, origin: &str) -> bool {
        (self.any_localhost && is_http_localhost(origin))
            || self.allowed.read().unwrap_or_else(PoisonError::into_inner).contains(origin)
    }

    /// Refuses to read with the session cookie for a page of another site. It could not see the answer, but a link or a
    /// redirect of it brings the cookie along (SameSite=Lax), and a use of the session is noted, an export counted and
    /// written down. A browser that does not say where a request comes from is let through.
    pub fn check_read(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        if site(headers) != Some("cross-site") {
            return Ok(());
        }
        match headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) {
            Some(origin) if self.allows(origin) => Ok(()),
            _ => Err(ApiError::new(Code::CsrfRefused)
                .detail("A page of another site asked for this with the session cookie. Ask from the shop's own pages.")),
        }
    }

    /// Refuses a request that carries or asks for a session cookie unless a page of the shop sent it.
    ///
    /// `Sec-Fetch-Site: same-origin` also covers `Origin: null`, which a strict referrer policy makes of the shop's own forms.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
        if site(headers) == Some("same-origin") {
            return Ok(());
        }
        match origin {
            Some(origin) if self.allows(origin) => Ok(()),
            Some(origin) if origin::is_app(origin) => Err(ApiError::new(Code::CsrfRefused).detail(APP_SESSION)),
            Some(_) => Err(ApiError::new(Code::CsrfRefused)
                .detail("The Origin of this request is not allowed. Add it to [cors] origins, or send the request from the shop's own pages.")),
            None => Err(ApiError::new(Code::CsrfRefused)
                .detail("A request with the session cookie needs an Origin header (browsers send it). Other programs use \"session\": \"token\" and a Bearer header.")
                .because(hints::origin_demanded())),
        }
    }
}

/// `Sec-Fetch-Site`, the browser's own word that no script can forge.
fn site(headers: &HeaderMap) -> Option<&str> {
    headers.get("sec-fetch-site").and_then(|value| value.to_str().ok())
}

fn is_http_localhost(origin: &str) -> bool {
    let Some(host_and_port) = origin.strip_prefix("http://") else { return false };
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| match host_and_port.strip_prefix(host) {
        Some("") => true,
        Some(rest) => rest
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok_and(|p| p.to_string() == port)),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_origins_are_allowed() {
        let origins = Origins::new(["https://shop.com".to_owned()], false);
        assert!(origins.allows("https://shop.com"));
        for other in [
            "https://evil.com",
            "https://shop.com.evil.com",
            "https://evilshop.com",
            "https://shopacom",
            "https://sub.shop.com",
            "http://shop.com",
            "https://shop.com:444",
            "https://SHOP.COM",
            "https://shop.com.",
            "https://shop.com/",
            "null",
            "",
            "https://shop.com%60.evil.com",
            "https://xn--shp-sna.com",
            "http://localhost:5173",
        ] {
            assert!(!origins.allows(other), "{other}");
        }
    }

    #[test]
    fn a_replaced_list_counts_for_every_handle() {
        let origins = Origins::new(["https://old.example".to_owned()], false);
        let handle = origins.clone();
        origins.replace(["https://new.example".to_owned()]);
        assert!(handle.allows("https://new.example") && !handle.allows("https://old.example"));
    }

    #[test]
    fn dev_mode_allows_any_port_of_this_machine_and_nothing_like_it() {
        let origins = Origins::new([], true);
        for own in ["http://localhost", "http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:80"] {
            assert!(origins.allows(own), "{own}");
        }
        for other in [
            "https://localhost:5173",
            "http://localhost.evil.com",
            "http://localhost:",
            "http://localhost:080",
            "http://localhost:99999",
            "http://localhost:1@evil.com",
            "http://evil.com",
            "http://127.0.0.1.evil.com",
            "http://localhostevil.com",
        ] {
            assert!(!origins.allows(other), "{other}");
        }
    }
}
