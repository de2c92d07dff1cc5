//! Behaviour an operator would notice, message by message.

use std::time::Duration;

use chrono::DateTime;

use super::*;
use crate::app::arming::Arming;
use crate::app::ask::{Answer, AskId, Request};
use crate::app::flow::{FlowEffect, FlowEvent, FlowId, Prior, State};
use crate::app::modal::Modal;
use crate::app::model::{Asked, Connection};
use crate::app::msg::{SetAsideNote, SyncMsg};
use crate::app::page::testing::session;
use crate::app::page::verification::VerificationPage;
use crate::app::page::{Page, PageId};
use crate::app::view_state::{Pane, Scope};
use crate::app::{Failure, FailureKind};
use crate::domain::kyc::Verification;
use crate::domain::status::KnownStatus;
use crate::domain::webhook::{Webhook, WebhookTest};
use crate::domain::{
    ActionKind, AllowedAction, Amount, KycStatus, Mono, NextAction, Now, Observed, Order, OrderId, Status, UserId,
};

pub(super) fn at(s: u64) -> Now {
    Now {
        mono: Mono::new(Duration::from_secs(s)),
        wall: DateTime::from_timestamp(1_770_000_000 + s.cast_signed(), 0).unwrap(),
    }
}

pub(super) fn model() -> Model {
    let mut model = Model::new(at(0), session());
    model.arming = Arming::default().armed(at(0));
    model
}

pub(super) fn id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

pub(super) fn seen(name: &str, status: KnownStatus, s: u64) -> Observed<Order> {
    let mut o = Order::bare(id(name), Status::Known(status));
    o.amounts.crypto = Some(Amount::parse("10").unwrap());
    o.amounts.crypto_currency = Some("USDT".to_owned());
    o.allowed_actions = vec![AllowedAction::Cancel];
    Observed { value: o, asked: at(s), answered: at(s), server_date: None }
}

fn wanting(name: &str, left: u64, s: u64) -> Observed<Order> {
    let mut o = seen(name, KnownStatus::AwaitingCryptoTransferAuthorization, s);
    o.value.next_action = Some(NextAction::AuthorizeCryptoTransfer);
    o.value.allowed_actions.push(AllowedAction::AuthorizeCryptoTransfer);
    o.value.authorization_seconds_left = Some(left);
    o
}

pub(super) fn bring(model: &mut Model, orders: Vec<Observed<Order>>) -> Vec<Effect> {
    update(model, Msg::Sync(SyncMsg::Orders { orders, set_aside: Vec::new() }))
}

pub(super) fn press(model: &mut Model, command: Command) -> Vec<Effect> {
    update(model, Msg::Command { command, alone: true })
}

pub(super) fn tick(model: &mut Model, s: u64) {
    update(model, Msg::Tick(at(s)));
}

fn failure(kind: FailureKind) -> Failure {
    Failure { kind, what: "it broke".to_owned(), advice: "wait".to_owned(), ..Failure::default() }
}

/// A cancel of `name` up to its open question.
fn question(model: &mut Model, name: &str) -> FlowId {
    model.selected = Some(id(name));
    press(model, Command::CancelOrder);
    let flow = model.flow.as_ref().unwrap().id;
    let fresh = seen(name, KnownStatus::Created, model.now.mono.elapsed().as_secs());
    update(model, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(fresh)))));
    update(model, Msg::Drawn);
    let later = model.now.mono.elapsed().as_secs() + 1;
    tick(model, later);
    flow
}

#[test]
fn a_refresh_never_changes_what_a_key_acts_on() {
    let mut m = model();
    bring(&mut m, vec![seen("b", KnownStatus::Created, 1), seen("c", KnownStatus::Created, 1)]);
    press(&mut m, Command::Last);
    assert_eq!(m.selected, Some(id("c")));
    let row = m.selected_index();
    bring(&mut m, vec![wanting("a", 900, 2)]);
    assert_ne!(m.selected_index(), row, "the rows moved");
    assert_eq!(m.selected, Some(id("c")));
    let effects = press(&mut m, Command::CancelOrder);
    assert_eq!(effects, [Effect::Flow(FlowId(1), FlowEffect::ReadOrder(id("c")))]);
}

