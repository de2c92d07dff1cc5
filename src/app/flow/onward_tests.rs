//! The actions without a transfer into the escrow: payment sent, payer details, send-out, refund.

use super::fixtures_tests::{
    ESCROW, THERE, asking_who_pays, at, bought, bridge, destination, funding, id, payable, prepared_refund,
    prepared_send_out, refund, seen, stopped,
};
use super::*;
use crate::app::failure::FailureKind;
use crate::domain::forward::SignatureBytes;
use crate::domain::payment::Payer;
use crate::domain::stage::{Content, Receipt, Submission};
use crate::domain::status::KnownStatus;
use crate::domain::{PaymentDetailsId, Status};

fn start(request: ActionRequest, priors: Vec<Prior>, order: Order) -> (Flow, Vec<FlowEffect>) {
    let mut flow = Flow::start(FlowId(1), id(), request, priors).0;
    let effects = flow.handle(FlowEvent::OrderRead(Ok(Box::new(seen(order, 1)))), &at(1));
    (flow, effects)
}

fn prepare(flow: &mut Flow, prepared: Prepared) {
    flow.handle(FlowEvent::Prepared(Ok(Box::new(prepared))), &at(2));
}

/// Yes, recorded, and, where there is something to sign, signed.
fn submission(flow: &mut Flow) -> (IntentRecord, Box<Submission>) {
    let mut effects = flow.yes_without_screen(&at(3));
    let Some(FlowEffect::RecordIntent(record)) = effects.pop() else { panic!("{:?}", flow.state) };
    let receipt = Receipt { seq: 9, hash: "ab".to_owned() };
    let mut effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt)), &at(3));
    if matches!(effects[..], [FlowEffect::Sign(_)]) {
        let Some(FlowEffect::Sign(recorded)) = effects.pop() else { panic!() };
        let signed = recorded.into_signed(SignatureBytes([1; 65])).unwrap();
        effects = flow.handle(FlowEvent::Signed(Ok(Box::new(signed))), &at(3));
    }
    let Some(FlowEffect::Submit(submission)) = effects.pop() else { panic!("{effects:?}") };
    (*record, submission)
}

fn fact<'a>(record: &'a IntentRecord, name: &str) -> &'a str {
    record.facts.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

fn names(flow: &Flow) -> Vec<&str> {
    let Some(Ended { ending: Ending::Refused { reasons, .. }, .. }) = flow.ended() else { panic!("{:?}", flow.state) };
    reasons.iter().map(|reason| reason.name.as_str()).collect()
}

fn lost() -> Failure {
    Failure {
        kind: FailureKind::Unknown,
        what: "no answer".to_owned(),
        advice: "watch".to_owned(),
        ..Failure::default()
    }
}

#[test]
fn the_word_that_the_fiat_was_paid_needs_a_yes_and_nothing_else() {
    let (mut flow, effects) = start(ActionRequest::PaymentSent, Vec::new(), payable());
    assert!(effects.is_empty());
    assert!(matches!(&flow.state, State::Reviewing(r) if r.signature.is_none()));
    assert_eq!(*submission(&mut flow).1.content(), Content::Bare);
}

#[test]
fn payer_details_are_frozen_in_the_question_and_their_numbers_kept_out_of_the_journal() {
    let payer = Payer::Inline {
        method: 3,
        network: 4,
        details: vec![("account_number".to_owned(), "0123456789".to_owned())],
        country: None,
    };
    let (mut flow, _) = start(ActionRequest::PayerDetails(payer.clone()), Vec::new(), asking_who_pays());
    let (record, sent) = submission(&mut flow);
    assert_eq!(*sent.content(), Content::Payer(Box::new(payer)));
    assert_eq!(fact(&record, "fields"), "account_number");
    assert!(!format!("{record:?}").contains("0123456789"));
    let known = Payer::Profile(PaymentDetailsId::parse("42").unwrap());
    let (mut flow, _) = start(ActionRequest::PayerDetails(known), Vec::new(), asking_who_pays());
    assert_eq!(fact(&submission(&mut flow).0, "payment_details_id"), "42");
}

