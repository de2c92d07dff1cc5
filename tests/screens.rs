//! What an operator sees: whole screens, drawn from the simulated world at a fixed moment.
//!
//! Snapshots are text; styles are checked where they carry meaning.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "screens/aging.rs"]
mod aging;
#[path = "screens/redrawn.rs"]
mod redrawn;

use std::time::Duration;

use alloy_primitives::{Address, address};
use chrono::{DateTime, Utc};
use ramptop::api::wire;
use ramptop::app::arming::{ArmId, Arming, By};
use ramptop::app::flow::{FlowEvent, Parameters, Prepared};
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::msg::SetAsideNote;
use ramptop::app::{Command, Failure, FailureKind, Model, Msg, SyncMsg, update};
use ramptop::domain::Amount;
use ramptop::domain::chain::{ChainFacts, Fact, Question};
use ramptop::domain::forward::TransferParameters;
use ramptop::domain::past::Past;
use ramptop::domain::pins::{Pinning, Pins, RecipientRule, TokenPin};
use ramptop::domain::policy::{Caps, Policy};
use ramptop::domain::{Mono, Now, Observed, Order, OrderId, UserId};
use ramptop::sandbox::{SandboxConfig, Scenario, World, wire as answers};
use ramptop::signing::review::ChainWord;
use ramptop::signing::review::Grounds;
use ramptop::signing::review::SignatureFacts;
use ramptop::tui::{Theme, shows_question_whole, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use tui_input::InputRequest;

const SENDER: Address = address!("0x00000000000000000000000000000000DeaDBeef");

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: start() + Duration::from_millis(ms) }
}

fn observed<T>(value: T, ms: u64) -> Observed<T> {
    Observed { value, asked: at(ms), answered: at(ms), server_date: Some(at(ms).wall) }
}

fn world() -> World {
    World::new(&SandboxConfig::new(SENDER, start()))
}

fn orders(world: &World) -> Vec<Order> {
    let json = |o| serde_json::to_string(&answers::order(world, o)).unwrap();
    world.orders().iter().map(|o| wire::order::read_order(&json(o)).unwrap()).collect()
}

fn session() -> Session {
    Session {
        profile: "embedded".to_owned(),
        api_url: "http://127.0.0.1:4000".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: Some(SENDER),
        actions_blocked: None,
    }
}

/// The dashboard two seconds after its first answer, with users and payment profiles read.
fn dashboard() -> (Model, World) {
    dashboard_of(world())
}

/// The same of another world.
fn dashboard_of(world: World) -> (Model, World) {
    let mut model = Model::new(at(0), session());
    model.arming = Arming::default().armed(at(0));
    let seen = orders(&world).into_iter().map(|o| observed(o, 1_000)).collect();
    tick(&mut model, 1_000);
    update(&mut model, Msg::Sync(SyncMsg::Answered { skew_seconds: Some(0) }));
    for (order, user, payment) in world.order_owners() {
        model.people.link(&order, Some(&user), Some(&payment));
    }
    for id in world.user_ids() {
        add_user(&mut model, &world, &id);
    }
    update(&mut model, Msg::Sync(SyncMsg::Orders { orders: seen, set_aside: Vec::new() }));
    tick(&mut model, 3_000);
    (model, world)
}

fn add_user(model: &mut Model, world: &World, id: &UserId) {
    let user = world.user(id.as_str().parse().unwrap()).unwrap();
    let json = answers::user(world, user).to_string();
    model.people.add(id.clone());
    model.people.read(observed(wire::user::read_user(&json, id).unwrap(), 1_000));
}

fn tick(model: &mut Model, ms: u64) {
    update(model, Msg::Tick(at(ms)));
}

fn press(model: &mut Model, command: Command) {
    update(model, Msg::Command { command, alone: true });
}

fn screen(model: &Model, width: u16, height: u16) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, Theme::colour(), frame)).unwrap();
    terminal
}

