//! How a password is stored: `nfc1` (the normalisation, a frozen decision) and a PHC string, or an imported hash as it came.

use argon2id::{Memory, Params};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use doorstep_base::crypto::equal_in_constant_time;

use super::Password;
use super::cost::Kind;

/// Hashed after NFC. Another rule would be `nfc2`, with both verified for as long as records of the first exist.
const NORMALISED: &str = "nfc1";
const HASH_BYTES: usize = 32;
/// An imported record may not make the server do more than this: its parameters are input from outside.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
/// Memory times passes: 256 MiB four times over.
const MOST_WORK_KIB: u64 = 1024 * 1024;
/// bcrypt reads no further. What it cannot tell apart must not open an account.
const BCRYPT_MOST_BYTES: usize = 72;
const BCRYPT_MOST_COST: u32 = 14;

pub fn make(
    params: Params,
    salt: &[u8; 16],
    password: &Password,
    memory: &mut Memory,
) -> Result<String, argon2id::Error> {
    let mut hash = [0; HASH_BYTES];
    argon2id::hash(params, password.normalised.as_bytes(), salt, None, memory, &mut hash)?;
    let (m, t) = (params.memory_kib(), params.passes());
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    Ok(format!("{NORMALISED}$argon2id$v=19$m={m},t={t},p=1${salt}${hash}"))
}

/// Whether the password opens the record. `None` when that was clear without any work: the record cannot be read, or
/// is of a kind that cannot tell this password from others.
pub fn verify(
    stored: &str,
    password: &Password,
    memory: &mut Memory,
) -> Result<Option<bool>, argon2id::Error> {
    let (record, bytes) = match stored.strip_prefix(NORMALISED) {
        Some(phc) => (Argon2Record::parse(phc), password.normalised.as_bytes()),
        None => (Argon2Record::parse(stored), password.as_sent.as_bytes()),
    };
    match record {
        Some(record) => record.opens(bytes, memory).map(Some),
        None => Ok(verify_bcrypt(stored, &password.as_sent)),
    }
}

/// Whether a new record would look the same but for its salt.
pub fn is_current(stored: &str, params: Params) -> bool {
    stored
        .strip_prefix(NORMALISED)
        .and_then(Argon2Record::parse)
        .is_some_and(|record| record.params == params)
}

/// The kind of a record, of our own making or not.
pub fn kind(stored: &str) -> Option<Kind> {
    importable(stored.strip_prefix(NORMALISED).unwrap_or(stored))
}

/// Of a hash from elsewhere that can be verified here: bcrypt, or Argon2id with one lane.
pub fn importable(hash: &str) -> Option<Kind> {
    let argon2id = Argon2Record::parse(hash).map(|record| Kind::Argon2id {
        memory_kib: record.params.memory_kib(),
        passes: record.params.passes(),
    });
    argon2id.or_else(|| bcrypt_cost(hash).map(|cost| Kind::Bcrypt { cost }))
}

fn verify_bcrypt(stored: &str, password: &str) -> Option<bool> {
    // bcrypt also stops at a NUL: such a password would be another, shorter one.
    let is_whole = password.len() <= BCRYPT_MOST_BYTES && !password.contains('\0');
    if !is_whole || bcrypt_cost(stored).is_none() {
        return None;
    }
    bcrypt::verify(password, stored).ok()
}

fn bcrypt_cost(stored: &str) -> Option<u32> {
    let rest = ["$2a$", "$2b$", "$2y$"].iter().find_map(|version| stored.strip_prefix(version))?;
    let (cost, hash) = rest.split_once('$')?;
    let is_whole = cost.len() == 2
        && hash.len() == 53
        && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'/');
    cost.parse().ok().filter(|cost| is_whole && (4..=BCRYPT_MOST_COST).contains(cost))
}

