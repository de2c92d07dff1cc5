//! One user: where their KYC stands, and what can be done about it.

use super::Behave;
use crate::domain::UserId;

/// One user: where their KYC stands, and what can be done about it.
#[derive(Debug)]
pub struct UserPage {
    /// Whose.
    pub user: UserId,
}

impl UserPage {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self { user }
    }
}
impl Behave for UserPage {
    fn title(&self) -> String {
        "User".to_owned()
    }
}
