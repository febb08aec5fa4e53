//! The configuration: `config.default.toml` is the manual, [`load`] layers the sources over it, [`sections`] types them,
//! [`check`] refuses what is unsafe together. Nothing else reads a file, a variable or a flag.

mod check;
mod load;
mod master_key;
mod origin;
mod read;
mod report;
mod sections;
mod value;

pub use load::{DEFAULTS, Sources};
pub use master_key::master_key;
pub use origin::Origin;
pub use report::report;
pub use sections::{
    Config, Cors, Database, Forms, Limits, Log, LogFormat, LogLevel, Metrics, Mode, Passwords, Retention,
    Secrets, Server, SessionMode, Sessions, Shop, Signup, Tokens,
};
pub use value::{Limit, Listen, Network, Size, Span};

/// Everything that is wrong with the configuration, in the order of the manual.
#[derive(Debug)]
pub struct Problems(pub Vec<String>);

impl std::error::Error for Problems {}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len();
        let (things, verb) = if count == 1 { ("thing", "is") } else { ("things", "are") };
        write!(f, "The configuration cannot be used, {count} {things} {verb} wrong:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// Reads the configuration, or says everything that is wrong with it.
pub fn load(sources: &Sources) -> Result<Config, Problems> {
    let mut settings = load::Settings::gather(sources);
    let config = Config::read(&mut settings);
    let mut problems = settings.problems;
    // Judging values that stand in for refused ones would accuse settings that nobody made.
    if problems.is_empty() {
        problems = check::problems(&config);
    }
    if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
}
