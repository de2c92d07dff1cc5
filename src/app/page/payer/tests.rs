//! What the page offers to choose from, and what it hands over.

use super::*;
use crate::app::command::Command;
use crate::app::page::testing::{Desk, on_ramp, order_id, profile, typed, user_id};
use crate::domain::AllowedAction;
use crate::domain::status::KnownStatus;

fn asking() -> crate::domain::Order {
    let mut order = on_ramp("o-1", KnownStatus::AwaitingFiatTransfer);
    order.payment_request = Some(true);
    order.allowed_actions = vec![AllowedAction::SubmitPayerDetails];
    order
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.observe(asking());
    desk.people.link(&order_id("o-1"), Some(&user_id("u-1")), None);
    desk
}

fn open(desk: &Desk) -> PayerPage {
    let mut page = PayerPage::new(order_id("o-1"));
    let steps = page.shown(desk.context());
    assert!(matches!(&steps[..], [Step::Ask(Request::Payments(user))] if *user == user_id("u-1")));
    let request = Request::Payments(user_id("u-1"));
    let answer = Answer::Payments(vec![profile("7", "NGN"), profile("8", "KES")]);
    page.answered(&request, Ok(&answer), desk.context());
    page
}

fn submit(page: &mut PayerPage, desk: &Desk) -> Vec<Step> {
    let step = page.form.command(Command::Submit);
    page.form_step(step, desk.context())
}

#[test]
fn a_profile_in_the_orders_currency_is_handed_over() {
    let desk = desk();
    let mut page = open(&desk);
    assert_eq!(page.of_other_currencies(), 1);
    let label = &page.form.field(PAYER).unwrap().choice_made().unwrap().label;
    assert_eq!(label, "#7 · nip-nigeria · NGN · Access Bank · ••••6789");
    let steps = submit(&mut page, &desk);
    let [Step::ActWith(order, ActionRequest::PayerDetails(Payer::Profile(id)))] = &steps[..] else {
        panic!("{steps:?}");
    };
    assert_eq!((order, id.as_str()), (&order_id("o-1"), "7"));
}

#[test]
fn somebody_elses_details_are_typed() {
    let desk = desk();
    let mut page = open(&desk);
    let step = page.form.command(Command::Down(1));
    page.form_step(step, desk.context());
    assert!(submit(&mut page, &desk).is_empty(), "fields are missing");
    for (name, value) in [(METHOD, "12"), (NETWORK, "3"), (DETAILS, "account_number=0123456789; name=Ada Obi")] {
        typed(&mut page.form, name, value);
    }
    let steps = submit(&mut page, &desk);
    let [Step::ActWith(_, ActionRequest::PayerDetails(Payer::Inline { method, network, details, country }))] =
        &steps[..]
    else {
        panic!("{steps:?}");
    };
    assert_eq!((*method, *network, details.len(), country), (12, 3, 2, &None));
}

#[test]
fn an_order_that_does_not_ask_is_told_nothing() {
    let mut desk = desk();
    let mut page = open(&desk);
    let mut order = asking();
    order.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
    desk.observe(order);
    assert!(submit(&mut page, &desk).is_empty());
    assert!(page.form.problem().is_some_and(|p| p.what.contains("does not ask who pays")));
}

#[test]
fn once_the_order_took_it_the_page_closes() {
    let mut desk = desk();
    let mut page = open(&desk);
    submit(&mut page, &desk);
    assert!(page.tick(desk.context()).is_empty());
    let mut order = asking();
    order.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
    desk.observe(order);
    assert!(matches!(page.tick(desk.context())[..], [Step::Close]));
}

#[test]
fn what_the_api_refuses_lands_at_the_field_it_names_and_the_form_stays() {
    let mut desk = desk();
    let mut page = open(&desk);
    typed(&mut page.form, PAYER, "somebody else");
    page.form_step(FormStep::Changed(PAYER.to_owned()), desk.context());
    for (name, value) in [(METHOD, "5"), (NETWORK, "12"), (DETAILS, "account_number=0123456789")] {
        typed(&mut page.form, name, value);
    }
    assert_eq!(submit(&mut page, &desk).len(), 1);
    let no = Failure::not_sent("not a network of NGN", "").about(&["payment_details.payment_network_id"]);
    page.came_to_nothing(&crate::app::page::testing::order_id("other"), &no);
    assert!(page.form.field(NETWORK).unwrap().refused.is_none(), "another order's");
    page.came_to_nothing(&page.order.clone(), &no);
    assert_eq!(page.form.fields()[page.form.focus()].name, NETWORK);
    assert_eq!(page.form.field(NETWORK).unwrap().problem().as_deref(), Some("not a network of NGN"));
    assert_eq!(page.form.value(DETAILS), "account_number=0123456789");
    let mut order = asking();
    order.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
    desk.observe(order);
    assert!(page.tick(desk.context()).is_empty(), "a form being corrected does not vanish");
}
