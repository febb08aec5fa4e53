//! Brings the schema to this binary's, step by step.

use doorstep_base::Timestamp;
use mongodb::bson::{RawDocumentBuf, doc};

use super::MongoStore;
use super::documents::{Field, Fields};
use super::failure::{Failure, UNAUTHORIZED, code};
use super::schema;
use crate::steps::{self, STEPS, STEPS_TABLE, Step};
use crate::{Migration, OpenError, StoreError};

/// The first release counted its steps otherwise, and did not say who took them: its last was what is now this one.
const FORMER_LAST: i64 = 10;
const FORMER_LAST_NOW: i64 = 17;

impl MongoStore {
    pub(super) async fn migrate_all(&self, now: Timestamp) -> Result<u32, OpenError> {
        let (found, known) = (self.last_step().await?, steps::known());
        let mut taken = 0;
        for step in STEPS.iter().filter(|step| step.number > found) {
            match self.take_step(*step, now).await {
                Ok(first) => taken += u32::from(first),
                Err(Failure::Driver(error)) if code(&error) == Some(UNAUTHORIZED) => {
                    return Err(OpenError::Behind { found: step.number - 1, known });
                }
                Err(failure) => return Err(StoreError::from(failure).into()),
            }
        }
        Ok(taken)
    }

    pub(super) async fn what_to_take(&self) -> Result<Migration, OpenError> {
        Ok(steps::migration(self.last_step().await?))
    }

    /// The last step that was taken; 0 in an empty database. Refuses one in which a newer binary took a step after which this
    /// one may not go on.
    async fn last_step(&self) -> Result<i64, OpenError> {
        let database = self.db.database().clone();
        let names = async move { Ok(database.list_collection_names().authorized_collections(true).await?) };
        let names = self.db.run(names).await?;
        if !names.iter().any(|name| name == STEPS_TABLE) {
            // MongoDB's own (system.views and the like) are nobody's data.
            return match names.iter().any(|name| !name.starts_with("system.")) {
                true => Err(OpenError::Foreign { name: self.db.database().name().to_owned() }),
                false => Ok(0),
            };
        }
        let marks = self.db.find_all(STEPS_TABLE, doc! {}, doc! { "_id": -1 }, 0).await?;
        let (mut found, known) = (0, steps::known());
        for mark in &marks {
            let mark = Fields(mark);
            let number = mark.int("_id")?;
            found = found.max(number);
            if number > known && mark.int_if_any("oldest_reader")?.unwrap_or(number) > known {
                let version = mark.text_if_any("taken_by")?.unwrap_or_default();
                return Err(OpenError::TooNew { found, known, needed: steps::needed(&version) });
            }
        }
        let is_former =
            marks.first().is_some_and(|mark| Fields(mark).text_if_any("taken_by").is_ok_and(|v| v.is_none()));
        Ok(match found {
            FORMER_LAST if is_former => FORMER_LAST_NOW,
            // A migration of the first release that was broken off: each step is taken again, which changes nothing where it was taken.
            _ if is_former && found < FORMER_LAST_NOW => 0,
            _ => found,
        })
    }

    /// Takes a step; `false` when another node did.
    async fn take_step(&self, step: Step, now: Timestamp) -> Result<bool, Failure> {
        let marked = doc! { "_id": step.number, "taken_by": { "$exists": true } };
        if self.db.find_one(STEPS_TABLE, marked).await?.is_some() {
            return Ok(false);
        }
        schema::take(self.db.database(), &step).await?;
        let mark = doc! {
            "_id": step.number,
            "taken_at": now.bson(),
            "oldest_reader": step.oldest_reader,
            "taken_by": steps::VERSION,
        };
        let steps = self.db.collection(STEPS_TABLE);
        match steps.insert_one(RawDocumentBuf::try_from(mark)?).await.map_err(Failure::from) {
            Ok(_) => Ok(true),
            Err(failure) if failure.is_duplicate() => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}
