//! A refund pays us back and nothing else; the look-alike that gives the crypto away is refused.

use std::time::Duration;

use alloy_primitives::{Address, U256, address};
use chrono::DateTime;

use super::*;
use crate::domain::refund::{Funding, RefundParameters, SafeTx};
use crate::domain::stage::Payload;
use crate::domain::status::KnownStatus;
use crate::domain::{ActionKind, AllowedAction, Amount, AtomicAmount, Mono, Order, OrderId};
use crate::signing::safe;

const WALLET: Address = address!("1111111111111111111111111111111111111111");
const ESCROW: Address = address!("2222222222222222222222222222222222222222");
const VENDOR: Address = address!("3333333333333333333333333333333333333333");
const TOKEN: Address = address!("f86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA");

fn at(s: u64) -> Now {
    let wall = DateTime::from_timestamp(1_763_700_000 + s.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(s)), wall }
}

fn seen<T>(value: T) -> Observed<T> {
    Observed { value, asked: at(100), answered: at(100), server_date: Some(at(100).wall) }
}

fn order() -> Order {
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), KnownStatus::Cancelled.into());
    order.amounts.crypto = Some(Amount::parse("101").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.fees.partner_fee = Some(Amount::parse("0.5").unwrap());
    order.allowed_actions = vec![AllowedAction::AuthorizeRefund];
    order
}

fn parameters() -> RefundParameters {
    RefundParameters {
        order_id: OrderId::parse("o-1").unwrap(),
        status: Some("refund_pending".to_owned()),
        escrow: ESCROW,
        signer: WALLET,
        recipient: WALLET,
        amount_human: Amount::parse("101.50").unwrap(),
        crypto_currency: "USDT".to_owned(),
        decimals: 6,
        direction: "to_seller".to_owned(),
        safe: SafeTx {
            to: TOKEN,
            value: U256::ZERO,
            data: Transfer { recipient: WALLET, amount: U256::from(101_500_000) }.encode(),
            operation: 0,
            safe_tx_gas: U256::ZERO,
            base_gas: U256::ZERO,
            gas_price: U256::ZERO,
            gas_token: Address::ZERO,
            refund_receiver: Address::ZERO,
            nonce: U256::from(3),
        },
        chain_id: 660_279,
        verifying_contract: ESCROW,
    }
}

fn funding() -> Funding {
    let amount = AtomicAmount::from(U256::from(101_500_000));
    Funding { chain_id: 660_279, token: TOKEN, escrow: ESCROW, amount }
}

fn context() -> RefundContext {
    RefundContext { signer: WALLET, now: at(102), funding: Some(funding()) }
}

fn permit() -> Permit {
    Permit::new(seen(order()), ActionKind::Refund, &at(101)).unwrap()
}

fn refused_with(parameters: RefundParameters, context: &RefundContext) -> Vec<&'static str> {
    let review = refund(permit(), &seen(parameters), context);
    let names: Vec<&str> = review.refusals().iter().map(|check| check.name).collect();
    assert_eq!(review.is_acceptable(), names.is_empty());
    assert_eq!(review.facts.digest.is_some(), names.is_empty());
    names
}

fn with(change: impl FnOnce(&mut RefundParameters)) -> Vec<&'static str> {
    let mut changed = parameters();
    change(&mut changed);
    refused_with(changed, &context())
}

