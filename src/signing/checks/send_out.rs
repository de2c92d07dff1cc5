//! The checks of a send-out: tokens of a completed on-ramp order leave for another chain.
//!
//! What is signed pays the solver and names the quote; the destination is bound by the API's quote
//! alone, so it is compared with what the operator typed wherever the answer repeats it. Older
//! answers say less; what they leave out is worth a word. Source: reference, section 7.

use alloy_primitives::Address;

use super::forwarded::{Forwarded, Payee};
use super::{
    Check, DEADLINE_END, UNREADABLE, all_differ, bounded_gas, clocks, decodes, fresh, latest, none_is_zero, optional,
    permit_is_for, same_currency, some_chain, still_permits,
};
use crate::domain::send_out::{BridgeParameters, Destination, SendOutRoute};
use crate::domain::text::{is_displayable, visible_prefix};
use crate::domain::time::ClockSkew;
use crate::domain::{ActionKind, Amount, AtomicAmount, Observed, Order, Permit};
use crate::signing::calldata::{CalldataError, Transfer};
use crate::signing::review::SendOutContext;

/// Seconds a signature must be good for when it is reviewed.
pub const LEAST_SECONDS: u64 = 5;

/// Places of the token where the answer does not say: those of USDT and USDC. A token with more
/// places fails the comparison with the order's amount.
pub const USUAL_DECIMALS: u8 = 6;

/// The longest address of any chain.
const LONGEST_ADDRESS: usize = 128;

/// Everything a check may look at.
pub struct Subject<'a> {
    pub permit: &'a Permit,
    pub observed: &'a Observed<BridgeParameters>,
    pub context: &'a SendOutContext,
    pub calldata: &'a Result<Transfer, CalldataError>,
    pub skew: Option<ClockSkew>,
    /// Unix seconds from which the signature's life is counted.
    pub start: u64,
    /// The same for an end that the answer itself gives.
    pub from: u64,
    pub deadline: Option<u64>,
}

impl Subject<'_> {
    fn order(&self) -> &Order {
        &self.permit.order().value
    }

    fn parameters(&self) -> &BridgeParameters {
        &self.observed.value
    }

    fn paid(&self) -> Option<AtomicAmount> {
        self.calldata.as_ref().ok().map(|transfer| AtomicAmount::from(transfer.amount))
    }

    fn typed(&self) -> &Destination {
        &self.context.destination
    }
}

/// Places of the token that is paid, as told or as usual.
pub fn decimals(p: &BridgeParameters) -> Option<u8> {
    p.decimals.map_or(Some(USUAL_DECIMALS), |told| u8::try_from(told).ok())
}

