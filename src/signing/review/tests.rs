//! Every check refuses what it is for, and nothing that was refused can be approved.

use super::Verdict::{Pass, Refuse, Warn};
use super::*;
use crate::domain::action::ActionKind;
use crate::domain::status::KnownStatus;
use crate::domain::{AllowedAction, Amount, AtomicAmount, Mono, Order, OrderId};
use alloy_primitives::address;
use chrono::DateTime;
use proptest::prelude::*;

const WALLET: Address = address!("1111111111111111111111111111111111111111");
const ESCROW: Address = address!("2222222222222222222222222222222222222222");
const TOKEN: Address = address!("f86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA");
const FORWARDER: Address = address!("6fFCF38bEc8c733b096958fcd2a8E31A00530EDC");
const START: i64 = 1_763_700_000;

fn at(s: u64) -> Now {
    let wall = DateTime::from_timestamp(START + s.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(s)), wall }
}

fn seen<T>(value: T) -> Observed<T> {
    Observed { value, asked: at(100), answered: at(100), server_date: Some(at(100).wall) }
}

fn order() -> Order {
    let status = KnownStatus::AwaitingCryptoTransferAuthorization.into();
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), status);
    order.amounts.crypto = Some(Amount::parse("101").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.fees.partner_fee = Some(Amount::parse("0.5").unwrap());
    order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer, AllowedAction::Cancel];
    order.authorization_seconds_left = Some(1720);
    order
}

fn parameters() -> TransferParameters {
    let amount = U256::from(101_500_000);
    TransferParameters {
        order_id: OrderId::parse("o-1").unwrap(),
        network: Some("xai\u{202e}".to_owned()),
        chain_id: 660_279,
        rpc_url: None,
        token: TOKEN,
        forwarder: FORWARDER,
        recipient: ESCROW,
        sender: WALLET,
        amount_atomic: AtomicAmount::from(amount),
        amount_human: Amount::parse("101.50").unwrap(),
        crypto_currency: "USDT".to_owned(),
        decimals: 6,
        gas: U256::from(500_000),
        ttl_seconds: 3600,
        transfer_data: Transfer { recipient: ESCROW, amount }.encode(),
        nonce: U256::from(7),
    }
}

fn context() -> Context {
    Context { signer: WALLET, now: at(102), skew: None, grounds: Grounds::simulated() }
}

fn permit() -> Permit {
    Permit::new(seen(order()), ActionKind::Authorize, &at(101)).unwrap()
}

fn refused(parameters: TransferParameters) -> Vec<&'static str> {
    let review = review(permit(), &seen(parameters), &context());
    let names = review.refusals().iter().map(|check| check.name).collect();
    let refusals = review.refusals().len();
    assert_eq!(review.into_reviewed().err().map(|checks| checks.len()), Some(refusals));
    names
}

fn with(change: impl FnOnce(&mut TransferParameters)) -> Vec<&'static str> {
    let mut changed = parameters();
    change(&mut changed);
    refused(changed)
}

#[test]
fn what_is_in_order_is_frozen_with_its_digest() {
    let review = review(permit(), &seen(parameters()), &context());
    assert!(review.is_acceptable(), "{:?}", review.refusals());
    assert!(review.checks.iter().all(|check| check.verdict == Verdict::Pass), "{:?}", review.checks);
    let crate::domain::stage::Payload::Authorize(frozen) = review.reviewed().unwrap().payload() else { panic!() };
    assert_eq!(Some(frozen.digest), review.facts.digest);
    assert_eq!(frozen.digest, digest(&frozen.request, 660_279, FORWARDER));
    assert_eq!((frozen.request.from, frozen.request.to, frozen.request.value), (WALLET, TOKEN, U256::ZERO));
    assert_eq!(frozen.request.deadline, review.facts.deadline);
    assert_eq!(frozen.request.data, parameters().transfer_data);
}

