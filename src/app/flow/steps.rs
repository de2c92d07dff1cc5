//! One small function per state: what came back, what is next.

use super::proof::{self, Proof};
use super::typing::Typing;
use super::{
    ActionKind, ActionRequest, Ended, Ending, Flow, FlowEffect, FlowEvent, OutcomeKind, OutcomeRecord, Parameters,
    Prepared, Prior, Reason, Reviewing, Spoiled, State, Trace, Wanted, noun, outcome_of, reasons_of, record, resend,
};
use crate::app::failure::{Failure, FailureKind};
use crate::domain::stage::{Approved, Payload, Receipt, Reviewed, Submission};
use crate::domain::time::ClockSkew;
use crate::domain::{Now, Observed, Order, Permit};
use crate::signing::review::{
    Check, Context, RefundContext, SendOutContext, SignatureFacts, Verdict, amount_to_type, refund, review, send_out,
};

pub(super) type Next = (State, Vec<FlowEffect>);
/// What is shown, every check, and what may be approved.
type Parts = (SignatureFacts, Vec<Check>, Option<Reviewed>);

impl Flow {
    pub(super) fn order_read(&mut self, result: Result<Box<Observed<Order>>, Failure>, now: &Now) -> Next {
        let order = match result {
            Ok(order) => *order,
            Err(failure) => return end(Ending::NotSent(failure), None),
        };
        self.skew = order.skew().or(self.skew);
        let settled = self.settle_priors(&order, now);
        let (state, mut effects) = match self.prior_reason(now).or_else(|| self.wallet_unsettled(now)) {
            _ if let Some(seq) = self.resendable(&order, now) => self.recall(seq, order, now),
            Some(reason) => refuse(vec![reason], None, Some(order)),
            None => match Permit::new(order.clone(), self.action, now) {
                Ok(permit) => self.permitted(permit, now),
                Err(refusals) => refuse(reasons_of(&refusals), None, Some(order)),
            },
        };
        effects.extend(settled);
        (state, effects)
    }

    fn permitted(&self, permit: Permit, now: &Now) -> Next {
        let asked = match &self.request {
            ActionRequest::Authorize => return self.prepare(permit, Wanted::Transfer),
            ActionRequest::SendOut(to) => return self.prepare(permit, Wanted::SendOut(to.clone())),
            ActionRequest::Refund => return self.prepare(permit, Wanted::Refund),
            ActionRequest::PayerDetails(payer) => Reviewed::payer(permit, payer.clone(), *now),
            ActionRequest::ConfirmFiat | ActionRequest::Cancel | ActionRequest::PaymentSent => {
                Reviewed::bare(permit, *now)
            }
        };
        match asked {
            Ok(reviewed) => (State::Reviewing(Box::new(question(reviewed, None))), Vec::new()),
            Err(permit) => unfit(&permit),
        }
    }

    fn prepare(&self, permit: Permit, wanted: Wanted) -> Next {
        (State::Preparing(Box::new(permit)), vec![FlowEffect::Prepare(self.order.clone(), wanted)])
    }

    pub(super) fn server_now(&self, now: &Now) -> i64 {
        self.skew.map_or(now.wall, |skew| skew.server_time(now)).timestamp()
    }

    /// Earlier attempts whose outcome the fresh reading proves are put on the record.
    fn settle_priors(&mut self, order: &Observed<Order>, now: &Now) -> Vec<FlowEffect> {
        let server_now = self.server_now(now);
        let mut effects = Vec::new();
        for prior in self.priors.iter_mut().filter(|prior| !prior.known) {
            if let Some(record) = settlement(prior, &order.value, server_now) {
                prior.known = true;
                effects.push(FlowEffect::RecordOutcome(record));
            }
        }
        effects
    }

    /// While an earlier signature of unknown fate can still be executed, nothing new is signed for
    /// the forwarder, and the order is not cancelled either: crypto would go into the escrow of a
    /// cancelled order. The other actions act once, by the order's status or the escrow's nonce, so
    /// trying them again cannot act twice.
    fn prior_reason(&self, now: &Now) -> Option<Reason> {
        let server_now = self.server_now(now);
        if !self.action.uses_forwarder() && self.action != ActionKind::Cancel {
            return None;
        }
        let prior = self.priors.iter().find(|prior| !prior.known && prior.is_alive(server_now))?;
        let until = prior.deadline.map_or_else(
            || "for an unknown time".to_owned(),
            |d| format!("for {} s", i64::try_from(d).unwrap_or(i64::MAX).saturating_add(60).saturating_sub(server_now)),
        );
        Some(Reason {
            name: "earlier-authorization-unsettled".to_owned(),
            text: format!(
                "an earlier {} of this order (journal entry {}) was recorded and its outcome is not known; it can \
                 still execute {until}. Nothing new is signed or cancelled before that: watch the order{}",
                noun(prior.action),
                prior.intent_seq,
                if matches!(prior.origin.trace, Trace::Kept { .. }) && prior.action != self.action {
                    format!(", or send the same request again with: ramptop {} {}", prior.action, prior.order)
                } else {
                    String::new()
                }
            ),
        })
    }

