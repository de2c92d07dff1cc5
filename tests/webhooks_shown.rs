//! What an announced status looks like, and that it is nothing but words: no action, count or
//! countdown follows from it, and any later reading ends it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::time::Duration;

use chrono::{DateTime, Utc};
use ramptop::app::announced::Told;
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::{Command, Effect, Model, Msg, SyncMsg, SyncRequest, update};
use ramptop::domain::announced::Announced;
use ramptop::domain::{AllowedAction, Mono, NextAction, Now, Observed, Order, OrderId, Status, UserId};
use ramptop::tui::{Theme, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn at(s: u64) -> Now {
    Now { mono: Mono::new(Duration::from_secs(s)), wall: server(s) }
}

fn server(s: u64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + s.cast_signed(), 0).unwrap()
}

fn id() -> OrderId {
    OrderId::parse("b2c3d4e5-f6a7-8901-bcde-f12345678901").unwrap()
}

/// A dashboard that has read one order at second 10.
fn desk(status: &str, shape: impl FnOnce(&mut Order)) -> Model {
    let session = Session {
        profile: "p".to_owned(),
        api_url: "http://127.0.0.1:1".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: None,
        actions_blocked: None,
    };
    let mut model = Model::new(at(0), session);
    update(&mut model, Msg::Tick(at(11)));
    read(&mut model, status, 10, shape);
    model
}

fn read(model: &mut Model, status: &str, asked: u64, shape: impl FnOnce(&mut Order)) {
    let mut value = Order::bare(id(), Status::from_wire(status));
    shape(&mut value);
    let seen = Observed { value, asked: at(asked), answered: at(asked), server_date: Some(server(asked)) };
    update(model, Msg::Sync(SyncMsg::Orders { orders: vec![seen], set_aside: Vec::new() }));
}

/// An event made and received at these seconds.
fn event(model: &mut Model, status: &str, made: u64, received: u64) -> Vec<Effect> {
    let announced = Announced { status: Status::from_wire(status), at: server(made), received: at(received).mono };
    let user = UserId::parse("user-1").ok();
    update(model, Msg::Told(Told { user, order: Some(id()), payment_details: None, announced: Some(announced) }))
}

fn screen(model: &mut Model, (columns, rows): (u16, u16)) -> String {
    update(model, Msg::Resized(columns, rows));
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(model, Theme::plain(), frame)).unwrap();
    let cells = terminal.backend().buffer().content.chunks(usize::from(columns));
    cells.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>() + "\n").collect()
}

#[test]
fn it_is_shown_with_an_arrow_until_the_order_is_read() {
    let mut model = desk("crypto_received", |_| {});
    event(&mut model, "completed", 12, 13);
    for size in [(80, 24), (120, 40), (200, 50)] {
        let shown = screen(&mut model, size);
        assert!(shown.contains("→ completed"), "{size:?}\n{shown}");
    }
    let shown = screen(&mut model, (200, 50));
    assert!(shown.contains("→ completed · announced, being read") && shown.contains("crypto in escrow"), "{shown}");
    read(&mut model, "crypto_received", 14, |_| {});
    let shown = screen(&mut model, (200, 50));
    assert!(!shown.contains('→') && shown.contains("crypto in escrow"), "the reading wins, whatever it says\n{shown}");
}

#[test]
fn an_older_event_or_one_of_an_unread_order_shows_nothing() {
    let mut model = desk("fiat_payment_started", |_| {});
    event(&mut model, "crypto_received", 9, 99);
    let shown = screen(&mut model, (200, 50));
    assert!(shown.contains("fiat proof sent") && !shown.contains('→'), "it came late and is older\n{shown}");
    event(&mut model, "cancelled", 12, 13);
    event(&mut model, "crypto_received", 11, 14);
    assert!(screen(&mut model, (200, 50)).contains("→ cancelled"), "of two events the later one counts");
    let mut model = desk("completed", |_| {});
    let other = OrderId::parse("unread").unwrap();
    let announced = Announced { status: Status::from_wire("created"), at: server(50), received: at(50).mono };
    let told = Told { user: None, order: Some(other.clone()), payment_details: None, announced: Some(announced) };
    update(&mut model, Msg::Told(told));
    assert!(model.announced.of("unread").is_none() && model.orders.get(&other).is_none());
}

#[test]
fn it_makes_no_action_possible_and_takes_none_away() {
    let keys = [Command::Authorize, Command::ConfirmFiat, Command::CancelOrder, Command::Refund, Command::PaymentSent];
    let offering = |order: &mut Order| {
        order.next_action = Some(NextAction::AuthorizeCryptoTransfer);
        order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer, AllowedAction::Cancel];
        order.authorization_seconds_left = Some(900);
    };
    let nothing = |_: &mut Order| {};
    for (read, announced, shape) in [
        ("created", "awaiting_crypto_transfer_authorization", &nothing as &dyn Fn(&mut Order)),
        ("crypto_received", "awaiting_fiat_received_confirmation", &nothing),
        ("cancelled", "awaiting_crypto_transfer_authorization", &nothing),
        ("awaiting_crypto_transfer_authorization", "cancelled", &offering),
    ] {
        for key in keys {
            let mut plain = desk(read, shape);
            let mut told = desk(read, shape);
            event(&mut told, announced, 12, 13);
            assert_eq!(told.announced.of(id().as_str()).unwrap().status, Status::from_wire(announced));
            assert_eq!(
                (told.visible.needs_you, told.visible.live, &told.visible.next_deadline),
                (plain.visible.needs_you, plain.visible.live, &plain.visible.next_deadline)
            );
            let press = || Msg::Command { command: key, alone: true };
            assert_eq!(update(&mut told, press()), update(&mut plain, press()), "{read} → {announced}: {key:?}");
            assert_eq!(told.flow.is_some(), plain.flow.is_some());
        }
    }
}

#[test]
fn a_user_an_event_names_is_known_and_read_at_once() {
    let mut model = desk("created", |_| {});
    let effects = event(&mut model, "completed", 12, 13);
    let user = UserId::parse("user-1").unwrap();
    assert_eq!(effects, [Effect::Sync(SyncRequest::Watch(user.clone()))]);
    assert_eq!(model.people.owner(&id()), Some(&user));
    assert!(event(&mut model, "completed", 12, 14).is_empty(), "once is enough");
}
