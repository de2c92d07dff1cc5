//! What a journal leaves open: intents of which nobody knows how they ended.
//!
//! Read at the start, before anything new is signed. An outcome `unknown` leaves its intent open.
//! Pure: a fold over the entries.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::entry::{Entry, Event, Outcome};
use crate::domain::{ActionKind, OrderId};

/// An intent without a final outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// The intent's number: outcomes refer to it.
    pub seq: u64,
    /// The order.
    pub order_id: OrderId,
    /// The action.
    pub action: ActionKind,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Unix seconds until which the signature is good, for an authorization.
    pub deadline: Option<u64>,
    /// The forwarder's nonce it uses, for an authorization.
    pub nonce: Option<String>,
    /// Whether an outcome `unknown` was recorded; otherwise the process ended before any.
    pub unknown: bool,
}

/// The fold.
#[derive(Debug, Default)]
pub struct Recovery(BTreeMap<u64, Unsettled>);

impl Recovery {
    /// Takes the next entry into account.
    pub fn see(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Intent { order_id, action, facts } => {
                self.0.insert(entry.seq, opened(entry, order_id, *action, facts.as_ref()));
            }
            Event::Outcome { intent_seq, result, .. } => self.outcome(*intent_seq, *result),
        }
    }

    fn outcome(&mut self, intent: u64, result: Outcome) {
        if result.is_final() {
            self.0.remove(&intent);
        } else if let Some(open) = self.0.get_mut(&intent) {
            open.unknown = true;
        }
    }

    /// What is open, oldest first.
    pub fn unsettled(self) -> Vec<Unsettled> {
        self.0.into_values().collect()
    }
}

/// What a list of entries leaves open, oldest first.
pub fn unsettled<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Unsettled> {
    let mut fold = Recovery::default();
    entries.into_iter().for_each(|entry| fold.see(entry));
    fold.unsettled()
}

fn opened(entry: &Entry, order_id: &OrderId, action: ActionKind, facts: Option<&Map<String, Value>>) -> Unsettled {
    let fact = |name: &str| facts.and_then(|map| map.get(name));
    Unsettled {
        seq: entry.seq,
        order_id: order_id.clone(),
        action,
        at: entry.at,
        deadline: fact("deadline").and_then(Value::as_u64),
        nonce: fact("nonce").and_then(Value::as_str).map(str::to_owned),
        unknown: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::entry::Who;
    use serde_json::json;

    fn entries(events: Vec<Event>) -> Vec<Entry> {
        let who = Who { user: String::new(), host: String::new(), profile: String::new() };
        let at = DateTime::from_timestamp(0, 0).unwrap();
        let entry = |(n, event)| Entry { seq: n, at, mono_ms: 0, who: who.clone(), event, prev: String::new() };
        (1..).zip(events).map(entry).collect()
    }

    fn intent(order: &str, facts: &Value) -> Event {
        let order_id = OrderId::parse(order).unwrap();
        Event::Intent { order_id, action: ActionKind::Authorize, facts: facts.as_object().cloned() }
    }

    fn outcome(intent_seq: u64, result: Outcome) -> Event {
        Event::Outcome { intent_seq, result, note: String::new() }
    }

    #[test]
    fn only_a_final_outcome_settles_an_intent() {
        use Outcome::{Accepted, NotSent, Rejected, Settled, Unknown};
        let list = entries(vec![
            intent("a", &json!({"nonce": "7", "deadline": 99})), // 1: stays open without a word
            intent("b", &Value::Null),                           // 2: unknown
            outcome(2, Unknown),
            intent("c", &Value::Null), // 4: unknown, later settled
            outcome(4, Unknown),
            outcome(4, Settled),
            intent("d", &Value::Null), // 7
            outcome(7, Accepted),
            intent("e", &Value::Null), // 9
            outcome(9, Rejected),
            intent("f", &Value::Null), // 11
            outcome(11, NotSent),
            outcome(77, Unknown),
        ]);
        let open = unsettled(&list);
        assert_eq!(open.iter().map(|u| (u.seq, u.unknown)).collect::<Vec<_>>(), [(1, false), (2, true)]);
        assert_eq!((open[0].nonce.as_deref(), open[0].deadline), (Some("7"), Some(99)));
    }
}
