//! `doorstep origins …`: which pages may call, in the configuration file.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use doorstep_base::origin::APP_SESSION;

use super::{Common, Failure, Outcome, print};
use crate::config::{self, Mode, Origin, Problems, Sources};
use crate::origins::{self, Edited};

#[derive(Debug, Args)]
pub struct Origins {
    #[command(subcommand)]
    act: Act,
    /// The configuration file [default: doorstep.toml] [variable: DOORSTEP_CONFIG]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Print the allowed origins, one a line.
    List,
    /// Allow the pages of an origin, like https://shop.example, to call from a browser.
    Add {
        #[arg(value_name = "ORIGIN")]
        origin: String,
    },
    /// Take an origin off the list.
    Remove {
        #[arg(value_name = "ORIGIN")]
        origin: String,
    },
}

impl Origins {
    pub fn run(&self) -> Outcome {
        let sources = Common { config: self.config.clone(), ..Common::default() }.sources();
        let path = sources.path();
        match &self.act {
            Act::List => list(&sources),
            Act::Add { origin } => {
                add(&sources, &path, origin)?;
                tell_overridden(&sources, &path);
                Ok(())
            }
            Act::Remove { origin } => {
                remove(&path, origin)?;
                tell_overridden(&sources, &path);
                Ok(())
            }
        }
    }
}

fn list(sources: &Sources) -> Outcome {
    let listed = config::origins(sources, None)?;
    listed.origins.iter().try_for_each(|origin| print(origin.as_str()))?;
    if listed.origins.is_empty() {
        note("no origin is listed");
    }
    if let Some(source) = listed.overridden_by() {
        note(&format!("the list comes from {source}, which wins over {}", sources.path().display()));
    }
    if config::mode(sources) == Some(Mode::Dev) {
        note("dev mode allows every http://localhost, 127.0.0.1 and [::1] besides");
    }
    Ok(())
}

fn add(sources: &Sources, path: &Path, typed: &str) -> Outcome {
    let origin: Origin = typed.parse().map_err(|form| Failure(format!("{typed}: needs {form}")))?;
    if config::mode(sources) == Some(Mode::Production) && origin.is_insecure() {
        return Err(Failure(format!(
            "{origin}: production refuses it, because over plain http anybody on the way may change the page. Use https"
        )));
    }
    let shown = path.display();
    match origins::add(path, &origin)? {
        Edited::AsItWas => print(&format!("{origin} is allowed already ({shown})"))?,
        Edited::Changed => {
            print(&format!("{origin} is allowed now ({shown}). A running server takes it up by itself"))?;
        }
    }
    if origin.is_app() {
        note(APP_SESSION);
    }
    Ok(())
}

/// What is typed need not be an origin: an entry that is none must be got rid of too.
fn remove(path: &Path, typed: &str) -> Outcome {
    let shown = path.display();
    match origins::remove(path, typed)? {
        Edited::Changed => print(&format!(
            "{typed} is not allowed any more ({shown}). A running server takes it up by itself"
        )),
        Edited::AsItWas => match typed.parse::<Origin>() {
            Ok(_) => print(&format!("{typed} is not on the list ({shown})")),
            Err(form) => Err(Failure(format!("{typed} is not on the list ({shown}), which needs {form}"))),
        },
    }
}

/// An edit that changes nothing must not look like one that does.
fn tell_overridden(sources: &Sources, path: &Path) {
    let shown = path.display();
    match config::origins(sources, None).map(|listed| listed.overridden_by()) {
        Ok(None) => {}
        Ok(Some(source)) => note(&format!("{source} is set and wins over {shown}: change it there too")),
        Err(Problems(problems)) => {
            for problem in problems {
                note(&format!("the configuration cannot be used: {problem}"));
            }
        }
    }
}

#[allow(clippy::print_stderr, reason = "the list goes to standard output, what is said about it beside it")]
fn note(text: &str) {
    eprintln!("doorstep: {text}");
}
