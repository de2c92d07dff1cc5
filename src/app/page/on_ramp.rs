//! What an on-ramp order needs from the operator.

use super::Behave;
use crate::domain::OrderId;

/// What an on-ramp order needs from the operator.
#[derive(Debug)]
pub struct OnRamp {
    /// The order.
    pub order: OrderId,
}

impl OnRamp {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self { order }
    }
}
impl Behave for OnRamp {
    fn title(&self) -> String {
        "On-ramp order".to_owned()
    }
}
