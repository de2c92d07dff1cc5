//! Tables: what is known against where the steps stand.

use super::order;
use super::steps::*;
use crate::app::Command;
use crate::app::ask::{Answer, Request};
use crate::app::page::{Behave, Step};
use crate::domain::kyc::Verification;
use crate::domain::timeline::TimelineEntry;
use crate::domain::user::KycStatus;
use crate::domain::webhook::{Webhook, WebhookTest};
use crate::domain::{
    AllowedAction, Direction, NextAction, Order, OrderId, PaymentDetailsId, PaymentProfile, Status, User, UserId,
};

struct World {
    webhook: Fact<Webhook>,
    webhook_test: Option<WebhookTest>,
    user: Option<UserId>,
    profile: Option<User>,
    verification: Option<Verification>,
    payments: Option<Vec<PaymentProfile>>,
    order: Option<Order>,
    read_only: bool,
    can_sign: bool,
}

fn user_id() -> UserId {
    UserId::parse("0a3a3843-0000-4000-8000-000000000001").unwrap()
}

fn user(kyc: &str) -> User {
    User {
        id: user_id(),
        email: None,
        created_at: None,
        kyc: Some(KycStatus::from_wire(kyc)),
        first_name: None,
        last_name: None,
        country: None,
        rejection_reason: None,
        payment_profiles: Vec::new(),
    }
}

fn verification(word: &str) -> Verification {
    Verification {
        status: KycStatus::from_wire(word),
        word: word.to_owned(),
        url: None,
        seconds_left: None,
        messages: Vec::new(),
    }
}

fn payment() -> PaymentProfile {
    PaymentProfile {
        id: PaymentDetailsId::parse("1041").unwrap(),
        rail: "nip-nigeria".to_owned(),
        currency: "NGN".to_owned(),
        institution: None,
        details: Vec::new(),
    }
}

fn made(status: &str, allows: &[&str], timeline: &[&str]) -> Order {
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), Status::from_wire(status));
    order.allowed_actions = allows.iter().map(|word| AllowedAction::from_wire(word)).collect();
    let entry = |word: &&str| TimelineEntry { status: Status::from_wire(word), at: None, description: String::new() };
    order.timeline = timeline.iter().map(entry).collect();
    order
}

/// Everything before an order is in place.
fn ready() -> World {
    World {
        webhook: Fact::Known(Webhook { url: Some("https://a.example/hook".to_owned()), enabled: Some(true) }),
        webhook_test: None,
        user: Some(user_id()),
        profile: Some(user("VERIFIED")),
        verification: None,
        payments: Some(vec![payment()]),
        order: None,
        read_only: false,
        can_sign: true,
    }
}

fn with(order: Order) -> World {
    World { order: Some(order), ..ready() }
}

fn items(world: &World) -> Vec<Item> {
    steps(&Facts {
        key_accepted: Some(true),
        read_only: world.read_only,
        can_sign: world.can_sign,
        actions_blocked: None,
        webhook: &world.webhook,
        webhook_test: world.webhook_test,
        user: world.user.as_ref(),
        user_missing: false,
        profile: world.profile.as_ref(),
        verification: world.verification.as_ref(),
        payments: world.payments.as_deref(),
        order: world.order.as_ref(),
        orders: 0,
    })
}

/// One letter for each numbered step: Done, Next, Waiting, Blocked, Optional, ? not known.
fn letters(world: &World) -> String {
    let letter = |item: &Item| match item.state {
        State::Done => 'D',
        State::Next => 'N',
        State::Waiting => 'W',
        State::Blocked => 'B',
        State::Optional => 'O',
        State::NotKnown => '?',
    };
    items(world).iter().filter(|item| item.number.is_some()).map(letter).collect()
}

fn find(world: &World, number: Option<u8>) -> Item {
    items(world).into_iter().find(|item| item.number == number).unwrap()
}

#[test]
fn the_off_ramp_has_its_eighteen_steps_in_order() {
    let numbers: Vec<Option<u8>> = items(&ready()).iter().map(|item| item.number).collect();
    assert_eq!(numbers, (1..=18).map(Some).collect::<Vec<_>>());
}