type Rule = fn(&Subject<'_>) -> Check;

/// Every check in the order it is shown.
const RULES: [Rule; 23] = [
    |s| permit_is_for(s.permit, ActionKind::SendOut),
    |s| still_permits(s.permit, ActionKind::SendOut, &s.context.now),
    |s| fresh(s.observed, &s.context.now),
    order_id,
    |s| decodes("transfer(address,uint256) and the quote's id", s.calldata),
    solver,
    calldata_amount,
    amount_is_positive,
    amount_human,
    amount_within_order,
    currency,
    sender,
    |s| none_is_zero(&addresses(s)),
    |s| all_differ(&addresses(s)),
    |s| some_chain(s.parameters().chain_id),
    |s| bounded_gas(s.parameters().gas, s.context.grounds.most_gas()),
    destination_form,
    destination_chain,
    destination_address,
    to_amount,
    ttl,
    deadline,
    |s| clocks(s.skew, s.context.grounds.clock_bound()),
];

/// Runs every check.
pub fn run(subject: &Subject<'_>) -> Vec<Check> {
    let mut all: Vec<Check> = RULES.iter().map(|rule| rule(subject)).collect();
    all.extend(forwarded(subject).checks(&subject.context.grounds, &subject.context.now));
    all
}

fn forwarded<'a>(s: &'a Subject<'_>) -> Forwarded<'a> {
    let p = s.parameters();
    Forwarded {
        order: s.order(),
        payee: Payee::Solver,
        chain_id: p.chain_id,
        forwarder: p.forwarder,
        token: p.token,
        decimals: decimals(p),
        sender: p.sender,
        nonce: p.nonce,
        transfer: s.calldata.as_ref().ok(),
        deadline: s.deadline.unwrap_or_default(),
    }
}

fn order_id(s: &Subject<'_>) -> Check {
    let expected = &s.order().id;
    match &s.parameters().order_id {
        Some(found) => Check::that("order-id", expected, found, expected == found),
        // The reading of the answer was asked for under this order's address.
        None => Check::that("order-id", expected, "not repeated", true),
    }
}

/// The newer answers name the solver; the older ones leave it to the calldata.
fn solver(s: &Subject<'_>) -> Check {
    let found = s.calldata.as_ref().ok().map(|transfer| transfer.recipient);
    match (s.parameters().solver, found) {
        (None, Some(_)) => {
            Check::worth("calldata-recipient", "named in the answer as well", "only the calldata names it", false)
        }
        (expected, found) => optional("calldata-recipient", expected, found),
    }
}

fn calldata_amount(s: &Subject<'_>) -> Check {
    match s.parameters().amount_atomic {
        Some(expected) => optional("calldata-amount", Some(expected), s.paid()),
        None => Check::that("calldata-amount", "readable", show(s.paid()), s.paid().is_some()),
    }
}

fn amount_is_positive(s: &Subject<'_>) -> Check {
    let holds = s.paid().is_some_and(|paid| !paid.units().is_zero());
    Check::that("amount-positive", "more than 0", show(s.paid()), holds)
}

fn amount_human(s: &Subject<'_>) -> Check {
    let Some(human) = s.parameters().amount_human else {
        return Check::that("amount-human", "as in the calldata, where given", "not given", true);
    };
    optional("amount-human", decimals(s.parameters()).and_then(|places| human.to_atomic(places)), s.paid())
}

/// Never more than the order bought; less is normal, because fees were taken from it.
fn amount_within_order(s: &Subject<'_>) -> Check {
    let bought = s.order().amounts.crypto;
    let most = decimals(s.parameters()).zip(bought).and_then(|(places, amount)| amount.to_atomic(places));
    let holds = most.zip(s.paid()).is_some_and(|(most, paid)| paid <= most);
    Check::that("amount-order", format!("at most {}", show(most)), show(s.paid()), holds)
}

fn currency(s: &Subject<'_>) -> Check {
    match &s.parameters().crypto_currency {
        Some(found) => same_currency(s.order(), found),
        None => Check::that("currency", "the order's, where given", "not given", true),
    }
}

fn sender(s: &Subject<'_>) -> Check {
    Check::equal("sender", s.context.signer, s.parameters().sender)
}

fn addresses(s: &Subject<'_>) -> [(&'static str, Address); 4] {
    let p = s.parameters();
    let solver = s.calldata.as_ref().ok().map(|transfer| transfer.recipient).or(p.solver).unwrap_or_default();
    [("token", p.token), ("solver", solver), ("forwarder", p.forwarder), ("sender", p.sender)]
}

/// A slip of the hand is found here: an address like Ethereum's in mixed case carries a checksum.
fn destination_form(s: &Subject<'_>) -> Check {
    let problem = form_problem(s.typed());
    let found = problem.unwrap_or("well-formed");
    Check::that("destination-form", "a chain and a well-formed address", found, problem.is_none())
}

fn form_problem(typed: &Destination) -> Option<&'static str> {
    let plain = |text: &str| !text.is_empty() && text.trim() == text && text.chars().all(is_displayable);
    if !plain(&typed.chain) {
        return Some("no chain");
    }
    let address = typed.address.as_str();
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '+' | '/');
    if address.is_empty() || address.len() > LONGEST_ADDRESS || !address.chars().all(letters) {
        return Some("no address of any chain");
    }
    let digits = address.strip_prefix("0x")?;
    let Ok(read) = address.parse::<Address>() else { return Some("not 0x and 40 hexadecimal digits") };
    let mixed = digits.chars().any(|c| c.is_ascii_uppercase()) && digits.chars().any(|c| c.is_ascii_lowercase());
    if read.is_zero() {
        return Some("the zero address: whatever goes there is lost");
    }
    (mixed && read.to_checksum(None) != address).then_some("its checksum is wrong: a character was changed")
}

fn destination_chain(s: &Subject<'_>) -> Check {
    let typed = &s.typed().chain;
    let repeated = s.parameters().destination_chain.as_deref();
    repeats("destination-chain", typed, repeated, |found| {
        found.eq_ignore_ascii_case(typed)
            || s.context.route.as_ref().is_some_and(|route| is_same_chain(route, typed, found))
    })
}

