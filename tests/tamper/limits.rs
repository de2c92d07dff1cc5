//! The policy, as the review applies it: what it says, what it counts, and when it cannot be read.

use std::time::Duration;

use chrono::{FixedOffset, Weekday};
use ramptop::domain::past::{Fate, Past, Slot};
use ramptop::domain::policy::{Caps, Hours, Policy};
use ramptop::signing::review::{Grounds, SignatureFacts, amount_to_type};

use crate::honest::{
    CHAIN, ESCROW, FORWARDER, STRANGER, amount, at, authorize, bought, bridge, check, grounds, parameters, past,
    payable, policy, refunding, refusals, repayment, sending_out, stopped,
};

fn under(policy: Policy, past: Past) -> Vec<String> {
    refusals(authorize(payable(), parameters(), Grounds { policy: Ok(policy), past: Ok(past), ..grounds() }))
}

fn day(cap: &str) -> Policy {
    let caps = Caps { per_day: Some(amount(cap)), ..Caps::default() };
    Policy { caps: [("USDT".to_owned(), caps)].into(), ..Policy::default() }
}

#[test]
fn a_day_counts_what_was_and_what_may_have_been_paid() {
    // 10 before, 101.5 now.
    assert_eq!(under(day("111.5"), past()), [""; 0]);
    assert_eq!(under(day("111.4"), past()), ["policy-per-day"]);
    let mut unknown = past();
    unknown.signed[0].fate = Fate::Open;
    assert_eq!(under(day("111.4"), unknown), ["policy-per-day"], "a lost answer frees nothing");
    let mut nothing = past();
    nothing.signed[0].fate = Fate::Nothing;
    assert_eq!(under(day("111.4"), nothing), [""; 0]);
    let mut old = past();
    old.signed[0].at -= chrono::TimeDelta::hours(24);
    assert_eq!(under(day("111.4"), old), [""; 0]);
    let mut other = past();
    other.signed[0].currency = "USDC".to_owned();
    assert_eq!(under(day("111.4"), other), [""; 0]);
    let mut guess = past();
    guess.signed[0].amount = None;
    assert_eq!(under(day("9999"), guess), ["policy-per-day"], "a sum is never a guess");
}

#[test]
fn what_cannot_be_executed_beside_this_one_is_not_counted_beside_it() {
    let mut same = past();
    let nonce = |n: u64| Slot { chain: CHAIN.to_string(), forwarder: FORWARDER.to_string(), nonce: n.to_string() };
    (same.signed[0].slot, same.signed[0].fate) = (Some(nonce(7)), Fate::Open);
    assert_eq!(under(day("101.5"), same.clone()), [""; 0]);
    same.signed[0].slot = Some(nonce(6));
    assert_eq!(under(day("101.5"), same), ["policy-per-day"]);
}

#[test]
fn each_limit_alone() {
    let limited = |change: fn(&mut Policy)| {
        let mut policy = policy();
        change(&mut policy);
        under(policy, past())
    };
    assert_eq!(limited(|_| {}), [""; 0]);
    assert_eq!(limited(|p| p.read_only = true), ["policy-read-only"]);
    assert_eq!(limited(|p| p.most_gas = 499_999), ["gas"]);
    assert_eq!(limited(|p| p.longest_ttl = 1799), ["ttl"]);
    assert_eq!(limited(|p| p.recipients = Some(vec![STRANGER])), ["policy-recipient"]);
    assert_eq!(limited(|p| p.recipients = Some(vec![STRANGER, ESCROW])), [""; 0]);
    assert_eq!(limited(|p| p.pause = Duration::from_secs(103)), ["policy-pause"]);
    assert_eq!(limited(|p| p.pause = Duration::from_secs(102)), [""; 0]);
    assert_eq!(limited(|p| p.caps = [("USDC".to_owned(), Caps::default())].into()), ["policy-currency"]);
    let over = |p: &mut Policy| p.caps.get_mut("USDT").unwrap().per_order = Some(amount("101.499999"));
    assert_eq!(limited(over), ["policy-per-order"]);
}

#[test]
fn hours_are_those_of_the_operators_place() {
    // 2025-11-21 is a Friday; the review is made at 04:41 UTC.
    let hours = |offset: i32, from: u32, to: u32| {
        let offset = FixedOffset::east_opt(offset * 3600).unwrap();
        let hours = Hours { offset, days: vec![Weekday::Fri], from: from * 60, to: to * 60 };
        under(Policy { hours: Some(hours), ..policy() }, past())
    };
    assert_eq!(at(102).wall.format("%a %H:%M").to_string(), "Fri 04:41");
    assert_eq!(hours(0, 8, 18), ["policy-hours"]);
    assert_eq!(hours(4, 8, 18), [""; 0]);
    assert_eq!(hours(-5, 0, 24), ["policy-hours"], "it is Thursday there");
}

