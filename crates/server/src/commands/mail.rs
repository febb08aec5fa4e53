//! `doorstep mail …`: whether mail arrives, and what the domain's DNS needs.

use clap::{Args, Subcommand};
use doorstep_account::mail::{Letter, NotSent, Post};
use doorstep_base::{Clock, MessageId, new_id};
use doorstep_mail::{Kind, Values};

use super::{Common, Failure, Outcome, print, runtime};
use crate::config::Config;
use crate::mail::Setup;
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
