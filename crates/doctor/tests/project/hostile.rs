//! A stranger's folder: bounded time and memory, nothing read outside of it, nothing changed that cannot be written back.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::{Duration, Instant};

use doorstep_base::Cause;

use crate::support::{Folder, saw, vite};

/// The findings must be there within the doctor's time.
#[track_caller]
fn in_time(folder: &Folder) -> Vec<doorstep_doctor::Finding> {
    let begin = Instant::now();
    let findings = folder.scan();
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    findings
}

#[test]
fn links_in_circles_are_not_followed() {
    let project = vite();
    symlink("..", project.path().join("src/up")).unwrap();
    symlink("loop", project.path().join("loop")).unwrap();
    symlink(".env.local", project.path().join(".env.local")).unwrap();
    project.is_healthy();
}

#[test]
fn nothing_is_read_through_a_link_that_leads_out() {
    let outside = Folder::new()
        .with("secret.env", "VITE_DOORSTEP_URL=\n")
        .with("src/a.jsx", "<form><input type='password'/></form>");
    let project = vite();
    symlink(outside.path().join("secret.env"), project.path().join(".env.local")).unwrap();
    symlink(outside.path().join("src"), project.path().join("src/more")).unwrap();
    symlink(outside.path().join("src/a.jsx"), project.path().join("src/a.jsx")).unwrap();
    symlink(outside.path(), project.path().join("node_modules")).unwrap();
    project.is_healthy();
}

#[test]
fn a_link_inside_is_read_and_never_written_through() {
    let project = vite().with("shared/dev.env", "VITE_DOORSTEP_URL=http://127.0.0.1:5000\n");
    symlink("shared/dev.env", project.path().join(".env.local")).unwrap();
    let project = project.without(".env.development");
    assert_eq!(project.only(Cause::TwoNamesOfThisMachine).edit, None);
}

#[test]
fn a_pipe_a_socket_and_a_device_do_not_hold_it_up() {
    let project = vite();
    let pipe = project.path().join(".env.local");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = UnixListener::bind(project.path().join("src/socket.tsx")).unwrap();
    symlink("/dev/zero", project.path().join("src/zero.tsx")).unwrap();
    assert_eq!(in_time(&project), []);
}

#[test]
fn binary_and_odd_encodings_are_passed_over_or_only_read() {
    let utf16 = |text: &str| -> Vec<u8> {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let project = vite()
        .with("src/image.js", [0, 159, 146, 150, 0, 1, 2])
        .with("src/latin.js", b"// caf\xe9 \xff\xfe\nexport default 'na\xefve';\n")
        .with("src/half.js", [0xff, 0xfe, 0x41])
        .with(".env.development", utf16("VITE_DOORSTEP_URL=http://127.0.0.1:5000\r\n"));
    let finding = project.only(Cause::TwoNamesOfThisMachine);
    saw(&finding, ".env.development:1");
    assert_eq!(finding.edit, None, "what is no UTF-8 is not written");
    let latin = b"VITE_DOORSTEP_URL=http://127.0.0.1:5000 # caf\xe9\n";
    assert_eq!(vite().with(".env.development", latin).only(Cause::TwoNamesOfThisMachine).edit, None);
}

#[test]
fn a_huge_file_is_left_out_and_said() {
    let huge = format!("{}\n<form><input type='password'/></form>\n", "x".repeat(2 << 20));
    let project = vite().with("src/huge.jsx", huge);
    let finding = project.only(None);
    assert!(finding.title.starts_with("Only a part of "), "{}", finding.title);
}

#[test]
fn thousands_of_files_are_looked_at_up_to_a_bound() {
    let project = vite();
    for folder in 0..50 {
        let folder = project.path().join(format!("src/{folder}"));
        fs::create_dir(&folder).unwrap();
        for file in 0..100 {
            fs::write(folder.join(format!("{file}.tsx")), "export const x = 1;\n").unwrap();
        }
    }
    let findings = in_time(&project);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].title.starts_with("Only a part of "), "{}", findings[0].title);
}

#[test]
fn a_very_deep_folder_ends() {
    let project = vite();
    let deep = project.path().join("src").join("d/".repeat(200));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("a.jsx"), "<form><input type='password'/></form>").unwrap();
    let findings = in_time(&project);
    assert!(findings[0].title.starts_with("Only a part of "), "{}", findings[0].title);
}

#[test]
fn a_file_that_opens_everything_and_closes_nothing_ends() {
    let mut project = vite();
    for (number, text) in [
        "fetch(",
        "<form ",
        "<form a={",
        "fetch({body:",
        "`${",
        "/*",
        "proxy:{",
        "import.meta.env.",
        "baseUrl:\"http",
    ]
    .iter()
    .enumerate()
    {
        project = project.with(&format!("src/{number}.tsx"), text.repeat((256 << 10) / text.len()));
    }
    project = project.with("vite.config.ts", "server:{proxy:{'/':{".repeat(40_000));
    project = project.with(
        "package.json",
        format!(
            "{{\"dependencies\":{{\"vite\":\"8\"}},\"x\":{}1{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        ),
    );
    assert_eq!(in_time(&project)[0].title, "package.json is no JSON");
    let dependencies = (0..50_000).map(|number| format!("\"p{number}\":\"1\"")).collect::<Vec<_>>().join(",");
    project = project.with("package.json", format!("{{\"dependencies\":{{\"vite\":\"8\",{dependencies}}}}}"));
    in_time(&project);
}

#[test]
fn what_may_not_be_read_is_passed_over() {
    let project = vite()
        .with("private/a.jsx", "<form><input type='password'/></form>")
        .with("src/b.jsx", "<form><input type='password'/></form>");
    let close = |name: &str, mode| {
        fs::set_permissions(project.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    close("private", 0);
    close("src/b.jsx", 0);
    let is_root = fs::read_dir(project.path().join("private")).is_ok();
    let findings = in_time(&project);
    close("private", 0o700);
    // Root may read everything; for everybody else the rest of the project is looked at all the same.
    assert_eq!(findings.len(), if is_root { 4 } else { 0 }, "{findings:#?}");
}

#[test]
fn what_stands_in_a_file_cannot_command_the_terminal() {
    let project = vite().with(".env.development", "VITE_DOORSTEP_URL=\u{1b}[2Jhttp\u{202e}\u{7}:x\n");
    let finding = project.only(Cause::BaseUrlMissing);
    let shown = format!("{} {} {}", finding.title, finding.evidence.join(" "), finding.fix.join(" "));
    assert!(!shown.chars().any(|letter| letter.is_control() || letter == '\u{202e}'), "{shown:?}");
}

#[test]
fn nothing_of_the_folder_is_changed_or_run_by_looking() {
    let project = vite().change("vite.config.ts", "import react", "throw new Error('run');\nimport react");
    let before = project.text("vite.config.ts");
    project.is_healthy();
    assert_eq!(project.text("vite.config.ts"), before);
}
