//! What a journal leaves open: intents of which nobody knows how they ended, and authorizations and
//! send-outs that were taken (accepted or settled), whose nonce still binds their order.
//!
//! Read at the start, before anything new is signed. An outcome `unknown` leaves its intent open.
//! Pure: a fold over the entries.

use std::collections::BTreeMap;

use alloy_primitives::{Address, Bytes};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::entry::{Entry, Event, Outcome, SignedBody};
use crate::domain::refund::Funding;
use crate::domain::resend::{self, Kept};
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
    /// Unix seconds until which the signature is good, for an authorization or a send-out.
    pub deadline: Option<u64>,
    /// The forwarder's nonce it uses, for an authorization or a send-out.
    pub nonce: Option<String>,
    /// What an authorization funds the escrow with.
    pub funding: Option<Funding>,
    /// Whether an outcome `unknown` was recorded; otherwise the process ended before any.
    pub unknown: bool,
    /// An authorization or send-out that the API took. Its outcome is known, but its signature and nonce still
    /// decide what may be signed for the same order.
    pub accepted: bool,
    /// What was signed and may have left: only these very bytes may be sent again.
    pub signed: Option<SignedRequest>,
    /// Whether a signed request was ready to be sent, kept or not.
    pub ready: bool,
    /// How often they were sent again, or were about to be.
    pub resends: u32,
    /// The wallet that pays, where the review said.
    pub wallet: Option<Address>,
    /// What was reviewed, name and value.
    pub facts: Vec<(String, String)>,
    /// The form of its entry.
    pub format: u8,
}

impl Unsettled {
    /// A signature was asked for and never made ready to be sent: the process ended before. Entries
    /// of the first form do not say.
    pub fn never_left(&self) -> bool {
        self.action.is_signed() && self.format >= 2 && !self.ready && !self.unknown && !self.accepted
    }

    /// What may be sent once more: only while the fate of the intent is unknown.
    pub fn kept(&self) -> Option<Kept> {
        let SignedRequest { path, body } = self.signed.as_ref().filter(|_| !self.accepted)?;
        let intent = (self.seq, self.order_id.clone(), self.action, self.at);
        let bytes = resend::Bytes { path: path.clone(), body: body.expose().to_owned(), sha256: body.sha256() };
        Some(Kept::from_journal(intent, self.deadline, self.facts.clone(), bytes))
    }
}

/// A signed request as it was sent, or was about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// The path below the API's address.
    pub path: String,
    /// The body, byte for byte.
    pub body: SignedBody,
}

/// The fold.
#[derive(Debug, Clone, Default)]
pub struct Recovery(BTreeMap<u64, Unsettled>);

impl Recovery {
    /// Takes the next entry into account.
    pub fn see(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Intent { order_id, action, facts, .. } => {
                self.0.insert(entry.seq, opened(entry, order_id, *action, facts.as_ref()));
            }
            Event::Signed { intent_seq, path, body, body_sha256, .. } => {
                self.signed(*intent_seq, path, body.as_ref().filter(|body| body.sha256() == *body_sha256));
            }
            Event::Outcome { intent_seq, result, .. } => self.outcome(*intent_seq, *result),
            Event::Resend { intent_seq, .. } => {
                if let Some(open) = self.0.get_mut(intent_seq) {
                    open.resends = open.resends.saturating_add(1);
                }
            }
            Event::Answer { .. } | Event::Pin { .. } | Event::HeadReset { .. } => {}
        }
    }

    fn signed(&mut self, intent: u64, path: &str, body: Option<&SignedBody>) {
        let Some(open) = self.0.get_mut(&intent) else { return };
        open.ready = true;
        if let Some(body) = body {
            open.signed = Some(SignedRequest { path: path.to_owned(), body: body.clone() });
        }
    }

    fn outcome(&mut self, intent: u64, result: Outcome) {
        let Some(open) = self.0.get_mut(&intent) else { return };
        match result {
            Outcome::Unknown => open.unknown = true,
            // Said of a repetition, it says nothing about the first one.
            Outcome::Rejected | Outcome::NotSent if open.resends > 0 => open.unknown = true,
            Outcome::Accepted | Outcome::Settled if open.action.uses_forwarder() => open.accepted = true,
            Outcome::Accepted | Outcome::Settled | Outcome::Rejected | Outcome::NotSent => {
                self.0.remove(&intent);
            }
        }
    }

    /// The signed request of an open intent.
    pub fn kept(&self, intent: u64) -> Option<Kept> {
        self.0.get(&intent)?.kept()
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

/// What the recorded call paid into the escrow.
fn funding(facts: &Map<String, Value>) -> Option<Funding> {
    let text = |name: &str| facts.get(name).and_then(Value::as_str);
    let data: Bytes = text("data")?.parse().ok()?;
    Funding::recorded(facts.get("chain_id")?.as_u64()?, text("to")?.parse().ok()?, &data)
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
        funding: facts.filter(|_| action == ActionKind::Authorize).and_then(funding),
        unknown: false,
        accepted: false,
        signed: None,
        ready: false,
        resends: 0,
        wallet: fact("from").and_then(Value::as_str).and_then(|from| from.parse().ok()),
        facts: facts.map(listed).unwrap_or_default(),
        format: entry.format,
    }
}

