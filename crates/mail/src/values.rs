//! What one mail tells.

use doorstep_base::{Language, Timestamp};

use crate::{Kind, Letterhead, RenderError, clean, letterhead};

/// What a kind does not need may be absent.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub name: Option<String>,
    pub code: Option<String>,
    pub link: Option<String>,
    /// "Chrome on Linux"
    pub device: Option<String>,
    pub at: Option<Timestamp>,
    /// How long code and link are good.
    pub minutes: Option<u32>,
    pub address: Option<String>,
}

/// [`Values`] that a mail of this kind can be made of: complete, and without signs that nobody sees.
pub struct Told {
    pub name: Option<String>,
    pub code: Option<String>,
    pub link: Option<String>,
    pub device: Option<String>,
    pub at: Option<String>,
    pub minutes: Option<u32>,
    pub address: Option<String>,
}

/// The values that are always there for a kind; sentences may speak of no others.
pub const fn needed(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::VerifyAddress | Kind::Recovery | Kind::LoginCode | Kind::ConfirmAddress => {
            &["code", "link", "minutes"]
        }
        Kind::AlreadyRegistered => &["link"],
        Kind::AddressChanged => &["link", "at", "address"],
        Kind::AddressRestored | Kind::PasswordChanged | Kind::Recovered | Kind::RefreshReused => {
            &["link", "at"]
        }
        Kind::NewDevice => &["link", "at", "device"],
        Kind::Test => &[],
    }
}

impl Told {
    pub fn of(kind: Kind, values: &Values) -> Result<Self, RenderError> {
        let line = |text: &Option<String>| text.as_deref().map(clean::line).filter(|text| !text.is_empty());
        let told = Self {
            name: values.name.as_deref().and_then(clean::name),
            code: line(&values.code).filter(|_| kind.has_code()),
            link: values.link.clone().filter(|_| kind.has_link()),
            device: line(&values.device),
            at: values.at.and_then(moment),
            minutes: values.minutes,
            address: line(&values.address),
        };
        let has = |name: &str| match name {
            "code" => told.code.is_some(),
            "link" => told.link.is_some(),
            "device" => told.device.is_some(),
            "at" => told.at.is_some(),
            "minutes" => told.minutes.is_some(),
            _ => told.address.is_some(),
        };
        if let Some(missing) = needed(kind).iter().find(|name| !has(name)) {
            return Err(RenderError::Missing { kind, value: missing });
        }
        // It would end the sentence, the attribute or the header that it stands in.
        if told.link.as_deref().is_some_and(|link| !letterhead::is_link(link)) {
            return Err(RenderError::Link { kind });
        }
        Ok(told)
    }
}

/// `2026-11-29 14:02 UTC`: the same in every language, and nobody takes the month for the day.
fn moment(at: Timestamp) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(moment.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

impl Values {
    /// Made-up values, for previews and for trying templates.
    pub fn sample(kind: Kind, language: Language, letterhead: &Letterhead) -> Self {
        let name = match language {
            Language::English => "Ada Lovelace",
            Language::German => "Käthe Müller",
            Language::French => "Zoé Lefèvre",
            Language::Spanish => "Íñigo Núñez",
            Language::Arabic => "أمل حداد",
        };
        Self {
            name: Some(name.to_owned()),
            device: Some("Chrome on Linux".to_owned()),
            at: Some(Timestamp::from_millis(1_795_960_920_000)),
            address: Some("ada.new@example.com".to_owned()),
            ..Self::least(kind, letterhead)
        }
    }

    /// Made-up values, no more of them than the kind needs.
    pub(crate) fn least(kind: Kind, letterhead: &Letterhead) -> Self {
        let all = Self {
            name: None,
            code: Some("482913".to_owned()),
            link: Some(format!("{}/links/recover?token=ds_link_1cP5x7kW2mQ9vB4nT8yR3zL6", letterhead.url)),
            device: Some("Firefox on Windows".to_owned()),
            at: Some(Timestamp::from_millis(1_795_960_920_000)),
            minutes: Some(60),
            address: Some("ada.new@example.com".to_owned()),
        };
        let needs = |name: &str| needed(kind).contains(&name);
        Self {
            name: None,
            code: all.code.filter(|_| needs("code")),
            link: all.link.filter(|_| needs("link")),
            device: all.device.filter(|_| needs("device")),
            at: all.at.filter(|_| needs("at")),
            minutes: all.minutes.filter(|_| needs("minutes")),
            address: all.address.filter(|_| needs("address")),
        }
    }
}
