//! One behaviour a test; names are sentences.

use std::time::Duration;

use alloy_primitives::{Address, U256, address};
use chrono::DateTime;

use super::*;
use crate::app::failure::FailureKind;
use crate::domain::forward::TransferParameters;
use crate::domain::stage::Receipt;
use crate::domain::status::KnownStatus;
use crate::domain::{AllowedAction, Amount, AtomicAmount, Mono, Status};
use crate::signing::calldata::Transfer;
use crate::signing::review::Grounds;

const SIGNER: Address = address!("0x1111111111111111111111111111111111111111");
const ESCROW: Address = address!("0x2222222222222222222222222222222222222222");

fn at(s: u64) -> Now {
    Now {
        mono: Mono::new(Duration::from_secs(s)),
        wall: DateTime::from_timestamp(1_770_000_000 + s.cast_signed(), 0).unwrap(),
    }
}

fn id() -> OrderId {
    OrderId::parse("b2c3d4e5-f6a7-8901-bcde-f12345678901").unwrap()
}

fn seen(order: Order, s: u64) -> Box<Observed<Order>> {
    Box::new(Observed { value: order, asked: at(s), answered: at(s), server_date: Some(at(s).wall) })
}

fn order(status: KnownStatus, allowed: &[AllowedAction]) -> Order {
    let mut o = Order::bare(id(), Status::Known(status));
    o.allowed_actions = allowed.to_vec();
    o.amounts.crypto = Some(Amount::parse("101.50").unwrap());
    o.amounts.crypto_currency = Some("USDT".to_owned());
    o
}

fn authorizable() -> Order {
    let mut o = order(
        KnownStatus::AwaitingCryptoTransferAuthorization,
        &[AllowedAction::AuthorizeCryptoTransfer, AllowedAction::Cancel],
    );
    o.authorization_seconds_left = Some(1_720);
    o
}

fn parameters(s: u64) -> Observed<TransferParameters> {
    let units = U256::from(101_500_000u64);
    let value = TransferParameters {
        order_id: id(),
        network: None,
        chain_id: 660_279,
        rpc_url: None,
        token: address!("0x3333333333333333333333333333333333333333"),
        forwarder: address!("0x4444444444444444444444444444444444444444"),
        recipient: ESCROW,
        sender: SIGNER,
        amount_atomic: AtomicAmount::from(units),
        amount_human: Amount::parse("101.5").unwrap(),
        crypto_currency: "USDT".to_owned(),
        decimals: 6,
        gas: U256::from(500_000u32),
        ttl_seconds: 3_600,
        transfer_data: Transfer { recipient: ESCROW, amount: units }.encode(),
        nonce: U256::from(7u8),
    };
    Observed { value, asked: at(s), answered: at(s), server_date: Some(at(s).wall) }
}

fn prepared(s: u64) -> FlowEvent {
    FlowEvent::Prepared(Ok(Box::new(Prepared {
        parameters: Parameters::Transfer(parameters(s)),
        signer: SIGNER,
        grounds: Grounds::simulated(),
    })))
}

fn receipt() -> Receipt {
    Receipt { seq: 9, hash: "ab".to_owned() }
}

fn lost() -> Failure {
    Failure {
        kind: FailureKind::Unknown,
        what: "no answer".to_owned(),
        advice: "watch".to_owned(),
        ..Failure::default()
    }
}

fn start(request: ActionRequest, priors: Vec<Prior>) -> Flow {
    Flow::start(FlowId(1), id(), request, priors).0
}

/// A cancel up to its question, drawn and silent.
fn cancel_question() -> Flow {
    let mut flow = start(ActionRequest::Cancel, Vec::new());
    flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1))), &at(1));
    open_gate(&mut flow, 1);
    flow
}

fn open_gate(flow: &mut Flow, s: u64) {
    let State::Reviewing(reviewing) = &mut flow.state else { panic!("no question: {:?}", flow.state) };
    reviewing.gate.drawn(at(s).mono);
}

fn ending(flow: &Flow) -> &Ending {
    &flow.ended().expect("over").ending
}