#[test]
fn the_selection_follows_the_top_only_while_the_first_picture_comes_in() {
    let mut m = model();
    bring(&mut m, vec![seen("b", KnownStatus::Created, 0)]);
    bring(&mut m, vec![wanting("a", 900, 0)]);
    assert_eq!(m.selected, Some(id("a")), "the first picture is still coming in");
    tick(&mut m, 3);
    bring(&mut m, vec![wanting("c", 90, 3)]);
    assert_eq!(m.selected, Some(id("a")));
    let mut m = model();
    bring(&mut m, vec![seen("b", KnownStatus::Created, 0)]);
    press(&mut m, Command::Help);
    bring(&mut m, vec![wanting("a", 900, 0)]);
    assert_eq!(m.selected, Some(id("b")), "a key ends it");
}

#[test]
fn what_needs_the_operator_sorts_to_the_top() {
    let mut m = model();
    bring(&mut m, vec![seen("z", KnownStatus::CryptoReceived, 1), wanting("y", 900, 1), wanting("x", 90, 1)]);
    let ids = m.ids();
    let order: Vec<&str> = ids.iter().map(OrderId::as_str).collect();
    assert_eq!(order, ["x", "y", "z"]);
    assert_eq!(m.visible.needs_you, 2);
}

#[test]
fn a_failed_poll_shows_and_empties_nothing() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 1)]);
    let news = || SyncMsg::Failed { failure: failure(FailureKind::NotSent), unauthorized: false, retry_at: None };
    update(&mut m, Msg::Sync(news()));
    update(&mut m, Msg::Sync(news()));
    assert_eq!(m.visible.len(), 1);
    assert!(matches!(m.connection, Connection::Failing { .. }));
    assert_eq!(m.notices.len(), 1, "said once, not with every failure");
    update(&mut m, Msg::Sync(SyncMsg::Answered { skew_seconds: Some(7_200) }));
    assert_eq!(m.connection, Connection::Live);
    assert_eq!(m.skew_seconds, Some(7_200));
}

#[test]
fn an_unreadable_order_is_set_aside_and_its_older_reading_stays() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 1)]);
    let note = SetAsideNote { id: Some(id("a")), reason: "status: not a text".to_owned() };
    for _ in 0..3 {
        update(&mut m, Msg::Sync(SyncMsg::Orders { orders: Vec::new(), set_aside: vec![note.clone()] }));
    }
    assert_eq!(m.orders.get(&id("a")).unwrap().trouble.as_deref(), Some("status: not a text"));
    assert_eq!(m.notices.len(), 1);
    bring(&mut m, vec![seen("a", KnownStatus::Created, 9)]);
    assert_eq!(m.orders.get(&id("a")).unwrap().trouble, None);
}

#[test]
fn keys_typed_before_the_question_was_seen_do_not_answer_it() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0)]);
    press(&mut m, Command::CancelOrder);
    press(&mut m, Command::Yes);
    let flow = m.flow.as_ref().unwrap().id;
    update(&mut m, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(seen("a", KnownStatus::Created, 0))))));
    assert!(press(&mut m, Command::Yes).is_empty());
    assert!(m.awaits_drawing());
    update(&mut m, Msg::Drawn);
    assert!(press(&mut m, Command::Yes).is_empty());
    tick(&mut m, 1);
    assert_eq!(press(&mut m, Command::Yes).len(), 1);
}

#[test]
fn a_question_that_is_not_seen_whole_takes_no_yes() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0)]);
    question(&mut m, "a");
    update(&mut m, Msg::Resized(79, 24));
    update(&mut m, Msg::Drawn);
    tick(&mut m, 5);
    assert!(press(&mut m, Command::Yes).is_empty());
    update(&mut m, Msg::Resized(80, 24));
    assert!(press(&mut m, Command::Yes).is_empty(), "not drawn yet at this size");
    update(&mut m, Msg::Drawn);
    tick(&mut m, 6);
    assert_eq!(press(&mut m, Command::Yes).len(), 1);
}

