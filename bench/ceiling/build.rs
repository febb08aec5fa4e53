//! Compiles the C reference implementation, as the `argon2-sys` package ships it, once for each kind of vector.

use std::path::PathBuf;
use std::process::Command;

const SOURCES: [&str; 5] = ["argon2.c", "core.c", "encoding.c", "opt.c", "blake2/blake2b.c"];

/// What the sources export. Each copy gets names of its own, so that both can be linked into one program.
const NAMES: &str = "FLAG_clear_internal_memory allocate_memory argon2_ctx argon2_encodedlen \
    argon2_error_message argon2_hash argon2_type2string argon2_verify argon2_verify_ctx argon2d_ctx \
    argon2d_hash_encoded argon2d_hash_raw argon2d_verify argon2d_verify_ctx argon2i_ctx argon2i_hash_encoded \
    argon2i_hash_raw argon2i_verify argon2i_verify_ctx argon2id_ctx argon2id_hash_encoded argon2id_hash_raw \
    argon2id_verify argon2id_verify_ctx b64len blake2b blake2b_final blake2b_init blake2b_init_key \
    blake2b_init_param blake2b_long blake2b_update clear_internal_memory copy_block decode_string \
    encode_string fill_first_blocks fill_memory_blocks fill_segment finalize free_memory index_alpha \
    init_block_value initial_hash initialize numlen secure_wipe_memory validate_inputs xor_block";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(c_reference)");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("x86_64") {
        return;
    }
    println!("cargo:rustc-cfg=c_reference");
    let root = sources();
    compile(&root, "avx2", &["-mavx2", "-mno-avx512f"]);
    compile(&root, "avx512", &["-mavx512f"]);
}

fn compile(root: &std::path::Path, name: &str, flags: &[&str]) {
    let mut build = cc::Build::new();
    build.files(SOURCES.map(|file| root.join("src").join(file))).include(root.join("include"));
    build.warnings(false).opt_level(3).flag("-march=native").flag("-std=gnu99");
    build.define("ARGON2_NO_THREADS", None);
    for flag in flags {
        build.flag(flag);
    }
    for old in NAMES.split_whitespace() {
        build.define(old, &*format!("{name}_{old}"));
    }
    build.compile(&format!("argon2_{name}"));
}

/// Cargo tells a build script nothing about where its dependencies lie, but it tells whoever asks for metadata.
fn sources() -> PathBuf {
    let cargo = std::env::var_os("CARGO").expect("cargo sets CARGO");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--filter-platform"])
        .arg(std::env::var_os("TARGET").expect("cargo sets TARGET"))
        .output()
        .expect("cargo metadata runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("metadata lists packages");
    let package =
        packages.iter().find(|package| package["name"] == "argon2-sys").expect("argon2-sys is locked");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("packages have manifests"));
    manifest.with_file_name("argon2")
}
