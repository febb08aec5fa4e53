//! The limits that there are: one line for each key of the section `[limits]`.

use std::time::Duration;

use LimitKey::{
    ExportPerAccount, LoginPerAccount, LoginPerNetwork, RefreshPerNetwork, SignupPerNetwork, WritePerAccount,
};

/// A key of `[limits]`. The table of routes names it, the document shows it, and what counts gets it from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKey {
    LoginPerAccount,
    LoginPerNetwork,
    SignupPerNetwork,
    RefreshPerNetwork,
    ExportPerAccount,
    WritePerAccount,
}

/// Whose attempts a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Account,
    /// Requests of this machine are exempt in dev mode.
    Network,
}

struct Facts {
    name: &'static str,
    policy: &'static str,
    per: Per,
    counter: &'static str,
}

impl LimitKey {
    pub const ALL: [Self; 6] = [
        LoginPerAccount,
        LoginPerNetwork,
        SignupPerNetwork,
        RefreshPerNetwork,
        ExportPerAccount,
        WritePerAccount,
    ];

    #[rustfmt::skip]
    const fn facts(self) -> Facts {
        use Per::{Account, Network};
        match self {
            LoginPerAccount => Facts { name: "login_per_account", policy: "login", per: Account, counter: "login account" },
            LoginPerNetwork => Facts { name: "login_per_network", policy: "login", per: Network, counter: "login network" },
            SignupPerNetwork => Facts { name: "signup_per_network", policy: "signup", per: Network, counter: "signup" },
            RefreshPerNetwork => Facts { name: "refresh_per_network", policy: "refresh", per: Network, counter: "refresh" },
            ExportPerAccount => Facts { name: "export_per_account", policy: "export", per: Account, counter: "export" },
            WritePerAccount => Facts { name: "write_per_account", policy: "write", per: Account, counter: "write" },
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
}

/// `limit` attempts in `window`, refilled evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub limit: u32,
    pub window: Duration,
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
