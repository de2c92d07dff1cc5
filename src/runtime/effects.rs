//! Carrying out the steps of acting on money, for the dashboard and the headless commands alike.
//!
//! Each step is one call outside and one event back; nothing is decided here.

use serde_json::{Map, Value};

use super::convert::failure;
use crate::api::Client;
use crate::app::Failure;
use crate::app::flow::{FlowEffect, FlowEvent, IntentRecord, OutcomeKind, OutcomeRecord, Prepared};
use crate::domain::OrderId;
use crate::domain::stage::Receipt;
use crate::journal::{Event, Journal, JournalError, Outcome};
use crate::signing::keystore::Keystore;

/// What acting on money needs from outside.
#[derive(Clone)]
pub struct Desk {
    /// The API.
    pub client: Client,
    /// The signing key.
    pub keystore: Keystore,
    /// The record; without one nothing can be done.
    pub journal: Option<Journal>,
}

impl Desk {
    /// Carries out one step.
    pub async fn carry_out(&self, effect: FlowEffect) -> FlowEvent {
        match effect {
            FlowEffect::ReadOrder(id) => {
                FlowEvent::OrderRead(self.client.order(&id).await.map(Box::new).map_err(|e| failure(&e)))
            }
            FlowEffect::ReadBack(id) => {
                FlowEvent::ReadBack(self.client.order(&id).await.map(Box::new).map_err(|e| failure(&e)))
            }
            FlowEffect::Prepare(id) => FlowEvent::Prepared(self.prepare(&id).await.map(Box::new)),
            FlowEffect::RecordIntent(record) => FlowEvent::IntentRecorded(self.record_intent(*record).await),
            FlowEffect::Sign(recorded) => {
                let signed = self.keystore.sign(*recorded).await;
                FlowEvent::Signed(signed.map(Box::new).map_err(|e| nothing_sent(&e.to_string())))
            }
            FlowEffect::Submit(submission) => {
                tracing::info!(order = %submission.order(), action = %submission.action(), "submitting");
                FlowEvent::Submitted(self.client.submit(*submission).await.map(|_| ()).map_err(|e| failure(&e)))
            }
            FlowEffect::RecordOutcome(record) => FlowEvent::OutcomeRecorded(self.record_outcome(record).await),
        }
    }

    async fn prepare(&self, id: &OrderId) -> Result<Prepared, Failure> {
        let signer = self.keystore.address().await.map_err(|e| nothing_sent(&e.to_string()))?;
        let signer = signer.ok_or_else(|| {
            Failure::not_sent(
                "There is no signing key in this profile.",
                "Nothing was signed or sent. Import one with: ramptop key import",
            )
        })?;
        let parameters = self.client.transfer_parameters(id).await.map_err(|e| failure(&e))?;
        Ok(Prepared { parameters, signer })
    }

    async fn record_intent(&self, record: IntentRecord) -> Result<Receipt, Failure> {
        let facts: Map<String, Value> =
            record.facts.into_iter().map(|(name, value)| (name.to_owned(), fact(name, value))).collect();
        let event = Event::Intent { order_id: record.order, action: record.action, facts: Some(facts) };
        self.append(event).await
    }

    /// Puts an outcome on the record.
    pub async fn record_outcome(&self, record: OutcomeRecord) -> Result<(), Failure> {
        let result = match record.kind {
            OutcomeKind::Accepted => Outcome::Accepted,
            OutcomeKind::Rejected => Outcome::Rejected,
            OutcomeKind::NotSent => Outcome::NotSent,
            OutcomeKind::Unknown => Outcome::Unknown,
            OutcomeKind::Settled => Outcome::Settled,
        };
        tracing::info!(intent = record.intent_seq, outcome = ?record.kind, note = record.note, "outcome");
        let event = Event::Outcome { intent_seq: record.intent_seq, result, note: record.note };
        self.append(event).await.map(|_| ())
    }

    async fn append(&self, event: Event) -> Result<Receipt, Failure> {
        let journal = self.journal.as_ref().ok_or_else(|| nothing_sent("There is no journal to record this in."))?;
        journal.append(event).await.map_err(|e: JournalError| nothing_sent(&e.to_string()))
    }
}

/// Deadline and chain are numbers for whoever reads the journal; everything else is text.
fn fact(name: &str, value: String) -> Value {
    match name {
        "deadline" | "chain_id" => value.parse::<u64>().map_or(Value::String(value), Value::from),
        _ => Value::String(value),
    }
}

fn nothing_sent(what: &str) -> Failure {
    Failure::not_sent(what, "Nothing was sent; the order is as it was.")
}
