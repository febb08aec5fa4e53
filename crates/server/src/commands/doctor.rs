//! `doorstep doctor`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use doorstep_base::Cause;
use doorstep_doctor::live::{LiveOptions, Pages, Target};
use doorstep_doctor::project::{self, Server};
use doorstep_doctor::{Colors, Edit, Examination, Finding, fix, plain};

use super::{Common, Failure, print, runtime};
use crate::config::{self, Config, Origin};
use crate::system::SystemClock;

/// Where Vite serves pages in development, if nobody says another place.
const USUAL_PORT: u16 = 5173;
/// More changes than any project needs; the end of whatever never gets better.
const MOST_EDITS: usize = 50;

#[derive(Debug, Args)]
pub struct Doctor {
    /// The API's address, like https://shop.example [default: that of doorstep.toml, or http://localhost:5000]
    #[arg(long, value_name = "URL")]
    api: Option<Target>,
    /// A page that calls the API, like http://localhost:5173; can be given several times
    #[arg(long = "origin", value_name = "URL", value_parser = Origin::of_page)]
    origins: Vec<Origin>,
    /// A React or Flutter project to look into; can be given several times
    #[arg(long = "project", value_name = "DIR", value_parser = folder)]
    projects: Vec<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Carry out the changes to the project that can do no harm, and show them
    #[arg(long, requires = "projects", conflicts_with = "json")]
    fix: bool,
    /// The configuration file [default: doorstep.toml, if it is there] [variable: DOORSTEP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Doctor {
    /// The exit code says whether there was an error; that the doctor itself could not work is a failure.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let (config, problems) = config::survey(&self.common().sources());
        let examination = self.examination(&config, &problems)?;
        let runtime = runtime(None)?;
        let (report, server) = runtime.block_on(examination.run(&SystemClock));
        // A name that is still being looked up is not waited for.
        runtime.shutdown_background();
        let shown = if self.json { report.json() } else { report.text(colors()) };
        print(&shown)?;
        let mut has_errors = report.has_errors(self.fix);
        if self.fix {
            for folder in &self.projects {
                has_errors |= !mend(folder, server)?;
            }
        }
        Ok(if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn common(&self) -> Common {
        Common { config: self.config.clone(), ..Common::default() }
    }

    fn examination(&self, config: &Config, problems: &[String]) -> Result<Examination, Failure> {
        let target = match &self.api {
            Some(target) => target.clone(),
            None => own_address(config).parse().map_err(Failure)?,
        };
        let pages = self.pages(config, &target);
        let body_limit = config.server.body_limit;
        Ok(Examination {
            live: LiveOptions { target, pages, body_limit },
            is_server_assumed: self.api.is_none(),
            projects: self.projects.clone(),
            of_config: of_config(problems),
        })
    }

    fn pages(&self, config: &Config, target: &Target) -> Pages {
        let named = if self.origins.is_empty() { &config.cors.origins } else { &self.origins };
        let named: Vec<String> = named.iter().map(ToString::to_string).collect();
        match named.is_empty() {
            false => Pages::Named(named),
            true if target.is_this_machine() && config.is_dev() => Pages::Assumed(target.page_at(USUAL_PORT)),
            true => Pages::Unknown,
        }
    }
}

fn folder(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_dir() { Ok(path) } else { Err("there is no such folder".to_owned()) }
}

/// Carries out edit after edit, looking again after each: two may be about one file. Says whether all were.
#[allow(clippy::print_stderr, reason = "each file that is left alone is told where scripts look for it")]
fn mend(folder: &Path, server: Option<Server>) -> Result<bool, Failure> {
    let mut left_alone: Vec<Edit> = Vec::new();
    for _ in 0..MOST_EDITS {
        let edits = project::scan_for(folder, server).into_iter().filter_map(|found| found.edit);
        let Some(edit) = edits.into_iter().find(|edit| !left_alone.contains(edit)) else { break };
        match fix::apply(folder, &edit) {
            Ok(()) => print(&format!("\n{}", fix::diff(&edit)))?,
            Err(error) => {
                eprintln!("doorstep: {}", plain(&error.to_string()));
                left_alone.push(edit);
            }
        }
    }
    Ok(left_alone.is_empty())
}

/// Where customers reach the server of this configuration.
fn own_address(config: &Config) -> String {
    let listen = &config.server.listen;
    let is_everywhere = listen.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_unspecified());
    let host = match &*listen.host {
        _ if is_everywhere => "localhost".to_owned(),
        host if host.contains(':') => format!("[{host}]"),
        host => host.to_owned(),
    };
    let default = || format!("http://{host}:{}", listen.port);
    config.server.public_url.as_ref().map_or_else(default, ToString::to_string)
}

/// The server would refuse to start with these.
fn of_config(problems: &[String]) -> Vec<Finding> {
    let found = problems.iter().map(|problem| {
        let cause = problem.contains("DS-03").then_some(Cause::WildcardOrigin);
        Finding::error(cause, "A setting cannot be used, and the server will not start with it")
            .saw(problem.clone())
            .fix("See all of them: doorstep check-config")
    });
    found.collect()
}

fn colors() -> Colors {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Colors { is_on: std::io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb }
}
