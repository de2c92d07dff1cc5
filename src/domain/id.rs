//! Identifiers as newtypes, so that an order's id can never be passed where a user's is meant.
//!
//! The API documents UUIDs, but unknown shapes are normal: any short text that is safe inside a
//! URL path is kept as it came. Anything else (slashes, dots, spaces, control characters, 65
//! characters and more) is refused, because an id ends up in a request path and on the screen.

use std::fmt;
use std::sync::Arc;

/// Why a text cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Nothing was given.
    #[error("the id is empty")]
    Empty,
    /// More than [`MAX_LEN`] characters.
    #[error("the id is longer than {MAX_LEN} characters")]
    TooLong,
    /// A character that must not appear in a URL path segment.
    #[error("the id holds a character other than letters, digits, '-' and '_'")]
    BadCharacter,
}

/// The longest identifier accepted; a UUID has 36 characters.
pub const MAX_LEN: usize = 64;

fn check(text: &str) -> Result<(), BadId> {
    if text.is_empty() {
        return Err(BadId::Empty);
    }
    if text.len() > MAX_LEN {
        return Err(BadId::TooLong);
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.chars().all(allowed) { Ok(()) } else { Err(BadId::BadCharacter) }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes over a text as an identifier; surrounding white space is dropped. A UUID is
            /// written in lower case, so that one thing has one spelling.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let text = text.trim();
                check(text)?;
                let is_uuid = text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
                Ok(if is_uuid { Self(text.to_ascii_lowercase().into()) } else { Self(text.into()) })
            }

            /// The identifier as the API spelled it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The first eight characters: enough to tell rows apart, never enough to act on.
            pub fn short(&self) -> &str {
                self.0.get(..8).unwrap_or(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::parse(text)
            }
        }
    };
}

text_id!(
    /// An order, `order_id`.
    OrderId
);
text_id!(
    /// A user of the partner, `user_uuid` (older documents: `id`, `user_id`).
    UserId
);
text_id!(
    /// A payment profile, `payment_details_id`: a string in profiles and events, a number in quotes.
    PaymentDetailsId
);
text_id!(
    /// A quote, `quote_id`.
    QuoteId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_and_a_number_are_identifiers() {
        assert_eq!(OrderId::parse(" b2c3d4e5-f6a7 ").unwrap().as_str(), "b2c3d4e5-f6a7");
        assert_eq!(PaymentDetailsId::parse("42").unwrap().short(), "42");
    }

    #[test]
    fn a_uuid_has_one_spelling() {
        let upper = OrderId::parse("B2C3D4E5-F6A7-8901-BCDE-F12345678901").unwrap();
        assert_eq!(upper, OrderId::parse("b2c3d4e5-f6a7-8901-bcde-f12345678901").unwrap());
        assert_ne!(OrderId::parse("ABC").unwrap(), OrderId::parse("abc").unwrap());
    }

    #[test]
    fn what_could_change_a_request_path_is_refused() {
        for text in ["../users", "a/b", "a?b", "a b", "a\u{202e}b", "é"] {
            assert_eq!(OrderId::parse(text), Err(BadId::BadCharacter), "{text}");
        }
        assert_eq!(OrderId::parse("  "), Err(BadId::Empty));
        assert_eq!(OrderId::parse(&"a".repeat(65)), Err(BadId::TooLong));
    }
}
