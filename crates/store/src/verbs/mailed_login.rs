//! A session for whoever shows that a mail came to them.

use super::Verb;
use super::audit::add_trail;
use super::challenges::live;
use super::proven::{owner, verify};
use super::sessions::OpenSession;
use crate::records::{Is, Records, Set, ToCell};
use crate::{InsertSession, Presented, Proven, Purpose, Table, Trail};

pub(super) struct LogInByMail {
    pub presented: Presented,
    /// With the trail of the login.
    pub open: OpenSession,
}

impl Verb for LogInByMail {
    type Outcome = Proven;

    fn trail(&self) -> Option<&Trail> {
        self.open.trail()
    }

    fn lane(&self) -> &[u8] {
        self.open.lane()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Proven, R::Failure> {
        match owner(tx, &self.presented).await? {
            Ok(customer) if customer == self.open.proof.customer => {}
            Ok(_) => return Ok(Proven::Spent),
            Err(refused) => return Ok(refused),
        }
        Ok(match self.open.run(tx).await? {
            InsertSession::Inserted => {
                verify(tx, self.open.proof.customer, self.presented.now).await?;
                Proven::Done
            }
            // What opened the account is another since the mail was read: the mail is as old.
            InsertSession::ProofStale => Proven::Spent,
        })
    }
}

pub(super) struct ApproveLogin {
    pub presented: Presented,
    pub trail: Trail,
}

impl Verb for ApproveLogin {
    type Outcome = Proven;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        &self.presented.subject.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Proven, R::Failure> {
        let mut shown = live(&self.presented);
        shown.push(Is::Equal("secret", self.presented.secret.cell()));
        let elsewhere = [Set::To("purpose", Purpose::LogInElsewhere.cell())];
        if tx.change(Table::Challenges, &shown, &elsewhere).await? == 0 {
            return Ok(Proven::Spent);
        }
        add_trail(tx, &self.trail).await?;
        Ok(Proven::Done)
    }
}