#[test]
fn a_long_result_is_scrolled_and_moving_keys_break_the_silence_of_a_question() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Completed, 0)]);
    m.selected = Some(id("a"));
    press(&mut m, Command::Authorize);
    let flow = m.flow.as_ref().unwrap().id;
    update(&mut m, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(seen("a", KnownStatus::Completed, 0))))));
    press(&mut m, Command::Down(10));
    press(&mut m, Command::Up(1));
    assert_eq!(m.result_scroll, 9);
    let mut m = model();
    bring(&mut m, vec![seen("b", KnownStatus::Created, 0)]);
    press(&mut m, Command::CancelOrder);
    let flow = m.flow.as_ref().unwrap().id;
    update(&mut m, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(seen("b", KnownStatus::Created, 0))))));
    update(&mut m, Msg::Drawn);
    press(&mut m, Command::Down(1));
    assert_eq!(m.result_scroll, 0);
    assert!(press(&mut m, Command::Yes).is_empty());
}

#[test]
fn pasted_text_and_bursts_never_answer_a_question() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0)]);
    question(&mut m, "a");
    assert!(update(&mut m, Msg::Paste("yyy".to_owned())).is_empty());
    assert!(update(&mut m, Msg::Command { command: Command::Yes, alone: false }).is_empty());
    assert!(press(&mut m, Command::Yes).is_empty(), "a burst closes the gate again");
    tick(&mut m, 5);
    assert_eq!(press(&mut m, Command::Yes).len(), 1);
}

#[test]
fn a_reply_to_an_earlier_run_does_not_touch_the_present_one() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0), seen("b", KnownStatus::Created, 0)]);
    let first = question(&mut m, "a");
    press(&mut m, Command::Back);
    question(&mut m, "b");
    let before = format!("{:?}", m.flow.as_ref().unwrap().state);
    update(&mut m, Msg::Flow(first, FlowEvent::Submitted(Ok(()))));
    assert_eq!(format!("{:?}", m.flow.as_ref().unwrap().state), before);
}

#[test]
fn a_poll_that_contradicts_the_question_takes_the_yes_away() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0)]);
    question(&mut m, "a");
    bring(&mut m, vec![seen("a", KnownStatus::Cancelled, 2)]);
    assert!(press(&mut m, Command::Yes).is_empty());
    assert!(matches!(&m.flow.as_ref().unwrap().state, State::Reviewing(r) if r.spoiled.is_some()));
}

#[test]
fn closing_is_not_possible_while_money_is_in_flight_and_leaving_asks() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0)]);
    question(&mut m, "a");
    press(&mut m, Command::Yes);
    press(&mut m, Command::Back);
    assert!(m.flow.is_some());
    m.modal = None;
    assert!(update(&mut m, Msg::Stop).is_empty(), "a signal waits for money in flight");
    let flow = m.flow.as_ref().unwrap().id;
    let effects = update(&mut m, Msg::Flow(flow, FlowEvent::IntentRecorded(Err(failure(FailureKind::NotSent)))));
    assert!(effects.contains(&Effect::Quit));
}

#[test]
fn quitting_while_money_is_in_flight_asks_first() {
    let mut m = model();
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0)]);
    question(&mut m, "a");
    press(&mut m, Command::Yes);
    assert!(press(&mut m, Command::Quit).is_empty());
    assert!(matches!(m.modal, Some(Modal::Quit)));
    press(&mut m, Command::Yes);
    let flow = m.flow.as_ref().unwrap().id;
    let effects = update(&mut m, Msg::Flow(flow, FlowEvent::IntentRecorded(Err(failure(FailureKind::NotSent)))));
    assert!(effects.contains(&Effect::Quit));
}

#[test]
fn quitting_is_immediate_when_nothing_is_in_flight() {
    let mut m = model();
    assert_eq!(press(&mut m, Command::Quit), [Effect::Quit]);
}

