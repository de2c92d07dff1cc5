//! Estimate, quote, initiate.

use super::Behave;
use crate::domain::Order;

/// Estimate, quote, initiate.
#[derive(Debug, Default)]
pub struct NewOrder {}

impl NewOrder {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same again, after the price of `order` had moved too far.
    pub fn again(_order: &Order) -> Self {
        Self::default()
    }
}

impl Behave for NewOrder {
    fn title(&self) -> String {
        "NewOrder".to_owned()
    }
}
