//! Counts of money writes, so that tests can prove "exactly once" from the server's side.
//!
//! `attempts` counts every well-addressed call, the other maps those that were answered with
//! success. A repeated confirmation is a success that changes nothing, and is counted all the same.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

/// Number of calls for each order.
pub type Counts = BTreeMap<Uuid, u32>;

/// What was asked for and what was done.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tally {
    /// Authorizations that were accepted.
    pub authorizations_accepted: Counts,
    /// Confirmations that were accepted, repetitions included.
    pub confirmations: Counts,
    /// Cancellations that were accepted.
    pub cancellations: Counts,
    /// Refunds that were executed.
    pub refunds: Counts,
    /// Send-outs that were accepted.
    pub send_outs: Counts,
    /// Calls that arrived, refused ones included.
    pub attempts: Attempts,
}

/// Calls that arrived, refused ones included.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Attempts {
    /// `authorize-crypto-transfer`.
    pub authorizations: Counts,
    /// `confirm-fiat-received`.
    pub confirmations: Counts,
    /// `cancel`.
    pub cancellations: Counts,
    /// `authorize-refund`.
    pub refunds: Counts,
    /// `authorize-bridge`.
    pub send_outs: Counts,
}

/// Counts one more for an order.
pub fn count(counts: &mut Counts, order: Uuid) {
    *counts.entry(order).or_default() += 1;
}
