//! Keys that sign access tokens.

use super::Verb;
use crate::records::{Is, Records, Row, Set, ToCell};
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

pub(super) struct ResealKey {
    pub read: SigningKeyRow,
    pub sealed_private_key: Vec<u8>,
}

impl Verb for ResealKey {
    type Outcome = bool;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        b"signing keys"
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let as_read = [
            Is::Equal("generation", self.read.generation.cell()),
            Is::Equal("sealed_private_key", self.read.sealed_private_key[..].cell()),
        ];
        let again = Set::To("sealed_private_key", self.sealed_private_key[..].cell());
        Ok(tx.change(Table::SigningKeys, &as_read, &[again]).await? == 1)
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
