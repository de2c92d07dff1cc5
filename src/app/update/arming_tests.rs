//! Arming as an operator has it, message by message.

use std::time::Duration;

use alloy_primitives::{Address, address};
use tui_input::InputRequest;

use super::tests::{at, bring, id, model, press, seen, tick};
use super::*;
use crate::app::arming::{ArmId, Arming, By, Proof};
use crate::app::flow::{FlowEffect, FlowEvent, FlowId, State};
use crate::app::{Failure, FailureKind};
use crate::domain::Now;
use crate::domain::status::KnownStatus;

const KEY: Address = address!("0x00000000000000000000000000000000DeaDBeef");

/// One order that can be cancelled, selected; disarmed.
fn disarmed(by: By) -> Model {
    let mut m = model();
    m.arming = Arming::new(by, Duration::from_secs(600));
    m.session.signer = Some(KEY);
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0), seen("b", KnownStatus::Created, 0)]);
    m.selected = Some(id("a"));
    m
}

/// The window drawn, and silence after it.
fn looked_at(m: &mut Model) {
    update(m, Msg::Drawn);
    let later = m.now.mono.elapsed().as_secs() + 1;
    tick(m, later);
}

fn write(m: &mut Model, text: &str) {
    for c in text.chars() {
        update(m, Msg::Edit(InputRequest::InsertChar(c)));
    }
}

fn read(name: &str) -> Vec<Effect> {
    vec![Effect::Flow(FlowId(1), FlowEffect::ReadOrder(id(name)))]
}

/// Up to the open question of a cancel, armed by a word at second 1.
fn asking(m: &mut Model) {
    press(m, Command::CancelOrder);
    looked_at(m);
    assert_eq!(press(m, Command::Yes), read("a"));
    let fresh = seen("a", KnownStatus::Created, 1);
    update(m, Msg::Flow(FlowId(1), FlowEvent::OrderRead(Ok(Box::new(fresh)))));
    looked_at(m);
}

