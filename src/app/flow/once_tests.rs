//! Once, whatever happens: the same bytes again, one nonce for every order, and what binds what.

use alloy_primitives::{Address, U256};

use super::fixtures_tests::{FORWARDER, SIGNER, TOKEN, at, bought, destination, id, prepared_send_out, seen, stopped};
use super::*;
use crate::domain::chain::{Block, ChainFacts, Fact, Question};
use crate::domain::resend::{Bytes, Kept};
use crate::domain::stage::Receipt;
use crate::signing::review::ChainWord;

const SEQ: u64 = 3;

fn seconds(s: u64) -> u64 {
    u64::try_from(at(s).wall.timestamp()).unwrap()
}

fn other() -> OrderId {
    OrderId::parse("another-order").unwrap()
}

fn signed(order: OrderId, nonce: &str, known: bool) -> Prior {
    let (deadline, nonce) = (Some(seconds(1_000)), Some(nonce.to_owned()));
    let trace = Trace::Kept { resent: false };
    let origin = Origin { at: Some(at(0).wall), wallet: Some(SIGNER), forwarder: Some(FORWARDER), trace };
    Prior { deadline, nonce, known, origin, ..Prior::bare(SEQ, order, ActionKind::SendOut) }
}

fn kept(to: &str) -> Kept {
    let facts = [("destination_chain", "Arbitrum One"), ("destination_address", to), ("nonce", "7"), ("amount", "100")];
    let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let bytes = Bytes { path: "/p".to_owned(), body: "{\"signature\":\"0xfeed\"}".to_owned(), sha256: "aa".to_owned() };
    Kept::from_journal((SEQ, id(), ActionKind::SendOut, at(0).wall), Some(seconds(1_000)), facts, bytes)
}

fn send_out(priors: Vec<Prior>, s: u64) -> (Flow, Vec<FlowEffect>) {
    let mut flow = Flow::start(FlowId(1), id(), ActionRequest::SendOut(destination()), priors).0;
    let effects = flow.handle(FlowEvent::OrderRead(Ok(Box::new(seen(bought(), s)))), &at(s));
    (flow, effects)
}

fn recalled(flow: &mut Flow, kept: Kept) {
    flow.handle(FlowEvent::Recalled(Ok(Box::new(kept))), &at(11));
}

fn names(flow: &Flow) -> Vec<&str> {
    let Some(Ended { ending: Ending::Refused { reasons, .. }, .. }) = flow.ended() else { panic!("{:?}", flow.state) };
    reasons.iter().map(|reason| reason.name.as_str()).collect()
}

/// A repetition up to its answer.
fn repeated(result: Result<(), Failure>) -> (Flow, Vec<FlowEffect>) {
    let (mut flow, effects) = send_out(vec![signed(id(), "7", false)], 10);
    assert_eq!(effects, [FlowEffect::Recall(SEQ)], "no parameters are fetched, nothing is signed");
    recalled(&mut flow, kept(&destination().address));
    assert_eq!(flow.yes_without_screen(&at(12)), [FlowEffect::RecordResend(SEQ)]);
    let receipt = Receipt { seq: SEQ, hash: "ab".to_owned() };
    let mut effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt)), &at(12));
    let Some(FlowEffect::Resubmit(again)) = effects.pop() else { panic!("{effects:?}") };
    assert_eq!((again.intent_seq(), again.path(), again.order()), (SEQ, "/p", &id()));
    assert!(!format!("{again:?}").contains("feed"));
    assert_eq!(again.into_body(), "{\"signature\":\"0xfeed\"}", "byte for byte");
    let effects = flow.handle(FlowEvent::Submitted(result), &at(13));
    (flow, effects)
}

#[test]
fn the_very_same_bytes_are_sent_again_after_a_yes_and_a_record() {
    let (flow, effects) = repeated(Ok(()));
    assert!(
        matches!(&effects[0], FlowEffect::RecordOutcome(o) if o.intent_seq == SEQ && o.kind == OutcomeKind::Accepted)
    );
    let left = flow.leaves_behind().unwrap();
    assert_eq!((left.known, left.nonce.as_deref(), left.deadline), (true, Some("7"), Some(seconds(1_000))));
}

#[test]
fn no_answer_to_a_repetition_settles_the_first_one() {
    for kind in [FailureKind::Rejected, FailureKind::NotSent, FailureKind::Unknown] {
        let failure = Failure { kind, what: "nonce too low".to_owned(), ..Failure::default() };
        let (flow, effects) = repeated(Err(failure));
        assert!(matches!(&effects[0], FlowEffect::RecordOutcome(o) if o.kind == OutcomeKind::Unknown), "{kind:?}");
        assert!(matches!(&flow.ended().unwrap().ending, Ending::Unknown(f) if f.what.contains("nonce too low")));
        assert!(!flow.leaves_behind().unwrap().known);
    }
}

#[test]
fn what_took_too_long_to_record_is_not_sent_and_settles_nothing() {
    let (mut flow, _) = send_out(vec![signed(id(), "7", false)], 10);
    recalled(&mut flow, kept(&destination().address));
    flow.yes_without_screen(&at(12));
    let receipt = Receipt { seq: SEQ, hash: "ab".to_owned() };
    let effects = flow.handle(FlowEvent::IntentRecorded(Ok(receipt)), &at(200));
    assert!(matches!(&effects[..], [FlowEffect::RecordOutcome(o)] if o.kind == OutcomeKind::Unknown), "{effects:?}");
}

