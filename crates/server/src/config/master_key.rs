//! The server's own key: from the configuration, from a file, or (dev mode) made once beside the database.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use doorstep_base::{MasterKey, MasterKeys, Random};

use super::kept_key::KeptKey;
use super::read::heading;
use super::sections::KeySetting;
use super::{Config, Secrets};

pub(super) const FORM: &str = "32 bytes in base64 or hex. Make one with: openssl rand -base64 32";

/// The keys in force. In dev mode the first may be made now; two servers that start at once get the same one.
pub fn master_keys(config: &Config, random: &dyn Random) -> Result<MasterKeys, String> {
    let url = &config.database.url;
    if configured(&config.secrets.key)?.is_none() {
        KeptKey::beside(url).make_unless_kept(random)?;
    }
    keys_in_use(config, url)?.map(|(keys, _)| keys).ok_or_else(|| format!("[secrets] key: needs {FORM}"))
}

/// The keys that a server of this configuration uses with this database, and where a key beside it stands. Makes none.
pub fn keys_in_use(config: &Config, database: &str) -> Result<Option<(MasterKeys, Option<KeptKey>)>, String> {
    let other = configured(&config.secrets.other)?;
    if let Some(key) = configured(&config.secrets.key)? {
        return Ok(Some((MasterKeys::new(key, other), None)));
    }
    let kept = KeptKey::beside(database);
    let Some(key) = kept.current()? else { return Ok(None) };
    let other = if other.is_some() { other } else { kept.former()? };
    Ok(Some((MasterKeys::new(key, other), Some(kept))))
}

/// What is wrong with the configured keys in any mode. Never shows a key.
pub fn problems(secrets: &Secrets) -> Vec<String> {
    let settings = [&secrets.key, &secrets.other];
    let mut problems = Vec::new();
    for KeySetting { names: [text, file], .. } in
        settings.iter().filter(|it| it.text.is_some() && it.file.is_some())
    {
        problems.push(format!(
            "{} and {} are both set: keep one",
            heading(text),
            file.replace("secrets.", "")
        ));
    }
    let read = settings.map(configured);
    if let [Ok(Some(key)), Ok(Some(other))] = &read
        && key == other
    {
        let [key, other] = [used(&secrets.key), used(&secrets.other)];
        problems.push(format!("{other} is the same key as {key}: give it the other one, or leave it empty"));
    }
    problems.extend(read.into_iter().filter_map(Result::err));
    problems
}

/// What production refuses besides.
pub fn production_problem(secrets: &Secrets) -> Option<String> {
    match given(&secrets.key) {
        Ok(None) => Some(format!("[secrets] key: production needs a key of its own, {FORM}")),
        Ok(Some(key)) if is_weak(&key) => {
            Some(format!("[secrets] key: this is a sample or was not made by chance. It needs {FORM}"))
        }
        _ => None,
    }
}

/// The one of both settings that holds the key.
fn used(setting: &KeySetting) -> String {
    let [text, file] = setting.names;
    heading(if setting.text.is_some() { text } else { file })
}

fn configured(setting: &KeySetting) -> Result<Option<MasterKey>, String> {
    Ok(given(setting)?.map(MasterKey::new))
}

fn given(setting: &KeySetting) -> Result<Option<[u8; 32]>, String> {
    let name = used(setting);
    match (&setting.text, &setting.file) {
        (Some(text), _) => decode(text).map(Some).ok_or_else(|| format!("{name}: needs {FORM}")),
        (None, Some(path)) => {
            let shown = path.display();
            let text = fs::read_to_string(path).map_err(|e| format!("{name}: cannot read {shown}: {e}"))?;
            decode(&text).map(Some).ok_or_else(|| format!("{name}: {shown} needs {FORM}"))
        }
        (None, None) => Ok(None),
    }
}

pub(super) fn decode(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() == 64 {
        return hex(text);
    }
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|e| e.decode(text).ok()?.try_into().ok())
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair =
            std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(key)
}

/// Whether no generator made this: few different bytes, an even sequence, or readable text. Each is
/// rarer than one in 10^12 among random keys.
fn is_weak(key: &[u8; 32]) -> bool {
    let distinct = key.iter().collect::<std::collections::HashSet<_>>().len();
    let step = key[1].wrapping_sub(key[0]);
    let is_sequence = key.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    distinct < 16 || is_sequence || key.iter().all(|b| b.is_ascii_graphic() || *b == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_has_many_spellings() {
        let key: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap() ^ 0xA5);
        let hex = key.map(|b| format!("{b:02X}")).concat();
        for text in
            [STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key), format!(" {}\n", STANDARD.encode(key)), hex]
        {
            assert_eq!(decode(&text), Some(key), "{text}");
        }
        for bad in [
            "",
            "changeme",
            &"g".repeat(64),
            &"a".repeat(63),
            &STANDARD.encode([1; 31]),
            &STANDARD.encode([1; 33]),
        ] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn keys_that_nobody_drew_are_weak() {
        let sequence: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        for weak in [
            [0; 32],
            [255; 32],
            sequence,
            *b"0123456789abcdefghijklmnopqrstuv",
            *b"changemechangemechangemechangeme",
        ] {
            assert!(is_weak(&weak), "{weak:?}");
        }
        let drawn = doorstep_base::crypto::sha256(b"a stand-in for chance");
        assert!(!is_weak(&drawn));
    }
}
