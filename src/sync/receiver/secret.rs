//! The secret shared with the sender: wiped from memory when dropped, never printed, and used for
//! one thing alone.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The longest secret accepted.
const MAX_LEN: usize = 1024;

/// A webhook secret.
#[derive(Clone)]
pub struct WebhookSecret(SecretString);

/// Why a text is not a webhook secret. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret is 1 to {MAX_LEN} visible ASCII characters without spaces")]
pub struct BadSecret;

impl WebhookSecret {
    /// Takes over a secret; white space around it is dropped.
    ///
    /// # Errors
    /// See [`BadSecret`].
    pub fn parse(text: &SecretString) -> Result<Self, BadSecret> {
        let text = text.expose_secret().trim();
        let good = (1..=MAX_LEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if good { Ok(Self(SecretString::from(text))) } else { Err(BadSecret) }
    }

    /// Whether `mac` is the HMAC-SHA256 of `"<timestamp>.<body>"`. Takes the same time wherever a
    /// wrong one differs.
    pub(super) fn signed(&self, timestamp: &[u8], body: &[u8], mac: &[u8; 32]) -> bool {
        let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()) else { return false };
        hmac.update(timestamp);
        hmac.update(b".");
        hmac.update(body);
        hmac.verify_slice(mac).is_ok()
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Result<WebhookSecret, BadSecret> {
        WebhookSecret::parse(&SecretString::from(text))
    }

    #[test]
    fn a_signature_made_by_another_tool_is_taken_and_no_other() {
        // printf '1790000000.{"event_id":"e-1"}' | openssl dgst -sha256 -hmac whsec_test
        let mac = hex::decode("ca906e6656f5fcd6747c306cc306670c5e910edf3fb91f1c4e46a00cd38949a6").unwrap();
        let mac: [u8; 32] = mac.try_into().unwrap();
        let (ours, body) = (secret("whsec_test\n").unwrap(), br#"{"event_id":"e-1"}"#);
        assert!(ours.signed(b"1790000000", body, &mac));
        assert!(!ours.signed(b"1790000001", body, &mac));
        assert!(!ours.signed(b"1790000000", &body[..17], &mac));
        assert!(!secret("whsec_tesT").unwrap().signed(b"1790000000", body, &mac));
        let mut other = mac;
        other[31] ^= 1;
        assert!(!ours.signed(b"1790000000", body, &other));
    }

    #[test]
    fn it_shows_itself_nowhere_and_what_no_secret_is_is_refused() {
        assert!(!format!("{:?}", secret("whsec_hush").unwrap()).contains("hush"));
        for text in ["", " \n", "a b", "é", &"a".repeat(1025)] {
            assert_eq!(secret(text).unwrap_err(), BadSecret);
        }
    }
}
