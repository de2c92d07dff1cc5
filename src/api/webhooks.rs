//! Where the API reports events to. Source: reference, section 10.
//!
//! One address per partner: registering replaces the one in use, which may be another system's.

use reqwest::Method;

use super::client::Client;
use super::error::ApiError;
use super::request::{Read, Write};
use super::wire::webhook::{read_message, read_test, read_webhook};
use crate::domain::Observed;
use crate::domain::webhook::{Webhook, WebhookTest};

const LOST: &str = "The webhook may or may not have been changed: look at what is registered now.";

/// `DELETE` wants an id and takes any: there is only one webhook.
const ANY_ID: &str = "1";

impl Client {
    /// `GET /webhooks`: what is registered, if anything. Source: reference, section 10.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn webhook(&self) -> Result<Observed<Webhook>, ApiError> {
        self.read(Read::partner("/webhooks"), read_webhook).await
    }

    /// `POST /webhooks`: registers an address in place of the one in use. https only. One attempt.
    /// Source: reference, section 10.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: not registered (400 `webhook URL is required`, `webhook URL must use
    /// HTTPS`; 401). [`ApiError::OutcomeUnknown`]: it may be. [`ApiError::Transport`]: nothing was sent.
    pub async fn register_webhook(&self, url: &str) -> Result<Observed<Webhook>, ApiError> {
        let write = Write::post("/webhooks", LOST).json(&serde_json::json!({ "url": url }));
        self.write(write, |_, data| read_webhook(data)).await
    }

    /// `DELETE /webhooks/{id}`: no more events; answers the API's words. One attempt.
    /// Source: reference, section 10.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: still registered (401). [`ApiError::OutcomeUnknown`]: it may be gone.
    /// [`ApiError::Transport`]: nothing was sent.
    pub async fn delete_webhook(&self) -> Result<Observed<Option<String>>, ApiError> {
        let write = Write::new(Method::DELETE, &format!("/webhooks/{ANY_ID}"), LOST);
        self.write(write, |_, data| read_message(data)).await
    }

    /// `POST /webhooks/test`: sends a test event and says what the receiver answered. It changes
    /// nothing at the API, so a failure is no more than that. Sent once. Source: reference, section 10.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400 `webhook URL is not set`; 401; 502 `webhook delivery failed`),
    /// [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn test_webhook(&self) -> Result<Observed<WebhookTest>, ApiError> {
        self.read(Read::partner("/webhooks/test").asking(String::new()).once(), read_test).await
    }
}
