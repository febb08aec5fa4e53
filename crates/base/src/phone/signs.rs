//! The signs of a written phone number: digits of every script, what stands between them, and what nobody sees.

use crate::letters::is_unseen;

/// The zeros of the decimal digits of Unicode 17 (general category Nd), but ASCII's: nine more follow each.
#[rustfmt::skip]
const ZEROS: [u32; 76] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090,
    0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50,
    0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0,
    0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0,
    0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1,
    0x1e950, 0x1fbf0,
];

/// `+`, digits and round brackets in ASCII; `None` when another sign, or no digit, is in the text.
pub fn compact(text: &str) -> Option<String> {
    let mut compact = String::new();
    for c in text.chars() {
        match c {
            '+' | '\u{ff0b}' | '\u{fe62}' => compact.push('+'),
            '(' | '\u{ff08}' | '[' | '\u{ff3b}' => compact.push('('),
            ')' | '\u{ff09}' | ']' | '\u{ff3d}' => compact.push(')'),
            _ if is_between(c) => {}
            _ => compact.push(digit(c)?),
        }
    }
    compact.bytes().any(|b| b.is_ascii_digit()).then_some(compact)
}

pub fn digit(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    let code = u32::from(c);
    let zero = ZEROS.iter().copied().find(|zero| (*zero..*zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// Spaces, dashes, dots, slashes and marks that only say how to write a line. Other control characters are nobody's.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || is_dash(c)
        || matches!(c, '.' | '/' | '\u{b7}' | '\u{ff0e}' | '\u{ff0f}')
        || (is_unseen(c) && !c.is_control())
}

/// The dashes of Unicode (general category Pd), and what is used as one: minus signs, tildes, Japan's long vowel.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '~' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2053}'
                | '\u{2212}'
                | '\u{223c}'
                | '\u{2e17}'
                | '\u{2e1a}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{2e5d}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
                | '\u{30fc}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{ff5e}'
                | '\u{ff70}'
                | '\u{10d6e}'
                | '\u{10ead}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standard library knows what is a number (Nd, Nl or No), though not which: no row of ten may have a hole.
    #[test]
    fn every_row_of_digits_is_a_row_of_digits() {
        for zero in ZEROS {
            for (value, code) in (zero..zero + 10).enumerate() {
                let c = char::from_u32(code).unwrap();
                assert!(c.is_numeric(), "U+{code:04X}");
                assert_eq!(digit(c), char::from_digit(u32::try_from(value).unwrap(), 10));
            }
        }
        assert!(ZEROS.is_sorted() && "½²①Ⅷ一a".chars().all(|c| digit(c).is_none()));
    }
}
