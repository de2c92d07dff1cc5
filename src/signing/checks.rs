//! The checks of the review, one function each: what was expected, what was found, the verdict.
//!
//! Every check looks at the inputs by itself and none depends on another having passed, so that
//! all of them run and all are listed. Pure. Source: reference, section 6.2, "check before signing".

pub mod chain;
mod forwarded;
pub(super) mod pinned;
pub(super) mod refund;
pub(super) mod send_out;

use std::fmt::Display;

use alloy_primitives::{Address, U256};
use serde::Serialize;

use super::calldata::{CalldataError, Transfer};
use super::grounds::Grounds;
use super::policy::{self, Payment};
use super::review::Context;
use super::typed::DEADLINE_END;
use crate::domain::action::{self, FRESH_FOR};
use crate::domain::forward::TransferParameters;
pub use crate::domain::policy::{LONGEST_TTL, MOST_GAS, WORST_CLOCK as SKEW_REFUSES};
use crate::domain::text::visible_prefix;
use crate::domain::time::ClockSkew;
use crate::domain::{ActionKind, Now, Observed, Order, Permit};
use forwarded::{Forwarded, Payee};
use pinned::Claims;

/// A difference of the clocks, in seconds, that is worth a word.
pub const SKEW_WARNS: u64 = 30;

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// Worth knowing, not worth stopping for.
    Warn,
    /// Nothing may be signed.
    Refuse,
}

/// One check and what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its stable name.
    pub name: &'static str,
    /// What had to be found.
    pub expected: String,
    /// What was found, made visible.
    pub found: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// How [`Check::says_new`] is told.
const NEVER_PAID: &str = "never paid before";

impl Check {
    /// Whether it says that the recipient was never paid before: not wrong where every order has
    /// an escrow of its own, but worth seeing.
    pub fn says_new(&self) -> bool {
        self.name == "recipient-known" && self.found.starts_with(NEVER_PAID)
    }

    /// A check that passes or refuses.
    pub(super) fn that(name: &'static str, expected: impl Display, found: impl Display, holds: bool) -> Self {
        let verdict = if holds { Verdict::Pass } else { Verdict::Refuse };
        Self { name, expected: expected.to_string(), found: found.to_string(), verdict }
    }

    /// A check that passes or is worth a word.
    pub(super) fn worth(name: &'static str, expected: impl Display, found: impl Display, holds: bool) -> Self {
        let verdict = if holds { Verdict::Pass } else { Verdict::Warn };
        Self { name, expected: expected.to_string(), found: found.to_string(), verdict }
    }

    pub(super) fn equal<T: Display + PartialEq>(name: &'static str, expected: T, found: T) -> Self {
        let holds = expected == found;
        Self::that(name, expected, found, holds)
    }
}

/// Everything a check may look at.
pub(super) struct Subject<'a> {
    pub(super) permit: &'a Permit,
    pub(super) observed: &'a Observed<TransferParameters>,
    pub(super) context: &'a Context,
    pub(super) calldata: Result<Transfer, CalldataError>,
    pub(super) skew: Option<ClockSkew>,
    pub(super) deadline: u64,
}

impl Subject<'_> {
    fn order(&self) -> &Order {
        &self.permit.order().value
    }

    fn parameters(&self) -> &TransferParameters {
        &self.observed.value
    }
}

