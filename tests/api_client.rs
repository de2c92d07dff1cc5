//! The real client against small servers on this machine: what goes over the wire, what comes
//! back, and what is made of it. Servers are raw TCP where HTTP libraries would be too polite.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/recorded.rs"]
mod recorded;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::Utc;
use proptest::prelude::*;
use ramptop::api::{ApiError, ApiKey, ApiUrl, Client, ClientConfig, OrdersQuery, RawMethod, RawPath, RetryPolicy};
use ramptop::domain::stage::Submission;
use ramptop::domain::{Mono, Now, OrderId, UserId, text};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "s3cret-test-key";

/// What a server does with the next request.
#[derive(Clone)]
enum Then {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Closes without an answer.
    Close,
    /// Keeps the connection open and says nothing.
    Silence,
}

fn http(status: u16, headers: &str, body: &str) -> Then {
    let length = body.len();
    Then::Bytes(
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}").into(),
    )
}

fn ok(data: &Value) -> Then {
    http(200, "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", &json!({"success": true, "data": data}).to_string())
}

/// A server with a script, which remembers what it was sent.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers by the script; its last line again and again.
    async fn start(script: Vec<Then>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut script = VecDeque::from(script);
            while let Ok((stream, _)) = listener.accept().await {
                let then = if script.len() > 1 { script.pop_front().unwrap() } else { script[0].clone() };
                tokio::spawn(serve(stream, then, Arc::clone(&seen)));
            }
        });
        Self { address, requests }
    }

    fn seen(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, then: Then, seen: Arc<Mutex<Vec<String>>>) {
    let request = read_request(&mut stream).await;
    if request.is_empty() {
        return;
    }
    seen.lock().unwrap().push(request);
    match then {
        Then::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Then::Close => {}
        Then::Silence => std::future::pending().await,
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let (mut text, mut buffer) = (String::new(), [0u8; 4096]);
    while !text.contains("\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(n) if n > 0 => write!(text, "{}", String::from_utf8_lossy(&buffer[..n])).unwrap(),
            _ => break,
        }
    }
    text
}

fn config(address: &str) -> ClientConfig {
    let start = Instant::now();
    let clock = Arc::new(move || Now { mono: Mono::new(start.elapsed()), wall: Utc::now() });
    ClientConfig::new(ApiUrl::parse(address).unwrap(), ApiKey::parse(KEY.to_owned()).unwrap(), clock)
}

fn client(address: &str) -> Client {
    let at_once = RetryPolicy { times: 3, first_wait: Duration::ZERO };
    Client::new(config(address)).unwrap().with_retries(at_once)
}

async fn against(script: Vec<Then>) -> (Client, Server) {
    let server = Server::start(script).await;
    (client(&server.address), server)
}

fn id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

fn cancel() -> Submission {
    recorded::cancel(Now { mono: Mono::new(Duration::from_secs(1)), wall: Utc::now() })
}

fn documented() -> Value {
    json!({"order_id": "o-1", "status": "awaiting_crypto_transfer_authorization",
     "next_action": "authorize_crypto_transfer", "allowed_actions": ["authorize-crypto-transfer", "cancel"],
     "crypto_transfer_authorization_seconds_left": 1720,
     "amounts": {"crypto_amount": "101.50", "fiat_amount": "152880.00", "crypto_currency": "USDT",
        "fiat_currency": "NGN", "rate": "1530.12"},
     "fee_breakdown": {"platform_fee": "1.50", "platform_fee_pct": 1.5, "partner_fee": "0.00", "partner_fee_pct": 0,
        "total_fee": "1.50"},
     "timeline": [{"status": "created", "timestamp": "2026-02-01T12:00:05Z", "description": "Order created"}],
     "has_fiat_settlement_notification": false, "created_at": "2026-02-01T12:00:05Z",
     "updated_at": "2026-02-01T12:00:06Z"})
}

fn page(ids: &[&str], pages: u32) -> Then {
    let row = |id: &&str| json!({"order_id": id, "status": "created"});
    let orders: Vec<Value> = ids.iter().map(row).collect();
    ok(&json!({"orders": orders, "pagination": {"page": 1, "limit": 100, "total_pages": pages}}))
}

