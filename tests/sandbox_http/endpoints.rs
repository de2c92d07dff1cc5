//! Every endpoint's happy path, and its documented refusals.

use std::collections::HashSet;
use std::time::Duration;

use alloy_primitives::{Address, U256};
use ramptop::sandbox::{Sandbox, SandboxConfig, Scenario, serve};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::harness::{Api, client, code, id, read, start};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn health_key_check_and_unknown_routes() {
    let api = Api::plain(Scenario::Mixed).await;
    let response = api.client.get(format!("{}/health", api.base)).send().await.unwrap();
    assert_eq!(response.headers()["date"], "Mon, 21 Sep 2026 14:13:20 GMT");
    let health: Value = response.json().await.unwrap();
    assert_eq!(health, json!({"status": "ok", "service": "api", "time": "2026-09-21T14:13:20Z"}));
    assert_eq!(api.data("/verify-auth").await["authenticated"], true);
    assert_eq!(api.get("/dance").await.0, StatusCode::NOT_FOUND);
    assert_eq!(api.post("/orders").await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn without_the_key_each_endpoint_refuses_in_its_own_shape() {
    let api = Api::plain(Scenario::Mixed).await;
    let order = api.in_status("completed").await;
    let actions = ["authorize-crypto-transfer", "confirm-fiat-received", "cancel", "confirm-payment-sent"];
    let mut calls = vec![(Method::GET, "/orders".to_owned(), true), (Method::GET, format!("/orders/{order}"), true)];
    calls.push((Method::GET, format!("/orders/{order}/transfer-authorization-parameters"), true));
    calls.extend(actions.map(|action| (Method::POST, format!("/orders/{order}/{action}"), true)));
    calls.push((Method::GET, "/verify-auth".to_owned(), false));
    calls.push((Method::POST, "/users".to_owned(), false));
    calls.push((Method::GET, format!("/users/{UNKNOWN}"), false));
    calls.push((Method::GET, format!("/users/{UNKNOWN}/payment-details"), false));
    calls.push((Method::POST, format!("/users/{UNKNOWN}/payment-details"), false));
    calls.push((Method::GET, format!("/users/{UNKNOWN}/payment-details/1"), false));
    calls.push((Method::DELETE, format!("/users/{UNKNOWN}/payment-details/1"), false));
    calls.push((Method::PATCH, format!("/users/{UNKNOWN}/kyc"), false));
    calls.push((Method::GET, format!("/users/{UNKNOWN}/verification-status"), false));
    let kyc = ["kyc-submissions", "kyc/documents", "kyc/verify"];
    calls.extend(kyc.map(|tail| (Method::POST, format!("/users/{UNKNOWN}/{tail}"), false)));
    calls.extend([Method::GET, Method::POST].map(|method| (method, "/webhooks".to_owned(), false)));
    calls.push((Method::POST, "/webhooks/test".to_owned(), false));
    calls.push((Method::DELETE, "/webhooks/1".to_owned(), false));
    for (method, path, partner) in calls {
        for key in [None, Some("sk_wrong")] {
            let mut request = api.client.request(method.clone(), api.url(&path));
            if let Some(key) = key {
                request = request.header("X-API-Key", key);
            }
            let (status, body) = read(request).await;
            assert_eq!((status, &body["success"]), (StatusCode::UNAUTHORIZED, &json!(false)), "{path}");
            let word = if partner { &body["error"]["code"] } else { &body["data"]["error_key"] };
            assert_eq!(word, if partner { "UNAUTHORIZED" } else { "unauthorized" }, "{path}");
        }
    }
}

#[tokio::test]
async fn an_order_has_the_documented_fields_and_no_others() {
    let api = Api::plain(Scenario::Mixed).await;
    let order = api.data(&format!("/orders/{}", api.offering("authorize-crypto-transfer").await)).await;
    let keys: HashSet<&str> = order.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = "order_id status next_action action_required allowed_actions \
        crypto_transfer_authorization_seconds_left amounts fee_breakdown timeline has_fiat_settlement_notification \
        created_at updated_at";
    assert_eq!(keys, documented.split_whitespace().collect());
    assert_eq!(order["next_action"], "authorize_crypto_transfer");
    assert_eq!(order["allowed_actions"], json!(["authorize-crypto-transfer", "cancel"]));
    assert!(order["amounts"]["crypto_amount"].as_str().unwrap().split_once('.').unwrap().1.len() == 6);
    assert!(order["fee_breakdown"]["platform_fee_pct"].is_number());
    assert_eq!(order["timeline"][0]["status"], "created");
}

#[tokio::test]
async fn countdowns_are_only_where_they_are_documented_and_run_down() {
    let api = Api::plain(Scenario::Mixed).await;
    for order in api.all_orders().await {
        let counts = ["awaiting_crypto_transfer_authorization", "crypto_transfer_authorization_pending"];
        let expected = counts.contains(&order["status"].as_str().unwrap());
        assert_eq!(order["crypto_transfer_authorization_seconds_left"].is_i64(), expected, "{order}");
    }
    let path = format!("/orders/{}", api.offering("authorize-crypto-transfer").await);
    let before = api.data(&path).await["crypto_transfer_authorization_seconds_left"].as_i64().unwrap();
    api.advance(60);
    assert_eq!(api.data(&path).await["crypto_transfer_authorization_seconds_left"], before - 60);
    api.advance(before);
    let after = api.data(&path).await;
    assert_eq!((&after["status"], &after["allowed_actions"]), (&json!("cancelled"), &json!([])));
}

#[tokio::test]
async fn on_ramp_orders_say_so_and_show_the_vendor_once_funded() {
    let api = Api::plain(Scenario::Mixed).await;
    let orders = api.all_orders().await;
    for order in &orders {
        let status = order["status"].as_str().unwrap();
        if ["awaiting_fiat_transfer", "fiat_transfer_pending", "send_out_completed"].contains(&status) {
            assert_eq!(order["order_type"], "onramp");
            assert!(order["vendor_payment_details"]["details"].is_object());
        }
    }
    let id = api.offering("confirm-payment-sent").await;
    let (status, body) = api.post(&format!("/orders/{id}/confirm-payment-sent")).await;
    assert_eq!((status, &body["data"]["status"]), (StatusCode::OK, &json!("fiat_transfer_pending")));
    let (status, body) = api.post(&format!("/orders/{id}/confirm-payment-sent")).await;
    assert_eq!((status, code(&body)), (StatusCode::CONFLICT, "INVALID_STATUS"));
}

#[tokio::test]
async fn pages_hold_every_order_once_pending_first_then_newest() {
    let api = Api::plain(Scenario::Mixed).await;
    let mut seen = Vec::new();
    for page in 1..=3 {
        let data = api.data(&format!("/orders?page={page}")).await;
        let expected = json!({"page": page, "limit": 20, "total_count": 60, "total_pages": 3});
        assert_eq!(data["pagination"], expected);
        seen.extend(data["orders"].as_array().unwrap().clone());
    }
    assert_eq!(seen.iter().map(id).collect::<HashSet<_>>().len(), 60);
    let ends = "completed cancelled failed price_changed_requote_needed send_out_completed send_out_failed";
    let ended = |o: &Value| ends.split(' ').any(|end| o["status"] == end);
    let first_ended = seen.iter().position(ended).unwrap();
    assert!(seen[first_ended..].iter().all(ended));
    assert!(seen[..first_ended].windows(2).all(|w| w[0]["created_at"].as_str() >= w[1]["created_at"].as_str()));
    assert_eq!(api.data("/orders?page=4").await["orders"], json!([]));
    assert_eq!(api.data("/orders?limit=500").await["pagination"]["limit"], 100);
    assert_eq!(api.data("/orders?limit=7&page=2").await["orders"].as_array().unwrap().len(), 7);
    for bad in ["page=x", "limit=-1", "status=dance", "status=fiat_payment_started", "status=awaiting_fiat_transfer"] {
        let (status, body) = api.get(&format!("/orders?{bad}")).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"), "{bad}");
    }
}

#[tokio::test]
async fn filters_follow_the_documented_mapping() {
    let api = Api::plain(Scenario::Mixed).await;
    let statuses = async |filter: &str| -> HashSet<String> {
        let data = api.data(&format!("/orders?limit=100&status={filter}")).await;
        data["orders"].as_array().unwrap().iter().map(|o| o["status"].as_str().unwrap().to_owned()).collect()
    };
    let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<HashSet<_>>();
    let funded = ["crypto_received", "fiat_payment_started", "fiat_payment_review_started", "dispute_started"];
    assert_eq!(statuses("crypto_received").await, set(&funded));
    let done = ["completed", "send_out_pending", "send_out_completed", "send_out_failed"];
    assert_eq!(statuses("completed").await, set(&done));
    assert_eq!(statuses("cancelled").await, set(&["cancelled"]));
    assert!(statuses("fiat_received_confirmed").await.is_empty());
    assert!(statuses("crypto_release_pending").await.is_empty());
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_told_apart() {
    let api = Api::plain(Scenario::Mixed).await;
    for tail in ["", "/transfer-authorization-parameters"] {
        let (status, body) = api.get(&format!("/orders/{UNKNOWN}{tail}")).await;
        assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "ORDER_NOT_FOUND"));
        let (status, body) = api.get(&format!("/orders/nonsense{tail}")).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"));
    }
    for action in ["authorize-crypto-transfer", "confirm-fiat-received", "cancel"] {
        let (status, body) = api.post(&format!("/orders/{UNKNOWN}/{action}")).await;
        assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "ORDER_NOT_FOUND"));
        assert_eq!(api.post(&format!("/orders/nonsense/{action}")).await.0, StatusCode::BAD_REQUEST);
    }
    for tail in ["", "/payment-details"] {
        let (status, body) = api.get(&format!("/users/{UNKNOWN}{tail}")).await;
        assert_eq!((status, &body["data"]["error_key"]), (StatusCode::NOT_FOUND, &json!("user_not_found")));
        assert_eq!(api.get(&format!("/users/nonsense{tail}")).await.0, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn widget_orders_can_be_watched_but_not_touched() {
    let api = Api::plain(Scenario::Mixed).await;
    let orders = api.all_orders().await;
    let is_widget = |o: &&Value| o["next_action"] == "authorize_crypto_transfer" && o["allowed_actions"] == json!([]);
    let widget = id(orders.iter().find(is_widget).unwrap());
    assert_eq!(api.get(&format!("/orders/{widget}/transfer-authorization-parameters")).await.0, StatusCode::NOT_FOUND);
    for action in ["authorize-crypto-transfer", "confirm-fiat-received", "cancel"] {
        let (status, body) = api.post(&format!("/orders/{widget}/{action}")).await;
        assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "ORDER_NOT_FOUND"));
    }
}