    /// The wallet's nonce tells whether something was executed since an earlier authorization of
    /// this order: with the same nonce at most one of the two can be, with another one both might.
    /// A refund has the escrow's nonce, which executes once. Source: reference, section 6.3.
    fn nonce_reason(&self, prepared: &Prepared) -> Option<Reason> {
        let nonce = prepared.parameters.nonce()?;
        let left = |prior: &&Prior| prior.action.uses_forwarder() && prior.origin.trace != Trace::NeverLeft;
        let signed = self.priors.iter().filter(left);
        let other = signed.into_iter().find(|prior| prior.nonce.as_deref() != Some(nonce.as_str()))?;
        let was = other.nonce.as_deref().unwrap_or("not known");
        Some(Reason {
            name: "nonce-since-earlier-authorization".to_owned(),
            text: format!(
                "an {} of this order was signed before (journal entry {}) with nonce {was}; the wallet's nonce is now \
                 {nonce}. The earlier transfer may have been executed, and a new signature could pay twice. Look at the \
                 wallet's token transfers on the chain; {}",
                if other.action == ActionKind::Authorize { "authorization" } else { "earlier send-out" },
                other.intent_seq,
                if other.action == ActionKind::Authorize {
                    "if nothing was paid, cancel this order and make a new one"
                } else {
                    "if nothing was paid, send the tokens with the wallet itself"
                }
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
        if let Some(reason) = self.nonce_reason(&prepared).or_else(|| self.wallet_reason(&prepared, now)) {
            return refuse(vec![reason], None, Some(order));
        }
        let policy = prepared.grounds.policy.clone().ok();
        let Ok((facts, checks, reviewed)) = self.review(permit, prepared, *now, skew) else {
            return unfit_order(order);
        };
        match reviewed {
            Some(reviewed) => {
                let amount = policy.and_then(|policy| amount_to_type(&policy, &facts));
                let mut reviewing = question(reviewed, Some((facts, checks)));
                reviewing.typing = amount.map(Typing::of);
                (State::Reviewing(Box::new(reviewing)), Vec::new())
            }
            None => refuse(reasons_of_review(&checks), Some((facts, checks)), Some(order)),
        }
    }

    /// The review of whatever is to be signed; an error if the parameters are not those asked for.
    fn review(&self, permit: Permit, prepared: Prepared, now: Now, skew: Option<ClockSkew>) -> Result<Parts, ()> {
        let Prepared { parameters, signer, grounds } = prepared;
        match (&self.request, parameters) {
            (ActionRequest::Authorize, Parameters::Transfer(seen)) => {
                Ok(review(permit, &seen, &Context { signer, now, skew, grounds }).into_parts())
            }
            (ActionRequest::SendOut(to), Parameters::SendOut(seen, route)) => {
                let context = SendOutContext { signer, now, skew, destination: to.clone(), route, grounds };
                Ok(send_out(permit, &seen, &context).into_parts())
            }
            (ActionRequest::Refund, Parameters::Refund(seen)) => {
                let funding = self.priors.iter().rev().find_map(|prior| prior.funding.clone());
                Ok(refund(permit, &seen, &RefundContext { signer, now, funding, grounds }).into_parts())
            }
            _ => Err(()),
        }
    }

    pub(super) fn approve(&mut self, now: &Now) -> Vec<FlowEffect> {
        let state = std::mem::replace(&mut self.state, State::Reading);
        let State::Reviewing(reviewing) = state else {
            self.state = state;
            return Vec::new();
        };
        if reviewing.spoiled.is_some() || reviewing.awaits_amount() {
            self.state = State::Reviewing(reviewing);
            return Vec::new();
        }
        let Reviewing { reviewed, signature, gate, typing, .. } = *reviewing;
        match reviewed.approve(now) {
            Ok(approved) => {
                if let Payload::Again(kept) = approved.reviewed().payload() {
                    let seq = kept.intent_seq;
                    (self.signed, self.again) = (self.prior_of(seq), true);
                    self.state = State::Recording(Box::new(approved));
                    return vec![FlowEffect::RecordResend(seq)];
                }
                let checks = signature.as_ref().map(|(_, checks)| checks.as_slice()).unwrap_or_default();
                let record = record::intent(&approved, signature.as_ref().map(|(facts, _)| facts), checks);
                self.signed = record::signed(&approved);
                self.state = State::Recording(Box::new(approved));
                vec![FlowEffect::RecordIntent(Box::new(record))]
            }
            Err(reviewed) => {
                let spoiled = Some(Spoiled::Expired);
                self.state = State::Reviewing(Box::new(Reviewing { reviewed, signature, gate, spoiled, typing }));
                Vec::new()
            }
        }
    }

    pub(super) fn submitted(&self, intent_seq: u64, result: Result<(), Failure>) -> Next {
        let (ending, kind, note) = match result {
            Err(failure) if self.again => (resend::ending(failure), OutcomeKind::Unknown, resend::NOTE.to_owned()),
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
        // A signature that may still be executed is not settled by the order having moved elsewhere.
        let lives_on = matches!(settled, Ending::Overtaken(_)) && self.action.uses_forwarder();
        end.ending = settled;
        let bare = Prior::bare(intent_seq, self.order.clone(), self.action);
        (!lives_on).then(|| FlowEffect::RecordOutcome(settled_record(&bare, order)))
    }
}

pub(super) fn recorded(approved: Approved, result: Result<Receipt, Failure>, now: &Now) -> Next {
    let order = approved.reviewed().order().clone();
    let receipt = match result {
        Ok(receipt) => receipt,
        Err(failure) => return end(Ending::NotSent(failure), Some(order)),
    };
    let intent_seq = receipt.seq;
    let again = matches!(approved.reviewed().payload(), Payload::Again(_));
    let Ok(recorded) = approved.recorded(receipt, now) else { return too_late(intent_seq, again) };
    let recorded = match recorded.into_again() {
        Ok(again) => return (State::Submitting { intent_seq }, vec![FlowEffect::Resubmit(Box::new(again))]),
        Err(recorded) => recorded,
    };
    match recorded.into_bare() {
        Ok(submission) => (State::Submitting { intent_seq }, vec![FlowEffect::Submit(Box::new(submission))]),
        Err(recorded) => (State::Signing { intent_seq }, vec![FlowEffect::Sign(Box::new(recorded))]),
    }
}

/// Between the yes and the record too much time passed: nothing goes on from there.
fn too_late(intent_seq: u64, again: bool) -> Next {
    let what = "Recording the intent took so long that the review is out of date.";
    let failure = Failure::not_sent(what, "Nothing was signed or sent. Read the order again.");
    // That a repetition did not leave says nothing about the first one.
    let kind = if again { OutcomeKind::Unknown } else { OutcomeKind::NotSent };
    let effects = vec![outcome(intent_seq, kind, what.to_owned())];
    (ended(Ending::NotSent(failure), None, Some(intent_seq), false), effects)
}

/// What a reading of the order tells about how an earlier attempt ended. A signature that can still
/// be executed is settled only by the order showing that it was; what never left, by that alone.
pub(crate) fn settlement(prior: &Prior, order: &Order, server_now: i64) -> Option<OutcomeRecord> {
    if prior.origin.trace == Trace::NeverLeft {
        return Some(never_left_record(prior));
    }
    let settled = match proof::of(prior.action, order) {
        Proof::Open => false,
        Proof::Happened => true,
        Proof::Overtaken => !prior.is_alive(server_now),
    };
    settled.then(|| settled_record(prior, order))
}

pub(super) fn was_signed(intent_seq: u64, result: Result<Box<Submission>, Failure>) -> Next {
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
fn settled_record(prior: &Prior, order: &Order) -> OutcomeRecord {
    let note = format!("the order reads {}", crate::domain::text::visible_prefix(order.status.wire(), 60));
    OutcomeRecord { intent_seq: prior.intent_seq, kind: OutcomeKind::Settled, note }
}

/// The record that an intent came to nothing before anything was sent.
pub(super) fn never_left_record(prior: &Prior) -> OutcomeRecord {
    let note = "ramptop ended before the signed request was ready: nothing was sent".to_owned();
    OutcomeRecord { intent_seq: prior.intent_seq, kind: OutcomeKind::NotSent, note }
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

pub(super) fn question(reviewed: Reviewed, signature: Option<(SignatureFacts, Vec<Check>)>) -> Reviewing {
    Reviewing { reviewed, signature, gate: super::Gate::default(), spoiled: None, typing: None }
}

fn outcome(intent_seq: u64, kind: OutcomeKind, note: String) -> FlowEffect {
    FlowEffect::RecordOutcome(OutcomeRecord { intent_seq, kind, note })
}

fn ended(ending: Ending, order: Option<Observed<Order>>, intent_seq: Option<u64>, reading_back: bool) -> State {
    State::Ended(Box::new(Ended { ending, order, journal_problem: None, reading_back, intent_seq }))
}

pub(super) fn end(ending: Ending, order: Option<Observed<Order>>) -> Next {
    (ended(ending, order, None, false), Vec::new())
}

pub(super) fn refuse(
    reasons: Vec<Reason>,
    signature: Option<(SignatureFacts, Vec<Check>)>,
    order: Option<Observed<Order>>,
) -> Next {
    end(Ending::Refused { reasons, signature: signature.map(Box::new) }, order)
}

/// What came is not what was asked for: a fault of the program, and nothing was signed or sent.
pub(super) fn unfit(permit: &Permit) -> Next {
    unfit_order(permit.order().clone())
}

fn unfit_order(order: Observed<Order>) -> Next {
    let text = "what was prepared does not belong to the action that was asked for".to_owned();
    refuse(vec![Reason { name: "action-complete".to_owned(), text }], None, Some(order))
}

fn reasons_of_review(checks: &[Check]) -> Vec<Reason> {
    let refused = checks.iter().filter(|c| c.verdict == Verdict::Refuse);
    refused
        .map(|c| Reason { name: c.name.to_owned(), text: format!("expected {}, found {}", c.expected, c.found) })
        .collect()
}
