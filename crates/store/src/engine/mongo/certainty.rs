//! With which read concern a read sees everything that was acknowledged before it.
//!
//! A primary that was cut off goes on answering for a moment, and does not know what its successor has acknowledged.
//! A linearizable read asks a majority first. Where no other server could be primary there is nobody to ask, and the
//! server would only wait for its next periodic flush (100 ms).

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use mongodb::bson::Document;
use mongodb::event::EventHandler;
use mongodb::event::sdam::SdamEvent;
use mongodb::options::ReadConcern;

/// The version of the replica set's configuration: every change of its members has a new one.
#[derive(Clone, Default)]
pub(super) struct Configuration {
    last_seen: Arc<AtomicI32>,
}

#[derive(Clone)]
pub(super) struct Certainty {
    configuration: Configuration,
    /// The version in which the set had a single member.
    alone_in: Option<i32>,
}

impl Configuration {
    /// Servers tell their driver at once when their configuration changes, long before a new member can be elected.
    pub fn handler(&self) -> EventHandler<SdamEvent> {
        let last_seen = Arc::clone(&self.last_seen);
        EventHandler::callback(move |event| {
            if let SdamEvent::ServerDescriptionChanged(changed) = event
                && let Some(version) = changed.new_description.replica_set_version()
            {
                last_seen.store(version, Ordering::SeqCst);
            }
        })
    }
}

impl Certainty {
    pub fn new(configuration: Configuration, hello: &Document) -> Self {
        let count = |field: &str| hello.get_array(field).map_or(0, Vec::len);
        let is_alone = count("hosts") == 1 && count("passives") == 0 && count("arbiters") == 0;
        let alone_in = hello.get_i32("setVersion").ok().filter(|_| is_alone);
        Self { configuration, alone_in }
    }

    pub fn read_concern(&self) -> ReadConcern {
        match self.alone_in {
            Some(version) if version == self.configuration.last_seen.load(Ordering::SeqCst) => {
                ReadConcern::majority()
            }
            _ => ReadConcern::linearizable(),
        }
    }
}
