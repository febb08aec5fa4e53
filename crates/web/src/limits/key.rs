//! The limits that there are: one line for each key of the section `[limits]`.

use std::time::Duration;

use LimitKey::{
    CodePerNetwork, ExportPerAccount, LoginPerAccount, LoginPerAccountDaily, LoginPerDevice,
    LoginPerDeviceDaily, LoginPerNetwork, MailPerAddress, MailPerNetwork, MailTotal, NoticePerAccount,
    PasswordPerAccount, PasswordPerSession, PasswordPerSessionDaily, PollPerNetwork, RefreshPerAccount,
    RefreshPerNetwork, RefreshPerSession, SignupPerNetwork, SignupTaken, WritePerAccount,
};

use crate::network::Width;

/// A key of `[limits]`. The table of routes names it, the document shows it, and what counts gets it from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKey {
    LoginPerAccount,
    LoginPerAccountDaily,
    LoginPerDevice,
    LoginPerDeviceDaily,
    PasswordPerSession,
    PasswordPerSessionDaily,
    PasswordPerAccount,
    LoginPerNetwork,
    SignupPerNetwork,
    RefreshPerNetwork,
    RefreshPerSession,
    RefreshPerAccount,
    ExportPerAccount,
    WritePerAccount,
    /// Mails that somebody asks for.
    MailPerNetwork,
    /// Mails that somebody asks for to one address, whether it has an account or not.
    MailPerAddress,
    /// Notices to one customer. Refuses nobody: beyond it they are left out, see [`super::Limits::allows`].
    NoticePerAccount,
    /// All mails, over all nodes. Refuses nobody: beyond it they wait, see [`super::Limits::allows`].
    MailTotal,
    /// Tries with codes and links.
    CodePerNetwork,
    /// Questions of devices that wait for a login.
    PollPerNetwork,
    /// Refuses nobody: see [`super::Limits::is_noticed`].
    SignupTaken,
}

/// Whose attempts a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// A customer who is signed in, or has just shown to be this one.
    Account,
    /// An account that somebody names whom nothing shows to be its customer. One budget for all of them together.
    Stranger,
    /// A place where the customer has signed in before.
    Device,
    Session,
    /// Networks of the client, the wider ones too. Requests of this machine are exempt in dev mode, and trusted proxies always.
    Network,
    Everybody,
}

/// What becomes of a counter when what it counted was a login with the right password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnSuccess {
    Stays,
    /// This one attempt is given back. A budget that a success filled again would be filled for a guesser too.
    GivesBack,
    Clears,
}

struct Facts {
    name: &'static str,
    policy: &'static str,
    per: Per,
    counter: &'static str,
    on_success: OnSuccess,
}

impl LimitKey {
    pub const ALL: [Self; 21] = [
        LoginPerAccount,
        LoginPerAccountDaily,
        LoginPerDevice,
        LoginPerDeviceDaily,
        PasswordPerSession,
        PasswordPerSessionDaily,
        PasswordPerAccount,
        LoginPerNetwork,
        SignupPerNetwork,
        RefreshPerNetwork,
        RefreshPerSession,
        RefreshPerAccount,
        ExportPerAccount,
        WritePerAccount,
        MailPerNetwork,
        MailPerAddress,
        NoticePerAccount,
        MailTotal,
        CodePerNetwork,
        PollPerNetwork,
        SignupTaken,
    ];