#[tokio::test]
async fn a_read_carries_the_key_and_brings_the_order_with_its_times() {
    let (client, server) = against(vec![ok(&documented())]).await;
    let order = client.order(&id("o-1")).await.unwrap();
    assert_eq!(order.value.amounts.crypto.unwrap().to_string(), "101.50");
    assert_eq!(order.server_date.unwrap().to_rfc3339(), "1994-11-06T08:49:37+00:00");
    assert!(order.asked.mono <= order.answered.mono);
    let request = server.seen()[0].to_lowercase();
    assert!(request.starts_with("get /api/v1/partner/orders/o-1 http/1.1"), "{request}");
    assert!(request.contains(&format!("x-api-key: {KEY}")) && request.contains("accept-encoding: gzip"));
    assert!(request.contains(&format!("user-agent: ramptop/{}", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let (client, server) = against(vec![Then::Close]).await;
    let e = client.verify_auth().await.unwrap_err();
    let printed = format!("{client:?} {:?} {e} {e:?}", config(&server.address));
    assert!(!printed.contains(KEY), "{printed}");
}

#[tokio::test]
async fn a_path_prefix_stays_and_queries_are_encoded() {
    let server = Server::start(vec![page(&[], 0)]).await;
    let client = client(&format!("{}/prefix/", server.address));
    let query = OrdersQuery { status: Some("a b&page=9".to_owned()), page: 0, limit: 5000 };
    client.list_orders(&query).await.unwrap();
    let line = server.seen()[0].lines().next().unwrap().to_owned();
    assert_eq!(line, "GET /prefix/api/v1/partner/orders?status=a+b%26page%3D9&page=1&limit=100 HTTP/1.1");
}

#[tokio::test]
async fn all_three_shapes_of_no_are_read_on_any_endpoint() {
    let shapes = [
        r#"{"success":false,"error":{"code":"ORDER_NOT_FOUND","message":"gone","details":null}}"#,
        r#"{"success":false,"data":{"error_key":"ORDER_NOT_FOUND","message":"gone"}}"#,
        r#"{"success":false,"error":"gone"}"#,
    ];
    for shape in shapes {
        let (client, server) = against(vec![http(404, "x-request-id: r-7\r\n", shape)]).await;
        let user = UserId::parse("u").unwrap();
        let errors = [
            client.order(&id("o-1")).await.unwrap_err(),
            client.user(&user).await.unwrap_err(),
            client.payment_details(&user).await.unwrap_err(),
            client.transfer_parameters(&id("o-1")).await.unwrap_err(),
            client.list_orders(&OrdersQuery::default()).await.unwrap_err(),
            client.submit(cancel()).await.unwrap_err(),
        ];
        for e in &errors {
            let ApiError::Rejected(no) = e else { panic!("{e:?}") };
            assert_eq!(
                (no.http_status, no.message.as_deref(), no.request_id.as_deref()),
                (404, Some("gone"), Some("r-7"))
            );
            assert!(e.is_not_found() && !e.is_retryable());
        }
        assert_eq!(server.seen().len(), errors.len(), "a no is not asked twice");
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_apart() {
    let (client, _server) =
        against(vec![http(401, "", r#"{"success":false,"data":{"error_key":"unauthorized"}}"#)]).await;
    assert!(client.verify_auth().await.unwrap_err().is_unauthorized());
    let (client, _server) = against(vec![http(401, "", "")]).await;
    assert!(client.verify_auth().await.unwrap_err().is_unauthorized());
}

#[tokio::test]
async fn a_web_page_is_unreadable_for_a_read_and_unknown_for_a_submission() {
    let (client, server) = against(vec![http(200, "content-type: text/html\r\n", "<html>Welcome</html>")]).await;
    assert!(matches!(client.order(&id("o-1")).await, Err(ApiError::Decode { .. })));
    assert!(matches!(client.submit(cancel()).await, Err(ApiError::OutcomeUnknown { .. })));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn an_empty_yes_is_a_yes_to_a_submission_only() {
    let (client, server) = against(vec![http(200, "", "")]).await;
    assert!(client.submit(cancel()).await.is_ok());
    assert!(matches!(client.order(&id("o-1")).await, Err(ApiError::Decode { .. })));
    let request = server.seen()[0].clone();
    assert!(request.starts_with("POST /api/v1/partner/orders/o-1/cancel HTTP/1.1"), "{request}");
    assert!(request.to_lowercase().contains("content-length: 0"), "{request}");
}

#[tokio::test]
async fn a_submission_without_a_clear_answer_is_unknown_and_sent_once() {
    let transactor = r#"{"success":false,"error":{"code":"TRANSACTOR_ERROR","message":"relay"}}"#;
    let cases = [
        Then::Close,
        Then::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"success\":tr".to_vec()),
        Then::Bytes(b"not http at all\r\n\r\n".to_vec()),
        Then::Bytes(b"HTTP/1.1 20".to_vec()),
        http(502, "", transactor),
        http(500, "", ""),
        http(503, "retry-after: 0\r\n", ""),
        http(408, "", ""),
        http(302, "location: /elsewhere\r\n", ""),
        http(200, "", "{\"success\":true,"),
        http(200, "content-encoding: gzip\r\n", "this is not gzip"),
    ];
    for case in cases {
        let (client, server) = against(vec![case]).await;
        let result = client.submit(cancel()).await;
        assert!(matches!(result, Err(ApiError::OutcomeUnknown { .. })), "{result:?}");
        assert_eq!(server.seen().len(), 1);
    }
    let (client, _server) = against(vec![http(502, "", transactor)]).await;
    let Err(ApiError::OutcomeUnknown { code, .. }) = client.submit(cancel()).await else { panic!() };
    assert_eq!(code.as_deref(), Some("TRANSACTOR_ERROR"));
}

#[tokio::test]
async fn a_submission_that_times_out_is_unknown_and_sent_once() {
    let server = Server::start(vec![Then::Silence]).await;
    let mut config = config(&server.address);
    config.total_timeout = Duration::from_millis(50);
    let result = Client::new(config).unwrap().submit(cancel()).await;
    assert!(matches!(result, Err(ApiError::OutcomeUnknown { .. })), "{result:?}");
    assert!(server.seen().len() <= 1);
}

#[tokio::test]
async fn what_could_not_connect_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client(&address).without_retries();
    assert!(matches!(client.submit(cancel()).await, Err(ApiError::Transport { .. })));
    let e = client.order(&id("o-1")).await.unwrap_err();
    assert!(e.is_retryable() && e.to_string().contains("refused"), "{e}");
}

/// Accepts, sends `greeting` at once, and then keeps the connection open.
async fn greets(greeting: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(greeting).await.unwrap();
            open.push(stream);
        }
    });
    address
}

#[tokio::test]
async fn a_connection_without_tls_is_no_connection() {
    let result = client(&greets(b"HTTP/1.1 400 X\r\n\r\n").await).submit(cancel()).await;
    assert!(matches!(result, Err(ApiError::Transport { .. })), "{result:?}");
}

#[tokio::test]
async fn a_connection_that_never_gets_ready_was_not_used() {
    let mut config = config(&greets(b"").await);
    config.connect_timeout = Duration::from_millis(50);
    let result = Client::new(config).unwrap().submit(cancel()).await;
    assert!(matches!(result, Err(ApiError::Transport { .. })), "{result:?}");
}

#[tokio::test]
async fn the_key_does_not_follow_a_redirect() {
    let target = Server::start(vec![ok(&documented())]).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}/x\r\n", target.address);
        let (client, server) = against(vec![http(status, &location, "")]).await;
        let e = client.order(&id("o-1")).await.unwrap_err();
        assert!(matches!(&e, ApiError::Rejected(no) if no.http_status == status), "{e:?}");
        assert!(matches!(client.submit(cancel()).await, Err(ApiError::OutcomeUnknown { .. })));
        assert_eq!(server.seen().len(), 2);
    }
    assert!(target.seen().is_empty());
}

#[tokio::test]
async fn reads_are_repeated_while_that_can_help() {
    let busy = http(429, "retry-after: 0\r\n", "");
    let down = http(503, "", "<html>down</html>");
    let (client, server) = against(vec![busy, down, Then::Close, ok(&documented())]).await;
    assert!(client.order(&id("o-1")).await.is_ok());
    assert_eq!(server.seen().len(), 4);
}

/// The schedule counts what it sends itself; everything else on the same key is told to it.
#[tokio::test]
async fn every_request_that_leaves_is_told_to_the_schedule_but_its_own() {
    let busy = http(429, "retry-after: 0\r\n", "");
    let (client, server) = against(vec![busy, Then::Close, ok(&documented())]).await;
    assert!(client.order(&id("o-1")).await.is_ok());
    assert_eq!(server.seen().len(), 3, "two of them repeated by the client");
    let (scheduled, mut elsewhere) = client.clone().for_schedule();
    let mut left = || elsewhere.take().requests;
    assert_eq!((left(), left()), (3, 0), "from the first one on, and each once");

    client.submit(cancel()).await.unwrap();
    client.raw(RawMethod::Get, &RawPath::parse("/orders").unwrap(), None).await.unwrap();
    let _ = client.test_webhook().await;
    assert_eq!((server.seen().len(), left()), (6, 3), "reads, writes and submissions");

    scheduled.order(&id("o-1")).await.unwrap();
    assert_eq!((server.seen().len(), left()), (7, 0), "its own are paid for");
}

#[tokio::test]
async fn reads_are_given_up_after_four_tries_or_one() {
    let (client, server) = against(vec![http(500, "", "")]).await;
    assert!(matches!(client.order(&id("o-1")).await, Err(ApiError::Rejected(no)) if no.http_status == 500));
    assert_eq!(server.seen().len(), 4);
    assert!(client.without_retries().order(&id("o-1")).await.is_err());
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn an_api_that_wants_a_long_rest_gets_it() {
    let (client, server) = against(vec![http(429, "retry-after: 120\r\n", "")]).await;
    let e = client.order(&id("o-1")).await.unwrap_err();
    assert_eq!((e.retry_after(), server.seen().len()), (Some(Duration::from_secs(120)), 1));
}

#[tokio::test]
async fn a_body_cut_short_is_read_again() {
    let cut = Then::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"success\":true".to_vec());
    let (client, server) = against(vec![cut, ok(&documented())]).await;
    assert!(client.order(&id("o-1")).await.is_ok());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn another_order_than_asked_for_is_refused() {
    let (client, _server) = against(vec![ok(&documented())]).await;
    assert!(matches!(client.order(&id("o-2")).await, Err(ApiError::Decode { .. })));
    assert!(matches!(client.transfer_parameters(&id("o-2")).await, Err(ApiError::Decode { .. })));
}

#[tokio::test]
async fn a_sweep_keeps_an_order_of_two_pages_once() {
    let (client, server) = against(vec![page(&["a", "b"], 2), page(&["b", "c"], 2)]).await;
    let all = client.all_orders(Some("created")).await.unwrap();
    let ids: Vec<_> = all.orders.iter().map(|o| o.value.id.as_str()).collect();
    assert_eq!((ids.as_slice(), all.complete), (["a", "b", "c"].as_slice(), true));
    assert!(server.seen()[1].contains("status=created&page=2&limit=100"));
}

#[tokio::test]
async fn a_sweep_ends_at_an_empty_page_beyond_the_last() {
    let unnumbered = ok(&json!({"orders": [{"order_id": "a", "status": "created"}, {"order_id": "b"}]}));
    let (client, server) = against(vec![unnumbered, ok(&json!({"orders": []}))]).await;
    let all = client.all_orders(None).await.unwrap();
    assert_eq!((all.orders.len(), all.set_aside.len(), all.complete), (1, 1, true));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn enormous_and_hostile_texts_stay_texts() {
    let nasty = format!("\u{1b}[2J\u{202e}\u{0}{}", "x".repeat(100_000));
    let no = json!({"success": false, "error": {"code": nasty, "message": nasty, "details": {"a": nasty}}}).to_string();
    let (client, _server) = against(vec![http(409, "", &no)]).await;
    let e = client.order(&id("o-1")).await.unwrap_err();
    let ApiError::Rejected(rejection) = &e else { panic!() };
    let all = format!("{e}{}{}", rejection.message.as_deref().unwrap(), rejection.details.as_deref().unwrap());
    assert!(all.chars().all(text::is_displayable) && all.chars().count() < 4000);

    let mut order = documented();
    order["next_action"] = json!(nasty);
    order["amounts"]["crypto_amount"] = json!(nasty);
    order["crypto_transfer_authorization_seconds_left"] = serde_json::from_str("9e99").unwrap();
    let (client, _server) = against(vec![ok(&order)]).await;
    let order = client.order(&id("o-1")).await.unwrap().value;
    assert_eq!((order.amounts.crypto, order.authorization_seconds_left), (None, None));
    assert_eq!(order.problems.len(), 2);
    assert!(order.problems.iter().all(|p| p.reason.chars().all(text::is_displayable) && p.reason.len() < 600));
}

#[tokio::test]
async fn an_endless_body_is_not_read_to_its_end() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    bytes.resize(6 * 1024 * 1024, b' ');
    let (client, _server) = against(vec![Then::Bytes(bytes)]).await;
    let e = client.order(&id("o-1")).await.unwrap_err();
    assert!(matches!(&e, ApiError::Decode { what } if what.contains("large")), "{e:?}");
}

#[tokio::test]
async fn an_axum_server_is_understood_over_a_kept_connection() {
    let user = json!({"success": true, "data": {"user_uuid": "u-1", "kyc": {"status": "VERIFIED"}}});
    let profiles = json!({"success": true, "data": [{"payment_details_id": 7, "rail": "r", "currency": "NGN"}]});
    let verified = json!({"success": true, "data": {"message": "ok", "authenticated": true}});
    let answer = |value: Value| axum::routing::get(move || async move { axum::Json(value) });
    let app = axum::Router::new()
        .route("/api/v1/partner/users/u-1", answer(user))
        .route("/api/v1/partner/users/u-1/payment-details", answer(profiles))
        .route("/api/v1/partner/verify-auth", answer(verified));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let (client, user) = (client(&address), UserId::parse("u-1").unwrap());
    assert!(client.verify_auth().await.unwrap().skew().is_some());
    assert_eq!(client.user(&user).await.unwrap().value.id, user);
    assert_eq!(client.payment_details(&user).await.unwrap().value[0].id.as_str(), "7");
    assert!(client.user(&UserId::parse("u-2").unwrap()).await.unwrap_err().is_not_found());
}

#[test]
fn calls_can_be_spawned() {
    fn spawnable<T: Send + 'static>(_: impl FnOnce(Client) -> T) {}
    spawnable(|c| async move { c.all_orders(None).await });
    spawnable(|c| async move { c.submit(cancel()).await });
    spawnable(|c| async move { c.transfer_parameters(&id("o-1")).await });
}

fn wrong_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        ".{0,40}".prop_map(Value::from),
        Just(json!([[], {}, null, 7, "x"])),
        Just(json!({"status": {}, "details": [], "amounts": 1})),
        Just(Value::from("9".repeat(5000))),
    ]
}

/// Replaces the value at the `n`-th place of the tree.
fn replace(value: &mut Value, n: &mut usize, with: &Value) {
    if *n == 0 {
        *value = with.clone();
    }
    *n = n.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, n, with)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, n, with)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn an_order_with_wrong_values_is_read_with_problems_or_set_aside(
        changes in prop::collection::vec((0usize..30, wrong_value()), 1..4),
    ) {
        let mut order = documented();
        for (place, value) in changes {
            replace(&mut order, &mut { place }, &value);
        }
        let data = json!({"orders": [order, documented()], "pagination": {"total_pages": 1}}).to_string();
        let page = ramptop::api::wire::page::read_page(&data, 1).unwrap();
        prop_assert_eq!(page.orders.len() + page.set_aside.len(), 2);
        let intact = page.orders.last().unwrap();
        prop_assert!(intact.problems.is_empty());
        for problem in page.orders.iter().flat_map(|o| &o.problems) {
            prop_assert!(problem.reason.chars().all(text::is_displayable));
        }
    }
}
