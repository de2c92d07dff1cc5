//! The engine without HTTP: lifecycle, determinism, expiry, confirm, cancel, refusals by status.

use std::collections::HashSet;

use alloy_primitives::{Address, U256};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::World;
use super::act::Refused;
use super::lifecycle::Fate;
use super::order::SimOrder;
use crate::domain::Direction;
use crate::domain::status::KnownStatus::{self, *};
use crate::sandbox::config::{SandboxConfig, Scenario};
use crate::sandbox::wire;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn config(scenario: Scenario, orders: usize) -> SandboxConfig {
    SandboxConfig { orders, scenario, ..SandboxConfig::new(Address::repeat_byte(7), start()) }
}

fn mixed() -> World {
    World::new(&config(Scenario::Mixed, 60))
}

fn after(seconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::seconds(seconds)
}

fn snapshot(world: &World) -> String {
    let orders: Vec<_> = world.orders().iter().map(|o| wire::order(world, o)).collect();
    format!("{} {:?}", serde_json::to_string(&orders).unwrap(), world.chain().nonce(world.sender()))
}

fn find(world: &World, wanted: impl Fn(&SimOrder) -> bool) -> Uuid {
    world.orders().iter().find(|o| wanted(o)).unwrap().id
}

fn in_status(world: &World, status: KnownStatus) -> Uuid {
    find(world, |o| o.status == status && !o.traits.widget && o.direction == Direction::OffRamp)
}

#[test]
fn the_start_shows_every_status_and_peculiarity() {
    let world = mixed();
    assert_eq!(world.orders().len(), 60);
    let seen: HashSet<_> = world.orders().iter().map(|o| o.status).collect();
    let later = [PendingAddress, SettlementInProgress, Returned];
    for status in KnownStatus::ALL.iter().filter(|s| !later.contains(s)) {
        assert!(seen.contains(status), "{status:?}");
    }
    let count = |f: &dyn Fn(&SimOrder) -> bool| world.orders().iter().filter(|o| f(o)).count();
    assert!(count(&|o| o.allowed_actions().contains(&"authorize-crypto-transfer")) >= 4);
    assert!(count(&|o| o.next_action() == Some("confirm_fiat_received") && !o.traits.widget) >= 3);
    assert!(count(&|o| o.countdown_end().is_some_and(|end| (60..=150).contains(&(end - start()).num_seconds()))) >= 1);
    assert_eq!(count(&|o| o.allowed_actions() == ["authorize-refund"]), 1);
    assert_eq!(count(&|o| o.next_action() == Some("update_kyc_address")), 1);
    assert!(count(&|o| o.traits.widget && o.next_action().is_some() && o.allowed_actions().is_empty()) >= 2);
}

#[test]
fn timelines_run_forward_and_end_at_the_status() {
    let mut world = mixed();
    world.step(after(7200));
    for order in world.orders() {
        assert!(order.timeline.windows(2).all(|w| w[0].at <= w[1].at), "{order:?}");
        assert_eq!(order.timeline.last().unwrap().status, order.status);
        assert!(order.updated_at() <= world.now());
    }
}

#[test]
fn the_number_of_steps_does_not_matter() {
    let (mut often, mut once) = (mixed(), mixed());
    for second in (0..4000).step_by(7) {
        often.step(after(second));
    }
    often.step(after(4000));
    once.step(after(4000));
    assert_eq!(snapshot(&often), snapshot(&once));
    let other = World::new(&SandboxConfig { seed: 8, ..config(Scenario::Mixed, 60) });
    assert_ne!(snapshot(&mixed()), snapshot(&other));
}

#[test]
fn a_clock_that_runs_backwards_moves_nothing() {
    let mut world = mixed();
    world.step(after(600));
    let before = snapshot(&world);
    world.step(after(10));
    assert_eq!(snapshot(&world), before);
}

#[test]
fn orders_arrive_and_become_authorizable() {
    let mut world = mixed();
    world.step(after(450));
    assert_eq!(world.orders().len(), 70);
    let arrived: Vec<_> = world.orders().iter().skip(60).collect();
    assert!(arrived.iter().any(|o| o.allowed_actions().contains(&"authorize-crypto-transfer")));
    let bad = |o: &&SimOrder| matches!(o.fate, Fate::RelayFails | Fate::ProofDeclined | Fate::Disputed);
    assert!(!arrived.iter().any(bad));
}

#[test]
fn arriving_widget_orders_complete_without_us_and_ours_never_are_funded_by_magic() {
    let mut world = mixed();
    let nonce = world.chain().nonce(world.sender());
    world.step(after(7200));
    let arrived: Vec<_> = world.orders().iter().skip(60).filter(|o| o.direction == Direction::OffRamp).collect();
    assert!(arrived.iter().filter(|o| o.traits.widget && o.status == Completed).count() > 10);
    let funded = |o: &SimOrder| o.timeline.iter().any(|e| e.status == CryptoTransferAuthorizationPending);
    assert!(arrived.iter().all(|o| o.traits.widget || !funded(o)));
    assert_eq!(world.chain().nonce(world.sender()), nonce);
}

