//! Deleting a payment profile.

use super::Behave;
use crate::domain::{PaymentDetailsId, UserId};

/// Deleting a payment profile.
#[derive(Debug)]
pub struct RemovePayment {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub id: PaymentDetailsId,
}

impl RemovePayment {
    /// For this profile.
    pub fn new(user: UserId, id: PaymentDetailsId) -> Self {
        Self { user, id }
    }
}

impl Behave for RemovePayment {
    fn title(&self) -> String {
        "Delete payment details".to_owned()
    }
}
