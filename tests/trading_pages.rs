//! What an operator sees on the pages of new orders and on-ramp orders, drawn at a fixed moment.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::time::Duration;

use chrono::{DateTime, Utc};
use ramptop::app::arming::Arming;
use ramptop::app::ask::{Answer, Request};
use ramptop::app::failure::No;
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::{Command, Effect, Failure, FailureKind, Model, Msg, SyncMsg, update};
use ramptop::domain::catalogue::{CryptoCurrency, FiatCurrency};
use ramptop::domain::order::{FeeBreakdown, VendorPaymentDetails};
use ramptop::domain::quote::{Anchor, Estimate, PriceChanged, Quote};
use ramptop::domain::send_out::SendOutRoute;
use ramptop::domain::status::KnownStatus;
use ramptop::domain::{
    AllowedAction, Amount, Amounts, Direction, KycStatus, Mono, Now, Observed, Order, OrderId, PaymentProfile, User,
    UserId,
};
use ramptop::tui::{Theme, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;
use tui_input::InputRequest;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 50)];

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: start() + Duration::from_millis(ms) }
}

fn observed<T>(value: T) -> Observed<T> {
    Observed { value, asked: at(1_000), answered: at(1_000), server_date: None }
}

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn user_id() -> UserId {
    UserId::parse("5f0c1b7e-3a52-4a51-9d8a-0c8f6a7e1b2d").unwrap()
}

fn user(kyc: KycStatus) -> User {
    User {
        id: user_id(),
        email: Some("adaeze.obi@example.com".to_owned()),
        created_at: None,
        kyc: Some(kyc),
        first_name: Some("Adaeze".to_owned()),
        last_name: Some("Obi".to_owned()),
        country: None,
        rejection_reason: None,
        payment_profiles: Vec::new(),
    }
}

fn profile(id: &str, currency: &str) -> PaymentProfile {
    PaymentProfile {
        id: id.parse().unwrap(),
        rail: "nip-nigeria".to_owned(),
        currency: currency.to_owned(),
        institution: Some("Access Bank".to_owned()),
        details: vec![
            ("account_number".to_owned(), "0123456789".to_owned()),
            ("account_name".to_owned(), "Adaeze Obi".to_owned()),
        ],
    }
}

fn dashboard(kyc: KycStatus, orders: Vec<Order>) -> Model {
    let session = Session {
        profile: "embedded".to_owned(),
        api_url: "http://127.0.0.1:4000".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: None,
        actions_blocked: None,
    };
    let mut model = Model::new(at(0), session);
    model.arming = Arming::default().armed(at(0));
    tick(&mut model, 1_000);
    update(&mut model, Msg::Sync(SyncMsg::Answered { skew_seconds: Some(0) }));
    model.people.add(user_id());
    model.people.read(observed(user(kyc)));
    for order in &orders {
        model.people.link(&order.id, Some(&user_id()), None);
    }
    let orders = orders.into_iter().map(observed).collect();
    update(&mut model, Msg::Sync(SyncMsg::Orders { orders, set_aside: Vec::new() }));
    tick(&mut model, 3_000);
    model
}

fn tick(model: &mut Model, ms: u64) {
    update(model, Msg::Tick(at(ms)));
}

fn press(model: &mut Model, command: Command) -> Vec<Effect> {
    update(model, Msg::Command { command, alone: true })
}

/// Answers what was asked; nothing is answered that `answer` does not know.
fn serve(model: &mut Model, effects: Vec<Effect>, answer: &dyn Fn(&Request) -> Option<Result<Answer, Failure>>) {
    for effect in effects {
        let Effect::Ask(id, request) = effect else { continue };
        if let Some(result) = answer(&request) {
            let more = update(model, Msg::Answered(id, result.map(Box::new)));
            serve(model, more, answer);
        }
    }
}

fn write(model: &mut Model, text: &str) {
    for c in text.chars() {
        update(model, Msg::Edit(InputRequest::InsertChar(c)));
    }
}

fn text(model: &mut Model, (width, height): (u16, u16)) -> String {
    update(model, Msg::Resized(width, height));
    update(model, Msg::Drawn);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, Theme::colour(), frame)).unwrap();
    terminal.backend().to_string()
}

fn snapshots(name: &str, model: &mut Model) {
    for size in SIZES {
        let shown = text(model, size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), shown);
    }
}

