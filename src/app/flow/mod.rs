//! Acting on money: fetch fresh → review → yes → record → sign → submit → record → read back.
//!
//! A pure machine. Events in, effects out; the same one serves the dashboard and the headless
//! commands. What is approved is the frozen snapshot, in types that consume each other
//! ([`crate::domain::stage`]). It knows nothing of screens, HTTP, files or keys.

pub mod fate;
#[cfg(test)]
pub(crate) mod fixtures_tests;
pub mod gate;
#[cfg(test)]
mod once_tests;
#[cfg(test)]
mod onward_tests;
pub mod proof;
mod record;
mod request;
pub mod resend;
mod steps;
#[cfg(test)]
mod tests;
pub mod typing;
mod wallet;
mod words;

use alloy_primitives::Address;
use chrono::{DateTime, Utc};

use super::failure::{Failure, FailureKind};
use crate::domain::refund::Funding;
use crate::domain::stage::{Approved, Reviewed};
use crate::domain::time::ClockSkew;
use crate::domain::{ActionKind, Amount, Now, Observed, Order, OrderId, Permit, Refusal};
use crate::signing::review::{Check, SignatureFacts};
use gate::Gate;
pub use request::{ActionRequest, noun};
pub(crate) use steps::settlement;
use typing::Typing;
pub use words::{FlowEffect, FlowEvent, IntentRecord, OutcomeKind, OutcomeRecord, Parameters, Prepared, Wanted};

/// Tells one run of the machine from another; late replies to an older one are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId(pub u64);

/// An earlier action on the same order that still matters: its outcome is not known, or it was
/// signed for the forwarder, whose nonce binds every later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// Its intent in the journal.
    pub intent_seq: u64,
    /// The action.
    pub action: ActionKind,
    /// Unix seconds until which its signature can still be executed.
    pub deadline: Option<u64>,
    /// The forwarder's nonce it was signed with.
    pub nonce: Option<String>,
    /// The API took it, or the order proved that it happened: nothing is left to find out.
    pub known: bool,
    /// What an authorization funds the escrow with; a refund is compared with it.
    pub funding: Option<Funding>,
    /// The order.
    pub order: OrderId,
    /// Where it came from and what is left of it.
    pub origin: Origin,
}

/// What else is known of an earlier action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// When its intent was recorded.
    pub at: Option<DateTime<Utc>>,
    /// The wallet that pays, whose nonce in the forwarder all orders share.
    pub wallet: Option<Address>,
    /// The forwarder it was signed for.
    pub forwarder: Option<Address>,
    /// What the journal has of the request.
    pub trace: Trace,
}

/// What the journal has of an earlier request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trace {
    /// Nothing that could be sent again, and nothing that says that it never left.
    #[default]
    Unsaid,
    /// The signed request, byte for byte.
    Kept {
        /// It was sent again already.
        resent: bool,
    },
    /// The process ended before a signed request was ready to be sent.
    NeverLeft,
}

impl Prior {
    /// Of an action that leaves nothing behind but its outcome.
    pub fn bare(intent_seq: u64, order: OrderId, action: ActionKind) -> Self {
        let (deadline, nonce, funding) = (None, None, None);
        Self { intent_seq, action, deadline, nonce, known: false, funding, order, origin: Origin::default() }
    }

    /// Whether its signature may still be executed: until a minute after its deadline by the
    /// server's clock, because the chain's clock is another one.
    pub fn is_alive(&self, server_now: i64) -> bool {
        let dead_at = self.deadline.map(|d| i64::try_from(d).unwrap_or(i64::MAX).saturating_add(60));
        let left = self.origin.trace != Trace::NeverLeft;
        left && self.action.uses_forwarder() && dead_at.is_none_or(|dead| server_now <= dead)
    }
}

/// Why a review on the screen may no longer be agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoiled {
    /// The live order differs from the snapshot.
    Changed(String),
    /// It has been looked at for too long.
    Expired,
}