#[test]
fn an_unknown_outcome_keeps_the_order_from_being_signed_again_until_it_moves() {
    let mut m = model();
    bring(&mut m, vec![wanting("a", 900, 0)]);
    let prior = Prior::bare(4, id("a"), ActionKind::Authorize);
    m.priors.insert(id("a"), vec![prior]);
    press(&mut m, Command::Authorize);
    let flow = m.flow.as_ref().unwrap().id;
    update(&mut m, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(wanting("a", 900, 0))))));
    assert!(m.flow.as_ref().unwrap().ended().is_some());
    press(&mut m, Command::Back);
    let effects = bring(&mut m, vec![seen("a", KnownStatus::CryptoReceived, 5)]);
    assert!(matches!(&effects[..], [Effect::Settle(record)] if record.intent_seq == 4));
    assert_eq!(m.unknown_outcomes(), 0);
}

#[test]
fn read_only_refuses_every_action() {
    let mut m = model();
    m.session.read_only = true;
    bring(&mut m, vec![wanting("a", 900, 0)]);
    for command in [Command::Authorize, Command::ConfirmFiat, Command::CancelOrder] {
        assert!(press(&mut m, command).is_empty());
        assert!(m.flow.is_none());
    }
}

#[test]
fn choosing_a_user_narrows_the_orders_and_reads_their_payment_details() {
    let mut m = model();
    let user = UserId::parse("u-1").unwrap();
    m.people.add(user.clone());
    m.people.link(&id("a"), Some(&user), None);
    bring(&mut m, vec![seen("a", KnownStatus::Created, 0), seen("b", KnownStatus::Created, 0)]);
    m.pane = Pane::Users;
    let effects = press(&mut m, Command::Down(1));
    assert_eq!(m.ids(), [id("a")]);
    let focus = SyncRequest::Focus { order: Some(id("a")), user: Some(user) };
    assert_eq!(effects, [Effect::Sync(focus)]);
    press(&mut m, Command::Back);
    assert_eq!(m.visible.len(), 2);
}

#[test]
fn a_link_in_an_answer_is_learned_once() {
    let mut m = model();
    bring(&mut m, vec![seen("0", KnownStatus::Created, 0)]);
    let mut order = seen("a", KnownStatus::Created, 0);
    order.value.links.user = Some(UserId::parse("u-9").unwrap());
    assert_eq!(bring(&mut m, vec![order.clone()]).len(), 3);
    order.asked = at(1);
    assert!(bring(&mut m, vec![order]).is_empty());
}

#[test]
fn the_filter_works_while_it_is_typed_and_esc_clears_it() {
    let mut m = model();
    bring(&mut m, vec![seen("aaa", KnownStatus::Created, 0), seen("bbb", KnownStatus::Created, 0)]);
    press(&mut m, Command::Filter);
    update(&mut m, Msg::Paste("bbb\u{1b}".to_owned()));
    assert_eq!(m.ids(), [id("bbb")]);
    assert_eq!(m.selected, Some(id("bbb")));
    press(&mut m, Command::Accept);
    assert_eq!(m.visible.len(), 1);
    press(&mut m, Command::Back);
    assert_eq!(m.visible.len(), 2);
}

#[test]
fn a_bad_user_id_is_refused_at_the_field_and_nothing_typed_is_lost() {
    let mut m = model();
    press(&mut m, Command::AddUser);
    update(&mut m, Msg::Paste("not/an/id".to_owned()));
    assert!(press(&mut m, Command::Accept).is_empty());
    let Some(Modal::AddUser { input, error }) = &m.modal else { panic!() };
    assert_eq!(input.value(), "not/an/id");
    assert!(error.is_some());
}

#[test]
fn scopes_go_round_and_the_jump_finds_what_needs_the_operator() {
    let mut m = model();
    bring(
        &mut m,
        vec![seen("a", KnownStatus::CryptoReceived, 0), seen("b", KnownStatus::Completed, 0), wanting("c", 900, 0)],
    );
    assert_eq!(m.visible.len(), 2);
    m.selected = Some(id("a"));
    press(&mut m, Command::NextNeedsYou);
    assert_eq!(m.selected, Some(id("c")));
    press(&mut m, Command::Scope);
    assert_eq!((m.listing.scope, m.visible.len()), (Scope::NeedsYou, 1));
}