fn text(model: &Model, width: u16, height: u16) -> String {
    screen(model, width, height).backend().to_string()
}

/// Opens the question to authorize the first order, drawn and with the gate open.
fn authorize_question(model: &mut Model, world: &World) {
    authorize_on(model, world, |_| Grounds::simulated());
}

fn authorize_on(model: &mut Model, world: &World, grounds: impl FnOnce(&TransferParameters) -> Grounds) {
    let id = model.selected.clone().unwrap();
    press(model, Command::Authorize);
    let flow = model.flow.as_ref().unwrap().id;
    let order = model.orders.get(&id).unwrap().seen.value.clone();
    update(model, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(observed(order, 3_000))))));
    let uuid = id.as_str().parse().unwrap();
    let parameters = answers::parameters(world, world.order(uuid).unwrap(), "http://127.0.0.1:4000/rpc");
    let json = serde_json::to_string(&parameters).unwrap();
    let parameters = observed(wire::parameters::read_parameters(&json, &id).unwrap(), 3_000);
    let grounds = grounds(&parameters.value);
    let prepared = Prepared { parameters: Parameters::Transfer(parameters), signer: SENDER, grounds };
    update(model, Msg::Flow(flow, FlowEvent::Prepared(Ok(Box::new(prepared)))));
    update(model, Msg::Drawn);
    tick(model, 3_500);
}

/// The most that can have to be said: a new recipient, a chain node that does not answer, and an
/// amount that has to be typed.
fn demanding(p: &TransferParameters) -> Grounds {
    let token = TokenPin { address: p.token, decimals: p.decimals };
    let pins = Pins {
        chain_id: p.chain_id,
        forwarder: p.forwarder,
        domain_name: "SyntheticAssetForwarder".to_owned(),
        domain_version: "1".to_owned(),
        sender: SENDER,
        tokens: [("USDT".to_owned(), token)].into(),
        escrows: RecipientRule::PerOrder,
        solvers: RecipientRule::PerOrder,
    };
    let caps = Caps { type_above: Amount::parse("1000").ok(), ..Caps::default() };
    let policy = Policy { caps: [("USDT".to_owned(), caps)].into(), ..Policy::default() };
    let why = "the chain node at https://rpc.example did not answer within five seconds".to_owned();
    let facts = ChainFacts {
        asked: at(3_000),
        answered: at(3_000),
        about: Question { forwarder: p.forwarder, token: p.token, payer: SENDER },
        chain_id: Fact::Unreachable(why.clone()),
        block: Fact::Unreachable(why.clone()),
        nonce: Fact::Unreachable(why.clone()),
        forwarder_domain: Fact::Unreachable(why.clone()),
        balance: Fact::Unreachable(why.clone()),
        decimals: Fact::Unreachable(why.clone()),
        token_domain: Fact::Unreachable(why),
    };
    Grounds {
        pinning: Pinning::Pinned(Box::new(pins)),
        policy: Ok(policy),
        past: Ok(Past::default()),
        chain: ChainWord::Answered(Box::new(facts)),
    }
}

fn type_text(model: &mut Model, text: &str) {
    text.chars().for_each(|c| drop(update(model, Msg::Edit(InputRequest::InsertChar(c)))));
}

#[test]
fn an_amount_that_has_to_be_typed_is_typed_before_a_yes_counts() {
    let (mut model, world) = dashboard();
    authorize_on(&mut model, &world, demanding);
    let screen = text(&model, 80, 24);
    assert!(!screen.contains("more below") && !screen.contains("[y]"), "{screen}");
    for part in
        ["381 new", "rpc-chain-id and 7 more", "did not answer", "type the amount you pay", "digest", "[Esc] no"]
    {
        assert!(screen.contains(part), "{part} is missing:\n{screen}");
    }
    insta::assert_snapshot!("demanding_80x24", screen);
    let yes = |model: &mut Model| update(model, Msg::Command { command: Command::Yes, alone: true });
    assert!(yes(&mut model).is_empty());
    type_text(&mut model, "3351.5502");
    assert!(yes(&mut model).is_empty(), "almost is not the amount");
    update(&mut model, Msg::Edit(InputRequest::DeletePrevChar));
    update(&mut model, Msg::Paste("3".to_owned()));
    assert!(yes(&mut model).is_empty(), "pasting is not typing");
    type_text(&mut model, "3");
    assert!(text(&model, 80, 24).contains("[y] YES"));
    assert_eq!(yes(&mut model).len(), 1);
}

