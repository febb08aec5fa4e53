//! `doorstep mail …`: whether mail arrives, and what the domain's DNS needs.

use clap::{Args, Subcommand};
use doorstep_account::mail::{Letter, MAIL, NotSent, Post};
use doorstep_base::{Clock, MessageId, new_id};
use doorstep_mail::{Kind, Values};
use doorstep_store::{Store, without_password};

use super::{Common, Failure, Outcome, bring_up_to_date, print, runtime};
use crate::config::Config;
use crate::mail::Setup;
use crate::r#move;
use crate::system::{SystemClock, SystemRandom};
use crate::wire;

#[derive(Debug, Args)]
pub struct Mail {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Send one mail at once, and say what the mail server answers.
    Test(Test),
    /// Print the record by which receivers know the signature of this shop's mails (DKIM).
    Dkim(Common),
    /// Say how many mails wait, since when, and how many were given up.
    Queue(Common),
    /// Try every mail anew that was given up. It may be said again: what waits already stays as it is.
    Retry(Common),
}

#[derive(Debug, Args)]
struct Test {
    #[command(flatten)]
    common: Common,
    /// Who gets it
    #[arg(long, value_name = "ADDRESS")]
    to: String,
}

impl Mail {
    pub fn run(&self) -> Outcome {
        match &self.act {
            Act::Test(Test { common, to }) => runtime(Some(1))?.block_on(test(&common.load()?, to)),
            Act::Dkim(common) => dkim(&common.load()?),
            Act::Queue(common) => runtime(Some(1))?.block_on(queue(&common.load()?)),
            Act::Retry(common) => runtime(Some(1))?.block_on(retry(&common.load()?)),
        }
    }
}

fn setup(config: &Config) -> Result<Setup, Failure> {
    let public_url =
        config.server.public_url.as_ref().map_or("http://localhost:5000".to_owned(), ToString::to_string);
    let none = || Failure("[mail] url is empty: there is no mail server to ask".to_owned());
    Setup::new(config, &public_url)
        .map_err(Failure)?
        .filter(|setup| setup.outgoing.mailbox().is_none())
        .ok_or_else(none)
}

async fn test(config: &Config, to: &str) -> Outcome {
    let letter = Letter {
        id: new_id::<MessageId>(&SystemClock, &SystemRandom),
        kind: Kind::Test,
        to: to.to_owned(),
        language: config.mail.language,
        at: SystemClock.now(),
        values: Values::default(),
    };
    match setup(config)?.outgoing.send(&letter).await {
        Ok(()) => print(&format!("the mail server has taken it: look into the mailbox of {to}")),
        Err(NotSent::Later(why) | NotSent::Refused(why)) => {
            Err(Failure(format!("the mail was not sent: {why}")))
        }
    }
}

fn dkim(config: &Config) -> Outcome {
    let dkim = crate::config::mail_dkim(&config.mail).map_err(Failure)?;
    let dkim =
        dkim.ok_or_else(|| Failure("[mail] dkim_key_file is empty: mails are not signed here".to_owned()))?;
    let (name, text) = dkim.record();
    print(&format!("{name} IN TXT \"{text}\""))
}

async fn queue(config: &Config) -> Outcome {
    let store = wire::open_store(&config.database).await?;
    let now = SystemClock.now();
    let (state, since) = (store.outbox_state().await?, store.outbox_due_since(now).await?);
    store.close().await;
    let late =
        since.map_or(String::new(), |since| format!(", the first since {} s", now.since(since).as_secs()));
    print(&format!("{} waiting{late}; {} given up", state.waiting, state.dead))
}

async fn retry(config: &Config) -> Outcome {
    let store = wire::open_store(&config.database).await?;
    let retried = retry_in(&*store, &without_password(&config.database.url)).await;
    store.close().await;
    match retried? {
        0 => print("no mail was given up"),
        count => print(&format!("{count} given up before are due now: a running server sends them")),
    }
}

async fn retry_in(store: &dyn Store, name: &str) -> Result<u64, Failure> {
    bring_up_to_date(store).await?;
    r#move::refuse_unless_open(store, name).await?;
    // What has a secret in it is finished when its time is over, and never given up: all of these are news.
    Ok(store.retry_dead_messages(MAIL, SystemClock.now()).await?)
}
