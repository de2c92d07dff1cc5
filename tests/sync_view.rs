//! The sync view as an operator sees it, with made-up figures: at three sizes, when all is well and
//! when it is not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::time::Duration;

use chrono::DateTime;
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::syncing::{Asking, Class, Deliveries, Due, Ending, OnDisk, Pace, Took, Webhooks};
use ramptop::app::{Command, Effect, Failure, FailureKind, Mode, Model, Msg, SyncMsg, SyncRequest, update};
use ramptop::domain::freshness::Promise;
use ramptop::domain::{AllowedAction, Mono, NextAction, Now, Observed, Order, OrderId, Status};
use ramptop::tui::{Theme, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn at(ms: u64) -> Now {
    let wall = DateTime::from_timestamp(1_790_000_000, 0).unwrap() + Duration::from_millis(ms);
    Now { mono: Mono::new(Duration::from_millis(ms)), wall }
}

fn order(n: usize, needs_you: bool, asked: u64) -> Observed<Order> {
    let status = if needs_you { "awaiting_crypto_transfer_authorization" } else { "crypto_received" };
    let mut order = Order::bare(OrderId::parse(&format!("o-{n}")).unwrap(), Status::from_wire(status));
    if needs_you {
        order.next_action = Some(NextAction::AuthorizeCryptoTransfer);
        order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
    }
    Observed { value: order, asked: at(asked), answered: at(asked), server_date: None }
}

fn sync(model: &mut Model, news: SyncMsg) {
    update(model, Msg::Sync(news));
}

fn press(model: &mut Model, command: Command) -> Vec<Effect> {
    update(model, Msg::Command { command, alone: true })
}

fn asking() -> Asking {
    let took = |n: u32| {
        let ending = match n {
            60 => Ending::Failed,
            61 => Ending::Limited,
            _ => Ending::Answered,
        };
        Took { millis: if n == 80 { 1_210 } else { 60 + n * 37 % 300 }, ending }
    };
    let due = |class, requests, oldest| Due { class, requests, oldest: Duration::from_millis(oldest) };
    Asking {
        in_flight: 2,
        due: vec![due(Class::New, 1, 400), due(Class::Live, 12, 3_100), due(Class::History, 3, 61_000)],
        tokens: 5,
        burst: 8,
        allowed_a_minute: 240,
        used_last_minute: 187,
        pace: Pace::Polling,
        promise: Promise::POLLING,
        took: (0..120).map(took).collect(),
        errors_last_5m: 2,
        requests_last_5m: 935,
        history: Some((312, 1_001)),
    }
}

/// Twenty seconds in: 4 orders need the operator, 30 others are live, 5 are over.
fn well() -> Model {
    let session = Session {
        profile: "staging".to_owned(),
        api_url: "https://api.example.com".to_owned(),
        environment: EnvironmentKind::Staging,
        read_only: false,
        signer: None,
        actions_blocked: None,
    };
    let mut model = Model::new(at(0), session);
    let wanting = (0..4).map(|n| order(n, true, 18_300));
    let moving = (4..34).map(|n| order(n, false, if n < 10 { 18_500 } else { 11_000 }));
    let over = (34..39).map(|n| {
        let mut over = order(n, false, 1);
        over.value.status = Status::from_wire("completed");
        over
    });
    update(&mut model, Msg::Tick(at(19_000)));
    sync(&mut model, SyncMsg::Answered { skew_seconds: Some(2) });
    sync(&mut model, SyncMsg::Orders { orders: wanting.chain(moving).chain(over).collect(), set_aside: Vec::new() });
    sync(&mut model, SyncMsg::Complete);
    sync(&mut model, SyncMsg::Stats(Box::new(asking())));
    let deliveries = Deliveries {
        address: "127.0.0.1:9443".to_owned(),
        accepted: 1_204,
        repeated: 3,
        in_work: 2,
        last_event: Some(at(8_000)),
        ..Deliveries::default()
    };
    sync(&mut model, SyncMsg::Webhooks(Webhooks::Listening(deliveries)));
    sync(&mut model, SyncMsg::OnDisk(OnDisk { orders: 100_310, last_write: Some(at(18_900)), error: None }));
    update(&mut model, Msg::Tick(at(20_000)));
    press(&mut model, Command::Sync);
    model
}

/// The same when everything goes wrong.
fn badly() -> Model {
    let mut model = well();
    let failure = Failure {
        kind: FailureKind::NotSent,
        what: "the API was not reached: connection refused".to_owned(),
        advice: String::new(),
        no: None,
    };
    let until = at(72_000);
    update(&mut model, Msg::Tick(at(59_000)));
    sync(&mut model, SyncMsg::Failed { failure, unauthorized: false, retry_at: Some(until) });
    let bad = Asking { pace: Pace::Waiting { until }, errors_last_5m: 400, tokens: 0, ..asking() };
    sync(&mut model, SyncMsg::Stats(Box::new(bad)));
    let deliveries = Deliveries {
        address: "127.0.0.1:9443".to_owned(),
        forged: 41,
        differing: 1,
        malformed: 7,
        put_off: 2,
        ..Deliveries::default()
    };
    sync(&mut model, SyncMsg::Webhooks(Webhooks::Listening(deliveries)));
    let error = Some(("database or disk is full\u{1b}[2J".to_owned(), at(50_000)));
    sync(&mut model, SyncMsg::OnDisk(OnDisk { orders: 100_310, last_write: Some(at(18_900)), error }));
    model.skew_seconds = Some(-95);
    update(&mut model, Msg::Tick(at(60_000)));
    model
}

fn text(model: &Model, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, Theme::colour(), frame)).unwrap();
    terminal.backend().to_string()
}

