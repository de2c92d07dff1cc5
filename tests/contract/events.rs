//! Webhook events as a receiver gets them, held against the contract's event.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use ramptop::sandbox::{Dialect, SandboxConfig, Scenario};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::beyond;
use crate::harness::{Api, signer, start};
use crate::schemas::Contract;

const PATIENCE: Duration = Duration::from_secs(20);
const KINDS: [&str; 3] = ["order.refund.required", "order.status.changed", "user.kyc.updated"];

/// The address of a receiver, and what it receives.
async fn receiver() -> (String, UnboundedReceiver<Value>) {
    let (sender, events) = mpsc::unbounded_channel();
    let keep = async |State(sender): State<UnboundedSender<Value>>, Json(event): Json<Value>| {
        let _ = sender.send(event);
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let app = axum::Router::new().route("/", post(keep)).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, events)
}

/// A world in which an event of each kind is on its way.
async fn eventful(dialect: Dialect) -> (Api, UnboundedReceiver<Value>) {
    let config =
        SandboxConfig { dialect, scenario: Scenario::Mixed, ..SandboxConfig::new(signer(0x11).address(), start()) };
    let (api, (url, events)) = (Api::with(config).await, receiver().await);
    let user = api.new_user("reject-me").await;
    assert!(api.post_json("/webhooks", &json!({"url": url})).await.0.is_success());
    assert!(
        api.post_json(&format!("/users/{user}/kyc-submissions"), &json!({"method": "handoff"})).await.0.is_success()
    );
    // Among them are orders whose proof of payment is declined: their refund is owed.
    api.advance(1200);
    api.sandbox.now();
    (api, events)
}

#[tokio::test]
async fn every_event_keeps_the_contract() {
    let contract = Contract::load();
    let (mut complaints, mut extensions) = (BTreeSet::new(), BTreeSet::new());
    for dialect in [Dialect::Baseline, Dialect::Newer] {
        let (_api, mut events) = eventful(dialect).await;
        let mut kinds = BTreeSet::new();
        while kinds.len() < KINDS.len() {
            let event = tokio::time::timeout(PATIENCE, events.recv()).await.expect("an event of each kind").unwrap();
            let verdict = contract.check_event(dialect, &event);
            complaints.extend(verdict.complaints.iter().map(|text| format!("{dialect}: {text}: {event}")));
            extensions.extend(verdict.extensions);
            kinds.insert(event["event_type"].as_str().unwrap().to_owned());
        }
        assert!(kinds.iter().eq(KINDS), "{kinds:?}");
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
    let all = beyond::EVENTS.iter().chain(beyond::NEWER_EVENTS);
    let unused: Vec<_> = all.filter(|(path, value, _)| !extensions.contains(&(*path, *value))).collect();
    assert!(unused.is_empty(), "extensions that no event has: {unused:?}");
}
