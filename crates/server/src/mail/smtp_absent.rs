//! Stands for [`super::post::Outgoing`]'s mail server in a build without SMTP: there is no value of it.

use std::convert::Infallible;

use doorstep_account::mail::NotSent;
use doorstep_mail::MailUrl;

pub struct Server(Infallible);

impl Server {
    pub fn new(_: &MailUrl, _: &str) -> Result<Self, String> {
        Err("this build has no SMTP".to_owned())
    }

    #[allow(clippy::unused_async, reason = "as the one that it stands for")]
    pub async fn send(&self, _: &str, _: &str, _: &[u8]) -> Result<(), NotSent> {
        match self.0 {}
    }
}
