//! Every fault mode does what it says, and none of them changes the world.

use std::collections::HashSet;
use std::time::Duration;

use chrono::DateTime;
use ramptop::sandbox::{Chaos, Dialect, SandboxConfig, Scenario};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::desk::{bridge_request, but, safe_transaction, sign_safe, wallet};
use crate::harness::{Api, code, signed, signer, start};

#[tokio::test]
async fn lost_answers_are_carried_out_once_and_only_the_answer_is_lost() {
    let api = Api::start(Scenario::Mixed, Chaos::LostAnswers).await;
    let id = api.offering("authorize-crypto-transfer").await;
    let body = signed(&api.request_of(&id).await, &api.signer);
    let path = format!("/orders/{id}/authorize-crypto-transfer");
    let error = api.request(Method::POST, &path).json(&body).send().await.unwrap_err();
    assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
    let order = api.data(&format!("/orders/{id}")).await;
    assert_eq!(order["status"], "crypto_transfer_authorization_pending");
    assert_eq!(api.submit(&id, &body).await.0, StatusCode::CONFLICT);
    let confirm = api.offering("confirm-fiat-received").await;
    api.request(Method::POST, &format!("/orders/{confirm}/confirm-fiat-received")).send().await.unwrap_err();
    let tally = api.tally().await;
    assert_eq!((&tally["authorizations_accepted"][&id], &tally["confirmations"][&confirm]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn slow_answers_take_seconds() {
    let api = Api::start(Scenario::Mixed, Chaos::Slow).await;
    let request = api.request(Method::GET, "/verify-auth").timeout(Duration::from_millis(800));
    assert!(request.send().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn every_third_read_fails_in_turn_and_writes_do_not() {
    let api = Api::start(Scenario::Mixed, Chaos::Errors).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let response = api.request(Method::GET, "/orders").send().await.unwrap();
        statuses.push((response.status().as_u16(), response.headers().contains_key("retry-after")));
    }
    let failures: Vec<_> = statuses.iter().filter(|(status, _)| *status != 200).copied().collect();
    assert_eq!(failures, [(500, false), (502, false), (503, false), (429, true)]);
}

#[tokio::test]
async fn malformed_answers_take_every_shape() {
    let api = Api::start(Scenario::Mixed, Chaos::Malformed).await;
    let mut bodies = HashSet::new();
    let mut unreadable = 0;
    for _ in 0..12 {
        let response = api.request(Method::GET, "/orders?limit=3").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let text = response.text().await.unwrap();
        unreadable += usize::from(serde_json::from_str::<serde_json::Value>(&text).is_err());
        bodies.insert(text);
    }
    assert_eq!((bodies.len(), unreadable), (7, 2), "{bodies:#?}");
    let has = |needle: &str| bodies.iter().any(|body| body.contains(needle));
    assert!(has("held_by_the_moon") && has("\u{202e}") && has("\"timeline\":null") && has("<!doctype html>"));
    assert!(has("\"crypto_amount\":1.5"));
}

#[tokio::test]
async fn a_skewed_server_is_three_hours_ahead_everywhere_and_consistent() {
    let api = Api::start(Scenario::Mixed, Chaos::ClockSkew).await;
    let response = api.request(Method::GET, "/orders?limit=100").send().await.unwrap();
    let date = DateTime::parse_from_rfc2822(response.headers()["date"].to_str().unwrap()).unwrap();
    assert_eq!((date.to_utc() - start()).num_hours(), 3);
    let body: serde_json::Value = response.json().await.unwrap();
    let newest = body["data"]["orders"][0]["created_at"].as_str().unwrap().to_owned();
    assert!(DateTime::parse_from_rfc3339(&newest).unwrap() > start());
    let id = api.offering("authorize-crypto-transfer").await;
    let mut request = api.request_of(&id).await;
    request.deadline = alloy_primitives::aliases::U48::from(start().timestamp() + 3600);
    let (status, answer) = api.submit(&id, &signed(&request, &api.signer)).await;
    assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"));
    let request = api.request_of(&id).await;
    assert_eq!(api.submit(&id, &signed(&request, &api.signer)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn tampered_parameters_differ_in_what_was_tampered_with_and_never_fund() {
    let honest = Api::plain(Scenario::AwaitingAuthorization).await;
    let id = honest.offering("authorize-crypto-transfer").await;
    let truth = honest.parameters(&id).await;
    let cases = [
        (Chaos::TamperRecipient, vec!["transfer_data"]),
        (Chaos::TamperAmount, vec!["amount_atomic", "amount_human", "transfer_data"]),
        (Chaos::TamperCalldata, vec!["transfer_data"]),
        (Chaos::TamperSender, vec!["sender_address"]),
        (Chaos::TamperToken, vec!["token_address"]),
    ];
    for (chaos, fields) in cases {
        let api = Api::start(Scenario::AwaitingAuthorization, chaos).await;
        let told = api.parameters(&id).await;
        let differs = |key: &&String| told[*key] != truth[*key] && *key != "rpc_url";
        let changed: Vec<_> = told.as_object().unwrap().keys().filter(differs).map(String::as_str).collect();
        assert_eq!(changed, fields, "{chaos}");
        let body = signed(&api.request_of(&id).await, &api.signer);
        assert_eq!(api.submit(&id, &body).await.0, StatusCode::BAD_REQUEST, "{chaos}");
        assert_eq!(api.tally().await["authorizations_accepted"], json!({}), "{chaos}");
    }
}

/// Every place whose value differs.
fn changed(told: &Value, truth: &Value, place: &str, out: &mut Vec<String>) {
    match (told, truth) {
        (Value::Object(told), Value::Object(truth)) => {
            told.iter().for_each(|(key, value)| changed(value, &truth[key], &format!("{place}/{key}"), out));
        }
        _ if told != truth => out.push(place.to_owned()),
        _ => {}
    }
}

const TAMPERING: [Chaos; 5] =
    [Chaos::TamperRecipient, Chaos::TamperAmount, Chaos::TamperCalldata, Chaos::TamperSender, Chaos::TamperToken];

#[tokio::test]
async fn tampered_refunds_differ_where_they_were_tampered_with_and_pay_nobody() {
    let honest = Api::plain(Scenario::RefundOwed).await;
    let id = honest.offering("authorize-refund").await;
    let path = format!("/orders/{id}/refund-authorization-parameters");
    let truth = honest.data(&path).await;
    let fields: [&[&str]; 5] = [
        &["/safe_params/data"],
        &["/amount_human", "/safe_params/data"],
        &["/safe_params/data", "/safe_params/operation"],
        &["/recipient_address", "/safe_params/data", "/signer_address"],
        &["/safe_params/to"],
    ];
    for (chaos, fields) in TAMPERING.into_iter().zip(fields) {
        let api = Api::start(Scenario::RefundOwed, chaos).await;
        let told = api.data(&path).await;
        let mut places = Vec::new();
        changed(&told, &truth, "", &mut places);
        assert_eq!(places, fields, "{chaos}");
        let (before, escrow) = (wallet(&api), told["escrow_address"].as_str().unwrap().parse().unwrap());
        let body = sign_safe(&safe_transaction(&told), escrow, &api.signer);
        let (status, answer) = api.post_json(&format!("/orders/{id}/authorize-refund"), &body).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_GATEWAY, "TRANSACTOR_ERROR"), "{chaos}");
        assert_eq!(wallet(&api), before);
    }
}

#[tokio::test]
async fn tampered_send_outs_are_consistent_lies_in_either_dialect_and_pay_nobody() {
    let to = "0x1111111111111111111111111111111111111111";
    let fields: [[&[&str]; 2]; 5] = [
        [&["/forward_request/data"], &["/transfer_data"]],
        [&["/forward_request/data"], &["/amount_atomic", "/amount_human", "/transfer_data"]],
        [&["/forward_request/data"], &["/transfer_data"]],
        [&["/forward_request/from"], &["/sender_address"]],
        [&["/forward_request/to"], &["/token_address"]],
    ];
    for (chaos, fields) in TAMPERING.into_iter().zip(fields) {
        for (dialect, fields) in [Dialect::Baseline, Dialect::Newer].into_iter().zip(fields) {
            let world = |chaos| {
                let config = SandboxConfig::new(signer(0x11).address(), start());
                Api::with(SandboxConfig { scenario: Scenario::SendOut, dialect, chaos, ..config })
            };
            let (honest, api) = (world(Chaos::None).await, world(chaos).await);
            let id = api.sandbox.with_world(|world| world.orders()[0].id);
            let query = format!("destination_chain=42161&destination_address={to}");
            let path = format!("/orders/{id}/bridge-authorization-parameters?{query}");
            let (told, truth) = (api.data(&path).await, honest.data(&path).await);
            let mut places = Vec::new();
            changed(&told, &truth, "", &mut places);
            assert_eq!(
                places.iter().filter(|place| *place != "/rpc_url").collect::<Vec<_>>(),
                fields,
                "{chaos} {dialect}"
            );
            let body = signed(&bridge_request(&told, api.sandbox.now().timestamp()), &api.signer);
            let body = but(&body, json!({"destination_chain": "42161", "destination_address": to}));
            let (before, submit) = (wallet(&api), format!("/orders/{id}/authorize-bridge"));
            let (status, answer) = api.post_json(&submit, &body).await;
            assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"), "{chaos} {dialect}");
            assert_eq!(wallet(&api), before);
        }
    }
}
