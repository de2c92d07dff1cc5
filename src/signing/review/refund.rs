//! The review of a refund. Source: reference, section 6.6.

use alloy_primitives::Address;

use super::{RefundFacts, Review, refuses};
use crate::domain::refund::{Funding, RefundAuthorization, RefundParameters};
use crate::domain::stage::Reviewed;
use crate::domain::text::visible_prefix;
use crate::domain::{AtomicAmount, Now, Observed, Permit};
use crate::signing::calldata::Transfer;
use crate::signing::checks::refund::{Subject, run};
use crate::signing::safe::digest;

/// What the review of a refund has to know beside the order and the parameters. No clock of the
/// server: a refund has no deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundContext {
    /// The address of our key.
    pub signer: Address,
    /// The time.
    pub now: Now,
    /// What our own record says the escrow was funded with.
    pub funding: Option<Funding>,
}

/// Reviews the parameters for the permitted order.
pub fn refund(permit: Permit, parameters: &Observed<RefundParameters>, context: &RefundContext) -> Review<RefundFacts> {
    let p = &parameters.value;
    let calldata = Transfer::decode(&p.safe.data);
    let checks = run(&Subject { permit: &permit, observed: parameters, context, calldata: &calldata });
    let mut facts = facts(p, calldata.ok());
    let reviewed = if refuses(&checks) { None } else { freeze(permit, p, &mut facts, context.now) };
    Review { facts, checks, reviewed }
}

fn freeze(permit: Permit, p: &RefundParameters, facts: &mut RefundFacts, at: Now) -> Option<Reviewed> {
    let digest = digest(&p.safe, p.chain_id, p.escrow);
    facts.digest = Some(digest);
    let refund = RefundAuthorization { safe: p.safe.clone(), chain_id: p.chain_id, escrow: p.escrow, digest };
    Reviewed::refund(permit, refund, at)
}

fn facts(p: &RefundParameters, calldata: Option<Transfer>) -> RefundFacts {
    RefundFacts {
        order_id: p.order_id.clone(),
        escrow: p.escrow,
        token: p.safe.to,
        recipient: calldata.map(|transfer| transfer.recipient),
        amount: p.amount_human,
        amount_atomic: calldata.map(|transfer| AtomicAmount::from(transfer.amount)),
        currency: visible_prefix(&p.crypto_currency, 40),
        chain_id: p.chain_id,
        safe_nonce: p.safe.nonce,
        operation: p.safe.operation,
        digest: None,
    }
}
