//! The port, on every engine: each method says which verb it is.

use async_trait::async_trait;
use doorstep_base::{AddressId, AuditId, CustomerId, MessageId, SecretHash, SessionId, Timestamp};

use super::addresses::{AddAddress, Entry, RemoveAddress, SwapAddress, address, book};
use super::audit::{RecordEvent, event};
use super::challenges::{ConsumeChallenge, OpenChallenge, challenge, live};
use super::customers::{SignUp, customer};
use super::email::{ChangeEmail, UndoEmail};
use super::erasure::Erase;
use super::idempotency::idempotency;
use super::keys::{AddKey, ResealKey, key};
use super::mailed_login::{ApproveLogin, LogInByMail};
use super::outbox::{LeaseMessages, PostMessage, RetryDead, SettleMessage, Then, kept};
use super::passwords::{Disable, Rehash, Shut, SwapPassword, password, password_of};
use super::profile::{ChangeProfile, MarkUndeliverable};
use super::proven::{RecoverPassword, VerifyEmail};
use super::refresh::Rotate;
use super::sessions::{EndSession, EndSessions, OpenSession, last_used_first, live_sessions, session};
use crate::engine::Engine;
use crate::records::{Is, Order, Row, ToCell, Use};
use crate::{
    Address, AddressFields, Addresses, Asked, AttemptLimit, Attempts, Audit, AuditEvent, AuditKind,
    Challenge, Challenges, Consumed, Counted, Customer, Customers, DefaultUse, EndReason, FoundSession,
    Idempotency, InsertAddress, InsertSession, KeptMessage, Lease, MailedLogin, Message, NewCustomer,
    NewEmail, NewMessage, NewSession, Opened, Outbox, OutboxState, PasswordOutcome, Presented, ProfileChange,
    Proof, Proven, ReplaceAddress, ReplacePassword, Restore, Rotation, RotationOutcome, Session, Sessions,
    SigningKeyRow, SigningKeys, SignupOutcome, StoreError, StoreResult, Table, Trail, UpdateProfile,
};

/// So often a challenge may be opened by somebody else between the look and the write.
const LOOKS: u32 = 10;

fn each<T>(rows: &[Row], read: fn(&Row) -> StoreResult<T>) -> StoreResult<Vec<T>> {
    rows.iter().map(read).collect()
}

#[async_trait]
impl<E: Engine> Customers for E {
    async fn insert_customer_unless_taken(
        &self,
        customer: NewCustomer,
        session: Option<NewSession>,
        idempotency: Option<Idempotency>,
        trail: Trail,
    ) -> StoreResult<SignupOutcome> {
        self.write(SignUp { customer, session, idempotency, trail }).await
    }

    async fn find_idempotency(&self, key: SecretHash, now: Timestamp) -> StoreResult<Option<Idempotency>> {
        let found = self.find_one(Table::Idempotency, vec![Is::Equal("idempotency_key", key.cell())]).await?;
        let found = found.as_ref().map(idempotency).transpose()?;
        Ok(found.filter(|found| found.expires_at > now))
    }

