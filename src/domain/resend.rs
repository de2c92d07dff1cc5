//! A signed request whose answer was lost, on its way out once more.
//!
//! [`Kept`] is what the journal holds of it; only the journal makes one. [`Resubmission`] is made of
//! it by the stages alone ([`super::stage`]): after a fresh permit, the operator's yes and an entry
//! in the journal. It carries the very same bytes, so whatever becomes of the first one, at most one
//! of the two can be executed. Source: reference, section 6.3.

use std::fmt;

use chrono::{DateTime, Utc};

use super::action::ActionKind;
use super::id::OrderId;
use super::stage::Receipt;

/// A signed request of unknown fate, as the journal kept it.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// The intent's number in the journal.
    pub intent_seq: u64,
    /// The order.
    pub order: OrderId,
    /// The action.
    pub action: ActionKind,
    /// When the intent was recorded.
    pub at: DateTime<Utc>,
    /// Unix seconds until which the signature is good; `None` for a refund.
    pub deadline: Option<u64>,
    /// What was reviewed and agreed to then, name and value.
    pub facts: Vec<(String, String)>,
    /// SHA-256 of the body, hexadecimal.
    pub body_sha256: String,
    path: String,
    body: String,
}

/// The path and the body of a request, byte for byte.
pub(crate) struct Bytes {
    /// Below the API's address.
    pub(crate) path: String,
    /// The body.
    pub(crate) body: String,
    /// Its SHA-256, hexadecimal.
    pub(crate) sha256: String,
}

impl Kept {
    /// For the journal: the intent, and what its signed line holds.
    pub(crate) fn from_journal(
        (intent_seq, order, action, at): (u64, OrderId, ActionKind, DateTime<Utc>),
        deadline: Option<u64>,
        facts: Vec<(String, String)>,
        bytes: Bytes,
    ) -> Self {
        let Bytes { path, body, sha256 } = bytes;
        Self { intent_seq, order, action, at, deadline, facts, body_sha256: sha256, path, body }
    }

    /// A fact of the review by its name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Kept {
    /// A signature is worth money until its deadline: it is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({} {} of {}, ..)", self.intent_seq, self.action, self.order)
    }
}

/// What is sent once more, once. `api` takes it by value.
#[derive(Debug, PartialEq, Eq)]
pub struct Resubmission {
    kept: Kept,
    receipt: Receipt,
}

impl Resubmission {
    /// For the stages: after the yes and the record.
    pub(super) fn new(kept: Kept, receipt: Receipt) -> Self {
        Self { kept, receipt }
    }

    /// The order acted on.
    pub fn order(&self) -> &OrderId {
        &self.kept.order
    }

    /// The action.
    pub fn action(&self) -> ActionKind {
        self.kept.action
    }

    /// The intent whose request it is.
    pub fn intent_seq(&self) -> u64 {
        self.kept.intent_seq
    }

    /// The path below the API's address, as then.
    pub fn path(&self) -> &str {
        &self.kept.path
    }

    /// The body, as then.
    pub(crate) fn into_body(self) -> String {
        self.kept.body
    }

    /// Where the journal says that it is sent again.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }
}