fn listed(facts: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    facts.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::entry::Who;
    use serde_json::json;

    fn entries(events: Vec<Event>) -> Vec<Entry> {
        let who = Who { user: String::new(), host: String::new(), profile: String::new() };
        let at = DateTime::from_timestamp(0, 0).unwrap();
        let entry = |(n, event)| Entry {
            seq: n,
            at,
            mono_ms: 0,
            who: who.clone(),
            event,
            prev: String::new(),
            format: 2,
            server_skew_s: None,
        };
        (1..).zip(events).map(entry).collect()
    }

    fn intent(order: &str, facts: &Value) -> Event {
        let order_id = OrderId::parse(order).unwrap();
        Event::Intent { order_id, action: ActionKind::Authorize, facts: facts.as_object().cloned(), checks: vec![] }
    }

    fn outcome(intent_seq: u64, result: Outcome) -> Event {
        Event::Outcome { intent_seq, result, note: String::new() }
    }

    #[test]
    fn what_was_funded_is_read_back_and_a_send_out_binds_by_its_nonce() {
        let data = format!("0xa9059cbb{}{}{:064x}", "00".repeat(12), "22".repeat(20), 101_500_000);
        let token = "0xf86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA";
        let facts = json!({"nonce": "7", "deadline": 99, "chain_id": 660_279, "to": token, "data": data});
        let order_id = || OrderId::parse("b").unwrap();
        let with =
            |action| Event::Intent { order_id: order_id(), action, facts: facts.as_object().cloned(), checks: vec![] };
        let list = entries(vec![
            intent("a", &facts),
            outcome(1, Outcome::Accepted),
            with(ActionKind::SendOut),
            outcome(3, Outcome::Accepted),
            with(ActionKind::Refund),
            outcome(5, Outcome::Accepted),
        ]);
        let open = unsettled(&list);
        assert_eq!(open.iter().map(|u| u.action).collect::<Vec<_>>(), [ActionKind::Authorize, ActionKind::SendOut]);
        let funding = open[0].funding.clone().unwrap();
        assert_eq!((funding.chain_id, funding.token.to_string()), (660_279, token.to_owned()));
        assert_eq!((funding.escrow, funding.amount.to_string()), ([0x22; 20].into(), "101500000".to_owned()));
        assert_eq!((&open[1].funding, open[1].nonce.as_deref()), (&None, Some("7")));
    }

    #[test]
    fn what_was_signed_comes_back_byte_for_byte_with_its_intent_only() {
        let body = SignedBody::new("{\"signature\":\"0x1\"}".to_owned());
        let signed = Event::Signed {
            intent_seq: 2,
            path: "/x".to_owned(),
            signature_sha256: String::new(),
            body_sha256: body.sha256(),
            body: Some(body.clone()),
        };
        let answer = Event::Answer { intent_seq: 2, http_status: 500, request_id: None };
        let open = unsettled(&entries(vec![intent("a", &Value::Null), intent("b", &Value::Null), signed, answer]));
        assert_eq!(open[0].signed, None, "it never left");
        assert_eq!(open[1].signed, Some(SignedRequest { path: "/x".to_owned(), body }));
    }

    #[test]
    fn what_may_be_sent_again_is_kept_until_its_fate_is_known() {
        let facts = json!({"nonce": "7", "from": "0x2222222222222222222222222222222222222222", "chain_id": 9});
        let body = SignedBody::new("{}".to_owned());
        let signed = |body_sha256: String| Event::Signed {
            intent_seq: 1,
            path: "/x".to_owned(),
            signature_sha256: String::new(),
            body_sha256,
            body: Some(body.clone()),
        };
        let resend = || Event::Resend { intent_seq: 1, body_sha256: body.sha256() };
        let fold = |more: Vec<Event>| {
            let mut events = vec![intent("a", &facts)];
            events.extend(more);
            unsettled(&entries(events)).pop()
        };
        let never = fold(vec![]).unwrap();
        assert!(never.never_left() && never.kept().is_none());
        let wrong = fold(vec![signed("00".to_owned())]).unwrap();
        assert!(wrong.kept().is_none() && !wrong.never_left(), "a body that is not the one of its hash");
        let open = fold(vec![signed(body.sha256()), outcome(1, Outcome::Unknown)]).unwrap();
        let kept = open.kept().unwrap();
        assert!(!open.never_left() && open.resends == 0 && open.wallet == Some([0x22; 20].into()));
        assert_eq!((kept.intent_seq, kept.fact("chain_id"), &kept.body_sha256), (1, Some("9"), &body.sha256()));
        // A refusal, or a failure before sending, of the repetition leaves the first one open.
        for word in [Outcome::Rejected, Outcome::NotSent, Outcome::Unknown] {
            let again = fold(vec![signed(body.sha256()), resend(), outcome(1, word)]).unwrap();
            assert!(again.resends == 1 && again.unknown && again.kept().is_some(), "{word:?}");
            assert!(fold(vec![signed(body.sha256()), outcome(1, word)]).is_none_or(|open| open.unknown));
        }
        let taken = fold(vec![signed(body.sha256()), resend(), outcome(1, Outcome::Accepted)]).unwrap();
        assert!(taken.accepted && taken.kept().is_none());
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
        let found: Vec<_> = open.iter().map(|u| (u.seq, u.unknown, u.accepted)).collect();
        let bound = [(4, true, true), (7, false, true)];
        assert_eq!(found[..2], [(1, false, false), (2, true, false)]);
        assert_eq!(found[2..], bound, "what was taken still binds its order by its nonce");
        assert_eq!((open[0].nonce.as_deref(), open[0].deadline), (Some("7"), Some(99)));
    }
}
