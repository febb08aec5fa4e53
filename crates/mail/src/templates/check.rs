//! Tries every mail before the first one is sent: what a template forgets, nobody could type in or press.

use doorstep_base::Language;

use super::{Rendered, TemplateError, Templates, escaped};
use crate::said::Said;
use crate::values::Told;
use crate::{Kind, Values};

/// What a list of mails and a phone's notification show of the text.
const SEEN_FIRST: usize = 60;
/// Mail programs cut what is longer (Gmail at 102 KB).
const LARGEST: usize = 100 * 1024;

/// Each kind in each language, once with all values and once with no more than it needs.
pub fn all(templates: &Templates) -> Result<(), TemplateError> {
    for kind in Kind::ALL {
        for language in Language::ALL {
            let letterhead = templates.letterhead();
            for values in [Values::sample(*kind, *language, letterhead), Values::least(*kind, letterhead)] {
                one(templates, *kind, *language, &values)?;
            }
        }
    }
    Ok(())
}

fn one(templates: &Templates, kind: Kind, language: Language, values: &Values) -> Result<(), TemplateError> {
    // Our own values are complete.
    let told = Told::of(kind, values).map_err(|error| TemplateError::of_letterhead(error.to_string()))?;
    let made = templates.said(kind, language, told);
    let made = made.map_err(|error| TemplateError::of_letterhead(error.to_string()))?;
    let rendered = templates.made(&made)?;
    let problem = of_text(&made.2, &rendered.text)
        .map(|cause| ("txt", cause))
        .or_else(|| of_html(&made.2, &rendered).map(|cause| ("html", cause)));
    let Some((form, cause)) = problem else { return Ok(()) };
    let own = format!("{}.{form}", kind.as_str());
    let is_own = templates.environment.get_template(&own).is_ok();
    let file = if is_own { own } else { format!("mail.{form}") };
    let mail = format!("the mail {} in {}", kind.as_str(), language.tag());
    Err(TemplateError::at(&file, None, format!("{mail} {cause}")))
}

fn of_text(said: &Said, text: &str) -> Option<String> {
    if let Some(link) = &said.link
        && !text.lines().any(|line| line.trim() == link)
    {
        return Some("does not have its link alone on a line: write {{ link }} there".to_owned());
    }
    let (code, sentence, bound) =
        (said.code.as_ref()?, said.code_sentence.as_ref()?, said.code_bound.as_ref()?);
    if !text.lines().any(|line| line.trim() == code) {
        return Some("does not have its code alone on a line: write {{ code }} there".to_owned());
    }
    let first: String = text.chars().take(SEEN_FIRST).collect();
    if !first.contains(sentence.as_str()) {
        return Some(format!(
            "does not say its code in the first {SEEN_FIRST} characters, which is what phones show: begin with \
             {{{{ code_sentence }}}}"
        ));
    }
    let is_last = text.trim_end().lines().next_back() == Some(bound.as_str());
    (!is_last)
        .then(|| "does not end with the line by which phones fill the code in: {{ code_bound }}".to_owned())
}

fn of_html(said: &Said, rendered: &Rendered) -> Option<String> {
    let html = &rendered.html;
    if html.len() > LARGEST {
        return Some(format!(
            "has {} KiB of HTML: mail programs cut it at {} KiB",
            html.len() / 1024,
            LARGEST / 1024
        ));
    }
    if said.link.as_deref().is_some_and(|link| !html.contains(&escaped(link))) {
        return Some("does not have its link: write <a href=\"{{ link }}\">".to_owned());
    }
    let is_missing = said.code.as_ref().is_some_and(|code| !html.contains(code.as_str()));
    is_missing.then(|| "does not have its code: write {{ code }}".to_owned())
}
