//! The format, from the list to the answer, and everything that is wrong with a list or a file.

use std::path::{Path, PathBuf};

use doorstep_base::crypto::{sha1_for_breach_lists, sha1_for_breach_ranges};
use tempfile::TempDir;

use super::format::HEADER;
use super::*;

fn key(password: &str) -> u64 {
    key_of(&sha1_for_breach_lists(password.as_bytes()))
}

/// A file of the passwords `p0`, `p1`, …
fn built(folder: &TempDir, passwords: u32) -> PathBuf {
    let path = folder.path().join("breached");
    let mut builder = Builder::new(&path).unwrap();
    for n in 0..passwords {
        builder.add(&sha1_for_breach_lists(format!("p{n}").as_bytes())).unwrap();
    }
    assert_eq!(builder.finish(|_| ()).unwrap().passwords, u64::from(passwords));
    path
}

fn read(folder: &TempDir, input: &Input) -> Result<(Taken, BreachedFile), InputError> {
    let path = folder.path().join("breached");
    let mut builder = Builder::new(&path)?;
    let taken = input.read(&mut builder, &mut |_| ())?;
    builder.finish(|_| ())?;
    Ok((taken, BreachedFile::open(&path).unwrap()))
}

fn damage(path: &Path) -> Damaged {
    BreachedFile::open(path).err().unwrap().damaged
}

#[test]
fn every_password_is_found_in_files_of_every_shape() {
    // One password; one shard; shards of many parts; and, with more shards than parts are sorted into, the large ones.
    for passwords in [1, 2, 3, 5, 40, 16_384, 16_385, 40_000] {
        let folder = tempfile::tempdir().unwrap();
        let path = built(&folder, passwords);
        let list = Filter::open(std::fs::File::open(&path).unwrap()).unwrap();
        assert_eq!(list.passwords(), u64::from(passwords));
        assert!(list.contains(key("p0")).unwrap());
        let list = list.into_memory().unwrap();
        assert_eq!(
            (0..passwords).filter(|n| !list.contains(key(&format!("p{n}")))).count(),
            0,
            "{passwords}"
        );
        let wrong = (0..20_000).filter(|n| list.contains(key(&format!("other {n}"))));
        // None or one is to be expected; more than seven less than once in a hundred million.
        assert!(wrong.count() <= 7, "{passwords}");
        let left: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [path], "nothing else is left behind");
    }
}

/// What a file of five million and more has: several shards in each part.
#[test]
fn a_part_may_have_several_shards() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("breached");
    let mut builder = Builder::new(&path).unwrap();
    builder.full_shard = 64;
    for n in 0..20_000 {
        builder.add(&sha1_for_breach_lists(format!("p{n}").as_bytes())).unwrap();
    }
    builder.finish(|_| ()).unwrap();
    let list = Filter::open(std::fs::File::open(&path).unwrap()).unwrap().into_memory().unwrap();
    assert_eq!((0..20_000).filter(|n| !list.contains(key(&format!("p{n}")))).count(), 0);
}

#[test]
fn equal_lists_make_equal_files_in_any_order() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = built(&one, 20_000);
    let mut builder = Builder::new(&other.path().join("again")).unwrap();
    for n in (0..20_000).rev().chain([7, 7, 9]) {
        builder.add(&sha1_for_breach_lists(format!("p{n}").as_bytes())).unwrap();
    }
    assert_eq!(builder.finish(|_| ()).unwrap().passwords, 20_000);
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(other.path().join("again")).unwrap());
}

