//! A change of the profile.

use doorstep_base::{CustomerId, Timestamp};

use super::Verb;
use super::audit::add_trail;
use super::customers::customer;
use crate::records::{Is, Order, Records, Set, ToCell};
use crate::{Customer, ProfileChange, Table, Trail, UpdateProfile};

pub(super) struct ChangeProfile {
    pub customer: CustomerId,
    pub expected_version: Option<i64>,
    pub change: ProfileChange,
    pub now: Timestamp,
    pub trail: Trail,
}

impl Verb for ChangeProfile {
    type Outcome = UpdateProfile;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<UpdateProfile, R::Failure> {
        let own = Is::Equal("id", self.customer.cell());
        if !tx.take_turn(self.customer, &[]).await? {
            return Ok(UpdateProfile::Missing);
        }
        let Some(before) = self.read(tx).await? else { return Ok(UpdateProfile::Missing) };
        if self.expected_version.is_some_and(|version| version != before.version) {
            return Ok(UpdateProfile::ChangedMeanwhile);
        }
        let mut set = self.set(&before);
        if set.is_empty() {
            return Ok(UpdateProfile::Updated(Box::new(before)));
        }
        set.extend([Set::To("updated_at", self.now.cell()), Set::Add("version", 1)]);
        let as_read = [own, Is::Equal("version", before.version.cell())];
        if tx.change(Table::Customers, &as_read, &set).await? == 0 {
            return Ok(UpdateProfile::ChangedMeanwhile);
        }
        add_trail(tx, &self.trail).await?;
        Ok(self
            .read(tx)
            .await?
            .map_or(UpdateProfile::Missing, |after| UpdateProfile::Updated(Box::new(after))))
    }
}

pub(super) struct MarkUndeliverable {
    pub customer: CustomerId,
    pub email_key: String,
    pub now: Timestamp,
    pub trail: Trail,
}

impl Verb for MarkUndeliverable {
    type Outcome = bool;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let same = [
            Is::Equal("id", self.customer.cell()),
            Is::Equal("email_key", self.email_key.as_bytes().cell()),
            Is::Empty("email_undeliverable_at"),
        ];
        let is_news =
            tx.change(Table::Customers, &same, &[Set::To("email_undeliverable_at", self.now.cell())]).await?
                == 1;
        if is_news {
            add_trail(tx, &self.trail).await?;
        }
        Ok(is_news)
    }
}

impl ChangeProfile {
    async fn read<R: Records>(&self, tx: &mut R) -> Result<Option<Customer>, R::Failure> {
        let own = [Is::Equal("id", self.customer.cell())];
        let stands = tx.find(Table::Customers, &own, Order::any()).await?.pop();
        Ok(stands.as_ref().map(customer).transpose()?)
    }

    /// What differs.
    fn set(&self, before: &Customer) -> Vec<Set> {
        let ProfileChange { name, phone, locale, marketing_consent_at } = &self.change;
        let mut set = Vec::new();
        let name = name.as_ref().filter(|name| **name != before.name);
        set.extend(name.map(|name| Set::To("name", name.cell())));
        let phone = phone.as_ref().filter(|phone| **phone != before.phone);
        set.extend(phone.map(|phone| Set::To("phone", phone.cell())));
        let locale = locale.as_ref().filter(|locale| **locale != before.locale);
        set.extend(locale.map(|locale| Set::To("locale", locale.cell())));
        // Consent that is given once more is as old as it was.
        let consent = marketing_consent_at.filter(|at| at.is_some() != before.marketing_consent_at.is_some());
        set.extend(consent.map(|at| Set::To("marketing_consent_at", at.cell())));
        set
    }
}
