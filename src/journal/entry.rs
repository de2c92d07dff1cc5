//! What stands in one line of the journal.
//!
//! Pure values with a stable JSON form: scripts read it with `ramptop journal export`. Field names
//! are part of the program's interface; add, never rename.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::{ActionKind, OrderId};

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
        let event =
            Event::Intent { order_id: OrderId::parse("o").unwrap(), action: ActionKind::ConfirmFiat, facts: None };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(text, r#"{"kind":"intent","order_id":"o","action":"confirm"}"#);
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        let event = Event::Outcome { intent_seq: 3, result: Outcome::NotSent, note: "x".to_owned() };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(text, r#"{"kind":"outcome","intent_seq":3,"result":"not_sent","note":"x"}"#);
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
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
