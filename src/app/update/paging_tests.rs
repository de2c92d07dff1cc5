//! Keys, answers and pages: what reaches which page, and what a key may mean on it.

use std::time::Duration;

use chrono::DateTime;

use super::super::update;
use super::*;
use crate::app::flow::FlowEvent;
use crate::app::msg::{Msg, SyncMsg};
use crate::app::page::testing::{on_ramp, session};
use crate::domain::AllowedAction;
use crate::domain::status::KnownStatus;
use crate::domain::{Mono, Observed, PaymentDetailsId, PaymentProfile};

fn at(ms: u64) -> Now {
    let wall = DateTime::from_timestamp_millis(1_770_000_000_000 + ms.cast_signed()).unwrap();
    Now { mono: Mono::new(Duration::from_millis(ms)), wall }
}

fn model() -> Model {
    let mut model = Model::new(at(0), session());
    model.arming = crate::app::arming::Arming::default().armed(at(0));
    update(&mut model, Msg::Resized(120, 40));
    model
}

fn user(last: u8) -> UserId {
    UserId::parse(&format!("0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a0{last}")).unwrap()
}

/// A user with one profile of this id.
fn with_profile(model: &mut Model, user: &UserId, id: &str) -> PaymentDetailsId {
    let profile = PaymentProfile {
        id: PaymentDetailsId::parse(id).unwrap(),
        rail: "nip-nigeria".to_owned(),
        currency: "NGN".to_owned(),
        institution: None,
        details: Vec::new(),
    };
    model.people.add(user.clone());
    let value = vec![profile];
    let seen = Observed { value, asked: model.now, answered: model.now, server_date: None };
    update(model, Msg::Sync(SyncMsg::Payments(user.clone(), seen)));
    PaymentDetailsId::parse(id).unwrap()
}

fn press(model: &mut Model, command: Command) -> Vec<Effect> {
    update(model, Msg::Command { command, alone: true })
}

fn asked(effects: &[Effect]) -> Vec<AskId> {
    effects.iter().filter_map(|e| if let Effect::Ask(id, _) = e { Some(*id) } else { None }).collect()
}

/// The question whether to delete user 1's payment details, just drawn.
fn question() -> Model {
    let mut model = model();
    let chosen = with_profile(&mut model, &user(1), "7");
    model.listing.user = Some(user(1));
    model.selected_payment = Some(chosen);
    press(&mut model, Command::RemovePayment);
    update(&mut model, Msg::Drawn);
    model
}

#[test]
fn a_y_within_a_word_typed_at_a_question_is_no_yes() {
    let mut model = question();
    for (ms, key) in [(300, 'm'), (500, 'a'), (700, 'y')] {
        update(&mut model, Msg::Tick(at(ms)));
        assert!(asked(&press(&mut model, Command::Letter(key))).is_empty(), "{key}");
    }
    update(&mut model, Msg::Tick(at(1_101)));
    assert_eq!(asked(&press(&mut model, Command::Letter('y'))).len(), 1);
}

#[test]
fn payment_details_chosen_for_one_user_are_not_deleted_for_another() {
    let mut model = question();
    press(&mut model, Command::Back);
    with_profile(&mut model, &user(2), "9");
    model.listing.user = Some(user(2));
    press(&mut model, Command::RemovePayment);
    assert_eq!(model.pages.depth(), 0);
    assert_eq!(model.chosen_payment(), None);
}

#[test]
fn what_became_of_a_write_whose_page_was_left_is_said() {
    let lost = Failure { kind: FailureKind::Unknown, what: "no answer".to_owned(), ..Failure::default() };
    for (result, words) in [(Ok(Box::new(Answer::Done)), "it was done: deleting"), (Err(lost), "details: no answer")] {
        let mut model = question();
        update(&mut model, Msg::Tick(at(1_000)));
        let ids = asked(&press(&mut model, Command::Letter('y')));
        press(&mut model, Command::Back);
        update(&mut model, Msg::Answered(ids[0], result));
        let said = model.notice().unwrap();
        assert!(said.text.contains(words), "{}", said.text);
    }
}

#[test]
fn each_form_asks_anew_before_what_was_typed_is_thrown_away() {
    let mut model = model();
    let typed = |model: &mut Model| {
        press(model, Command::NewUser);
        update(model, Msg::Edit(InputRequest::InsertChar('a')));
    };
    typed(&mut model);
    press(&mut model, Command::Back);
    assert_eq!(model.pages.depth(), 1, "the first Esc only warns");
    update(&mut model, Msg::Edit(InputRequest::InsertChar('b')));
    press(&mut model, Command::Back);
    assert_eq!(model.pages.depth(), 1, "typing on means staying");
    press(&mut model, Command::Back);
    assert_eq!(model.pages.depth(), 0);
    typed(&mut model);
    press(&mut model, Command::Back);
    assert_eq!(model.pages.depth(), 1);
}

#[test]
fn a_result_that_is_closed_leaves_the_form_with_what_was_typed_and_what_went_wrong() {
    let mut model = model();
    let mut order = on_ramp("o-1", KnownStatus::Completed);
    order.allowed_actions = vec![AllowedAction::AuthorizeBridge];
    let orders = vec![Observed { value: order, asked: at(0), answered: at(0), server_date: None }];
    update(&mut model, Msg::Sync(SyncMsg::Orders { orders, set_aside: Vec::new() }));
    model.selected = OrderId::parse("o-1").ok();
    let ids = asked(&press(&mut model, Command::SendOut));
    update(&mut model, Msg::Answered(ids[0], Err(Failure::not_sent("no list", ""))));
    for text in ["arbitrum", "0xdAC17F958D2ee523a2206206994597C13D831ec7"] {
        update(&mut model, Msg::Paste(text.to_owned()));
        press(&mut model, Command::NextField);
    }
    press(&mut model, Command::Submit);
    let flow = model.flow.as_ref().unwrap().id;
    let failure = Failure::not_sent("not served", "").about(&["destination_chain"]);
    update(&mut model, Msg::Flow(flow, FlowEvent::OrderRead(Err(failure))));
    press(&mut model, Command::Back);
    let form = model.pages.top().unwrap().behave().form().unwrap();
    assert_eq!(form.field("destination_chain").unwrap().problem().as_deref(), Some("not served"));
    assert_eq!(form.value("destination_chain"), "arbitrum");
}