/// The list of routes says that a name and a number mean the same chain.
fn is_same_chain(route: &SendOutRoute, typed: &str, found: &str) -> bool {
    let names = |word: &str| word.eq_ignore_ascii_case(&route.chain) || route.chain_id.as_deref() == Some(word);
    names(typed) && names(found)
}

fn destination_address(s: &Subject<'_>) -> Check {
    let typed = &s.typed().address;
    repeats("destination-address", typed, s.parameters().destination_address.as_deref(), |found| {
        same_address(typed, found)
    })
}

/// Case is a checksum in addresses like Ethereum's and part of the address everywhere else.
fn same_address(a: &str, b: &str) -> bool {
    let read = |text: &str| text.strip_prefix("0x").and_then(|_| text.parse::<Address>().ok());
    a == b || read(a).is_some_and(|address| read(b) == Some(address))
}

fn repeats(name: &'static str, typed: &str, found: Option<&str>, same: impl FnOnce(&str) -> bool) -> Check {
    let typed = visible_prefix(typed, 140);
    match found {
        Some(found) => Check::that(name, typed, visible_prefix(found, 140), same(found)),
        None => Check::worth(name, typed, "the answer does not repeat it", false),
    }
}

/// That something arrives, and, where both can be compared, that it is most of what is paid.
fn to_amount(s: &Subject<'_>) -> Check {
    let arrives = s.parameters().to_amount;
    let expected = "more than 0, and 9 tenths of what is paid";
    if arrives.units().is_zero() {
        return Check::that("to-amount", expected, arrives, false);
    }
    let paid = decimals(s.parameters()).zip(s.paid()).and_then(|(places, paid)| paid.to_amount(places));
    let here = arrival(s.context.route.as_ref(), arrives);
    let found = here.map_or_else(|| format!("{arrives} smallest units"), |amount| amount.to_string());
    Check::worth("to-amount", expected, found, paid.zip(here).is_none_or(|(paid, here)| is_most_of(here, paid)))
}

/// What arrives in whole tokens, where the list of routes tells the places of the token there.
pub fn arrival(route: Option<&SendOutRoute>, arrives: AtomicAmount) -> Option<Amount> {
    let places = route?.decimals.and_then(|places| u8::try_from(places).ok())?;
    arrives.to_amount(places)
}

fn is_most_of(here: Amount, paid: Amount) -> bool {
    let times = |amount: Amount, n: i64| amount.decimal().checked_mul(n.into());
    times(here, 10).zip(times(paid, 9)).is_some_and(|(here, paid)| here >= paid)
}

/// How long the answer wants the signature to be good for. An end of its own that is a single second
/// too late has been cut, and what is signed ends in time.
fn ttl(s: &Subject<'_>) -> Check {
    let (p, longest) = (s.parameters(), s.context.grounds.longest_ttl());
    let life = |end: u64| end.saturating_sub(s.from);
    let given = p.ttl_seconds.or_else(|| p.deadline.map(life));
    let is_cut = p.ttl_seconds.is_none() && given == longest.checked_add(1);
    let cut = s.deadline.map(life).filter(|seconds| is_cut && (1..=longest).contains(seconds));
    let found = match (given, cut) {
        (Some(given), Some(cut)) => format!("{given} s, cut to {cut} s"),
        (Some(given), None) => format!("{given} s"),
        (None, _) => UNREADABLE.to_owned(),
    };
    let holds = cut.or(given).is_some_and(|seconds| (1..=longest).contains(&seconds));
    Check::that("ttl", format!("1 to {longest} s"), found, holds)
}

/// The end of the signature: before the quote's own end and still some seconds ahead, by both clocks.
fn deadline(s: &Subject<'_>) -> Check {
    let latest = latest(&s.context.now, s.skew).unwrap_or(u64::MAX);
    let least = latest.saturating_add(LEAST_SECONDS);
    let end = s.parameters().expires_at.and_then(|at| u64::try_from(at.timestamp()).ok());
    let expected = match end {
        Some(end) => format!("{least} to {end}, when the quote ends"),
        None => format!("{least} or later, below 2^48"),
    };
    let holds = |deadline: u64| deadline >= least && deadline < DEADLINE_END && end.is_none_or(|end| deadline <= end);
    Check::that("deadline", expected, show(s.deadline), s.start > 0 && s.deadline.is_some_and(holds))
}

fn show<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| UNREADABLE.to_owned(), |v| v.to_string())
}
