//! The C reference implementation, which build.rs compiled twice.

use crate::contenders::{Hash, MEMORY_KIB, Memory, PASSES, PASSWORD, SALT};
use std::cell::Cell;
use std::ffi::c_int;

/// The header's `argon2_context`.
#[repr(C)]
struct Context {
    out: *mut u8,
    outlen: u32,
    pwd: *const u8,
    pwdlen: u32,
    salt: *const u8,
    saltlen: u32,
    secret: *const u8,
    secretlen: u32,
    ad: *const u8,
    adlen: u32,
    t_cost: u32,
    m_cost: u32,
    lanes: u32,
    threads: u32,
    version: u32,
    allocate: extern "C" fn(*mut *mut u8, usize) -> c_int,
    free: extern "C" fn(*mut u8, usize),
    flags: u32,
}

type Function = unsafe extern "C" fn(*mut Context, c_int) -> c_int;

unsafe extern "C" {
    fn avx2_argon2_ctx(context: *mut Context, kind: c_int) -> c_int;
    fn avx512_argon2_ctx(context: *mut Context, kind: c_int) -> c_int;
    static mut avx2_FLAG_clear_internal_memory: c_int;
    static mut avx512_FLAG_clear_internal_memory: c_int;
}

thread_local! {
    /// What the allocation callback hands out: it gets no argument that could carry it.
    static MEMORY: Cell<*mut u8> = const { Cell::new(std::ptr::null_mut()) };
}

extern "C" fn allocate(memory: *mut *mut u8, _: usize) -> c_int {
    // SAFETY: the library passes the address of its own pointer.
    unsafe { *memory = MEMORY.get() };
    0
}

extern "C" fn keep(_: *mut u8, _: usize) {}

pub fn avx2() -> Hash {
    // SAFETY: every thread only ever writes the same value. Without it, each hash would end with wiping.
    unsafe { avx2_FLAG_clear_internal_memory = 0 };
    reference(avx2_argon2_ctx)
}

pub fn avx512() -> Hash {
    // SAFETY: as above.
    unsafe { avx512_FLAG_clear_internal_memory = 0 };
    reference(avx512_argon2_ctx)
}

fn reference(function: Function) -> Hash {
    let mut memory = Memory::new();
    Box::new(move |out| {
        MEMORY.set(memory.bytes().as_mut_ptr());
        let none = std::ptr::null();
        let mut context = Context {
            out: out.as_mut_ptr(),
            outlen: 32,
            pwd: PASSWORD.as_ptr(),
            pwdlen: u32::try_from(PASSWORD.len()).expect("short"),
            salt: SALT.as_ptr(),
            saltlen: u32::try_from(SALT.len()).expect("short"),
            secret: none,
            secretlen: 0,
            ad: none,
            adlen: 0,
            t_cost: PASSES,
            m_cost: MEMORY_KIB,
            lanes: 1,
            threads: 1,
            version: 0x13,
            allocate,
            free: keep,
            flags: 0,
        };
        // SAFETY: the pointers outlive the call, the lengths are theirs, and the memory has MEMORY_KIB KiB.
        let result = unsafe { function(&raw mut context, 2) };
        assert_eq!(result, 0, "the reference hashes");
    })
}
