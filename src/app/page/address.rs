//! The fields an order demands of its user.

use super::Behave;
use crate::domain::OrderId;

/// The fields an order demands of its user.
#[derive(Debug)]
pub struct Address {
    /// The order.
    pub order: OrderId,
}

impl Address {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self { order }
    }
}
impl Behave for Address {
    fn title(&self) -> String {
        "Update KYC".to_owned()
    }
}