fn amounts() -> Amounts {
    Amounts {
        crypto: Some(amount("101.500000")),
        fiat: Some(amount("152880.00")),
        rate: Some(amount("1530.12")),
        ..Amounts::default()
    }
}

fn fees() -> FeeBreakdown {
    FeeBreakdown {
        platform_fee: Some(amount("1.500000")),
        platform_fee_pct: Some(amount("1.5")),
        partner_fee: Some(amount("0.500000")),
        partner_fee_pct: Some(amount("0.5")),
        total_fee: Some(amount("2.000000")),
    }
}

fn quote() -> Quote {
    Quote {
        id: "0b7c6c1c-55c9-4a0e-8a3c-0a4a9d7b1f11".parse().unwrap(),
        direction: Direction::OffRamp,
        anchor: Some(Anchor::Crypto),
        amounts: amounts(),
        fees: fees(),
        expires_at: Some(start() + Duration::from_secs(50)),
        payment_details: Some("42".parse().unwrap()),
        method: None,
        network: None,
        settles_itself: Some(false),
        problems: Vec::new(),
    }
}

fn catalogue(request: &Request) -> Option<Result<Answer, Failure>> {
    let crypto = |code: &str, name: &str| CryptoCurrency {
        code: code.to_owned(),
        name: Some(name.to_owned()),
        ..CryptoCurrency::default()
    };
    let fiat = |code: &str, name: &str| FiatCurrency {
        code: code.to_owned(),
        name: Some(name.to_owned()),
        ..FiatCurrency::default()
    };
    Some(Ok(match request {
        Request::CryptoCurrencies => Answer::CryptoCurrencies(vec![crypto("USDT", "Tether USD")]),
        Request::FiatCurrencies => Answer::FiatCurrencies(vec![fiat("KES", "Kenyan shilling"), fiat("NGN", "Naira")]),
        Request::Payments(_) => Answer::Payments(vec![profile("42", "NGN"), profile("43", "KES")]),
        Request::Estimate(..) => Answer::Estimate(Estimate {
            amounts: amounts(),
            fees: fees(),
            method: None,
            network: None,
            scope: None,
            indicative: Some(true),
            problems: Vec::new(),
        }),
        Request::OffRampQuote(_) => Answer::Quote(quote()),
        _ => return None,
    }))
}

/// The form of a new order, filled in, the focus on the amount.
fn filled(kyc: KycStatus) -> Model {
    let mut model = dashboard(kyc, Vec::new());
    model.listing.user = Some(user_id());
    let effects = press(&mut model, Command::NewOrder);
    serve(&mut model, effects, &catalogue);
    for _ in 0..6 {
        press(&mut model, Command::NextField);
    }
    write(&mut model, "101.5");
    model
}

fn quoted() -> Model {
    let mut model = filled(KycStatus::Verified);
    let effects = press(&mut model, Command::Submit);
    serve(&mut model, effects, &catalogue);
    model
}

/// The quote with the answer to its yes.
fn answered(failure: &Failure) -> Model {
    let mut model = quoted();
    text(&mut model, (80, 24));
    tick(&mut model, 4_000);
    let effects = press(&mut model, Command::Letter('y'));
    assert!(matches!(&effects[..], [Effect::Ask(_, request)] if request.is_write()), "{effects:?}");
    serve(&mut model, effects, &|_| Some(Err(failure.clone())));
    model
}

fn no(code: &str, what: &str, advice: &str) -> Failure {
    let no = No { code: Some(code.to_owned()), ..No::default() };
    Failure { kind: FailureKind::Rejected, what: what.to_owned(), advice: advice.to_owned(), no: Some(Box::new(no)) }
}

#[test]
fn the_form_with_its_estimate() {
    let mut model = filled(KycStatus::UnderWay("UNDER_REVIEW".to_owned()));
    let effects = press(&mut model, Command::Estimate);
    serve(&mut model, effects, &catalogue);
    snapshots("new_order", &mut model);
}

