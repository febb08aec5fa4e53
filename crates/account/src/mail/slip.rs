//! The secrets of a mail. They are made of a random value and the master key, so no row holds one: a request that goes to whoever
//! asks, and a code and a link that go to the address. Code and link open the same challenge; the code only together with its request.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_base::{CustomerId, Derived, MasterKeys, Secret, SecretHash, Timestamp, crypto, phone};
use doorstep_store::{Means, Presented, Purpose};

use super::LIFE;

const REQUEST: Form = Form { prefix: "ds_request_", label: "request" };
const LINK: Form = Form { prefix: "ds_link_", label: "link" };
const NOTICE: Form = Form { prefix: "ds_notice_", label: "notice" };
const NONCE: Form = Form { prefix: "", label: "nonce" };
/// So long somebody may think about a page.
const NONCE_LIFE: Duration = Duration::from_secs(3600);
/// So long the link of a notice lets its customer end everything.
const NOTICE_LIFE: Duration = Duration::from_secs(7 * 86_400);
/// What a notice is for, beside the purposes of challenges.
const WAS_IT_YOU: &str = "was_it_you";
/// No text that is longer is looked at.
const LONGEST: usize = 512;
const TAG: usize = 16;
/// With 5 tries for each challenge, and one challenge an hour, nobody guesses one of these in a lifetime.
const CODES: u64 = 100_000_000;

/// One mail with a secret in it: what the secrets are made of.
#[derive(Clone, PartialEq, Eq)]
pub struct Slip {
    pub purpose: Purpose,
    pub subject: SecretHash,
    pub nonce: [u8; 16],
    /// When it was asked for: a request is good no longer than what it asked for.
    pub at: Timestamp,
    /// Where, in words: shown by the page behind the link.
    pub device: String,
}

struct Form {
    prefix: &'static str,
    label: &'static str,
}

pub struct SlipKey(Derived);

/// The secrets of a slip, with the key that they are made with.
pub struct Keyed<'a> {
    key: &'a Secret,
    slip: &'a Slip,
}

impl SlipKey {
    pub fn new(master: &MasterKeys) -> Self {
        Self(master.derive("mails", &[]))
    }

    /// What names the challenge of this address or customer: the same for every mail of one purpose.
    pub fn subject(&self, purpose: Purpose, whose: &[u8]) -> SecretHash {
        subject(&self.0.current, purpose, whose)
    }

    /// The same under every accepted key: what lives longer than a change of the master key is looked for under each.
    pub fn subjects(&self, purpose: Purpose, whose: &[u8]) -> Vec<SecretHash> {
        self.0.accepted().map(|key| subject(key, purpose, whose)).collect()
    }

    /// For whoever asks: names the challenge, and opens nothing.
    pub fn request(&self, slip: &Slip) -> String {
        write(&self.0.current, &REQUEST, slip)
    }

    /// What a new slip's secrets are made with.
    pub fn current<'a>(&'a self, slip: &'a Slip) -> Keyed<'a> {
        Keyed { key: &self.0.current, slip }
    }

    /// What a slip's secrets may have been made with, the current key first.
    pub fn each<'a>(&'a self, slip: &'a Slip) -> impl Iterator<Item = Keyed<'a>> {
        self.0.accepted().map(move |key| Keyed { key, slip })
    }

    /// What the secrets of this link were made with.
    pub fn keyed<'a>(&'a self, slip: &'a Slip, link: &str) -> Option<Keyed<'a>> {
        self.each(slip).find(|keyed| keyed.link() == link.trim())
    }

    /// What a code shows that was typed where `request` was given out. `None` for a request of another purpose or server.
    pub fn by_code(&self, purpose: Purpose, request: &str, code: &str, now: Timestamp) -> Option<Presented> {
        let (slip, _) = self.read(&REQUEST, purpose, request).filter(|(slip, _)| now < slip.at + LIFE)?;
        let digits: String = code.chars().filter_map(phone::digit).collect();
        Some(presented(&slip, &digits, Means::Code, now))
    }

    /// What the device shows that asked for a login, once it was let in elsewhere, and what would have to be shown there. `None` for a request
    /// of another purpose or server, and when its time is over.
    pub fn by_request(&self, request: &str, now: Timestamp) -> Option<(Slip, [Presented; 2])> {
        let (slip, key) = self.read(&REQUEST, Purpose::LogIn, request)?;
        let there = presented(&slip, &code(key, &slip), Means::Link, now);
        let elsewhere = Presented { purpose: Purpose::LogInElsewhere, ..there };
        (now < slip.at + LIFE).then_some((slip, [elsewhere, there]))
    }

    /// What a link shows, and its slip.
    pub fn by_link(&self, purpose: Purpose, link: &str, now: Timestamp) -> Option<(Presented, Slip)> {
        let (slip, key) = self.read(&LINK, purpose, link)?;
        Some((presented(&slip, &code(key, &slip), Means::Link, now), slip))
    }