#[test]
fn before_an_order() {
    let nobody = World { user: None, profile: None, payments: None, ..ready() };
    let empty = World { webhook: Fact::Known(Webhook::default()), ..nobody };
    assert_eq!(letters(&empty), "DNBNBBBBOBBBBBBBBD");
    let kyc = |word: &str| World { profile: Some(user(word)), payments: Some(Vec::new()), ..ready() };
    // Steps 4 to 11: user, KYC, documents, verification, payment details, estimate, quote, initiate.
    for (word, expected) in [
        ("NOT_INITIATED", "DNBBNOBB"),
        ("PENDING_DOCUMENTS", "DDNWNOBB"),
        ("IN_PROGRESS", "DD?WNOBB"),
        ("UNDER_REVIEW", "DD?WNOBB"),
        ("COMPLETED", "DD?WNOBB"),
        ("VERIFICATION_REJECTED", "DNBBNOBB"),
        ("VERIFIED", "DDDDNOBB"),
        ("SOMETHING_NEW", "D???NOBB"),
    ] {
        assert_eq!(&letters(&kyc(word))[3..11], expected, "{word}");
    }
    assert_eq!(&letters(&ready())[3..11], "DDDDDONB");
    let unread = World { profile: None, payments: None, ..ready() };
    assert_eq!(&letters(&unread)[3..11], "D????O?B", "what nobody said is not done");
}

#[test]
fn completed_is_not_verified_whoever_says_it() {
    let world = World { verification: Some(verification("COMPLETED")), profile: Some(user("IN_PROGRESS")), ..ready() };
    let seven = find(&world, Some(7));
    assert_eq!(seven.state, State::Waiting);
    assert!(seven.note.contains("not yet approved"), "{}", seven.note);
    let cleared = World { verification: Some(verification("VERIFIED")), profile: Some(user("IN_PROGRESS")), ..ready() };
    assert_eq!(find(&cleared, Some(7)).state, State::Done);
    let rejected = World { verification: Some(verification("FAILED")), profile: Some(user("IN_PROGRESS")), ..ready() };
    assert_eq!(find(&rejected, Some(5)).state, State::Next);
}

#[test]
fn the_off_ramp_from_status_to_status() {
    // Steps 9 to 16.
    for (status, allows, expected) in [
        ("created", &["cancel"][..], "DDDWBBBB"),
        ("awaiting_liquidity_provider", &["cancel"], "DDDWBBBB"),
        ("pending_address", &[], "DDDNBBBB"),
        ("awaiting_crypto_transfer_authorization", &["authorize-crypto-transfer"], "DDDNBBBB"),
        ("awaiting_crypto_transfer_authorization", &[], "DDDBBBBB"),
        ("crypto_transfer_authorization_pending", &[], "DDDWBBBB"),
        ("crypto_received", &["confirm-fiat-received"], "DDDDWBBO"),
        ("crypto_received", &[], "DDDDWBBB"),
        ("fiat_payment_started", &[], "DDDDDWBB"),
        ("fiat_payment_review_started", &[], "DDDDDDWB"),
        ("awaiting_fiat_received_confirmation", &["confirm-fiat-received"], "DDDDDDDN"),
        ("fiat_received_confirmed", &[], "DDDDDDDW"),
        ("crypto_release_pending", &[], "DDDDDDDW"),
        ("completed", &[], "DDDDDDDD"),
        ("settlement_in_progress", &[], "DDD?????"),
        ("brand_new", &[], "DDD?????"),
    ] {
        assert_eq!(&letters(&with(made(status, allows, &[])))[8..16], expected, "{status} {allows:?}");
    }
}

#[test]
fn endings_say_how_far_it_came_and_what_is_owed() {
    let came = ["created", "awaiting_crypto_transfer_authorization", "crypto_received", "cancelled"];
    let refund = with(made("cancelled", &["authorize-refund"], &came));
    assert_eq!(&letters(&refund)[8..16], "DDDDBBBB");
    let ending = find(&refund, None);
    assert_eq!((ending.state, ending.goes), (State::Next, Goes::Act(Command::Refund)));
    for (status, state) in [
        ("cancelled", State::Blocked),
        ("failed", State::Blocked),
        ("dispute_started", State::Waiting),
        ("price_changed_requote_needed", State::Next),
    ] {
        assert_eq!(find(&with(made(status, &[], &came)), None).state, state, "{status}");
    }
    let open = with(made("crypto_received", &[], &came));
    assert!(!items(&open).iter().any(|item| item.number.is_none()), "no ending that did not happen");
}

#[test]
fn what_this_run_may_not_do_is_blocked() {
    let wants = || made("awaiting_crypto_transfer_authorization", &["authorize-crypto-transfer"], &[]);
    let read_only = World { read_only: true, ..with(wants()) };
    assert_eq!(find(&read_only, Some(12)).state, State::Blocked);
    let no_key = World { can_sign: false, ..with(wants()) };
    assert!(find(&no_key, Some(12)).note.contains("no key"));
}

