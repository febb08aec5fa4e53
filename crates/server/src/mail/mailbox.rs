//! Mails of dev mode: nobody's inbox gets them, and the developer reads them at `/_dev/mailbox`. They are gone when the server ends.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use doorstep_account::mail::Letter;
use doorstep_mail::Rendered;
use tokio::sync::watch;
use tokio::time::timeout;

const MOST: usize = 200;

/// A mail as it was sent.
#[derive(Clone, Debug)]
pub struct Kept {
    pub number: u64,
    pub letter: Letter,
    pub rendered: Rendered,
    /// The whole message (RFC 5322).
    pub source: Vec<u8>,
    /// What a mail program or a spam filter would not like.
    pub remarks: Vec<String>,
}

/// The newest of them. Clones are handles on one.
#[derive(Clone)]
pub struct Mailbox(Arc<Inner>);

struct Inner {
    kept: Mutex<VecDeque<Kept>>,
    /// The number of the newest.
    newest: watch::Sender<u64>,
}

impl Default for Mailbox {
    fn default() -> Self {
        Self(Arc::new(Inner { kept: Mutex::default(), newest: watch::Sender::new(0) }))
    }
}

impl Mailbox {
    pub fn keep(&self, letter: Letter, rendered: Rendered, source: Vec<u8>, remarks: Vec<String>) {
        // Held to the end, so that two mails at once get two numbers.
        let mut kept = self.kept();
        let number = *self.0.newest.borrow() + 1;
        kept.push_back(Kept { number, letter, rendered, source, remarks });
        if kept.len() > MOST {
            kept.pop_front();
        }
        self.0.newest.send_replace(number);
    }

    pub fn count(&self) -> usize {
        self.kept().len()
    }

    /// Those after this number, newest first.
    pub fn after(&self, number: u64) -> Vec<Kept> {
        self.kept().iter().rev().take_while(|kept| kept.number > number).cloned().collect()
    }

    pub fn find(&self, number: u64) -> Option<Kept> {
        self.kept().iter().find(|kept| kept.number == number).cloned()
    }

    /// The newest after this number that is looked for. Waits for it.
    pub async fn newest(
        &self,
        is_it: impl Fn(&Letter) -> bool,
        after: u64,
        patience: Duration,
    ) -> Option<Kept> {
        let mut changes = self.0.newest.subscribe();
        let find = || self.after(after).into_iter().find(|kept| is_it(&kept.letter));
        let waiting = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = find() {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        timeout(patience, waiting).await.ok().flatten()
    }

    pub fn empty(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
