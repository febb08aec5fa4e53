//! What shows, beside a mail, that an account is theirs.

use doorstep_base::FieldCode;
use doorstep_web::{FieldError, Fields, SignedIn};

use crate::password::Password;

/// What shows, beside the mail, that the account is theirs.
pub enum With {
    /// A session, perhaps of this customer.
    Session(Box<SignedIn>),
    Password(Password),
    NewPassword(Password),
}

impl With {
    /// What is sent of them, if anything.
    pub fn read_if_any(fields: &mut Fields) -> Option<Self> {
        let [password, new] = passwords(fields);
        new.map(Self::NewPassword).or_else(|| password.map(Self::Password))
    }

    /// The same where a new password is none of the ways.
    pub fn read_owner(fields: &mut Fields, who: Option<SignedIn>) -> Self {
        let password = fields.raw_text("password").filter(|text| !text.is_empty());
        Self::of(fields, who, password.map(Password::new))
    }

    /// What is missing stands in `fields` afterwards.
    pub fn read(fields: &mut Fields, who: Option<SignedIn>) -> Self {
        let [password, new] = passwords(fields);
        match new {
            Some(new) => Self::NewPassword(new),
            None => Self::of(fields, who, password),
        }
    }

    fn of(fields: &mut Fields, who: Option<SignedIn>, password: Option<Password>) -> Self {
        match (who, password) {
            (_, Some(password)) => Self::Password(password),
            (Some(who), None) => Self::Session(Box::new(who)),
            (None, None) => {
                fields.refuse("password", FieldError::new(FieldCode::Required));
                Self::Password(Password::new(String::new()))
            }
        }
    }
}

fn passwords(fields: &mut Fields) -> [Option<Password>; 2] {
    ["password", "newPassword"]
        .map(|name| fields.raw_text(name).filter(|text| !text.is_empty()).map(Password::new))
}
