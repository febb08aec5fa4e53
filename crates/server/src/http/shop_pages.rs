//! Reads the pages of the shop that a form may have been posted from.

use std::time::Duration;

use doorstep_web::{PostedForm, ShopPage, ShopPages};

use super::assets::Assets;
use super::headers::{BASE_POLICY, PAGE_POLICY};

/// A file system that hangs must not hold up the refusal.
const PATIENCE: Duration = Duration::from_secs(2);

/// The page that the browser names, then the one at the route of the form: `/signup` for `/api/signup`.
pub async fn of(assets: &Assets, form: &PostedForm) -> ShopPages {
    let route = form.path().strip_prefix("/api");
    let mut paths: Vec<&str> = form.page().into_iter().chain(route).collect();
    paths.retain(|path| path.starts_with('/') && !path.starts_with("//"));
    paths.dedup();
    let read = async {
        let mut pages = Vec::new();
        for path in paths {
            let html = assets.page(path).await;
            pages.extend(html.map(|html| ShopPage { path: path.to_owned(), html }));
        }
        pages
    };
    let pages = tokio::time::timeout(PATIENCE, read).await.unwrap_or_default();
    ShopPages { pages, policy: PAGE_POLICY, policy_with_base: BASE_POLICY }
}
