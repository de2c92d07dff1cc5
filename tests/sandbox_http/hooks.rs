//! Webhooks: registered, tested, delivered to a real receiver that checks the signature itself.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode as Code, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use ramptop::sandbox::Scenario;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::harness::{Api, key, read};

/// How long something may take that happens at once.
const PATIENCE: Duration = Duration::from_secs(10);

struct Received {
    timestamp: i64,
    event: Value,
}

/// A receiver that answers with `status` and hands on what is properly signed.
struct Receiver {
    url: String,
    status: Arc<AtomicU16>,
    events: mpsc::UnboundedReceiver<Received>,
}

type Shared = (String, Arc<AtomicU16>, Arc<Mutex<mpsc::UnboundedSender<Received>>>);

async fn hook(State((secret, status, out)): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!((text("user-agent"), text("content-type")), ("unigox-webhooks/1.0", "application/json"));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text("x-unigox-timestamp").as_bytes());
    mac.update(b".");
    mac.update(&body);
    let given = text("x-unigox-signature").strip_prefix("sha256=").and_then(|text| hex::decode(text).ok());
    if given.is_none_or(|given| mac.verify_slice(&given).is_err()) {
        return Code::UNAUTHORIZED.into_response();
    }
    let timestamp = text("x-unigox-timestamp").parse().unwrap();
    let received = Received { timestamp, event: serde_json::from_slice(&body).unwrap() };
    out.lock().unwrap().send(received).unwrap();
    let code = Code::from_u16(status.load(Ordering::SeqCst)).unwrap();
    (code, [(header::LOCATION, "/moved")]).into_response()
}

impl Receiver {
    async fn start(secret: &str) -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let (sender, events) = mpsc::unbounded_channel();
        let state: Shared = (secret.to_owned(), status.clone(), Arc::new(Mutex::new(sender)));
        let app = axum::Router::new().route("/hook", post(hook)).route("/moved", post(hook)).with_state(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, status, events }
    }

    async fn next(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("no delivery").unwrap()
    }
}

async fn registered(scenario: Scenario) -> (Api, Receiver) {
    let api = Api::plain(scenario).await;
    let receiver = Receiver::start(&api.sandbox.config().webhook_secret).await;
    let (status, body) = api.post_json("/webhooks", &json!({"url": receiver.url})).await;
    assert_eq!((status, &body["data"]), (StatusCode::OK, &json!({"url": receiver.url, "enabled": true})));
    (api, receiver)
}

