//! The pages of payment details, the webhook and the playbook as an operator sees them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::time::Duration;

use alloy_primitives::{Address, address};
use chrono::{DateTime, Utc};
use ramptop::api::wire;
use ramptop::app::arming::Arming;
use ramptop::app::ask::{Answer, AskId, Request};
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::{Command, Effect, Failure, FailureKind, Model, Msg, No, SyncMsg, update};
use ramptop::domain::catalogue::FiatCurrency;
use ramptop::domain::kyc::Verification;
use ramptop::domain::rails::{Institution, Institutions, Limits, Rail, RailField, Rails, Settlement};
use ramptop::domain::user::KycStatus;
use ramptop::domain::webhook::{Webhook, WebhookTest};
use ramptop::domain::{Amount, Direction, Mono, Now, Observed, OrderId, Status, UserId};
use ramptop::sandbox::{SandboxConfig, World, wire as answers};
use ramptop::tui::{Theme, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tui_input::InputRequest;

const SENDER: Address = address!("0x00000000000000000000000000000000DeaDBeef");

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: start() + Duration::from_millis(ms) }
}

fn observed<T>(value: T) -> Observed<T> {
    Observed { value, asked: at(1_000), answered: at(1_000), server_date: Some(at(1_000).wall) }
}

/// A running dashboard and what it asked.
struct Desk {
    model: Model,
    asked: Vec<(AskId, Request)>,
    ms: u64,
}

impl Desk {
    /// The sandbox's users and orders, as last read.
    fn new() -> Self {
        let world = World::new(&SandboxConfig::new(SENDER, start()));
        let mut desk = Self::empty();
        for (order, user, payment) in world.order_owners() {
            desk.model.people.link(&order, Some(&user), Some(&payment));
        }
        for id in world.user_ids() {
            let user = world.user(id.as_str().parse().unwrap()).unwrap();
            let json = answers::user(&world, user).to_string();
            desk.model.people.add(id.clone());
            desk.model.people.read(observed(wire::user::read_user(&json, &id).unwrap()));
        }
        let json = |o| serde_json::to_string(&answers::order(&world, o)).unwrap();
        let read = |o| observed(wire::order::read_order(&json(o)).unwrap());
        let orders = world.orders().iter().map(read).collect();
        desk.send(Msg::Sync(SyncMsg::Orders { orders, set_aside: Vec::new() }));
        desk.wait(2_000);
        desk
    }

    fn empty() -> Self {
        let session = Session {
            profile: "embedded".to_owned(),
            api_url: "http://127.0.0.1:4000".to_owned(),
            environment: EnvironmentKind::Sandbox,
            read_only: false,
            signer: Some(SENDER),
            actions_blocked: None,
        };
        let mut desk = Self { model: Model::new(at(0), session), asked: Vec::new(), ms: 1_000 };
        desk.wait(0);
        desk.send(Msg::Sync(SyncMsg::Answered { skew_seconds: Some(0) }));
        desk
    }

    fn send(&mut self, msg: Msg) {
        for effect in update(&mut self.model, msg) {
            if let Effect::Ask(id, request) = effect {
                self.asked.push((id, *request));
            }
        }
    }

    fn wait(&mut self, ms: u64) {
        self.ms += ms;
        self.send(Msg::Tick(at(self.ms)));
    }

    fn press(&mut self, command: Command) {
        self.send(Msg::Command { command, alone: true });
    }

    /// The question on the page was seen and the keyboard was silent.
    fn see(&mut self) {
        self.send(Msg::Drawn);
        self.wait(500);
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Msg::Edit(InputRequest::InsertChar(c)));
        }
    }

    fn answer(&mut self, is_it: impl Fn(&Request) -> bool, result: Result<Answer, Failure>) {
        let place = self.asked.iter().position(|(_, request)| is_it(request));
        let (id, _) = self.asked.remove(place.unwrap_or_else(|| panic!("not asked: {:?}", self.asked)));
        self.send(Msg::Answered(id, result.map(Box::new)));
    }

    fn hook(&mut self, url: Option<&str>) {
        let webhook = Webhook { url: url.map(str::to_owned), enabled: Some(url.is_some()) };
        self.answer(|r| *r == Request::Webhook, Ok(Answer::Webhook(webhook)));
    }

    fn text(&self, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.model, Theme::colour(), frame)).unwrap();
        terminal.backend().to_string()
    }

    /// Selects the first order in this status.
    fn order(&mut self, direction: Direction, status: &str) -> OrderId {
        let rows = self.model.orders.iter().map(|row| &row.seen.value);
        let wanted = |o: &&ramptop::domain::Order| o.direction == direction && o.status == Status::from_wire(status);
        let offers = |o: &ramptop::domain::Order| !o.allowed_actions.is_empty();
        let mut found: Vec<_> = rows.filter(wanted).collect();
        found.sort_by_key(|o| (!offers(o), o.id.clone()));
        let id = found.first().unwrap_or_else(|| panic!("no order is {status}")).id.clone();
        self.model.selected = Some(id.clone());
        id
    }
}