/// Every fact that could not be had has a reason of its own.
#[test]
fn a_question_that_does_not_fit_is_not_answered() {
    let (mut model, world) = dashboard();
    authorize_on(&mut model, &world, |p| {
        let mut grounds = demanding(p);
        if let ChainWord::Answered(facts) = &mut grounds.chain {
            let why = |n: u8| format!("{n}. the node answered this one question with a page of HTML and nothing else");
            (facts.chain_id, facts.nonce) = (Fact::Unreachable(why(1)), Fact::Unreachable(why(2)));
            (facts.balance, facts.decimals) = (Fact::Unreachable(why(3)), Fact::Unreachable(why(4)));
        }
        grounds
    });
    let screen = text(&model, 80, 24);
    assert!(screen.contains("too small to show all of this") && !screen.contains("[y]"), "{screen}");
    assert!(!shows_question_whole(&model, Theme::colour()), "so that the loop never says that it was drawn");
    update(&mut model, Msg::Resized(80, 40));
    assert!(shows_question_whole(&model, Theme::colour()));
    let screen = text(&model, 80, 40);
    assert!(screen.contains("4. the node answered") && !screen.contains("too small"), "{screen}");
}

#[test]
fn the_dashboard_at_three_sizes() {
    let (model, _) = dashboard();
    insta::assert_snapshot!("dashboard_80x24", text(&model, 80, 24));
    insta::assert_snapshot!("dashboard_120x40", text(&model, 120, 40));
    insta::assert_snapshot!("dashboard_200x50", text(&model, 200, 50));
}

#[test]
fn every_pane_has_its_place_on_a_small_screen() {
    let (mut model, _) = dashboard();
    press(&mut model, Command::Pane(1));
    insta::assert_snapshot!("users_80x24", text(&model, 80, 24));
    press(&mut model, Command::Pane(2));
    insta::assert_snapshot!("payments_80x24", text(&model, 80, 24));
    press(&mut model, Command::Pane(4));
    insta::assert_snapshot!("order_80x24", text(&model, 80, 24));
}

#[test]
fn a_screen_too_small_says_so_and_still_counts() {
    let (model, _) = dashboard();
    insta::assert_snapshot!("too_small_50x10", text(&model, 50, 10));
}

#[test]
fn the_question_shows_everything_that_is_signed_at_every_size() {
    let (mut model, world) = dashboard();
    authorize_question(&mut model, &world);
    insta::assert_snapshot!("authorize_80x24", text(&model, 80, 24));
    for (width, height) in [(80, 24), (120, 40), (200, 50)] {
        let screen = text(&model, width, height);
        let flow = model.flow.as_ref().unwrap();
        let ramptop::app::flow::State::Reviewing(reviewing) = &flow.state else { panic!("{:?}", flow.state) };
        let Some((SignatureFacts::Transfer(facts), _)) = &reviewing.signature else { panic!("no transfer") };
        for fact in [
            flow.order.to_string(),
            facts.payer.to_string(),
            facts.recipient.to_string(),
            facts.token.to_string(),
            facts.forwarder.to_string(),
            facts.chain_id.to_string(),
            facts.amount_atomic.to_string(),
            facts.digest.unwrap().to_string(),
        ] {
            assert!(screen.contains(&fact), "{fact} is not on the screen of {width}x{height}:\n{screen}");
        }
    }
}

