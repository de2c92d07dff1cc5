//! Where the crypto of a completed on-ramp order goes.

use super::Behave;
use crate::domain::OrderId;

/// Where the crypto of a completed on-ramp order goes.
#[derive(Debug)]
pub struct SendOutPage {
    /// The order.
    pub order: OrderId,
}

impl SendOutPage {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self { order }
    }
}
impl Behave for SendOutPage {
    fn title(&self) -> String {
        "Send out".to_owned()
    }
}
