//! The steps of the playbook for a user and an order.

use super::Behave;

/// The steps of the playbook for a user and an order.
#[derive(Debug, Default)]
pub struct Playbook {}

impl Playbook {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Behave for Playbook {
    fn title(&self) -> String {
        "Playbook".to_owned()
    }
}
