//! Fills a migrated database with made-up customers, one record of each in every table: `fill URL CUSTOMERS`.

#![allow(clippy::unwrap_used, reason = "whoever calls it reads why it stopped")]

use doorstep_store::Settings;
use doorstep_testkit::records::{OF_A_CUSTOMER, record};

const PAGE: u64 = 1000;

#[tokio::main]
async fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let (url, customers) = (&arguments[1], arguments[2].parse::<u64>().unwrap());
    let store = doorstep_store::open(url, Settings::default()).await.unwrap();
    for first in (0..customers).step_by(usize::try_from(PAGE).unwrap()) {
        for table in OF_A_CUSTOMER {
            let page = (first..customers.min(first + PAGE)).map(|number| record(table, number)).collect();
            store.put_records(table, page).await.unwrap();
        }
    }
    store.close().await;
}
