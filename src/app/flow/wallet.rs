//! One wallet nonce serves all orders: what was signed for another order binds this one.
//!
//! While a signature of unknown fate lives, nothing else with the wallet's nonce is signed, unless
//! the fresh parameters and the chain itself both say that its nonce is used up. What was accepted
//! and not yet executed is waited for: two requests with one nonce are never out together. Source:
//! reference, section 6.2, number 5.

use alloy_primitives::{Address, U256};
use chrono::DateTime;

use super::{Flow, Parameters, Prepared, Prior, Reason, Trace, noun};
use crate::domain::Now;
use crate::domain::chain::ChainFacts;
use crate::signing::review::ChainWord;

/// Seconds after its deadline in which a signature is still not taken for dead.
const MARGIN: u64 = 60;

impl Flow {
    /// Before parameters are fetched: nothing yet can prove that an earlier signature is dead, so
    /// only what cannot be compared at all refuses here.
    pub(super) fn wallet_unsettled(&self, now: &Now) -> Option<Reason> {
        let server_now = self.server_now(now);
        if !self.action.uses_forwarder() {
            return None;
        }
        let nameless = |prior: &&Prior| !prior.known && prior.nonce.is_none() && prior.is_alive(server_now);
        self.others.iter().find(nameless).map(unsettled)
    }

    /// With fresh parameters, and the chain's word where there is one.
    pub(super) fn wallet_reason(&self, prepared: &Prepared, now: &Now) -> Option<Reason> {
        let (sender, nonce) = slot(&prepared.parameters)?;
        let chain = match &prepared.grounds.chain {
            ChainWord::Answered(facts) => Some(&**facts),
            ChainWord::Unasked => None,
        };
        let server_now = self.server_now(now);
        // A chain behind its deadline can still execute it, whatever the server's clock says.
        let alive = |prior: &Prior| prior.is_alive(server_now) || may_land(prior, chain);
        let ours = |prior: &&Prior| prior.origin.wallet.is_none_or(|wallet| wallet == sender);
        if let Some(prior) = self.priors.iter().find(|prior| !prior.known && may_land(prior, chain)) {
            return Some(unsettled(prior));
        }
        self.others.iter().filter(ours).filter(|prior| alive(prior)).find_map(|prior| {
            let used_up = prior.nonce.as_deref().and_then(number).is_some_and(|was| was < nonce);
            match (prior.known, used_up) {
                (true, true) => None,
                (false, true) if chain.and_then(|facts| facts.nonce.known()) == Some(&nonce) => None,
                (false, _) => Some(unsettled(prior)),
                (true, false) => Some(not_executed(prior)),
            }
        })
    }
}

/// The wallet and its nonce for the forwarder.
fn slot(parameters: &Parameters) -> Option<(Address, U256)> {
    match parameters {
        Parameters::Transfer(seen) => Some((seen.value.sender, seen.value.nonce)),
        Parameters::SendOut(seen, _) => Some((seen.value.sender, seen.value.nonce)),
        Parameters::Refund(_) => None,
    }
}

fn number(text: &str) -> Option<U256> {
    crate::domain::amount::clean_integer(text)
}

/// By the chain's own clock.
fn may_land(prior: &Prior, chain: Option<&ChainFacts>) -> bool {
    let block = chain.and_then(|facts| facts.block.known());
    let left = prior.origin.trace != Trace::NeverLeft && prior.action.uses_forwarder();
    left && prior.deadline.zip(block).is_some_and(|(deadline, block)| block.timestamp <= deadline)
}

fn unsettled(prior: &Prior) -> Reason {
    let what = noun(prior.action);
    let used = prior.nonce.as_deref().unwrap_or("that is not known");
    let at = prior.origin.at.map_or_else(String::new, |at| format!(" of {} UTC", at.format("%H:%M:%S")));
    let again = match prior.origin.trace {
        Trace::Kept { .. } => format!("Send the same request again (ramptop {} {}) or ", prior.action, prior.order),
        Trace::Unsaid | Trace::NeverLeft => String::new(),
    };
    let wait = until(prior).map_or_else(|| "watch that order".to_owned(), |until| format!("wait until {until} UTC"));
    Reason {
        name: "wallet-signature-unsettled".to_owned(),
        text: format!(
            "the {what} of order {}{at} (journal entry {}) uses the wallet's nonce {used}, and whether it was executed \
             is not known. One nonce serves all orders, so nothing else is signed with it now. {again}{wait}",
            prior.order, prior.intent_seq
        ),
    }
}

fn not_executed(prior: &Prior) -> Reason {
    Reason {
        name: "wallet-nonce-in-use".to_owned(),
        text: format!(
            "the {} of order {} (journal entry {}) was accepted with the wallet's nonce {} and is not executed yet: of \
             two requests with one nonce only one can be. Wait until that order has moved on, some seconds, and try \
             again",
            noun(prior.action),
            prior.order,
            prior.intent_seq,
            prior.nonce.as_deref().unwrap_or("?")
        ),
    }
}

fn until(prior: &Prior) -> Option<String> {
    let end = i64::try_from(prior.deadline?.saturating_add(MARGIN)).ok()?;
    DateTime::from_timestamp(end, 0).map(|end| end.format("%H:%M:%S").to_string())
}