#[test]
fn a_quote_shows_all_a_yes_is_about() {
    let mut model = quoted();
    for size in SIZES {
        let shown = text(&mut model, size);
        for fact in [
            "0:47 left",
            "Adaeze Obi",
            "KYC verified",
            "#42",
            "••••6789",
            "101.500000 USDT",
            "152,880.00 NGN",
            "1,530.12 NGN",
            "1.500000 USDT",
            "0.500000 USDT",
            "2.000000 USDT",
            "102.000000 USDT",
            "101.500000 USDT   = exact",
            "by hand",
            "0b7c6c1c-55c9-4a0e-8a3c-0a4a9d7b1f11",
            "[y] YES",
            "[r]",
            "[e]",
        ] {
            assert!(shown.contains(fact), "{fact} at {size:?}:\n{shown}");
        }
        assert!(!shown.contains("0123456789"), "the account is masked");
    }
    snapshots("quote", &mut model);
}

#[test]
fn a_quote_runs_out_in_sight() {
    let mut model = quoted();
    tick(&mut model, 45_000);
    insta::assert_snapshot!("quote_nearly_over_80x24", text(&mut model, (80, 24)));
    tick(&mut model, 50_000);
    let shown = text(&mut model, (80, 24));
    assert!(shown.contains("EXPIRED") && !shown.contains("[y]"), "{shown}");
    assert!(press(&mut model, Command::Letter('y')).is_empty());
}

#[test]
fn old_and_new_rate_stand_side_by_side() {
    let mut failure =
        no("PRICE_CHANGED_REQUOTE", "The API refused: the price moved.", "Compare the rates and quote again.");
    failure.no.as_mut().unwrap().price = Some(PriceChanged {
        quoted: Some(amount("1530.12")),
        current: Some(amount("1514.81")),
        difference: Some(amount("-1529.65")),
    });
    let mut model = answered(&failure);
    snapshots("price_changed", &mut model);
}

#[test]
fn a_lost_answer_says_what_is_known_and_fits_the_smallest_screen() {
    let mut model = answered(&Failure {
        kind: FailureKind::Unknown,
        what: "The connection broke before the answer came.".to_owned(),
        advice: "Look at what the API shows before trying again.".to_owned(),
        ..Failure::default()
    });
    let shown = text(&mut model, (80, 24));
    for fact in
        ["may or may not exist", "Esc", "never makes two", "[y] send this quote again", "152,880.00 NGN", "0b7c6c1c"]
    {
        assert!(shown.contains(fact), "{fact}:\n{shown}");
    }
    snapshots("initiate_unknown", &mut model);
}

#[test]
fn however_long_the_api_speaks_everything_a_yes_is_about_stays_in_sight() {
    let mut model = answered(&Failure {
        kind: FailureKind::Unknown,
        what: "the gateway said something ".repeat(20),
        ..Failure::default()
    });
    let shown = text(&mut model, (80, 24));
    for fact in ["may or may not exist", "[y] send this quote again", "you fund", "0b7c6c1c"] {
        assert!(shown.contains(fact), "{fact}:\n{shown}");
    }
}

#[test]
fn what_a_yes_allows_the_price_to_do_is_said() {
    let mut model = filled(KycStatus::Verified);
    for _ in 0..3 {
        press(&mut model, Command::NextField);
    }
    write(&mut model, "per cent");
    press(&mut model, Command::NextField);
    write(&mut model, "2.5");
    let effects = press(&mut model, Command::Submit);
    serve(&mut model, effects, &catalogue);
    let shown = text(&mut model, (80, 24));
    for fact in ["worse by up to 2.5 % of the rate", "[y] YES"] {
        assert!(shown.contains(fact), "{fact}:\n{shown}");
    }
}

#[test]
fn a_used_quote_points_to_the_list() {
    let mut model = answered(&no("QUOTE_ALREADY_USED", "The quote was used before.", "Find the order."));
    insta::assert_snapshot!("quote_used_80x24", text(&mut model, (80, 24)));
}

#[test]
fn a_quote_of_real_money_looks_like_no_other() {
    let mut model = quoted();
    assert!(!text(&mut model, (80, 24)).contains("PRODUCTION"));
    model.session.environment = EnvironmentKind::Production;
    for (width, height) in SIZES {
        assert!(text(&mut model, (width, height)).contains("PRODUCTION · "));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&model, Theme::colour(), frame)).unwrap();
        assert_eq!(terminal.backend().buffer()[(0, 1)].bg, Color::Red, "the border at {width}x{height}");
    }
}