    /// For a notice: leads its customer to the page that ends everything. It may be used again.
    pub fn notice(&self, customer: CustomerId, now: Timestamp) -> String {
        let bytes = [&customer.as_bytes()[..], &now.as_millis().to_be_bytes()].concat();
        self.sign(&NOTICE, WAS_IT_YOU, bytes)
    }

    /// Whose notice it is, and of when.
    pub fn by_notice(&self, link: &str, now: Timestamp) -> Option<(CustomerId, Timestamp)> {
        let (bytes, _) = self.open(&NOTICE, WAS_IT_YOU, link)?;
        let (customer, rest) = bytes.split_first_chunk::<16>()?;
        let sent = Timestamp::from_millis(i64::from_be_bytes(rest.try_into().ok()?));
        (now < sent + NOTICE_LIFE).then(|| (CustomerId::from_bytes(*customer), sent))
    }

    /// What a page puts into its form beside the link: a program that posts without having read the page does not know it.
    pub fn nonce(&self, link: &str, now: Timestamp) -> String {
        self.sign(&NONCE, link, now.as_millis().to_be_bytes().to_vec())
    }

    pub fn is_nonce(&self, nonce: &str, link: &str, now: Timestamp) -> bool {
        let opened = self.open(&NONCE, link, nonce);
        let made = opened.and_then(|(bytes, _)| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
        made.is_some_and(|made| now < Timestamp::from_millis(made) + NONCE_LIFE)
    }

    fn read(&self, form: &Form, purpose: Purpose, text: &str) -> Option<(Slip, &Secret)> {
        let (bytes, key) = self.open(form, purpose.as_str(), text)?;
        let (subject, rest) = bytes.split_first_chunk::<32>()?;
        let (nonce, rest) = rest.split_first_chunk::<16>()?;
        let (at, device) = rest.split_first_chunk::<8>()?;
        let at = Timestamp::from_millis(i64::from_be_bytes(*at));
        let device = String::from_utf8(device.to_vec()).ok()?;
        Some((Slip { purpose, subject: SecretHash(*subject), nonce: *nonce, at, device }, key))
    }

    fn sign(&self, form: &Form, purpose: &str, bytes: Vec<u8>) -> String {
        sign(&self.0.current, form, purpose, bytes)
    }

    /// What was signed, and with which of the accepted keys.
    fn open(&self, form: &Form, purpose: &str, text: &str) -> Option<(Vec<u8>, &Secret)> {
        let text = text.trim().strip_prefix(form.prefix).filter(|text| text.len() <= LONGEST)?;
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let shown = bytes.split_off(bytes.len().checked_sub(TAG)?);
        let is_of = |key: &&Secret| crypto::equal_in_constant_time(&shown, &tag(key, form, purpose, &bytes));
        let key = self.0.accepted().find(is_of)?;
        Some((bytes, key))
    }
}

impl Keyed<'_> {
    /// For the mail.
    pub fn link(&self) -> String {
        write(self.key, &LINK, self.slip)
    }

    /// For the mail: eight digits.
    pub fn code(&self) -> String {
        code(self.key, self.slip)
    }

    /// What a challenge keeps of it.
    pub fn secret(&self) -> SecretHash {
        secret(self.slip, &self.code())
    }

    /// What its link shows.
    pub fn presented(&self, now: Timestamp) -> Presented {
        presented(self.slip, &self.code(), Means::Link, now)
    }

    /// Random for whoever has not the key, and the same each time.
    pub(super) fn chance(&self, label: &str) -> [u8; 32] {
        chance(self.key, label, self.slip)
    }
}

fn subject(key: &Secret, purpose: Purpose, whose: &[u8]) -> SecretHash {
    let parts: [&[u8]; 3] = [b"subject", purpose.as_str().as_bytes(), whose];
    SecretHash(crypto::mac(key.expose(), &parts))
}

fn write(key: &Secret, form: &Form, slip: &Slip) -> String {
    let at = slip.at.as_millis().to_be_bytes();
    let bytes = [&slip.subject.0[..], &slip.nonce, &at, slip.device.as_bytes()].concat();
    sign(key, form, slip.purpose.as_str(), bytes)
}

fn sign(key: &Secret, form: &Form, purpose: &str, mut bytes: Vec<u8>) -> String {
    let tag = tag(key, form, purpose, &bytes);
    bytes.extend_from_slice(&tag);
    format!("{}{}", form.prefix, URL_SAFE_NO_PAD.encode(bytes))
}

fn tag(key: &Secret, form: &Form, purpose: &str, bytes: &[u8]) -> [u8; TAG] {
    let whole = crypto::mac(key.expose(), &[form.label.as_bytes(), purpose.as_bytes(), bytes]);
    let mut tag = [0; TAG];
    tag.copy_from_slice(&whole[..TAG]);
    tag
}

fn chance(key: &Secret, label: &str, slip: &Slip) -> [u8; 32] {
    let parts: [&[u8]; 4] =
        [label.as_bytes(), slip.purpose.as_str().as_bytes(), &slip.subject.0, &slip.nonce];
    crypto::mac(key.expose(), &parts)
}

