//! What people call a field.

use doorstep_base::{Sentence, Text};

const LABELS: [(&str, Sentence); 3] =
    [("name", Sentence::Name), ("email", Sentence::Email), ("password", Sentence::Password)];

pub fn label(name: &str) -> Option<Sentence> {
    LABELS.iter().find(|(known, _)| *known == name).map(|(_, label)| *label)
}

/// A field in a sentence: by the name that programs have for it where people have none.
pub fn called(name: &str) -> Text {
    label(name).map_or_else(|| name.to_owned().into(), Text::from)
}
