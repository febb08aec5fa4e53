//! A request that its client gives up before it was answered: it leaves its line and its count all the same.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use doorstep_web::{PostedForm, ShopPages};

use super::front::{Asked, Front};

/// As nginx has it: the client closed the request. It is never sent.
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// What is known of a request while it is worked on.
pub(super) struct Unanswered {
    front: Arc<Front>,
    asked: Option<Asked>,
}

impl Unanswered {
    pub fn new(front: Arc<Front>, asked: Asked) -> Self {
        Self { front, asked: Some(asked) }
    }

    /// The form that is shown again where it is refused.
    pub fn asks_for_page(&self) -> Option<&PostedForm> {
        self.asked.as_ref()?.form()
    }

    /// `is_unread`: what the answer does not need of the request has not come yet.
    pub fn finish(mut self, answered: Response, pages: Option<&ShopPages>, is_unread: bool) -> Response {
        match self.asked.take() {
            Some(asked) => self.front.finish(answered, asked, pages, is_unread),
            None => answered,
        }
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(asked) = self.asked.take() {
            let status = StatusCode::from_u16(CLIENT_CLOSED_REQUEST).unwrap_or_default();
            if asked.is_of_console() {
                self.front.counted(&asked, status);
            } else {
                self.front.told(&asked, status, None);
            }
        }
    }
}