#[test]
fn an_authorization_goes_through_every_step_in_order() {
    let (mut flow, effects) = Flow::start(FlowId(1), id(), ActionRequest::Authorize, Vec::new());
    assert_eq!(effects, [FlowEffect::ReadOrder(id())]);
    assert_eq!(
        flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1))), &at(1)),
        [FlowEffect::Prepare(id(), Wanted::Transfer)]
    );
    assert!(flow.handle(prepared(2), &at(2)).is_empty());
    open_gate(&mut flow, 2);
    let effects = flow.yes(&at(3));
    let [FlowEffect::RecordIntent(record)] = &effects[..] else { panic!("{effects:?}") };
    assert!(record.facts.iter().any(|(name, value)| *name == "nonce" && value == "7"));
    assert!(flow.is_in_flight());
    let mut effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(3));
    let Some(FlowEffect::Sign(recorded)) = effects.pop() else { panic!("{effects:?}") };
    let signature = crate::domain::forward::SignatureBytes([1; 65]);
    let submission = recorded.into_signed(signature).unwrap();
    let effects = flow.handle(FlowEvent::Signed(Ok(Box::new(submission))), &at(3));
    assert!(matches!(effects[..], [FlowEffect::Submit(_)]), "{effects:?}");
    let effects = flow.handle(FlowEvent::Submitted(Ok(())), &at(4));
    assert!(
        matches!(&effects[..], [FlowEffect::RecordOutcome(o), FlowEffect::ReadBack(_)] if o.kind == OutcomeKind::Accepted)
    );
    let after = order(KnownStatus::CryptoReceived, &[]);
    flow.handle(FlowEvent::ReadBack(Ok(seen(after, 5))), &at(5));
    let end = flow.ended().unwrap();
    assert_eq!(end.ending, Ending::Accepted);
    assert!(end.order.as_ref().unwrap().value.status.is(KnownStatus::CryptoReceived));
    assert!(!flow.is_in_flight());
}

#[test]
fn what_is_signed_is_what_was_reviewed() {
    let mut flow = start(ActionRequest::Authorize, Vec::new());
    flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1))), &at(1));
    flow.handle(prepared(2), &at(2));
    let State::Reviewing(reviewing) = &flow.state else { panic!() };
    let shown = reviewing.signature.as_ref().unwrap().0.digest();
    open_gate(&mut flow, 2);
    flow.yes(&at(3));
    let mut effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(3));
    let Some(FlowEffect::Sign(recorded)) = effects.pop() else { panic!() };
    assert_eq!(Some(recorded.authorization().unwrap().digest), shown);
}

#[test]
fn nothing_is_signed_or_sent_when_the_journal_does_not_take_the_intent() {
    let mut flow = cancel_question();
    flow.yes(&at(2));
    let effects = flow.handle(FlowEvent::IntentRecorded(Err(Failure::not_sent("disk full", "free some"))), &at(2));
    assert!(effects.is_empty());
    assert!(matches!(ending(&flow), Ending::NotSent(f) if f.what == "disk full"));
}

#[test]
fn a_repeated_yes_does_nothing() {
    let mut flow = cancel_question();
    assert_eq!(flow.yes(&at(2)).len(), 1);
    assert!(flow.yes(&at(2)).is_empty());
    let effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(2));
    assert_eq!(effects.len(), 1);
    assert!(flow.yes(&at(2)).is_empty());
    assert!(flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(2)).is_empty(), "a second receipt is ignored");
}

#[test]
fn a_yes_before_the_question_was_drawn_and_the_keys_silent_does_nothing() {
    let mut flow = start(ActionRequest::Cancel, Vec::new());
    flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1))), &at(1));
    assert!(flow.yes(&at(5)).is_empty(), "never drawn");
    open_gate(&mut flow, 5);
    assert!(flow.yes(&at(5)).is_empty(), "too soon");
    assert_eq!(flow.yes(&at(6)).len(), 1);
}

