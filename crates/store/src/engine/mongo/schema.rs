//! The steps as collections, validators and indexes.
//!
//! A step can be taken again at any time: it makes what is missing and leaves what is there. A validator refuses a document of
//! another shape, whoever writes it; a field that came later than its table may be missing, because older nodes do not write it.
//! Everything that is unique is so by an index of bytes, without a collation.

use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{Acknowledgment, IndexOptions, WriteConcern};
use mongodb::{Database, IndexModel};

use super::failure::{Failure, code};
use super::records::{TURN, path};
use crate::Table;
use crate::steps::{Change, STEPS_TABLE, Step};
use crate::tables::{Index, Kind};

/// How far changes were read that are captured: one document, or none when they are not. `read_to` is a resume token.
pub(super) const CAPTURE: &str = "capture";
const COLLECTION_EXISTS: i32 = 48;

/// Does what a step says, or what is missing of it.
pub(super) async fn take(database: &Database, step: &Step) -> Result<(), Failure> {
    make_collection(database, STEPS_TABLE, None).await?;
    match step.change {
        Change::CreateTable(table) => {
            make_collection(database, table.name(), Some(validator(table))).await?;
            if table == Table::Moves {
                make_collection(database, CAPTURE, Some(capture_validator())).await?;
            }
            let indexes = table.definition().indexes.iter().filter(|index| index.only_documents);
            make_indexes(database, table, indexes).await
        }
        Change::AddIndex(table, name) => {
            let indexes = table.definition().indexes.iter().filter(|index| index.name == name);
            make_indexes(database, table, indexes).await
        }
        Change::AddColumn(table, _) => set_validator(database, table).await,
        Change::MovePasswords => move_passwords(database).await,
        Change::DropPasswords => {
            let customers = database.collection::<Document>(Table::Customers.name());
            let former = doc! { "password_hash": { "$exists": true } };
            customers.update_many(former, doc! { "$unset": { "password_hash": "" } }).await?;
            Ok(())
        }
        // The validator has fenced them since the step before: an older node's document has a field that it refuses. And the marks
        // of steps have none.
        Change::FencePasswords | Change::AddToSteps { .. } => Ok(()),
    }
}

async fn make_collection(
    database: &Database,
    name: &str,
    validator: Option<Document>,
) -> Result<(), Failure> {
    let create = database.create_collection(name);
    let create = match validator {
        Some(validator) => create.validator(validator),
        None => create,
    };
    match create.await {
        Err(error) if code(&error) != Some(COLLECTION_EXISTS) => Err(error.into()),
        _ => Ok(()),
    }
}

async fn make_indexes(
    database: &Database,
    table: Table,
    indexes: impl Iterator<Item = &Index>,
) -> Result<(), Failure> {
    let models: Vec<_> = indexes
        .map(|index| {
            // Documents without a value are no doubles of each other.
            let column = table.column(index.columns[0]).map(|(_, column)| column);
            let filled = column.filter(|column| index.unique && column.optional).map(|column| {
                doc! { column.name: { "$type": kind(column.kind) } }
            });
            let options = IndexOptions::builder().name(index.name.to_owned()).unique(index.unique);
            let options = options.partial_filter_expression(filled).build();
            IndexModel::builder().keys(keys(table, index)).options(options).build()
        })
        .collect();
    if models.is_empty() {
        return Ok(());
    }
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    let collection = database.collection::<Document>(table.name());
    collection.create_indexes(models).write_concern(majority).await?;
    Ok(())
}

/// A key of several columns that ends an index is one value, `_id`.
fn keys(table: Table, index: &Index) -> Document {
    let key: Vec<_> = table.key_columns().iter().map(|column| column.name).collect();
    let mut keys = Document::new();
    let mut rest = index.columns;
    while let [name, after @ ..] = rest {
        if rest == key && key.len() > 1 {
            keys.insert("_id", 1);
            break;
        }
        keys.insert(path(table, name), 1);
        rest = after;
    }
    keys
}

async fn set_validator(database: &Database, table: Table) -> Result<(), Failure> {
    database.run_command(doc! { "collMod": table.name(), "validator": validator(table) }).await?;
    Ok(())
}

/// Can be broken off and done again: what was taken before stays as it is.
async fn move_passwords(database: &Database) -> Result<(), Failure> {
    let record = doc! {
        "_id": { "customer": "$_id", "id": "$_id" },
        "kind": { "$literal": "password" },
        "lookup": { "$literal": null },
        "data": "$password_hash",
        "counter": { "$literal": 0_i64 },
        "created_at": "$created_at",
        "last_used_at": { "$literal": null },
    };
    let into = doc! { "into": Table::Credentials.name(), "whenMatched": "keepExisting" };
    let pipeline = [
        doc! { "$match": { "password_hash": { "$type": "string" } } },
        doc! { "$project": record },
        doc! { "$merge": into },
    ];
    database.collection::<Document>(Table::Customers.name()).aggregate(pipeline).await?;
    Ok(())
}

/// What a table's documents look like to this binary, whichever step it takes: of nodes that take steps at once, none may put an
/// older shape back.
fn validator(table: Table) -> Document {
    let keys = table.key_columns().len();
    let mut fields =
        vec![("_id", if keys > 1 { "object" } else { kind(table.key_columns()[0].kind) }, false)];
    let mut required = vec!["_id"];
    let is_key = |name: &str| table.key_columns().iter().any(|key| key.name == name);
    for column in table.columns().iter().filter(|column| !is_key(column.name)) {
        fields.push((column.name, kind(column.kind), column.optional));
        if column.since == 0 {
            required.push(column.name);
        }
    }
    if table == Table::Customers {
        fields.push((TURN, "long", false));
        required.push(TURN);
    }
    shape(&fields, &required)
}

fn capture_validator() -> Document {
    let fields = [("_id", "string", false), ("read_to", "binData", false), ("looks", "long", false)];
    shape(&fields, &["_id", "read_to", "looks"])
}

fn shape(fields: &[(&str, &str, bool)], required: &[&str]) -> Document {
    let mut properties = Document::new();
    for (name, kind, optional) in fields {
        let types = if *optional { Bson::from(vec![*kind, "null"]) } else { Bson::from(*kind) };
        properties.insert(*name, doc! { "bsonType": types });
    }
    doc! { "$jsonSchema": {
        "bsonType": "object",
        "required": required.to_vec(),
        "properties": properties,
        "additionalProperties": false,
    } }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "long",
        Kind::Bool => "bool",
        Kind::Text | Kind::Word => "string",
        Kind::Id | Kind::Hash | Kind::Bytes | Kind::TextAsBytes => "binData",
    }
}