#[test]
fn what_is_in_order_is_frozen_with_its_digest() {
    let review = refund(permit(), &seen(parameters()), &context());
    assert!(review.checks.iter().all(|check| check.verdict == Verdict::Pass), "{:?}", review.checks);
    let Payload::Refund(frozen) = review.reviewed().unwrap().payload() else { panic!() };
    assert_eq!(Some(frozen.digest), review.facts.digest);
    assert_eq!(frozen.digest, safe::digest(&parameters().safe, 660_279, ESCROW));
    assert_eq!((&frozen.safe, frozen.escrow, frozen.chain_id), (&parameters().safe, ESCROW, 660_279));
    let text = review.statement();
    for part in ["101.50 USDT", "101500000", &WALLET.to_string(), &ESCROW.to_string(), "660279", "nonce 3", "o-1"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert_eq!(review.facts.to_map()["safe_nonce"], "3");
    let names: std::collections::BTreeSet<&str> = review.checks.iter().map(|check| check.name).collect();
    assert_eq!(names.len(), review.checks.len());
}

#[test]
fn every_lie_of_the_parameters_has_its_check() {
    assert_eq!(with(|p| p.order_id = OrderId::parse("o-2").unwrap()), ["order-id"]);
    assert_eq!(with(|p| p.direction = "to_buyer".to_owned()), ["direction"]);
    assert_eq!(with(|p| p.direction = "To_Seller".to_owned()), ["direction"]);
    assert_eq!(with(|p| p.signer = VENDOR), ["signer"]);
    assert_eq!(with(|p| p.recipient = VENDOR), ["recipient"]);
    assert_eq!(with(|p| p.verifying_contract = VENDOR), ["escrow-domain"]);
    assert_eq!(with(|p| p.safe.operation = 1), ["operation"]);
    assert_eq!(with(|p| p.safe.operation = 2), ["operation"]);
    assert_eq!(with(|p| p.safe.value = U256::from(1)), ["value"]);
    assert_eq!(with(|p| p.safe.safe_tx_gas = U256::from(1)), ["safe-gas"]);
    assert_eq!(with(|p| p.safe.base_gas = U256::from(1)), ["safe-gas"]);
    assert_eq!(with(|p| p.safe.gas_price = U256::from(1)), ["safe-gas"]);
    assert_eq!(with(|p| p.safe.gas_token = TOKEN), ["gas-token"]);
    assert_eq!(with(|p| p.safe.refund_receiver = VENDOR), ["refund-receiver"]);
    assert_eq!(with(|p| p.crypto_currency = "USDC".to_owned()), ["currency"]);
    assert_eq!(with(|p| p.chain_id = 0), ["chain-id", "as-funded"]);
    assert_eq!(with(|p| p.safe.to = VENDOR), ["as-funded"], "another token");
    assert_eq!(with(|p| p.safe.to = Address::ZERO), ["addresses-not-zero", "as-funded"]);
    assert_eq!(with(|p| p.safe.to = p.escrow), ["addresses-distinct", "as-funded"], "a change of the Safe itself");
    assert_eq!(with(|p| p.amount_human = Amount::parse("101").unwrap()), ["calldata-amount"]);
}

#[test]
fn less_than_was_funded_is_refused_even_if_the_answer_is_consistent() {
    let names = with(|p| {
        p.amount_human = Amount::parse("101").unwrap();
        p.safe.data = Transfer { recipient: WALLET, amount: U256::from(101_000_000) }.encode();
    });
    assert_eq!(names, ["amount-order", "as-funded"], "the markup comes back as well");
}

#[test]
fn somebody_elses_escrow_is_refused() {
    let names = with(|p| (p.escrow, p.verifying_contract) = (VENDOR, VENDOR));
    assert_eq!(names, ["as-funded"]);
}

#[test]
fn without_a_record_of_the_funding_a_word_is_said() {
    let review = refund(permit(), &seen(parameters()), &RefundContext { funding: None, ..context() });
    assert!(review.is_acceptable());
    let warned: Vec<&str> =
        review.checks.iter().filter(|check| check.verdict == Verdict::Warn).map(|check| check.name).collect();
    assert_eq!(warned, ["as-funded"]);
}

/// The settlement consent of section 11: the same type and domain, but the crypto goes to the vendor.
fn consent() -> RefundParameters {
    let mut consent = parameters();
    consent.direction = "to_buyer".to_owned();
    consent.recipient = VENDOR;
    consent.safe.data = Transfer { recipient: VENDOR, amount: U256::from(101_500_000) }.encode();
    consent
}

#[test]
fn the_look_alike_that_gives_the_crypto_away_is_refused_by_several_checks() {
    // With and without a record of our own, as a plain transfer and as a batch run by delegatecall.
    for funding in [Some(funding()), None] {
        let context = RefundContext { funding, ..context() };
        assert_eq!(refused_with(consent(), &context), ["direction", "recipient", "calldata-recipient"]);
        let mut batch = consent();
        batch.safe.operation = 1;
        batch.safe.data = [&[0x8d, 0x80, 0xff, 0x0a][..], &[0; 96]].concat().into();
        let names = refused_with(batch, &context);
        for name in ["direction", "recipient", "operation", "calldata-decodes", "calldata-recipient", "amount-order"] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
    }
    // Dressed up as a refund in every word of the answer, the bytes still tell.
    let mut dressed = consent();
    (dressed.direction, dressed.recipient) = ("to_seller".to_owned(), WALLET);
    assert_eq!(refused_with(dressed, &context()), ["calldata-recipient"]);
    let mut batch = parameters();
    batch.safe.data = [&[0x8d, 0x80, 0xff, 0x0a][..], &[0; 96]].concat().into();
    let names = refused_with(batch, &context());
    assert!(names.contains(&"calldata-decodes") && names.len() >= 3, "{names:?}");
}

#[test]
fn old_parameters_and_an_order_that_does_not_owe_a_refund_are_refused() {
    let mut late = context();
    late.now = at(116);
    assert_eq!(refused_with(parameters(), &late), ["order-permits", "parameters-fresh"]);
    let mut settled = order();
    settled.allowed_actions.clear();
    assert!(Permit::new(seen(settled), ActionKind::Refund, &at(101)).is_err());
}

#[test]
fn a_refund_of_nothing_is_refused() {
    let mut empty = order();
    (empty.amounts.crypto, empty.fees.partner_fee) = (Some(Amount::ZERO), None);
    let permit = Permit::new(seen(empty), ActionKind::Refund, &at(101)).unwrap();
    let mut nothing = parameters();
    nothing.amount_human = Amount::ZERO;
    nothing.safe.data = Transfer { recipient: WALLET, amount: U256::ZERO }.encode();
    let review = refund(permit, &seen(nothing), &RefundContext { funding: None, ..context() });
    assert_eq!(review.refusals().iter().map(|check| check.name).collect::<Vec<_>>(), ["amount-order"]);
}