#[test]
fn a_quote_that_was_covered_by_the_window_that_arms_is_seen_anew_before_a_yes() {
    let mut model = quoted();
    model.arming = Arming::default();
    text(&mut model, (80, 24));
    tick(&mut model, 4_000);
    press(&mut model, Command::Arm);
    assert!(model.arming.is_open());
    text(&mut model, (80, 24));
    tick(&mut model, 5_000);
    press(&mut model, Command::Back);
    assert!(press(&mut model, Command::Letter('y')).is_empty(), "not drawn since");
    text(&mut model, (80, 24));
    tick(&mut model, 6_000);
    // Making an order moves nothing: it needs no arm.
    let effects = press(&mut model, Command::Letter('y'));
    assert!(matches!(&effects[..], [Effect::Ask(_, request)] if request.is_write()), "{effects:?}");
}

#[test]
fn a_screen_too_small_for_the_question_takes_no_yes() {
    let mut model = quoted();
    let shown = text(&mut model, (70, 20));
    assert!(shown.contains("at least 80x24"), "{shown}");
    tick(&mut model, 9_000);
    assert!(press(&mut model, Command::Letter('y')).is_empty());
}

fn on_ramp(status: KnownStatus, allowed: &[AllowedAction]) -> Order {
    let id = OrderId::parse("27c7bc6e-7c52-4f0f-9a55-6b7d9e0c1a34").unwrap();
    let mut order = Order::bare(id, status.into());
    order.direction = Direction::OnRamp;
    order.amounts =
        Amounts { crypto_currency: Some("USDT".to_owned()), fiat_currency: Some("NGN".to_owned()), ..amounts() };
    order.fees = fees();
    order.allowed_actions = allowed.to_vec();
    order
}

fn payable() -> Order {
    let mut order = on_ramp(KnownStatus::AwaitingFiatTransfer, &[AllowedAction::ConfirmPaymentSent]);
    order.vendor = Some(VendorPaymentDetails {
        method: Some("Access Bank".to_owned()),
        network: Some("NIP".to_owned()),
        details: vec![
            ("account_name".to_owned(), "Kwame Vendor Ltd".to_owned()),
            ("account_number".to_owned(), "0123456789".to_owned()),
        ],
    });
    order
}

#[test]
fn an_on_ramp_order_to_be_paid() {
    let mut model = dashboard(KycStatus::Verified, vec![payable()]);
    let listed = text(&mut model, (120, 40));
    assert!(listed.contains("▲  27c7bc6e [d] payment sent"), "{listed}");
    press(&mut model, Command::Resolve);
    snapshots("on_ramp", &mut model);
}

#[test]
fn who_pays_is_asked_before_anybody_pays() {
    let mut order = on_ramp(KnownStatus::AwaitingFiatTransfer, &[AllowedAction::SubmitPayerDetails]);
    order.payment_request = Some(true);
    let mut model = dashboard(KycStatus::Verified, vec![order]);
    let listed = text(&mut model, (120, 40));
    assert!(listed.contains("▲  27c7bc6e [d] payer details"), "{listed}");
    let effects = press(&mut model, Command::Resolve);
    serve(&mut model, effects, &catalogue);
    insta::assert_snapshot!("payer_80x24", text(&mut model, (80, 24)));
    let effects = press(&mut model, Command::Submit);
    assert!(matches!(&effects[..], [Effect::Flow(..)]), "{effects:?}");
}

#[test]
fn where_the_crypto_goes() {
    let mut model =
        dashboard(KycStatus::Verified, vec![on_ramp(KnownStatus::Completed, &[AllowedAction::AuthorizeBridge])]);
    model.selected = model.orders.iter().next().map(|row| row.seen.value.id.clone());
    let effects = press(&mut model, Command::SendOut);
    let route = |chain: &str, kind: &str, id: &str| SendOutRoute {
        chain: chain.to_owned(),
        chain_id: Some(id.to_owned()),
        chain_type: Some(kind.to_owned()),
        token: Some("USDT".to_owned()),
        ..SendOutRoute::default()
    };
    serve(&mut model, effects, &|_| {
        Some(Ok(Answer::Routes(vec![route("Arbitrum One", "EVM", "42161"), route("Tron", "TVM", "728126428")])))
    });
    press(&mut model, Command::Down(1));
    press(&mut model, Command::NextField);
    write(&mut model, "0xDAC17F958D2ee523a2206206994597C13D831ec7");
    press(&mut model, Command::PreviousField);
    insta::assert_snapshot!("send_out_80x24", text(&mut model, (80, 24)));
}
