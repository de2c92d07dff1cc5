//! What an operator wrote about an order, for themselves and whoever comes after them.

use chrono::{DateTime, Utc};

/// A note. It is kept on this machine and never sent anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The words.
    pub text: String,
    /// When they were written, to the second.
    pub at: DateTime<Utc>,
}

impl Note {
    /// A note of these words without the white space around them; `None` if there are none.
    pub fn of(text: &str, at: DateTime<Utc>) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self { text: text.to_owned(), at })
    }
}