#[test]
fn a_refusal_lists_every_reason() {
    let (mut model, world) = dashboard();
    let id = model.selected.clone().unwrap();
    press(&mut model, Command::Authorize);
    let flow = model.flow.as_ref().unwrap().id;
    let order = model.orders.get(&id).unwrap().seen.value.clone();
    update(&mut model, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(observed(order, 3_000))))));
    let uuid = id.as_str().parse().unwrap();
    let parameters = answers::parameters(&world, world.order(uuid).unwrap(), "http://127.0.0.1:4000/rpc");
    let json = serde_json::to_string(&parameters).unwrap();
    let mut parameters = observed(wire::parameters::read_parameters(&json, &id).unwrap(), 3_000);
    parameters.value.recipient = address!("0x9999999999999999999999999999999999999999");
    let prepared = Prepared {
        parameters: Parameters::Transfer(parameters),
        signer: address!("0x7777777777777777777777777777777777777777"),
        grounds: Grounds::simulated(),
    };
    update(&mut model, Msg::Flow(flow, FlowEvent::Prepared(Ok(Box::new(prepared)))));
    insta::assert_snapshot!("refused_80x24", text(&model, 80, 24));
}

#[test]
fn a_spoiled_question_offers_no_yes() {
    let (mut model, world) = dashboard();
    authorize_question(&mut model, &world);
    assert!(text(&model, 80, 24).contains("[y] YES"));
    let mut moved = model.selected_row().unwrap().seen.value.clone();
    moved.status = ramptop::domain::Status::from_wire("cancelled");
    update(&mut model, Msg::Sync(SyncMsg::Orders { orders: vec![observed(moved, 3_600)], set_aside: Vec::new() }));
    let screen = text(&model, 80, 24);
    assert!(!screen.contains("[y]"), "{screen}");
    assert!(screen.contains("THE ORDER CHANGED"), "{screen}");
}

#[test]
fn an_unknown_outcome_says_what_it_means_and_offers_no_yes() {
    let (mut model, _) = dashboard();
    press(&mut model, Command::NextNeedsYou);
    let id = model.selected.clone().unwrap();
    press(&mut model, Command::CancelOrder);
    let flow = model.flow.as_ref().unwrap().id;
    let order = model.orders.get(&id).unwrap().seen.value.clone();
    update(&mut model, Msg::Flow(flow, FlowEvent::OrderRead(Ok(Box::new(observed(order.clone(), 3_000))))));
    update(&mut model, Msg::Drawn);
    tick(&mut model, 4_000);
    insta::assert_snapshot!("cancel_80x24", text(&model, 80, 24));
    press(&mut model, Command::Yes);
    let receipt = ramptop::domain::stage::Receipt { seq: 3, hash: "00".to_owned() };
    update(&mut model, Msg::Flow(flow, FlowEvent::IntentRecorded(Ok(receipt))));
    let failure = Failure {
        kind: FailureKind::Unknown,
        what: "The connection closed before an answer came.".to_owned(),
        advice: "Read the order before doing anything again.".to_owned(),
        ..Failure::default()
    };
    update(&mut model, Msg::Flow(flow, FlowEvent::Submitted(Err(failure))));
    update(&mut model, Msg::Flow(flow, FlowEvent::ReadBack(Ok(Box::new(observed(order, 5_000))))));
    insta::assert_snapshot!("unknown_80x24", text(&model, 80, 24));
}