#[test]
fn a_change_of_the_live_order_takes_the_yes_away() {
    let mut flow = cancel_question();
    let mut moved = authorizable();
    moved.amounts.crypto = Some(Amount::parse("999").unwrap());
    flow.live_order(&seen(moved, 2));
    assert!(flow.yes(&at(3)).is_empty());
    assert!(matches!(&flow.state, State::Reviewing(r) if matches!(r.spoiled, Some(Spoiled::Changed(_)))));
    assert_eq!(flow.read_again(), [FlowEffect::ReadOrder(id())]);
}

#[test]
fn an_older_or_equal_reading_changes_nothing() {
    let mut flow = cancel_question();
    flow.live_order(&seen(order(KnownStatus::Completed, &[]), 0));
    flow.live_order(&seen(authorizable(), 2));
    assert_eq!(flow.yes(&at(3)).len(), 1);
}

#[test]
fn a_review_looked_at_for_too_long_is_refused_and_made_again() {
    let mut flow = cancel_question();
    flow.tick(&at(62));
    assert!(flow.yes(&at(62)).is_empty());
    assert!(matches!(&flow.state, State::Reviewing(r) if r.spoiled == Some(Spoiled::Expired)));
    // Even without a tick in between the stage itself refuses.
    let mut flow = cancel_question();
    assert!(flow.yes(&at(62)).is_empty());
}

#[test]
fn an_order_that_does_not_offer_the_action_is_refused_with_every_reason() {
    let mut flow = start(ActionRequest::Authorize, Vec::new());
    let effects = flow.handle(FlowEvent::OrderRead(Ok(seen(order(KnownStatus::Completed, &[]), 1))), &at(1));
    assert!(effects.is_empty());
    let Ending::Refused { reasons, .. } = ending(&flow) else { panic!() };
    let names: Vec<&str> = reasons.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["action-offered", "order-status", "countdown-known"]);
}

#[test]
fn parameters_that_fail_a_check_never_become_a_question() {
    let mut flow = start(ActionRequest::Authorize, Vec::new());
    flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1))), &at(1));
    let mut tampered = parameters(2);
    tampered.value.recipient = SIGNER;
    let event = FlowEvent::Prepared(Ok(Box::new(Prepared {
        parameters: Parameters::Transfer(tampered),
        signer: SIGNER,
        grounds: Grounds::simulated(),
    })));
    assert!(flow.handle(event, &at(2)).is_empty());
    let Ending::Refused { reasons, signature } = ending(&flow) else { panic!() };
    assert!(!reasons.is_empty() && signature.is_some());
}

#[test]
fn a_lost_answer_is_unknown_until_the_order_tells() {
    let mut flow = cancel_question();
    flow.yes(&at(2));
    flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(2));
    let effects = flow.handle(FlowEvent::Submitted(Err(lost())), &at(3));
    assert!(
        matches!(&effects[..], [FlowEffect::RecordOutcome(o), FlowEffect::ReadBack(_)] if o.kind == OutcomeKind::Unknown)
    );
    flow.handle(FlowEvent::ReadBack(Ok(seen(authorizable(), 4))), &at(4));
    assert!(matches!(ending(&flow), Ending::Unknown(_)));
    assert_eq!(flow.read_again(), [FlowEffect::ReadBack(id())], "reading again never sends again");
    let effects = flow.handle(FlowEvent::ReadBack(Ok(seen(order(KnownStatus::Cancelled, &[]), 5))), &at(5));
    assert!(matches!(&effects[..], [FlowEffect::RecordOutcome(o)] if o.kind == OutcomeKind::Settled));
    assert_eq!(*ending(&flow), Ending::ProvenDone);
}

#[test]
fn a_lost_answer_is_settled_by_the_live_order_too() {
    let mut flow = cancel_question();
    flow.yes(&at(2));
    flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(2));
    flow.handle(FlowEvent::Submitted(Err(lost())), &at(3));
    let effects = flow.live_order(&seen(order(KnownStatus::Cancelled, &[]), 4));
    assert!(matches!(&effects[..], [FlowEffect::RecordOutcome(o)] if o.kind == OutcomeKind::Settled));
    assert_eq!(*ending(&flow), Ending::ProvenDone);
}