#[test]
fn the_statement_says_who_what_how_much_to_whom_where_and_until_when() {
    let review = review(permit(), &seen(parameters()), &context());
    let text = review.statement();
    let escrow = ESCROW.to_string();
    let until = at(102 + 1718).wall.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    for part in ["101.50 USDT", "101500000", &escrow, "660279", "nonce 7", "500000 gas", &until, "o-1"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert!(text.contains("xai\\u{202e}"), "{text}");
    assert_eq!(review.facts.to_map()["nonce"], "7");
}

#[test]
fn names_are_stable_and_unique() {
    let review = review(permit(), &seen(parameters()), &context());
    let names: Vec<&str> = review.checks.iter().map(|check| check.name).collect();
    let unique: std::collections::BTreeSet<&&str> = names.iter().collect();
    assert_eq!(unique.len(), names.len());
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
}

#[test]
fn every_lie_of_the_parameters_has_its_check() {
    assert_eq!(with(|p| p.order_id = OrderId::parse("o-2").unwrap()), ["order-id"]);
    assert_eq!(with(|p| p.recipient = Address::repeat_byte(9)), ["calldata-recipient"]);
    assert_eq!(with(|p| p.crypto_currency = "USDC".to_owned()), ["currency"]);
    assert_eq!(with(|p| p.sender = Address::repeat_byte(9)), ["sender"]);
    assert_eq!(with(|p| p.token = Address::ZERO), ["addresses-not-zero"]);
    assert_eq!(with(|p| p.forwarder = p.token), ["addresses-distinct"]);
    assert_eq!(with(|p| p.chain_id = 0), ["chain-id"]);
    assert_eq!(with(|p| p.gas = U256::ZERO), ["gas"]);
    assert_eq!(with(|p| p.gas = U256::from(2_000_001)), ["gas"]);
    assert_eq!(with(|p| p.ttl_seconds = 0), ["ttl", "deadline"]);
    assert_eq!(with(|p| p.ttl_seconds = 3601), ["ttl"]);
    assert_eq!(with(|p| p.decimals = 7), ["amount-human", "amount-order"]);
    assert_eq!(with(|p| p.amount_human = Amount::parse("101.5000001").unwrap()), ["amount-human"]);
}

#[test]
fn paying_ourselves_is_refused() {
    let names = with(|p| {
        p.recipient = WALLET;
        p.transfer_data = Transfer { recipient: WALLET, amount: p.amount_atomic.units() }.encode();
    });
    assert_eq!(names, ["addresses-distinct"]);
}

#[test]
fn one_unit_more_than_the_order_says_is_refused() {
    let names = with(|p| {
        p.amount_atomic = AtomicAmount::from(U256::from(101_500_001));
        p.amount_human = Amount::parse("101.500001").unwrap();
        p.transfer_data = Transfer { recipient: ESCROW, amount: p.amount_atomic.units() }.encode();
    });
    assert_eq!(names, ["amount-order"]);
}

#[test]
fn what_cannot_be_decoded_is_refused_and_the_rest_is_still_listed() {
    let names = with(|p| {
        p.transfer_data = vec![0x09, 0x5e, 0xa7, 0xb3].into();
        p.gas = U256::MAX;
    });
    assert_eq!(names, ["calldata-decodes", "calldata-recipient", "calldata-amount", "gas"]);
}

#[test]
fn a_permit_for_something_else_signs_nothing() {
    let cancel = Permit::new(seen(order()), ActionKind::Cancel, &at(101)).unwrap();
    let review = review(cancel, &seen(parameters()), &context());
    assert!(!review.is_acceptable() && review.facts.digest.is_none());
    assert!(review.statement().starts_with("REFUSED"));
}

#[test]
fn old_parameters_and_an_old_order_are_refused() {
    let mut late = context();
    late.now = at(116);
    let review = review(permit(), &seen(parameters()), &late);
    let names: Vec<&str> = review.refusals().iter().map(|check| check.name).collect();
    assert_eq!(names, ["order-permits", "parameters-fresh"]);
}

#[test]
fn a_transfer_of_nothing_is_refused() {
    let mut order = order();
    (order.amounts.crypto, order.fees.partner_fee) = (Some(Amount::ZERO), None);
    let permit = Permit::new(seen(order), ActionKind::Authorize, &at(101)).unwrap();
    let mut nothing = parameters();
    (nothing.amount_atomic, nothing.amount_human) = (AtomicAmount::from(U256::ZERO), Amount::ZERO);
    nothing.transfer_data = Transfer { recipient: ESCROW, amount: U256::ZERO }.encode();
    let review = review(permit, &seen(nothing), &context());
    assert_eq!(review.refusals().iter().map(|check| check.name).collect::<Vec<_>>(), ["amount-positive"]);
}

#[test]
fn a_clock_before_all_time_gives_no_deadline() {
    let old = Now { mono: Mono::new(Duration::from_secs(1)), wall: DateTime::from_timestamp(-5000, 0).unwrap() };
    let then = Observed { value: (), asked: old, answered: old, server_date: Some(old.wall) };
    let permit = Permit::new(then.clone().map(|()| order()), ActionKind::Authorize, &old).unwrap();
    let parameters = then.map(|()| parameters());
    let review =
        review(permit, &parameters, &Context { signer: WALLET, now: old, skew: None, grounds: Grounds::simulated() });
    assert_eq!(review.refusals().iter().map(|check| check.name).collect::<Vec<_>>(), ["deadline"]);
}

fn skewed(seconds: i64) -> (Verdict, u64) {
    let mut parameters = seen(parameters());
    parameters.server_date = Some(at(100).wall + chrono::TimeDelta::seconds(seconds));
    let review = review(permit(), &parameters, &context());
    let check = review.checks.iter().find(|check| check.name == "clock-skew").unwrap().clone();
    assert!(seconds == 0 || check.found.contains(&seconds.abs().to_string()), "{check:?}");
    (check.verdict, review.facts.deadline)
}

#[test]
fn clocks_that_disagree_are_said_and_then_refused() {
    let verdicts: Vec<Verdict> = [0, -30, 31, -120, 121, -7200].map(|s| skewed(s).0).into();
    assert_eq!(verdicts, [Pass, Pass, Warn, Warn, Refuse, Refuse]);
    let mut silent = seen(parameters());
    silent.server_date = None;
    let mut quiet = seen(order());
    quiet.server_date = None;
    let permit = Permit::new(quiet, ActionKind::Authorize, &at(101)).unwrap();
    let review = review(permit, &silent, &context());
    assert!(review.is_acceptable());
    assert_eq!(review.checks.iter().filter(|check| check.verdict == Warn).count(), 1);
}

#[test]
fn the_deadline_counts_from_the_earlier_clock() {
    let (_, even) = skewed(0);
    assert_eq!(skewed(60).1, even);
    assert_eq!(skewed(-60).1, even - 60);
}

#[test]
fn the_deadline_is_cut_to_the_window_but_leaves_the_relay_time() {
    let deadline = |left, ttl| {
        let mut order = order();
        order.authorization_seconds_left = Some(left);
        let permit = Permit::new(seen(order), ActionKind::Authorize, &at(100)).unwrap();
        let mut parameters = parameters();
        parameters.ttl_seconds = ttl;
        review(permit, &seen(parameters), &context()).facts.deadline - u64::try_from(START + 102).unwrap()
    };
    assert_eq!(deadline(1720, 3600), 1718);
    assert_eq!(deadline(20, 3600), 300);
    assert_eq!(deadline(1720, 120), 120);
}

proptest! {
    #[test]
    fn whatever_is_accepted_pays_the_orders_amount_to_the_named_recipient(
        data_at in 0usize..68, byte: u8, gas: u64, ttl in 0u64..8000, units in 0u64..300_000_000,
    ) {
        let mut p = parameters();
        let mut data = p.transfer_data.to_vec();
        data[data_at] = byte;
        p.transfer_data = data.into();
        (p.gas, p.ttl_seconds) = (U256::from(gas), ttl);
        if units % 2 == 0 { p.amount_atomic = AtomicAmount::from(U256::from(units)); }
        if let Ok(reviewed) = review(permit(), &seen(p.clone()), &context()).into_reviewed() {
            let crate::domain::stage::Payload::Authorize(frozen) = reviewed.payload() else { panic!() };
            let transfer = Transfer::decode(&frozen.request.data).unwrap();
            prop_assert_eq!(transfer, Transfer { recipient: ESCROW, amount: U256::from(101_500_000) });
            prop_assert!(frozen.request.gas <= U256::from(MOST_GAS));
            prop_assert!(frozen.request.deadline <= u64::try_from(START).unwrap() + 102 + 3600);
        }
    }
}