#[test]
fn a_missing_address_comes_before_the_signature() {
    let mut order = made("awaiting_crypto_transfer_authorization", &["authorize-crypto-transfer"], &[]);
    order.next_action = Some(NextAction::UpdateKycAddress);
    let twelve = find(&with(order), Some(12));
    assert_eq!((twelve.state, twelve.goes), (State::Next, Goes::Resolve));
}

#[test]
fn an_on_ramp_order_has_its_own_steps() {
    let on = |status: &str, allows: &[&str], asks: bool| {
        let mut order = made(status, allows, &[]);
        order.direction = Direction::OnRamp;
        order.payment_request = Some(asks);
        with(order)
    };
    // Steps 8 to 17: from the estimate to the send-out.
    for (world, expected) in [
        (on("awaiting_liquidity_provider", &[], false), "DDDWBBBBBB"),
        (on("awaiting_vendor_escrow_funding", &[], false), "DDDDWBBBBB"),
        (on("awaiting_fiat_transfer", &["submit-payer-details"], true), "DDDDDNBBBB"),
        (on("awaiting_fiat_transfer", &["confirm-payment-sent"], false), "DDDDDDNNBB"),
        (on("fiat_transfer_pending", &[], false), "DDDDDDDDWB"),
        (on("completed", &["authorize-bridge"], false), "DDDDDDDDDO"),
        (on("send_out_pending", &[], false), "DDDDDDDDDW"),
        (on("send_out_completed", &[], false), "DDDDDDDDDD"),
    ] {
        let status = world.order.as_ref().map(|o| o.status.wire().to_owned());
        assert_eq!(&letters(&world)[7..17], expected, "{status:?}");
        let numbers: Vec<u8> = items(&world).iter().filter_map(|item| item.number).collect();
        assert_eq!(numbers, (1..=19).collect::<Vec<u8>>());
    }
}

#[test]
fn webhook_facts() {
    let hook = |fact: Fact<Webhook>| letters(&World { webhook: fact, ..ready() })[1..3].to_owned();
    assert_eq!(hook(Fact::Waiting), "??");
    assert_eq!(hook(Fact::Failed("no answer".to_owned())), "??");
    assert_eq!(hook(Fact::Known(Webhook::default())), "NB");
    let off = Webhook { url: Some("https://a.example".to_owned()), enabled: Some(false) };
    assert_eq!(hook(Fact::Known(off)), "NB");
    assert_eq!(hook(ready().webhook), "D?", "a test cannot be looked up");
    for (delivered, letter) in [(true, "D"), (false, "N")] {
        let webhook_test = Some(WebhookTest { delivered, http_status: None });
        assert_eq!(letters(&World { webhook_test, ..ready() })[2..3], *letter);
    }
}

#[test]
fn direction_is_of_the_order() {
    let world = ready();
    let facts = Facts {
        key_accepted: None,
        read_only: false,
        can_sign: false,
        actions_blocked: None,
        webhook: &world.webhook,
        webhook_test: world.webhook_test,
        user: None,
        user_missing: false,
        profile: None,
        verification: None,
        payments: None,
        order: None,
        orders: 0,
    };
    assert!(!order::is_on_ramp(&facts));
}

#[test]
fn who_comes_back_from_doing_a_step_finds_the_next_one_selected() {
    let mut desk = super::super::testing::Desk::new();
    let mut page = super::Playbook::new();
    page.answered(&Request::Webhook, Ok(&Answer::Webhook(Webhook::default())), desk.context());
    let title = |page: &super::Playbook, desk: &super::super::testing::Desk| {
        let items = page.items(desk.context());
        items[page.selected(&items)].title
    };
    page.command(Command::Up(2), desk.context());
    assert_eq!(title(&page, &desk), "Register the webhook");
    assert!(matches!(page.command(Command::Open, desk.context())[..], [Step::Open(_)]));
    assert_eq!(title(&page, &desk), "Create the user");
    // Looking at what is done leaves the place alone.
    page.command(Command::Up(3), desk.context());
    page.command(Command::Open, desk.context());
    assert_eq!(title(&page, &desk), "Obtain credentials");
    desk.people.add(user_id());
    page.command(Command::Down(20), desk.context());
    page.command(Command::Up(9), desk.context());
    assert_eq!(title(&page, &desk), "Estimate");
    let Some(Step::Open(mut opened)) = page.command(Command::Open, desk.context()).pop() else { panic!() };
    opened.behave_mut().shown(desk.context());
    assert_eq!(opened.behave().form().unwrap().value("user_uuid"), user_id().as_str(), "the playbook's own user");
}
