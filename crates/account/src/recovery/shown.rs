//! What somebody shows who has had a mail.

use doorstep_base::FieldCode;
use doorstep_store::{Presented, Purpose};
use doorstep_web::{FieldError, Fields};

use crate::mail::SlipKey;

/// The mail's link, or its code together with the request that asked for it.
#[derive(Default)]
pub struct Shown {
    token: Option<String>,
    request: Option<String>,
    code: Option<String>,
}

impl Shown {
    /// What is missing stands in `fields` afterwards.
    pub fn read(fields: &mut Fields) -> Self {
        let [token, request, code] = ["token", "request", "code"].map(|name| fields.raw_text(name));
        if token.is_none() {
            for (name, text) in [("request", &request), ("code", &code)] {
                if text.as_ref().is_none_or(String::is_empty) {
                    fields.refuse(name, FieldError::new(FieldCode::Required));
                }
            }
        }
        Self { token, request, code }
    }

    /// `None` where nothing of it is sent.
    pub fn read_if_any(fields: &mut Fields) -> Option<Self> {
        let [token, request, code] = ["token", "request", "code"].map(|name| fields.raw_text(name));
        let is_whole = token.is_some() || (request.is_some() && code.is_some());
        is_whole.then_some(Self { token, request, code })
    }

    pub fn link(token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::default() }
    }

    /// As the store looks for it; `None` for what was not made here for this.
    pub fn presented(
        &self,
        slips: &SlipKey,
        purpose: Purpose,
        now: doorstep_base::Timestamp,
    ) -> Option<Presented> {
        match self {
            Self { token: Some(token), .. } => {
                slips.by_link(purpose, token, now).map(|(presented, _)| presented)
            }
            Self { request: Some(request), code: Some(code), .. } => {
                slips.by_code(purpose, request, code, now)
            }
            _ => None,
        }
    }
}
