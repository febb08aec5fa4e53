//! The configuration: `config.default.toml` is the manual, [`load`] layers the sources over it, [`sections`] types them,
//! [`check`] refuses what is unsafe together. Nothing else reads a file, a variable or a flag.

mod check;
mod kept_key;
mod load;
mod mail;
mod master_key;
mod meaning;
mod origin;
mod origin_form;
mod origins;
mod platform;
mod private;
mod read;
mod report;
mod sections;
mod url_file;
mod value;
mod wrapped;

pub use kept_key::KeptKey;
pub use load::{DEFAULTS, Source, Sources};
pub use mail::{Mail, Shop, dkim as mail_dkim, from as mail_from, templates as mail_templates};
pub use master_key::{keys_in_use, master_keys};
pub use origin::Origin;
pub use origins::{ListedOrigins, mode, origins};
pub use platform::{unused_address, unused_database};
pub use report::report;
pub use sections::{
    Config, Cors, Database, Forms, Log, LogFormat, LogLevel, Metrics, Mode, Retention, Secrets, Server,
    Signup,
};
pub use value::{Listen, Network, Size, Span};

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
    let config = Config::read(&mut settings, sources);
    let mut problems = std::mem::take(&mut settings.problems);
    // Judging values that stand in for refused ones would accuse settings that nobody made.
    if problems.is_empty() {
        problems = check::problems(&config);
        problems.extend(settings.database_problem(config.server.mode, sources));
    }
    if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
}

/// Reads as much of the configuration as can be read, for a look at a shop that is run elsewhere: what production needs
/// besides (its key, say) is not asked for. Returns what cannot be read too.
pub fn survey(sources: &Sources) -> (Config, Vec<String>) {
    let mut settings = load::Settings::gather(sources);
    let config = Config::read(&mut settings, sources);
    (config, settings.problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(file: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("doorstep.toml"), file).unwrap();
        let sources = Sources { folder: folder.path().to_owned(), ..Sources::default() };
        load(&sources).err().map(|problems| problems.0).unwrap_or_default()
    }

    #[test]
    fn the_manual_is_a_configuration_that_starts() {
        assert_eq!(problems(DEFAULTS), [""; 0]);
    }

    #[test]
    fn every_key_of_the_manual_is_read() {
        for (section, keys) in DEFAULTS.parse::<toml::Table>().unwrap() {
            for key in keys.as_table().unwrap().keys() {
                // No setting is a date: whoever reads this one refuses it.
                let told = problems(&format!("[{section}]\n{key} = 1979-05-27"));
                assert!(
                    told.iter().any(|told| told.starts_with(&format!("[{section}] {key} = "))),
                    "{section}.{key}: {told:?}"
                );
            }
        }
    }
}
