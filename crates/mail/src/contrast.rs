//! Colours that can be read: the shop chooses one, the letters on it follow.

/// The paper of the dark layout, as `mail.html` has it.
const DARK_PAPER: [u8; 3] = [0x1b, 0x1d, 0x21];
const LEAST_FOR_A_SHAPE: f64 = 2.0;

/// A button, in light and in dark: each as (surface, letters).
pub struct Button {
    pub light: (String, &'static str),
    pub dark: (String, &'static str),
}

/// `#rrggbb`, and nothing else: it stands in a style.
pub fn read(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    // A sign before a number is a number to the library.
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then_some([part(0)?, part(2)?, part(4)?])
}

/// The button in this colour. On dark paper a dark shape would not be seen, so there it is light.
pub fn button(colour: [u8; 3]) -> Button {
    let written = |[r, g, b]: [u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
    let pair = |colour| (written(colour), letters_on(colour));
    let is_seen = contrast(colour, DARK_PAPER) >= LEAST_FOR_A_SHAPE;
    Button { light: pair(colour), dark: pair(if is_seen { colour } else { [0xe8, 0xea, 0xed] }) }
}

/// Black or white, whichever stands out more.
fn letters_on(colour: [u8; 3]) -> &'static str {
    if contrast(colour, [0; 3]) >= contrast(colour, [255; 3]) { "#000000" } else { "#ffffff" }
}

/// As WCAG 2 defines it: from 1 to 21.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_can_be_read_on_every_colour() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(15) {
                for b in (0..=255).step_by(15) {
                    let colour = [r, g, b];
                    let letters = read(letters_on(colour)).unwrap();
                    // What black and white can always do, and what WCAG's AA asks for.
                    assert!(contrast(colour, letters) >= 4.5, "{colour:?}");
                }
            }
        }
    }

    #[test]
    fn a_dark_shop_has_a_light_button_on_dark_paper() {
        assert_eq!(button([0; 3]).light, ("#000000".to_owned(), "#ffffff"));
        assert_eq!(button([0; 3]).dark, ("#e8eaed".to_owned(), "#000000"));
        assert_eq!(button([255, 220, 0]).dark, ("#ffdc00".to_owned(), "#000000"));
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(read("#0a5Cff"), Some([10, 92, 255]));
        for wrong in ["", "#fff", "red", "#12345g", "#+1+2+3", "#1234567", "#é234", "123456", "#123456;"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
