//! How long a record takes to be checked on this machine, told from its parameters. For imports: what is slower than refusals
//! can be levelled ([`level`](super::level)) is named before anybody can time it.

use std::fmt;
use std::time::Duration;

use argon2id::{Memory, Params};
use tokio::time::Instant;

use super::level::MOST;

/// The parameters of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Bcrypt { cost: u32 },
    Argon2id { memory_kib: u32, passes: u32 },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bcrypt { cost } => write!(f, "bcrypt with cost {cost}"),
            Self::Argon2id { memory_kib, passes } => write!(f, "Argon2id with m={memory_kib},t={passes}"),
        }
    }
}

/// What small records cost here. The cost of others is in proportion.
#[derive(Clone, Copy, Debug)]
pub struct Yardstick {
    bcrypt: Duration,
    argon2id: Duration,
}

/// Small enough to be quick, and large enough to be measured.
const BCRYPT_COST: u32 = 6;
const MEMORY_KIB: u32 = 16 * 1024;
/// How many times as long a check takes while other work shares the processors.
const BUSY: u32 = 3;

impl Yardstick {
    /// Takes a fraction of a second.
    pub fn measure() -> Self {
        // The quickest of several: the others were disturbed.
        let bcrypt = quickest(|| bcrypt::hash_with_salt("a yardstick", BCRYPT_COST, [7; 16]).is_ok());
        let mut memory = Memory::new();
        let argon2id = quickest(|| {
            let mut hash = [0; 32];
            let hashed = Params::new(MEMORY_KIB, 1).and_then(|params| {
                argon2id::hash(params, b"a yardstick", &[7; 16], None, &mut memory, &mut hash)
            });
            hashed.is_ok()
        });
        Self { bcrypt, argon2id }
    }

    pub fn takes(&self, kind: Kind) -> Duration {
        match kind {
            Kind::Bcrypt { cost } if cost >= BCRYPT_COST => self.bcrypt * (1 << (cost - BCRYPT_COST).min(20)),
            Kind::Bcrypt { .. } => self.bcrypt,
            Kind::Argon2id { memory_kib, passes } => self.argon2id * passes * memory_kib.div_ceil(MEMORY_KIB),
        }
    }

    /// Whether refusals cannot always be made as slow as this record's: a busy machine takes longer than it does now.
    pub fn tells(&self, kind: Kind) -> bool {
        self.takes(kind) * BUSY > MOST
    }
}

fn quickest(mut work: impl FnMut() -> bool) -> Duration {
    let times = (0..3).map(|_| {
        let begun = Instant::now();
        std::hint::black_box(work());
        begun.elapsed()
    });
    times.min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_longer_than_refusals_wait_is_told_by_its_parameters() {
        let millis = Duration::from_millis;
        let here = Yardstick { bcrypt: millis(5), argon2id: millis(8) };
        let argon2id = |memory_kib, passes| Kind::Argon2id { memory_kib, passes };
        for (kind, takes, tells) in [
            (Kind::Bcrypt { cost: 4 }, 5, false),
            (Kind::Bcrypt { cost: 11 }, 160, false),
            (Kind::Bcrypt { cost: 12 }, 320, true),
            (Kind::Bcrypt { cost: 13 }, 640, true),
            (argon2id(16_384, 3), 24, false),
            (argon2id(262_144, 4), 512, true),
        ] {
            assert_eq!((here.takes(kind), here.tells(kind)), (millis(takes), tells), "{kind}");
        }
        assert!(Yardstick::measure().takes(Kind::Bcrypt { cost: 10 }) > Duration::ZERO);
    }
}