#[test]
fn the_clock_bound_is_the_policys() {
    let skewed = |bound: u64, seconds: i64| {
        let mut seen = crate::honest::seen(parameters());
        seen.server_date = Some(at(100).wall + chrono::TimeDelta::seconds(seconds));
        let grounds = Grounds { policy: Ok(Policy { clock_bound: bound, ..policy() }), ..grounds() };
        let context =
            ramptop::signing::review::Context { signer: crate::honest::WALLET, now: at(102), skew: None, grounds };
        let permit = ramptop::domain::Permit::new(
            crate::honest::seen(payable()),
            ramptop::domain::ActionKind::Authorize,
            &at(101),
        );
        refusals(Ok(ramptop::signing::review::review(permit.unwrap(), &seen, &context)))
    };
    assert_eq!(skewed(10, 10), [""; 0]);
    assert_eq!(skewed(10, 11), ["clock-skew"]);
    assert_eq!(skewed(120, -100), [""; 0]);
    assert_eq!(skewed(500, 121), ["clock-skew"], "a policy only tightens");
}

/// A deadline that the earlier clock finds ahead may be over by the later one.
#[test]
fn a_deadline_lies_ahead_by_both_clocks() {
    let mut short = crate::honest::seen(parameters());
    short.value.ttl_seconds = 60;
    short.server_date = Some(at(100).wall + chrono::TimeDelta::seconds(-90));
    let context = ramptop::signing::review::Context {
        signer: crate::honest::WALLET,
        now: at(102),
        skew: None,
        grounds: grounds(),
    };
    let permit =
        ramptop::domain::Permit::new(crate::honest::seen(payable()), ramptop::domain::ActionKind::Authorize, &at(101));
    let names = refusals(Ok(ramptop::signing::review::review(permit.unwrap(), &short, &context)));
    assert!(names.contains(&"deadline".to_owned()), "{names:?}");
}

#[test]
fn what_cannot_be_read_refuses_with_its_reason() {
    let broken = |grounds: Grounds| authorize(payable(), parameters(), grounds).unwrap();
    let review = broken(Grounds { policy: Err("policy.toml: line 7".to_owned()), ..grounds() });
    assert!(check(&review.checks, "policy-readable").found.contains("line 7"));
    assert!(!review.is_acceptable());
    let review = broken(Grounds { past: Err("journal.jsonl: line 2".to_owned()), ..grounds() });
    assert!(check(&review.checks, "history-readable").found.contains("line 2"));
    assert!(!review.is_acceptable());
}

#[test]
fn a_policy_holds_for_all_three() {
    let stopped_by = |policy: Policy| {
        let grounds = Grounds { policy: Ok(policy), ..grounds() };
        let out = refusals(sending_out(bought(), bridge(), grounds.clone()));
        (out, refusals(refunding(stopped(), repayment(), grounds)))
    };
    let (out, back) = stopped_by(Policy { read_only: true, ..policy() });
    assert_eq!((out, back), (vec!["policy-read-only".to_owned()], vec!["policy-read-only".to_owned()]));
    let small = Caps { per_order: Some(amount("1")), ..Caps::default() };
    let (out, back) = stopped_by(Policy { caps: [("USDT".to_owned(), small)].into(), ..Policy::default() });
    assert_eq!(out, ["policy-per-order"]);
    assert_eq!(back, [""; 0], "what comes back to us is not capped");
}

#[test]
fn above_a_limit_the_amount_has_to_be_typed() {
    let asked = |above: &str| {
        let caps = Caps { type_above: Some(amount(above)), ..Caps::default() };
        let policy = Policy { caps: [("USDT".to_owned(), caps)].into(), ..Policy::default() };
        let facts = |f: SignatureFacts| amount_to_type(&policy, &f).map(|a| a.to_string());
        let transfer = authorize(payable(), parameters(), grounds()).unwrap().facts;
        let out = sending_out(bought(), bridge(), grounds()).unwrap().facts;
        let back = refunding(stopped(), repayment(), grounds()).unwrap().facts;
        (facts(transfer.into()), facts(out.into()), facts(back.into()))
    };
    assert_eq!(asked("101.5"), (None, None, None), "above, not at");
    assert_eq!(asked("101"), (Some("101.50".to_owned()), None, None));
    assert_eq!(asked("0"), (Some("101.50".to_owned()), Some("100".to_owned()), None));
}
