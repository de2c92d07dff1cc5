//! What a list shows of an order, whether all of it is at hand or only its line.

use chrono::{DateTime, Utc};

use super::Row;
use super::line::{Currencies, Line};
use crate::domain::urgency::{self, Urgency};
use crate::domain::{Amount, Direction, Now, OrderId, Status};

/// An order of the list.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    line: &'a Line,
    row: Option<&'a Row>,
    currencies: &'a Currencies,
}

impl<'a> Listed<'a> {
    pub(super) fn new(line: &'a Line, row: Option<&'a Row>, currencies: &'a Currencies) -> Self {
        Self { line, row, currencies }
    }

    pub(super) fn line(&self) -> &'a Line {
        self.line
    }

    /// All of it, where it is at hand.
    pub fn row(&self) -> Option<&'a Row> {
        self.row
    }

    /// `order_id`, as text.
    pub fn id(&self) -> &'a str {
        self.line.id()
    }

    /// `order_id`.
    pub fn order_id(&self) -> Option<OrderId> {
        self.line.order_id()
    }

    /// The first eight characters of the id.
    pub fn short(&self) -> &'a str {
        self.id().get(..8).unwrap_or(self.id())
    }

    /// `status`.
    pub fn status(&self) -> &'a Status {
        &self.line.status
    }

    /// Which way the money goes.
    pub fn direction(&self) -> Direction {
        self.line.direction
    }

    /// The crypto, in whole tokens, and its currency.
    pub fn crypto(&self) -> (Option<Amount>, Option<&'a str>) {
        (self.line.crypto(), self.line.crypto_currency(self.currencies))
    }

    /// The fiat, in units of its currency, and that.
    pub fn fiat(&self) -> (Option<Amount>, Option<&'a str>) {
        (self.line.fiat(), self.line.fiat_currency(self.currencies))
    }

    /// `reference_id`, where the server said so.
    pub fn reference(&self) -> Option<&'a str> {
        self.line.reference()
    }

    /// `created_at`, to the millisecond.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.line.created_at()
    }

    /// `updated_at`, to the millisecond.
    pub fn updated_at(&self) -> Option<DateTime<Utc>> {
        self.line.updated_at()
    }

    /// When it was asked for last.
    pub fn asked(&self) -> Now {
        self.row.map_or_else(|| self.line.asked(), |row| row.seen.asked)
    }

    /// Whether it still moves or holds money of ours.
    pub fn is_live(&self) -> bool {
        self.row.is_some_and(|row| row.seen.value.is_live())
    }

    /// How much it wants the operator.
    pub fn urgency(&self, now: &Now) -> Urgency {
        match self.row {
            Some(row) => urgency::of(&row.seen, now),
            None if self.line.send_out_until().is_some_and(|end| now.wall < end) => Urgency::Optional,
            None => Urgency::Ended,
        }
    }
}