    async fn find_customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        let found = self.find_one(Table::Customers, vec![Is::Equal("id", id.cell())]).await?;
        found.as_ref().map(customer).transpose()
    }

    async fn find_customer_by_email(&self, email_key: &str) -> StoreResult<Option<Customer>> {
        let by_email = vec![Is::Equal("email_key", email_key.as_bytes().cell())];
        self.find_one(Table::Customers, by_email).await?.as_ref().map(customer).transpose()
    }

    async fn newest_customers(&self, limit: u32) -> StoreResult<Vec<Customer>> {
        let newest = Order::by([("id", true)]).most(limit);
        each(&self.find(Table::Customers, vec![], newest).await?, customer)
    }

    async fn update_profile(
        &self,
        customer: CustomerId,
        expected_version: Option<i64>,
        change: ProfileChange,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<UpdateProfile> {
        self.write(ChangeProfile { customer, expected_version, change, now, trail }).await
    }

    async fn find_password(&self, customer: CustomerId) -> StoreResult<Option<String>> {
        self.find_one(Table::Credentials, password_of(customer)).await?.as_ref().map(password).transpose()
    }

    async fn replace_password(&self, change: ReplacePassword, trail: Trail) -> StoreResult<PasswordOutcome> {
        self.write(SwapPassword { change, trail }).await
    }

    async fn rehash_password(&self, proof: Proof, replacement: &str, trail: Trail) -> StoreResult<bool> {
        self.write(Rehash { proof, replacement: replacement.to_owned(), trail }).await
    }

    async fn mark_undeliverable(
        &self,
        customer: CustomerId,
        email_key: &str,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<bool> {
        self.write(MarkUndeliverable { customer, email_key: email_key.to_owned(), now, trail }).await
    }

    async fn shut_account(&self, customer: CustomerId, now: Timestamp, trail: Trail) -> StoreResult<bool> {
        self.write(Shut { customer, now, trail }).await
    }

    async fn set_disabled(
        &self,
        customer: CustomerId,
        disabled_at: Option<Timestamp>,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<bool> {
        self.write(Disable { customer, disabled_at, now, trail }).await
    }

    async fn erase_customer(&self, proof: Proof, now: Timestamp, trail: Trail) -> StoreResult<bool> {
        let is_erased = self.write(Erase { proof, now, trail }).await?;
        if is_erased {
            // Nobody shall read in a log what was erased from the tables.
            self.tidy().await;
        }
        Ok(is_erased)
    }
}

#[async_trait]
impl<E: Engine> Addresses for E {
    async fn addresses_of(&self, customer: CustomerId) -> StoreResult<Vec<Address>> {
        let oldest = Order::by([("created_at", false), ("id", false)]);
        each(&self.find(Table::Addresses, book(customer), oldest).await?, address)
    }

    async fn insert_address_if_below(
        &self,
        limit: u32,
        customer: CustomerId,
        (id, fields): (AddressId, AddressFields),
        defaults: DefaultUse,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<InsertAddress> {
        self.write(AddAddress { limit, entry: Entry { customer, id, fields, defaults, now, trail } }).await
    }

    async fn replace_address(
        &self,
        customer: CustomerId,
        (id, fields): (AddressId, AddressFields),
        read_at: Timestamp,
        defaults: DefaultUse,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<ReplaceAddress> {
        self.write(SwapAddress { read_at, entry: Entry { customer, id, fields, defaults, now, trail } }).await
    }

    async fn delete_address(&self, customer: CustomerId, id: AddressId, trail: Trail) -> StoreResult<bool> {
        self.write(RemoveAddress { customer, id, trail }).await
    }
}

#[async_trait]
impl<E: Engine> Sessions for E {
    async fn insert_session(
        &self,
        session: NewSession,
        proof: Proof,
        most: u32,
        mut restore: Vec<Restore>,
        trail: Trail,
    ) -> StoreResult<InsertSession> {
        // In the order in which attempts are counted: see below.
        restore.sort_by_key(|restore| *restore.key());
        self.write(OpenSession { session, proof, most, restore, trail }).await
    }

    async fn find_session_by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>> {
        self.session_by_secret(secret).await
    }

    async fn find_session(&self, id: SessionId) -> StoreResult<Option<FoundSession>> {
        self.session_by_id(id).await
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_expires_at: Timestamp,
    ) -> StoreResult<()> {
        self.touch(id, Use { now, idle_expires_at }).await
    }

    async fn rotate_refresh_token(
        &self,
        rotation: Rotation,
        reuse_trail: Trail,
    ) -> StoreResult<RotationOutcome> {
        self.write(Rotate { rotation, reuse_trail }).await
    }

    async fn sessions_of(&self, customer: CustomerId, now: Timestamp) -> StoreResult<Vec<Session>> {
        let live = live_sessions(customer, now);
        each(&self.find(Table::Sessions, live, last_used_first()).await?, session)
    }

    async fn end_session(
        &self,
        customer: CustomerId,
        id: SessionId,
        reason: EndReason,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<bool> {
        self.write(EndSession { customer, id, reason, now, trail }).await
    }

    async fn end_sessions(
        &self,
        customer: CustomerId,
        keep: Option<SessionId>,
        reason: EndReason,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<u64> {
        self.write(EndSessions { customer, keep, reason, now, trail }).await
    }
}

#[async_trait]
impl<E: Engine> Attempts for E {
    async fn count_attempt_if_below(&self, limits: &[AttemptLimit], now: Timestamp) -> StoreResult<Counted> {
        let mut limits: Vec<_> = limits.iter().copied().enumerate().collect();
        // One order for everybody: callers that share two counters cannot lock each other out.
        limits.sort_by_key(|(_, limit)| limit.key);
        self.count_attempt(limits, now).await
    }

    async fn uncount_attempt(
        &self,
        limits: &[AttemptLimit],
        counted_at: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut limits = limits.to_vec();
        limits.sort_by_key(|limit| limit.key);
        Engine::uncount_attempt(self, limits, counted_at, now).await
    }
}

#[async_trait]
impl<E: Engine> Audit for E {
    async fn record(&self, trail: Trail) -> StoreResult<()> {
        self.write(RecordEvent(trail)).await
    }

    async fn erasures_after(&self, at: Timestamp, limit: u32) -> StoreResult<Vec<(Timestamp, CustomerId)>> {
        let later = vec![Is::After("at", at.as_millis()), Is::Equal("kind", AuditKind::AccountErased.cell())];
        let oldest = Order::by([("at", false), ("id", false)]).most(limit);
        let events = each(&self.find(Table::Audit, later, oldest).await?, event)?;
        Ok(events.into_iter().filter_map(|event| Some((event.at, event.customer?))).collect())
    }

    async fn audit_before(
        &self,
        customer: CustomerId,
        before: Option<(Timestamp, AuditId)>,
        limit: u32,
    ) -> StoreResult<Vec<AuditEvent>> {
        let own = Is::Equal("customer", customer.cell());
        let newest = Order::by([("at", true), ("id", true)]);
        let Some((at, id)) = before else {
            return each(&self.find(Table::Audit, vec![own], newest.most(limit)).await?, event);
        };
        // What is left of that moment, and what is older.
        let moment = vec![own.clone(), Is::Equal("at", at.cell())];
        let mut events = each(&self.find(Table::Audit, moment, newest.clone()).await?, event)?;
        events.retain(|event| event.id < id);
        let older = vec![own, Is::Before("at", at.as_millis())];
        events.extend(each(&self.find(Table::Audit, older, newest.most(limit)).await?, event)?);
        events.truncate(limit as usize);
        Ok(events)
    }
}

#[async_trait]
impl<E: Engine> SigningKeys for E {
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKeyRow>> {
        each(&self.find(Table::SigningKeys, vec![], Order::by([("generation", false)])).await?, key)
    }

    async fn insert_signing_key(&self, key: SigningKeyRow) -> StoreResult<bool> {
        self.write(AddKey(key)).await
    }

    async fn reseal_signing_key(
        &self,
        read: &SigningKeyRow,
        sealed_private_key: Vec<u8>,
    ) -> StoreResult<bool> {
        self.write(ResealKey { read: read.clone(), sealed_private_key }).await
    }
}

#[async_trait]
impl<E: Engine> Challenges for E {
    async fn open_challenge(
        &self,
        challenge: Challenge,
        asked: Option<Asked>,
        trail: Option<Trail>,
    ) -> StoreResult<Opened> {
        // Where another caller opens the same one at this moment, it stands at the second look.
        for _ in 0..LOOKS {
            let open = OpenChallenge { challenge: challenge.clone(), asked, trail: trail.clone() };
            if let Some(opened) = self.write(open).await? {
                return Ok(opened);
            }
        }
        Err(StoreError::Unavailable("a challenge changes faster than it can be read".to_owned()))
    }

    async fn find_challenge(&self, presented: Presented) -> StoreResult<Option<Challenge>> {
        let found = self.find_one(Table::Challenges, live(&presented)).await?;
        let found = found.as_ref().map(challenge).transpose()?;
        Ok(found.filter(|found| found.secret == presented.secret))
    }

    async fn challenges_of(&self, customer: CustomerId, now: Timestamp) -> StoreResult<Vec<Challenge>> {
        let live = vec![Is::Equal("customer", customer.cell()), Is::After("expires_at", now.as_millis())];
        let oldest = Order::by([("created_at", false), ("subject", false)]);
        each(&self.find(Table::Challenges, live, oldest).await?, challenge)
    }

    async fn consume_challenge(&self, presented: Presented) -> StoreResult<Consumed> {
        self.write(ConsumeChallenge(presented)).await
    }

    async fn recover_password(
        &self,
        presented: Presented,
        replacement: &str,
        trail: Trail,
    ) -> StoreResult<Proven> {
        self.write(RecoverPassword { presented, replacement: replacement.to_owned(), trail }).await
    }

    async fn verify_email(&self, presented: Presented, email_key: &str, trail: Trail) -> StoreResult<Proven> {
        self.write(VerifyEmail { presented, email_key: email_key.to_owned(), trail }).await
    }

    async fn challenge_stands(&self, subject: SecretHash, now: Timestamp) -> StoreResult<bool> {
        let live = vec![Is::Equal("subject", subject.cell()), Is::After("expires_at", now.as_millis())];
        Ok(self.find_one(Table::Challenges, live).await?.is_some())
    }

    async fn log_in_by_mail(
        &self,
        presented: Presented,
        login: MailedLogin,
        trail: Trail,
    ) -> StoreResult<Proven> {
        let MailedLogin { session, proof, most, restore } = login;
        self.write(LogInByMail { presented, open: OpenSession { session, proof, most, restore, trail } })
            .await
    }

    async fn approve_login(&self, presented: Presented, trail: Trail) -> StoreResult<Proven> {
        self.write(ApproveLogin { presented, trail }).await
    }

    async fn change_email(
        &self,
        presented: Presented,
        change: NewEmail,
        trail: Trail,
    ) -> StoreResult<Proven> {
        self.write(ChangeEmail { presented, change, trail }).await
    }

    async fn undo_email(&self, presented: Presented, email_key: &str, trail: Trail) -> StoreResult<Proven> {
        self.write(UndoEmail { presented, email_key: email_key.to_owned(), trail }).await
    }
}

#[async_trait]
impl<E: Engine> Outbox for E {
    async fn post_message(&self, message: NewMessage) -> StoreResult<()> {
        self.write(PostMessage(message)).await
    }

    async fn lease_messages(
        &self,
        topic: &str,
        lease: Lease,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> StoreResult<Vec<Message>> {
        self.write(LeaseMessages { topic: topic.to_owned(), lease, now, until, most }).await
    }

    async fn finish_message(&self, id: MessageId, lease: Lease) -> StoreResult<bool> {
        self.write(SettleMessage { id, lease, then: Then::Finish }).await
    }

    async fn retry_message(&self, id: MessageId, lease: Lease, due_at: Timestamp) -> StoreResult<bool> {
        self.write(SettleMessage { id, lease, then: Then::Retry(due_at) }).await
    }

    async fn bury_message(&self, id: MessageId, lease: Lease) -> StoreResult<bool> {
        self.write(SettleMessage { id, lease, then: Then::Bury }).await
    }

    async fn messages_of(&self, customer: CustomerId) -> StoreResult<Vec<KeptMessage>> {
        let oldest = Order::by([("created_at", false), ("id", false)]);
        each(&self.find(Table::Outbox, vec![Is::Equal("customer", customer.cell())], oldest).await?, kept)
    }

    async fn retry_dead_messages(&self, topic: &str, now: Timestamp) -> StoreResult<u64> {
        self.write(RetryDead { topic: topic.to_owned(), now }).await
    }

    async fn outbox_state(&self) -> StoreResult<OutboxState> {
        let dead = vec![Is::Equal("dead", true.cell())];
        let all = self.count(Table::Outbox, vec![]).await?;
        let dead = self.count(Table::Outbox, dead).await?;
        Ok(OutboxState { waiting: all.saturating_sub(dead), dead })
    }

    async fn outbox_due_since(&self, now: Timestamp) -> StoreResult<Option<Timestamp>> {
        let due = vec![Is::AtMost("due_at", now.as_millis())];
        let first = Order::by([("due_at", false)]).most(1);
        self.find(Table::Outbox, due, first).await?.first().map(|row| row.moment("due_at")).transpose()
    }
}
