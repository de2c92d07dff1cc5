//! Watching a verification.

use super::Behave;
use crate::domain::UserId;

/// Watching a verification.
#[derive(Debug)]
pub struct VerificationPage {
    /// Whose.
    pub user: UserId,
}

impl VerificationPage {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self { user }
    }
}
impl Behave for VerificationPage {
    fn title(&self) -> String {
        "Verification".to_owned()
    }
}
