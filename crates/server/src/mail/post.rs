//! Makes a mail of a letter, and hands it over.

use std::sync::Arc;

use async_trait::async_trait;
use doorstep_account::mail::{Letter, MailSettings, NotSent, Post};
use doorstep_mail::{Dkim, Envelope, From, MailUrl, Rendered, Templates, compose, lint};

use super::Mailbox;
use super::smtp::Server;
use crate::config::{self, Config};

/// How this shop sends mail, if it does.
pub struct Setup {
    pub settings: MailSettings,
    pub outgoing: Arc<Outgoing>,
}

pub struct Outgoing {
    templates: Templates,
    from: From,
    dkim: Option<Dkim>,
    way: Way,
}

enum Way {
    Server(Box<Server>),
    Mailbox(Mailbox),
}

impl Setup {
    /// `None` in production without a mail server: this shop sends none.
    pub fn new(config: &Config, public_url: &str) -> Result<Option<Self>, String> {
        let from = config::mail_from(&config.mail)?;
        let way = match &config.mail.url {
            Some(url) => {
                let url = MailUrl::read(url).map_err(|error| error.to_string())?;
                Way::Server(Box::new(Server::new(&url, from.domain())?))
            }
            None if config.is_dev() => Way::Mailbox(Mailbox::default()),
            None => return Ok(None),
        };
        let templates = config::mail_templates(config, public_url)?;
        let outgoing = Arc::new(Outgoing { templates, from, dkim: config::mail_dkim(&config.mail)?, way });
        let settings = MailSettings {
            public_url: public_url.to_owned(),
            login_page: config.forms.login.clone(),
            language: config.mail.language,
            new_device: config.mail.new_device,
        };
        Ok(Some(Self { settings, outgoing }))
    }
}

impl Outgoing {
    pub fn mailbox(&self) -> Option<&Mailbox> {
        match &self.way {
            Way::Mailbox(mailbox) => Some(mailbox),
            Way::Server(_) => None,
        }
    }

    pub const fn templates(&self) -> &Templates {
        &self.templates
    }

    /// The whole message, and what it was made of.
    fn made(&self, letter: &Letter) -> Result<(Rendered, Vec<u8>), NotSent> {
        let broken = |error: &dyn std::fmt::Display| NotSent::Later(format!("it cannot be made: {error}"));
        let rendered = self
            .templates
            .render(letter.kind, letter.language, &letter.values)
            .map_err(|error| broken(&error))?;
        let envelope = Envelope {
            from: self.from.clone(),
            to: letter.to.clone(),
            id: letter.id.to_string(),
            at: letter.at,
        };
        let message =
            compose(&rendered, &envelope, self.templates.letterhead()).map_err(|error| broken(&error))?;
        let message = self.dkim.as_ref().map_or(message.clone(), |dkim| dkim.sign(message, letter.at));
        Ok((rendered, message))
    }
}

#[async_trait]
impl Post for Outgoing {
    async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let (rendered, message) = self.made(letter)?;
        match &self.way {
            Way::Server(server) => server.send(&self.from.address(), &letter.to, &message).await,
            Way::Mailbox(mailbox) => {
                let remarks = lint(&message, self.templates.letterhead());
                mailbox.keep(letter.clone(), rendered, message, remarks);
                Ok(())
            }
        }
    }
}
