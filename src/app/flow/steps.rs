//! One small function per state: what came back, what is next.

use super::proof::{self, Proof};
use super::{
    ActionKind, Ended, Ending, Flow, FlowEffect, FlowEvent, IntentRecord, OutcomeKind, OutcomeRecord, Prepared, Prior,
    Reason, Reviewing, Spoiled, State, outcome_of, reasons_of,
};
use crate::app::failure::{Failure, FailureKind};
use crate::domain::stage::{Approved, Payload, Receipt, Reviewed, Submission};
use crate::domain::{Now, Observed, Order, Permit};
use crate::signing::review::{Check, Context, Facts, Verdict, review};

type Next = (State, Vec<FlowEffect>);

impl Flow {
    pub(super) fn order_read(&mut self, result: Result<Box<Observed<Order>>, Failure>, now: &Now) -> Next {
        let order = match result {
            Ok(order) => *order,
            Err(failure) => return end(Ending::NotSent(failure), None),
        };
        self.skew = order.skew().or(self.skew);
        let settled = self.settle_prior(&order);
        if let Some(reason) = self.prior_reason(now) {
            return refuse(vec![reason], None, Some(order));
        }
        let permit = match Permit::new(order.clone(), self.action, now) {
            Ok(permit) => permit,
            Err(refusals) => {
                let (state, mut effects) = refuse(reasons_of(&refusals), None, Some(order));
                effects.extend(settled);
                return (state, effects);
            }
        };
        let (state, mut effects) = self.permitted(permit, now);
        effects.extend(settled);
        (state, effects)
    }

    fn permitted(&self, permit: Permit, now: &Now) -> Next {
        match Reviewed::bare(permit, *now) {
            Ok(reviewed) => (question(reviewed, None), Vec::new()),
            Err(permit) => (State::Preparing(Box::new(permit)), vec![FlowEffect::Prepare(self.order.clone())]),
        }
    }

    /// An earlier attempt whose outcome the fresh reading proves is put on the record.
    fn settle_prior(&mut self, order: &Observed<Order>) -> Option<FlowEffect> {
        let prior = self.prior.as_ref()?;
        let proof = proof::of(prior.action, &order.value);
        if proof == Proof::Open {
            return None;
        }
        let record = settled_record(prior, &order.value);
        self.prior = None;
        Some(FlowEffect::RecordOutcome(record))
    }

    /// While an earlier signature can still be executed nothing new is signed. Confirm and cancel
    /// act once by the order's status, so trying them again cannot act twice.
    fn prior_reason(&self, now: &Now) -> Option<Reason> {
        let prior = self
            .prior
            .as_ref()
            .filter(|p| p.action == ActionKind::Authorize && self.action == ActionKind::Authorize)?;
        let server_now = self.skew.map_or(now.wall, |s| s.server_time(now)).timestamp();
        // A minute on top: the chain's clock is not the server's.
        let dead_at = prior.deadline.map(|d| i64::try_from(d).unwrap_or(i64::MAX).saturating_add(60));
        if dead_at.is_some_and(|dead| server_now > dead) {
            return None;
        }
        let until =
            dead_at.map_or_else(|| "an unknown time".to_owned(), |dead| format!("{} s from now", dead - server_now));
        Some(Reason {
            name: "earlier-authorization-unsettled".to_owned(),
            text: format!(
                "an earlier authorization of this order (journal entry {}) was sent and its answer was lost; it can still \
                 execute until {until}. Nothing new is signed before that: watch the order",
                prior.intent_seq
            ),
        })
    }

    pub(super) fn prepared(&self, permit: Permit, result: Result<Box<Prepared>, Failure>, now: &Now) -> Next {
        let prepared = match result {
            Ok(prepared) => *prepared,
            Err(failure) => return end(Ending::NotSent(failure), Some(permit.order().clone())),
        };
        let skew = prepared.parameters.skew().or(self.skew);
        let order = permit.order().clone();
        let context = Context { signer: prepared.signer, now: *now, skew };
        let review = review(permit, &prepared.parameters, &context);
        let shown = (review.facts.clone(), review.checks.clone());
        match review.into_reviewed() {
            Ok(reviewed) => (question(reviewed, Some(shown)), Vec::new()),
            Err(_) => refuse(reasons_of_review(&shown.1), Some(shown), Some(order)),
        }
    }

