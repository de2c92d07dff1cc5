//! What an operator is told about an on-ramp order, and what its keys do.

use super::*;
use crate::app::page::testing::{Desk, amount, on_ramp, order_id};
use crate::domain::order::VendorPaymentDetails;
use crate::domain::{AllowedAction, NextAction};

fn vendor(order: &mut Order) {
    order.vendor = Some(VendorPaymentDetails {
        method: Some("Access Bank".to_owned()),
        network: Some("NIP".to_owned()),
        details: vec![("account_number".to_owned(), "0123456789\u{202e}".to_owned())],
    });
}

fn payable() -> Order {
    let mut order = on_ramp("o-1", KnownStatus::AwaitingFiatTransfer);
    order.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
    vendor(&mut order);
    order
}

#[test]
fn before_the_escrow_is_funded_nobody_must_pay() {
    for status in [KnownStatus::AwaitingLiquidityProvider, KnownStatus::AwaitingVendorEscrowFunding] {
        let need = need(&on_ramp("o-1", status));
        assert_eq!(need.turn, Turn::Others);
        assert!(need.words.contains("Nobody must pay"), "{}", need.words);
    }
}

#[test]
fn the_turn_is_the_operators_though_the_api_names_no_action() {
    let mut order = payable();
    assert_eq!(need(&order).turn, Turn::Yours);
    assert!(need(&order).words.contains("exactly 152880 NGN, say so: p"));
    order.payment_request = Some(true);
    order.allowed_actions.push(AllowedAction::SubmitPayerDetails);
    assert!(need(&order).words.contains("who pays: s"));
    order.allowed_actions = vec![AllowedAction::Cancel];
    assert_eq!(need(&order).turn, Turn::Others);
}

#[test]
fn a_customer_who_pays_from_their_own_account_leaves_nothing_to_press() {
    let mut order = payable();
    order.funding_source = Some("own_account".to_owned());
    assert_eq!(need(&order).turn, Turn::Others);
    order.funding_source = None;
    order.next_action = Some(NextAction::DepositToUserAccount);
    let need = need(&order);
    assert!(need.words.contains("Nothing to press"), "{}", need.words);
    let mut desk = Desk::new();
    desk.observe(order);
    assert!(!OnRamp::new(order_id("o-1")).offers(desk.context()).iter().any(|offer| offer.key == 'p'));
}

#[test]
fn one_key_copies_all_and_a_digit_one_line_without_tricks_in_the_text() {
    let mut desk = Desk::new();
    desk.observe(payable());
    let mut page = OnRamp::new(order_id("o-1"));
    let copied = |steps: Vec<Step>| match steps.into_iter().next() {
        Some(Step::Copy { text, .. }) => text,
        other => panic!("{other:?}"),
    };
    let all = copied(page.key('c', desk.context()));
    assert_eq!(all, "amount: 152880 NGN\nmethod: Access Bank\nnetwork: NIP\naccount_number: 0123456789\\u{202e}");
    assert_eq!(copied(page.key('2', desk.context())), "Access Bank");
    assert!(page.key('9', desk.context()).is_empty());
}

#[test]
fn payment_sent_acts_on_this_order_whatever_is_selected_in_the_list() {
    let mut desk = Desk::new();
    desk.observe(payable());
    let steps = OnRamp::new(order_id("o-1")).key('p', desk.context());
    assert!(matches!(&steps[..], [Step::ActWith(order, ActionRequest::PaymentSent)] if *order == order_id("o-1")));
}

#[test]
fn a_sent_out_order_gives_its_hash() {
    let mut desk = Desk::new();
    let mut order = on_ramp("o-1", KnownStatus::SendOutCompleted);
    order.send_out_tx_hash = Some("0xabc".to_owned());
    order.amounts.fiat = Some(amount("1"));
    desk.observe(order);
    let mut page = OnRamp::new(order_id("o-1"));
    assert!(page.offers(desk.context()).iter().any(|offer| offer.key == 'h'));
    assert!(matches!(&page.key('h', desk.context())[..], [Step::Copy { text, .. }] if text == "0xabc"));
}