#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let (mut model, _) = dashboard();
    let raw = serde_json::json!({
        "order_id": "11111111-2222-4333-8444-555555555555",
        "status": "fr\u{1b}[2Jozen\u{202e}x",
        "next_action": "x".repeat(100_000),
        "allowed_actions": ["\u{7}"],
        "amounts": {"crypto_amount": "1e999", "fiat_amount": null, "crypto_currency": "US\u{200b}DT", "fiat_currency": 7, "rate": []},
        "timeline": [{"status": "\u{9b}2J", "timestamp": "soon", "description": "日本語".repeat(1_000)}],
    });
    let order = wire::order::read_order(&raw.to_string()).unwrap();
    let id = order.id.clone();
    let note = SetAsideNote { id: None, reason: "not an object: \u{1b}]0;owned\u{7}".to_owned() };
    update(&mut model, Msg::Sync(SyncMsg::Orders { orders: vec![observed(order, 3_100)], set_aside: vec![note] }));
    model.selected = Some(id);
    for (width, height) in [(60, 15), (80, 24), (120, 40), (200, 50)] {
        for pane in 1..=4 {
            press(&mut model, Command::Pane(pane));
            let terminal = screen(&model, width, height);
            for cell in terminal.backend().buffer().content() {
                let shown = cell.symbol().chars().all(ramptop::domain::text::is_displayable);
                assert!(shown, "{:?} at {width}x{height}", cell.symbol());
            }
        }
    }
    insta::assert_snapshot!("hostile_120x40", text(&model, 120, 40));
}

#[test]
fn offline_keeps_the_rows_and_says_how_old_they_are() {
    let (mut model, _) = dashboard();
    let failure = Failure::not_sent("The API cannot be reached.", "Nothing was sent.");
    let retry_at = Some(at(64_000));
    update(&mut model, Msg::Sync(SyncMsg::Failed { failure, unauthorized: false, retry_at }));
    tick(&mut model, 60_000);
    insta::assert_snapshot!("offline_120x40", text(&model, 120, 40));
}

#[test]
fn the_first_moments_and_production_cannot_be_mistaken() {
    let mut model = Model::new(at(0), Session { environment: EnvironmentKind::Production, ..session() });
    assert!(text(&model, 80, 24).contains("Waiting for the first answer"));
    assert!(text(&model, 80, 24).contains("PRODUCTION - REAL MONEY"));
    press(&mut model, Command::Help);
    insta::assert_snapshot!("help_80x24", text(&model, 80, 24));
}

/// The dashboard on real money, disarmed, with what arming takes.
fn production(by: By) -> (Model, World) {
    let (mut model, world) = dashboard();
    model.session.environment = EnvironmentKind::Production;
    model.session.profile.replace_range(.., "treasury");
    model.arming = Arming::new(by, Duration::from_secs(600));
    (model, world)
}

/// The question to authorize, armed.
fn production_question() -> Model {
    let (mut model, world) = production(By::Passphrase);
    model.arming = Arming::new(By::Passphrase, Duration::from_secs(600)).armed(at(3_000));
    authorize_question(&mut model, &world);
    model
}

#[test]
fn the_header_always_says_whether_it_is_armed_and_that_money_is_real() {
    let (model, _) = production(By::Passphrase);
    for (width, height) in [(60, 15), (80, 24), (120, 40), (200, 50)] {
        let head = first_line(&model, width, height);
        assert!(head.contains("PRODUCTION - REAL MONEY") && head.contains("○ disarmed"), "{head}");
    }
    let model = production_question();
    for (width, height) in [(60, 15), (80, 24), (120, 40), (200, 50)] {
        let head = first_line(&model, width, height);
        assert!(head.contains("PRODUCTION - REAL MONEY") && head.contains("◉ ARMED  9:59"), "{head}");
    }
    // On a screen on which nothing else has room it is said as well.
    let small = text(&model, 50, 10);
    assert!(small.contains("PRODUCTION - REAL MONEY") && small.contains("◉ ARMED  9:59"), "{small}");
}

#[test]
fn what_is_wrong_goes_before_what_is_only_good_to_know() {
    let (mut model, _) = production(By::Passphrase);
    model.session.read_only = true;
    let head = first_line(&model, 80, 24);
    assert!(head.contains("▲ 13 need you  READ-ONLY") && !head.contains("next"), "{head}");
    let head = first_line(&model, 120, 40);
    assert!(head.contains("34 live  next 2:03 cdfb97e5  READ-ONLY"), "{head}");
}

fn first_line(model: &Model, width: u16, height: u16) -> String {
    text(model, width, height).lines().next().unwrap().to_owned()
}