    pub(super) fn approve(&mut self, now: &Now) -> Vec<FlowEffect> {
        let state = std::mem::replace(&mut self.state, State::Reading);
        let State::Reviewing(reviewing) = state else {
            self.state = state;
            return Vec::new();
        };
        if reviewing.spoiled.is_some() {
            self.state = State::Reviewing(reviewing);
            return Vec::new();
        }
        let Reviewing { reviewed, signature, gate, .. } = *reviewing;
        match reviewed.approve(now) {
            Ok(approved) => {
                let record = intent_record(&approved);
                self.signed_until = match approved.reviewed().payload() {
                    Payload::Authorize(authorization) => Some(authorization.request.deadline),
                    Payload::Bare => None,
                };
                self.state = State::Recording(Box::new(approved));
                vec![FlowEffect::RecordIntent(Box::new(record))]
            }
            Err(reviewed) => {
                let spoiled = Some(Spoiled::Expired);
                self.state = State::Reviewing(Box::new(Reviewing { reviewed, signature, gate, spoiled }));
                Vec::new()
            }
        }
    }

    pub(super) fn submitted(&self, intent_seq: u64, result: Result<(), Failure>) -> Next {
        let (ending, kind, note) = match result {
            Ok(()) => (Ending::Accepted, OutcomeKind::Accepted, "accepted".to_owned()),
            Err(failure) => {
                let (kind, note) = (outcome_of(&failure), failure.what.clone());
                let ending = match failure.kind {
                    FailureKind::NotSent => Ending::NotSent(failure),
                    FailureKind::Rejected => Ending::Rejected(failure),
                    FailureKind::Unknown => Ending::Unknown(failure),
                };
                (ending, kind, note)
            }
        };
        let effects = vec![outcome(intent_seq, kind, note), FlowEffect::ReadBack(self.order.clone())];
        (ended(ending, None, Some(intent_seq), true), effects)
    }

    pub(super) fn after_the_end(&mut self, mut end: Ended, event: FlowEvent) -> Next {
        let mut effects = Vec::new();
        match event {
            FlowEvent::OutcomeRecorded(Err(failure)) => end.journal_problem = Some(failure.what),
            FlowEvent::ReadBack(result) => {
                end.reading_back = false;
                if let Ok(order) = result {
                    effects.extend(self.settle(&mut end, &order.value));
                    end.order = Some(*order);
                }
            }
            _ => {}
        }
        (State::Ended(Box::new(end)), effects)
    }

    /// What was unknown may be proven by the order.
    fn settle(&self, end: &mut Ended, order: &Order) -> Option<FlowEffect> {
        let (Ending::Unknown(failure), Some(intent_seq)) = (&end.ending, end.intent_seq) else { return None };
        let settled = match proof::of(self.action, order) {
            Proof::Open => return None,
            Proof::Happened => Ending::ProvenDone,
            Proof::Overtaken => Ending::Overtaken(failure.clone()),
        };
        end.ending = settled;
        let prior = Prior { intent_seq, action: self.action, deadline: None };
        Some(FlowEffect::RecordOutcome(settled_record(&prior, order)))
    }
}

pub(super) fn recorded(approved: Approved, result: Result<Receipt, Failure>) -> Next {
    let order = approved.reviewed().order().clone();
    let receipt = match result {
        Ok(receipt) => receipt,
        Err(failure) => return end(Ending::NotSent(failure), Some(order)),
    };
    let intent_seq = receipt.seq;
    match approved.recorded(receipt).into_bare() {
        Ok(submission) => (State::Submitting { intent_seq }, vec![FlowEffect::Submit(Box::new(submission))]),
        Err(recorded) => (State::Signing { intent_seq }, vec![FlowEffect::Sign(Box::new(recorded))]),
    }
}