fn proof(effects: &[Effect]) -> (ArmId, &Proof) {
    match effects {
        [Effect::Unlock(id, proof)] => (*id, proof),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_passphrase_leads_to_the_question_of_the_very_order_and_action() {
    let mut m = disarmed(By::Passphrase);
    assert!(press(&mut m, Command::CancelOrder).is_empty());
    assert_eq!((m.mode(), m.flow.is_none()), (Mode::Passphrase, true));
    looked_at(&mut m);
    write(&mut m, "open sesamx");
    update(&mut m, Msg::Edit(InputRequest::DeletePrevChar));
    update(&mut m, Msg::Paste("e\n".to_owned()));
    assert!(!format!("{m:?}").contains("open"), "what is typed is never printed");
    let effects = press(&mut m, Command::Accept);
    let (attempt, asked) = proof(&effects);
    assert!(matches!(asked, Proof::Passphrase(typed) if typed.expose() == "open sesame"));
    // Whatever is selected meanwhile.
    m.selected = Some(id("b"));
    assert_eq!(update(&mut m, Msg::Unlocked(attempt, Ok(KEY))), read("a"));
    assert!(m.arming.is_armed());
    assert_eq!(m.mode(), Mode::Question);
}

#[test]
fn every_action_on_money_asks_to_be_armed_first_and_watching_does_not() {
    let all = [Command::Authorize, Command::ConfirmFiat, Command::CancelOrder, Command::PaymentSent, Command::Refund];
    for command in all {
        let mut m = disarmed(By::Passphrase);
        assert!(press(&mut m, command).is_empty());
        assert_eq!((m.mode(), m.flow.is_none()), (Mode::Passphrase, true), "{command:?}");
    }
    for request in [
        crate::app::flow::ActionRequest::SendOut(crate::app::flow::fixtures_tests::destination()),
        crate::app::flow::ActionRequest::PayerDetails(crate::domain::payment::Payer::Profile(
            crate::domain::PaymentDetailsId::parse("42").unwrap(),
        )),
    ] {
        let mut m = disarmed(By::Passphrase);
        assert!(acting::start_with(&mut m, id("a"), request).is_empty());
        assert_eq!((m.mode(), m.flow.is_none()), (Mode::Passphrase, true));
    }
    for command in [Command::Refresh, Command::NewOrder, Command::NewUser, Command::Filter, Command::SendOut] {
        let mut m = disarmed(By::Passphrase);
        press(&mut m, command);
        assert!(!m.arming.is_open(), "{command:?}");
    }
}

#[test]
fn what_is_typed_ahead_or_comes_in_a_burst_never_arms() {
    let mut m = disarmed(By::Word);
    press(&mut m, Command::Authorize);
    assert!(press(&mut m, Command::Yes).is_empty(), "not drawn");
    update(&mut m, Msg::Drawn);
    assert!(press(&mut m, Command::Yes).is_empty(), "no silence yet");
    tick(&mut m, 1);
    assert!(update(&mut m, Msg::Command { command: Command::Yes, alone: false }).is_empty());
    assert!(press(&mut m, Command::Yes).is_empty(), "a burst closes it again");
    update(&mut m, Msg::Paste("y".to_owned()));
    assert!(m.arming.is_open());
    tick(&mut m, 2);
    assert_eq!(press(&mut m, Command::Yes), read("a"));

    let mut m = disarmed(By::Passphrase);
    press(&mut m, Command::Authorize);
    write(&mut m, "typed");
    update(&mut m, Msg::Paste("pasted".to_owned()));
    update(&mut m, Msg::Drawn);
    write(&mut m, "ahead");
    assert!(press(&mut m, Command::Accept).is_empty());
    tick(&mut m, 1);
    assert!(m.arming.asking().unwrap().typed.is_empty(), "thrown away");
    write(&mut m, "right");
    assert!(update(&mut m, Msg::Command { command: Command::Accept, alone: false }).is_empty());
    assert!(press(&mut m, Command::Accept).is_empty());
    tick(&mut m, 2);
    assert_eq!(proof(&press(&mut m, Command::Accept)).0, ArmId(1));
}

#[test]
fn a_screen_on_which_no_question_is_seen_whole_arms_nothing() {
    let mut m = disarmed(By::Word);
    press(&mut m, Command::Arm);
    looked_at(&mut m);
    update(&mut m, Msg::Resized(79, 24));
    looked_at(&mut m);
    press(&mut m, Command::Yes);
    assert!(!m.arming.is_armed());
    update(&mut m, Msg::Resized(80, 24));
    looked_at(&mut m);
    press(&mut m, Command::Yes);
    assert!(m.arming.is_armed());
}

#[test]
fn a_wrong_passphrase_is_said_and_everything_stays_locked() {
    let mut m = disarmed(By::Passphrase);
    press(&mut m, Command::CancelOrder);
    looked_at(&mut m);
    assert!(press(&mut m, Command::Accept).is_empty(), "nothing typed");
    write(&mut m, "wrong");
    press(&mut m, Command::Accept);
    let failure = Failure { kind: FailureKind::NotSent, what: "does not open it".to_owned(), ..Failure::default() };
    assert_eq!(update(&mut m, Msg::Unlocked(ArmId(1), Err(failure))), [Effect::Lock]);
    let window = m.arming.asking().unwrap();
    assert_eq!(window.problem.as_deref(), Some("does not open it"));
    assert!(window.typed.is_empty() && m.flow.is_none());
    looked_at(&mut m);
    write(&mut m, "right");
    assert_eq!(proof(&press(&mut m, Command::Accept)).0, ArmId(2));
    assert_eq!(update(&mut m, Msg::Unlocked(ArmId(2), Ok(KEY))), read("a"), "the action was not forgotten");
}

#[test]
fn a_late_answer_arms_nothing_and_locks() {
    let mut m = disarmed(By::Keyring);
    press(&mut m, Command::Arm);
    looked_at(&mut m);
    assert_eq!(proof(&press(&mut m, Command::Yes)).1, &Proof::Keyring);
    press(&mut m, Command::Back);
    assert_eq!(m.mode(), Mode::Normal);
    assert_eq!(update(&mut m, Msg::Unlocked(ArmId(1), Ok(KEY))), [Effect::Lock]);
    assert!(!m.arming.is_armed());
}

#[test]
fn another_key_than_at_the_start_does_not_arm() {
    let mut m = disarmed(By::Keyring);
    press(&mut m, Command::Arm);
    looked_at(&mut m);
    press(&mut m, Command::Yes);
    assert_eq!(update(&mut m, Msg::Unlocked(ArmId(1), Ok(Address::ZERO))), [Effect::Lock]);
    assert!(m.arming.asking().unwrap().problem.as_ref().unwrap().contains(&KEY.to_string()));
    assert_eq!(m.session.signer, Some(KEY));
}

#[test]
fn it_lapses_without_a_key_and_every_key_starts_the_time_again() {
    let mut m = disarmed(By::Word);
    m.arming = Arming::new(By::Word, Duration::from_secs(600)).armed(at(0));
    tick(&mut m, 599);
    assert_eq!(m.arming.left(&m.now), Some(Duration::from_secs(1)));
    bring(&mut m, vec![seen("c", KnownStatus::Created, 599)]);
    update(&mut m, Msg::Resized(100, 30));
    assert_eq!(m.arming.left(&m.now), Some(Duration::from_secs(1)), "news is not a key");
    update(&mut m, Msg::Noise);
    tick(&mut m, 1_198);
    assert!(m.arming.is_armed());
    update(&mut m, Msg::Paste("x".to_owned()));
    tick(&mut m, 1_797);
    press(&mut m, Command::Down(1));
    assert_eq!(update(&mut m, Msg::Tick(at(2_397))), [Effect::Lock]);
    assert!(!m.arming.is_armed());
    assert!(m.notice().unwrap().text.starts_with("Disarmed: no key for 10 min."));
    // The key that comes after it does not bring it back.
    press(&mut m, Command::Up(1));
    assert!(!m.arming.is_armed());
}

#[test]
fn a_laptop_that_slept_was_idle() {
    let mut m = disarmed(By::Word);
    m.arming = Arming::new(By::Word, Duration::from_secs(600)).armed(at(0));
    // The monotonic clock stands still meanwhile.
    update(&mut m, Msg::Tick(Now { mono: at(1).mono, wall: at(900).wall }));
    assert!(!m.arming.is_armed());
}

#[test]
fn a_lapse_voids_an_open_question() {
    let mut m = disarmed(By::Word);
    asking(&mut m);
    assert!(matches!(m.flow.as_ref().unwrap().state, State::Reviewing(_)));
    assert!(update(&mut m, Msg::Tick(at(700))).contains(&Effect::Lock));
    assert!(m.flow.is_none());
    assert!(m.notice().unwrap().text.contains("question was closed; nothing was signed or sent"));
    assert!(!press(&mut m, Command::Yes).iter().any(|effect| matches!(effect, Effect::Flow(..))));
}

#[test]
fn what_was_approved_runs_to_its_end_and_the_lapse_comes_after_it() {
    let mut m = disarmed(By::Word);
    asking(&mut m);
    assert_eq!(press(&mut m, Command::Yes).len(), 1);
    assert!(update(&mut m, Msg::Tick(at(700))).is_empty());
    assert!(m.arming.is_armed() && m.is_in_flight());
    let failure = Failure { kind: FailureKind::NotSent, what: "disk full".to_owned(), ..Failure::default() };
    update(&mut m, Msg::Flow(FlowId(1), FlowEvent::IntentRecorded(Err(failure))));
    assert_eq!(update(&mut m, Msg::Tick(at(701))), [Effect::Lock]);
    assert!(m.flow.as_ref().unwrap().ended().is_some(), "its result stays to be read");
    // Reading again would ask again: that needs an arm.
    assert!(!press(&mut m, Command::ReadAgain).iter().any(|effect| matches!(effect, Effect::Flow(..))));
    assert_eq!(m.mode(), Mode::Arming);
    looked_at(&mut m);
    let again = Effect::Flow(FlowId(2), FlowEffect::ReadOrder(id("a")));
    assert_eq!(press(&mut m, Command::Yes), [again]);
}

#[test]
fn nothing_half_typed_stays_for_ever() {
    let mut m = disarmed(By::Passphrase);
    press(&mut m, Command::CancelOrder);
    looked_at(&mut m);
    write(&mut m, "half");
    tick(&mut m, 500);
    write(&mut m, "way");
    tick(&mut m, 1_099);
    assert_eq!(m.arming.asking().unwrap().typed.expose(), "halfway");
    tick(&mut m, 1_100);
    assert_eq!((m.mode(), m.flow.is_none()), (Mode::Normal, true));
}

#[test]
fn by_hand_it_is_armed_and_disarmed() {
    let mut m = disarmed(By::Word);
    press(&mut m, Command::Arm);
    looked_at(&mut m);
    assert!(press(&mut m, Command::Yes).is_empty());
    assert!(m.arming.is_armed() && m.flow.is_none());
    assert_eq!(press(&mut m, Command::Arm), [Effect::Lock]);
    assert!(!m.arming.is_armed());
    press(&mut m, Command::Arm);
    press(&mut m, Command::Back);
    assert_eq!(m.mode(), Mode::Normal);
    press(&mut m, Command::Webhook);
    press(&mut m, Command::Arm);
    assert_eq!(m.mode(), Mode::Arming, "on a page too");
    press(&mut m, Command::Back);
    assert_eq!(m.mode(), Mode::Page);
}

#[test]
fn read_only_is_said_before_anything_is_asked() {
    let mut m = disarmed(By::Passphrase);
    m.session.read_only = true;
    for command in [Command::Arm, Command::Authorize] {
        press(&mut m, command);
        assert!(!m.arming.is_open());
        assert!(m.notice().unwrap().text.starts_with("Read-only"));
    }
}
