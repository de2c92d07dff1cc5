//! Carrying out the steps of acting on money, for the dashboard and the headless commands alike.
//!
//! Each step is one call outside and one event back; nothing is decided here.

use std::time::Duration;

use alloy_primitives::Address;
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::convert::failure;
use super::rules::Rules;
use crate::api::{AnswerNote, Client, SignedRequest};
use crate::app::arming::{Opened, Proof};
use crate::app::flow::{FlowEffect, FlowEvent, IntentRecord, OutcomeKind, OutcomeRecord, Parameters, Prepared, Wanted};
use crate::app::{Failure, FailureKind};
use crate::chain::{self, ChainClient};
use crate::domain::chain::Question;
use crate::domain::resend::{Kept, Resubmission};
use crate::domain::send_out::{BridgeParameters, Destination, SendOutRoute};
use crate::domain::stage::{Receipt, Submission};
use crate::domain::time::ClockSkew;
use crate::domain::{ActionKind, Observed, Order, OrderId};
use crate::journal::entry::sha256;
use crate::journal::{CheckVerdict, Event, Journal, JournalError, Outcome, SignedBody};
use crate::signing::keystore::{Keystore, KeystoreError};
use crate::signing::review::ChainWord;

/// How long the list of routes may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// What acting on money needs from outside.
#[derive(Clone)]
pub struct Desk {
    /// The API.
    pub client: Client,
    /// The signing key.
    pub keystore: Keystore,
    /// The chain's own word, where the operator named a node.
    pub chain: Option<ChainClient>,
    /// The record; without one nothing can be done.
    pub journal: Option<Journal>,
    /// Pins, policy and our own record.
    pub rules: Rules,
}

impl Desk {
    /// Carries out one step.
    pub async fn carry_out(&self, effect: FlowEffect) -> FlowEvent {
        match effect {
            FlowEffect::ReadOrder(id) => FlowEvent::OrderRead(self.read(&id).await),
            FlowEffect::ReadBack(id) => FlowEvent::ReadBack(self.read(&id).await),
            FlowEffect::Prepare(id, wanted) => FlowEvent::Prepared(self.prepare(&id, &wanted).await.map(Box::new)),
            FlowEffect::RecordIntent(record) => FlowEvent::IntentRecorded(self.record_intent(*record).await),
            FlowEffect::Sign(recorded) => {
                let signed = self.keystore.sign(*recorded).await;
                FlowEvent::Signed(signed.map(Box::new).map_err(|e| nothing_sent(&e.to_string())))
            }
            FlowEffect::Submit(submission) => FlowEvent::Submitted(self.submit(*submission).await),
            FlowEffect::Recall(intent_seq) => FlowEvent::Recalled(self.recall(intent_seq).map(Box::new)),
            FlowEffect::RecordResend(intent_seq) => FlowEvent::IntentRecorded(self.record_resend(intent_seq).await),
            FlowEffect::Resubmit(again) => FlowEvent::Submitted(self.resubmit(*again).await),
            FlowEffect::RecordOutcome(record) => FlowEvent::OutcomeRecorded(self.record_outcome(record).await),
        }
    }

    /// Proves that the signing key can be used; what that takes is wiped on the way.
    pub async fn unlock(&self, proof: Proof) -> Result<Opened, Failure> {
        let passphrase = match proof {
            Proof::Passphrase(typed) => Some(SecretString::from(typed.expose())),
            Proof::Keyring => None,
        };
        self.keystore.unlock(passphrase).await.map_err(|e| {
            let what = match e {
                KeystoreError::WrongPassphrase { .. } => {
                    "That passphrase does not open the signing key's file; try again.".to_owned()
                }
                other => format!("{other}."),
            };
            Failure::not_sent(what, "Nothing was armed.")
        })
    }

    async fn prepare(&self, id: &OrderId, wanted: &Wanted) -> Result<Prepared, Failure> {
        let signer = self.keystore.address().await.map_err(|e| nothing_sent(&e.to_string()))?;
        let signer = signer.ok_or_else(|| {
            Failure::not_sent(
                "There is no signing key in this profile.",
                "Nothing was signed or sent. Import one with: ramptop key import",
            )
        })?;
        let parameters = match wanted {
            Wanted::Transfer => {
                Parameters::Transfer(self.client.transfer_parameters(id).await.map_err(|e| failure(&e))?)
            }
            Wanted::Refund => Parameters::Refund(self.client.refund_parameters(id).await.map_err(|e| failure(&e))?),
            Wanted::SendOut(to) => {
                let seen = self.client.bridge_parameters(id, to).await.map_err(|e| failure(&e))?;
                let route = self.route(&seen, to).await;
                Parameters::SendOut(seen, route)
            }
        };
        self.hear(parameters.skew());
        let (mut grounds, word) = tokio::join!(self.rules.grounds(), self.chains_word(&parameters, signer));
        grounds.chain = word;
        Ok(Prepared { parameters, signer, grounds })
    }

