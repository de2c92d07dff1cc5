//! The authorization: the happy path to completion, and everything a forwarder would refuse.

use alloy_primitives::{Address, Bytes, U256, aliases::U48};
use ramptop::sandbox::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Api, ForwardRequest, code, signed, signer};

#[tokio::test]
async fn a_signed_request_takes_an_order_to_completion() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let id = api.offering("authorize-crypto-transfer").await;
    let body = signed(&api.request_of(&id).await, &api.signer);
    let (status, answer) = api.submit(&id, &body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["data"], json!({"order_id": id, "status": "crypto_transfer_authorization_pending"}));
    let order = api.data(&format!("/orders/{id}")).await;
    assert_eq!(order["allowed_actions"], json!(["cancel"]));
    let mut seen = Vec::new();
    for _ in 0..200 {
        api.advance(1);
        let status = api.data(&format!("/orders/{id}")).await["status"].clone();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
    }
    let funded = ["crypto_received", "fiat_payment_started", "fiat_payment_review_started"];
    let way: Vec<Value> =
        ["crypto_transfer_authorization_pending"].into_iter().chain(funded).map(Value::from).collect();
    assert_eq!(seen[..4], way[..]);
    assert_eq!(seen[4], "awaiting_fiat_received_confirmation");
    assert_eq!(api.post(&format!("/orders/{id}/confirm-fiat-received")).await.0, StatusCode::OK);
    api.advance(8);
    assert_eq!(api.data(&format!("/orders/{id}")).await["status"], "completed");
    let tally = api.tally().await;
    assert_eq!((&tally["authorizations_accepted"][&id], &tally["confirmations"][&id]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn parameters_carry_every_documented_field_and_exact_calldata() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let id = api.offering("authorize-crypto-transfer").await;
    let p = api.parameters(&id).await;
    let order = api.data(&format!("/orders/{id}")).await;
    let text = |key: &str| p[key].as_str().unwrap();
    assert_eq!((text("order_id"), text("chain_id"), text("crypto_currency")), (id.as_str(), "660279", "USDT"));
    assert_eq!(text("sender_address").parse::<Address>().unwrap(), api.signer.address());
    assert_eq!((p["crypto_decimals"].as_u64(), p["recommended_ttl_seconds"].as_u64()), (Some(6), Some(3600)));
    assert_eq!((text("recommended_gas_limit"), text("forwarder_nonce")), ("500000", "0"));
    assert_eq!(order["amounts"]["crypto_amount"], p["amount_human"]);
    assert_eq!(text("amount_human").replace('.', "").trim_start_matches('0'), text("amount_atomic"));
    let (recipient, units) = (text("recipient_address")[2..].to_lowercase(), text("amount_atomic"));
    let expected = format!("0xa9059cbb{recipient:0>64}{:064x}", units.parse::<u128>().unwrap());
    assert_eq!(text("transfer_data"), expected);
    assert!(text("authorization_path").ends_with("/authorize-crypto-transfer"));
    assert!(p["network_preset"].is_string());
}

#[tokio::test]
async fn every_wrong_field_is_refused_and_nothing_is_funded() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let id = api.offering("authorize-crypto-transfer").await;
    let good = api.request_of(&id).await;
    let now = u64::try_from(api.sandbox.now().timestamp()).unwrap();
    let elsewhere: Address = Address::repeat_byte(9);
    let mut longer = good.data.to_vec();
    longer.push(0);
    let mut payee = good.data.to_vec();
    payee[35] ^= 1;
    let wrong = |change: &dyn Fn(&mut ForwardRequest)| {
        let mut request = good.clone();
        change(&mut request);
        signed(&request, &api.signer)
    };
    let cases: Vec<(&str, Value)> = vec![
        ("from", wrong(&|r| r.from = elsewhere)),
        ("to", wrong(&|r| r.to = elsewhere)),
        ("value", wrong(&|r| r.value = U256::from(1))),
        ("gas", wrong(&|r| r.gas = U256::from(10))),
        ("gas", wrong(&|r| r.gas = U256::MAX)),
        ("nonce", wrong(&|r| r.nonce = U256::from(1))),
        ("deadline", wrong(&|r| r.deadline = U48::from(now))),
        ("data", wrong(&|r| r.data = Bytes::from(longer.clone()))),
        ("data", wrong(&|r| r.data = Bytes::from(payee.clone()))),
        ("signature", signed(&good, &signer(0x22))),
    ];
    for (field, body) in cases {
        let (status, answer) = api.submit(&id, &body).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"), "{field}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(field), "{field}: {answer}");
    }
    let tally = api.tally().await;
    assert_eq!(
        (&tally["authorizations_accepted"], &tally["attempts"]["authorizations"][&id]),
        (&json!({}), &json!(10))
    );
    assert_eq!(api.submit(&id, &signed(&good, &api.signer)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn malformed_bodies_and_signatures_are_refused() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let id = api.offering("authorize-crypto-transfer").await;
    let good = signed(&api.request_of(&id).await, &api.signer);
    let spoiled = |path: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let signature = good["signature"].as_str().unwrap();
    let flipped = if signature.ends_with("1b") { "1c" } else { "1b" };
    let other_v = format!("{}{flipped}", &signature[..130]);
    for body in [
        json!({}),
        json!([]),
        spoiled("/signature", json!("0x12")),
        spoiled("/signature", json!(other_v)),
        spoiled("/signature", json!(format!("{}00", &signature[..130]))),
        spoiled("/forward_request/nonce", json!(0)),
        spoiled("/forward_request/deadline", json!("281474976710656")),
        spoiled("/forward_request/gas", json!("0x7a120")),
        spoiled("/forward_request/from", json!("0x12")),
    ] {
        let (status, answer) = api.submit(&id, &body).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"), "{body}");
    }
    let bare = spoiled("/signature", json!(signature.trim_start_matches("0x")));
    assert_eq!(api.submit(&id, &bare).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_used_nonce_is_refused_for_the_same_order_and_for_another() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let orders = api.all_orders().await;
    let (one, two) = (crate::harness::id(&orders[0]), crate::harness::id(&orders[1]));
    let first = signed(&api.request_of(&one).await, &api.signer);
    let second = signed(&api.request_of(&two).await, &api.signer);
    assert_eq!(api.submit(&one, &first).await.0, StatusCode::OK);
    let (status, answer) = api.submit(&one, &first).await;
    assert_eq!((status, code(&answer)), (StatusCode::CONFLICT, "INVALID_STATUS"));
    let (status, answer) = api.submit(&two, &second).await;
    assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"));
    assert!(answer["error"]["message"].as_str().unwrap().contains("nonce"));
    let fresh = signed(&api.request_of(&two).await, &api.signer);
    assert_eq!(api.submit(&two, &fresh).await.0, StatusCode::OK);
    let tally = api.tally().await;
    assert_eq!(tally["authorizations_accepted"], json!({one: 1, two: 1}));
}

#[tokio::test]
async fn an_empty_wallet_is_told_what_it_lacks_and_may_try_again() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let id = api.offering("authorize-crypto-transfer").await;
    let body = signed(&api.request_of(&id).await, &api.signer);
    api.sandbox.with_world(|world| world.set_wallet_balance(U256::from(1928u64)));
    let (status, answer) = api.submit(&id, &body).await;
    assert_eq!((status, code(&answer)), (StatusCode::UNPROCESSABLE_ENTITY, "INSUFFICIENT_BALANCE"));
    let units = api.parameters(&id).await["amount_atomic"].as_str().unwrap().to_owned();
    let expected =
        format!("insufficient USDT balance: wallet {} has 1928 but {units} is required", api.signer.address());
    assert_eq!(answer["error"]["message"], expected);
    api.sandbox.with_world(|world| world.set_wallet_balance(U256::from(1u64 << 50)));
    assert_eq!(api.submit(&id, &body).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_window_cannot_be_authorized() {
    let api = Api::plain(Scenario::AwaitingAuthorization).await;
    let id = api.offering("authorize-crypto-transfer").await;
    let body = signed(&api.request_of(&id).await, &api.signer);
    api.advance(1801);
    let (status, answer) = api.submit(&id, &body).await;
    assert_eq!((status, code(&answer)), (StatusCode::CONFLICT, "INVALID_STATUS"));
}

#[tokio::test]
async fn in_the_first_minutes_of_mixed_every_authorization_goes_well() {
    let api = Api::plain(Scenario::Mixed).await;
    api.advance(100);
    let mut done = Vec::new();
    for order in api.all_orders().await {
        if order["allowed_actions"].as_array().unwrap().contains(&json!("authorize-crypto-transfer")) {
            let id = crate::harness::id(&order);
            let body = signed(&api.request_of(&id).await, &api.signer);
            assert_eq!(api.submit(&id, &body).await.0, StatusCode::OK);
            done.push(id);
        }
    }
    assert!(done.len() >= 4);
    api.advance(300);
    for id in done {
        let order = api.data(&format!("/orders/{id}")).await;
        let good = ["awaiting_fiat_received_confirmation", "completed"];
        assert!(good.contains(&order["status"].as_str().unwrap()), "{order}");
    }
}