fn code(key: &Secret, slip: &Slip) -> String {
    let mac = chance(key, "code", slip);
    let number = mac.first_chunk().map_or(0, |chunk| u64::from_be_bytes(*chunk));
    format!("{:08}", number % CODES)
}

fn secret(slip: &Slip, code: &str) -> SecretHash {
    SecretHash(crypto::mac(&slip.nonce, &[&slip.subject.0, code.as_bytes()]))
}

fn presented(slip: &Slip, code: &str, means: Means, now: Timestamp) -> Presented {
    Presented { subject: slip.subject, purpose: slip.purpose, secret: secret(slip, code), means, now }
}

#[cfg(test)]
mod tests {
    use doorstep_base::MasterKey;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn key(current: u8, other: Option<u8>) -> SlipKey {
        let master = |byte| MasterKey::new([byte; 32]);
        SlipKey::new(&MasterKeys::new(master(current), other.map(master)))
    }

    fn slip(key: &SlipKey) -> Slip {
        let (purpose, nonce) = (Purpose::RecoverPassword, [7; 16]);
        Slip {
            purpose,
            subject: key.subject(purpose, b"ada@example.com"),
            nonce,
            at: NOW,
            device: "Chrome on Linux".into(),
        }
    }

    #[test]
    fn code_and_link_open_the_same_challenge() {
        let key = key(1, None);
        let slip = slip(&key);
        let (code, request) = (key.current(&slip).code(), key.request(&slip));
        assert!(code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        let by_code = key.by_code(slip.purpose, &request, &code, NOW).unwrap();
        let (by_link, read) = key.by_link(slip.purpose, &key.current(&slip).link(), NOW).unwrap();
        assert!(read == slip && by_code.subject == by_link.subject && by_code.subject == slip.subject);
        assert_eq!(
            (by_code.secret, by_link.secret),
            (key.current(&slip).secret(), key.current(&slip).secret())
        );
        assert_eq!((by_code.means, by_link.means), (Means::Code, Means::Link));
        let spaced = format!(" {} - {}", &code[..4], &code[4..]);
        assert_eq!(
            key.by_code(slip.purpose, &request, &spaced, NOW).unwrap().secret,
            key.current(&slip).secret()
        );
        assert!(key.by_code(slip.purpose, &request, &code, NOW + LIFE).is_none(), "a request has its time");
    }

    #[test]
    fn a_code_is_nothing_without_the_request_that_it_was_asked_by() {
        let key = key(1, None);
        let slip = slip(&key);
        let other = Slip { nonce: [8; 16], ..slip.clone() };
        let elsewhere =
            key.by_code(slip.purpose, &key.request(&other), &key.current(&slip).code(), NOW).unwrap();
        assert_ne!(elsewhere.secret, key.current(&slip).secret());
    }

    #[test]
    fn what_was_not_made_here_for_this_is_refused() {
        let key = key(1, None);
        let slip = slip(&key);
        let link = key.current(&slip).link();
        assert!(key.by_link(Purpose::LogIn, &link, NOW).is_none());
        assert!(key.by_code(slip.purpose, &link, "00000000", NOW).is_none());
        assert!(key.by_link(slip.purpose, &key.request(&slip).replace("request", "link"), NOW).is_none());
        for at in LINK.prefix.len()..link.len() {
            let mut bytes = link.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(key.by_link(slip.purpose, &String::from_utf8(bytes).unwrap(), NOW).is_none(), "{at}");
        }
        for text in ["", "ds_link_", "ds_link_AAAA", &link[1..], &"A".repeat(10_000)] {
            assert!(key.by_link(slip.purpose, text, NOW).is_none(), "{text}");
        }
    }

    #[test]
    fn a_nonce_is_good_for_its_link_and_an_hour() {
        let key = key(1, None);
        let nonce = key.nonce("ds_link_A", NOW);
        assert!(key.is_nonce(&nonce, "ds_link_A", NOW) && !key.is_nonce(&nonce, "ds_link_B", NOW));
        assert!(!key.is_nonce(&nonce, "ds_link_A", NOW + NONCE_LIFE) && !key.is_nonce("", "ds_link_A", NOW));
    }

    #[test]
    fn a_notice_names_its_customer_for_a_week() {
        let (key, customer) = (key(1, None), CustomerId::from_bytes([3; 16]));
        let link = key.notice(customer, NOW);
        assert_eq!(key.by_notice(&link, NOW), Some((customer, NOW)));
        assert_eq!(key.by_notice(&link, NOW + NOTICE_LIFE), None);
        assert_eq!(key.by_notice(&link.replacen("ds_notice_A", "ds_notice_B", 1), NOW), None);
    }

    #[test]
    fn a_link_of_the_former_master_key_goes_on() {
        let (former, changed) = (key(1, None), key(2, Some(1)));
        let slip = slip(&former);
        let (presented, _) = changed.by_link(slip.purpose, &former.current(&slip).link(), NOW).unwrap();
        assert_eq!(presented.secret, former.current(&slip).secret());
        assert!(key(2, None).by_link(slip.purpose, &former.current(&slip).link(), NOW).is_none());
    }
}
