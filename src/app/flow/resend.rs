//! Sending once more what was signed before: the way after a lost answer.
//!
//! While the order still offers the action and the signature is good, the very same bytes may go out
//! again: at most one of the two can be executed. Nothing is signed, so nothing new can be executed.
//! A refusal of the repetition says nothing about the first one. Source: reference, section 6.3.

use super::steps::{Next, end, question, unfit};
use super::{ActionRequest, Ending, Flow, FlowEffect, Prior, Reason, State, Trace, noun, reasons_of, steps};
use crate::app::failure::{Failure, FailureKind};
use crate::domain::action::LEAST_SECONDS_LEFT;
use crate::domain::resend::Kept;
use crate::domain::stage::Reviewed;
use crate::domain::text::visible_prefix;
use crate::domain::{ActionKind, Now, Observed, Order, Permit};

/// What the journal says of a repetition without a yes.
pub const NOTE: &str = "sent again, and again no word that it was taken; the first may still be executed";

impl Flow {
    /// An earlier attempt at this very action that can be sent once more.
    pub(super) fn resendable(&self, order: &Observed<Order>, now: &Now) -> Option<u64> {
        let soon = self.server_now(now).saturating_add_unsigned(LEAST_SECONDS_LEFT);
        let good = |prior: &&Prior| prior.deadline.is_none_or(|d| i64::try_from(d).unwrap_or(i64::MAX) >= soon);
        // The escrow's nonce executes once: a refund that was repeated in vain may be signed anew.
        let kept = |prior: &&Prior| match prior.origin.trace {
            Trace::Kept { resent } => !resent || self.action != ActionKind::Refund,
            Trace::Unsaid | Trace::NeverLeft => false,
        };
        let open = self.priors.iter().filter(|prior| !prior.known && prior.action == self.action);
        let seq = open.filter(kept).find(good)?.intent_seq;
        crate::domain::action::check(order, self.action, now).is_empty().then_some(seq)
    }

    pub(super) fn recall(&self, seq: u64, order: Observed<Order>, now: &Now) -> Next {
        match Permit::new(order.clone(), self.action, now) {
            Ok(permit) => (State::Recalling(Box::new(permit)), vec![FlowEffect::Recall(seq)]),
            Err(refusals) => steps::refuse(reasons_of(&refusals), None, Some(order)),
        }
    }

    pub(super) fn recalled(&self, permit: Permit, result: Result<Box<Kept>, Failure>, now: &Now) -> Next {
        let kept = match result {
            Ok(kept) => *kept,
            Err(failure) => return end(Ending::NotSent(failure), Some(permit.order().clone())),
        };
        if let Some(reason) = self.elsewhere(&kept) {
            return steps::refuse(vec![reason], None, Some(permit.order().clone()));
        }
        match Reviewed::again(permit, kept, *now) {
            Ok(reviewed) => (State::Reviewing(Box::new(question(reviewed, None))), Vec::new()),
            Err(permit) => unfit(&permit),
        }
    }

    /// A send-out to another place than the one that may still be under way.
    fn elsewhere(&self, kept: &Kept) -> Option<Reason> {
        let ActionRequest::SendOut(to) = &self.request else { return None };
        let (chain, address) = (visible_prefix(&to.chain, 60), visible_prefix(&to.address, 140));
        if kept.fact("destination_chain") == Some(&chain) && kept.fact("destination_address") == Some(&address) {
            return None;
        }
        let was = |name| kept.fact(name).unwrap_or("?");
        Some(Reason {
            name: "earlier-authorization-unsettled".to_owned(),
            text: format!(
                "an earlier send-out of this order (journal entry {}) to {} on {} got no answer and can still execute; \
                 only that one can be sent again",
                kept.intent_seq,
                was("destination_address"),
                was("destination_chain")
            ),
        })
    }

    /// What is sent again, as it is to be remembered.
    pub(super) fn prior_of(&self, intent_seq: u64) -> Option<Prior> {
        let mut prior = self.priors.iter().find(|prior| prior.intent_seq == intent_seq)?.clone();
        prior.origin.trace = Trace::Kept { resent: true };
        Some(prior)
    }
}

/// How a repetition without a yes ends: the first one is as unknown as before.
pub fn ending(failure: Failure) -> Ending {
    let what = match failure.kind {
        FailureKind::Rejected => format!(
            "The API refused the repeated request, which says nothing about the first one: it may be what this one was \
             refused for. It said: {}",
            failure.what
        ),
        FailureKind::NotSent => format!("The repeated request did not leave; the first one may have. {}", failure.what),
        FailureKind::Unknown => failure.what,
    };
    let advice =
        "Watch the order: its status says when the first one was executed. Nothing new is signed while it may be.";
    Ending::Unknown(Failure { kind: FailureKind::Unknown, what, advice: advice.to_owned(), ..failure })
}

/// What a question to send again says first.
pub fn statement(kept: &Kept) -> String {
    format!(
        "An earlier {} of {} UTC got no answer. The very same signed bytes are sent again; at most one of the two can \
         be executed.",
        noun(kept.action),
        kept.at.format("%Y-%m-%d %H:%M:%S")
    )
}

/// What was agreed to then, by its names, for the operator to read again.
pub fn shown(kept: &Kept) -> Vec<(&'static str, String)> {
    let fact = |name: &str| kept.fact(name).map(str::to_owned);
    let amount = fact("amount")
        .or_else(|| fact("crypto_amount"))
        .map(|amount| format!("{amount} {} (nothing new is signed)", fact("crypto_currency").unwrap_or_default()));
    let until = kept.deadline.map(crate::signing::review::until);
    let on = |chain: String| fact("nonce").map_or_else(|| chain.clone(), |nonce| format!("{chain}, nonce {nonce}"));
    [
        ("you pay", amount),
        (
            "arrives",
            fact("destination_address").map(|to| format!("{to} on {}", fact("destination_chain").unwrap_or_default())),
        ),
        ("from", fact("from")),
        ("to", fact("recipient")),
        ("token", fact("to")),
        ("forwarder", fact("forwarder")),
        ("escrow", fact("escrow")),
        ("chain", fact("chain_id").map(on)),
        ("until", until),
        ("digest", fact("digest")),
        ("SHA-256", Some(kept.body_sha256.clone())),
        ("entry", Some(format!("{} in the journal", kept.intent_seq))),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value?)))
    .collect()
}