#[test]
fn an_order_nobody_authorizes_expires_and_is_never_funded() {
    let mut world = World::new(&config(Scenario::AwaitingAuthorization, 5));
    let id = world.orders()[0].id;
    let end = world.order(id).unwrap().authorize_by.unwrap();
    world.step(end - TimeDelta::seconds(1));
    assert_eq!(world.order(id).unwrap().countdown_end().unwrap() - world.now(), chrono::TimeDelta::seconds(1));
    world.step(end);
    let order = world.order(id).unwrap();
    assert_eq!((order.status, order.traits.refund_owed), (Cancelled, false));
    assert_eq!(order.timeline.last().unwrap().description, "Authorization window expired");
    assert_eq!(world.chain().balance(order.escrow), U256::ZERO);
}

#[test]
fn a_confirmation_leads_to_release_and_may_be_repeated() {
    let mut world = World::new(&config(Scenario::AwaitingConfirmation, 3));
    let id = world.orders()[0].id;
    let escrow = world.orders()[0].escrow;
    assert!(world.chain().balance(escrow) > U256::ZERO);
    assert_eq!(world.confirm(id).unwrap().status, FiatReceivedConfirmed);
    world.step(after(10));
    assert_eq!(world.order(id).unwrap().status, Completed);
    assert_eq!(world.chain().balance(escrow), U256::ZERO);
    let before = snapshot(&world);
    assert_eq!(world.confirm(id).unwrap().status, Completed);
    assert_eq!(snapshot(&world), before);
    assert_eq!(world.tally().confirmations[&id], 2);
}

#[test]
fn an_order_whose_provider_confirms_completes_by_itself() {
    let mut world = mixed();
    let id = find(&world, |o| o.traits.settles_itself && o.status == CryptoReceived);
    world.step(after(121));
    assert_eq!(world.order(id).unwrap().status, Completed);
}

#[test]
fn a_cancellation_before_funding_owes_nothing_and_during_it_owes_a_refund() {
    let mut world = mixed();
    let early = in_status(&world, AwaitingCryptoTransferAuthorization);
    assert_eq!(world.cancel(early).unwrap().allowed_actions(), Vec::<&str>::new());
    let late = in_status(&world, CryptoTransferAuthorizationPending);
    assert_eq!(world.cancel(late).unwrap().allowed_actions(), ["authorize-refund"]);
}

#[test]
fn some_moving_orders_fail_and_some_owe_a_refund() {
    let mut world = mixed();
    let fails = find(&world, |o| o.fate == Fate::RelayFails && o.status == CryptoTransferAuthorizationPending);
    let declined = find(&world, |o| o.fate == Fate::ProofDeclined);
    world.step(after(120));
    assert_eq!(world.order(fails).unwrap().status, Failed);
    let declined = world.order(declined).unwrap();
    assert_eq!((declined.status, declined.next_action()), (Cancelled, Some("authorize_refund")));
    assert_eq!(world.chain().balance(declined.escrow), declined.price.units());
}

#[test]
fn every_action_is_taken_where_it_is_offered_and_refused_elsewhere() {
    let world = mixed();
    for order in world.orders().iter().map(|o| o.id) {
        let fresh = world.order(order).unwrap();
        let offers = |action: &str| fresh.allowed_actions().contains(&action);
        let confirmed = matches!(fresh.status, FiatReceivedConfirmed | CryptoReleasePending | Completed)
            && fresh.direction == Direction::OffRamp;
        let expected = |fine: bool, refused: Refused| match fine {
            _ if fresh.traits.widget => Some(Refused::NotFound),
            true => None,
            false => Some(refused),
        };
        let status = || Refused::Status(format!("order is in status {}", fresh.status.wire()));
        let no = Refused::NotAllowed(format!("order cannot be cancelled in status {}", fresh.status.wire()));
        let fine = offers("confirm-fiat-received") || confirmed;
        assert_eq!(world.clone().confirm(order).err(), expected(fine, status()));
        assert_eq!(world.clone().cancel(order).err(), expected(offers("cancel"), no));
        assert_eq!(world.clone().payment_sent(order).err(), expected(offers("confirm-payment-sent"), status()));
        assert_eq!(world.authorizable(order).is_ok(), offers("authorize-crypto-transfer"), "{:?}", fresh.status);
    }
}

#[test]
fn small_empty_and_large_worlds_hold_together() {
    assert_eq!(World::new(&config(Scenario::Mixed, 3)).orders().len(), 3);
    let mut empty = World::new(&config(Scenario::Empty, 60));
    empty.step(after(86_400));
    assert!(empty.orders().is_empty() && empty.user_ids().is_empty());
    let large = World::new(&config(Scenario::Mixed, 5_000));
    let ids: HashSet<_> = large.orders().iter().map(|o| o.id).collect();
    let escrows: HashSet<_> = large.orders().iter().map(|o| o.escrow).collect();
    assert_eq!((ids.len(), escrows.len()), (5_000, 5_000));
    assert_eq!(large.order_owners().len(), 5_000);
}

#[test]
fn a_fast_world_still_shows_real_time() {
    let mut config = SandboxConfig::new(Address::repeat_byte(1), start());
    config.speed = 60;
    let mut world = World::new(&config);
    world.step(start() + chrono::TimeDelta::seconds(600));
    assert_eq!(world.shown_now(), start() + chrono::TimeDelta::seconds(10));
    let windows: Vec<i64> = world
        .orders()
        .iter()
        .filter_map(|o| wire::order(&world, o).crypto_transfer_authorization_seconds_left)
        .collect();
    assert!(!windows.is_empty());
    assert!(windows.iter().all(|left| (0..=30).contains(left)), "{windows:?}");
}
