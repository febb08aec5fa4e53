//! Bearer secrets: 256 random bits behind a prefix that names their kind, kept in the store as SHA-256 only.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroize;

use crate::crypto::{mac, sha256};

/// 32 secret bytes. Never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

/// What the store keeps of a [`Secret`]: its SHA-256. A dump of the database opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl Secret {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn random(random: &dyn crate::Random) -> Self {
        Self(crate::random::bytes(random))
    }

    pub fn hash(&self) -> SecretHash {
        SecretHash(sha256(&self.0))
    }

    /// `prefix` and 43 characters of base64url.
    pub fn to_text(&self, prefix: &str) -> String {
        format!("{prefix}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// Reads what [`Secret::to_text`] wrote; `None` for everything else.
    pub fn from_text(prefix: &str, text: &str) -> Option<Self> {
        decode(text.strip_prefix(prefix)?).map(Self)
    }

    /// Hides `other` so that only a holder of `self` can read it again: `other XOR HMAC(self, label)`.
    /// A one-time pad: use one label at most once for one `self`.
    #[must_use]
    pub fn pad(&self, label: &str, other: [u8; 32]) -> [u8; 32] {
        let mut padded = mac(&self.0, &[label.as_bytes()]);
        for (byte, plain) in padded.iter_mut().zip(other) {
            *byte ^= plain;
        }
        padded
    }

    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 43 characters of base64url without padding, as 32 bytes. The one spelling only: no white space, no stray bits.
pub fn decode(text: &str) -> Option<[u8; 32]> {
    if text.len() != 43 {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The server's own key, from the configuration. Everything that it protects uses a key derived for that one use.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey(Secret);

impl MasterKey {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// A key for one use and nothing else.
    pub fn derive(&self, label: &str, context: &[&[u8]]) -> Secret {
        let mut parts = vec![label.as_bytes()];
        parts.extend_from_slice(context);
        Secret::new(mac(self.0.expose(), &parts))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// The master key in force, and while it is changed a second one: what that one made is believed, and nothing new is
/// made with it.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    current: MasterKey,
    other: Option<MasterKey>,
}

impl MasterKeys {
    /// A second key that is the first one again is none.
    pub fn new(current: MasterKey, other: Option<MasterKey>) -> Self {
        let other = other.filter(|other| *other != current);
        Self { current, other }
    }

    pub const fn has_other(&self) -> bool {
        self.other.is_some()
    }

    /// A key for one use and nothing else, of either master key.
    pub fn derive(&self, label: &str, context: &[&[u8]]) -> Derived {
        Derived {
            current: self.current.derive(label, context),
            other: self.other.as_ref().map(|other| other.derive(label, context)),
        }
    }
}

/// Keys for one use: make with `current`, believe what one of [`Derived::accepted`] made.
#[derive(Clone, Debug)]
pub struct Derived {
    pub current: Secret,
    pub other: Option<Secret>,
}

impl Derived {
    /// The current one first.
    pub fn accepted(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.current).chain(&self.other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_its_own_spelling_only() {
        let secret = Secret::new([7; 32]);
        let text = secret.to_text("ds_token_");
        assert_eq!(Secret::from_text("ds_token_", &text), Some(secret));
        for other in
            ["", "ds_token_", &text[..text.len() - 1], &format!("{text} "), &text.replace("token", "cookie")]
        {
            assert_eq!(Secret::from_text("ds_token_", other), None, "{other}");
        }
        // The last character carries two bits too many: setting them would be a second spelling of one secret.
        let twin = format!("{}d", &text[..text.len() - 1]);
        assert_eq!(Secret::from_text("ds_token_", &twin), None);
    }

    #[test]
    fn a_padded_secret_opens_for_its_holder_only() {
        let (holder, hidden) = (Secret::new([1; 32]), [9; 32]);
        let padded = holder.pad("successor", hidden);
        assert_ne!(padded, hidden);
        assert_eq!(holder.pad("successor", padded), hidden);
        assert_ne!(Secret::new([2; 32]).pad("successor", padded), hidden);
    }

    #[test]
    fn a_second_key_is_accepted_and_makes_nothing() {
        let [first, second] = [1, 2].map(|byte| MasterKey::new([byte; 32]));
        let both = MasterKeys::new(first.clone(), Some(second.clone())).derive("use", &[b"it"]);
        let expected = [first.derive("use", &[b"it"]), second.derive("use", &[b"it"])];
        assert_eq!(both.current, expected[0]);
        assert!(both.accepted().eq(&expected));
        let same = MasterKeys::new(first.clone(), Some(first));
        assert!(!same.has_other());
        assert_eq!(same.derive("use", &[]).accepted().count(), 1);
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(
            format!("{:?} {:?}", Secret::new([1; 32]), MasterKey::new([1; 32])),
            "Secret(…) MasterKey(…)"
        );
    }
}
