//! What stands in one line of the journal.
//!
//! Pure values with a stable JSON form: scripts read it with `ramptop journal export`. Field names
//! are part of the program's interface; add, never rename, and every later field may be absent, so
//! that old journals still read. The signed request is kept in the clear ([`Event::Signed`]): it
//! authorizes exactly what was reviewed, to that API, and its nonce is used once; what is resent
//! after a lost answer must be the very same bytes. It is in no export, list or log.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::domain::{ActionKind, OrderId};

/// The form of what is written now. From 2 on, the end of the chain is noted outside the file as
/// well: a journal with such lines has a head ([`super::head`]).
pub const FORMAT: u8 = 2;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The user of the operating system.
    pub user: String,
    /// The machine.
    pub host: String,
    /// The profile of ramptop.
    pub profile: String,
}

/// One line, without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// The wall clock, RFC 3339.
    pub at: DateTime<Utc>,
    /// Milliseconds since the process started.
    pub mono_ms: u64,
    /// Who.
    pub who: Who,
    /// What.
    pub event: Event,
    /// The hash of the line before, 64 hexadecimal digits.
    pub prev: String,
    /// The form it was written in: 1 where it is not said.
    #[serde(default = "first_format", skip_serializing_if = "is_first_format")]
    pub format: u8,
    /// Seconds the API's clock was ahead of ours (negative: behind) when last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_skew_s: Option<i64>,
}

fn first_format() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_first_format(format: &u8) -> bool {
    *format <= 1
}

/// One check of the review, by its stable name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckVerdict {
    /// Its name.
    pub name: String,
    /// `pass`, `warn` or `refuse`.
    pub verdict: String,
}

/// The body of a signed request, byte for byte as it is sent. A signature is worth money until its
/// deadline, so this never shows itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignedBody(String);

impl SignedBody {
    /// The body's text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// For sending it, once more if its answer was lost.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// SHA-256 of its bytes, 64 hexadecimal digits: says which one it was without being it.
    pub fn sha256(&self) -> String {
        sha256(self.0.as_bytes())
    }
}

impl fmt::Debug for SignedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedBody(..)")
    }
}

/// SHA-256 as 64 hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// An operator said yes; it is about to be signed and sent.
    Intent {
        /// The order.
        #[serde(with = "order_id")]
        order_id: OrderId,
        /// The action.
        #[serde(with = "action")]
        action: ActionKind,
        /// What was reviewed, for a signature: digest, nonce, deadline, amount, recipient and so on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facts: Option<Map<String, Value>>,
        /// The checks of the review and their verdicts, for a signature.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        checks: Vec<CheckVerdict>,
    },
    /// It is signed and about to be sent: on disk before the first byte leaves. An intent that asks
    /// for a signature and has no such line was never sent.
    Signed {
        /// The `seq` of the intent.
        intent_seq: u64,
        /// The path of the request below the API's address.
        path: String,
        /// SHA-256 of the 65 bytes of the signature, 64 hexadecimal digits.
        signature_sha256: String,
        /// SHA-256 of the body, 64 hexadecimal digits.
        body_sha256: String,
        /// The body, byte for byte; absent in an export.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<SignedBody>,
    },
    /// The signed request of an intent is about to be sent once more, byte for byte: on disk before
    /// the first byte leaves. What was signed stands in the intent's own line.
    Resend {
        /// The `seq` of the intent.
        intent_seq: u64,
        /// SHA-256 of the body, 64 hexadecimal digits.
        body_sha256: String,
    },
    /// The API answered. A lost answer leaves no such line.
    Answer {
        /// The `seq` of the intent.
        intent_seq: u64,
        /// The HTTP status.
        http_status: u16,
        /// The API's id of the request, where it gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// The operator accepted lines that do not end where the note outside the file says. Whatever
    /// was missing then is missing for good, and this line says so.
    HeadReset {
        /// How many lines there should have been, if a note was there and readable.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<u64>,
        /// The hash of the last of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_hash: Option<String>,
        /// How many lines there were.
        found: u64,
    },
    /// The operator set or changed the profile's pins.
    Pin {
        /// The pins before, where there were any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<Map<String, Value>>,
        /// The pins from now on.
        new: Map<String, Value>,
    },
    /// What became of an intent. More than one may follow, for example `unknown`, later `settled`.
    Outcome {
        /// The `seq` of the intent.
        intent_seq: u64,
        /// The result.
        result: Outcome,
        /// In words; never a secret or a signature.
        note: String,
    },
}

/// What became of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The API took it.
    Accepted,
    /// The API refused it.
    Rejected,
    /// It never left: refused, failed or stopped before sending.
    NotSent,
    /// It was sent and no answer came: it may have happened.
    Unknown,
    /// What was unknown was found out.
    Settled,
}

impl Outcome {
    /// Whether nothing is left to find out.
    pub fn is_final(self) -> bool {
        self != Self::Unknown
    }
}

mod order_id {
    use super::OrderId;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(id: &OrderId, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(id.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<OrderId, D::Error> {
        OrderId::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

mod action {
    use super::ActionKind;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub(super) fn serialize<S: Serializer>(action: &ActionKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(action.verb())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ActionKind, D::Error> {
        let text = String::deserialize(from)?;
        let found = ActionKind::ALL.into_iter().find(|action| action.verb() == text);
        found.ok_or_else(|| D::Error::custom(format!("unknown action {text:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_on_disk_is_stable() {
        let event = Event::Intent {
            order_id: OrderId::parse("o").unwrap(),
            action: ActionKind::ConfirmFiat,
            facts: None,
            checks: vec![],
        };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(text, r#"{"kind":"intent","order_id":"o","action":"confirm"}"#);
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        let event = Event::Outcome { intent_seq: 3, result: Outcome::NotSent, note: "x".to_owned() };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(text, r#"{"kind":"outcome","intent_seq":3,"result":"not_sent","note":"x"}"#);
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }

    #[test]
    fn lines_of_the_first_form_still_read() {
        let line = r#"{"seq":1,"at":"2026-01-02T03:04:05Z","mono_ms":7,"who":{"user":"u","host":"h","profile":"p"},"event":{"kind":"intent","order_id":"o","action":"cancel"},"prev":"x"}"#;
        let entry: Entry = serde_json::from_str(line).unwrap();
        assert_eq!((entry.format, entry.server_skew_s), (1, None));
        assert_eq!(serde_json::to_string(&entry).unwrap(), line, "and are written as they were");
    }

    #[test]
    fn a_signed_body_does_not_show_itself() {
        let body = SignedBody::new("{\"signature\":\"0xabc\"}".to_owned());
        let event = Event::Signed {
            intent_seq: 1,
            path: "/x".to_owned(),
            signature_sha256: String::new(),
            body_sha256: body.sha256(),
            body: Some(body.clone()),
        };
        assert!(!format!("{event:?}").contains("0xabc"));
        let back: Event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
        let Event::Signed { body: Some(back), .. } = back else { panic!("{back:?}") };
        assert_eq!(back.expose(), body.expose());
    }

    #[test]
    fn what_it_cannot_mean_is_not_read() {
        for text in [
            r#"{"kind":"intent","order_id":"../x","action":"confirm"}"#,
            r#"{"kind":"intent","order_id":"o","action":"steal"}"#,
            r#"{"kind":"surprise"}"#,
        ] {
            assert!(serde_json::from_str::<Event>(text).is_err(), "{text}");
        }
    }
}
