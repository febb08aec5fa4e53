//! Notices when a request's body is dropped before its end: its connection then has bytes that nobody read.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, Incoming, SizeHint};

use super::socket::Told;

struct Watched {
    body: Incoming,
    has_ended: bool,
    told: Arc<Told>,
}

/// The request as the routes get it. One without a body stays as it is.
pub fn watch(request: Request<Incoming>, told: &Arc<Told>) -> Request<Body> {
    request.map(|body| {
        if body.is_end_stream() {
            return Body::empty();
        }
        Body::new(Watched { body, has_ended: false, told: told.clone() })
    })
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        // A body that broke off has nothing left to be read.
        this.has_ended |= matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.has_ended && !self.body.is_end_stream() {
            self.told.leave_unread();
        }
    }
}
