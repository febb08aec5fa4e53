//! Web origins, spelt exactly as browsers send them: that is what makes comparing bytes enough.

use std::fmt;
use std::str::FromStr;

use doorstep_base::{is_this_machine, origin};

use super::origin_form::{canonical, refusal};

/// `scheme://host[:port]`, without a default port, path or slash; of a web page in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origin of a page's address, as it is pasted.
    pub fn of_page(url: &str) -> Result<Self, String> {
        canonical(url.trim()).map(Self).ok_or_else(|| refusal(url.trim()).to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether the page travels over plain http from another machine, where anybody on the way may change it. Browsers ask
    /// nobody for names below localhost: they are this machine.
    pub fn is_insecure(&self) -> bool {
        let is_local = |authority: &str| {
            let end = authority.find(']').map_or_else(|| authority.find(':'), |bracket| Some(bracket + 1));
            let name = end.map_or(authority, |end| &authority[..end]);
            is_this_machine(name) || name.ends_with(".localhost")
        };
        self.0.strip_prefix("http://").is_some_and(|authority| !is_local(authority))
    }

    /// Whether an app shows the page, out of itself.
    pub fn is_app(&self) -> bool {
        origin::is_app(&self.0)
    }
}

impl FromStr for Origin {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let canonical = canonical(text).ok_or_else(|| refusal(text).to_owned())?;
        if canonical == text {
            return Ok(Self(canonical));
        }
        Err(format!(r#"the origin as browsers send it: "{canonical}""#))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_insecure_unless_it_stays_on_this_machine() {
        let is_insecure = |text: &str| text.parse::<Origin>().unwrap().is_insecure();
        assert!(is_insecure("http://shop.example") && is_insecure("http://localhost.evil.com"));
        assert!(is_insecure("http://localhost.evil.com:5173") && is_insecure("http://192.168.1.5"));
        for safe in [
            "https://shop.example",
            "http://localhost:5173",
            "http://localhost",
            "http://127.0.0.1:5173",
            "http://[::1]:3000",
            "http://tauri.localhost",
            "capacitor://localhost",
        ] {
            assert!(!is_insecure(safe), "{safe}");
        }
    }
}
