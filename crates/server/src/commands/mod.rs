//! The commands. Each ends with one clear line on standard error when it cannot do its work.

mod after_restore;
mod api_documents;
mod backup;
mod breached;
mod check_config;
mod doctor;
mod keys;
mod mail;
mod migrate;
mod r#move;
mod origins;
mod serve;
mod spoken;
mod users;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use doorstep_base::Clock as _;
use doorstep_store::Store;

use crate::config::{self, Config, Sources};
use crate::system::SystemClock;

/// Customer accounts of an online shop: sign-up, login, sessions, profile.
#[derive(Debug, Parser)]
#[command(name = "doorstep", version, arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server.
    Serve(serve::Serve),
    /// Show the settings in force and where they come from, or everything that is wrong with them.
    CheckConfig(Common),
    /// Find out why a form does not connect: looks at a live server and into a project as a page or an app would.
    Doctor(doctor::Doctor),
    /// Print the API's OpenAPI document.
    Openapi(api_documents::Openapi),
    /// Bring the database's schema to this version.
    Migrate(migrate::Migrate),
    /// Take the shop to another database, with everything in it: nobody is logged out.
    Move(r#move::Move),
    /// Copy a SQLite database to a file, while servers use it.
    Backup(backup::Backup),
    /// Make a SQLite database of a backup.
    Restore(backup::Restore),
    /// Make a restored database safe to go on with: end sessions, forget codes, repeat erasures.
    AfterRestore(after_restore::Command),
    /// Change the master key: say what is sealed with which one, and seal everything with the current one.
    Keys(keys::Keys),
    /// Try out mail, and look at what waits to be sent.
    Mail(mail::Mail),
    /// Look after accounts.
    Users(users::Users),
    /// Make the file of breached passwords that `[passwords] breached_file` names.
    Breached(breached::Breached),
    /// Look after the pages that may call: the list `[cors] origins`.
    Origins(origins::Origins),
}

/// The flags that every command with a configuration takes. Each wins over its variable and its key in the file.
#[derive(Debug, Default, Args)]
pub struct Common {
    /// The configuration file [default: doorstep.toml, if it is there] [variable: DOORSTEP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// "dev" or "production" [variable: DOORSTEP_SERVER_MODE]
    #[arg(long, value_name = "MODE")]
    mode: Option<String>,
    /// The database, like sqlite:doorstep.db [variable: DOORSTEP_DATABASE_URL]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// A file that holds the database's URL, so that nobody reads its password in the list of processes [variable:
    /// DOORSTEP_DATABASE_URL_FILE]
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    database_file: Option<String>,
    /// Take PORT, HOST and DATABASE_URL as a platform sets them [variable: DOORSTEP_SERVER_PLATFORM]
    #[arg(long)]
    platform: bool,
}

impl Common {
    fn sources(&self) -> Sources {
        let mode = self.mode.iter().map(|mode| ("server.mode", "--mode", mode.clone()));
        let database = self.database.iter().map(|url| ("database.url", "--database", url.clone()));
        let file = self.database_file.iter();
        let file = file.map(|file| ("database.url_file", "--database-file", file.clone()));
        let platform = self.platform.then(|| ("server.platform", "--platform", "true".to_owned()));
        Sources {
            file: self.config.clone(),
            folder: PathBuf::new(),
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                // The ends of a move are nobody's setting.
                .filter(|(name, _)| !name.starts_with("DOORSTEP_MOVE_"))
                .collect(),
            flags: mode.chain(database).chain(file).chain(platform).collect(),
        }
    }

    fn load(&self) -> Result<Config, Failure> {
        let config = config::load(&self.sources())?;
        if let Some(unused) = config::unused_database(&config) {
            say(&unused);
        }
        Ok(config)
    }
}

/// Why a command did not do its work, in words for the person who ran it.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

type Outcome = Result<(), Failure>;

/// Brings the schema to this version, unless older nodes could not go on with it: nobody expects that of a command about something
/// else.
async fn bring_up_to_date(store: &dyn Store) -> Outcome {
    let migration = store.migration().await?;
    match migration.stops_older_nodes() {
        None => Ok(store.migrate(SystemClock.now()).await.map(drop)?),
        Some(step) => Err(Failure(format!(
            "the database has step {} of the schema, and the version that made it could not go on after step {}: \
             stop its servers and run `doorstep migrate` first",
            migration.found, step.number
        ))),
    }
}

/// Runs the command line's command.
pub fn run() -> ExitCode {
    if let Some(warning) = spoken::warning(std::env::args_os()) {
        say(&warning);
    }
    let done = match CommandLine::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::CheckConfig(common) => check_config::run(&common),
        Command::Doctor(doctor) => match doctor.run() {
            Ok(code) => return code,
            Err(failure) => Err(failure),
        },
        Command::Openapi(openapi) => openapi.run(),
        Command::Migrate(migrate) => migrate.run(),
        Command::Move(order) => order.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::AfterRestore(command) => command.run(),
        Command::Keys(keys) => keys.run(),
        Command::Mail(mail) => mail.run(),
        Command::Users(users) => users.run(),
        Command::Breached(breached) => breached.run(),
        Command::Origins(origins) => origins.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(reason)) => {
            say(&reason);
            ExitCode::FAILURE
        }
    }
}

#[allow(
    clippy::print_stderr,
    reason = "a failed command says why, once, where scripts look for it; so does a warning"
)]
fn say(text: &str) {
    eprintln!("doorstep: {text}");
}

/// Prints to standard output. A reader that has gone away (`| head`) is no failure.
fn print(text: &str) -> Outcome {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn runtime(threads: Option<usize>) -> std::io::Result<tokio::runtime::Runtime> {
    match threads {
        Some(1) => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        _ => tokio::runtime::Builder::new_multi_thread().enable_all().build(),
    }
}