#[test]
fn time_alone_moves_an_order_up_when_its_countdown_runs_low() {
    let mut m = model();
    bring(&mut m, vec![wanting("a", 100, 0)]);
    assert_eq!(m.visible.stale_at, Some(Mono::new(Duration::from_secs(40))));
    tick(&mut m, 41);
    assert_eq!(m.visible.stale_at, Some(Mono::new(Duration::from_secs(100))));
}

#[test]
fn the_newer_actions_start_from_a_key_or_a_form_and_only_one_at_a_time() {
    use crate::app::flow::ActionRequest;
    use crate::domain::send_out::Destination;
    for (command, action) in [(Command::PaymentSent, ActionKind::PaymentSent), (Command::Refund, ActionKind::Refund)] {
        let mut m = model();
        m.selected = Some(id("a"));
        let effects = press(&mut m, command);
        assert!(matches!(&effects[..], [Effect::Flow(_, FlowEffect::ReadOrder(order))] if *order == id("a")));
        assert_eq!(m.flow.as_ref().unwrap().action, action);
    }
    let mut m = model();
    m.selected = Some(id("a"));
    press(&mut m, Command::SendOut);
    assert!(m.flow.is_none(), "a send-out needs a destination first");
    let destination = Destination { chain: "arbitrum".to_owned(), address: "0x1".to_owned() };
    let request = || ActionRequest::SendOut(destination.clone());
    assert_eq!(acting::start_with(&mut m, id("a"), request()).len(), 1);
    assert!(acting::start_with(&mut m, id("b"), request()).is_empty(), "one is on the screen already");
    assert_eq!(m.flow.as_ref().unwrap().request, request());
    let mut watching = model();
    watching.session.read_only = true;
    assert!(acting::start_with(&mut watching, id("a"), request()).is_empty());
    assert!(watching.flow.is_none());
}

/// What came back to the question a page asked last.
fn reply(model: &mut Model, effects: &[Effect], answer: Answer) -> Vec<Effect> {
    let Some(Effect::Ask(id, _)) = effects.iter().rev().find(|e| matches!(e, Effect::Ask(..))) else {
        panic!("nothing was asked: {effects:?}")
    };
    update(model, Msg::Answered(*id, Ok(Box::new(answer))))
}

#[test]
fn a_verdict_read_on_a_page_makes_the_user_be_read_again() {
    let user = UserId::parse("0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a01").unwrap();
    let watched = [Effect::Sync(SyncRequest::Watch(user.clone()))];
    for (word, reread) in [("IN_PROGRESS", false), ("VERIFIED", true), ("REJECTED", true)] {
        let mut m = model();
        let page = VerificationPage::new(user.clone());
        let asked = paging::open(&mut m, Page::Verification(page));
        let seen = Verification {
            status: KycStatus::from_wire(word),
            word: word.to_owned(),
            url: None,
            seconds_left: None,
            messages: Vec::new(),
        };
        let effects = reply(&mut m, &asked, Answer::Verification(seen));
        assert_eq!(effects.contains(&watched[0]), reread, "{word}");
    }
}

#[test]
fn a_webhook_test_counts_until_the_webhook_is_changed() {
    let mut m = model();
    let test = WebhookTest { delivered: true, http_status: Some(200) };
    for (request, answer, expected) in [
        (Request::TestWebhook, Answer::WebhookTest(test), Some(test)),
        (Request::Webhook, Answer::Webhook(Webhook::default()), Some(test)),
        (Request::RegisterWebhook("https://a.example".to_owned()), Answer::Webhook(Webhook::default()), None),
    ] {
        m.asked.insert(AskId(9), Asked { page: PageId(1), request });
        update(&mut m, Msg::Answered(AskId(9), Ok(Box::new(answer))));
        assert_eq!(m.webhook_test, expected);
    }
}
