//! The signing review: everything the API asks us to sign, believed only after every check.
//!
//! [`review`] consumes the permit and is the only place that builds a request to sign. All checks
//! run and all are listed; a single refusal and there is nothing that could be approved. Pure:
//! time, the signing address, the clock skew, and the [`Grounds`] (pins, policy, our own record) are
//! handed in with [`Context`]. [`send_out()`] and
//! [`refund()`] do the same for the other two things that are signed.

mod refund;
#[cfg(test)]
mod refund_tests;
mod send_out;
#[cfg(test)]
mod send_out_tests;
#[cfg(test)]
mod tests;

pub use refund::{RefundContext, refund};
pub use send_out::{SendOutContext, send_out};

use std::time::Duration;

use alloy_primitives::{Address, U256};

use super::calldata::Transfer;
pub use super::checks::pinned::is_look_alike;
pub use super::checks::{Check, LONGEST_TTL, MOST_GAS, SKEW_REFUSES, SKEW_WARNS, Verdict};
use super::checks::{Subject, run};
pub use super::facts::{Facts, RefundFacts, SendOutFacts, SignatureFacts, until};
pub use super::grounds::{ChainWord, Grounds};
pub use super::policy::amount_to_type;
use super::typed::digest;
use crate::domain::forward::{ForwardRequest, TransferParameters};
use crate::domain::stage::{Authorization, Reviewed};
use crate::domain::text::visible_prefix;
use crate::domain::time::ClockSkew;
use crate::domain::{Now, Observed, Permit, countdown};

/// The relay needs time: a signature is good for at least this long, whatever is left of the
/// order's window.
pub const LEAST_VALIDITY: Duration = Duration::from_secs(300);

/// What the review has to know beside the order and the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The address of our key.
    pub signer: Address,
    /// The time.
    pub now: Now,
    /// The server's clock against ours, as known from other answers; the parameters' own date
    /// counts as well, and the worse of the two decides.
    pub skew: Option<ClockSkew>,
    /// Pins, policy and our own record.
    pub grounds: Grounds,
}

/// The outcome: what would be signed, and every check. Made by [`review`], [`send_out()`] and
/// [`refund()`] only.
#[derive(Debug, PartialEq, Eq)]
pub struct Review<F = Facts> {
    /// What would be signed in human terms.
    pub facts: F,
    /// Every check, passed or not.
    pub checks: Vec<Check>,
    reviewed: Option<Reviewed>,
}

/// Reviews the parameters for the permitted order.
pub fn review(permit: Permit, parameters: &Observed<TransferParameters>, context: &Context) -> Review {
    let skew = worst_skew(&permit, parameters, context.skew);
    let deadline = deadline(&permit, &parameters.value, &context.now, skew).unwrap_or_default();
    let subject = Subject {
        permit: &permit,
        observed: parameters,
        context,
        calldata: Transfer::decode(&parameters.value.transfer_data),
        skew,
        deadline,
    };
    let checks = run(&subject);
    let mut facts = facts(&parameters.value, deadline);
    let reviewed = if refuses(&checks) { None } else { freeze(permit, &parameters.value, &mut facts, context.now) };
    Review { facts, checks, reviewed }
}

impl<F> Review<F> {
    /// The checks that refuse.
    pub fn refusals(&self) -> Vec<&Check> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Refuse).collect()
    }

    /// Whether there is something to approve.
    pub fn is_acceptable(&self) -> bool {
        self.reviewed.is_some()
    }

    /// What may be approved, if no check refused.
    pub fn reviewed(&self) -> Option<&Reviewed> {
        self.reviewed.as_ref()
    }

    /// What may be approved.
    ///
    /// # Errors
    /// The checks that refused.
    pub fn into_reviewed(self) -> Result<Reviewed, Vec<Check>> {
        let refusals = || self.checks.into_iter().filter(|check| check.verdict == Verdict::Refuse).collect();
        self.reviewed.ok_or_else(refusals)
    }
}

impl<F: Clone + Into<SignatureFacts>> Review<F> {
    /// In plain words what the signature permits, or would have.
    pub fn statement(&self) -> String {
        let statement = self.facts.clone().into().statement();
        if self.is_acceptable() {
            return statement;
        }
        format!("REFUSED, nothing will be signed. The API asked for a signature that says: {statement}")
    }

    /// What is shown, and what may be approved if no check refused.
    pub fn into_parts(self) -> (SignatureFacts, Vec<Check>, Option<Reviewed>) {
        (self.facts.into(), self.checks, self.reviewed)
    }
}

/// The request, its digest and the permit, tied together for approval.
fn freeze(permit: Permit, parameters: &TransferParameters, facts: &mut Facts, at: Now) -> Option<Reviewed> {
    let request = request(parameters, facts.deadline);
    let digest = digest(&request, parameters.chain_id, parameters.forwarder);
    facts.digest = Some(digest);
    let authorization =
        Authorization { request, chain_id: parameters.chain_id, forwarder: parameters.forwarder, digest };
    Reviewed::authorization(permit, authorization, at)
}

fn request(parameters: &TransferParameters, deadline: u64) -> ForwardRequest {
    ForwardRequest {
        from: parameters.sender,
        to: parameters.token,
        value: U256::ZERO,
        gas: parameters.gas,
        nonce: parameters.nonce,
        deadline,
        data: parameters.transfer_data.clone(),
    }
}

fn facts(parameters: &TransferParameters, deadline: u64) -> Facts {
    Facts {
        order_id: parameters.order_id.clone(),
        payer: parameters.sender,
        token: parameters.token,
        amount: parameters.amount_human,
        currency: visible_prefix(&parameters.crypto_currency, 40),
        amount_atomic: parameters.amount_atomic,
        recipient: parameters.recipient,
        chain_id: parameters.chain_id,
        forwarder: parameters.forwarder,
        nonce: parameters.nonce,
        gas: parameters.gas,
        deadline,
        digest: None,
        network: parameters.network.as_deref().map(|name| visible_prefix(name, 60)),
    }
}

fn refuses(checks: &[Check]) -> bool {
    checks.iter().any(|check| check.verdict == Verdict::Refuse)
}

/// The largest difference anybody saw: a good clock in one answer does not excuse a bad one in
/// another.
fn worst_skew<T>(permit: &Permit, parameters: &Observed<T>, known: Option<ClockSkew>) -> Option<ClockSkew> {
    let seen = [known, parameters.skew(), permit.order().skew()];
    seen.into_iter().flatten().max_by_key(|skew| skew.seconds().unsigned_abs())
}

/// The earlier of both clocks, in unix seconds: a signature's life is counted from there.
fn start(now: &Now, skew: Option<ClockSkew>) -> Option<u64> {
    let server = skew.map_or(now.wall, |skew| skew.server_time(now));
    u64::try_from(now.wall.min(server).timestamp()).ok()
}

/// The earlier of both clocks plus the recommended validity, cut to what is left of the order's
/// window (but never below [`LEAST_VALIDITY`]): it bounds how long a leaked signature is of use.
fn deadline(permit: &Permit, parameters: &TransferParameters, now: &Now, skew: Option<ClockSkew>) -> Option<u64> {
    let start = start(now, skew)?;
    let left = countdown::of(permit.order(), now).map_or(0, |countdown| countdown.seconds_left);
    let validity = parameters.ttl_seconds.min(left.max(LEAST_VALIDITY.as_secs()));
    start.checked_add(validity)
}
