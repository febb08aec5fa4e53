use crate::kernel::{self, Compress};
use crate::{Error, Memory, Params, hash, hash_on};

/// What another implementation says.
fn expected(params: Params, password: &[u8], salt: &[u8], secret: Option<&[u8]>, length: usize) -> Vec<u8> {
    let settings =
        argon2::Params::new(params.memory_kib(), params.passes(), 1, Some(length)).expect("valid parameters");
    let (kind, version) = (argon2::Algorithm::Argon2id, argon2::Version::V0x13);
    let hasher = match secret {
        Some(secret) => {
            argon2::Argon2::new_with_secret(secret, kind, version, settings).expect("short secret")
        }
        None => argon2::Argon2::new(kind, version, settings),
    };
    let mut out = vec![0; length];
    hasher.hash_password_into(password, salt, &mut out).expect("valid input");
    out
}

/// A small generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % (limit + 1)
    }

    fn bytes(&mut self, least: u64, most: u64) -> Vec<u8> {
        let length = least + self.up_to(most - least);
        (0..length).map(|_| self.up_to(255).to_le_bytes()[0]).collect()
    }
}

fn agrees_with_the_oracle(
    (name, compress): (&str, Compress),
    seed: u64,
    rounds: usize,
    memory: std::ops::RangeInclusive<u64>,
) {
    let mut dice = Dice(seed);
    let mut reused = Memory::new();
    for round in 0..rounds {
        let kib = memory.start() + dice.up_to(memory.end() - memory.start());
        let passes = 1 + dice.up_to(3);
        let params = Params::new(u32::try_from(kib).unwrap(), u32::try_from(passes).unwrap()).unwrap();
        let (password, salt, pepper) = (dice.bytes(0, 300), dice.bytes(8, 140), dice.bytes(0, 70));
        let secret = (dice.up_to(1) == 1).then_some(&pepper[..]);
        let mut out = dice.bytes(4, 200);
        hash_on(compress, params, &password, &salt, secret, &mut reused, &mut out).unwrap();
        let expected = expected(params, &password, &salt, secret, out.len());
        assert_eq!(out, expected, "{name}, round {round}: {params:?}");
    }
}

/// The values of the reference implementation's own tests that have one lane; the RFC's example has four.
#[test]
fn every_kernel_gives_the_published_hashes() {
    let published = [
        (65_536, 2, "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
        (256, 2, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
        (65_536, 1, "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98"),
    ];
    let mut memory = Memory::new();
    for (_, compress) in kernel::available() {
        for (kib, passes, expected) in published {
            let (params, mut out) = (Params::new(kib, passes).unwrap(), [0; 32]);
            hash_on(compress, params, b"password", b"somesalt", None, &mut memory, &mut out).unwrap();
            assert_eq!(out.map(|byte| format!("{byte:02x}")).concat(), expected);
        }
    }
}

#[test]
fn every_kernel_agrees_with_another_implementation() {
    for (name, compress) in kernel::available() {
        agrees_with_the_oracle((name, compress), 1, 300, 8..=64);
        agrees_with_the_oracle((name, compress), 2, 100, 8..=2048);
    }
}

#[test]
fn every_small_memory_size_agrees() {
    for (name, compress) in kernel::available() {
        for kib in 8..=40 {
            agrees_with_the_oracle((name, compress), kib, 4, kib..=kib);
        }
    }
}

#[test]
fn every_output_length_agrees() {
    let params = Params::new(8, 1).unwrap();
    let mut memory = Memory::new();
    for length in 4..=200 {
        let mut out = vec![0; length];
        hash(params, b"password", b"saltsalt", None, &mut memory, &mut out).unwrap();
        assert_eq!(out, expected(params, b"password", b"saltsalt", None, length));
    }
}

#[test]
fn the_shop_parameters_agree() {
    let params = Params::new(19_456, 2).unwrap();
    let expected = expected(params, b"correct horse", b"sixteen byte sal", None, 32);
    let mut memory = Memory::new();
    for (name, compress) in kernel::available() {
        let mut out = [0; 32];
        hash_on(compress, params, b"correct horse", b"sixteen byte sal", None, &mut memory, &mut out)
            .unwrap();
        assert_eq!(out[..], expected, "{name}");
    }
}

#[test]
fn a_secret_changes_the_hash() {
    let (params, mut memory) = (Params::new(8, 1).unwrap(), Memory::new());
    let (mut plain, mut peppered) = ([0; 32], [0; 32]);
    hash(params, b"password", b"saltsalt", None, &mut memory, &mut plain).unwrap();
    hash(params, b"password", b"saltsalt", Some(b"pepper"), &mut memory, &mut peppered).unwrap();
    assert_ne!(plain, peppered);
}

#[test]
fn memory_grows_is_kept_and_is_given_back() {
    let mut memory = Memory::new();
    assert_eq!(memory.size(), 0);
    let mut out = [0; 32];
    for kib in [8, 4096, 64] {
        hash(Params::new(kib, 1).unwrap(), b"password", b"saltsalt", None, &mut memory, &mut out).unwrap();
    }
    assert!(memory.size() >= 4096 * 1024);
    memory.release();
    assert_eq!(memory.size(), 0);
    let again = Params::new(64, 1).unwrap();
    let before = out;
    hash(again, b"password", b"saltsalt", None, &mut memory, &mut out).unwrap();
    assert_eq!(out, before);
}

#[test]
fn senseless_input_is_refused() {
    assert!(matches!(Params::new(7, 1), Err(Error::TooLittleMemory)));
    assert!(matches!(Params::new(8, 0), Err(Error::NoPass)));
    let (params, mut memory) = (Params::new(8, 1).unwrap(), Memory::new());
    let short_salt = hash(params, b"password", b"7 bytes", None, &mut memory, &mut [0; 32]);
    assert!(matches!(short_salt, Err(Error::ShortSalt)));
    let short_output = hash(params, b"password", b"saltsalt", None, &mut memory, &mut [0; 3]);
    assert!(matches!(short_output, Err(Error::ShortOutput)));
}
