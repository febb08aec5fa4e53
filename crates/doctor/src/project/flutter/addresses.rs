//! The addresses in an app's code: none (DS-21), or one that a phone cannot reach (DS-24).

use std::ops::Range;

use doorstep_base::Cause;

use super::App;
use crate::Finding;
use crate::project::address::Address;
use crate::project::find;
use crate::project::source::Source;
use crate::project::web::is_base;

pub fn check(app: &App<'_>) -> Vec<Finding> {
    app.sources.iter().find_map(no_default).into_iter().chain(emulator(app)).collect()
}

/// `String.fromEnvironment('API_URL')` is empty in every run without `--dart-define`.
fn no_default(source: &Source) -> Option<Finding> {
    find::calls(&source.bare, "String.fromEnvironment").find_map(|(at, arguments)| {
        let begin = arguments.start + source.bare[arguments.clone()].find(['"', '\''])?;
        let name = &source.code[find::string_at(&source.code, begin)?];
        let is_safe =
            find::has_word(&source.bare[arguments], "defaultValue") || source.bare.contains("isEmpty");
        (is_base(name) && !is_safe).then(|| {
            Finding::warning(Cause::BaseUrlMissing, format!("{name} is empty in a run without --dart-define"))
                .saw(source.quote(at))
                .fix(format!(
                    "flutter run --dart-define={name}=http://localhost:5000, and the same for every build"
                ))
                .fix("Or give it a defaultValue")
        })
    })
}

/// The kit maps it by itself; other clients take the phone for the server.
fn emulator(app: &App<'_>) -> Option<Finding> {
    let has_android = app.project.read("android/app/src/main/AndroidManifest.xml").is_some();
    let has_kit = app.pubspec.has("doorstep_flutter") || app.pubspec.has("doorstep_client");
    let is_handled = app.sources.iter().any(|source| source.code.contains("10.0.2.2"));
    if !has_android || has_kit || is_handled {
        return None;
    }
    let (source, range, address) = addresses(app).find(|(_, _, address)| address.is_loopback())?;
    Some(
        Finding::note(
            Cause::EmulatorLocalhost,
            format!("In the Android emulator {} is the emulator itself", address.host),
        )
        .saw(source.quote(range.start))
        .fix(format!("In the emulator: {}", Address { host: "10.0.2.2".into(), ..address.clone() }))
        .fix(format!("On a phone with a cable: adb reverse tcp:{0} tcp:{0}", address.port)),
    )
}

/// Where the code names a plain http address.
pub fn plain_http(app: &App<'_>) -> Option<String> {
    addresses(app)
        .find(|(_, _, address)| !address.is_https)
        .map(|(source, range, _)| source.quote(range.start))
}

fn addresses<'a>(app: &'a App<'_>) -> impl Iterator<Item = (&'a Source, Range<usize>, Address)> {
    app.sources.iter().flat_map(|source| {
        source.code.match_indices("http").take(500).filter_map(move |(at, _)| {
            let range = find::string_from(source, at)?;
            let text = source.code[range.clone()].split('$').next()?;
            Some((source, range, Address::parse(text)?))
        })
    })
}
