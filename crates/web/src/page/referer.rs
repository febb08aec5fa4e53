//! The page of the shop that a form says it comes from.

use axum::http::{HeaderMap, Uri, header};

/// The path of a `Referer` on the host that was asked, without its query. The page of a form that was refused before
/// stands at the API's address, and its own path in the query there.
pub fn page_of(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let referer: Uri = text(header::REFERER)?.parse().ok()?;
    let is_own = referer.authority()?.as_str().eq_ignore_ascii_case(text(header::HOST)?);
    let is_of_api = referer.path().starts_with("/api/");
    let path = if is_of_api { page_in(referer.query()?)? } else { referer.path().to_owned() };
    // The page's own address is written into it: nothing there may name another host.
    (is_own && path.starts_with('/') && !path.starts_with("//") && is_path(&path)).then_some(path)
}

fn is_path(path: &str) -> bool {
    path.parse::<Uri>().is_ok_and(|uri| uri.path() == path && uri.query().is_none()) && !path.contains('\\')
}

/// `?page=…`, behind the address that the form is posted to: from there the browser names that address as the one it
/// comes from, and the page would be lost at the second mistake.
pub fn query_of(page: &str) -> String {
    let value: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
    format!("?page={value}")
}

/// The page that such a query names.
fn page_in(query: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "page").map(|(_, page)| page.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_page_comes_back_out_of_the_query_that_names_it() {
        for page in ["/join", "/de/b%C3%BCcher+x/", "/a&page=/b#c", "/\u{fc}\"<"] {
            let query = query_of(page);
            assert!(!query.contains(['"', '<', '#', '/']), "{query}");
            assert_eq!(page_in(&query[1..]).as_deref(), Some(page));
        }
        assert_eq!(page_in("x=1"), None);
    }

    #[test]
    fn only_a_page_of_the_same_host_is_taken_for_the_forms() {
        let referer = |referer: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("shop.example:5000"));
            headers.insert(header::REFERER, HeaderValue::from_static(referer));
            page_of(&headers)
        };
        assert_eq!(referer("http://shop.example:5000/de/signup?x=1").as_deref(), Some("/de/signup"));
        assert_eq!(referer("http://SHOP.example:5000").as_deref(), Some("/"));
        let again =
            |page: &str| Box::leak(format!("http://shop.example:5000/api/signup{page}").into_boxed_str());
        assert_eq!(referer(again("?page=%2Fde%2Fb%25C3%25BCcher")).as_deref(), Some("/de/b%C3%BCcher"));
        assert_eq!(referer(again("?x=1")), None);
        for strange in [
            "%2F%2Fevil.example%2Fx",
            "%2F%5Cevil.example",
            "http%3A%2F%2Fevil.example%2F",
            "join",
            "",
            "%2Fa%3Fb",
            "%2Fa%20b%0A",
            "%00",
        ] {
            assert_eq!(referer(again(&format!("?page={strange}"))), None, "{strange}");
        }
        assert_eq!(referer("http://shop.example:5000/join?page=%2Fother").as_deref(), Some("/join"));
        for other in [
            "http://shop.example:5000//evil.example/x",
            "http://evil.example/api/signup?page=%2Fjoin",
            "http://shop.example/signup",
            "http://evil.example:5000/signup",
            "/signup",
            "",
            "nonsense",
        ] {
            assert_eq!(referer(other), None, "{other}");
        }
    }
}