#[test]
fn a_question_about_real_money_looks_like_no_other() {
    let model = production_question();
    insta::assert_snapshot!("production_authorize_80x24", text(&model, 80, 24));
    insta::assert_snapshot!("production_authorize_120x40", text(&model, 120, 40));
    insta::assert_snapshot!("production_authorize_200x50", text(&model, 200, 50));
    for (width, height) in [(80, 24), (120, 40), (200, 50)] {
        assert!(text(&model, width, height).contains(" PRODUCTION · AUTHORIZE CRYPTO TRANSFER "));
        let terminal = screen(&model, width, height);
        let buffer = terminal.backend().buffer();
        for x in 0..width {
            let cell = &buffer[(x, 0)];
            let turned = cell.modifier.contains(Modifier::REVERSED) && cell.fg == Color::White;
            assert!(cell.bg == Color::Red || turned, "{width}x{height}: column {x} of the header");
        }
        let corner = buffer.content().iter().find(|cell| cell.symbol() == "╔").unwrap();
        assert_eq!(corner.bg, Color::Red, "the border of the question");
    }
    let (mut model, world) = dashboard();
    authorize_question(&mut model, &world);
    let terminal = screen(&model, 80, 24);
    let corner = terminal.backend().buffer().content().iter().find(|cell| cell.symbol() == "╔").unwrap();
    assert_ne!(corner.bg, Color::Red, "nobody gets used to it on the sandbox");
}

#[test]
fn the_window_that_arms() {
    let (mut model, _) = production(By::Passphrase);
    press(&mut model, Command::Authorize);
    insta::assert_snapshot!("arm_silence_80x24", text(&model, 80, 24));
    update(&mut model, Msg::Drawn);
    tick(&mut model, 3_500);
    update(&mut model, Msg::Paste("hunter2!".to_owned()));
    insta::assert_snapshot!("arm_passphrase_80x24", text(&model, 80, 24));
    assert!(!text(&model, 200, 50).contains("hunter2"));
    press(&mut model, Command::Accept);
    insta::assert_snapshot!("arm_checking_80x24", text(&model, 80, 24));
    let what = "That passphrase does not open the signing key's file; try again.";
    let failure = Failure::not_sent(what, "Nothing was armed.");
    update(&mut model, Msg::Unlocked(ArmId(1), Err(failure)));
    update(&mut model, Msg::Drawn);
    tick(&mut model, 4_000);
    insta::assert_snapshot!("arm_wrong_80x24", text(&model, 80, 24));

    let (mut model, _) = production(By::Keyring);
    press(&mut model, Command::Arm);
    update(&mut model, Msg::Drawn);
    tick(&mut model, 3_500);
    insta::assert_snapshot!("arm_keyring_80x24", text(&model, 80, 24));
}

#[test]
fn any_size_draws_without_a_panic() {
    let (mut model, world) = dashboard();
    for (width, height) in
        [(1, 1), (2, 40), (300, 2), (59, 15), (60, 14), (60, 15), (99, 20), (100, 15), (140, 15), (300, 100)]
    {
        text(&model, width, height);
    }
    authorize_question(&mut model, &world);
    for (width, height) in [(1, 1), (60, 15), (300, 100)] {
        text(&model, width, height);
    }
}

#[test]
fn a_filter_without_a_match_says_so() {
    let (mut model, _) = dashboard();
    press(&mut model, Command::Filter);
    update(&mut model, Msg::Paste("zzzz-nothing".to_owned()));
    let screen = text(&model, 80, 24);
    assert!(screen.contains("No order matches"), "{screen}");
    assert!(screen.contains("filter: zzzz-nothing"), "{screen}");
}

