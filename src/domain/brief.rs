//! What is kept at hand of an order that is over: enough to list, sort and filter it.
//!
//! A partner has years of finished orders. Each held whole would cost kilobytes; the whole order
//! is in the local database and with the API, and is read when somebody opens it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::amount::Amount;
use super::id::OrderId;
use super::order::{Direction, Order};
use super::status::Status;
use super::urgency;

/// The line of an order that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// `order_id`.
    pub id: OrderId,
    /// `status`.
    pub status: Status,
    /// `order_type`, or what the status and fields said.
    pub direction: Direction,
    /// `crypto_amount`, in whole tokens.
    pub crypto: Option<Amount>,
    /// `crypto_currency`.
    pub crypto_currency: Option<Arc<str>>,
    /// `fiat_amount`, in units of the fiat currency.
    pub fiat: Option<Amount>,
    /// `fiat_currency`.
    pub fiat_currency: Option<Arc<str>>,
    /// `reference_id`, where the server said so.
    pub reference: Option<Arc<str>>,
    /// `created_at`.
    pub created_at: Option<DateTime<Utc>>,
    /// `updated_at`.
    pub updated_at: Option<DateTime<Utc>>,
    /// Until when it shows that it can be sent out (on-ramp).
    pub send_out_until: Option<DateTime<Utc>>,
}

impl Brief {
    /// The line of an order, whether it is over or not.
    pub fn of(order: &Order) -> Self {
        let amounts = &order.amounts;
        let shared = |text: &Option<String>| text.as_deref().map(Arc::from);
        Self {
            id: order.id.clone(),
            status: order.status.clone(),
            direction: order.direction,
            crypto: amounts.crypto,
            crypto_currency: shared(&amounts.crypto_currency),
            fiat: amounts.fiat,
            fiat_currency: shared(&amounts.fiat_currency),
            reference: shared(&order.links.reference),
            created_at: order.created_at,
            updated_at: order.updated_at,
            send_out_until: urgency::send_out_shown_until(order),
        }
    }
}
