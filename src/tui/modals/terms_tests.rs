//! Every question is seen whole on 80 columns and 24 rows, and says what a yes does.

use crate::signing::review::Grounds;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::app::arming::Arming;
use crate::app::flow::fixtures_tests::{
    ESCROW, FORWARDER, SIGNER, SOLVER, THERE, TOKEN, asking_who_pays, at, bought, destination, id, payable,
    prepared_refund, prepared_send_out, seen, stopped, terse_bridge,
};
use crate::app::flow::{ActionRequest, FlowEvent, Parameters, Prepared, Prior, State, Trace};
use crate::app::model::{EnvironmentKind, Session};
use crate::app::update::acting::start_with;
use crate::app::{Model, Msg, update};
use crate::domain::payment::Payer;
use crate::domain::resend::{Bytes, Kept};
use crate::domain::{ActionKind, Order};
use crate::tui::theme::Theme;
use crate::tui::view;

fn asked(order: Order, request: ActionRequest, prepared: Option<Prepared>) -> Model {
    let session = Session {
        profile: "test".to_owned(),
        api_url: "https://api-staging.unigox.com".to_owned(),
        environment: EnvironmentKind::Staging,
        read_only: false,
        signer: Some(SIGNER),
        actions_blocked: None,
    };
    let mut model = Model::new(at(2), session);
    model.arming = Arming::default().armed(at(2));
    start_with(&mut model, id(), request);
    let flow = model.flow.as_ref().unwrap().id;
    update(&mut model, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(seen(order, 2))))));
    if let Some(prepared) = prepared {
        update(&mut model, Msg::Flow(flow, FlowEvent::Prepared(Ok(Box::new(prepared)))));
    }
    update(&mut model, Msg::Drawn);
    let mut later = at(2);
    later.mono = later.mono + Duration::from_millis(500);
    update(&mut model, Msg::Tick(later));
    model
}

fn screen(model: &Model) -> String {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| view(model, Theme::colour(), frame)).unwrap();
    terminal.backend().to_string()
}

/// The screen, after making sure that the question is whole on it.
fn question(order: Order, request: ActionRequest, prepared: Option<Prepared>) -> String {
    let model = asked(order, request, prepared);
    let state = &model.flow.as_ref().unwrap().state;
    assert!(matches!(state, State::Reviewing(_)), "{state:?}");
    let screen = screen(&model);
    assert!(screen.contains("[y] YES"), "{screen}");
    assert!(!screen.contains("more below"), "{screen}");
    assert!(screen.contains(id().as_str()), "{screen}");
    screen
}

fn says(screen: &str, parts: &[&str]) {
    for part in parts {
        assert!(screen.contains(part), "{part} is missing:\n{screen}");
    }
}

#[test]
fn a_send_out_says_what_leaves_what_arrives_and_where() {
    let all = [SIGNER, SOLVER, TOKEN, FORWARDER].map(|address| address.to_string());
    let screen = question(bought(), ActionRequest::SendOut(destination()), Some(prepared_send_out(2)));
    says(&screen, &["SEND OUT", "100 USDT", "99 USDT", "Arbitrum One", THERE, "660279", "nonce 7", "cannot be undone"]);
    says(&screen, &all.each_ref().map(String::as_str));
}

#[test]
fn a_send_out_answered_in_the_baselines_few_words_is_whole_as_well() {
    let mut far = terse_bridge(2);
    far.expires_at = None;
    let mut destination = destination();
    destination.address = "T".repeat(128);
    destination.chain = "Somewhere".to_owned();
    let parameters = Parameters::SendOut(seen(far, 2), None);
    let prepared = Prepared { parameters, signer: SIGNER, grounds: Grounds::simulated() };
    let screen = question(bought(), ActionRequest::SendOut(destination), Some(prepared));
    says(&screen, &["99000000 smallest units", "Somewhere", "does not repeat it", "only the calldata names it"]);
}

#[test]
fn a_refund_says_that_everything_comes_back_to_us() {
    let screen = question(stopped(), ActionRequest::Refund, Some(prepared_refund(2)));
    let all = [SIGNER, ESCROW, TOKEN].map(|address| address.to_string());
    says(&screen, &["REFUND", "101.5", "101500000", "whole funded amount", "our own address", "no authorization"]);
    says(&screen, &all.each_ref().map(String::as_str));
}

#[test]
fn payment_sent_says_that_the_vendor_is_told() {
    let screen = question(payable(), ActionRequest::PaymentSent, None);
    says(&screen, &["Yes tells the vendor", "152,880.00 NGN were PAID"]);
}

#[test]
fn payer_details_are_shown_without_their_numbers() {
    let fields = ["account_number", "account_name", "bank_code", "branch", "reference"];
    let details = fields.map(|name| (name.to_owned(), "0123456789".to_owned())).to_vec();
    let payer = Payer::Inline { method: 3, network: 4, details, country: Some("NG".to_owned()) };
    let screen = question(asking_who_pays(), ActionRequest::PayerDetails(payer), None);
    says(&screen, &["method 3, network 4, NG", "account_number ••••6789", "reference"]);
    assert!(!screen.contains("0123456789"), "{screen}");
}

#[test]
fn what_is_sent_again_is_shown_whole_as_it_was_agreed_to() {
    let facts = [
        ("amount", "100".to_owned()),
        ("crypto_currency", "USDT".to_owned()),
        ("destination_chain", "Arbitrum One".to_owned()),
        ("destination_address", THERE.to_owned()),
        ("from", SIGNER.to_string()),
        ("recipient", SOLVER.to_string()),
        ("to", TOKEN.to_string()),
        ("forwarder", FORWARDER.to_string()),
        ("chain_id", "660279".to_owned()),
        ("nonce", "7".to_owned()),
        ("digest", format!("0x{}", "ab".repeat(32))),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let deadline = u64::try_from(at(900).wall.timestamp()).unwrap();
    let bytes = Bytes { path: String::new(), body: "0xfeed".to_owned(), sha256: "cd".repeat(32) };
    let kept = Kept::from_journal((3, id(), ActionKind::SendOut, at(0).wall), Some(deadline), facts, bytes);

    let mut model = asked(payable(), ActionRequest::PaymentSent, None);
    model.flow = None;
    let mut prior = Prior { deadline: Some(deadline), ..Prior::bare(3, id(), ActionKind::SendOut) };
    prior.origin.trace = Trace::Kept { resent: false };
    model.priors.insert(id(), vec![prior]);
    start_with(&mut model, id(), ActionRequest::SendOut(destination()));
    let flow = model.flow.as_ref().unwrap().id;
    update(&mut model, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(seen(bought(), 2))))));
    update(&mut model, Msg::Flow(flow, FlowEvent::Recalled(Ok(Box::new(kept)))));
    update(&mut model, Msg::Drawn);
    let mut later = at(2);
    later.mono = later.mono + Duration::from_millis(1_500);
    update(&mut model, Msg::Tick(later));
    let screen = screen(&model);
    assert!(screen.contains("[y] YES") && !screen.contains("more below") && !screen.contains("feed"), "{screen}");
    let lines = [
        "got no answer",
        "signed bytes are sent again",
        "100 USDT",
        "Arbitrum One",
        THERE,
        "nonce 7",
        "3 in the journal",
    ];
    says(&screen, &lines);
    says(&screen, &[SIGNER, SOLVER, TOKEN, FORWARDER].map(|a| a.to_string()).each_ref().map(String::as_str));
    says(&screen, &["ab".repeat(32), "cd".repeat(32)].each_ref().map(String::as_str));
}