/// A PHC string of Argon2id version 0x13 with one lane.
struct Argon2Record {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Argon2Record {
    fn parse(phc: &str) -> Option<Self> {
        let mut parts = phc.strip_prefix("$argon2id$v=19$")?.split('$');
        let (costs, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let costs: Vec<&str> = costs.split(',').collect();
        let [memory, passes, "p=1"] = costs[..] else { return None };
        let memory: u32 = memory.strip_prefix("m=")?.parse().ok()?;
        let passes: u32 = passes.strip_prefix("t=")?.parse().ok()?;
        let salt = STANDARD_NO_PAD.decode(salt).ok()?;
        let hash = STANDARD_NO_PAD.decode(hash).ok()?;
        let fits = parts.next().is_none()
            && memory <= MOST_MEMORY_KIB
            && u64::from(memory) * u64::from(passes) <= MOST_WORK_KIB
            && (8..=64).contains(&salt.len())
            && (16..=64).contains(&hash.len());
        let params = Params::new(memory, passes).ok().filter(|_| fits)?;
        Some(Self { params, salt, hash })
    }

    fn opens(&self, password: &[u8], memory: &mut Memory) -> Result<bool, argon2id::Error> {
        let mut computed = vec![0; self.hash.len()];
        argon2id::hash(self.params, password, &self.salt, None, memory, &mut computed)?;
        Ok(equal_in_constant_time(&computed, &self.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    fn record(text: &str) -> String {
        make(Params::new(64, 1).unwrap(), &[3; 16], &password(text), &mut Memory::new()).unwrap()
    }

    fn opens(stored: &str, text: &str) -> bool {
        verify(stored, &password(text), &mut Memory::new()).unwrap().unwrap_or(false)
    }

    #[test]
    fn the_whole_password_decides() {
        let long = "A".repeat(72);
        let stored = record(&format!("{long}X"));
        assert!(opens(&stored, &format!("{long}X")));
        for other in [
            format!("{long}Y"),
            long.clone(),
            format!("{long}X "),
            format!(" {long}X"),
            format!("{long}x"),
            format!("{long}X\0"),
        ] {
            assert!(!opens(&stored, &other), "{other}");
        }
    }

    #[test]
    fn composed_and_decomposed_spellings_are_one_password() {
        assert!(opens(&record("caf\u{e9} noir au lait"), "cafe\u{301} noir au lait"));
        assert!(!opens(&record("ﬁsh and chips"), "fish and chips"), "NFC, not NFKC");
    }

    #[test]
    fn imported_hashes_open_and_are_due_for_a_new_record() {
        let bcrypt = bcrypt::hash("gargoyle-in-may", 4).unwrap();
        for stored in [bcrypt.clone(), bcrypt.replacen("$2b$", "$2a$", 1), bcrypt.replacen("$2b$", "$2y$", 1)]
        {
            assert_eq!(importable(&stored), Some(Kind::Bcrypt { cost: 4 }), "{stored}");
            assert!(opens(&stored, "gargoyle-in-may"), "{stored}");
            assert!(!opens(&stored, "gargoyle-in-May"));
            assert!(!is_current(&stored, Params::new(64, 1).unwrap()));
        }
        let long = "A".repeat(72);
        let truncating = bcrypt::hash(&long, 4).unwrap();
        assert!(opens(&truncating, &long));
        assert!(!opens(&truncating, &format!("{long}Y")));
    }

    #[test]
    fn a_corrupt_record_opens_for_nobody() {
        let good = record("gargoyle-in-may");
        for bad in [
            "",
            "null",
            "x",
            "nfc1",
            "$2b$",
            "$2b$99$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "$2b$10$short",
            &good[..good.len() - 30],
            &good.replace("m=64", "m=4294967295"),
            &good.replace("t=1", "t=0"),
            &good.replace("p=1", "p=0"),
            &good.replace("argon2id", "argon2i"),
            &format!("{good}$"),
            &good.replacen("nfc1", "nfc2", 1),
            &good.replace("v=19", "v=16"),
        ] {
            assert!(!opens(bad, "gargoyle-in-may"), "{bad}");
            assert!(!opens(bad, bad), "{bad}");
        }
        assert!(opens(&good, "gargoyle-in-may"));
        assert!(
            is_current(&good, Params::new(64, 1).unwrap()) && !is_current(&good, Params::new(64, 2).unwrap())
        );
    }
}
