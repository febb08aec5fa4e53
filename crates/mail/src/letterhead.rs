//! What stands around each mail.

use crate::{clean, contrast};

/// A logo in every mail: more would be cut by mail programs (Gmail shows 102 KB of a message).
const LARGEST_LOGO: usize = 48 * 1024;

/// The shop's own, of its configuration.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// As customers know the shop.
    pub shop: String,
    /// The shop's public address, without a slash at the end.
    pub url: String,
    /// `#rrggbb`: the button's.
    pub colour: String,
    /// Sent with the mail: nothing in it is fetched from anywhere.
    pub logo: Option<Logo>,
    /// Lines at the foot: who this is, as the law asks for it.
    pub imprint: Vec<String>,
}

/// The bytes of a PNG or JPEG, and what stands for it where pictures are not shown.
#[derive(Clone)]
pub struct Logo {
    pub bytes: Vec<u8>,
    pub alt: String,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logo({} bytes, {:?})", self.bytes.len(), self.alt)
    }
}

impl Logo {
    /// The type of the bytes, by how they begin.
    pub fn media_type(&self) -> Option<&'static str> {
        match self.bytes.as_slice() {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
            [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
            _ => None,
        }
    }
}

impl Letterhead {
    /// Scheme, host and port of the shop: `https://shop.example`.
    pub fn origin(&self) -> &str {
        origin_of(&self.url).unwrap_or_default()
    }

    /// The host alone, as a code is bound to it: `@shop.example #123456`.
    pub fn host(&self) -> &str {
        let authority = self.origin().split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// The name of the logo inside the message, without `cid:`. A page that shows the HTML alone puts the picture there.
    pub fn logo_id(&self) -> String {
        format!("logo@{}", self.host().trim_matches(['[', ']']))
    }

    /// What in it cannot be used, and what to write.
    pub(crate) fn problem(&self) -> Option<String> {
        if clean::line(&self.shop).is_empty() {
            return Some("the shop has no name: write the one that customers know".to_owned());
        }
        if self.host().is_empty() || self.url.ends_with('/') || !is_link(&self.url) {
            return Some("url is not the shop's address: write it like https://shop.example".to_owned());
        }
        if contrast::read(&self.colour).is_none() {
            return Some("colour is none: write six digits like #0a5cff".to_owned());
        }
        let logo = self.logo.as_ref()?;
        if logo.media_type().is_none() {
            return Some("the logo is neither PNG nor JPEG, which is what mail programs show".to_owned());
        }
        (logo.bytes.len() > LARGEST_LOGO).then(|| {
            format!(
                "the logo has {} KiB and goes with every mail: make it smaller than {} KiB",
                logo.bytes.len() / 1024,
                LARGEST_LOGO / 1024
            )
        })
    }
}

/// Scheme and authority of an http address.
pub(crate) fn origin_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let end = scheme.len() + "://".len() + authority.len();
    url.get(..end).filter(|_| is_web && !authority.is_empty() && !authority.contains('@'))
}

/// Whether it can stand in a mail as a link: an http address without signs that would end it too early.
pub(crate) fn is_link(url: &str) -> bool {
    let is_sign = |sign: char| sign.is_ascii_graphic() && !r#""'<>\`"#.contains(sign);
    origin_of(url).is_some() && url.chars().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Letterhead {
        Letterhead {
            shop: "Nordlicht".to_owned(),
            url: url.to_owned(),
            colour: "#0a5cff".to_owned(),
            logo: None,
            imprint: Vec::new(),
        }
    }

    #[test]
    fn a_code_is_bound_to_the_host_alone() {
        for (url, host) in [
            ("https://shop.example", "shop.example"),
            ("http://localhost:5077", "localhost"),
            ("https://shop.example:8443/de", "shop.example"),
            ("http://[::1]:5077", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(of(url).host(), host);
            assert_eq!(of(url).problem(), None, "{url}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for url in
            ["", "shop.example", "https://", "https://shop.example/", "ftp://shop.example", "https://a b"]
        {
            assert!(of(url).problem().unwrap().contains("https://shop.example"), "{url}");
        }
        let logo = |bytes: &[u8]| Some(Logo { bytes: bytes.to_vec(), alt: "Nordlicht".to_owned() });
        let svg = Letterhead { logo: logo(b"<svg>"), ..of("https://shop.example") };
        assert!(svg.problem().unwrap().contains("PNG"));
        let large = [vec![0xff, 0xd8, 0xff], vec![0; LARGEST_LOGO]].concat();
        let large = Letterhead { logo: logo(&large), ..of("https://shop.example") };
        assert!(large.problem().unwrap().contains("smaller than 48 KiB"));
    }

    #[test]
    fn a_link_cannot_leave_its_attribute_or_its_line() {
        assert!(is_link("https://shop.example/r#t=abc_-%20"));
        for wrong in [
            "javascript:alert(1)",
            "https://shop.example/\"onload=x",
            "https://shop.example/\r\nBcc:x",
            "https://user@evil.example/",
            "https:///x",
            "//evil.example",
            "https://shop.example/a b",
        ] {
            assert!(!is_link(wrong), "{wrong}");
        }
    }
}