#[test]
fn all_is_well_at_three_sizes() {
    let model = well();
    insta::assert_snapshot!("well_80x24", text(&model, 80, 24));
    insta::assert_snapshot!("well_120x40", text(&model, 120, 40));
    insta::assert_snapshot!("well_200x50", text(&model, 200, 50));
}

#[test]
fn nothing_is_well_at_two_sizes() {
    let model = badly();
    insta::assert_snapshot!("badly_80x24", text(&model, 80, 24));
    insta::assert_snapshot!("badly_120x40", text(&model, 120, 40));
}

#[test]
fn everything_is_in_sight_on_a_small_screen() {
    for model in [well(), badly()] {
        let screen = text(&model, 80, 24);
        for part in ["Asking", "Budget", "Failed", "History", "Due", "p95", "p99", "Clock", "needs you", "other live"] {
            assert!(screen.contains(part), "{part} is missing:\n{screen}");
        }
        for part in ["Webhooks", "forged", "On disk"] {
            assert!(screen.contains(part), "{part} is missing:\n{screen}");
        }
    }
}

#[test]
fn before_the_first_answer_it_says_that_nothing_is_known() {
    let mut model = Model::new(at(0), well().session);
    press(&mut model, Command::Sync);
    insta::assert_snapshot!("starting_80x24", text(&model, 80, 24));
}

#[test]
fn it_opens_with_a_key_shows_what_is_new_and_closes() {
    let mut model = well();
    assert_eq!(model.mode(), Mode::Window);
    let before = text(&model, 80, 24);
    assert!(before.contains("187 of 240"), "{before}");
    sync(&mut model, SyncMsg::Stats(Box::new(Asking { used_last_minute: 191, ..asking() })));
    assert!(text(&model, 80, 24).contains("191 of 240"), "figures change while it is open");
    assert_eq!(press(&mut model, Command::Refresh), [Effect::Sync(SyncRequest::Now)]);
    assert_eq!(model.mode(), Mode::Window, "asking does not close it");
    press(&mut model, Command::Back);
    assert_eq!(model.mode(), Mode::Normal);
}

#[test]
fn without_colours_every_sign_is_still_there() {
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    terminal.draw(|frame| view(&badly(), Theme::plain(), frame)).unwrap();
    let screen = terminal.backend().to_string();
    for sign in ["✗ Blind", "▲ waits", "⚠ 400", "⚠ 41", "⚠ the API's", "▲ late", "✗ writing fails"] {
        assert!(screen.contains(sign), "{sign} is missing:\n{screen}");
    }
}
