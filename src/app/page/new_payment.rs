//! Creating a payment profile with the rail's own fields.

use super::Behave;
use crate::domain::UserId;

/// Creating a payment profile with the rail's own fields.
#[derive(Debug)]
pub struct NewPayment {
    /// Whose.
    pub user: UserId,
}

impl NewPayment {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self { user }
    }
}
impl Behave for NewPayment {
    fn title(&self) -> String {
        "New payment details".to_owned()
    }
}
