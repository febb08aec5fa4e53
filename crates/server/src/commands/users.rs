//! `doorstep users …`: what an operator does to accounts. The rules are `doorstep_account::users`'.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use doorstep_account::mail::Orders;
use doorstep_account::password::{Kind, Yardstick};
use doorstep_account::users::Users as Accounts;
use doorstep_base::{SessionId, is_unseen};
use doorstep_store::Session;
use serde::Deserialize;

use super::{Common, Failure, Outcome, bring_up_to_date, print, runtime};
use crate::config::{self, Config};
use crate::r#move;
use crate::system::{SystemClock, SystemRandom};
use crate::wire;
use doorstep_store::without_password;

#[derive(Debug, Args)]
pub struct Users {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Show the account of an e-mail address.
    Show { email: String },
    /// Close an account and end its sessions; it can be enabled again.
    Disable { email: String },
    /// Open a disabled account again.
    Enable { email: String },
    /// Show the live sessions of an account, or end them.
    Sessions {
        email: String,
        /// End the session of this id
        #[arg(long, value_name = "ID", conflicts_with = "end_all")]
        end: Option<SessionId>,
        /// End all of them: whoever holds one logs in again
        #[arg(long)]
        end_all: bool,
    },
    /// Have a running server send the customer a mail to choose a new password.
    SendRecovery { email: String },
    /// Have a running server send the customer a mail to prove the e-mail address.
    SendVerification { email: String },
    /// Take accounts over from another system: one JSON object {"email", "name", "passwordHash"} on each line.
    Import { file: PathBuf },
}

impl Users {
    pub fn run(&self) -> Outcome {
        let config = self.common.load()?;
        runtime(Some(1))?.block_on(async {
            let store = wire::open_store(&config.database).await?;
            bring_up_to_date(&*store).await?;
            let name = without_password(&config.database.url);
            r#move::refuse_unless_open(&*store, &name).await?;
            let accounts = Accounts::new(store.clone(), Arc::new(SystemClock), Arc::new(SystemRandom));
            let outcome = self.act.run(&accounts, &config).await;
            store.close().await;
            outcome
        })
    }
}

impl Act {
    async fn run(&self, accounts: &Accounts, config: &Config) -> Outcome {
        match self {
            Self::Show { email } => {
                let customer = accounts.find(email).await.map_err(|error| about(email, &error))?;
                print(&shown(&customer))
            }
            Self::Disable { email } => {
                accounts.set_disabled(email, true).await.map_err(|error| about(email, &error))?;
                print(&format!("{email} is disabled, its sessions have ended"))
            }
            Self::Enable { email } => {
                accounts.set_disabled(email, false).await.map_err(|error| about(email, &error))?;
                print(&format!("{email} is enabled"))
            }
            Self::Sessions { email, end: None, end_all: false } => {
                let sessions = accounts.sessions(email).await.map_err(|error| about(email, &error))?;
                print(&sessions.iter().map(line).collect::<Vec<_>>().join("\n"))
            }
            Self::Sessions { email, end, .. } => {
                let ended = accounts.end_sessions(email, *end).await.map_err(|error| about(email, &error))?;
                match (end, ended) {
                    (Some(id), 0) => Err(Failure(format!("{email}: no live session has the id {id}"))),
                    _ => print(&format!("{ended} sessions of {email} were ended")),
                }
            }
            Self::SendRecovery { email } => {
                let sent = accounts.send_recovery(&orders(config)?, email).await;
                sent.map_err(|error| about(email, &error))?;
                print(&format!("a running server sends {email} a mail to choose a new password"))
            }
            Self::SendVerification { email } => {
                let sent = accounts.send_verification(&orders(config)?, email).await;
                sent.map_err(|error| about(email, &error))?;
                print(&format!("a running server sends {email} a mail to prove the address"))
            }
            Self::Import { file } => import(accounts, file).await,
        }
    }
}

