//! What single values cannot tell: settings that contradict each other, and what production refuses.

use std::time::Duration;

use doorstep_account::password::breached::BreachedFile;

use super::{Config, Mode, Origin, mail, master_key, private};

const LEAST_IDLE: Duration = Duration::from_secs(300);

/// Everything wrong with a configuration whose values are each well-formed.
pub fn problems(config: &Config) -> Vec<String> {
    let mut problems = contradictions(config);
    if config.server.mode == Mode::Production {
        problems.extend(production(config));
    }
    problems
}

fn contradictions(config: &Config) -> Vec<String> {
    let (sessions, tokens, passwords) = (&config.sessions, &config.tokens, &config.passwords);
    let cost_is_enough = passwords.passes >= 2 || passwords.memory_kib >= 47_104;
    let checks = [
        (sessions.modes.is_empty(), r#"[sessions] modes is empty: name some of "jwt", "cookie" and "token""#),
        (
            sessions.idle < LEAST_IDLE,
            "[sessions] idle is shorter than 5m: a use is noted once a minute, so sessions in use would end",
        ),
        (sessions.idle > sessions.absolute, "[sessions] idle is longer than absolute: it would never act"),
        (
            tokens.key_overlap >= tokens.key_rotation,
            "[tokens] key_overlap must be shorter than key_rotation: a key is published while its predecessor signs",
        ),
        (
            !cost_is_enough,
            "[passwords] passes = 1 needs memory_kib = 47104 or more: the cost may only be strengthened",
        ),
        (
            config.metrics.listen.as_ref() == Some(&config.server.listen),
            "[metrics] listen is the same as [server] listen: give it a port of its own",
        ),
    ];
    let mut problems: Vec<_> =
        checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, text)| text.to_owned()).collect();
    if let Some(folder) = config.server.static_dir.as_ref().filter(|folder| !folder.is_dir()) {
        problems.push(format!("[server] static_dir: there is no folder {}", folder.display()));
    }
    if let Some(folder) = passwords.breach_ranges.as_ref().filter(|folder| !folder.is_dir()) {
        problems.push(format!("[passwords] breach_ranges: there is no folder {}", folder.display()));
    }
    if let Some(Err(error)) = passwords.breached_file.as_deref().map(BreachedFile::open) {
        problems.push(format!("[passwords] breached_file: {error}"));
    }
    problems.extend(master_key::problems(&config.secrets));
    problems.extend(mail::problems(config));
    let url = doorstep_store::url_problem(&config.database.url);
    problems.extend(url.map(|problem| format!("[database] url: {problem}")));
    problems
}

fn production(config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    if !config.server.public_url.as_ref().is_some_and(Origin::is_https) {
        problems.push(
            r#"[server] public_url: production needs the https address that customers see, like "https://shop.example""#.to_owned(),
        );
    }
    problems.extend(insecure(&config.cors.origins));
    problems.extend(mail::production_problems(config));
    problems.extend(master_key::production_problem(&config.secrets));
    let (secrets, database) = (&config.secrets, &config.database);
    let files = [
        ("[secrets] key_file", &secrets.key.file),
        ("[secrets] key", &secrets.key.text_in),
        ("[secrets] other_key_file", &secrets.other.file),
        ("[secrets] other_key", &secrets.other.text_in),
        ("[database] url_file", &database.file),
        ("[database] url", &database.password_in),
        ("[mail] url_file", &config.mail.file),
        ("[mail] url", &config.mail.password_in),
        ("[mail] dkim_key_file", &config.mail.dkim_key_file),
    ];
    problems.extend(files.into_iter().filter_map(|(key, file)| private::problem(key, file.as_ref()?)));
    problems
}

/// Pages that production does not let act for its customers.
pub fn insecure(origins: &[Origin]) -> impl Iterator<Item = String> {
    origins.iter().filter(|origin| origin.is_insecure()).map(|origin| {
        format!("[cors] origins: production refuses {origin}: over plain http anybody on the way may change the page. Use https")
    })
}
