//! The kinds of mail, and what each of them is made of.

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// To a new customer: is this address yours?
    VerifyAddress,
    /// To a customer whose address somebody signed up with again.
    AlreadyRegistered,
    /// A forgotten password.
    Recovery,
    LoginCode,
    /// To the new address of a customer who changes it.
    ConfirmAddress,
    /// To the former address, with a link that undoes the change.
    AddressChanged,
    /// To the address that an account had, after its former one was taken back.
    AddressRestored,
    PasswordChanged,
    /// The password was replaced by way of a recovery.
    Recovered,
    NewDevice,
    /// A token for renewing a session was used twice: one of the two was a thief.
    RefreshReused,
    /// Sent by whoever sets the shop's mail up.
    Test,
}

impl Kind {
    pub const ALL: &[Self] = &[
        Self::VerifyAddress,
        Self::AlreadyRegistered,
        Self::Recovery,
        Self::LoginCode,
        Self::ConfirmAddress,
        Self::AddressChanged,
        Self::AddressRestored,
        Self::PasswordChanged,
        Self::Recovered,
        Self::NewDevice,
        Self::RefreshReused,
        Self::Test,
    ];

    /// As it is stored, and as files of templates are named.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyAddress => "verify_address",
            Self::AlreadyRegistered => "already_registered",
            Self::Recovery => "recovery",
            Self::LoginCode => "login_code",
            Self::ConfirmAddress => "confirm_address",
            Self::AddressChanged => "address_changed",
            Self::AddressRestored => "address_restored",
            Self::PasswordChanged => "password_changed",
            Self::Recovered => "recovered",
            Self::NewDevice => "new_device",
            Self::RefreshReused => "refresh_reused",
            Self::Test => "test",
        }
    }

    /// Reads what [`Kind::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Whether it carries a code to type in.
    pub const fn has_code(self) -> bool {
        matches!(self, Self::VerifyAddress | Self::Recovery | Self::LoginCode | Self::ConfirmAddress)
    }

    /// Whether it carries a link: beside a code the other way to the same end, in a notice the page that ends everything.
    pub const fn has_link(self) -> bool {
        !matches!(self, Self::Test)
    }

    /// Whether it tells what has happened to an account, so that it says when.
    pub const fn is_notice(self) -> bool {
        matches!(
            self,
            Self::AddressChanged
                | Self::AddressRestored
                | Self::PasswordChanged
                | Self::Recovered
                | Self::NewDevice
                | Self::RefreshReused
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_read_back_from_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_text(kind.as_str()), Some(*kind));
            assert!(kind.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
        assert_eq!(Kind::ALL.iter().collect::<std::collections::BTreeSet<_>>().len(), 12);
        assert_eq!(Kind::from_text("Recovery"), None);
    }

    #[test]
    fn what_has_a_code_has_a_link_too() {
        assert!(Kind::ALL.iter().all(|kind| !kind.has_code() || kind.has_link()));
        assert!(Kind::ALL.iter().all(|kind| !(kind.has_code() && kind.is_notice())));
    }
}
