//! The API's JSON, one file per resource, read into the types of `domain`.
//!
//! Tolerant about everything that is only shown, strict about what gets signed. Absent and `null`
//! mean the same, unknown fields are ignored, unknown words are kept, and a field that cannot be
//! read costs that field alone. Nothing here knows about HTTP.

pub mod authorize;
pub mod bodies;
pub mod catalogue;
pub mod chain;
pub mod event;
pub mod kyc;
pub mod object;
pub mod order;
pub mod page;
pub mod parameters;
mod parts;
pub mod quote;
pub mod rails;
pub mod reader;
mod shapes;
pub mod user;
pub mod webhook;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::domain::{Order, OrderId};

/// An order of a page that could not be read.
#[derive(Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Its identity, where at least that could be read.
    pub id: Option<OrderId>,
    /// Why it could not be read.
    pub reason: String,
    /// Its JSON, made visible and cut.
    pub raw: String,
}

impl fmt::Debug for SetAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetAside").field("id", &self.id).field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// One page of `GET /orders`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrdersPage {
    /// The orders that could be read, in the server's order.
    pub orders: Vec<Order>,
    /// Those that could not.
    pub set_aside: Vec<SetAside>,
    /// The page's number as the server says it, otherwise as asked.
    pub page: u32,
    /// `pagination.total_pages`.
    pub total_pages: Option<u32>,
    /// `pagination.total_count`.
    pub total_count: Option<u64>,
}

/// Whether two identifiers mean the same: UUIDs do not differ by case.
pub fn same_id(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