    /// What the operator's own node says about what is to be signed for the forwarder.
    async fn chains_word(&self, parameters: &Parameters, payer: Address) -> ChainWord {
        let (forwarder, token) = match parameters {
            Parameters::Transfer(seen) => (seen.value.forwarder, seen.value.token),
            Parameters::SendOut(seen, _) => (seen.value.forwarder, seen.value.token),
            Parameters::Refund(_) => return ChainWord::Unasked,
        };
        match &self.chain {
            Some(client) => {
                ChainWord::Answered(Box::new(chain::facts(client, &Question { forwarder, token, payer }).await))
            }
            None => ChainWord::Unasked,
        }
    }

    /// The line of the list of routes for a chain, to say what arrives in whole tokens. Older
    /// servers have no list; then it is said in smallest units.
    async fn route(&self, seen: &Observed<BridgeParameters>, to: &Destination) -> Option<SendOutRoute> {
        let asked = self.client.send_out_routes(seen.value.crypto_currency.as_deref().unwrap_or("USDT"));
        // The quote of the parameters runs out meanwhile.
        let routes = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?.value;
        let named = |route: &SendOutRoute| {
            route.chain.eq_ignore_ascii_case(&to.chain) || route.chain_id.as_deref() == Some(to.chain.as_str())
        };
        routes.into_iter().find(named)
    }

    /// Actions without a signature have no review to be refused by, and a policy may have changed
    /// since there was one: whether it allows any action is asked again here.
    async fn allowed(&self) -> Result<(), Failure> {
        match self.rules.grounds().await.policy {
            Ok(policy) if policy.read_only => Err(nothing_sent("The policy says read_only = true.")),
            Ok(_) => Ok(()),
            Err(why) => Err(nothing_sent(&format!("The policy cannot be read: {why}"))),
        }
    }

    async fn record_intent(&self, record: IntentRecord) -> Result<Receipt, Failure> {
        self.allowed().await?;
        let facts: Map<String, Value> =
            record.facts.into_iter().map(|(name, value)| (name.to_owned(), fact(name, value))).collect();
        let check = |(name, verdict): (&str, &str)| CheckVerdict { name: name.to_owned(), verdict: verdict.to_owned() };
        let checks = record.checks.into_iter().map(check).collect();
        let event = Event::Intent { order_id: record.order, action: record.action, facts: Some(facts), checks };
        self.append(event).await
    }

    /// What is signed is on the record, byte for byte, before the first byte leaves; what the answer
    /// says about itself right after it came.
    async fn submit(&self, submission: Submission) -> Result<(), Failure> {
        let (action, intent_seq) = (submission.action(), submission.receipt().seq);
        if let Some(event) = signed_event(&submission)? {
            self.append(event).await?;
        }
        tracing::info!(order = %submission.order(), %action, "submitting");
        let (answer, sent) = self.client.submit_noting(submission).await;
        self.note_answer(intent_seq, answer).await;
        sent.map(|_| ()).map_err(|e| advised(failure(&e), action))
    }

    /// What the answer said about itself. The outcome follows and says if the journal fails: nothing
    /// is lost by going on here.
    async fn note_answer(&self, intent_seq: u64, answer: Option<AnswerNote>) {
        let Some(AnswerNote { http_status, request_id, skew }) = answer else { return };
        self.hear(skew);
        if let Err(problem) = self.append(Event::Answer { intent_seq, http_status, request_id }).await {
            tracing::error!(intent_seq, what = problem.what, "the answer is not in the journal");
        }
    }

    /// The signed request of an earlier intent, from the journal and nowhere else.
    fn recall(&self, intent_seq: u64) -> Result<Kept, Failure> {
        let kept = self.journal.as_ref().and_then(|journal| journal.kept(intent_seq));
        kept.ok_or_else(|| {
            let what = format!("The journal holds no signed request of entry {intent_seq} that could be sent again.");
            Failure::not_sent(what, "Nothing was sent. Watch the order; a signature dies with its deadline.")
        })
    }