#[test]
fn a_repetition_goes_where_the_first_one_went() {
    let (mut flow, _) = send_out(vec![signed(id(), "7", false)], 10);
    recalled(&mut flow, kept("0xelsewhere"));
    assert_eq!(names(&flow), ["earlier-authorization-unsettled"]);
}

#[test]
fn a_signature_that_ends_or_that_is_not_kept_is_waited_for() {
    let (flow, effects) = send_out(vec![signed(id(), "7", false)], 996);
    assert!(effects.is_empty());
    assert_eq!(names(&flow), ["earlier-authorization-unsettled"], "too late to be executed in time");
    let mut unkept = signed(id(), "7", false);
    unkept.origin.trace = Trace::Unsaid;
    assert_eq!(names(&send_out(vec![unkept], 10).0), ["earlier-authorization-unsettled"]);
}

#[test]
fn what_never_left_is_recorded_as_that_and_binds_nothing() {
    let mut never = signed(id(), "3", false);
    never.origin.trace = Trace::NeverLeft;
    let (mut flow, effects) = send_out(vec![never], 10);
    let [FlowEffect::Prepare(..), FlowEffect::RecordOutcome(record)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((record.intent_seq, record.kind), (SEQ, OutcomeKind::NotSent));
    flow.handle(FlowEvent::Prepared(Ok(Box::new(prepared_send_out(11)))), &at(11));
    assert!(matches!(flow.state, State::Reviewing(_)), "{:?}", flow.state);
}

#[test]
fn a_refund_is_repeated_once_and_then_signed_anew() {
    let mut refund = Prior::bare(SEQ, id(), ActionKind::Refund);
    for (resent, wanted) in [(false, FlowEffect::Recall(SEQ)), (true, FlowEffect::Prepare(id(), Wanted::Refund))] {
        refund.origin.trace = Trace::Kept { resent };
        let mut flow = Flow::start(FlowId(1), id(), ActionRequest::Refund, vec![refund.clone()]).0;
        let effects = flow.handle(FlowEvent::OrderRead(Ok(Box::new(seen(stopped(), 10)))), &at(10));
        assert_eq!(effects, [wanted]);
    }
}

fn chain(nonce: u64, timestamp: u64, s: u64) -> ChainWord {
    let unknown = || "not asked".to_owned();
    ChainWord::Answered(Box::new(ChainFacts {
        asked: at(s),
        answered: at(s),
        about: Question { forwarder: FORWARDER, token: TOKEN, payer: SIGNER },
        chain_id: Fact::Known(660_279),
        block: Fact::Known(Block { number: 1, timestamp }),
        nonce: Fact::Known(U256::from(nonce)),
        forwarder_domain: Fact::Unreachable(unknown()),
        balance: Fact::Unreachable(unknown()),
        decimals: Fact::Unreachable(unknown()),
        token_domain: Fact::Unreachable(unknown()),
    }))
}

/// With parameters whose nonce is 7.
fn beside(prior: Prior, word: ChainWord, s: u64) -> Flow {
    let (mut flow, effects) = send_out(vec![prior], s);
    assert!(matches!(&effects[..], [FlowEffect::Prepare(..)]), "{effects:?}");
    let mut prepared = prepared_send_out(s);
    prepared.grounds.chain = word;
    flow.handle(FlowEvent::Prepared(Ok(Box::new(prepared))), &at(s));
    flow
}

#[test]
fn an_unknown_signature_of_another_order_holds_up_every_other_until_the_chain_proves_it_used_or_dead() {
    let refused = |nonce: &str, word, s| {
        let flow = beside(signed(other(), nonce, false), word, s);
        assert_eq!(names(&flow), ["wallet-signature-unsettled"], "{nonce} at {s}");
        let Ending::Refused { reasons, .. } = &flow.ended().unwrap().ending else { panic!() };
        assert!(reasons[0].text.contains("ramptop send-out another-order") && reasons[0].text.contains("wait until"));
    };
    refused("7", ChainWord::Unasked, 10);
    refused("6", ChainWord::Unasked, 10);
    refused("7", chain(7, seconds(10), 10), 10);
    refused("6", chain(6, seconds(10), 10), 10);
    refused("7", chain(7, seconds(900), 1_061), 1_061);
    let passes = |nonce: &str, word, s| {
        let flow = beside(signed(other(), nonce, false), word, s);
        assert!(matches!(flow.state, State::Reviewing(_)), "{nonce} at {s}: {:?}", flow.ended());
    };
    passes("6", chain(7, seconds(10), 10), 10);
    passes("7", ChainWord::Unasked, 1_061);
    passes("7", chain(7, seconds(1_001), 1_061), 1_061);
}

#[test]
fn an_accepted_one_that_is_not_executed_yet_is_waited_for() {
    let flow = beside(signed(other(), "7", true), ChainWord::Unasked, 10);
    assert_eq!(names(&flow), ["wallet-nonce-in-use"]);
    let flow = beside(signed(other(), "6", true), ChainWord::Unasked, 10);
    assert!(matches!(flow.state, State::Reviewing(_)), "{:?}", flow.ended());
}

#[test]
fn another_wallet_has_another_nonce() {
    let mut foreign = signed(other(), "7", false);
    foreign.origin.wallet = Some(Address::repeat_byte(9));
    let flow = beside(foreign, ChainWord::Unasked, 10);
    assert!(matches!(flow.state, State::Reviewing(_)), "{:?}", flow.ended());
}
