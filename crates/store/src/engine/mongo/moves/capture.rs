//! Change capture by a change stream. The oplog is the notebook: a document remembers how far it was read.

use futures_util::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Bson, Document, RawDocumentBuf, deserialize_from_document, doc, serialize_to_bson};
use mongodb::change_stream::event::{ChangeStreamEvent, ResumeToken};
use mongodb::options::ReturnDocument;

use crate::engine::mongo::MongoStore;
use crate::engine::mongo::documents::{Field, Fields};
use crate::engine::mongo::failure::Failure;
use crate::engine::mongo::records::key;
use crate::engine::mongo::schema::CAPTURE;
use crate::{Change, StoreError, StoreResult, Table};

/// The `_id` of the only document.
const POSITION: &str = "position";

impl MongoStore {
    /// Remembers where the oplog ends now, unless changes are captured already.
    pub(super) async fn begin_reading(&self) -> StoreResult<()> {
        let (database, positions) = (self.db.database().clone(), self.db.collection(CAPTURE));
        let begin = async move {
            let mut stream = database.watch().await?;
            // Where something was written this moment, the first answer tells that instead of its own end. Reading begins
            // behind it then: whoever captures reads the records after this.
            let end = match stream.resume_token() {
                None => stream.try_next().await?.map(|event| event.id),
                end => end,
            };
            let Some(end) = end else {
                return Err(StoreError::Unavailable("the server told no resume token".to_owned()).into());
            };
            let first =
                doc! { "$setOnInsert": { "read_to": note_of(&end)?.as_slice().bson(), "looks": 0_i64 } };
            positions.update_one(doc! { "_id": POSITION }, first).upsert(true).await?;
            Ok(())
        };
        self.db.run(begin).await
    }

    /// Everything up to now: this look leaves a mark of its own in the oplog, and reads until it comes.
    pub(super) async fn read_changes(&self, limit: usize) -> StoreResult<Vec<Change>> {
        let (database, positions) = (self.db.database().clone(), self.db.collection(CAPTURE));
        let read = async move {
            let look = doc! { "$inc": { "looks": 1_i64 } };
            let look = positions.find_one_and_update(doc! { "_id": POSITION }, look);
            let Some(position) = look.return_document(ReturnDocument::After).await? else {
                return Err(StoreError::Corrupt("changes are not captured any more".to_owned()).into());
            };
            let look = Fields(&position).int("looks")?;
            let read_to = token_of(Fields(&position).bytes("read_to")?)?;
            let (changes, read_to) = changes_after(&database, read_to, look, limit).await?;
            if changes.is_empty() {
                let moved = doc! { "$set": { "read_to": note_of(&read_to)?.as_slice().bson() } };
                positions.update_one(doc! { "_id": POSITION }, moved).await?;
            }
            Ok(changes)
        };
        self.db.run(read).await
    }

    /// Tokens sort as their events do, so that the greatest is the last, in whatever order they come.
    pub(super) async fn move_on_to(&self, changes: Vec<Change>) -> StoreResult<()> {
        let Some(last) = changes.into_iter().map(|change| change.id).max() else { return Ok(()) };
        let positions = self.db.collection(CAPTURE);
        let moved = async move {
            let set = doc! { "$set": { "read_to": last.as_slice().bson() } };
            positions.update_one(doc! { "_id": POSITION }, set).await?;
            Ok(())
        };
        self.db.run(moved).await
    }

    pub(super) async fn end_reading(&self) -> StoreResult<()> {
        let positions = self.db.collection(CAPTURE);
        let end = async move {
            positions.delete_one(doc! { "_id": POSITION }).await?;
            Ok(())
        };
        self.db.run(end).await
    }
}

/// The changes of records between a position and the mark of this look, at most `limit`, and how far that is.
async fn changes_after(
    database: &Database,
    mut read_to: ResumeToken,
    look: i64,
    limit: usize,
) -> Result<(Vec<Change>, ResumeToken), Failure> {
    let mut names: Vec<&str> = Table::ALL.map(Table::name).to_vec();
    names.push(CAPTURE);
    let pipeline = [
        doc! { "$match": { "ns.coll": { "$in": names }, "documentKey": { "$exists": true } } },
        doc! { "$project": { "fullDocument": 0 } },
    ];
    let mut events = database.watch().pipeline(pipeline).resume_after(read_to.clone()).await?;
    let mut changes = Vec::new();
    while changes.len() < limit {
        // Without this look's own mark nobody knows whether that was all.
        let Some(event) = events.try_next().await? else {
            return Err(StoreError::Unavailable("the change stream ended early".to_owned()).into());
        };
        read_to = event.id.clone();
        if is_mark_of(&event, look) {
            break;
        }
        if let Some(change) = change(&event)? {
            changes.push(change);
        }
    }
    Ok((changes, read_to))
}

fn is_mark_of(event: &ChangeStreamEvent<Document>, look: i64) -> bool {
    let updated = event.update_description.as_ref();
    updated.is_some_and(|updated| updated.updated_fields.get_i64("looks").is_ok_and(|looks| looks >= look))
}

/// `None` for what is not a record.
fn change(event: &ChangeStreamEvent<Document>) -> Result<Option<Change>, Failure> {
    let name = event.ns.as_ref().and_then(|namespace| namespace.coll.as_deref());
    let (Some(table), Some(named)) = (name.and_then(Table::from_name), &event.document_key) else {
        return Ok(None);
    };
    let key = key(table, &RawDocumentBuf::try_from(named)?)?;
    Ok(Some(Change { id: note_of(&event.id)?, table, key }))
}

/// A token is a document of hexadecimal digits, by which events are sorted, and of the numbers' types in it. Both in
/// one piece, which sorts as the digits do.
fn note_of(token: &ResumeToken) -> Result<Vec<u8>, Failure> {
    let Bson::Document(token) = serialize_to_bson(token)? else { return Err(strange()) };
    let mut note = token.get_str("_data").map_err(|_| strange())?.as_bytes().to_vec();
    if let Ok(types) = token.get_binary_generic("_typeBits") {
        note.push(0);
        note.extend(types);
    }
    Ok(note)
}

fn token_of(note: &[u8]) -> Result<ResumeToken, Failure> {
    let (digits, types) = match note.iter().position(|byte| *byte == 0) {
        Some(end) => (&note[..end], Some(&note[end + 1..])),
        None => (note, None),
    };
    let mut token = doc! { "_data": str::from_utf8(digits).map_err(|_| strange())? };
    if let Some(types) = types {
        token.insert("_typeBits", types.bson());
    }
    Ok(deserialize_from_document(token)?)
}

fn strange() -> Failure {
    StoreError::Corrupt("a resume token of another shape".to_owned()).into()
}