#[test]
fn a_send_out_is_prepared_for_the_typed_destination_and_its_facts_are_recorded() {
    let (mut flow, effects) = start(ActionRequest::SendOut(destination()), Vec::new(), bought());
    assert_eq!(effects, [FlowEffect::Prepare(id(), Wanted::SendOut(destination()))]);
    prepare(&mut flow, prepared_send_out(2));
    let (record, sent) = submission(&mut flow);
    assert!(matches!(sent.content(), Content::SendOut(signed) if signed.destination == destination()));
    for (name, value) in [
        ("destination_chain", "Arbitrum One"),
        ("destination_address", THERE),
        ("to_amount", "99000000"),
        ("nonce", "7"),
        ("chain_id", "660279"),
    ] {
        assert_eq!(fact(&record, name), value);
    }
    assert!(fact(&record, "digest").starts_with("0x") && fact(&record, "deadline").parse::<u64>().is_ok());
}

#[test]
fn another_destination_than_the_typed_one_is_refused() {
    let (mut flow, _) = start(ActionRequest::SendOut(destination()), Vec::new(), bought());
    let mut elsewhere = bridge(2);
    elsewhere.destination_address = Some(ESCROW.to_string());
    prepare(&mut flow, Prepared { parameters: Parameters::SendOut(seen(elsewhere, 2), None), ..prepared_send_out(2) });
    assert_eq!(names(&flow), ["destination-address"]);
}

#[test]
fn a_send_out_whose_quote_ends_takes_no_yes() {
    let (mut flow, _) = start(ActionRequest::SendOut(destination()), Vec::new(), bought());
    prepare(&mut flow, prepared_send_out(2));
    assert!(flow.yes_without_screen(&at(58)).is_empty());
    assert!(matches!(&flow.state, State::Reviewing(r) if r.spoiled == Some(Spoiled::Expired)));
}

#[test]
fn a_refund_is_signed_and_its_facts_recorded_under_the_escrows_own_nonce() {
    let (mut flow, effects) = start(ActionRequest::Refund, Vec::new(), stopped());
    assert_eq!(effects, [FlowEffect::Prepare(id(), Wanted::Refund)]);
    prepare(&mut flow, prepared_refund(2));
    let (record, sent) = submission(&mut flow);
    assert!(matches!(sent.content(), Content::Refund(_)));
    assert_eq!((fact(&record, "safe_nonce"), fact(&record, "escrow")), ("3", ESCROW.to_string().as_str()));
    assert_eq!(fact(&record, "nonce"), "", "the forwarder's nonce is another one");
    assert!(fact(&record, "digest").starts_with("0x"));
}

fn funded(known: bool) -> Prior {
    let (deadline, nonce) = (Some(1_770_000_900), Some("6".to_owned()));
    Prior { deadline, nonce, known, funding: Some(funding()), ..Prior::bare(3, id(), ActionKind::Authorize) }
}

#[test]
fn a_refund_is_compared_with_what_the_journal_says_was_funded() {
    let (mut flow, _) = start(ActionRequest::Refund, vec![funded(true)], stopped());
    prepare(&mut flow, prepared_refund(2));
    let State::Reviewing(reviewing) = &flow.state else { panic!("{:?}", flow.state) };
    let (_, checks) = reviewing.signature.as_ref().unwrap();
    assert!(checks.iter().all(|check| check.verdict == crate::signing::review::Verdict::Pass), "{checks:?}");
    let (mut flow, _) = start(ActionRequest::Refund, vec![funded(true)], stopped());
    let mut other = refund();
    (other.escrow, other.verifying_contract) = (destination_address(), destination_address());
    prepare(&mut flow, Prepared { parameters: Parameters::Refund(seen(other, 2)), ..prepared_refund(2) });
    assert_eq!(names(&flow), ["as-funded"]);
}

fn destination_address() -> alloy_primitives::Address {
    THERE.parse().unwrap()
}

#[test]
fn parameters_of_another_action_are_never_reviewed() {
    let (mut flow, _) = start(ActionRequest::Refund, Vec::new(), stopped());
    prepare(&mut flow, prepared_send_out(2));
    assert_eq!(names(&flow), ["action-complete"]);
}

