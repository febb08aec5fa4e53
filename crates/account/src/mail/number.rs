//! The number that the device shows which asked for a login, and the three that the page behind the link lets choose from. Whoever was talked
//! into opening somebody else's link has to pick one, and does not see the right one.

use super::slip::Keyed;

/// Numbers of two digits.
const FIRST: u8 = 10;
const COUNT: u8 = 90;

impl Keyed<'_> {
    /// What the device shows.
    pub fn number(&self) -> u8 {
        let [first, ..] = self.chance("number");
        FIRST + first % COUNT
    }

    /// The right one among two others, in an order that does not tell which.
    pub fn numbers(&self) -> [u8; 3] {
        let right = self.number();
        let [_, second, third, ..] = self.chance("number");
        // One of the 89 others, and one of the 88 that are left.
        let other = |steps: u8| FIRST + (right - FIRST + steps) % COUNT;
        let near = 1 + second % (COUNT - 1);
        let far = 1 + third % (COUNT - 2);
        let far = if far >= near { far + 1 } else { far };
        let mut numbers = [right, other(near), other(far)];
        numbers.sort_unstable();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use doorstep_base::{MasterKey, MasterKeys, Timestamp};
    use doorstep_store::Purpose;

    use super::super::{Slip, SlipKey};

    #[test]
    fn the_number_is_one_of_three_that_differ() {
        let key = SlipKey::new(&MasterKeys::new(MasterKey::new([1; 32]), None));
        let mut places = [0; 3];
        for nonce in 0..=255 {
            let purpose = Purpose::LogIn;
            let subject = key.subject(purpose, b"ada@example.com");
            let at = Timestamp::from_millis(0);
            let slip = Slip { purpose, subject, nonce: [nonce; 16], at, device: String::new() };
            let keyed = key.current(&slip);
            let (right, numbers) = (keyed.number(), keyed.numbers());
            let [first, second, third] = numbers;
            assert!(
                (10..100).contains(&first) && third < 100 && first < second && second < third,
                "{numbers:?}"
            );
            places[numbers.iter().position(|number| *number == right).unwrap()] += 1;
        }
        assert!(places.iter().all(|count| *count > 50), "its place tells nothing: {places:?}");
    }
}
