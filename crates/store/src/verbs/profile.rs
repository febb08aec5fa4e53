//! A change of the profile.

use doorstep_base::{CustomerId, Timestamp};

use super::Verb;
use super::audit::add_trail;
use super::customers::customer;
use crate::records::{Is, Order, Records, Set, ToCell};
use crate::{ProfileChange, Table, Trail, UpdateProfile};

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
        let mut expected = vec![own.clone()];
        expected.extend(self.expected_version.map(|version| Is::Equal("version", version.cell())));
        let changed = tx.change(Table::Customers, &expected, &self.set()).await? == 1;
        let Some(stands) = tx.find(Table::Customers, &[own], Order::any()).await?.pop() else {
            return Ok(UpdateProfile::Missing);
        };
        if !changed {
            return Ok(UpdateProfile::ChangedMeanwhile);
        }
        add_trail(tx, &self.trail).await?;
        Ok(UpdateProfile::Updated(Box::new(customer(&stands)?)))
    }
}

impl ChangeProfile {
    fn set(&self) -> Vec<Set> {
        let ProfileChange { name, phone, locale, marketing_consent_at } = &self.change;
        let mut set = vec![Set::To("updated_at", self.now.cell()), Set::Add("version", 1)];
        set.extend(name.as_ref().map(|name| Set::To("name", name.cell())));
        set.extend(phone.as_ref().map(|phone| Set::To("phone", phone.cell())));
        set.extend(locale.as_ref().map(|locale| Set::To("locale", locale.cell())));
        let consent = marketing_consent_at.as_ref();
        set.extend(consent.map(|given| Set::To("marketing_consent_at", given.cell())));
        set
    }
}
