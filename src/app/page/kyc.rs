//! Submitting KYC by one of three methods.

use super::Behave;
use crate::domain::UserId;

/// Submitting KYC by one of three methods.
#[derive(Debug)]
pub struct KycPage {
    /// Whose.
    pub user: UserId,
}

impl KycPage {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self { user }
    }
}
impl Behave for KycPage {
    fn title(&self) -> String {
        "KYC".to_owned()
    }
}