pub(super) fn signed(intent_seq: u64, result: Result<Box<Submission>, Failure>) -> Next {
    match result {
        Ok(submission) => (State::Submitting { intent_seq }, vec![FlowEffect::Submit(submission)]),
        Err(failure) => {
            let note = failure.what.clone();
            let effects = vec![outcome(intent_seq, OutcomeKind::NotSent, note)];
            (ended(Ending::NotSent(failure), None, Some(intent_seq), false), effects)
        }
    }
}

/// The record that a later reading settled an unknown outcome.
pub(crate) fn settled_record(prior: &Prior, order: &Order) -> OutcomeRecord {
    let note = format!("the order reads {}", crate::domain::text::visible_prefix(order.status.wire(), 60));
    OutcomeRecord { intent_seq: prior.intent_seq, kind: OutcomeKind::Settled, note }
}

/// What an operator would notice between two readings.
pub(super) fn what_changed(was: &Order, is: &Order) -> String {
    if was.status != is.status {
        return format!("{} → {}", was.status.label(), is.status.label());
    }
    if was.amounts != is.amounts || was.fees != is.fees {
        return "amounts or fees are different".to_owned();
    }
    "what it asks for or allows is different".to_owned()
}

fn question(reviewed: Reviewed, signature: Option<(Facts, Vec<Check>)>) -> State {
    State::Reviewing(Box::new(Reviewing { reviewed, signature, gate: super::Gate::default(), spoiled: None }))
}

fn outcome(intent_seq: u64, kind: OutcomeKind, note: String) -> FlowEffect {
    FlowEffect::RecordOutcome(OutcomeRecord { intent_seq, kind, note })
}

fn ended(ending: Ending, order: Option<Observed<Order>>, intent_seq: Option<u64>, reading_back: bool) -> State {
    State::Ended(Box::new(Ended { ending, order, journal_problem: None, reading_back, intent_seq }))
}

fn end(ending: Ending, order: Option<Observed<Order>>) -> Next {
    (ended(ending, order, None, false), Vec::new())
}

fn refuse(reasons: Vec<Reason>, signature: Option<(Facts, Vec<Check>)>, order: Option<Observed<Order>>) -> Next {
    end(Ending::Refused { reasons, signature: signature.map(Box::new) }, order)
}

fn reasons_of_review(checks: &[Check]) -> Vec<Reason> {
    let refused = checks.iter().filter(|c| c.verdict == Verdict::Refuse);
    refused
        .map(|c| Reason { name: c.name.to_owned(), text: format!("expected {}, found {}", c.expected, c.found) })
        .collect()
}

/// What the journal keeps: everything the operator agreed to, nothing secret.
fn intent_record(approved: &Approved) -> IntentRecord {
    let reviewed = approved.reviewed();
    let order = &reviewed.order().value;
    let text = |value: Option<&str>| crate::domain::text::visible_prefix(value.unwrap_or("?"), 40);
    let mut facts = vec![
        ("order_status", text(Some(order.status.wire()))),
        ("crypto_amount", order.amounts.crypto.map_or_else(|| "?".to_owned(), |a| a.to_string())),
        ("crypto_currency", text(order.amounts.crypto_currency.as_deref())),
        ("fiat_amount", order.amounts.fiat.map_or_else(|| "?".to_owned(), |a| a.to_string())),
        ("fiat_currency", text(order.amounts.fiat_currency.as_deref())),
    ];
    if let Payload::Authorize(a) = reviewed.payload() {
        facts.extend([
            ("chain_id", a.chain_id.to_string()),
            ("forwarder", a.forwarder.to_string()),
            ("from", a.request.from.to_string()),
            ("to", a.request.to.to_string()),
            ("value", a.request.value.to_string()),
            ("gas", a.request.gas.to_string()),
            ("nonce", a.request.nonce.to_string()),
            ("deadline", a.request.deadline.to_string()),
            ("data", a.request.data.to_string()),
            ("digest", a.digest.to_string()),
        ]);
    }
    IntentRecord { order: order.id.clone(), action: reviewed.action(), facts }
}
