//! Callers that start at one moment, on two nodes.

use std::sync::Arc;

use doorstep_store::Store;
use tokio::sync::Barrier;

use crate::TestDatabase;

/// Few enough to meet by chance, and enough to meet for certain.
pub const CALLERS: [usize; 2] = [2, 50];

/// What each of `callers` got; the even ones call the first node, the odd ones the second.
pub async fn race<T, F>(
    database: &TestDatabase,
    callers: usize,
    call: impl Fn(Arc<dyn Store>, usize) -> F,
) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let nodes = [Arc::clone(&database.store), database.another_node().await];
    let start = Arc::new(Barrier::new(callers));
    let mut racing = Vec::new();
    for caller in 0..callers {
        let (called, start) = (call(Arc::clone(&nodes[caller % 2]), caller), Arc::clone(&start));
        racing.push(tokio::spawn(async move {
            start.wait().await;
            called.await
        }));
    }
    let mut outcomes = Vec::new();
    for caller in racing {
        outcomes.push(caller.await.unwrap());
    }
    outcomes
}

/// How many of the outcomes are this one.
pub fn count<T: PartialEq>(outcomes: &[T], wanted: &T) -> usize {
    outcomes.iter().filter(|outcome| *outcome == wanted).count()
}
