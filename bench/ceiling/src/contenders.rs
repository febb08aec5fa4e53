//! Everything that is measured, behind one signature. All work in memory that is taken once for each thread.

use memmap2::MmapMut;

pub const MEMORY_KIB: u32 = 19_456;
pub const PASSES: u32 = 2;
pub const OURS: &str = "argon2id (ours)";
const HUGE_PAGE: usize = 2 << 20;
pub const PASSWORD: &[u8] = b"correct horse battery staple";
pub const SALT: &[u8] = b"sixteen byte sal";

/// A thread's hashing function, with its memory inside.
pub type Hash = Box<dyn FnMut(&mut [u8; 32])>;

pub struct Contender {
    pub name: &'static str,
    pub start: Box<dyn Fn() -> Hash + Sync>,
}

pub fn contenders() -> Vec<Contender> {
    let mut all = vec![
        Contender { name: OURS, start: Box::new(ours) },
        Contender { name: "argon2 0.6, memory reused", start: Box::new(rustcrypto) },
    ];
    #[cfg(c_reference)]
    {
        use crate::reference::{avx2, avx512};
        if is_x86_feature_detected!("avx2") {
            all.push(Contender { name: "C reference, AVX2, memory reused", start: Box::new(avx2) });
        }
        if is_x86_feature_detected!("avx512f") {
            all.push(Contender { name: "C reference, AVX-512, memory reused", start: Box::new(avx512) });
        }
    }
    #[cfg(feature = "sodium")]
    all.push(Contender { name: "libsodium, memory allocated each time", start: Box::new(sodium) });
    all
}

/// A fast wrong answer is no ceiling.
pub fn must_agree(contenders: &[Contender]) {
    let mut expected = None;
    for contender in contenders {
        let mut out = [0; 32];
        (contender.start)()(&mut out);
        assert_eq!(*expected.get_or_insert(out), out, "{} differs from the first", contender.name);
    }
}

/// Memory as good as ours, for those that let the caller bring it: huge pages from its first byte on.
pub struct Memory(MmapMut);

impl Memory {
    pub fn new() -> Self {
        let bytes = (MEMORY_KIB as usize * 1024).next_multiple_of(HUGE_PAGE) + HUGE_PAGE;
        let map = MmapMut::map_anon(bytes).expect("memory for hashing");
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Self(map)
    }

    pub fn bytes(&mut self) -> &mut [u8] {
        let start = self.0.as_ptr().align_offset(HUGE_PAGE);
        &mut self.0[start..][..MEMORY_KIB as usize * 1024]
    }
}

fn ours() -> Hash {
    let params = argon2id::Params::new(MEMORY_KIB, PASSES).expect("valid parameters");
    let mut memory = argon2id::Memory::new();
    Box::new(move |out| argon2id::hash(params, PASSWORD, SALT, None, &mut memory, out).expect("hashes"))
}

fn rustcrypto() -> Hash {
    let params = argon2::Params::new(MEMORY_KIB, PASSES, 1, None).expect("valid parameters");
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut memory = Memory::new();
    Box::new(move |out| {
        // SAFETY: a block is plain words; every pattern of bits is one.
        let (_, blocks, _) = unsafe { memory.bytes().align_to_mut::<argon2::Block>() };
        hasher.hash_password_into_with_memory(PASSWORD, SALT, out, blocks).expect("hashes");
    })
}

#[cfg(feature = "sodium")]
fn sodium() -> Hash {
    use libsodium_sys as sodium;
    // SAFETY: may be called at any time from any thread.
    assert!(unsafe { sodium::sodium_init() } >= 0, "libsodium starts");
    Box::new(|out| {
        // SAFETY: every pointer comes with its own length; the salt has the 16 bytes that libsodium reads.
        let result = unsafe {
            sodium::crypto_pwhash(
                out.as_mut_ptr(),
                out.len() as u64,
                PASSWORD.as_ptr().cast(),
                PASSWORD.len() as u64,
                SALT.as_ptr(),
                u64::from(PASSES),
                MEMORY_KIB as usize * 1024,
                sodium::crypto_pwhash_ALG_ARGON2ID13 as i32,
            )
        };
        assert_eq!(result, 0, "libsodium hashes");
    })
}
