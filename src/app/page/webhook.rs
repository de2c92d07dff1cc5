//! The partner's webhook: show, register, delete, test.

use super::Behave;

/// The partner's webhook: show, register, delete, test.
#[derive(Debug, Default)]
pub struct WebhookPage {}

impl WebhookPage {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Behave for WebhookPage {
    fn title(&self) -> String {
        "Webhook".to_owned()
    }
}
