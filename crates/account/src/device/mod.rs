//! Known devices: where a customer has signed in before, the password may be tried on a budget of its own.
//!
//! A stranger who guesses uses up the budget of strangers, and the customer at a known device does not notice. What shows
//! the device is a [`token`]: in a browser a [`cookie`], elsewhere a text that the client keeps. It opens nothing, and nothing
//! is stored of it. Why ten budgets and no table: docs/decisions/login-budgets.md.

mod cookie;
mod token;

use std::sync::Arc;

use axum::http::HeaderValue;
use doorstep_base::{Clock, CustomerId, MasterKeys, Random, random};
use doorstep_store::{Proof, SessionMode, Store};
use doorstep_web::{ApiError, Caller, CookieName};

use token::{Device, LIFE, SLOTS, TokenKey};

pub struct Devices {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    key: TokenKey,
    cookie: CookieName,
}

/// A device that this account's customer is known at. It buys a budget and never a login.
#[derive(Clone, Copy, Debug)]
pub struct KnownDevice(Device);

/// What hands a device's token over: in a cookie where the session is in one.
#[derive(Default)]
pub struct DeviceAnswer {
    pub token: Option<String>,
    pub cookie: Option<HeaderValue>,
}

impl KnownDevice {
    pub fn budget(&self) -> [u8; 17] {
        self.0.budget()
    }

    pub const fn slot(&self) -> u8 {
        self.0.slot
    }

    pub const fn customer(&self) -> CustomerId {
        self.0.customer
    }
}

impl Devices {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        master: &MasterKeys,
        cookie: CookieName,
    ) -> Self {
        Self { store, clock, random, key: TokenKey::new(master), cookie }
    }

    /// The device that the request comes from, if it is one of this account. Whatever is wrong with a token, its sender is a
    /// stranger, and is not told why. Without a token of this server nothing is looked up.
    pub async fn recognise(
        &self,
        caller: &Caller,
        given: Option<&str>,
        email_key: &str,
    ) -> Result<Option<KnownDevice>, ApiError> {
        let cookies = cookie::read(self.cookie, &caller.headers);
        let texts = given.into_iter().chain(cookies.iter().map(String::as_str));
        let now = self.clock.now();
        let is_young = |device: &Device| device.slot < SLOTS && now.since(device.issued_at) < LIFE;
        let devices: Vec<Device> = texts.filter_map(|text| self.key.read(text)).filter(is_young).collect();
        if devices.is_empty() {
            return Ok(None);
        }
        let Some(customer) = self.store.find_customer_by_email(email_key).await? else { return Ok(None) };
        let proof = customer.proof();
        let is_theirs = |device: &Device| {
            device.customer == proof.customer && device.credentials_version == proof.credentials_version
        };
        Ok(devices.into_iter().find(is_theirs).map(KnownDevice))
    }

    /// The slot of a device that carries a token of this customer, whatever its password was then.
    pub fn slot_of(&self, caller: &Caller, customer: CustomerId) -> Option<u8> {
        let cookies = cookie::read(self.cookie, &caller.headers);
        let mut devices = cookies.iter().filter_map(|text| self.key.read(text));
        devices.find(|device| device.customer == customer && device.slot < SLOTS).map(|device| device.slot)
    }

    /// The token for whoever has just shown to be this customer: with the slot that the device has, or one drawn for it.
    pub fn answer(&self, mode: SessionMode, proof: Proof, slot: Option<u8>) -> DeviceAnswer {
        let slot = slot.unwrap_or_else(|| {
            let [chance] = random::bytes::<1>(&*self.random);
            chance % SLOTS
        });
        let Proof { customer, credentials_version } = proof;
        let device = Device { customer, credentials_version, slot, issued_at: self.clock.now() };
        let token = self.key.write(&device);
        match mode {
            SessionMode::Cookie => {
                DeviceAnswer { cookie: cookie::set(self.cookie, &token), ..DeviceAnswer::default() }
            }
            _ => DeviceAnswer { token: Some(token), ..DeviceAnswer::default() },
        }
    }

    /// Set-Cookie that forgets the device: its account is gone.
    pub fn forgotten(&self) -> Option<HeaderValue> {
        cookie::clear(self.cookie)
    }
}