/// A question on the screen.
#[derive(Debug, PartialEq, Eq)]
pub struct Reviewing {
    /// Exactly what a yes agrees to.
    pub reviewed: Reviewed,
    /// Where there is one: what the signature permits and what was checked.
    pub signature: Option<(SignatureFacts, Vec<Check>)>,
    /// When a key may mean yes.
    pub gate: Gate,
    /// Why it may no longer be agreed to.
    pub spoiled: Option<Spoiled>,
    /// Where the policy wants it: the amount to be typed before a yes counts.
    pub typing: Option<Typing>,
}

impl Reviewing {
    /// Whether an amount still has to be typed.
    pub fn awaits_amount(&self) -> bool {
        self.typing.as_ref().is_some_and(|typing| !typing.is_done())
    }
}

/// A reason for a refusal: a stable name and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Stable, for scripts.
    pub name: String,
    /// For people.
    pub text: String,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Refused by our own rules; nothing was signed or sent.
    Refused {
        /// Every reason.
        reasons: Vec<Reason>,
        /// The review that refused, where it came to one.
        signature: Option<Box<(SignatureFacts, Vec<Check>)>>,
    },
    /// Nothing was sent: something failed before.
    NotSent(Failure),
    /// The API took it.
    Accepted,
    /// The API refused it.
    Rejected(Failure),
    /// It may or may not have happened, and the order does not tell yet.
    Unknown(Failure),
    /// The answer was lost, but the order proves that it happened.
    ProvenDone,
    /// The answer was lost, and the order has moved elsewhere since.
    Overtaken(Failure),
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub ending: Ending,
    /// The order as last read.
    pub order: Option<Observed<Order>>,
    /// What the journal could not record.
    pub journal_problem: Option<String>,
    /// Whether the order is still being read back.
    pub reading_back: bool,
    /// The intent, where one was recorded.
    pub intent_seq: Option<u64>,
}

/// Where a run stands.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// The order is being read.
    Reading,
    /// Parameters and key address are being fetched.
    Preparing(Box<Permit>),
    /// The question is on the screen.
    Reviewing(Box<Reviewing>),
    /// An earlier signed request of unknown fate is being looked up, to be sent once more.
    Recalling(Box<Permit>),
    /// The intent is going on the record.
    Recording(Box<Approved>),
    /// The signature is being made.
    Signing {
        /// The intent.
        intent_seq: u64,
    },
    /// The submission is under way.
    Submitting {
        /// The intent.
        intent_seq: u64,
    },
    /// Over.
    Ended(Box<Ended>),
}

/// One run of the machine.
#[derive(Debug, PartialEq, Eq)]
pub struct Flow {
    /// Its identity.
    pub id: FlowId,
    /// The order acted on.
    pub order: OrderId,
    /// The action.
    pub action: ActionKind,
    /// The action with what goes with it, as it was asked for.
    pub request: ActionRequest,
    /// The server's clock against ours, for the signature's deadline.
    pub skew: Option<ClockSkew>,
    /// Where it stands.
    pub state: State,
    priors: Vec<Prior>,
    /// Those of other orders that used the wallet's nonce.
    others: Vec<Prior>,
    signed: Option<Prior>,
    /// What is sent is an earlier request once more.
    again: bool,
}

impl Flow {
    /// Starts a run: the order is read first, whatever is known of it. `priors` are those of every
    /// order: one wallet nonce serves them all.
    pub fn start(id: FlowId, order: OrderId, request: ActionRequest, priors: Vec<Prior>) -> (Self, Vec<FlowEffect>) {
        let effects = vec![FlowEffect::ReadOrder(order.clone())];
        let action = request.action();
        let (priors, mut others): (Vec<_>, Vec<_>) = priors.into_iter().partition(|prior| prior.order == order);
        others.retain(|prior| prior.action.uses_forwarder());
        let (state, skew, signed, again) = (State::Reading, None, None, false);
        (Self { id, order, action, request, skew, state, priors, others, signed, again }, effects)
    }

    /// Whether money may be moving: quitting must wait.
    pub fn is_in_flight(&self) -> bool {
        matches!(self.state, State::Recording(_) | State::Signing { .. } | State::Submitting { .. })
    }

