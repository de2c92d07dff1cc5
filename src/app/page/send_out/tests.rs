//! Where it may go, and what a slip in the address comes to.

use super::*;
use crate::app::command::Command;
use crate::app::page::testing::{Desk, on_ramp, order_id, typed};
use crate::domain::status::KnownStatus;

const EVM: &str = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const TRON: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";

fn desk() -> Desk {
    let mut desk = Desk::new();
    let mut order = on_ramp("o-1", KnownStatus::Completed);
    order.allowed_actions = vec![AllowedAction::AuthorizeBridge];
    desk.observe(order);
    desk
}

fn chain(name: &str, kind: &str) -> SendOutRoute {
    SendOutRoute { chain: name.to_owned(), chain_type: Some(kind.to_owned()), ..SendOutRoute::default() }
}

fn open(desk: &Desk, routes: Result<&Answer, &Failure>) -> SendOutPage {
    let mut page = SendOutPage::new(order_id("o-1"));
    let steps = page.shown(desk.context());
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    assert_eq!(*request, Request::SendOutRoutes { crypto: "USDT".to_owned() });
    page.answered(request, routes, desk.context());
    page
}

fn submit(page: &mut SendOutPage, desk: &Desk) -> Vec<Step> {
    let step = page.form.command(Command::Submit);
    page.form_step(step, desk.context())
}

#[test]
fn the_address_is_held_to_the_form_of_the_chosen_chain() {
    let desk = desk();
    let routes = Answer::Routes(vec![chain("Arbitrum One", "EVM"), chain("Tron", "TVM")]);
    let mut page = open(&desk, Ok(&routes));
    typed(&mut page.form, ADDRESS, EVM);
    assert!(submit(&mut page, &desk).is_empty(), "of several chains none is chosen for the operator");
    assert_eq!(page.form.fields()[page.form.focus()].name, CHAIN);
    typed(&mut page.form, CHAIN, "Arbitrum");
    page.form_step(FormStep::Changed(CHAIN.to_owned()), desk.context());
    typed(&mut page.form, ADDRESS, TRON);
    assert!(submit(&mut page, &desk).is_empty(), "an address of Tron on Arbitrum");
    typed(&mut page.form, CHAIN, "Tron");
    page.form_step(FormStep::Changed(CHAIN.to_owned()), desk.context());
    let steps = submit(&mut page, &desk);
    let [Step::ActWith(order, ActionRequest::SendOut(to))] = &steps[..] else { panic!("{steps:?}") };
    assert_eq!((order, to.chain.as_str(), to.address.as_str()), (&order_id("o-1"), "Tron", TRON));
}

#[test]
fn without_routes_the_chain_is_typed() {
    let desk = desk();
    let failure = Failure::not_sent("404 page not found", "");
    let mut page = open(&desk, Err(&failure));
    typed(&mut page.form, CHAIN, "arbitrum");
    page.form_step(FormStep::Changed(CHAIN.to_owned()), desk.context());
    typed(&mut page.form, ADDRESS, &EVM.replace("dAC", "daC"));
    assert!(submit(&mut page, &desk).is_empty(), "a wrong checksum");
    typed(&mut page.form, ADDRESS, EVM);
    let steps = submit(&mut page, &desk);
    assert!(matches!(&steps[..], [Step::ActWith(_, ActionRequest::SendOut(to))] if to.address == EVM));
}

#[test]
fn an_order_that_offers_no_send_out_sends_nothing() {
    let mut desk = desk();
    let mut page = open(&desk, Ok(&Answer::Routes(vec![chain("Arbitrum One", "EVM")])));
    typed(&mut page.form, ADDRESS, EVM);
    desk.observe(on_ramp("o-1", KnownStatus::SendOutPending));
    assert!(submit(&mut page, &desk).is_empty());
    assert!(page.form.problem().is_some_and(|p| p.what.contains("does not offer a send-out")));
}