fn no(http_status: u16, what: &str, advice: &str) -> Failure {
    let no = No { http_status, ..No::default() };
    Failure { kind: FailureKind::Rejected, what: what.to_owned(), advice: advice.to_owned(), no: Some(Box::new(no)) }
}

fn nip() -> Rail {
    let account = RailField {
        key: "account_number".to_owned(),
        label: Some("Account number".to_owned()),
        required: true,
        pattern: Some("^[0-9]{10}$".to_owned()),
        placeholder: Some("0123456789".to_owned()),
        ..RailField::default()
    };
    let name = RailField {
        key: "account_name".to_owned(),
        label: Some("Account name".to_owned()),
        required: true,
        ..RailField::default()
    };
    Rail {
        slug: "nip-nigeria".to_owned(),
        name: Some("NIP instant transfer".to_owned()),
        institution_required: Some(true),
        settlement: Some(Settlement { speed: Some("INSTANT".to_owned()), typical_minutes: Some(5), note: None }),
        limits: Some(Limits {
            min: Amount::parse("1530").ok(),
            max: Amount::parse("15301200").ok(),
            max_per_transaction: None,
        }),
        fields: vec![account, name],
        ..Rail::default()
    }
}

fn banks() -> Answer {
    let bank =
        |id: &str, name: &str| Institution { id: id.to_owned(), name: Some(name.to_owned()), ..Institution::default() };
    let institutions = vec![bank("058", "Guaranty Trust Bank"), bank("057", "Zenith Bank")];
    Answer::Institutions(Institutions { institutions, ..Institutions::default() })
}

/// The form of new payment details with everything read.
fn new_payment() -> Desk {
    let mut desk = Desk::new();
    desk.order(Direction::OffRamp, "awaiting_crypto_transfer_authorization");
    desk.press(Command::NewPayment);
    let currency = |code: &str, name: &str, country: &str| FiatCurrency {
        code: code.to_owned(),
        name: Some(name.to_owned()),
        countries: vec![country.to_owned()],
        ..FiatCurrency::default()
    };
    let all = vec![currency("NGN", "Nigerian Naira", "NG"), currency("KES", "Kenyan Shilling", "KE")];
    desk.answer(|r| *r == Request::FiatCurrencies, Ok(Answer::FiatCurrencies(all)));
    desk.answer(
        |r| matches!(r, Request::Rails { .. }),
        Ok(Answer::Rails(Rails { rails: vec![nip()], ..Rails::default() })),
    );
    desk.answer(|r| matches!(r, Request::Institutions { .. }), Ok(banks()));
    desk
}

#[test]
fn new_payment_details() {
    let mut desk = new_payment();
    for _ in 0..3 {
        desk.press(Command::NextField);
    }
    desk.write("bank");
    desk.answer(|r| matches!(r, Request::Institutions { .. }), Ok(banks()));
    desk.answer(|r| matches!(r, Request::Institutions { .. }), Ok(banks()));
    insta::assert_snapshot!("new_payment_80x24", desk.text(80, 24));
    insta::assert_snapshot!("new_payment_120x40", desk.text(120, 40));
    desk.press(Command::NextField);
    desk.write("0123456789");
    desk.press(Command::NextField);
    desk.write("Ada Obi");
    desk.press(Command::Submit);
    let failure = no(422, "the API said no: HTTP 422: incomplete: account_number", "Correct it.");
    let failure = failure.about(&["account_number"]);
    desk.answer(|r| matches!(r, Request::CreatePayment(..)), Err(failure));
    let screen = desk.text(80, 24);
    assert!(screen.contains("HTTP 422") && screen.contains("Ada Obi") && screen.contains("0123456789"), "{screen}");
    insta::assert_snapshot!("new_payment_refused_80x24", screen);
}

