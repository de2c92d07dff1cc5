//! Uploading documents for a KYC submission.

use super::Behave;
use crate::domain::UserId;

/// Uploading documents for a KYC submission.
#[derive(Debug)]
pub struct Documents {
    /// Whose.
    pub user: UserId,
}

impl Documents {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self { user }
    }
}
impl Behave for Documents {
    fn title(&self) -> String {
        "Documents".to_owned()
    }
}
