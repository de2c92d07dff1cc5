//! Events and their queue without HTTP.

use std::collections::HashSet;

use alloy_primitives::Address;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::World;
use super::kyc::Method;
use super::webhooks::{MOST_ATTEMPTS, Webhooks};
use crate::domain::status::KnownStatus;
use crate::sandbox::config::{Dialect, SandboxConfig, Scenario};

const URL: &str = "https://example.com/hook";

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn world(scenario: Scenario, dialect: Dialect) -> World {
    World::new(&SandboxConfig { scenario, dialect, ..SandboxConfig::new(Address::repeat_byte(7), start()) })
}

/// Delivers everything that is due.
fn events(world: &mut World) -> Vec<Value> {
    let now = world.now();
    let attempts = world.webhooks_mut().take_due(now, usize::MAX);
    for attempt in &attempts {
        world.webhooks_mut().outcome(&attempt.event_id, true, now);
    }
    attempts.iter().map(|attempt| serde_json::from_str(&attempt.body).unwrap()).collect()
}

#[test]
fn the_schedule_is_the_documented_one_and_ends() {
    let mut world = world(Scenario::Empty, Dialect::Baseline);
    world.register_webhook(Some(URL.to_owned()));
    let mut now = start();
    world.webhooks_mut().push("e-1".to_owned(), "{}".to_owned(), now);
    let mut waits = Vec::new();
    while let Some(due) = world.webhooks().next_due() {
        waits.push((due - now).num_minutes());
        now = due;
        assert_eq!(world.webhooks_mut().take_due(now - TimeDelta::seconds(1), 9), []);
        assert_eq!(world.webhooks_mut().take_due(now, 9).len(), 1);
        assert_eq!(world.webhooks_mut().take_due(now, 9), [], "on its way");
        world.webhooks_mut().outcome("e-1", false, now);
    }
    assert_eq!(waits, [0, 1, 5, 15, 60, 360, 720, 1440, 1440, 1440]);
    assert_eq!((waits.len(), world.webhooks().ended()), (MOST_ATTEMPTS, (0, 1)));
}

#[test]
fn without_a_url_nothing_is_queued_or_sent() {
    let mut queue = Webhooks::default();
    queue.push("e-1".to_owned(), "{}".to_owned(), start());
    assert_eq!(queue.take_due(start(), 9), []);
    let mut world = world(Scenario::Mixed, Dialect::Baseline);
    world.step(start() + TimeDelta::seconds(600));
    world.register_webhook(Some(URL.to_owned()));
    assert_eq!(events(&mut world), [] as [Value; 0], "the past is not announced");
    world.step(start() + TimeDelta::seconds(1200));
    assert!(world.webhooks().next_due().is_some());
    world.register_webhook(None);
    assert!(world.webhooks().next_due().is_none());
    world.step(start() + TimeDelta::seconds(1800));
    world.register_webhook(Some(URL.to_owned()));
    assert_eq!(events(&mut world), [] as [Value; 0]);
}

#[test]
fn each_change_of_an_order_is_one_event() {
    let mut world = world(Scenario::AwaitingConfirmation, Dialect::Baseline);
    world.register_webhook(Some(URL.to_owned()));
    let order = world.orders()[0].clone();
    world.confirm(order.id).unwrap();
    world.step(start() + TimeDelta::seconds(30));
    let events = events(&mut world);
    let statuses: Vec<_> = events.iter().map(|event| event["data"]["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["fiat_received_confirmed", "crypto_release_pending", "completed"]);
    let ids: HashSet<_> = events.iter().map(|event| event["event_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    let data = &events[0]["data"];
    assert_eq!((&events[0]["event_type"], &data["order_id"]), (&json!("order.status.changed"), &json!(order.id)));
    assert_eq!((&data["user_uuid"], &data["provider"]), (&json!(order.owner), &json!("p2p")));
    assert!(data["payment_details_id"].is_string() && data.get("partner_fee").is_none());
}

#[test]
fn the_newer_dialect_names_the_user_otherwise_and_has_short_amounts() {
    let mut world = world(Scenario::AwaitingConfirmation, Dialect::Newer);
    world.register_webhook(Some(URL.to_owned()));
    let order = world.orders()[0].clone();
    world.confirm(order.id).unwrap();
    world.announce();
    let data = &events(&mut world)[0]["data"];
    assert_eq!(data["user_id"], json!(order.owner));
    assert_eq!(data["crypto_amount"], order.price.crypto.normalize().to_string());
    assert!(data.get("user_uuid").is_none() && data["partner_fee"].is_string());
}

#[test]
fn what_is_owed_is_announced() {
    let mut world = world(Scenario::Mixed, Dialect::Baseline);
    world.register_webhook(Some(URL.to_owned()));
    let pending = KnownStatus::CryptoTransferAuthorizationPending;
    let late = world.orders().iter().find(|o| o.status == pending && !o.traits.widget).unwrap().id;
    world.cancel(late).unwrap();
    world.announce();
    let events = events(&mut world);
    let kinds: Vec<_> = events.iter().map(|event| event["event_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["order.status.changed", "order.refund.required"]);
    assert_eq!(events[1]["data"]["status"], "cancelled");
    assert_eq!(events[1]["data"]["action_required"]["type"], "authorize_refund");
}

#[test]
fn verdicts_are_announced_and_nothing_before_them() {
    let mut world = world(Scenario::Empty, Dialect::Baseline);
    world.register_webhook(Some(URL.to_owned()));
    for email in ["ann@example.com", "reject@example.com"] {
        let id = world.create_user(email, email).1.id;
        world.submit_kyc(id, Method::Handoff, &serde_json::Map::new()).unwrap();
    }
    world.step(start() + TimeDelta::seconds(60));
    assert_eq!(events(&mut world), [] as [Value; 0]);
    world.step(start() + TimeDelta::seconds(600));
    let events = events(&mut world);
    let words: Vec<_> = events.iter().map(|event| event["data"]["kyc_status"].as_str().unwrap()).collect();
    assert_eq!(words, ["VERIFIED", "REJECTED"]);
    assert!(events[1]["data"]["rejection_reasons"][0].is_string());
}

#[test]
fn the_number_of_steps_does_not_matter_to_events() {
    let run = |every: usize| {
        let mut world = world(Scenario::Mixed, Dialect::Baseline);
        world.register_webhook(Some(URL.to_owned()));
        for second in (0..=1800).step_by(every) {
            world.step(start() + TimeDelta::seconds(second));
        }
        let mut bodies: Vec<_> =
            events(&mut world).iter().map(|e| format!("{} {}", e["created_at"], e["data"])).collect();
        bodies.sort();
        bodies
    };
    assert_eq!(run(5), run(1800));
    assert!(run(5).len() > 50);
}
