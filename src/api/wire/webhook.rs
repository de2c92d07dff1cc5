//! Answers about the webhook. Source: reference, section 10.

use super::reader::Reader;
use super::shapes::one;
use crate::domain::webhook::{Webhook, WebhookTest};

/// Reads `GET /webhooks` and the answer to registering.
///
/// # Errors
/// That it is no object.
pub fn read_webhook(data: &str) -> Result<Webhook, String> {
    one(data, "the webhook", |r| Some(Webhook { url: r.text("url"), enabled: r.boolean("enabled") }))
}

/// Reads the answer to a test event.
///
/// # Errors
/// That it does not say whether the event arrived.
pub fn read_test(data: &str) -> Result<WebhookTest, String> {
    one(data, "the webhook test", |r| {
        Some(WebhookTest { delivered: r.need("delivered", Reader::boolean)?, http_status: r.integer("http_status") })
    })
}

/// Reads `{message}` or anything else that says nothing more than yes.
///
/// # Errors
/// Never.
pub fn read_message(data: &str) -> Result<Option<String>, String> {
    Ok(one(data, "the answer", |r| r.text("message")).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_registered_is_an_answer() {
        assert_eq!(read_webhook(r#"{"enabled":false}"#).unwrap(), Webhook { url: None, enabled: Some(false) });
        assert_eq!(read_webhook(r#"{"url":"","enabled":false}"#).unwrap().url, None);
        let test = read_test(r#"{"delivered":true,"http_status":200}"#).unwrap();
        assert_eq!((test.delivered, test.http_status), (true, Some(200)));
        assert!(read_test("{}").is_err());
        assert_eq!(read_message("null"), Ok(None));
        assert_eq!(read_message(r#"{"message":"webhook deleted"}"#), Ok(Some("webhook deleted".to_owned())));
    }
}
