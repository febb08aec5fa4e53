//! A panic is told once: inside a request by the answer that it became, with the request's id; elsewhere at once.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    static IN_REQUEST: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What a panic said, and where.
#[derive(Debug)]
pub struct Caught(pub String);

/// A request's future: a panic ends it with [`Caught`], not its connection.
pub struct InRequest<F>(pub F);

impl<F: Future + Unpin> Future for InRequest<F> {
    type Output = Result<F::Output, Caught>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let inner = Pin::new(&mut self.0);
        IN_REQUEST.set(true);
        let polled = panic::catch_unwind(AssertUnwindSafe(|| inner.poll(context)));
        IN_REQUEST.set(false);
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(payload) => {
                let told = LAST.with_borrow_mut(Option::take);
                Poll::Ready(Err(Caught(told.unwrap_or_else(|| message(&*payload).to_owned()))))
            }
        }
    }
}

/// Takes the place of the standard hook, which prints every panic to standard error past the log.
pub fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let told = describe(info);
        if IN_REQUEST.get() {
            LAST.set(Some(told));
        } else {
            tracing::error!("{told}");
        }
    }));
}

fn describe(info: &PanicHookInfo) -> String {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    format!("panicked at {place}: {}", message(info.payload()))
}

fn message(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}