fn sent_out(deadline: u64, nonce: &str, known: bool) -> Prior {
    let deadline = u64::try_from(at(deadline).wall.timestamp()).ok();
    let nonce = Some(nonce.to_owned());
    Prior { deadline, nonce, known, ..Prior::bare(3, id(), ActionKind::SendOut) }
}

#[test]
fn an_unknown_send_out_blocks_the_next_until_it_is_dead_and_its_nonce_binds_after() {
    let again = || ActionRequest::SendOut(destination());
    let (flow, _) = start(again(), vec![sent_out(100, "7", false)], bought());
    assert_eq!(names(&flow), ["earlier-authorization-unsettled"]);
    let mut flow = Flow::start(FlowId(1), id(), again(), vec![sent_out(100, "6", false)]).0;
    flow.handle(FlowEvent::OrderRead(Ok(Box::new(seen(bought(), 161)))), &at(161));
    flow.handle(FlowEvent::Prepared(Ok(Box::new(prepared_send_out(162)))), &at(162));
    assert_eq!(names(&flow), ["nonce-since-earlier-authorization"]);
    let mut flow = Flow::start(FlowId(1), id(), again(), vec![sent_out(100, "7", false)]).0;
    flow.handle(FlowEvent::OrderRead(Ok(Box::new(seen(bought(), 161)))), &at(161));
    flow.handle(FlowEvent::Prepared(Ok(Box::new(prepared_send_out(162)))), &at(162));
    assert!(matches!(flow.state, State::Reviewing(_)), "the same nonce executes once: {:?}", flow.state);
}

#[test]
fn a_refund_is_not_held_up_by_an_authorization_whose_answer_was_lost() {
    let (mut flow, effects) = start(ActionRequest::Refund, vec![funded(false)], stopped());
    assert!(effects.contains(&FlowEffect::Prepare(id(), Wanted::Refund)), "{effects:?}");
    prepare(&mut flow, prepared_refund(2));
    assert!(matches!(flow.state, State::Reviewing(_)), "{:?}", flow.state);
}

/// Loses the answer, then reads the order as `after`.
fn after_a_lost_answer(flow: &mut Flow, after: Order) -> Ending {
    submission(flow);
    flow.handle(FlowEvent::Submitted(Err(lost())), &at(4));
    flow.handle(FlowEvent::ReadBack(Ok(Box::new(seen(after, 5)))), &at(5));
    flow.ended().unwrap().ending.clone()
}

fn moved(mut order: Order, status: KnownStatus) -> Order {
    order.status = Status::Known(status);
    order.allowed_actions.clear();
    order
}

#[test]
fn the_order_proves_what_happened_when_the_answer_was_lost() {
    let (mut flow, _) = start(ActionRequest::PaymentSent, Vec::new(), payable());
    assert_eq!(after_a_lost_answer(&mut flow, moved(payable(), KnownStatus::FiatTransferPending)), Ending::ProvenDone);
    let (mut flow, _) = start(ActionRequest::PaymentSent, Vec::new(), payable());
    assert!(matches!(after_a_lost_answer(&mut flow, payable()), Ending::Unknown(_)));
    for (status, proven) in [(KnownStatus::SendOutPending, true), (KnownStatus::Completed, false)] {
        let (mut flow, _) = start(ActionRequest::SendOut(destination()), Vec::new(), bought());
        prepare(&mut flow, prepared_send_out(2));
        assert_eq!(after_a_lost_answer(&mut flow, moved(bought(), status)) == Ending::ProvenDone, proven);
        let left = flow.leaves_behind().unwrap();
        assert_eq!((left.action, left.nonce.as_deref(), left.known), (ActionKind::SendOut, Some("7"), proven));
    }
    for (after, proven) in [(moved(stopped(), KnownStatus::Cancelled), true), (stopped(), false)] {
        let (mut flow, _) = start(ActionRequest::Refund, Vec::new(), stopped());
        prepare(&mut flow, prepared_refund(2));
        assert_eq!(after_a_lost_answer(&mut flow, after) == Ending::ProvenDone, proven);
    }
}
