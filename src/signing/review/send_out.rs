//! The review of a send-out. Source: reference, section 7.

use alloy_primitives::{Address, U256};

use super::{Check, Grounds, Review, SKEW_WARNS, SendOutFacts, refuses, start, worst_skew};
use crate::domain::forward::ForwardRequest;
use crate::domain::send_out::{BridgeParameters, Destination, SendOutAuthorization, SendOutRoute};
use crate::domain::stage::{Authorization, Reviewed};
use crate::domain::text::visible_prefix;
use crate::domain::time::ClockSkew;
use crate::domain::{AtomicAmount, Now, Observed, Permit};
use crate::signing::calldata::{CalldataError, Transfer};
use crate::signing::checks::send_out::{Subject, arrival, decimals, run};
use crate::signing::typed::digest;

/// What the review of a send-out has to know beside the order and the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendOutContext {
    /// The address of our key.
    pub signer: Address,
    /// The time.
    pub now: Now,
    /// The server's clock against ours, as known from other answers.
    pub skew: Option<ClockSkew>,
    /// Pins, policy and our own record.
    pub grounds: Grounds,
    /// Where the operator wants the tokens to go.
    pub destination: Destination,
    /// The line of the API's list of routes for that chain, where it has one.
    pub route: Option<SendOutRoute>,
}

/// Reviews the parameters for the permitted order.
pub fn send_out(
    permit: Permit,
    parameters: &Observed<BridgeParameters>,
    context: &SendOutContext,
) -> Review<SendOutFacts> {
    let p = &parameters.value;
    let skew = worst_skew(&permit, parameters, context.skew);
    let start = start(&context.now, skew).unwrap_or_default();
    let from = counted_from(parameters, skew, start, context.grounds.clock_bound());
    let deadline = deadline(p, start, from.saturating_add(context.grounds.longest_ttl()));
    let calldata = Transfer::decode_with_quote(&p.data, &p.quote);
    let subject =
        Subject { permit: &permit, observed: parameters, context, calldata: &calldata, skew, start, from, deadline };
    let checks = run(&subject);
    let mut facts = facts(&permit, p, context, &calldata, deadline.unwrap_or_default());
    let reviewed = freeze_if_good(&checks, permit, p, context, &mut facts);
    Review { facts, checks, reviewed }
}

/// From when a deadline that the answer itself gives is counted, in unix seconds.
///
/// The server sets it by its own clock, so it is counted by that clock: from the `Date` of this very
/// answer. Fractions are cut off a `Date`, so no life looks shorter than it is. A server that lies
/// about its time can win what clocks may differ without a word, and no more: beyond that (or beyond
/// the policy's bound, if that is less; in whole seconds, as `clock-skew` tells it) the earlier of
/// both clocks counts, or the `Date` if it is earlier still.
fn counted_from(parameters: &Observed<BridgeParameters>, skew: Option<ClockSkew>, start: u64, bound: u64) -> u64 {
    let Some(date) = parameters.server_date.and_then(|date| u64::try_from(date.timestamp()).ok()) else {
        return start;
    };
    let agree = skew.is_some_and(|skew| skew.seconds().unsigned_abs() <= bound.min(SKEW_WARNS));
    if agree { date } else { date.min(start) }
}

/// The recommended validity, or the end the answer gives, and never past the end of the quote.
///
/// Where the end given is a single second past `latest`, what is signed ends at `latest`: a `Date` of
/// whole seconds may be written just before the second in which the deadline is set. More than that
/// is not cut: the check refuses it.
fn deadline(p: &BridgeParameters, start: u64, latest: u64) -> Option<u64> {
    let by_ttl = p.ttl_seconds.and_then(|seconds| start.checked_add(seconds));
    let quote = p.expires_at.and_then(|at| u64::try_from(at.timestamp()).ok());
    let end = p.deadline.map(|end| if end.checked_sub(latest) == Some(1) { latest } else { end });
    let given = [by_ttl, end].into_iter().flatten().min()?;
    Some(quote.map_or(given, |end| given.min(end)))
}

fn freeze_if_good(
    checks: &[Check],
    permit: Permit,
    p: &BridgeParameters,
    context: &SendOutContext,
    facts: &mut SendOutFacts,
) -> Option<Reviewed> {
    if refuses(checks) {
        return None;
    }
    let request = ForwardRequest {
        from: p.sender,
        to: p.token,
        value: U256::ZERO,
        gas: p.gas,
        nonce: p.nonce,
        deadline: facts.deadline,
        data: p.data.clone(),
    };
    let digest = digest(&request, p.chain_id, p.forwarder);
    facts.digest = Some(digest);
    let send_out = SendOutAuthorization {
        forward: Authorization { request, chain_id: p.chain_id, forwarder: p.forwarder, digest },
        destination: context.destination.clone(),
        quote: p.quote.clone(),
        to_amount: p.to_amount,
        expires_at: p.expires_at,
    };
    Reviewed::send_out(permit, send_out, context.now)
}

fn facts(
    permit: &Permit,
    p: &BridgeParameters,
    context: &SendOutContext,
    calldata: &Result<Transfer, CalldataError>,
    deadline: u64,
) -> SendOutFacts {
    let order = &permit.order().value;
    let paid = calldata.as_ref().ok().map(|transfer| AtomicAmount::from(transfer.amount)).or(p.amount_atomic);
    let currency = p.crypto_currency.as_deref().or(order.amounts.crypto_currency.as_deref());
    SendOutFacts {
        order_id: order.id.clone(),
        payer: p.sender,
        token: p.token,
        amount: decimals(p).zip(paid).and_then(|(places, paid)| paid.to_amount(places)),
        amount_atomic: paid,
        currency: visible_prefix(currency.unwrap_or("?"), 40),
        solver: calldata.as_ref().ok().map(|transfer| transfer.recipient).or(p.solver),
        destination: context.destination.clone(),
        to_amount: p.to_amount,
        arrives: arrival(context.route.as_ref(), p.to_amount),
        quote: visible_prefix(&p.quote, 80),
        chain_id: p.chain_id,
        forwarder: p.forwarder,
        nonce: p.nonce,
        gas: p.gas,
        deadline,
        digest: None,
    }
}
