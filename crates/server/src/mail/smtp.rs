//! The mail server of the configuration.

use doorstep_account::mail::NotSent;
use doorstep_mail::{MailUrl, SendError, Smtp};

pub struct Server(Smtp);

impl Server {
    pub fn new(url: &MailUrl, hello_name: &str) -> Result<Self, String> {
        Smtp::new(url, hello_name).map(Self).map_err(|error| error.to_string())
    }

    pub async fn send(&self, from: &str, to: &str, message: &[u8]) -> Result<(), NotSent> {
        self.0.send(from, to, message).await.map_err(|error| match error {
            SendError::Refused { shown } => NotSent::Refused(shown),
            SendError::Later { shown } | SendError::Setup { shown } => NotSent::Later(shown),
        })
    }
}
