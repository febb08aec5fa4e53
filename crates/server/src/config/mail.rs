//! What mails are made of and how they are sent: the sections `[shop]` and `[mail]`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use doorstep_account::ProvesAddress;
use doorstep_base::Language;
use doorstep_mail::{Dkim, From, Letterhead, Logo, MailUrl, Templates};

use super::Config;
use super::load::Settings;
use super::sections::Text;

#[derive(Clone, Debug)]
pub struct Shop {
    pub name: Option<String>,
    pub colour: String,
    pub logo: Option<PathBuf>,
    pub imprint: Vec<String>,
}

impl Shop {
    pub fn read(settings: &mut Settings) -> Self {
        let imprint: Vec<Text> = settings.list("shop.imprint");
        Self {
            name: settings.optional::<Text>("shop.name").map(|text| text.0),
            colour: settings.parsed::<Text>("shop.colour").0,
            logo: settings.optional::<Text>("shop.logo").map(|text| text.0.into()),
            imprint: imprint.into_iter().map(|text| text.0).collect(),
        }
    }
}

#[derive(Clone)]
pub struct Mail {
    pub url: Option<String>,
    /// Where the URL was read, when it has a file of its own.
    pub file: Option<PathBuf>,
    /// The file of settings in which a URL with a password stands.
    pub password_in: Option<PathBuf>,
    pub from: Option<String>,
    pub language: Language,
    pub new_device: bool,
    pub templates: Option<PathBuf>,
    pub dkim_key_file: Option<PathBuf>,
    pub dkim_selector: Option<String>,
}

/// Without the URL: it holds a password.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("from", &self.from)
            .field("templates", &self.templates)
            .finish_non_exhaustive()
    }
}

impl Mail {
    pub fn read(settings: &mut Settings) -> Self {
        let url = settings.optional::<Text>("mail.url").map(|text| text.0);
        let file = settings.optional::<Text>("mail.url_file").map(|text| PathBuf::from(text.0));
        let file = file.filter(|_| settings.url_file_counts("mail"));
        let has_password =
            url.as_deref().is_some_and(|url| MailUrl::read(url).is_ok_and(|url| url.has_password()));
        let password_in = settings.file_of("mail.url").filter(|_| has_password).map(ToOwned::to_owned);
        let mut path = |key| settings.optional::<Text>(key).map(|text| PathBuf::from(text.0));
        let (templates, dkim_key_file) = (path("mail.templates"), path("mail.dkim_key_file"));
        Self {
            url: file
                .as_deref()
                .and_then(|file| settings.url_in("mail", file, "smtps://USER:PASSWORD@HOST"))
                .or(url),
            file,
            password_in,
            from: settings.optional::<Text>("mail.from").map(|text| text.0),
            language: settings.parsed::<Known>("mail.language").0,
            new_device: settings.flag("mail.new_device"),
            templates,
            dkim_key_file,
            dkim_selector: settings.optional::<Text>("mail.dkim_selector").map(|text| text.0),
        }
    }
}

/// One of the languages that mails are written in.
struct Known(Language);
impl FromStr for Known {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let named = Language::ALL.iter().find(|language| language.tag() == text);
        named.copied().map(Self).ok_or_else(|| r#"one of "en", "de", "fr", "es" and "ar""#.to_owned())
    }
}

/// Everything that mails are made with, or what is wrong with it. `public_url` is where links lead.
pub fn templates(config: &Config, public_url: &str) -> Result<Templates, String> {
    let letterhead = Letterhead {
        shop: config.shop.name.clone().unwrap_or_else(|| host_of(public_url).to_owned()),
        url: public_url.to_owned(),
        colour: config.shop.colour.clone(),
        logo: config.shop.logo.as_deref().map(|file| logo(file, config)).transpose()?,
        imprint: config.shop.imprint.clone(),
    };
    Templates::load(letterhead, config.mail.templates.as_deref())
        .map_err(|error| format!("mails cannot be made: {error}"))
}

fn logo(file: &Path, config: &Config) -> Result<Logo, String> {
    let bytes = std::fs::read(file)
        .map_err(|error| format!("[shop] logo: {} cannot be read: {error}", file.display()))?;
    Ok(Logo { bytes, alt: config.shop.name.clone().unwrap_or_default() })
}

/// Who mails are from. In dev mode somebody made up.
pub fn from(mail: &Mail) -> Result<From, String> {
    let text = mail.from.as_deref().unwrap_or("shop@shop.example");
    From::read(text).map_err(|error| format!("[mail] from: {error}"))
}

pub fn dkim(mail: &Mail) -> Result<Option<Dkim>, String> {
    let (file, selector) = match (&mail.dkim_key_file, &mail.dkim_selector) {
        (Some(file), Some(selector)) => (file, selector),
        (None, None) => return Ok(None),
        _ => {
            return Err("[mail] dkim_key_file and dkim_selector go together: set both, or neither".to_owned());
        }
    };
    let pem = std::fs::read_to_string(file)
        .map_err(|error| format!("[mail] dkim_key_file: {} cannot be read: {error}", file.display()))?;
    let dkim = Dkim::load(from(mail)?.domain(), selector, &pem);
    dkim.map(Some).map_err(|error| format!("[mail] dkim_key_file: {error}"))
}

/// What is wrong, found before anything is started.
pub fn problems(config: &Config) -> Vec<String> {
    let mail = &config.mail;
    let url = mail.url.as_deref().and_then(|url| MailUrl::read(url).err());
    let public_url =
        config.server.public_url.as_ref().map_or("http://localhost".to_owned(), ToString::to_string);
    let absent = (mail.url.is_some() && cfg!(not(feature = "smtp"))).then(|| {
        "[mail] url: this build has no SMTP. `cargo build --release` builds it, and ./run does where the URL is set".to_owned()
    });
    let found = [
        url.map(|error| format!("[mail] url: {error}")),
        absent,
        from(mail).err(),
        dkim(mail).err(),
        templates(config, &public_url).err(),
    ];
    found.into_iter().flatten().collect()
}

/// A sender that somebody made up would be refused by every mail server; and where none is sent, nobody could prove an address.
pub fn production_problems(config: &Config) -> Vec<String> {
    let Config { mail, signup, .. } = config;
    let sender = (mail.url.is_some() && mail.from.is_none()).then(|| {
        r#"[mail] from: production needs a sender, like "Nordlicht <shop@nordlicht.example>""#.to_owned()
    });
    let is_asked = mail.url.is_none() && signup.verification != ProvesAddress::Whenever;
    let proof = is_asked.then(|| {
        format!(
            r#"[signup] verification = "{}" needs mails: set [mail] url, or verification = "none""#,
            signup.verification.as_str()
        )
    });
    [sender, proof].into_iter().flatten().collect()
}

fn host_of(url: &str) -> &str {
    let authority = url.split_once("://").map_or(url, |(_, authority)| authority);
    authority.split(['/', ':']).next().unwrap_or(authority)
}
