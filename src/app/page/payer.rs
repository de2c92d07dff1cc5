//! Who pays the fiat of an on-ramp order.

use super::Behave;
use crate::domain::OrderId;

/// Who pays the fiat of an on-ramp order.
#[derive(Debug)]
pub struct PayerPage {
    /// The order.
    pub order: OrderId,
}

impl PayerPage {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self { order }
    }
}
impl Behave for PayerPage {
    fn title(&self) -> String {
        "Payer details".to_owned()
    }
}
