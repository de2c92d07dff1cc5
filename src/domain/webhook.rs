//! Where the API reports events to. Source: reference, section 10.
//!
//! There is one address per partner: registering replaces the one in use, which may be another
//! system's.

/// `GET /webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Webhook {
    /// `url`; none while nothing is registered.
    pub url: Option<String>,
    /// `enabled`.
    pub enabled: Option<bool>,
}

/// What came of a test event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookTest {
    /// `delivered`.
    pub delivered: bool,
    /// `http_status` of the receiver.
    pub http_status: Option<u64>,
}
