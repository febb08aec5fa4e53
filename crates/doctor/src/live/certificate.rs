//! The names in a certificate (RFC 5280 §4.1), read as far as is needed to show a chain. The certificate comes from
//! whoever answers: every length is checked, and what is odd is shown as unreadable.

/// Subject and issuer of one certificate of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// It vouches for itself.
    pub is_self_signed: bool,
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
/// The version: the only part that may be missing.
const EXPLICIT_0: u8 = 0xa0;
/// Most telling first: common name, organisational unit, organisation.
const NAMES: [&[u8]; 3] = [&[0x55, 0x04, 0x03], &[0x55, 0x04, 0x0b], &[0x55, 0x04, 0x0a]];

impl Certificate {
    pub fn read(der: &[u8]) -> Option<Self> {
        let mut certificate = Reader(Reader(der).take(SEQUENCE)?);
        let mut fields = Reader(certificate.take(SEQUENCE)?);
        if fields.0.first() == Some(&EXPLICIT_0) {
            fields.next()?;
        }
        // Serial number, algorithm.
        fields.next()?;
        fields.next()?;
        let issuer = fields.take(SEQUENCE)?;
        // Validity.
        fields.next()?;
        let subject = fields.take(SEQUENCE)?;
        Some(Self { subject: name(subject), issuer: name(issuer), is_self_signed: subject == issuer })
    }
}

/// A distinguished name, as people know it.
fn name(der: &[u8]) -> String {
    let attributes = attributes(der);
    let told = NAMES.iter().find_map(|oid| attributes.iter().find(|(found, _)| found == oid));
    match told {
        Some((_, value)) => String::from_utf8_lossy(value).chars().take(100).collect(),
        None => "(no name)".to_owned(),
    }
}

fn attributes(der: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut names = Reader(der);
    let mut found = Vec::new();
    while let Some(set) = names.take(SET) {
        let Some(pair) = Reader(set).take(SEQUENCE) else { break };
        let mut pair = Reader(pair);
        let (Some(oid), Some((_, value))) = (pair.take(OID), pair.next()) else { break };
        found.push((oid, value));
    }
    found
}

/// Reads tag, length and contents, one after another.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            // One to three bytes of length are enough for any certificate.
            0x81..=0x83 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x0f))?;
                (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    fn take(&mut self, wanted: u8) -> Option<&'a [u8]> {
        self.next().filter(|(tag, _)| *tag == wanted).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_certificate_are_read_and_nothing_else_is() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec!["shop.example".to_owned()]).unwrap();
        parameters.distinguished_name.push(rcgen::DnType::OrganizationName, "The Shop");
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "shop.example \u{1f600}");
        let made = parameters.self_signed(&key).unwrap();
        let read = Certificate::read(made.der()).unwrap();
        assert_eq!(read.subject, "shop.example \u{1f600}");
        assert!(read.is_self_signed);
        let der = made.der().to_vec();
        for end in 0..der.len() {
            let _ = Certificate::read(&der[..end]);
        }
    }

    #[test]
    fn nonsense_is_no_certificate() {
        for odd in [
            &b""[..],
            b"\x30",
            b"\x30\x80",
            b"\x30\x84\xff\xff\xff\xff",
            b"\x30\x83\xff\xff\xff",
            &[0x30; 64],
        ] {
            assert_eq!(Certificate::read(odd), None);
        }
    }
}