    /// What later runs on the same order must know of this one: an outcome that is not known, or
    /// a signature for the forwarder that may have been sent.
    pub fn leaves_behind(&self) -> Option<Prior> {
        let ended = self.ended()?;
        let intent_seq = ended.intent_seq?;
        let known = match ended.ending {
            Ending::Unknown(_) | Ending::Overtaken(_) => false,
            Ending::Accepted | Ending::ProvenDone if self.action.uses_forwarder() => true,
            _ => return None,
        };
        let mut bare = Prior::bare(intent_seq, self.order.clone(), self.action);
        if self.action.is_signed() {
            bare.origin.trace = Trace::Kept { resent: false };
        }
        Some(Prior { intent_seq, known, ..self.signed.clone().unwrap_or(bare) })
    }

    /// An earlier attempt was settled elsewhere.
    pub fn settled(&mut self, intent_seq: u64) {
        let all = self.priors.iter_mut().chain(&mut self.others);
        for prior in all.filter(|p| p.intent_seq == intent_seq) {
            prior.known = true;
        }
    }

    /// Whether the run is over.
    pub fn ended(&self) -> Option<&Ended> {
        match &self.state {
            State::Ended(ended) => Some(ended),
            _ => None,
        }
    }

    /// Takes one event. Events that do not belong to the state are ignored.
    pub fn handle(&mut self, event: FlowEvent, now: &Now) -> Vec<FlowEffect> {
        let state = std::mem::replace(&mut self.state, State::Reading);
        let (state, effects) = match (state, event) {
            (State::Reading, FlowEvent::OrderRead(result)) => self.order_read(result, now),
            (State::Preparing(permit), FlowEvent::Prepared(result)) => self.prepared(*permit, result, now),
            (State::Recalling(permit), FlowEvent::Recalled(result)) => self.recalled(*permit, result, now),
            (State::Recording(approved), FlowEvent::IntentRecorded(result)) => steps::recorded(*approved, result, now),
            (State::Signing { intent_seq }, FlowEvent::Signed(result)) => steps::was_signed(intent_seq, result),
            (State::Submitting { intent_seq }, FlowEvent::Submitted(result)) => self.submitted(intent_seq, result),
            (State::Ended(ended), event) => self.after_the_end(*ended, event),
            (state, _) => (state, Vec::new()),
        };
        self.state = state;
        effects
    }

    /// A key of the amount that has to be typed; `None` takes the last one back. Keys before the gate
    /// is open do not count.
    pub fn type_amount(&mut self, key: Option<char>, now: &Now) {
        let State::Reviewing(reviewing) = &mut self.state else { return };
        if !reviewing.gate.is_open(now.mono) {
            reviewing.gate.key(now.mono);
        } else if let Some(typing) = &mut reviewing.typing {
            match key {
                Some(c) => typing.push(c),
                None => typing.pop(),
            }
        }
    }

    /// The amount as it was given without a screen. Whatever the policy says, one that is given has
    /// to be the one that is signed; otherwise the run ends refused.
    pub fn give_amount(&mut self, text: &str) {
        let State::Reviewing(reviewing) = &mut self.state else { return };
        let signed = reviewing.signature.as_ref().and_then(|(facts, _)| facts.amount());
        if let Some(amount) = signed.filter(|signed| Amount::parse(text) == Ok(*signed)) {
            if let Some(typing) = &mut reviewing.typing {
                typing.typed = amount.to_string();
            }
            return;
        }
        let signed = signed.map_or_else(|| "nothing".to_owned(), |amount| amount.to_string());
        let given = crate::domain::text::visible_prefix(text, 40);
        self.refuse_amount(format!("the amount given is {given}; what would be signed is {signed}"));
    }

    /// Ends the question because of the amount that has to be typed.
    pub fn refuse_amount(&mut self, text: String) {
        let State::Reviewing(reviewing) = &mut self.state else { return };
        let order = reviewing.reviewed.order().clone();
        let reasons = vec![Reason { name: "amount-typed".to_owned(), text }];
        (self.state, _) = steps::refuse(reasons, None, Some(order));
    }