fn prior(deadline: u64, nonce: &str, known: bool) -> Prior {
    let deadline = u64::try_from(at(deadline).wall.timestamp()).unwrap();
    let (deadline, nonce) = (Some(deadline), Some(nonce.to_owned()));
    Prior { deadline, nonce, known, ..Prior::bare(3, id(), ActionKind::Authorize) }
}

fn reason_of(flow: &Flow) -> &str {
    let Ending::Refused { reasons, .. } = ending(flow) else { panic!("{:?}", flow.state) };
    &reasons[0].name
}

#[test]
fn nothing_new_is_signed_or_cancelled_while_an_unknown_signature_can_still_land() {
    for action in [ActionRequest::Authorize, ActionRequest::Cancel] {
        let mut flow = start(action, vec![prior(1_000, "7", false)]);
        assert!(flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 500))), &at(500)).is_empty());
        assert_eq!(reason_of(&flow), "earlier-authorization-unsettled");
    }
    let mut flow = start(ActionRequest::Authorize, vec![prior(1_000, "7", false)]);
    let effects = flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1_061))), &at(1_061));
    assert_eq!(effects, [FlowEffect::Prepare(id(), Wanted::Transfer)], "a minute after its deadline it is dead");
}

#[test]
fn an_order_authorized_before_is_signed_again_only_with_the_same_nonce() {
    // An unknown one that is dead, and one that the API took but whose order came back.
    for earlier in [prior(1_000, "7", false), prior(5_000, "7", true)] {
        for (nonce, acceptable) in [(7u8, true), (8, false), (6, false)] {
            let mut flow = start(ActionRequest::Authorize, vec![earlier.clone()]);
            flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1_061))), &at(1_061));
            let mut parameters = parameters(1_062);
            parameters.value.nonce = U256::from(nonce);
            let event = FlowEvent::Prepared(Ok(Box::new(Prepared {
                parameters: Parameters::Transfer(parameters),
                signer: SIGNER,
                grounds: Grounds::simulated(),
            })));
            flow.handle(event, &at(1_062));
            if acceptable {
                assert!(matches!(flow.state, State::Reviewing(_)), "{:?}", flow.state);
            } else {
                assert_eq!(reason_of(&flow), "nonce-since-earlier-authorization");
            }
        }
    }
}

#[test]
fn a_later_cancel_does_not_hide_an_earlier_authorization() {
    let cancel = Prior::bare(9, id(), ActionKind::Cancel);
    let mut flow = start(ActionRequest::Authorize, vec![prior(1_000, "7", false), cancel]);
    flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 500))), &at(500));
    assert_eq!(reason_of(&flow), "earlier-authorization-unsettled");
}

#[test]
fn an_earlier_unknown_outcome_is_settled_by_the_fresh_reading() {
    let mut flow = start(ActionRequest::Authorize, vec![prior(1_000, "7", false)]);
    let effects = flow.handle(FlowEvent::OrderRead(Ok(seen(order(KnownStatus::CryptoReceived, &[]), 1))), &at(1));
    assert!(
        matches!(&effects[..], [FlowEffect::RecordOutcome(o)] if o.intent_seq == 3 && o.kind == OutcomeKind::Settled)
    );
}

#[test]
fn a_cancelled_order_does_not_settle_a_signature_that_can_still_land() {
    let cancelled = || Ok(seen(order(KnownStatus::Cancelled, &[]), 500));
    let mut flow = start(ActionRequest::Authorize, vec![prior(1_000, "7", false)]);
    assert!(flow.handle(FlowEvent::OrderRead(cancelled()), &at(500)).is_empty());
    let mut flow = start(ActionRequest::Authorize, vec![prior(400, "7", false)]);
    let effects = flow.handle(FlowEvent::OrderRead(cancelled()), &at(500));
    assert!(matches!(&effects[..], [FlowEffect::RecordOutcome(o)] if o.kind == OutcomeKind::Settled));
}

