//! `doorstep keys …`: changes the master key. The guide is `docs/guides/master-key.md`.

use clap::{Args, Subcommand};
use doorstep_account::tokens::{Seal, Sealed};
use doorstep_base::MasterKeys;
use doorstep_store::Store;

use super::{Common, Failure, Outcome, bring_up_to_date, print, runtime};
use crate::config::{self, Config, KeptKey};
use crate::system::SystemRandom;
use crate::wire;

const NO_OTHER: &str = "there is nothing to change: secrets.key is the only master key. Make a new one \
    (openssl rand -base64 32) and give it to every server as secrets.other_key first: docs/guides/master-key.md";

#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Say how many signing keys are sealed with which master key. Changes nothing.
    Status(Common),
    /// Seal every signing key with the current master key. A key that Doorstep made beside the database is changed for a new
    /// one first. Cut off at any moment, the same command goes on.
    Rotate(Common),
}

impl Keys {
    pub fn run(&self) -> Outcome {
        let (Act::Status(common) | Act::Rotate(common)) = &self.act;
        let config = common.load()?;
        runtime(Some(1))?.block_on(async {
            let (keys, kept) = in_use(&config)?;
            let store = wire::open_store(&config.database).await?;
            let outcome = match &self.act {
                Act::Status(_) => status(&*store, &keys, kept.as_ref()).await,
                Act::Rotate(_) => rotate(&config, &*store, keys, kept.as_ref()).await,
            };
            store.close().await;
            outcome
        })
    }
}

fn in_use(config: &Config) -> Result<(MasterKeys, Option<KeptKey>), Failure> {
    let url = &config.database.url;
    // Opening would make one, and whoever mistyped the name would be told that all is well.
    if let Some(file) = doorstep_store::sqlite_file(url)
        && !file.is_file()
    {
        let path = file.display();
        return Err(Failure(format!("there is no file {path}: name the shop's database in --database")));
    }
    config::keys_in_use(config, url).map_err(Failure)?.ok_or_else(|| {
        Failure("there is no master key: none is configured, and none stands beside the database".to_owned())
    })
}

async fn status(store: &dyn Store, keys: &MasterKeys, kept: Option<&KeptKey>) -> Outcome {
    let sealed = Seal::new(keys).count(store).await?;
    let next = match (sealed.with_neither, keys.has_other(), sealed.with_other) {
        (1.., ..) => "No server starts like this: give secrets.other_key the key that they were sealed with",
        (0, false, _) => "One master key is accepted",
        (0, true, 0) => &no_longer_needed(kept),
        (0, true, _) => "Once every server has the current key as its secrets.key: doorstep keys rotate",
    };
    print(&format!("{}\n{next}", counted(sealed)))
}

async fn rotate(config: &Config, store: &dyn Store, keys: MasterKeys, kept: Option<&KeptKey>) -> Outcome {
    bring_up_to_date(store).await?;
    // Before anything is changed: keys that open nothing are a mistake in the configuration.
    Seal::new(&keys).check(store).await?;
    let keys = match kept {
        _ if keys.has_other() => keys,
        Some(kept) => {
            kept.change(&SystemRandom).map_err(Failure)?;
            in_use(config)?.0
        }
        None => return Err(Failure(NO_OTHER.to_owned())),
    };
    let seal = Seal::new(&keys);
    let renewed = seal.renew(store, &SystemRandom).await?;
    let sealed = seal.count(store).await?;
    if sealed.with_other + sealed.with_neither > 0 {
        return Err(Failure(format!(
            "{}. A server that still seals with the other key has added some: restart it, and run this again",
            counted(sealed)
        )));
    }
    print(&format!("Sealed again: {renewed} signing keys\n{}\n{}", counted(sealed), no_longer_needed(kept)))
}

fn counted(sealed: Sealed) -> String {
    let Sealed { with_current, with_other, with_neither } = sealed;
    format!(
        "Signing keys sealed with the current master key: {with_current}, with the other: {with_other}, with neither: \
         {with_neither}"
    )
}

fn no_longer_needed(kept: Option<&KeptKey>) -> String {
    match kept {
        Some(kept) => format!(
            "Restart the server if it runs: until then it uses the former key. Then nothing needs that one but known devices: \
             remove {} after a day or later. The next change begins after that",
            kept.former_path.display()
        ),
        None => "Nothing is sealed with the other key: when every server has the current one as its secrets.key, it may \
                 leave the configuration, after a day or later. Until then known devices stay known"
            .to_owned(),
    }
}