    /// The operator says yes. Nothing happens unless the question is fresh and the gate open.
    pub fn yes(&mut self, now: &Now) -> Vec<FlowEffect> {
        let State::Reviewing(reviewing) = &mut self.state else { return Vec::new() };
        if !reviewing.gate.is_open(now.mono) {
            reviewing.gate.key(now.mono);
            return Vec::new();
        }
        self.approve(now)
    }

    /// A yes that did not come from a keyboard a screen was drawn for (`--yes`, a typed line).
    pub fn yes_without_screen(&mut self, now: &Now) -> Vec<FlowEffect> {
        self.approve(now)
    }

    /// Throws the review away and starts from a fresh reading. Does nothing once approved.
    pub fn read_again(&mut self) -> Vec<FlowEffect> {
        match &mut self.state {
            State::Reviewing(_) => {
                self.state = State::Reading;
                vec![FlowEffect::ReadOrder(self.order.clone())]
            }
            State::Ended(ended) if ended.intent_seq.is_none() => {
                self.state = State::Reading;
                vec![FlowEffect::ReadOrder(self.order.clone())]
            }
            State::Ended(ended) if !ended.reading_back => {
                ended.reading_back = true;
                vec![FlowEffect::ReadBack(self.order.clone())]
            }
            _ => Vec::new(),
        }
    }

    /// A newer reading of the order came in from elsewhere: it spoils a review that it contradicts,
    /// and settles an outcome that was unknown.
    pub fn live_order(&mut self, live: &Observed<Order>) -> Vec<FlowEffect> {
        if live.value.id != self.order {
            return Vec::new();
        }
        match &mut self.state {
            State::Reviewing(reviewing) => {
                let frozen = reviewing.reviewed.order();
                if live.is_newer_than(frozen) && live.value.differs_for_operator(&frozen.value) {
                    reviewing.spoiled = Some(Spoiled::Changed(steps::what_changed(&frozen.value, &live.value)));
                }
                Vec::new()
            }
            State::Ended(_) => {
                let event = FlowEvent::ReadBack(Ok(Box::new(live.clone())));
                let State::Ended(ended) = std::mem::replace(&mut self.state, State::Reading) else { return Vec::new() };
                let reading_back = ended.reading_back;
                let (mut state, effects) = self.after_the_end(*ended, event);
                if let State::Ended(ended) = &mut state {
                    ended.reading_back = reading_back;
                }
                self.state = state;
                effects
            }
            _ => Vec::new(),
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now: &Now) {
        if let State::Reviewing(reviewing) = &mut self.state
            && reviewing.spoiled.is_none()
            && reviewing.reviewed.is_expired(now)
        {
            reviewing.spoiled = Some(Spoiled::Expired);
        }
    }
}

/// Refusals of [`crate::domain::action`] as reasons.
fn reasons_of(refusals: &[Refusal]) -> Vec<Reason> {
    refusals.iter().map(|r| Reason { name: refusal_name(r).to_owned(), text: r.to_string() }).collect()
}

fn refusal_name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Stale(_) => "order-fresh",
        Refusal::NotOffered { .. } => "action-offered",
        Refusal::WrongStatus(_) => "order-status",
        Refusal::OnRamp | Refusal::OffRamp => "order-direction",
        Refusal::OwnAccount => "funding-source",
        Refusal::NoPaymentRequest => "payment-requested",
        Refusal::TooLate(_) => "seconds-left",
        Refusal::NoCountdown => "countdown-known",
        Refusal::Unreadable(_) => "order-readable",
    }
}

/// How a failure after the intent was recorded ends the run.
fn outcome_of(failure: &Failure) -> OutcomeKind {
    match failure.kind {
        FailureKind::NotSent => OutcomeKind::NotSent,
        FailureKind::Rejected => OutcomeKind::Rejected,
        FailureKind::Unknown => OutcomeKind::Unknown,
    }
}
