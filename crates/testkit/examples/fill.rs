//! Fills a migrated database with made-up customers: `fill URL CUSTOMERS`. Each has an address, a session and a line in the
//! audit trail; of every tenth there is something in every table.

#![allow(clippy::unwrap_used, reason = "whoever calls it reads why it stopped")]

use doorstep_store::{Settings, Table};
use doorstep_testkit::records::{OF_A_CUSTOMER, record};

const PAGE: u64 = 1000;

#[tokio::main]
async fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let (url, customers) = (&arguments[1], arguments[2].parse::<u64>().unwrap());
    let store = doorstep_store::open(url, Settings::default()).await.unwrap();
    for first in (0..customers).step_by(usize::try_from(PAGE).unwrap()) {
        for table in OF_A_CUSTOMER {
            let all = [Table::Customers, Table::Addresses, Table::Sessions, Table::Audit].contains(&table);
            let step = if all { 1 } else { 10 };
            let numbers = (first..customers.min(first + PAGE)).step_by(step);
            let page = numbers.map(|number| record(table, number)).collect();
            store.put_records(table, page).await.unwrap();
        }
    }
    store.close().await;
}