type Rule = fn(&Subject<'_>) -> Check;

/// Every check in the order it is shown.
const RULES: [Rule; 19] = [
    permit_is_for_authorize,
    order_still_permits,
    parameters_are_fresh,
    order_id,
    calldata_decodes,
    calldata_recipient,
    calldata_amount,
    amount_is_positive,
    amount_human,
    amount_of_order,
    currency,
    sender,
    no_zero_address,
    distinct_addresses,
    chain_id,
    gas,
    ttl,
    deadline,
    clock_skew,
];

/// Runs every check.
pub(super) fn run(subject: &Subject<'_>) -> Vec<Check> {
    let mut all: Vec<Check> = RULES.iter().map(|rule| rule(subject)).collect();
    all.extend(forwarded(subject).checks(&subject.context.grounds, &subject.context.now));
    all
}

/// What the operator set, for whatever is signed.
pub(super) fn of_operator(claims: &Claims<'_>, payment: &Payment, grounds: &Grounds, now: &Now) -> Vec<Check> {
    let mut all = pinned::run(claims, grounds);
    all.extend(policy::checks(grounds, payment, now));
    all
}

fn forwarded<'a>(s: &'a Subject<'_>) -> Forwarded<'a> {
    let p = s.parameters();
    Forwarded {
        order: s.order(),
        payee: Payee::Escrow,
        chain_id: p.chain_id,
        forwarder: p.forwarder,
        token: p.token,
        decimals: Some(p.decimals),
        sender: p.sender,
        nonce: p.nonce,
        transfer: s.calldata.as_ref().ok(),
        deadline: s.deadline,
    }
}

fn permit_is_for_authorize(s: &Subject<'_>) -> Check {
    permit_is_for(s.permit, ActionKind::Authorize)
}

fn permit_is_for(permit: &Permit, action: ActionKind) -> Check {
    Check::equal("permit-action", action, permit.action())
}

fn order_still_permits(s: &Subject<'_>) -> Check {
    still_permits(s.permit, ActionKind::Authorize, &s.context.now)
}

/// The permit was given some seconds ago; the same rules must still find nothing.
fn still_permits(permit: &Permit, action: ActionKind, now: &Now) -> Check {
    let reasons = action::check(permit.order(), action, now);
    let found: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    let found = if found.is_empty() { "no reason against it".to_owned() } else { found.join("; ") };
    Check::that("order-permits", "no reason against it", found, reasons.is_empty())
}

fn parameters_are_fresh(s: &Subject<'_>) -> Check {
    fresh(s.observed, &s.context.now)
}

fn fresh<T>(parameters: &Observed<T>, now: &Now) -> Check {
    let age = parameters.age(now);
    let expected = format!("asked for at most {} s ago", FRESH_FOR.as_secs());
    let found = format!("{}.{} s ago", age.as_secs(), age.subsec_millis() / 100);
    Check::that("parameters-fresh", expected, found, age <= FRESH_FOR)
}

fn order_id(s: &Subject<'_>) -> Check {
    Check::equal("order-id", &s.order().id, &s.parameters().order_id)
}

fn calldata_decodes(s: &Subject<'_>) -> Check {
    decodes("transfer(address,uint256)", &s.calldata)
}

fn decodes(expected: &str, calldata: &Result<Transfer, CalldataError>) -> Check {
    let found = match calldata {
        Ok(_) => expected.to_owned(),
        Err(reason) => reason.to_string(),
    };
    Check::that("calldata-decodes", expected, found, calldata.is_ok())
}

fn calldata_recipient(s: &Subject<'_>) -> Check {
    let found = s.calldata.as_ref().ok().map(|transfer| transfer.recipient);
    optional("calldata-recipient", Some(s.parameters().recipient), found)
}

fn calldata_amount(s: &Subject<'_>) -> Check {
    let found = s.calldata.as_ref().ok().map(|transfer| transfer.amount);
    optional("calldata-amount", Some(s.parameters().amount_atomic.units()), found)
}

fn amount_is_positive(s: &Subject<'_>) -> Check {
    let atomic = s.parameters().amount_atomic;
    Check::that("amount-positive", "more than 0", atomic, !atomic.units().is_zero())
}

fn amount_human(s: &Subject<'_>) -> Check {
    let p = s.parameters();
    optional("amount-human", p.amount_human.to_atomic(p.decimals), Some(p.amount_atomic))
}

/// The order names whole tokens; compared in atomic units, so that no digit can hide.
fn amount_of_order(s: &Subject<'_>) -> Check {
    let expected = s.order().crypto_to_fund().and_then(|amount| amount.to_atomic(s.parameters().decimals));
    optional("amount-order", expected, Some(s.parameters().amount_atomic))
}

fn currency(s: &Subject<'_>) -> Check {
    same_currency(s.order(), &s.parameters().crypto_currency)
}

fn same_currency(order: &Order, found: &str) -> Check {
    let expected = order.amounts.crypto_currency.as_deref();
    let shown = expected.map_or_else(|| UNREADABLE.to_owned(), |text| visible_prefix(text, 40));
    let holds = expected == Some(found) && !found.trim().is_empty();
    Check::that("currency", shown, visible_prefix(found, 40), holds)
}

fn sender(s: &Subject<'_>) -> Check {
    Check::equal("sender", s.context.signer, s.parameters().sender)
}

fn named_addresses(p: &TransferParameters) -> [(&'static str, Address); 4] {
    [("token", p.token), ("recipient", p.recipient), ("forwarder", p.forwarder), ("sender", p.sender)]
}

fn no_zero_address(s: &Subject<'_>) -> Check {
    none_is_zero(&named_addresses(s.parameters()))
}

fn none_is_zero(all: &[(&'static str, Address)]) -> Check {
    let zero: Vec<&str> = all.iter().filter(|(_, a)| a.is_zero()).map(|(n, _)| *n).collect();
    Check::that("addresses-not-zero", "none is zero", found_or(&zero, "none is zero"), zero.is_empty())
}

fn distinct_addresses(s: &Subject<'_>) -> Check {
    all_differ(&named_addresses(s.parameters()))
}

fn all_differ(all: &[(&'static str, Address)]) -> Check {
    let mut same = Vec::new();
    for (at, (name, address)) in all.iter().enumerate() {
        let later = all.iter().skip(at + 1).filter(|(_, other)| other == address);
        same.extend(later.map(|(other, _)| format!("{name} = {other}")));
    }
    Check::that("addresses-distinct", "all differ", found_or(&same, "all differ"), same.is_empty())
}

fn chain_id(s: &Subject<'_>) -> Check {
    some_chain(s.parameters().chain_id)
}

fn some_chain(found: u64) -> Check {
    Check::that("chain-id", "more than 0", found, found > 0)
}

fn gas(s: &Subject<'_>) -> Check {
    bounded_gas(s.parameters().gas, s.context.grounds.most_gas())
}

fn bounded_gas(found: U256, most: u64) -> Check {
    let holds = !found.is_zero() && found <= U256::from(most);
    Check::that("gas", format!("1 to {most}"), found, holds)
}

fn ttl(s: &Subject<'_>) -> Check {
    let (found, longest) = (s.parameters().ttl_seconds, s.context.grounds.longest_ttl());
    Check::that("ttl", format!("1 to {longest} s"), format!("{found} s"), (1..=longest).contains(&found))
}

/// Zero stands for "could not be computed".
fn deadline(s: &Subject<'_>) -> Check {
    let latest = latest(&s.context.now, s.skew);
    let holds = latest.is_some_and(|latest| s.deadline > latest) && s.deadline < DEADLINE_END;
    let expected = format!("a unix time after {} by both clocks, below 2^48", latest.unwrap_or_default());
    Check::that("deadline", expected, s.deadline, holds)
}

/// The later of both clocks, in unix seconds: what ends after it ends in the future.
fn latest(now: &Now, skew: Option<ClockSkew>) -> Option<u64> {
    let server = skew.map_or(now.wall, |skew| skew.server_time(now));
    u64::try_from(now.wall.max(server).timestamp()).ok()
}

fn clock_skew(s: &Subject<'_>) -> Check {
    clocks(s.skew, s.context.grounds.clock_bound())
}

fn clocks(skew: Option<ClockSkew>, bound: u64) -> Check {
    let expected = format!("at most {} s between our clock and the server's", bound.min(SKEW_WARNS));
    let (found, verdict) = match skew.map(ClockSkew::seconds) {
        None => ("the server did not say its time".to_owned(), Verdict::Warn),
        Some(seconds) => (skew_words(seconds), skew_verdict(seconds, bound)),
    };
    Check { name: "clock-skew", expected, found, verdict }
}

fn skew_verdict(seconds: i64, bound: u64) -> Verdict {
    match seconds.unsigned_abs() {
        s if s > bound => Verdict::Refuse,
        s if s > SKEW_WARNS => Verdict::Warn,
        _ => Verdict::Pass,
    }
}

fn skew_words(seconds: i64) -> String {
    let side = if seconds < 0 { "ahead of" } else { "behind" };
    format!("our clock is {} s {side} the server's", seconds.unsigned_abs())
}

const UNREADABLE: &str = "(not readable)";

/// Equality of two values that may both be missing; missing never holds.
fn optional<T: Display + PartialEq>(name: &'static str, expected: Option<T>, found: Option<T>) -> Check {
    let holds = expected.is_some() && expected == found;
    let show = |value: Option<T>| value.map_or_else(|| UNREADABLE.to_owned(), |v| v.to_string());
    Check::that(name, show(expected), show(found), holds)
}

fn found_or<S: AsRef<str>>(list: &[S], none: &str) -> String {
    if list.is_empty() { none.to_owned() } else { list.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ") }
}