#[test]
fn deleting_payment_details() {
    let mut desk = Desk::new();
    let order = desk.order(Direction::OffRamp, "awaiting_crypto_transfer_authorization");
    desk.model.selected_payment = desk.model.people.payment_of(&order).cloned();
    desk.press(Command::RemovePayment);
    desk.see();
    insta::assert_snapshot!("remove_payment_80x24", desk.text(80, 24));
    desk.press(Command::Letter('y'));
    let failure = no(409, "the API said no: HTTP 409 payment_details_linked_to_active_offers", "");
    desk.answer(|r| matches!(r, Request::DeletePayment(..)), Err(failure));
    let screen = desk.text(80, 24);
    assert!(screen.contains("linked to active offers"), "{screen}");
    insta::assert_snapshot!("remove_payment_linked_80x24", screen);
}

#[test]
fn the_webhook_shown_replaced_and_tested() {
    let mut desk = Desk::new();
    desk.press(Command::Webhook);
    desk.hook(Some("https://ledger.example.com/unigox/events"));
    desk.press(Command::Letter('t'));
    let test = WebhookTest { delivered: false, http_status: Some(503) };
    desk.answer(|r| *r == Request::TestWebhook, Ok(Answer::WebhookTest(test)));
    desk.hook(Some("https://ledger.example.com/unigox/events"));
    insta::assert_snapshot!("webhook_80x24", desk.text(80, 24));
    desk.press(Command::Letter('w'));
    desk.write("https://new.example.com/hook");
    desk.press(Command::Submit);
    desk.hook(Some("https://ledger.example.com/unigox/events"));
    assert!(!desk.text(80, 24).contains("[y]"), "no yes before it was seen");
    desk.see();
    insta::assert_snapshot!("webhook_replace_80x24", desk.text(80, 24));
    desk.press(Command::Letter('y'));
    assert!(desk.asked.iter().any(|(_, r)| *r == Request::RegisterWebhook("https://new.example.com/hook".to_owned())));
}

#[test]
fn deleting_the_webhook_warns() {
    let mut desk = Desk::empty();
    desk.press(Command::Webhook);
    desk.hook(Some("https://ledger.example.com/unigox/events"));
    desk.press(Command::Letter('x'));
    desk.hook(Some("https://ledger.example.com/unigox/events"));
    desk.see();
    insta::assert_snapshot!("webhook_delete_80x24", desk.text(80, 24));
}

/// Every step's number is on the screen.
fn shows_all(screen: &str, most: u8) {
    for number in 1..=most {
        let found = screen.lines().any(|line| {
            let mut words = line.split_whitespace();
            words.any(|word| word.parse() == Ok(number))
                && (line.contains("done")
                    || line.contains("blocked")
                    || line.contains("next")
                    || line.contains("waiting")
                    || line.contains("optional")
                    || line.contains("not known"))
        });
        assert!(found, "step {number} is not on the screen:\n{screen}");
    }
}

#[test]
fn the_playbook_of_an_order_that_wants_a_signature() {
    let mut desk = Desk::new();
    desk.order(Direction::OffRamp, "awaiting_crypto_transfer_authorization");
    desk.press(Command::Playbook);
    desk.hook(Some("https://ledger.example.com/unigox/events"));
    let verified = Verification {
        status: KycStatus::Verified,
        word: "VERIFIED".to_owned(),
        url: None,
        seconds_left: None,
        messages: Vec::new(),
    };
    desk.answer(|r| matches!(r, Request::Verification(_)), Ok(Answer::Verification(verified)));
    let screen = desk.text(120, 40);
    shows_all(&screen, 18);
    insta::assert_snapshot!("playbook_120x40", screen);
    insta::assert_snapshot!("playbook_80x24", desk.text(80, 24));
    insta::assert_snapshot!("playbook_200x50", desk.text(200, 50));
    desk.press(Command::Open);
    assert!(desk.model.arming.is_open() && desk.model.flow.is_none(), "disarmed, it asks to arm first");
    desk.press(Command::Back);
    desk.model.arming = Arming::default().armed(desk.model.now);
    desk.press(Command::Open);
    assert!(desk.model.flow.is_some(), "Enter on step 12 asks to authorize");
}

