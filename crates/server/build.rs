//! Takes the parts of Swagger UI that `/docs` needs out of their archive, as they are packed there: with gzip's own head and tail
//! around them (RFC 1952) a browser unpacks them. A library that unpacks and packs again takes longer to build than this server.

use std::error::Error;
use std::path::Path;

use rawzip::{CompressionMethod, ZipArchive};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

const PARTS: [&str; 4] =
    ["index.css", "swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"];
/// Deflate, no flags, no time, unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var("OUT_DIR")?;
    let archive = ZipArchive::from_slice(SWAGGER_UI_VENDORED)?;
    let mut left = PARTS.to_vec();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry()? {
        let path = entry.file_path();
        let path = std::str::from_utf8(path.as_ref())?;
        let Some(part) = left.iter().position(|part| path.ends_with(&format!("/dist/{part}"))) else {
            continue;
        };
        if entry.compression_method() != CompressionMethod::DEFLATE {
            return Err(format!("{path} is not packed with deflate").into());
        }
        let size = u32::try_from(entry.uncompressed_size_hint())?;
        let packed = archive.get_entry(entry.wayfinder())?.data();
        let file = [&HEAD[..], packed, &entry.crc32().to_le_bytes(), &size.to_le_bytes()].concat();
        std::fs::write(Path::new(&folder).join(format!("{}.gz", left.swap_remove(part))), file)?;
    }
    if left.is_empty() { Ok(()) } else { Err(format!("not in the archive: {left:?}").into()) }
}
