//! The last explanations, for the console of dev mode.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use doorstep_base::{Cause, Timestamp};
use serde::Serialize;

/// More than a developer scrolls through; the oldest go first.
const MOST: usize = 200;

/// A request that failed, or whose answer a page cannot use. Without secrets: a person shares a screen.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Counts from 1: [`super::Explain::since`] takes it.
    pub number: u64,
    pub at: Timestamp,
    pub cause: Option<Cause>,
    pub hint: Option<String>,
    pub method: String,
    /// Without its query.
    pub path: String,
    pub status: u16,
    pub code: Option<&'static str>,
    pub origin: Option<String>,
    pub request_id: String,
    /// The request's headers.
    pub request_headers: Vec<(String, String)>,
    /// The answer's headers.
    pub answer_headers: Vec<(String, String)>,
    /// The problem, as it was sent.
    pub answer: Option<String>,
}

impl Serialize for Explained {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::json!({
            "number": self.number,
            "at": self.at.to_string(),
            "cause": self.cause.map(|cause| cause.to_string()),
            "title": self.cause.map(Cause::title),
            "hint": self.hint,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "code": self.code,
            "origin": self.origin,
            "requestId": self.request_id,
            "sent": self.request_headers,
            "told": self.answer_headers,
            "answer": self.answer,
        })
        .serialize(serializer)
    }
}

#[derive(Default)]
pub struct Feed(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    last: u64,
    ring: VecDeque<Explained>,
}

impl Feed {
    pub fn push(&self, mut explained: Explained) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        explained.number = kept.last;
        if kept.ring.len() == MOST {
            kept.ring.pop_front();
        }
        kept.ring.push_back(explained);
    }

    pub fn since(&self, number: u64) -> Vec<Explained> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.ring.iter().filter(|explained| explained.number > number).cloned().collect()
    }
}
