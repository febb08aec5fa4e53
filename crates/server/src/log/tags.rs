//! A short word for a customer in the access log: an operator can follow one through a day, and neither a reader of the log
//! nor one of the database can say who it is without the master key. Tomorrow it is another word.

use std::fmt;

use doorstep_base::{CustomerId, MasterKeys, Secret, Timestamp, crypto};

const DAY: i64 = 86_400_000;
/// In bytes: with ten thousand customers a day, two of them share a tag once in 20,000 days.
const LENGTH: usize = 5;

pub struct Tags(Secret);

/// As it is written: ten hex digits.
pub struct Tag([u8; LENGTH]);

impl Tags {
    pub fn new(master: &MasterKeys) -> Self {
        Self(master.derive("customer tags of the access log", &[]).current)
    }

    /// The tag of a customer on the UTC day of a request.
    pub fn of(&self, customer: CustomerId, at: Timestamp) -> Tag {
        let day = at.as_millis().div_euclid(DAY).to_be_bytes();
        let mac = crypto::mac(self.0.expose(), &[&day, customer.as_bytes()]);
        Tag(std::array::from_fn(|at| mac[at]))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use doorstep_base::{Clock, MasterKey, new_id};

    use super::*;
    use crate::system::SystemRandom;

    struct Standing;
    impl Clock for Standing {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(20_000 * DAY)
        }
    }

    #[test]
    fn a_tag_holds_for_one_customer_one_day_and_one_key() {
        let (ada, eve): (CustomerId, CustomerId) =
            (new_id(&Standing, &SystemRandom), new_id(&Standing, &SystemRandom));
        let [tags, others] = [1, 2].map(|byte| Tags::new(&MasterKeys::new(MasterKey::new([byte; 32]), None)));
        let at = |millis: i64| Timestamp::from_millis(20_000 * DAY + millis);
        let tag = tags.of(ada, at(0)).to_string();
        assert_eq!(tag, tags.of(ada, at(DAY - 1)).to_string());
        assert!(tag.len() == 2 * LENGTH && tag.bytes().all(|byte| byte.is_ascii_hexdigit()), "{tag}");
        for other in [tags.of(ada, at(DAY)), tags.of(ada, at(-1)), tags.of(eve, at(0)), others.of(ada, at(0))]
        {
            assert_ne!(tag, other.to_string());
        }
        assert!(!ada.to_string().replace('-', "").contains(&tag));
    }
}
