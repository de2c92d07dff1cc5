//! On-ramp: who pays the vendor, for vendors that send a payment request.
//!
//! Once, before the payment is confirmed; checked against the catalog like any payment profile.
//! Source: reference, section 7.

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::World;
use super::act::Refused;
use super::order::SimOrder;
use super::payout::bad_details;
use crate::sandbox::catalog::{institutions, rails};

#[derive(Deserialize)]
struct Body {
    payment_details_id: Option<u32>,
    payment_details: Option<Inline>,
}

#[derive(Deserialize)]
struct Inline {
    payment_method_id: u32,
    payment_network_id: u32,
    details: Map<String, Value>,
}

fn invalid<T>(message: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Invalid(message.into()))
}

impl World {
    /// Takes the payer's details, or says why not.
    pub fn payer_details(&mut self, id: Uuid, body: &[u8]) -> Result<(), Refused> {
        let order = self.own(id)?;
        let body: Body = match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(e) => return invalid(format!("invalid request body: {e}")),
        };
        if !order.allowed_actions().contains(&"submit-payer-details") {
            let status = order.status.wire();
            return Err(Refused::Status(format!("payer details are not expected in status {status}")));
        }
        match (body.payment_details_id, &body.payment_details) {
            (Some(number), None) => self.own_profile(order, number)?,
            (None, Some(inline)) => inline.check(order.price.currency)?,
            _ => return invalid("exactly one of payment_details_id and payment_details is required"),
        }
        if let Some(order) = self.order_mut(id) {
            order.traits.payer_known = true;
        }
        Ok(())
    }

    fn own_profile(&self, order: &SimOrder, number: u32) -> Result<(), Refused> {
        let profiles = self.user(order.owner).map_or(&[][..], |user| &user.profiles);
        match profiles.iter().find(|profile| profile.id == number) {
            None => invalid("payment_details_id not found for this user"),
            Some(profile) if profile.script.currency != order.price.currency => {
                invalid("payment_details_id is of another currency than the order")
            }
            Some(_) => Ok(()),
        }
    }
}

impl Inline {
    fn check(&self, currency: &str) -> Result<(), Refused> {
        let Some(rail) = rails::of_currency(currency).find(|rail| rail.network == self.payment_network_id) else {
            return invalid("payment_details.payment_network_id is not a network of the order's currency");
        };
        let slugs = institutions::of_rail(rail.slug).map(|one| Some(one.id)).chain([None]);
        if !slugs.into_iter().any(|slug| institutions::method_id(slug) == self.payment_method_id) {
            return invalid("payment_details.payment_method_id is not on this network");
        }
        let bad = bad_details(rail, &self.details);
        if bad.is_empty() { Ok(()) } else { invalid(format!("payment_details.details: {}", bad.join(", "))) }
    }
}