#[test]
fn an_accepted_authorization_binds_later_ones_on_the_order() {
    let mut flow = start(ActionRequest::Authorize, Vec::new());
    flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 1))), &at(1));
    flow.handle(prepared(2), &at(2));
    open_gate(&mut flow, 2);
    flow.yes(&at(3));
    let mut effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(3));
    let Some(FlowEffect::Sign(recorded)) = effects.pop() else { panic!() };
    let submission = recorded.into_signed(crate::domain::forward::SignatureBytes([1; 65])).unwrap();
    flow.handle(FlowEvent::Signed(Ok(Box::new(submission))), &at(3));
    flow.handle(FlowEvent::Submitted(Ok(())), &at(4));
    let left = flow.leaves_behind().unwrap();
    assert_eq!((left.intent_seq, left.nonce.as_deref(), left.known), (9, Some("7"), true));
}

#[test]
fn a_window_that_closed_since_the_review_takes_no_yes() {
    let mut flow = start(ActionRequest::Authorize, Vec::new());
    let mut closing = authorizable();
    closing.authorization_seconds_left = Some(20);
    flow.handle(FlowEvent::OrderRead(Ok(seen(closing, 1))), &at(1));
    flow.handle(prepared(2), &at(2));
    open_gate(&mut flow, 2);
    assert!(flow.yes(&at(17)).is_empty());
    assert!(matches!(&flow.state, State::Reviewing(r) if r.spoiled == Some(Spoiled::Expired)));
}

#[test]
fn a_journal_that_took_too_long_stops_before_the_signature() {
    let mut flow = cancel_question();
    flow.yes(&at(2));
    let effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(90));
    assert!(matches!(&effects[..], [FlowEffect::RecordOutcome(o)] if o.kind == OutcomeKind::NotSent));
    assert!(matches!(ending(&flow), Ending::NotSent(_)));
}

#[test]
fn a_rejection_and_a_failure_before_sending_are_told_apart() {
    for (kind, expected) in
        [(FailureKind::Rejected, OutcomeKind::Rejected), (FailureKind::NotSent, OutcomeKind::NotSent)]
    {
        let mut flow = cancel_question();
        flow.yes(&at(2));
        flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(2));
        let failure = Failure { kind, ..lost() };
        let effects = flow.handle(FlowEvent::Submitted(Err(failure)), &at(3));
        assert!(matches!(&effects[0], FlowEffect::RecordOutcome(o) if o.kind == expected));
    }
}

#[test]
fn a_journal_that_cannot_record_the_outcome_is_said() {
    let mut flow = cancel_question();
    flow.yes(&at(2));
    flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(2));
    flow.handle(FlowEvent::Submitted(Ok(())), &at(3));
    flow.handle(FlowEvent::OutcomeRecorded(Err(Failure::not_sent("disk full", ""))), &at(3));
    assert_eq!(flow.ended().unwrap().journal_problem.as_deref(), Some("disk full"));
}

#[test]
fn events_of_another_state_are_ignored() {
    let mut flow = cancel_question();
    assert!(flow.handle(FlowEvent::Submitted(Ok(())), &at(2)).is_empty());
    assert!(flow.handle(FlowEvent::OrderRead(Ok(seen(authorizable(), 2))), &at(2)).is_empty());
    assert!(matches!(flow.state, State::Reviewing(_)));
}

fn on_ramp(status: KnownStatus, offer: AllowedAction) -> Order {
    let mut order = order(status, &[offer]);
    order.direction = crate::domain::Direction::OnRamp;
    order.payment_request = Some(true);
    order
}

#[test]
fn a_payment_sent_is_a_question_without_a_signature() {
    let mut flow = start(ActionRequest::PaymentSent, Vec::new());
    let order = on_ramp(KnownStatus::AwaitingFiatTransfer, AllowedAction::ConfirmPaymentSent);
    flow.handle(FlowEvent::OrderRead(Ok(seen(order, 1))), &at(1));
    open_gate(&mut flow, 1);
    flow.yes(&at(2));
    let effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt())), &at(2));
    let [FlowEffect::Submit(submission)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(submission.action(), ActionKind::PaymentSent);
}