#[test]
fn a_file_that_is_cut_off_damaged_or_foreign_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = built(&folder, 40_000);
    let whole = std::fs::read(&path).unwrap();
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
        damage(&path)
    };
    assert!(matches!(with(&|bytes| bytes.truncate(0)), Damaged::Foreign));
    assert!(matches!(with(&|bytes| bytes.truncate(HEADER - 1)), Damaged::Foreign));
    assert!(matches!(with(&|bytes| bytes.truncate(HEADER)), Damaged::Cut { found: 32, .. }));
    assert!(matches!(with(&|bytes| bytes.truncate(whole.len() - 1)), Damaged::Cut { .. }));
    assert!(matches!(with(&|bytes| bytes.push(0)), Damaged::Cut { .. }));
    assert!(matches!(with(&|bytes| bytes[8] = 2), Damaged::Version(2)));
    assert!(matches!(with(&|bytes| bytes[..8].copy_from_slice(b"SQLite f")), Damaged::Foreign));
    assert!(matches!(damage(folder.path()), Damaged::Unreadable(_)));
    assert!(matches!(damage(&folder.path().join("none")), Damaged::Unreadable(_)));
    // Every other bit of header and index, and some that make the index as large as may be.
    for at in (12..HEADER - 8).chain([HEADER, HEADER + 9, HEADER + 70]) {
        for bit in 0..8 {
            assert!(matches!(with(&|bytes| bytes[at] ^= 1 << bit), Damaged::Checksum), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn a_shard_with_a_flipped_bit_is_not_believed_and_the_others_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = built(&folder, 40_000);
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let list = Filter::open(std::fs::File::open(&path).unwrap()).unwrap();
    let (last, first) = (u64::MAX, 0);
    assert!(matches!(list.contains(last), Err(Damaged::Checksum)));
    assert!(list.contains(first).is_ok());
    let damaged = (0..40_000).find(|n| list.contains(key(&format!("p{n}"))).is_err()).unwrap();
    assert!(!BreachedFile::open(&path).unwrap().contains(&format!("p{damaged}")), "logged, and it passes");
}

/// Whoever can write the file can make its checksums fit: it must not make the server panic either.
#[test]
fn no_content_with_a_right_checksum_makes_a_look_up_panic() {
    for shard in [&[][..], &[1; 3], &[0; 16], &[255; 64], &[0; 40]] {
        let begin = super::format::head_length(0) as u64;
        let index = [(begin, super::format::checksum_of(shard))];
        let mut bytes = super::format::head(0, 1, begin + shard.len() as u64, &index);
        bytes.extend(shard);
        let answer = Filter::open(bytes.as_slice()).unwrap().contains(7);
        assert!(matches!(answer, Ok(false) | Err(Damaged::Checksum)), "{shard:?}");
    }
    let beyond = super::format::head(0, 1, super::format::head_length(0) as u64, &[(u64::MAX, [0; 8])]);
    assert!(matches!(Filter::open(beyond.as_slice()), Err(Damaged::Checksum)));
}

#[test]
fn hashes_ranges_and_passwords_make_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let passwords = ["correct horse", "battery staple", "cafe\u{301} au lait"];
    let hex = |text: &str| sha1_for_breach_ranges(text.as_bytes());
    let list = folder.path().join("list");
    // A list may have Windows' line ends, no last one, and lines that nobody can type.
    std::fs::write(
        &list,
        [&b"correct horse\r\nbattery staple\n\ncaf\xe9\n"[..], "cafe\u{301} au lait".as_bytes()].concat(),
    )
    .unwrap();
    let (taken, file) = read(&folder, &Input::Passwords { file: list.clone() }).unwrap();
    assert_eq!(taken, Taken { lines: 5, left_out: 2, files: 0 });
    assert!(
        ["correct horse", "battery staple", "caf\u{e9} au lait"].iter().all(|known| file.contains(known))
    );
    assert!(!file.contains(passwords[2]), "compared as passwords are hashed: composed");

    let lines =
        format!("{}:3\r\n{}:1\n{}:0\n", hex(passwords[0]), hex(passwords[1]).to_lowercase(), hex("padding"));
    std::fs::write(&list, lines).unwrap();
    let (taken, file) = read(&folder, &Input::Hashes { file: list.clone(), at_least: 1 }).unwrap();
    assert_eq!((taken.lines, taken.left_out), (3, 1));
    assert!(file.contains(passwords[0]) && file.contains(passwords[1]) && !file.contains("padding"));
    let (taken, file) = read(&folder, &Input::Hashes { file: list, at_least: 2 }).unwrap();
    assert_eq!((taken.lines, taken.left_out), (3, 2));
    assert!(file.contains(passwords[0]) && !file.contains(passwords[1]));

    let ranges = folder.path().join("ranges");
    std::fs::create_dir(&ranges).unwrap();
    for (password, end) in [(passwords[0], ""), (passwords[1], ".txt")] {
        let hex = hex(password);
        std::fs::write(ranges.join(format!("{}{end}", &hex[..5])), format!("{}:7", &hex[5..])).unwrap();
    }
    let (taken, file) = read(&folder, &Input::Ranges { folder: ranges, at_least: 1 }).unwrap();
    assert_eq!(taken, Taken { lines: 2, left_out: 0, files: 2 });
    assert!(file.contains(passwords[0]) && file.contains(passwords[1]));
}

#[test]
fn a_list_of_another_kind_is_refused_with_its_line_and_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let hash = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";
    let path = folder.path().join("list");
    let hashes = Input::Hashes { file: path.clone(), at_least: 1 };
    let passwords = Input::Passwords { file: path.clone() };
    let long = format!("{hash}:1\n{}", "x".repeat(5000));
    for (input, text, line) in [
        (&hashes, "hunter2\n".to_owned(), 1),
        (&hashes, format!("{hash}:1\n{hash}\n"), 2),
        (&hashes, format!("{hash}:1\n{hash}:\n"), 2),
        (&hashes, format!("{hash}:1\n{hash}:+3\n"), 2),
        (&hashes, format!("{hash}:1\n\n"), 2),
        (&hashes, format!("{hash}:1\nG{}:1\n", &hash[1..]), 2),
        (&hashes, format!("{hash}:1\n{hash}0:1\n"), 2),
        (&hashes, format!("{hash}:1\nhunter2\n"), 2),
        (&hashes, long, 2),
        (&passwords, format!("hunter2\nsecret\n{hash}:1\n"), 3),
        (&passwords, "hunter2\nh\0u\0\n".to_owned(), 2),
    ] {
        std::fs::write(&path, &text).unwrap();
        let told = read(&folder, input).err().unwrap().to_string();
        assert!(told.contains(&format!("list, line {line}: needs ")), "{told}");
        assert!(!told.contains("hunter2") && !told.contains(hash), "{told}");
    }
    std::fs::write(&path, "").unwrap();
    assert!(matches!(read(&folder, &hashes).err(), Some(InputError::Build(BuildError::Empty { .. }))));
    std::fs::write(&path, format!("{hash}:0\n")).unwrap();
    assert!(matches!(read(&folder, &hashes).err(), Some(InputError::Build(BuildError::Empty { .. }))));
    let ranges = Input::Ranges { folder: folder.path().to_owned(), at_least: 1 };
    assert!(matches!(read(&folder, &ranges).err(), Some(InputError::NoRange { .. })));
    assert!(!folder.path().join("breached").exists(), "a refused list makes no file");
}
