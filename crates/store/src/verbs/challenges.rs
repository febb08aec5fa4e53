//! Challenges are opened, and used up.

use doorstep_base::{CustomerId, SecretHash};

use super::Verb;
use super::audit::add_trail;
use super::outbox::leased;
use crate::records::{Columns, Is, Order, Records, Row, Set, ToCell};
use crate::{Asked, Cell, Challenge, Consumed, Means, Opened, Presented, Purpose, StoreResult, Table, Trail};

pub(super) struct OpenChallenge {
    pub challenge: Challenge,
    pub asked: Option<Asked>,
    pub trail: Option<Trail>,
}

impl Verb for OpenChallenge {
    /// `None` when another one came in between: nothing was written.
    type Outcome = Option<Opened>;

    fn trail(&self) -> Option<&Trail> {
        self.trail.as_ref()
    }

    fn lane(&self) -> &[u8] {
        &self.challenge.subject.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Option<Opened>, R::Failure> {
        if let Some(Asked { message, lease }) = self.asked
            && tx.remove(Table::Outbox, &leased(message, lease)).await? == 0
        {
            return Ok(Some(Opened::NotOurs));
        }
        let Some(tries_left) = self.open(tx).await? else {
            tx.discard();
            return Ok(None);
        };
        if let Some(trail) = &self.trail {
            add_trail(tx, trail).await?;
        }
        Ok(Some(Opened::Open { tries_left }))
    }
}

impl OpenChallenge {
    /// How many tries it has; `None` when somebody else has made one of this subject since it was looked for.
    async fn open<R: Records>(&self, tx: &mut R) -> Result<Option<i64>, R::Failure> {
        let Challenge { subject, purpose, customer, email, secret, tries_left, created_at, expires_at } =
            &self.challenge;
        let named = Is::Equal("subject", subject.cell());
        let renewed = [
            Set::To("purpose", purpose.cell()),
            Set::To("customer", customer.cell()),
            Set::To("email", email.cell()),
            Set::To("secret", secret.cell()),
            Set::To("created_at", created_at.cell()),
            Set::To("expires_at", expires_at.cell()),
        ];
        let live = [named.clone(), Is::After("expires_at", created_at.as_millis())];
        let older = [&live[..], &[Is::AtMost("created_at", created_at.as_millis())]].concat();
        tx.change(Table::Challenges, &older, &renewed).await?;
        if let Some(stands) = tx.find(Table::Challenges, &live, Order::any()).await?.pop() {
            return Ok(Some(stands.int("tries_left")?));
        }
        let over = [named, Is::AtMost("expires_at", created_at.as_millis())];
        tx.remove(Table::Challenges, &over).await?;
        let is_opened = tx.add_unless_taken(Table::Challenges, columns(&self.challenge), "subject").await?;
        Ok(is_opened.then_some(*tries_left))
    }
}

pub(super) fn columns(challenge: &Challenge) -> Columns {
    let Challenge { subject, purpose, customer, email, secret, tries_left, created_at, expires_at } =
        challenge;
    vec![
        ("subject", subject.cell()),
        ("purpose", purpose.cell()),
        ("customer", customer.cell()),
        ("email", email.cell()),
        ("secret", secret.cell()),
        ("tries_left", tries_left.cell()),
        ("created_at", created_at.cell()),
        ("expires_at", expires_at.cell()),
    ]
}

pub(super) struct ConsumeChallenge(pub Presented);

impl Verb for ConsumeChallenge {
    type Outcome = Consumed;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        &self.0.subject.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Consumed, R::Failure> {
        consume(tx, &self.0).await
    }
}

/// Those that may still be used up.
pub(super) fn live(presented: &Presented) -> Vec<Is> {
    let mut live = vec![
        Is::Equal("subject", presented.subject.cell()),
        Is::Equal("purpose", presented.purpose.cell()),
        Is::After("expires_at", presented.now.as_millis()),
    ];
    if presented.means == Means::Code {
        live.push(Is::After("tries_left", 0));
    }
    live
}

pub(super) async fn consume<R: Records>(tx: &mut R, presented: &Presented) -> Result<Consumed, R::Failure> {
    let live = live(presented);
    // The write is the lock: whoever comes second finds one try less, or nothing.
    let taken = i64::from(presented.means == Means::Code);
    if tx.change(Table::Challenges, &live, &[Set::Add("tries_left", -taken)]).await? == 0 {
        return Ok(Consumed::Spent);
    }
    let own = &live[..2];
    let stands = tx.find(Table::Challenges, own, Order::any()).await?.pop();
    let Some(stands) = stands.as_ref().map(challenge).transpose()? else { return Ok(Consumed::Spent) };
    if stands.secret == presented.secret {
        let is_first = tx.remove(Table::Challenges, own).await? == 1;
        return Ok(if is_first { Consumed::Right(Box::new(stands)) } else { Consumed::Spent });
    }
    Ok(match presented.means {
        Means::Code => Consumed::Wrong { tries_left: stands.tries_left, customer: stands.customer },
        // One of a mail that a later mail has replaced.
        Means::Link => Consumed::Spent,
    })
}

/// What opened their account is another by now, or their address: nothing that was sent before counts any more. The tries that
/// were taken stay taken. Only a former address may still be taken back: whoever knows the password must not prevent that.
pub(super) async fn void<R: Records>(tx: &mut R, customer: CustomerId) -> Result<(), R::Failure> {
    let own = [Is::Equal("customer", customer.cell()), Is::Not("purpose", Purpose::UndoEmail.cell())];
    let nothing = [
        Set::To("secret", SecretHash([0; 32]).cell()),
        Set::To("customer", Cell::Null),
        Set::To("email", Cell::Null),
    ];
    tx.change(Table::Challenges, &own, &nothing).await.map(drop)
}

pub(super) fn challenge(row: &Row) -> StoreResult<Challenge> {
    Ok(Challenge {
        subject: SecretHash(row.array("subject")?),
        purpose: row.word("purpose", Purpose::from_text)?,
        customer: row.array_if_any("customer")?.map(CustomerId::from_bytes),
        email: row.text_if_any("email")?,
        secret: SecretHash(row.array("secret")?),
        tries_left: row.int("tries_left")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
    })
}
