//! The files that a shop puts in the place of ours.

use std::fs;
use std::path::Path;

use doorstep_base::Language;
use minijinja::Environment;

use super::TemplateError;
use crate::Kind;
use crate::words::Words;

const LARGEST: u64 = 256 * 1024;

/// `mail.html`, `mail.txt`, `KIND.html`, `KIND.txt` and `words/LANG.toml`: whatever else ends like these is a typing error.
pub fn read(
    folder: &Path,
    environment: &mut Environment<'static>,
    words: &mut [Words],
) -> Result<(), TemplateError> {
    for name in names(folder, "", &["html", "txt"])? {
        let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
        if stem != "mail" && Kind::from_text(stem).is_none() {
            let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            let cause = format!("no mail is called so: rename it to mail or to one of {}", kinds.join(", "));
            return Err(TemplateError::at(&name, None, cause));
        }
        let source = contents(folder, &name)?;
        environment.add_template_owned(name, source).map_err(|error| TemplateError::of(&error))?;
    }
    for name in names(folder, "words", &["toml"])? {
        let tag = name.trim_start_matches("words/").trim_end_matches(".toml");
        let Some(words) = words.iter_mut().find(|words| words.language().tag() == tag) else {
            let tags: Vec<_> = Language::ALL.iter().map(|language| language.tag()).collect();
            let cause = format!("no language is called so: rename it to one of {}", tags.join(", "));
            return Err(TemplateError::at(&name, None, cause));
        };
        words.replace(&name, &contents(folder, &name)?)?;
    }
    Ok(())
}

/// The files with these endings, as they are called from the shop's folder, in order. Only `words` may be missing.
fn names(folder: &Path, inner: &str, endings: &[&str]) -> Result<Vec<String>, TemplateError> {
    let place = folder.join(inner);
    if !inner.is_empty() && !place.exists() {
        return Ok(Vec::new());
    }
    let shown = if inner.is_empty() { "the folder of templates" } else { inner };
    let unreadable = |error: std::io::Error| {
        TemplateError::at(shown, None, format!("it cannot be read ({error}): is the path right?"))
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(place).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
        let is_ours = name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending));
        // Editors keep their own files beside it.
        if is_ours && !name.starts_with(['.', '#']) {
            names.push(if inner.is_empty() { name } else { format!("{inner}/{name}") });
        }
    }
    names.sort();
    Ok(names)
}

fn contents(folder: &Path, name: &str) -> Result<String, TemplateError> {
    let wrong = |cause: String| TemplateError::at(name, None, cause);
    let path = folder.join(name);
    let is_file = |about: &fs::Metadata| about.is_file();
    let about = fs::metadata(&path).map_err(|error| wrong(format!("it cannot be read: {error}")))?;
    if !is_file(&about) {
        return Err(wrong("it is no file".to_owned()));
    }
    if about.len() > LARGEST {
        let (size, most) = (about.len() / 1024, LARGEST / 1024);
        return Err(wrong(format!(
            "it has {size} KiB: make it smaller than {most} KiB, pictures are no part of it"
        )));
    }
    let bytes = fs::read(&path).map_err(|error| wrong(format!("it cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(good).filter(|byte| **byte == b'\n').count() + 1;
        TemplateError::at(name, Some(line), "it is no UTF-8: save it in that encoding")
    })
}
