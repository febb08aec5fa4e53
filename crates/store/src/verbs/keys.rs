//! Keys that sign access tokens.

use super::Verb;
use crate::records::{Records, Row, ToCell};
use crate::{SigningKeyRow, StoreResult, Table};

pub(super) struct AddKey(pub SigningKeyRow);

impl Verb for AddKey {
    type Outcome = bool;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        b"signing keys"
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let SigningKeyRow { generation, kid, public_key, sealed_private_key, created_at, .. } = &self.0;
        let columns = vec![
            ("generation", generation.cell()),
            ("kid", kid.cell()),
            ("public_key", public_key[..].cell()),
            ("sealed_private_key", sealed_private_key[..].cell()),
            ("created_at", created_at.cell()),
            ("signs_from", self.0.signs_from.cell()),
            ("verifies_until", self.0.verifies_until.cell()),
        ];
        tx.add_unless_taken(Table::SigningKeys, columns, "generation").await
    }
}

pub(super) fn key(row: &Row) -> StoreResult<SigningKeyRow> {
    Ok(SigningKeyRow {
        generation: row.int("generation")?,
        kid: row.text("kid")?,
        public_key: row.bytes("public_key")?,
        sealed_private_key: row.bytes("sealed_private_key")?,
        created_at: row.moment("created_at")?,
        signs_from: row.moment("signs_from")?,
        verifies_until: row.moment("verifies_until")?,
    })
}
