//! The text that shows a known device: who, since which password, which of the ten budgets, when; and a keyed tag over it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_base::{CustomerId, Derived, MasterKeys, Timestamp, crypto};

/// Not that of any session: as a credential it is refused by its form.
const PREFIX: &str = "ds_device_";
const PAYLOAD: usize = 16 + 8 + 8 + 1;
const TAG: usize = 32;
/// No text that is longer is looked at.
const LONGEST: usize = 128;

/// A customer has this many budgets for known devices, however many devices: see [`Device::slot`].
pub const SLOTS: u8 = 10;
/// As long as browsers keep a cookie at most (RFC 6265bis §5.5). Every login begins it anew.
pub const LIFE: Duration = Duration::from_secs(400 * 86_400);

/// A place where the customer has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    pub customer: CustomerId,
    /// A new password makes every older token a stranger's.
    pub credentials_version: i64,
    /// Drawn at the first login there, and kept. Two devices may have the same: then they share its budget.
    pub slot: u8,
    pub issued_at: Timestamp,
}

/// Writes and reads tokens.
pub struct TokenKey(Derived);

impl TokenKey {
    pub fn new(master: &MasterKeys) -> Self {
        Self(master.derive("known devices", &[]))
    }

    pub fn write(&self, device: &Device) -> String {
        let mut bytes = Vec::with_capacity(PAYLOAD + TAG);
        bytes.extend_from_slice(device.customer.as_bytes());
        bytes.extend_from_slice(&device.credentials_version.to_be_bytes());
        bytes.extend_from_slice(&device.issued_at.as_millis().to_be_bytes());
        bytes.push(device.slot);
        let tag = crypto::mac(self.0.current.expose(), &[&bytes]);
        bytes.extend_from_slice(&tag);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// `None` for everything that this server did not write.
    pub fn read(&self, text: &str) -> Option<Device> {
        let text = text.strip_prefix(PREFIX).filter(|text| text.len() <= LONGEST)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (payload, tag) = bytes.split_at_checked(PAYLOAD)?;
        let mut macs = self.0.accepted().map(|key| crypto::mac(key.expose(), &[payload]));
        if !macs.any(|mac| crypto::equal_in_constant_time(tag, &mac)) {
            return None;
        }
        let (customer, rest) = payload.split_first_chunk::<16>()?;
        let (version, rest) = rest.split_first_chunk::<8>()?;
        let (issued_at, slot) = rest.split_first_chunk::<8>()?;
        Some(Device {
            customer: CustomerId::from_bytes(*customer),
            credentials_version: i64::from_be_bytes(*version),
            issued_at: Timestamp::from_millis(i64::from_be_bytes(*issued_at)),
            slot: *slot.first()?,
        })
    }
}

impl Device {
    /// What its attempts are counted by.
    pub fn budget(&self) -> [u8; 17] {
        let mut budget = [0; 17];
        let (customer, slot) = budget.split_at_mut(16);
        customer.copy_from_slice(self.customer.as_bytes());
        slot.fill(self.slot);
        budget
    }
}

#[cfg(test)]
mod tests {
    use doorstep_base::MasterKey;

    use super::*;

    #[test]
    fn only_what_this_key_wrote_is_read() {
        let [first, second] = [1, 2].map(|byte| MasterKey::new([byte; 32]));
        let of = |current: &MasterKey, other: Option<&MasterKey>| {
            TokenKey::new(&MasterKeys::new(current.clone(), other.cloned()))
        };
        let key = of(&first, None);
        let device = Device {
            customer: CustomerId::from_bytes([7; 16]),
            credentials_version: 3,
            slot: 9,
            issued_at: Timestamp::from_millis(1_800_000_000_000),
        };
        let text = key.write(&device);
        assert_eq!(key.read(&text), Some(device));
        assert_eq!(of(&second, None).read(&text), None);
        let changed = of(&second, Some(&first));
        assert_eq!(changed.read(&text), Some(device));
        assert_eq!(of(&second, None).read(&changed.write(&device)), Some(device));
        for at in PREFIX.len()..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.read(&String::from_utf8(bytes).unwrap()), None, "character {at}");
        }
        for other in ["", PREFIX, "ds_device_AAAA", &text[1..], &text[..text.len() - 1], &format!("{text}A")]
        {
            assert_eq!(key.read(other), None, "{other}");
        }
    }
}
