//! Flutter projects.

use doorstep_base::Cause;
use doorstep_doctor::Severity;

use crate::support::{flutter, is, saw, says};

const MANIFEST: &str = "android/app/src/main/AndroidManifest.xml";
const INTERNET: &str = "    <uses-permission android:name=\"android.permission.INTERNET\"/>\n";
const CLIENT: &str = "\t<key>com.apple.security.network.client</key>\n\t<true/>\n";

#[test]
fn a_release_build_without_the_network_is_found_and_gets_it() {
    let project = flutter().change(MANIFEST, INTERNET, "");
    let finding = project.only(Cause::NoInternetPermission);
    is(&finding, Severity::Error);
    saw(&finding, "android/app/src/main/AndroidManifest.xml:2");
    project.is_fixed_in(&[MANIFEST]);
    assert_eq!(project.text(MANIFEST), flutter().text(MANIFEST));
}

#[test]
fn a_permission_that_is_commented_out_is_none() {
    let project = flutter().change(MANIFEST, INTERNET, &format!("<!--{INTERNET}-->"));
    project.only(Cause::NoInternetPermission);
}

#[test]
fn windows_line_ends_stay_in_what_is_added() {
    let text = flutter().change(MANIFEST, INTERNET, "").text(MANIFEST).replace('\n', "\r\n");
    let project = flutter().with(MANIFEST, format!("\u{feff}{text}"));
    project.is_fixed_in(&[MANIFEST]);
    let wanted = flutter().text(MANIFEST).replace('\n', "\r\n");
    assert_eq!(project.text(MANIFEST), format!("\u{feff}{wanted}"));
}

#[test]
fn a_sandbox_without_the_network_is_found_and_gets_it() {
    for (name, builds) in [("DebugProfile", "debug"), ("Release", "release")] {
        let file = format!("macos/Runner/{name}.entitlements");
        let project = flutter().change(&file, CLIENT, "");
        let finding = project.only(Cause::NoNetworkEntitlement);
        assert_eq!(finding.title, format!("On macOS the sandbox of {builds} builds has no network"));
        project.is_fixed_in(&[&file]);
        assert_eq!(project.text(&file), flutter().text(&file));
    }
}

#[test]
fn an_entitlement_that_is_false_is_made_true() {
    let file = "macos/Runner/Release.entitlements";
    let project = flutter().change(file, CLIENT, &CLIENT.replace("true", "false"));
    project.only(Cause::NoNetworkEntitlement);
    project.is_fixed_in(&[file]);
    assert_eq!(project.text(file), flutter().text(file));
}

#[test]
fn an_old_http_is_found() {
    let project = flutter().change("pubspec.lock", "version: \"1.6.0\"", "version: \"1.3.0\"");
    let finding = project.only(Cause::WrongDecoding);
    saw(&finding, "pubspec.yaml:15  http: ^1.2.0");
    saw(&finding, "lib/main.dart:24");
    let project = flutter().change("pubspec.lock", "version: \"1.6.0\"", "version: \"1.4.0\"");
    is(&project.only(Cause::NoAnswerInTime), Severity::Note);
    let project = flutter().without("pubspec.lock").change("pubspec.yaml", "http: ^1.2.0", "http: ^0.13.6");
    project.only(Cause::WrongDecoding);
}

#[test]
fn plain_http_counts_where_the_platform_polices_it() {
    let android_and_apple =
        flutter().change("pubspec.yaml", "  http: ^1.2.0\n", "  http: ^1.2.0\n  webview_flutter: ^4.0.0\n");
    let causes: Vec<_> = android_and_apple.scan().into_iter().map(|finding| finding.cause).collect();
    assert_eq!(causes, [Some(Cause::CleartextForbidden); 3], "Android, iOS and macOS");
    android_and_apple
        .with("android/app/src/debug/AndroidManifest.xml", "<manifest><application android:usesCleartextTraffic=\"true\"/></manifest>")
        .change("ios/Runner/Info.plist", "\t<key>LSRequires", "\t<key>NSAppTransportSecurity</key>\n\t<dict>\n\t\t<key>NSAllowsLocalNetworking</key>\n\t\t<true/>\n\t</dict>\n\t<key>LSRequires")
        .change("macos/Runner/Info.plist", "\t<key>LSRequires", "\t<key>NSAppTransportSecurity</key>\n\t<dict>\n\t\t<key>NSAllowsLocalNetworking</key>\n\t\t<true/>\n\t</dict>\n\t<key>LSRequires")
        .is_healthy();
}

#[test]
fn secure_storage_in_backups_is_noted() {
    let project = flutter().change(
        "pubspec.yaml",
        "  http: ^1.2.0\n",
        "  http: ^1.2.0\n  flutter_secure_storage: ^10.0.0\n",
    );
    is(&project.only(Cause::StorageUnreadable), Severity::Note);
    project
        .change(MANIFEST, "<application\n", "<application\n        android:allowBackup=\"false\"\n")
        .is_healthy();
}

#[test]
fn an_address_that_only_a_flag_gives_is_found() {
    let project = flutter().change("lib/main.dart", ", defaultValue: 'http://localhost:5000'", "");
    let finding = project.only(Cause::BaseUrlMissing);
    saw(&finding, "lib/main.dart:8");
    says(&finding, "flutter run --dart-define=DOORSTEP_URL=");
}

#[test]
fn localhost_without_the_kit_is_noted_for_the_emulator() {
    let project = flutter()
        .change("pubspec.yaml", "  doorstep_flutter: ^0.1.0\n", "")
        .with("lib/main.dart", "import 'package:http/http.dart' as http;\nfinal api = Uri.parse('http://localhost:5000/api/signup');\n");
    let finding = project.only(Cause::EmulatorLocalhost);
    is(&finding, Severity::Note);
    says(&finding, "http://10.0.2.2:5000");
    project.with("lib/host.dart", "const emulator = '10.0.2.2';\n").is_healthy();
}

#[test]
fn a_map_for_a_body_is_found_and_encoded() {
    let project = flutter().change(
        "lib/main.dart",
        "jsonEncode({'name': name, 'email': email, 'password': password})",
        "{'name': name, 'email': email, 'password': password}",
    );
    saw(&project.only(Cause::FormInsteadOfJson), "lib/main.dart:21");
    project.is_fixed_in(&["lib/main.dart"]);
    assert_eq!(project.text("lib/main.dart"), flutter().text("lib/main.dart"));
}

#[test]
fn kits_that_do_not_belong_together_are_found() {
    let lock = flutter().text("pubspec.lock").replacen("version: \"0.1.0\"", "version: \"0.2.0\"", 1);
    let finding = flutter().with("pubspec.lock", lock).only(None);
    assert_eq!(finding.title, "doorstep_client 0.2 and doorstep_flutter 0.1 do not belong together");
}
