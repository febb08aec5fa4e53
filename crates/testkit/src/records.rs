//! Made-up whole records, the same for the same number, so that a shop of any size can be made twice.

use doorstep_base::crypto::sha256;
use doorstep_store::{Cell, Column, Kind, Record, Table};

use crate::contract::made::{HOSTILE, NOW};

/// What the generated shop has of each customer: one record in each of these.
pub const OF_A_CUSTOMER: [Table; 10] = [
    Table::Customers,
    Table::Credentials,
    Table::Addresses,
    Table::Sessions,
    Table::UsedRefreshes,
    Table::Challenges,
    Table::Idempotency,
    Table::Attempts,
    Table::Audit,
    Table::Outbox,
];

/// The record of this number. Ids grow with it, and those of one number belong together.
pub fn record(table: Table, number: u64) -> Record {
    let columns = table.columns().iter().zip(0..);
    Record(columns.map(|(column, place)| cell(table, column, place, number)).collect())
}

fn cell(table: Table, column: &Column, place: u64, number: u64) -> Cell {
    if column.optional && (number + place).is_multiple_of(3) {
        return Cell::Null;
    }
    match (table, column.name, column.kind) {
        (_, "generation", _) => int(number + 1),
        (_, "version", _) => int(1 + number % 5),
        (_, "default_shipping" | "default_billing" | "dead", _) => int((number + place) % 2),
        (Table::Attempts, "free_at", _) => int((now() + number) * 1000),
        (_, _, Kind::Int | Kind::Bool) => int(now() + number * 7 + place),
        (_, "email", _) => Cell::Text(format!("Shopper.{number}@Example.com")),
        (_, "email_key", _) => Cell::Bytes(format!("shopper.{number}@example.com").into_bytes()),
        (_, "mode", _) => Cell::Text(["jwt", "cookie", "token"][(number % 3) as usize].to_owned()),
        (_, "end_reason", _) => Cell::Text("logged_out".to_owned()),
        (Table::Audit, "kind", _) => Cell::Text("signed_up".to_owned()),
        (_, "country", _) => Cell::Text("AT".to_owned()),
        (_, "kid", _) => Cell::Text(format!("key-{number}")),
        (Table::Credentials, "data", _) => {
            Cell::Text(format!("$argon2id$v=19$m=19456,t=2,p=1$made-up${number}"))
        }
        (Table::Credentials, "id", _) => id("customer", number),
        (_, "purpose", _) => Cell::Text("log_in".to_owned()),
        (_, "actor", _) => Cell::Text("customer".to_owned()),
        (_, "detail", _) => Cell::Text("reason logged_out".to_owned()),
        (Table::Credentials, "kind", _) | (_, "methods", _) => Cell::Text("password".to_owned()),
        (_, "topic", _) => Cell::Text("made-up".to_owned()),
        (_, name, Kind::Text | Kind::Word) => {
            Cell::Text(format!("{name} {number} {}", hostile(number + place)))
        }
        (Table::Customers, "id", _) | (_, "customer", _) => id("customer", number),
        (Table::Sessions, "id", _) | (_, "session", _) => id("session", number),
        (_, name, Kind::Id) => id(name, number),
        (_, name, Kind::Hash) => Cell::Bytes(hash(table, name, number).to_vec()),
        (_, name, Kind::Bytes | Kind::TextAsBytes) => Cell::Bytes(hash(table, name, number).repeat(3)),
    }
}

fn int(number: u64) -> Cell {
    Cell::Int(i64::try_from(number).unwrap())
}

fn now() -> u64 {
    u64::try_from(NOW.as_millis()).unwrap()
}

/// No engine keeps a NUL in a text, and none is asked to.
fn hostile(number: u64) -> &'static str {
    let texts = HOSTILE.iter().filter(|text| !text.contains('\0'));
    texts.clone().nth(usize::try_from(number).unwrap() % texts.count()).unwrap()
}

/// Begins with a time that grows, as the ids of real rows do.
fn id(of: &str, number: u64) -> Cell {
    let mut id = sha256(format!("{of} {number}").as_bytes())[..16].to_vec();
    id[..6].copy_from_slice(&(now() + number).to_be_bytes()[2..]);
    Cell::Bytes(id)
}

fn hash(table: Table, of: &str, number: u64) -> [u8; 32] {
    sha256(format!("{} {of} {number}", table.name()).as_bytes())
}
