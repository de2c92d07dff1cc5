//! What a journal says was signed before: a fold over its entries into [`Past`].
//!
//! Limits count from here, so that a restart frees nothing. An intent without an outcome counts as
//! one of unknown fate. Entries of older versions tell the order's amount instead of what was paid;
//! it is taken as it is. Pure.

use alloy_primitives::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::entry::{Event, Outcome};
use crate::domain::past::{Fate, Past, Signed, Slot};
use crate::domain::refund::Funding;
use crate::domain::{ActionKind, Amount};

/// The fold.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: Past,
}

impl History {
    /// Takes the next entry into account.
    pub fn see(&mut self, seq: u64, at: DateTime<Utc>, event: &Event) {
        match event {
            Event::Intent { action, facts: Some(facts), .. } if action.is_signed() => {
                self.past.signed.push(signed(seq, at, *action, facts));
            }
            Event::Outcome { intent_seq, result, .. } => self.outcome(*intent_seq, *result),
            _ => {}
        }
    }

    fn outcome(&mut self, intent: u64, result: Outcome) {
        let Some(signed) = self.past.signed.iter_mut().rev().find(|signed| signed.seq == intent) else { return };
        signed.fate = match result {
            // Settled is found out, either way; an earlier word that it was taken stands.
            Outcome::Settled if signed.fate == Fate::Taken => Fate::Taken,
            Outcome::Unknown | Outcome::Settled => Fate::Open,
            Outcome::Accepted => Fate::Taken,
            Outcome::Rejected | Outcome::NotSent => Fate::Nothing,
        };
    }

    /// What was signed so far.
    pub fn past(&self) -> &Past {
        &self.past
    }
}

fn signed(seq: u64, at: DateTime<Utc>, action: ActionKind, facts: &Map<String, Value>) -> Signed {
    let text = |name: &str| facts.get(name).and_then(Value::as_str);
    let amount = text("amount").or_else(|| text("crypto_amount"));
    Signed {
        seq,
        at,
        action,
        currency: text("crypto_currency").unwrap_or_default().to_owned(),
        amount: amount.and_then(|amount| Amount::parse(amount).ok()),
        recipient: text("recipient").and_then(|to| to.parse().ok()).or_else(|| of_calldata(text("data")?)),
        slot: slot(facts),
        fate: Fate::Open,
    }
}

/// The recipient of the call of `transfer` that older entries hold alone.
fn of_calldata(data: &str) -> Option<alloy_primitives::Address> {
    let data: Bytes = data.parse().ok()?;
    Funding::recorded(0, alloy_primitives::Address::ZERO, data.get(..68)?).map(|funding| funding.escrow)
}

fn slot(facts: &Map<String, Value>) -> Option<Slot> {
    let text = |name: &str| facts.get(name).and_then(Value::as_str).map(str::to_owned);
    let chain = facts.get("chain_id")?.as_u64()?.to_string();
    Some(Slot { chain, forwarder: text("forwarder")?, nonce: text("nonce")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrderId;
    use serde_json::json;

    fn intent(action: ActionKind, facts: &Value) -> Event {
        // Through the form on disk, so that fields added later need no change here.
        let map = json!({"kind": "intent", "order_id": OrderId::parse("o").unwrap().as_str(),
                         "action": action.verb(), "facts": facts});
        serde_json::from_value(map).unwrap()
    }

    fn outcome(intent_seq: u64, result: Outcome) -> Event {
        Event::Outcome { intent_seq, result, note: String::new() }
    }

    #[test]
    fn fates_follow_the_outcomes_and_older_entries_are_read() {
        let escrow = "22".repeat(20);
        let data = format!("0xa9059cbb{}{escrow}{:064x}", "00".repeat(12), 5);
        let older = json!({"crypto_amount": "7", "crypto_currency": "USDT", "data": data, "nonce": "1",
                           "chain_id": 9, "forwarder": "0xf"});
        let newer = json!({"crypto_amount": "7", "amount": "7.5", "crypto_currency": "USDT", "recipient": "0x3333333333333333333333333333333333333333"});
        let mut history = History::default();
        let at = DateTime::from_timestamp(5, 0).unwrap();
        let events = [
            intent(ActionKind::Authorize, &older),
            intent(ActionKind::Cancel, &older),
            intent(ActionKind::SendOut, &newer),
            outcome(1, Outcome::Unknown),
            outcome(1, Outcome::Settled),
            outcome(3, Outcome::Accepted),
            outcome(3, Outcome::Settled),
            intent(ActionKind::Refund, &newer),
            outcome(8, Outcome::Rejected),
            outcome(99, Outcome::Accepted),
        ];
        for (seq, event) in (1..).zip(&events) {
            history.see(seq, at, event);
        }
        let all = &history.past().signed;
        let fates: Vec<_> = all.iter().map(|s| (s.seq, s.fate)).collect();
        assert_eq!(fates, [(1, Fate::Open), (3, Fate::Taken), (8, Fate::Nothing)]);
        assert_eq!(all[0].amount.map(|a| a.to_string()).as_deref(), Some("7"));
        assert_eq!(all[1].amount.map(|a| a.to_string()).as_deref(), Some("7.5"));
        assert_eq!(all[0].recipient, Some([0x22; 20].into()));
        assert_eq!(all[1].recipient, Some([0x33; 20].into()));
        assert_eq!(all[0].slot.as_ref().unwrap().chain, "9");
    }
}
