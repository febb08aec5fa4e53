//! A folder of built pages beside the API: prerendered folders, hashed assets, and one page for every other path of a
//! single-page app. `tower_http::ServeDir` reads the files (ranges, conditional requests, no way out of the folder by `..`).
//! A link that leads out of the folder is not followed: whatever a build tool or a careless `ln -s` left in it would be
//! on the web. The folder itself may be a link, as deployments switch it.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::Code;
use doorstep_web::ApiError;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::headers::PAGE_POLICY;

/// Paths that never are a page of the shop: a typo in an API path must not be answered with HTML.
const RESERVED: [&str; 8] =
    ["api", ".well-known", "docs", "errors", "healthz", "readyz", "openapi.json", "_dev"];

/// In bytes, on every file system that a shop's pages lie on.
const LONGEST_NAME: usize = 255;

/// Pages with a form are small; a larger file is not read for one. In bytes.
const LARGEST_PAGE: usize = 128 * 1024;

#[derive(Clone)]
pub struct Assets {
    files: ServeDir,
    folder: PathBuf,
}

impl Assets {
    pub fn new(folder: &Path) -> Self {
        let files = ServeDir::new(folder).append_index_html_on_directories(false);
        Self { files, folder: folder.to_owned() }
    }

    async fn answer(self, request: Request<Body>) -> Response {
        let path = request.uri().path();
        let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
        if !is_read || !is_plain(path) || is_hidden(path) || is_reserved(path) {
            return ApiError::new(Code::NotFound).into_response();
        }
        let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        // `/signup` and `/signup/` are both the page `signup/index.html`, without a redirect.
        let wanted =
            if is_file { path.to_owned() } else { format!("{}/index.html", path.trim_end_matches('/')) };
        let is_hashed = is_hashed(&wanted);
        let (wants_page, head) = (accepts_html(request.headers()), request_head(&request));
        match self.file(&wanted, request).await {
            Some(found) => dressed(found, is_hashed),
            None if wants_page => match self.file("/index.html", head).await {
                Some(page) => dressed(page, false),
                None => ApiError::new(Code::NotFound).into_response(),
            },
            None => ApiError::new(Code::NotFound).into_response(),
        }
    }

    /// The text of one page, for a form that was posted from it. Only what a visitor could have opened there.
    pub async fn page(&self, path: &str) -> Option<String> {
        if !is_plain(path) || is_hidden(path) || is_reserved(path) {
            return None;
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let wanted = match last.rsplit_once('.') {
            Some((_, "html")) => path.to_owned(),
            Some(_) => return None,
            None => format!("{}/index.html", path.trim_end_matches('/')),
        };
        let response = self.file(&wanted, Request::new(Body::empty())).await?;
        let bytes = axum::body::to_bytes(response.into_body(), LARGEST_PAGE).await.ok()?;
        String::from_utf8(bytes.into()).ok()
    }

    /// Whether the file lies in the folder when every link on the way to it is followed, and is not hidden there.
    async fn holds(&self, path: &str) -> bool {
        let Some(decoded) = decoded(path) else { return false };
        let (folder, file) = (self.folder.clone(), self.folder.join(decoded.trim_start_matches('/')));
        let is_within = move || {
            let (file, folder) = (file.canonicalize().ok()?, folder.canonicalize().ok()?);
            let within = file.strip_prefix(folder).ok()?;
            Some(!within.iter().any(|part| part.as_encoded_bytes().starts_with(b".")))
        };
        tokio::task::spawn_blocking(is_within).await.ok().flatten().unwrap_or(false)
    }

    async fn file(&self, path: &str, mut request: Request<Body>) -> Option<Response> {
        if !self.holds(path).await {
            return None;
        }
        *request.uri_mut() = path.parse::<Uri>().ok()?;
        let response = match self.files.clone().oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        };
        (response.status() != StatusCode::NOT_FOUND).then_some(response)
    }
}

impl tower::Service<Request<Body>> for Assets {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let assets = self.clone();
        Box::pin(async move { Ok(assets.answer(request).await) })
    }
}

/// The file server decodes: an encoded separator would make one part of two after the checks here, and no file has a
/// name that long.
fn is_plain(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    !["%2f", "%5c", "%00"].iter().any(|encoded| lower.contains(encoded))
        && path.split('/').all(|part| part.len() <= LONGEST_NAME)
}

/// The path that the file server makes of it.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).ok()
}

/// `.git`, `.env` and their like, also with the dot encoded: the file server would decode it.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.')) || path.to_ascii_lowercase().contains("%2e")
}

fn is_reserved(path: &str) -> bool {
    path.trim_start_matches('/').split('/').next().is_some_and(|first| RESERVED.contains(&first))
}

/// Only a browser that navigates says so; a script that fetches a missing file must see the 404.
fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"))
}

/// The same request without its conditions: those are about another file.
fn request_head(request: &Request<Body>) -> Request<Body> {
    let mut head = Request::new(Body::empty());
    head.method_mut().clone_from(request.method());
    head
}

/// Whether a build tool put the file's hash into its name: its contents can never change.
fn is_hashed(path: &str) -> bool {
    path.starts_with("/assets/")
}

fn dressed(mut response: Response, is_hashed: bool) -> Response {
    let cache = if is_hashed && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_as_the_file_server_does() {
        for (path, file) in [
            ("/a%20b.css", Some("/a b.css")),
            ("/b%C3%BCcher.js", Some("/b\u{fc}cher.js")),
            ("/100%", Some("/100%")),
            ("/%zz", Some("/%zz")),
            ("/%ff", None),
        ] {
            assert_eq!(decoded(path).as_deref(), file, "{path}");
        }
    }

    #[test]
    fn paths_of_the_server_are_never_pages() {
        for reserved in
            ["/api", "/api/sginup", "/.well-known/x", "/docs/x", "/errors/x", "/healthz", "//api/x", "/_dev"]
        {
            assert!(is_reserved(reserved), "{reserved}");
        }
        for page in ["/", "/signup", "/apiary", "/products/api"] {
            assert!(!is_reserved(page), "{page}");
        }
    }
}