    #[rustfmt::skip]
    const fn facts(self) -> Facts {
        use OnSuccess::{Clears, GivesBack, Stays};
        use Per::{Account, Device, Everybody, Network, Session, Stranger};
        match self {
            LoginPerAccount => Facts { name: "login_per_account", policy: "login", per: Stranger, counter: "login account", on_success: Clears },
            LoginPerAccountDaily => Facts { name: "login_per_account_daily", policy: "login", per: Stranger, counter: "login account daily", on_success: GivesBack },
            LoginPerDevice => Facts { name: "login_per_device", policy: "login", per: Device, counter: "login device", on_success: Clears },
            LoginPerDeviceDaily => Facts { name: "login_per_device_daily", policy: "login", per: Device, counter: "login device daily", on_success: GivesBack },
            PasswordPerSession => Facts { name: "password_per_session", policy: "password", per: Session, counter: "password session", on_success: Stays },
            PasswordPerSessionDaily => Facts { name: "password_per_session_daily", policy: "password", per: Session, counter: "password session daily", on_success: Stays },
            PasswordPerAccount => Facts { name: "password_per_account", policy: "password", per: Account, counter: "password account", on_success: Stays },
            LoginPerNetwork => Facts { name: "login_per_network", policy: "login", per: Network, counter: "login network", on_success: GivesBack },
            SignupPerNetwork => Facts { name: "signup_per_network", policy: "signup", per: Network, counter: "signup", on_success: Stays },
            RefreshPerNetwork => Facts { name: "refresh_per_network", policy: "refresh", per: Network, counter: "refresh", on_success: Stays },
            RefreshPerSession => Facts { name: "refresh_per_session", policy: "refresh", per: Session, counter: "refresh session", on_success: Stays },
            RefreshPerAccount => Facts { name: "refresh_per_account", policy: "refresh", per: Account, counter: "refresh account", on_success: Stays },
            ExportPerAccount => Facts { name: "export_per_account", policy: "export", per: Account, counter: "export", on_success: Stays },
            WritePerAccount => Facts { name: "write_per_account", policy: "write", per: Account, counter: "write", on_success: Stays },
            MailPerNetwork => Facts { name: "mail_per_network", policy: "mail", per: Network, counter: "mail network", on_success: Stays },
            MailPerAddress => Facts { name: "mail_per_address", policy: "mail", per: Stranger, counter: "mail address", on_success: Stays },
            NoticePerAccount => Facts { name: "notice_per_account", policy: "notice", per: Account, counter: "notice account", on_success: Stays },
            MailTotal => Facts { name: "mail_total", policy: "mail_total", per: Everybody, counter: "mail total", on_success: Stays },
            CodePerNetwork => Facts { name: "code_per_network", policy: "code", per: Network, counter: "code network", on_success: Stays },
            PollPerNetwork => Facts { name: "poll_per_network", policy: "poll", per: Network, counter: "poll network", on_success: Stays },
            SignupTaken => Facts { name: "signup_taken", policy: "signup_taken", per: Everybody, counter: "signup taken", on_success: Stays },
        }
    }

    /// As `[limits]` and the document have it.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// As the RateLimit headers and the metrics have it: the limits of one act share a policy.
    pub const fn policy(self) -> &'static str {
        self.facts().policy
    }

    pub const fn per(self) -> Per {
        self.facts().per
    }

    /// What its counters are hashed with. Another word would begin every counter anew.
    pub(super) const fn counter(self) -> &'static str {
        self.facts().counter
    }

    pub(super) const fn on_success(self) -> OnSuccess {
        self.facts().on_success
    }

    /// How much of the rate a network of this width has, in percent. Of logins only failures stay counted: there many
    /// networks of one neighbourhood have no need of many times as much.
    pub(super) const fn allowance(self, width: Width) -> u32 {
        let [wider, widest] = match self.on_success() {
            OnSuccess::GivesBack => [150, 200],
            _ => [400, 1600],
        };
        match width {
            Width::Own => 100,
            Width::Wider => wider,
            Width::Widest => widest,
        }
    }
}

/// `limit` attempts in `window`, refilled evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub limit: u32,
    pub window: Duration,
}

impl Rate {
    /// That much of it, rounded up.
    pub(super) fn percent(self, percent: u32) -> Self {
        let limit = (u64::from(self.limit) * u64::from(percent)).div_ceil(100);
        Self { limit: u32::try_from(limit).unwrap_or(u32::MAX), window: self.window }
    }
}

/// The section `[limits]`: a rate for each key.
#[derive(Clone, Copy, Debug)]
pub struct Rates([Rate; LimitKey::ALL.len()]);

impl Rates {
    pub fn read(rate: impl FnMut(LimitKey) -> Rate) -> Self {
        Self(LimitKey::ALL.map(rate))
    }

    pub(super) const fn of(&self, key: LimitKey) -> Rate {
        self.0[key as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_finds_its_own_rate() {
        let mut limit = 0;
        let rates = Rates::read(|_| {
            limit += 1;
            Rate { limit, window: Duration::from_secs(1) }
        });
        for (key, limit) in LimitKey::ALL.into_iter().zip(1..) {
            assert_eq!(rates.of(key).limit, limit, "{key:?}");
        }
    }

    #[test]
    fn no_two_keys_share_a_counter() {
        for key in LimitKey::ALL {
            let same = LimitKey::ALL.iter().filter(|other| other.counter() == key.counter());
            assert_eq!(same.count(), 1, "{key:?}");
        }
    }
}
