//! The catalogue of connection failures with its texts: one source for the pages under `/errors/`, for
//! `docs/reference/connection-failures.md` and for whoever shows more than a cause's title.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use doorstep_base::{Cause, cause};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Who may have to change something, in the order in which it is told, with the names that people know.
pub const AUDIENCES: [(&str, &str); 9] = [
    ("server", "Doorstep"),
    ("react", "React"),
    ("flutter", "Flutter"),
    ("app", "App shells"),
    ("vite", "Vite"),
    ("next", "Next"),
    ("nginx", "nginx"),
    ("caddy", "Caddy"),
    ("curl", "curl"),
];

/// What there is to say of one cause. Texts are paragraphs; lines that begin with four spaces are code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub symptoms: Vec<String>,
    pub cause: String,
    pub see: String,
    fix: BTreeMap<String, String>,
    pub channels: Vec<String>,
    pub codes: Vec<String>,
    pub guides: Vec<String>,
}

static ENTRIES: LazyLock<BTreeMap<Cause, Entry>> = LazyLock::new(|| {
    let files = cause::TEXTS.iter().filter_map(|text| toml::from_str::<BTreeMap<String, Entry>>(text).ok());
    files.flatten().filter_map(|(id, entry)| Some((Cause::from_id(&id)?, entry))).collect()
});

/// The texts of a cause. A test holds that every cause has them.
pub fn entry(cause: Cause) -> Option<&'static Entry> {
    ENTRIES.get(&cause)
}

/// The causes that an answer's code may come from.
pub fn causes_of(code: &str) -> impl Iterator<Item = Cause> {
    ENTRIES
        .iter()
        .filter(move |(_, entry)| entry.codes.iter().any(|known| known == code))
        .map(|(cause, _)| *cause)
}

impl Entry {
    /// What to change, by who changes it: `("React", "…")`.
    pub fn fixes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        AUDIENCES.iter().filter_map(|(key, name)| Some((*name, self.fix.get(*key)?.as_str())))
    }
}

/// One cause for programs.
pub fn to_json(cause: Cause) -> Value {
    let mut told =
        json!({ "id": cause.to_string(), "title": cause.title(), "docs": format!("/errors/{cause}") });
    if let Some(entry) = entry(cause) {
        let fix: Map<String, Value> = AUDIENCES
            .iter()
            .filter_map(|(key, _)| Some(((*key).to_owned(), json!(entry.fix.get(*key)?))))
            .collect();
        told["symptoms"] = json!(entry.symptoms);
        told["cause"] = json!(entry.cause);
        told["see"] = json!(entry.see);
        told["fix"] = Value::Object(fix);
        told["channels"] = json!(entry.channels);
        told["codes"] = json!(entry.codes);
        told["guides"] = json!(entry.guides);
    }
    told
}

/// The whole catalogue: `api/causes.json`.
pub fn all() -> Value {
    json!({ "causes": Cause::ALL.iter().map(|cause| to_json(*cause)).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_base::Code;

    const CHANNELS: [&str; 4] = ["log", "answer", "doctor", "kit"];

    #[test]
    fn every_file_can_be_read_and_every_cause_has_its_texts() {
        for text in cause::TEXTS {
            let entries = toml::from_str::<BTreeMap<String, Entry>>(text).unwrap();
            assert!(
                entries.keys().all(|id| Cause::from_id(id).is_some_and(|cause| cause.to_string() == *id))
            );
        }
        for cause in Cause::ALL {
            let entry = entry(*cause).unwrap_or_else(|| panic!("{cause} has no texts"));
            assert!(!entry.symptoms.is_empty() && !entry.see.is_empty(), "{cause}");
            assert!(entry.fixes().next().is_some() && entry.fixes().count() == entry.fix.len(), "{cause}");
            assert!(
                entry.cause.ends_with('.') && entry.fixes().all(|(_, fix)| !fix.trim().is_empty()),
                "{cause}"
            );
            assert!(entry.channels.iter().all(|channel| CHANNELS.contains(&channel.as_str())), "{cause}");
            assert!(
                entry.codes.iter().all(|code| Code::ALL.iter().any(|known| known.as_str() == code)),
                "{cause}"
            );
        }
    }

    #[test]
    fn a_code_leads_to_its_causes() {
        assert!(causes_of("unsupported_media_type").eq([Cause::FormInsteadOfJson]));
        assert_eq!(causes_of("internal").count(), 0);
    }

    #[test]
    fn programs_get_every_text() {
        let told = to_json(Cause::OriginRefused);
        assert_eq!((told["id"].as_str(), told["docs"].as_str()), (Some("DS-01"), Some("/errors/DS-01")));
        assert!(told["fix"]["server"].as_str().unwrap().contains("doorstep origins add"));
        assert_eq!(all()["causes"].as_array().unwrap().len(), Cause::ALL.len());
    }
}
