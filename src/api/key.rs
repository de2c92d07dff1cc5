//! The API key: wiped from memory when dropped, never printed, and sent as a header that the HTTP
//! library knows to be secret.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// The longest key accepted.
const MAX_LEN: usize = 1024;

/// A key of the partner API.
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// Why a text is not a key. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadApiKey {
    /// Nothing but white space.
    #[error("the API key is empty")]
    Empty,
    /// White space inside, control characters, or characters beyond ASCII.
    #[error("the API key holds a character that is not a visible ASCII character")]
    BadCharacter,
    /// Far longer than any key.
    #[error("the API key is longer than {MAX_LEN} characters")]
    TooLong,
}

impl ApiKey {
    /// Takes over a key; white space around it is dropped and the given text wiped.
    ///
    /// # Errors
    /// See [`BadApiKey`].
    pub fn parse(text: String) -> Result<Self, BadApiKey> {
        let text = Zeroizing::new(text);
        let key = text.trim();
        if key.is_empty() {
            return Err(BadApiKey::Empty);
        }
        if key.len() > MAX_LEN {
            return Err(BadApiKey::TooLong);
        }
        if !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BadApiKey::BadCharacter);
        }
        Ok(Self(key.into()))
    }

    /// The value of `X-API-Key`, marked as secret. `None` cannot happen for a parsed key.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(self.0.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_itself_nowhere() {
        let key = ApiKey::parse(" s3cret-key\n".to_owned()).unwrap();
        let header = key.header().unwrap();
        assert_eq!(header.to_str().unwrap(), "s3cret-key");
        assert!(!format!("{key:?} {header:?}").contains("s3cret"));
    }

    #[test]
    fn what_no_header_can_carry_is_refused() {
        assert_eq!(ApiKey::parse(" \n".to_owned()).unwrap_err(), BadApiKey::Empty);
        for text in ["a b", "a\u{0}b", "ké", "a\r\nX: y"] {
            assert_eq!(ApiKey::parse(text.to_owned()).unwrap_err(), BadApiKey::BadCharacter);
        }
        assert_eq!(ApiKey::parse("a".repeat(5000)).unwrap_err(), BadApiKey::TooLong);
    }
}