#[test]
fn the_playbook_keeps_the_selected_step_in_sight() {
    let mut desk = Desk::new();
    desk.order(Direction::OffRamp, "awaiting_fiat_received_confirmation");
    desk.press(Command::Playbook);
    for (command, times) in [(Command::Up(1), 30), (Command::Down(1), 30)] {
        for _ in 0..times {
            desk.press(command);
            assert!(desk.text(80, 24).contains('▸'), "{}", desk.text(80, 24));
        }
    }
}

#[test]
fn the_playbook_of_an_on_ramp_order_and_of_nobody() {
    let mut desk = Desk::new();
    desk.order(Direction::OnRamp, "awaiting_fiat_transfer");
    desk.press(Command::Playbook);
    desk.hook(None);
    let screen = desk.text(120, 40);
    shows_all(&screen, 19);
    insta::assert_snapshot!("playbook_on_ramp_120x40", screen);
    let mut desk = Desk::empty();
    desk.press(Command::Playbook);
    desk.hook(None);
    insta::assert_snapshot!("playbook_empty_80x24", desk.text(80, 24));
    desk.press(Command::Open);
    assert!(desk.text(80, 24).contains("New user"), "{}", desk.text(80, 24));
}

#[test]
fn the_playbook_shows_an_ending_that_happened() {
    let mut desk = Desk::new();
    let refund = |row: &ramptop::app::orders::Row| row.seen.value.refund_owed();
    let id = desk.model.orders.iter().find(|row| refund(row)).map(|row| row.seen.value.id.clone()).unwrap();
    desk.model.selected = Some(id);
    desk.press(Command::Playbook);
    desk.hook(Some("https://ledger.example.com/unigox/events"));
    let screen = desk.text(120, 40);
    assert!(screen.contains("ENDED: cancelled") && screen.contains("authorize the refund"), "{screen}");
    shows_all(&screen, 18);
}

#[test]
fn every_page_draws_at_any_size() {
    let mut pages: Vec<Desk> = vec![new_payment()];
    for command in [Command::Webhook, Command::Playbook] {
        let mut desk = Desk::new();
        desk.press(command);
        pages.push(desk);
    }
    for desk in &pages {
        for (width, height) in [(1, 1), (60, 15), (80, 24), (300, 100)] {
            desk.text(width, height);
        }
    }
}

#[test]
fn the_payments_pane_offers_to_create_and_delete() {
    let mut desk = Desk::new();
    let order = desk.order(Direction::OffRamp, "awaiting_crypto_transfer_authorization");
    let hints = |desk: &Desk| desk.text(120, 40).lines().last().unwrap().to_owned();
    assert!(!hints(&desk).contains("details"), "{}", hints(&desk));
    desk.press(Command::Pane(2));
    assert!(hints(&desk).contains("P new details") && !hints(&desk).contains("D delete"), "{}", hints(&desk));
    desk.model.selected_payment = desk.model.people.payment_of(&order).cloned();
    assert!(hints(&desk).contains("D delete details"), "{}", hints(&desk));
}

#[test]
fn after_a_change_the_user_is_read_again() {
    let mut desk = Desk::new();
    let order = desk.order(Direction::OffRamp, "awaiting_crypto_transfer_authorization");
    let user: UserId = desk.model.people.owner(&order).cloned().unwrap();
    desk.model.selected_payment = desk.model.people.payment_of(&order).cloned();
    desk.press(Command::RemovePayment);
    desk.see();
    desk.press(Command::Letter('y'));
    let place = desk.asked.iter().position(|(_, r)| matches!(r, Request::DeletePayment(..))).unwrap();
    let (id, _) = desk.asked.remove(place);
    let effects = update(&mut desk.model, Msg::Answered(id, Ok(Box::new(Answer::Done))));
    let watch = Effect::Sync(ramptop::app::SyncRequest::Watch(user));
    assert!(effects.contains(&watch), "{effects:?}");
    assert_eq!(desk.model.pages.depth(), 0);
}
