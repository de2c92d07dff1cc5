//! The send-out over the bridge: what is signed, what is refused, and where the tokens end.

use alloy_primitives::{Bytes, U256};
use ramptop::sandbox::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::desk::{both, bridge_request, but, until, wallet};
use crate::harness::{Api, ForwardRequest, code, signed, signer};

const ADDRESS: &str = "0x1111111111111111111111111111111111111111";

fn question(id: &str, chain: &str, address: &str) -> String {
    format!("/orders/{id}/bridge-authorization-parameters?destination_chain={chain}&destination_address={address}")
}

async fn parameters(api: &Api, id: &str) -> Value {
    api.data(&question(id, "42161", ADDRESS)).await
}

async fn request(api: &Api, id: &str) -> ForwardRequest {
    bridge_request(&parameters(api, id).await, api.sandbox.now().timestamp())
}

fn body(request: &ForwardRequest, api: &Api) -> Value {
    but(&signed(request, &api.signer), json!({"destination_chain": "42161", "destination_address": ADDRESS}))
}

async fn submit(api: &Api, id: &str, body: &Value) -> (StatusCode, Value) {
    api.post_json(&format!("/orders/{id}/authorize-bridge"), body).await
}

/// The completed orders: the first is delivered, the second is not.
fn completed(api: &Api) -> (String, String) {
    let world_order = |index: usize| api.sandbox.with_world(|world| world.orders()[index].id.to_string());
    (world_order(0), world_order(1))
}

#[tokio::test]
async fn a_signed_send_out_arrives_with_a_transaction_hash() {
    for api in both(Scenario::SendOut).await {
        let (id, _) = completed(&api);
        let read = api.data(&format!("/orders/{id}")).await;
        assert_eq!((&read["status"], &read["allowed_actions"]), (&json!("completed"), &json!(["authorize-bridge"])));
        let (before, request) = (wallet(&api), request(&api, &id).await);
        let units = U256::from_be_slice(&request.data[36..68]);
        let (status, answer) = submit(&api, &id, &body(&request, &api)).await;
        assert_eq!((status, &answer["data"]["status"]), (StatusCode::OK, &json!("send_out_pending")), "{answer}");
        assert_eq!(before - wallet(&api), units);
        let (status, answer) = submit(&api, &id, &body(&request, &api)).await;
        assert_eq!((status, code(&answer)), (StatusCode::CONFLICT, "INVALID_STATUS"));
        let done = until(&api, &id, "send_out_completed").await;
        assert!(done["send_out_tx_hash"].as_str().unwrap().starts_with("0x"));
        assert_eq!(api.tally().await["send_outs"], json!({id: 1}));
    }
}

#[tokio::test]
async fn what_the_bridge_cannot_deliver_comes_back() {
    for api in both(Scenario::SendOut).await {
        let (_, id) = completed(&api);
        let before = wallet(&api);
        let request = request(&api, &id).await;
        assert_eq!(submit(&api, &id, &body(&request, &api)).await.0, StatusCode::OK);
        assert!(wallet(&api) < before);
        let failed = until(&api, &id, "send_out_failed").await;
        assert_eq!((&failed["send_out_tx_hash"], wallet(&api)), (&Value::Null, before));
    }
}

#[tokio::test]
async fn each_dialect_has_its_own_parameters_and_destinations() {
    let [baseline, newer] = both(Scenario::SendOut).await;
    let (id, _) = completed(&baseline);
    let old = baseline.data(&question(&id, "arbitrum", ADDRESS)).await;
    assert!(old["forward_request"]["data"].is_string() && old["eip712_domain"]["chainId"] == 660_279);
    assert!(old["to_amount"].is_string() && old["solver_address"].is_null());
    let (id, _) = completed(&newer);
    let new = newer.data(&question(&id, "Arbitrum%20One", ADDRESS)).await;
    assert!(new["forward_request"].is_null() && new["solver_address"].is_string());
    assert_eq!((&new["destination_chain"], &new["destination_address"]), (&json!("Arbitrum One"), &json!(ADDRESS)));
    let quote = new["quote_id"].as_str().unwrap().trim_start_matches("0x");
    assert!(new["transfer_data"].as_str().unwrap().ends_with(quote));
    let tron = newer.data(&question(&id, "Tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")).await;
    assert_eq!(tron["destination_chain"], "Tron");
    for (api, chain, address) in [
        (&newer, "arbitrum", ADDRESS),
        (&newer, "Tron", ADDRESS),
        (&newer, "Ethereum", "0x12"),
        (&newer, "Moon", ADDRESS),
        (&newer, "", ""),
        (&baseline, "tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
        (&baseline, "ethereum", "0x0000000000000000000000000000000000000000"),
    ] {
        let (id, _) = completed(api);
        let (status, answer) = api.get(&question(&id, chain, address)).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"), "{chain} {address}");
    }
}

#[tokio::test]
async fn what_is_not_the_quoted_transfer_is_refused() {
    for api in both(Scenario::SendOut).await {
        let (id, _) = completed(&api);
        let good = request(&api, &id).await;
        let before = wallet(&api);
        let wrong = |change: &dyn Fn(&mut ForwardRequest)| {
            let mut request = good.clone();
            change(&mut request);
            body(&request, &api)
        };
        let more = |r: &mut ForwardRequest| r.data = Bytes::from([r.data.as_ref(), &[0]].concat());
        let elsewhere = json!({"destination_address": "0x2222222222222222222222222222222222222222"});
        let foreign =
            but(&signed(&good, &signer(0x22)), json!({"destination_chain": "42161", "destination_address": ADDRESS}));
        for body in [
            wrong(&more),
            wrong(&|r| r.data = Bytes::from(r.data[..68].to_vec())),
            wrong(&|r| r.nonce += U256::from(1)),
            wrong(&|r| r.value = U256::from(1)),
            but(&body(&good, &api), elsewhere),
            but(&body(&good, &api), json!({"destination_chain": "1"})),
            but(&body(&good, &api), json!({"destination_chain": null})),
            foreign,
            json!({}),
        ] {
            let (status, answer) = submit(&api, &id, &body).await;
            assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"), "{body}: {answer}");
        }
        api.advance(61);
        let (status, answer) = submit(&api, &id, &body(&good, &api)).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"), "the quote has expired");
        assert_eq!((wallet(&api), &api.tally().await["send_outs"]), (before, &json!({})));
    }
}

#[tokio::test]
async fn only_a_completed_on_ramp_order_is_sent_out() {
    for api in both(Scenario::FiatConfirm).await {
        let id = api.offering("confirm-fiat-received").await;
        let (status, answer) = api.get(&question(&id, "42161", ADDRESS)).await;
        assert_eq!((status, code(&answer)), (StatusCode::CONFLICT, "INVALID_STATUS"));
        let unknown = question("00000000-0000-4000-8000-000000000000", "42161", ADDRESS);
        let (status, answer) = api.get(&unknown).await;
        assert_eq!((status, code(&answer)), (StatusCode::NOT_FOUND, "ORDER_NOT_FOUND"));
    }
}