/// Waits until an attempt has been reported back to the queue.
async fn settled(api: &Api, done: impl Fn(&ramptop::sandbox::World) -> bool) {
    let wait = async {
        while !api.sandbox.with_world(|world| done(world)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the outcome never came");
}

#[tokio::test]
async fn a_webhook_is_registered_replaced_shown_and_deleted() {
    let api = Api::plain(Scenario::Empty).await;
    assert_eq!(api.data("/webhooks").await, json!({"enabled": false}));
    for (body, sentence) in [
        (json!({}), "webhook URL is required"),
        (json!({"url": " "}), "webhook URL is required"),
        (json!({"url": "http://example.com/hook"}), "webhook URL must use HTTPS"),
        (json!({"url": "dance"}), "webhook URL must use HTTPS"),
        (json!(7), "invalid request body"),
    ] {
        let (status, answer) = api.post_json("/webhooks", &body).await;
        assert_eq!((status, key(&answer)), (StatusCode::BAD_REQUEST, sentence), "{body}");
    }
    let (status, body) = api.post("/webhooks/test").await;
    assert_eq!((status, key(&body)), (StatusCode::BAD_REQUEST, "webhook URL is not set"));
    for url in ["https://example.com/one", "https://example.com/two"] {
        assert_eq!(api.post_json("/webhooks", &json!({"url": url})).await.0, StatusCode::OK);
        assert_eq!(api.data("/webhooks").await, json!({"url": url, "enabled": true}));
    }
    let (status, body) = read(api.request(Method::DELETE, "/webhooks/any")).await;
    assert_eq!((status, body["data"]["message"].is_string()), (StatusCode::OK, true));
    assert_eq!(api.data("/webhooks").await["enabled"], false);
}

#[tokio::test]
async fn a_test_reports_what_the_receiver_said() {
    let (api, mut receiver) = registered(Scenario::Empty).await;
    let (status, body) = api.post("/webhooks/test").await;
    assert_eq!((status, &body["data"]), (StatusCode::OK, &json!({"delivered": true, "http_status": 200})));
    assert_eq!(receiver.next().await.event["event_type"], "webhook.test");
    receiver.status.store(307, Ordering::SeqCst);
    let (_, body) = api.post("/webhooks/test").await;
    assert_eq!(body["data"], json!({"delivered": false, "http_status": 307}));
    receiver.next().await;
    assert!(receiver.events.is_empty(), "redirects are not followed");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    api.post_json("/webhooks", &json!({"url": format!("http://{closed}/hook")})).await;
    let (status, body) = api.post("/webhooks/test").await;
    assert_eq!((status, key(&body)), (StatusCode::BAD_GATEWAY, "webhook delivery failed"));
}

#[tokio::test]
async fn a_change_is_delivered_signed_and_only_once() {
    let (api, mut receiver) = registered(Scenario::AwaitingConfirmation).await;
    let order = api.offering("confirm-fiat-received").await;
    api.post(&format!("/orders/{order}/confirm-fiat-received")).await;
    let Received { timestamp, event } = receiver.next().await;
    assert_eq!(timestamp, api.sandbox.now().timestamp());
    assert_eq!(
        (&event["event_type"], &event["created_at"]),
        (&json!("order.status.changed"), &json!("2026-09-21T14:13:20Z"))
    );
    assert_eq!(
        (&event["data"]["order_id"], &event["data"]["status"]),
        (&json!(order), &json!("fiat_received_confirmed"))
    );
    settled(&api, |world| world.webhooks().ended() == (1, 0)).await;
    api.advance(60);
    api.sandbox.now();
    let mut statuses =
        [receiver.next().await, receiver.next().await].map(|received| received.event["data"]["status"].clone());
    statuses.sort_by_key(Value::to_string);
    assert_eq!(statuses, ["completed", "crypto_release_pending"]);
    settled(&api, |world| world.webhooks().ended() == (3, 0)).await;
    assert!(receiver.events.is_empty());
}

#[tokio::test]
async fn a_failing_receiver_gets_every_retry_on_the_virtual_clock() {
    let (api, mut receiver) = registered(Scenario::Empty).await;
    receiver.status.store(500, Ordering::SeqCst);
    let user = api.new_user("reject-me").await;
    api.post_json(&format!("/users/{user}/kyc-submissions"), &json!({"method": "handoff"})).await;
    api.advance(120);
    api.sandbox.now();
    let first = receiver.next().await;
    assert_eq!(first.event["event_type"], "user.kyc.updated");
    assert_eq!(
        (&first.event["data"]["user_uuid"], &first.event["data"]["kyc_status"]),
        (&json!(user), &json!("REJECTED"))
    );
    let mut before = first.timestamp;
    for minutes in [1, 5, 15, 60, 360, 720, 1440, 1440] {
        settled(&api, |world| world.webhooks().next_due().is_some()).await;
        api.advance(minutes * 60 - 1);
        assert!(api.sandbox.with_world(|world| world.webhooks().next_due().unwrap() > world.now()));
        assert!(receiver.events.is_empty(), "too early");
        api.advance(1);
        api.sandbox.now();
        let again = receiver.next().await;
        assert_eq!(
            (again.event["event_id"].clone(), again.timestamp),
            (first.event["event_id"].clone(), before + minutes * 60)
        );
        before = again.timestamp;
    }
    settled(&api, |world| world.webhooks().next_due().is_some()).await;
    receiver.status.store(204, Ordering::SeqCst);
    api.advance(1440 * 60);
    api.sandbox.now();
    receiver.next().await;
    settled(&api, |world| world.webhooks().ended() == (1, 0)).await;
    assert!(api.sandbox.with_world(|world| world.webhooks().next_due().is_none()));
}

#[tokio::test]
async fn a_receiver_that_is_not_there_gets_the_event_at_its_new_address() {
    let (api, mut receiver) = registered(Scenario::AwaitingConfirmation).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    api.post_json("/webhooks", &json!({"url": format!("http://{closed}/hook")})).await;
    let order = api.offering("confirm-fiat-received").await;
    api.post(&format!("/orders/{order}/confirm-fiat-received")).await;
    settled(&api, |world| world.webhooks().next_due().is_some_and(|due| due > world.now())).await;
    api.post_json("/webhooks", &json!({"url": receiver.url})).await;
    api.advance(60);
    api.sandbox.now();
    assert_eq!(receiver.next().await.event["data"]["order_id"], order);
}

#[tokio::test]
async fn failing_webhooks_lose_two_tests_and_two_attempts_of_each_event() {
    let api = Api::plain(Scenario::WebhookFailing).await;
    let mut receiver = Receiver::start(&api.sandbox.config().webhook_secret).await;
    assert_eq!(api.post_json("/webhooks", &json!({"url": receiver.url})).await.0, StatusCode::OK);
    for _ in 0..2 {
        let (status, body) = api.post("/webhooks/test").await;
        assert_eq!((status, key(&body)), (StatusCode::BAD_GATEWAY, "webhook delivery failed"));
    }
    assert_eq!(api.post("/webhooks/test").await.0, StatusCode::OK);
    assert_eq!(receiver.next().await.event["event_type"], "webhook.test");
    let id = api.offering("cancel").await;
    assert_eq!(api.post(&format!("/orders/{id}/cancel")).await.0, StatusCode::OK);
    let due_in = |seconds: i64| {
        let at = api.sandbox.now() + chrono::TimeDelta::seconds(seconds);
        move |world: &ramptop::sandbox::World| world.webhooks().next_due() == Some(at)
    };
    settled(&api, due_in(60)).await;
    api.sandbox.with_world(|world| assert_eq!(world.webhooks().ended(), (0, 0)));
    api.advance(60);
    api.data("/webhooks").await;
    settled(&api, |world| world.webhooks().next_due().is_some_and(|at| at > world.now())).await;
    api.advance(300);
    api.data("/webhooks").await;
    let event = receiver.next().await.event;
    assert_eq!((&event["event_type"], &event["data"]["order_id"]), (&json!("order.status.changed"), &json!(id)));
}

#[tokio::test]
async fn a_new_order_is_announced_from_its_first_status() {
    for ramp in ["offramp", "onramp"] {
        let (api, mut receiver) = registered(Scenario::SendOut).await;
        let mut ask = crate::desk::naira(&api).await;
        if ramp == "onramp" {
            ask.as_object_mut().unwrap().remove("payment_details_id");
        }
        let id = crate::desk::order(&api, ramp, &ask).await;
        let mut seen = Vec::new();
        while seen.last().is_none_or(|status| status != "awaiting_liquidity_provider") {
            let event = receiver.next().await.event;
            if event["data"]["order_id"] == json!(id) {
                assert_eq!(event["data"]["user_uuid"], ask["user_uuid"]);
                seen.push(event["data"]["status"].as_str().unwrap().to_owned());
            }
        }
    }
}