    /// That a kept request goes out once more is on the record before its first byte leaves. The
    /// receipt carries the number of the intent, which answers and outcomes refer to.
    async fn record_resend(&self, intent_seq: u64) -> Result<Receipt, Failure> {
        self.allowed().await?;
        let body_sha256 = self.recall(intent_seq)?.body_sha256;
        let Receipt { hash, .. } = self.append(Event::Resend { intent_seq, body_sha256 }).await?;
        Ok(Receipt { seq: intent_seq, hash })
    }

    async fn resubmit(&self, again: Resubmission) -> Result<(), Failure> {
        let (action, intent_seq) = (again.action(), again.intent_seq());
        tracing::info!(order = %again.order(), %action, intent_seq, "sending the same request again");
        let (answer, sent) = self.client.resubmit_noting(again).await;
        self.note_answer(intent_seq, answer).await;
        sent.map(|_| ()).map_err(|e| advised(failure(&e), action))
    }

    /// Later entries of the journal say how far the server's clock is from ours.
    fn hear(&self, skew: Option<ClockSkew>) {
        if let (Some(journal), Some(skew)) = (&self.journal, skew) {
            journal.heard_skew(skew.seconds());
        }
    }

    /// The order as it is now.
    pub async fn read(&self, id: &OrderId) -> Result<Box<Observed<Order>>, Failure> {
        let seen = self.client.order(id).await.map_err(|e| failure(&e))?;
        self.hear(seen.skew());
        Ok(Box::new(seen))
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
        // Never the signed request: only what limits are counted from.
        let counts = matches!(event, Event::Intent { .. } | Event::Outcome { .. }).then(|| event.clone());
        let receipt = journal.append(event).await.map_err(|e: JournalError| nothing_sent(&e.to_string()))?;
        if let Some(event) = counts {
            self.rules.recorded(receipt.seq, &event);
        }
        Ok(receipt)
    }
}

/// What the journal keeps of a signed request before it is sent; `None` where nothing is signed.
fn signed_event(submission: &Submission) -> Result<Option<Event>, Failure> {
    let request = SignedRequest::of(submission).map_err(|e| failure(&e))?;
    let (Some(SignedRequest { path, body }), Some(signature)) = (request, submission.signature()) else {
        return Ok(None);
    };
    let (body, signature_sha256) = (SignedBody::new(body), sha256(&signature.0));
    let intent_seq = submission.receipt().seq;
    Ok(Some(Event::Signed { intent_seq, path, signature_sha256, body_sha256: body.sha256(), body: Some(body) }))
}

/// Deadline and chain are numbers for whoever reads the journal; everything else is text.
fn fact(name: &str, value: String) -> Value {
    match name {
        "deadline" | "chain_id" => value.parse::<u64>().map_or(Value::String(value), Value::from),
        _ => Value::String(value),
    }
}

/// The API's codes speak of the wallet and its nonce. A refund has neither: the escrow's nonce
/// executes once, and most failures of the relay come from a key that does not own the escrow.
/// Source: reference, sections 6.6 and 12.
fn advised(failure: Failure, action: ActionKind) -> Failure {
    if action != ActionKind::Refund || failure.kind != FailureKind::Unknown {
        return failure;
    }
    let advice = "Read the order: while it still offers the refund, nothing came back yet. Repeating it cannot pay \
                  twice. If it fails again, check that the profile's key is the wallet that funded the escrow.";
    Failure { advice: advice.to_owned(), ..failure }
}

fn nothing_sent(what: &str) -> Failure {
    Failure::not_sent(what, "Nothing was sent; the order is as it was.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_whose_answer_was_lost_is_not_told_about_the_wallets_nonce() {
        let lost = || Failure {
            kind: FailureKind::Unknown,
            what: "HTTP 502".to_owned(),
            advice: "mind the wallet's nonce".to_owned(),
            ..Failure::default()
        };
        let told = advised(lost(), ActionKind::Refund);
        assert_eq!((told.kind, told.what.as_str()), (FailureKind::Unknown, "HTTP 502"));
        assert!(!told.advice.contains("nonce") && told.advice.contains("key"), "{}", told.advice);
        assert_eq!(advised(lost(), ActionKind::SendOut), lost());
        let refused = Failure { kind: FailureKind::Rejected, ..lost() };
        assert_eq!(advised(refused.clone(), ActionKind::Refund), refused);
    }
}
