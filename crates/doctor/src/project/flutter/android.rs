//! `AndroidManifest.xml`: the network, plain http, and backups (DS-26, DS-28, DS-44).

use doorstep_base::Cause;

use super::{App, addresses};
use crate::Finding;
use crate::project::find::{self, Tag};
use crate::project::source::Source;

pub fn check(app: &App<'_>) -> Vec<Finding> {
    let Some(manifest) = app.project.read("android/app/src/main/AndroidManifest.xml") else {
        return Vec::new();
    };
    let Some(application) = find::tags(&manifest.code, |name| name == "application").next() else {
        return Vec::new();
    };
    let checks = [
        no_internet(app, &manifest, &application),
        cleartext(app, &manifest, &application),
        backups(app, &manifest, &application),
    ];
    checks.into_iter().flatten().collect()
}

/// `flutter create` gives the permission to debug builds only.
fn no_internet(app: &App<'_>, manifest: &Source, application: &Tag<'_>) -> Option<Finding> {
    const PERMISSION: &str = "android.permission.INTERNET";
    let mut permissions = find::tags(&manifest.code, |name| name == "uses-permission");
    if !app.uses_network() || permissions.any(|tag| tag.text_of("android:name") == Some(PERMISSION)) {
        return None;
    }
    let line = format!("<uses-permission android:name=\"{PERMISSION}\"/>");
    let (begin, indent) = manifest.indentation(application.at);
    let edit = manifest.insert(begin, &format!("{indent}{line}{}", manifest.newline()));
    Some(
        Finding::error(Cause::NoInternetPermission, "The app's release build may not use the network")
            .saw(format!(
                "{} has no {PERMISSION}; debug builds have it from src/debug",
                manifest.place(application.at)
            ))
            .fix(format!("Add {line} above <application>"))
            .edit(edit),
    )
}

/// Only where requests go through the platform: Dart's own sockets are not policed.
fn cleartext(app: &App<'_>, manifest: &Source, application: &Tag<'_>) -> Option<Finding> {
    let plain = addresses::plain_http(app).filter(|_| app.uses_platform_http())?;
    if application.text_of("android:usesCleartextTraffic") == Some("true") || is_configured(app, application)
    {
        return None;
    }
    Some(
        Finding::warning(Cause::CleartextForbidden, "Android forbids plain http to this app")
            .saw(plain)
            .saw(manifest.quote(application.at))
            .fix("For debug builds, in android/app/src/debug/AndroidManifest.xml: <application android:usesCleartextTraffic=\"true\"/>")
            .fix("For customers: an https address"),
    )
}

/// A network configuration, or a debug manifest, that lets plain http pass.
fn is_configured(app: &App<'_>, application: &Tag<'_>) -> bool {
    let debug = app.project.read("android/app/src/debug/AndroidManifest.xml");
    if debug.is_some_and(|debug| {
        debug.code.contains("usesCleartextTraffic=\"true\"") || debug.code.contains("networkSecurityConfig")
    }) {
        return true;
    }
    let named =
        application.text_of("android:networkSecurityConfig").and_then(|name| name.strip_prefix("@xml/"));
    let file = named.and_then(|name| app.project.read(&format!("android/app/src/main/res/xml/{name}.xml")));
    file.is_some_and(|file| file.code.contains("cleartextTrafficPermitted=\"true\""))
}

/// A backup brings back what was stored without the key that reads it.
fn backups(app: &App<'_>, manifest: &Source, application: &Tag<'_>) -> Option<Finding> {
    let has_rules = ["android:dataExtractionRules", "android:fullBackupContent"]
        .iter()
        .any(|name| application.attribute(name).is_some());
    let is_off = application.text_of("android:allowBackup") == Some("false");
    (app.pubspec.has("flutter_secure_storage") && !has_rules && !is_off).then(|| {
        Finding::note(Cause::StorageUnreadable, "Android backs up the secure storage without its key")
            .saw(manifest.quote(application.at))
            .fix("android:allowBackup=\"false\", or android:dataExtractionRules without the storage's file")
    })
}