#[test]
fn selecting_by_id_survives_a_refresh_on_screen() {
    let (mut model, _) = dashboard();
    press(&mut model, Command::Down(1));
    press(&mut model, Command::Down(1));
    let chosen: OrderId = model.selected.clone().unwrap();
    let again: Vec<_> = model.orders.iter().map(|row| observed(row.seen.value.clone(), 4_000)).collect();
    update(&mut model, Msg::Sync(SyncMsg::Orders { orders: again, set_aside: Vec::new() }));
    assert_eq!(model.selected, Some(chosen));
}

fn scripted(scenario: Scenario) -> Model {
    dashboard_of(World::new(&SandboxConfig { scenario, ..SandboxConfig::new(SENDER, start()) })).0
}

#[test]
fn panes_with_nothing_in_them_say_what_to_do_first() {
    for (width, height) in [(80, 24), (120, 40), (200, 50)] {
        let shown = text(&scripted(Scenario::Empty), width, height);
        assert!(shown.contains("First: U creates a user") && shown.contains("b shows the playbook"), "{shown}");
    }
    insta::assert_snapshot!("empty_120x40", text(&scripted(Scenario::Empty), 120, 40));
    insta::assert_snapshot!("rejected_120x40", text(&scripted(Scenario::KycRejected), 120, 40));
}

#[test]
fn what_can_be_sent_out_is_listed_for_a_day_and_needs_nobody() {
    let mut model = scripted(Scenario::SendOut);
    press(&mut model, Command::Last);
    let shown = text(&model, 120, 40);
    assert!(shown.contains("nothing needs you") && shown.contains("[t] send out possible"), "{shown}");
    assert!(shown.contains("possible  ○ send out · [t]"), "{shown}");
    press(&mut model, Command::First);
    tick(&mut model, 25 * 3_600_000);
    let shown = text(&model, 120, 40);
    assert!(!shown.contains("send out possible"), "{shown}");
}

#[test]
fn the_way_to_all_the_keys_is_always_in_sight() {
    let (model, _) = dashboard();
    for width in 60..200 {
        assert!(text(&model, width, 24).contains("? help"), "{width}");
    }
}

#[test]
fn a_note_is_written_in_a_window_and_stands_at_its_order() {
    let (mut model, _) = dashboard();
    press(&mut model, Command::Note);
    update(&mut model, Msg::Paste("Bank says: arrives after 16:00, ask Priya. \u{202e}evil".to_owned()));
    insta::assert_snapshot!("note_80x24", text(&model, 80, 24));
    press(&mut model, Command::Accept);
    insta::assert_snapshot!("noted_120x40", text(&model, 120, 40));
}

#[test]
fn read_only_no_key_stands_at_a_need() {
    let (mut model, _) = dashboard();
    model.session.read_only = true;
    let shown = text(&model, 120, 40);
    assert!(shown.contains("▲  cdfb97e5 authorize transfer "), "{shown}");
}

#[test]
fn what_an_earlier_run_saw_is_marked_as_old_until_it_is_read() {
    let (full, world) = dashboard();
    let ago = chrono::TimeDelta::hours(3);
    let mut model = Model::new(at(0), session());
    model.starting = true;
    let known = orders(&world).into_iter().filter(Order::is_live);
    let known = known.map(|order| ramptop::app::orders::kept(order, start() - ago)).collect();
    update(&mut model, Msg::Kept(ramptop::app::Kept::Live(known)));
    tick(&mut model, 100);
    let shown = text(&model, 140, 40);
    assert!(shown.contains("connecting, last known 3h"), "{shown}");
    assert!(shown.contains("!3h0") && !shown.contains("<15s"), "{shown}");
    assert!(shown.contains("read it"), "no countdown of three hours ago is left: {shown}");
    update(&mut model, Msg::Sync(SyncMsg::Answered { skew_seconds: Some(0) }));
    let again = full.orders.iter().map(|row| observed(row.seen.value.clone(), 100)).collect();
    update(&mut model, Msg::Sync(SyncMsg::Orders { orders: again, set_aside: Vec::new() }));
    let shown = text(&model, 140, 40);
    assert!(shown.contains("● live <15s") && !shown.contains("!3h0"), "{shown}");
}