/// What asks for mails as a server of this configuration does.
fn orders(config: &Config) -> Result<Orders, Failure> {
    if config.mail.url.is_none() && !config.is_dev() {
        return Err(Failure("[mail] url is empty: this shop sends no mail".to_owned()));
    }
    let keys = config::keys_in_use(config, &config.database.url).map_err(Failure)?;
    let none =
        || Failure("there is no master key: start the server once, or configure secrets.key".to_owned());
    Ok(Orders::new(&keys.ok_or_else(none)?.0, config.mail.language))
}

/// A session in one line. What a device says of itself is quoted: it may hold anything.
fn line(session: &Session) -> String {
    let (device, network) = (session.device.as_deref(), session.network.as_deref());
    format!(
        "{}  {}  opened {}  last used {}  from {}  {:?}",
        session.id,
        session.mode.as_str(),
        session.created_at,
        session.last_used_at,
        network.unwrap_or("-"),
        device.unwrap_or("-")
    )
}

fn about(email: &str, error: &dyn std::error::Error) -> Failure {
    Failure(format!("{email}: {error}"))
}

/// Never the password's hash.
fn shown(customer: &doorstep_store::Customer) -> String {
    let disabled = customer.disabled_at.map_or_else(|| "no".to_owned(), |at| format!("since {at}"));
    format!(
        "id        {}\nemail     {}\nname      {}\ncreated   {}\ndisabled  {disabled}",
        customer.id,
        visible(&customer.email),
        visible(&customer.name),
        customer.created_at
    )
}

/// What somebody else wrote must not steer the terminal, nor be read as another line or another name.
fn visible(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// One line of an import. Other systems' further columns are refused, so that nobody believes they were taken over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImportLine {
    email: String,
    #[serde(default)]
    name: String,
    password_hash: String,
}

/// Takes every line that can be taken and tells each that cannot; what was taken before is skipped as taken, so
/// that an import can be repeated.
#[allow(clippy::print_stderr, reason = "each refused line is told where scripts look for it")]
async fn import(accounts: &Accounts, path: &Path) -> Outcome {
    let file =
        File::open(path).map_err(|error| Failure(format!("{} cannot be read: {error}", path.display())))?;
    let (mut taken, mut refused) = (0_u64, 0_u64);
    let mut kinds = BTreeMap::<Kind, u64>::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match import_line(accounts, &line).await {
            Ok(kind) => {
                taken += 1;
                *kinds.entry(kind).or_default() += 1;
            }
            Err(reason) => {
                refused += 1;
                eprintln!("line {}: {reason}", number + 1);
            }
        }
    }
    name_slow(&kinds);
    print(&format!("{taken} accounts imported, {refused} lines refused"))?;
    if refused == 0 {
        Ok(())
    } else {
        Err(Failure(format!("{refused} lines of {} were refused", path.display())))
    }
}

/// Failed logins take equally long for every address, up to a bound: whoever imports what is slower must know.
#[allow(clippy::print_stderr, reason = "a warning beside the refused lines")]
fn name_slow(kinds: &BTreeMap<Kind, u64>) {
    if kinds.is_empty() {
        return;
    }
    let here = Yardstick::measure();
    for (kind, accounts) in kinds.iter().filter(|(kind, _)| here.tells(**kind)) {
        eprintln!(
            "warning: {accounts} accounts have a password hash that takes about {} ms to check here ({kind}). Failed logins wait \
             500 ms at most, so until such a customer has logged in once, time tells that the address is known.",
            here.takes(*kind).as_millis()
        );
    }
}

async fn import_line(accounts: &Accounts, line: &str) -> Result<Kind, String> {
    // The parser's words could quote the line, and with it a hash: only the place is told.
    let line: ImportLine = serde_json::from_str(line).map_err(|error| {
        let what = if error.is_data() {
            "needs exactly email, passwordHash and perhaps name"
        } else {
            "is not JSON"
        };
        format!("{what} (column {})", error.column())
    })?;
    accounts.import(&line.email, &line.name, &line.password_hash).await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_line() {
        assert_eq!(visible("Zoë 🦀"), "Zoë 🦀");
        assert_eq!(visible("a\u{202e}b\nid  1\u{1b}[2J"), "a\\u{202e}b\\u{a}id  1\\u{1b}[2J");
    }
}