#[tokio::test]
async fn orders_that_need_more_than_a_signature_say_what() {
    let api = Api::plain(Scenario::Mixed).await;
    let orders = api.all_orders().await;
    let asking = |word: &str| orders.iter().find(|o| o["next_action"] == word).unwrap().clone();
    let address = asking("update_kyc_address");
    assert_eq!(address["action_required"]["fields"][2]["field"], "postal_code");
    assert_eq!(address["amounts"]["fiat_currency"], "EUR");
    let refund = asking("authorize_refund");
    assert_eq!(refund["status"], "cancelled");
    assert_eq!(refund["allowed_actions"], json!(["authorize-refund"]));
    assert_eq!(refund["action_required"]["type"], "authorize_refund");
    assert_eq!(asking("request_new_quote")["status"], "price_changed_requote_needed");
}

#[tokio::test]
async fn confirm_is_carried_out_once_and_repeated_without_effect() {
    let api = Api::plain(Scenario::AwaitingConfirmation).await;
    let id = api.offering("confirm-fiat-received").await;
    let path = format!("/orders/{id}/confirm-fiat-received");
    let (status, body) = api.post(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"], json!({"order_id": id, "status": "fiat_received_confirmed"}));
    api.advance(10);
    let (status, body) = api.post(&path).await;
    assert_eq!((status, &body["data"]["status"]), (StatusCode::OK, &json!("completed")));
    let order = api.data(&format!("/orders/{id}")).await;
    assert_eq!((&order["status"], &order["next_action"]), (&json!("completed"), &Value::Null));
    assert_eq!(api.tally().await["confirmations"][&id], 2);
}

#[tokio::test]
async fn confirm_and_cancel_are_refused_where_they_are_not_offered() {
    let api = Api::plain(Scenario::Mixed).await;
    let waiting = api.offering("authorize-crypto-transfer").await;
    let (status, body) = api.post(&format!("/orders/{waiting}/confirm-fiat-received")).await;
    assert_eq!((status, code(&body)), (StatusCode::CONFLICT, "INVALID_STATUS"));
    let done = api.in_status("completed").await;
    let (status, body) = api.post(&format!("/orders/{done}/cancel")).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "OPERATION_NOT_ALLOWED"));
    let (status, body) = api.post(&format!("/orders/{waiting}/cancel")).await;
    assert_eq!((status, &body["data"]["status"]), (StatusCode::OK, &json!("cancelled")));
    assert_eq!(api.post(&format!("/orders/{waiting}/cancel")).await.0, StatusCode::BAD_REQUEST);
    let tally = api.tally().await;
    assert_eq!(
        (&tally["cancellations"][&waiting], &tally["attempts"]["cancellations"][&waiting]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn parameters_exist_only_while_an_authorization_is_awaited() {
    let api = Api::plain(Scenario::Mixed).await;
    for order in api.all_orders().await {
        let (id, status) = (id(&order), order["status"].as_str().unwrap());
        let widget = api.sandbox.with_world(|world| world.order(id.parse().unwrap()).unwrap().traits.widget);
        let (http, body) = api.get(&format!("/orders/{id}/transfer-authorization-parameters")).await;
        let expected = match status {
            _ if widget => (StatusCode::NOT_FOUND, "ORDER_NOT_FOUND"),
            "awaiting_crypto_transfer_authorization" => (StatusCode::OK, ""),
            _ => (StatusCode::CONFLICT, "INVALID_STATUS"),
        };
        assert_eq!((http, code(&body)), expected, "{status}");
    }
}

#[tokio::test]
async fn users_are_read_created_once_and_never_listed() {
    let api = Api::plain(Scenario::AwaitingConfirmation).await;
    let users = api.sandbox.user_ids();
    assert!((6..=10).contains(&users.len()));
    let first = api.data(&format!("/users/{}", users[0])).await;
    assert_eq!((&first["kyc"]["status"], &first["kyc"]["first_name"]), (&json!("VERIFIED"), &json!("Adaeze")));
    let details = api.data(&format!("/users/{}/payment-details", users[0])).await;
    assert_eq!(details[0]["payment_details_id"], first["payment_profiles"][0]["id"]);
    assert!(details[0]["payment_details_id"].is_string());
    assert_eq!(api.get("/users").await.0, StatusCode::METHOD_NOT_ALLOWED);
    let body = json!({"user_ref": "r-1", "email": "r1@example.com"});
    let (created, one) = api.post_json("/users", &body).await;
    let (found, two) = api.post_json("/users", &body).await;
    assert_eq!((created, found), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(one, two);
    assert_eq!(one["data"]["kyc_status"], "NOT_INITIATED");
    let (status, body) = api.post_json("/users", &json!({"user_ref": "r-2"})).await;
    assert_eq!((status, &body["data"]["error_key"]), (StatusCode::BAD_REQUEST, &json!("required_fields_missing")));
    assert_eq!(api.post_json("/users", &json!([1])).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_order_has_an_owner_with_that_payment_profile() {
    let api = Api::plain(Scenario::Mixed).await;
    let owners = api.sandbox.order_owners();
    assert_eq!(owners.len(), 60);
    for (order, user, details) in owners.iter().take(20) {
        let fiat = api.data(&format!("/orders/{order}")).await["amounts"]["fiat_currency"].clone();
        let profiles = api.data(&format!("/users/{user}/payment-details")).await;
        let fits = |p: &Value| p["payment_details_id"] == details.as_str() && p["currency"] == fiat;
        assert!(profiles.as_array().unwrap().iter().any(fits));
    }
}

#[tokio::test]
async fn the_chain_answers_over_the_url_of_the_parameters() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let parameters = api.parameters(&api.offering("authorize-crypto-transfer").await).await;
    assert_eq!(parameters["rpc_url"], api.sandbox.rpc_url());
    let data = format!("0x70a08231{:0>64}", &parameters["sender_address"].as_str().unwrap()[2..]);
    let call = json!({"to": parameters["token_address"], "data": data});
    let batch = json!([{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []},
        {"jsonrpc": "2.0", "id": 2, "method": "eth_call", "params": [call, "latest"]}]);
    let answers = api.rpc(&batch).await;
    assert_eq!(answers[0]["result"], "0xa1337");
    let balance: U256 = answers[1]["result"].as_str().unwrap().parse().unwrap();
    assert_eq!(balance, U256::from(1_000_000_000_000u64));
}

#[tokio::test]
async fn shutdown_does_not_wait_for_an_idle_or_a_stuck_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let config = SandboxConfig::new(Address::repeat_byte(1), start());
    let server = tokio::spawn(serve(listener, config, async {
        let _ = stopped.await;
    }));
    let http = client();
    assert!(http.get(format!("http://{address}/health")).send().await.unwrap().status().is_success());
    let _half_a_request = {
        use tokio::io::AsyncWriteExt;
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"POST /rpc HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n1").await.unwrap();
        stream
    };
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
}

#[test]
fn the_virtual_clock_starts_where_it_is_told_and_runs_ahead_of_the_real_one() {
    let config = SandboxConfig { speed: 1_000_000, ..SandboxConfig::new(Address::repeat_byte(1), start()) };
    let (began, sandbox) = (std::time::Instant::now(), Sandbox::new(config));
    while sandbox.with_world(|world| world.now()) < start() + chrono::TimeDelta::hours(2) {
        std::hint::spin_loop();
    }
    assert!(began.elapsed() < Duration::from_secs(60));
    assert!(sandbox.with_world(|world| world.orders().len()) > 100);
}
