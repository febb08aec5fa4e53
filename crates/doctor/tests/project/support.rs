//! Projects as people have them, made by hand in a folder of their own.

use std::fs;
use std::path::{Path, PathBuf};

use doorstep_base::Cause;
use doorstep_doctor::project::{Server, scan_for};
use doorstep_doctor::{Finding, Severity};
use tempfile::TempDir;

pub struct Folder {
    folder: TempDir,
    pub server: Option<Server>,
}

/// Doorstep as `./run` starts it.
pub const RUNNING: Server = Server { port: 5000, ipv4: true, ipv6: true, is_default: true };

impl Folder {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file there, or another one in its place.
    pub fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Changes one piece of a file that is there.
    pub fn change(self, name: &str, from: &str, to: &str) -> Self {
        let text = self.text(name);
        assert_eq!(text.matches(from).count(), 1, "{name} has {from:?} not exactly once:\n{text}");
        let text = text.replace(from, to);
        self.with(name, text)
    }

    pub fn without(self, name: &str) -> Self {
        fs::remove_file(self.folder.path().join(name)).unwrap();
        self
    }

    pub fn beside(mut self, server: Server) -> Self {
        self.server = Some(server);
        self
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub fn scan(&self) -> Vec<Finding> {
        scan_for(self.folder.path(), self.server)
    }

    /// The one finding, which must be of this cause.
    pub fn only(&self, cause: impl Into<Option<Cause>>) -> Finding {
        let mut findings = self.scan();
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let finding = findings.remove(0);
        assert_eq!(finding.cause, cause.into(), "{finding:#?}");
        assert!(!finding.evidence.is_empty() && !finding.fix.is_empty(), "{finding:#?}");
        finding
    }

    pub fn is_healthy(&self) {
        let findings = self.scan();
        assert!(findings.is_empty(), "{findings:#?}");
    }

    /// Carries out the edits as `--fix` does: one, a new look, and so on. The names of the changed files.
    pub fn fix(&self) -> Vec<PathBuf> {
        let mut changed = Vec::new();
        while let Some(edit) = self.scan().into_iter().find_map(|finding| finding.edit) {
            assert_eq!(fs::read_to_string(&edit.path).unwrap(), edit.before);
            fs::write(&edit.path, edit.after).unwrap();
            changed.push(edit.path.strip_prefix(self.path()).unwrap().to_owned());
            assert!(changed.len() < 20, "the edits have no end: {changed:?}");
        }
        changed
    }

    /// Fixes the one finding, after which nothing is left.
    pub fn is_fixed_in(&self, names: &[&str]) {
        assert_eq!(self.fix(), names.iter().map(PathBuf::from).collect::<Vec<_>>());
        self.is_healthy();
    }
}

/// Whether a line of the evidence holds this.
#[track_caller]
pub fn saw(finding: &Finding, what: &str) {
    assert!(finding.evidence.iter().any(|line| line.contains(what)), "no {what:?} in {finding:#?}");
}

/// Whether a line of the fix holds this.
#[track_caller]
pub fn says(finding: &Finding, what: &str) {
    assert!(finding.fix.iter().any(|line| line.contains(what)), "no {what:?} in {finding:#?}");
}

#[track_caller]
pub fn is(finding: &Finding, severity: Severity) {
    assert_eq!(finding.severity, severity, "{finding:#?}");
}

/// What `npm create vite` makes, with a sign-up form and the kit.
pub fn vite() -> Folder {
    Folder::new()
        .with("package.json", include_str!("fixtures/vite/package.json"))
        .with("index.html", include_str!("fixtures/vite/index.html"))
        .with("vite.config.ts", include_str!("fixtures/vite/vite.config.ts"))
        .with(".env", "# everywhere\nVITE_TITLE=Shop\n")
        .with(".env.development", "VITE_DOORSTEP_URL=http://localhost:5000\n")
        .with("src/main.tsx", include_str!("fixtures/vite/main.tsx"))
        .with("src/account.ts", include_str!("fixtures/vite/account.ts"))
        .with("src/SignUp.tsx", include_str!("fixtures/vite/SignUp.tsx"))
        .with("src/Tutorial.jsx", include_str!("fixtures/vite/Tutorial.jsx"))
}

/// What `create-next-app` makes, with the kit behind a rewrite.
pub fn next() -> Folder {
    Folder::new()
        .with("package.json", include_str!("fixtures/next/package.json"))
        .with("next.config.mjs", include_str!("fixtures/next/next.config.mjs"))
        .with(".env.local", "NEXT_PUBLIC_DOORSTEP_URL=/\nDOORSTEP_URL=http://localhost:5000\n")
        .with("app/layout.tsx", include_str!("fixtures/next/layout.tsx"))
        .with("app/page.tsx", include_str!("fixtures/next/page.tsx"))
        .with("app/providers.tsx", include_str!("fixtures/next/providers.tsx"))
        .with("app/sign-up.tsx", include_str!("fixtures/next/sign-up.tsx"))
}

/// What `flutter create` makes, ready for each platform as the guide says.
pub fn flutter() -> Folder {
    Folder::new()
        .with("pubspec.yaml", include_str!("fixtures/flutter/pubspec.yaml"))
        .with("pubspec.lock", include_str!("fixtures/flutter/pubspec.lock"))
        .with("lib/main.dart", include_str!("fixtures/flutter/main.dart"))
        .with(
            "android/app/src/main/AndroidManifest.xml",
            include_str!("fixtures/flutter/AndroidManifest.xml"),
        )
        .with("android/app/src/debug/AndroidManifest.xml", include_str!("fixtures/flutter/debug.xml"))
        .with("ios/Runner/Info.plist", include_str!("fixtures/flutter/Info.plist"))
        .with("macos/Runner/Info.plist", include_str!("fixtures/flutter/Info.plist"))
        .with(
            "macos/Runner/DebugProfile.entitlements",
            include_str!("fixtures/flutter/DebugProfile.entitlements"),
        )
        .with("macos/Runner/Release.entitlements", include_str!("fixtures/flutter/Release.entitlements"))
}
