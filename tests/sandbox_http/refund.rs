//! The refund of a cancelled order that still holds crypto.

use alloy_primitives::{Address, U256};
use ramptop::sandbox::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::desk::{authorize, both, naira, order, safe_transaction, sign_safe, units, until, wallet};
use crate::harness::{Api, code, id, signer};

fn question(id: &str) -> String {
    format!("/orders/{id}/refund-authorization-parameters")
}

async fn submit(api: &Api, id: &str, body: &Value) -> (StatusCode, Value) {
    api.post_json(&format!("/orders/{id}/authorize-refund"), body).await
}

fn escrow(parameters: &Value) -> Address {
    parameters["escrow_address"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_signed_refund_brings_everything_back_once() {
    for api in both(Scenario::RefundOwed).await {
        let owed = api.offering("authorize-refund").await;
        let read = api.data(&format!("/orders/{owed}")).await;
        assert_eq!((&read["status"], &read["next_action"]), (&json!("cancelled"), &json!("authorize_refund")));
        assert_eq!(read["action_required"]["type"], "authorize_refund");
        let parameters = api.data(&question(&owed)).await;
        assert_eq!(parameters["signer_address"], parameters["recipient_address"]);
        assert_eq!(
            (&parameters["direction"], &parameters["amount_human"]),
            (&json!("to_seller"), &read["amounts"]["crypto_amount"])
        );
        assert_eq!(
            parameters["domain"],
            json!({"chainId": 660_279, "verifyingContract": parameters["escrow_address"]})
        );
        let before = wallet(&api);
        let body = sign_safe(&safe_transaction(&parameters), escrow(&parameters), &api.signer);
        let (status, answer) = submit(&api, &owed, &body).await;
        assert_eq!((status, &answer["data"]["status"]), (StatusCode::OK, &json!("refunded")), "{answer}");
        assert!(answer["data"]["tx_hash"].as_str().unwrap().starts_with("0x"));
        assert_eq!(wallet(&api) - before, units(&parameters["amount_human"]));
        let read = api.data(&format!("/orders/{owed}")).await;
        assert_eq!(
            (&read["status"], &read["next_action"], &read["allowed_actions"]),
            (&json!("cancelled"), &Value::Null, &json!([]))
        );
        let (status, answer) = submit(&api, &owed, &body).await;
        assert_eq!((status, code(&answer)), (StatusCode::CONFLICT, "INVALID_STATUS"));
        assert_eq!(
            (api.get(&question(&owed)).await.0, wallet(&api)),
            (StatusCode::CONFLICT, before + units(&parameters["amount_human"]))
        );
    }
}

#[tokio::test]
async fn a_new_order_whose_proof_is_declined_can_be_refunded_too() {
    for api in both(Scenario::RefundOwed).await {
        let id = order(&api, "offramp", &naira(&api).await).await;
        until(&api, &id, "awaiting_crypto_transfer_authorization").await;
        let before = wallet(&api);
        authorize(&api, &id).await;
        until(&api, &id, "cancelled").await;
        assert!(wallet(&api) < before);
        let parameters = api.data(&question(&id)).await;
        let body = sign_safe(&safe_transaction(&parameters), escrow(&parameters), &api.signer);
        assert_eq!(submit(&api, &id, &body).await.0, StatusCode::OK);
        assert_eq!(wallet(&api), before);
    }
}

#[tokio::test]
async fn wrong_signatures_and_bodies_move_nothing() {
    for api in both(Scenario::RefundOwed).await {
        let owed = api.offering("authorize-refund").await;
        let parameters = api.data(&question(&owed)).await;
        let (good, escrow, before) = (safe_transaction(&parameters), escrow(&parameters), wallet(&api));
        let mut other = good.clone();
        other.nonce += U256::from(1);
        for body in [
            sign_safe(&good, escrow, &signer(0x22)),
            sign_safe(&good, Address::repeat_byte(5), &api.signer),
            sign_safe(&other, escrow, &api.signer),
        ] {
            let (status, answer) = submit(&api, &owed, &body).await;
            assert_eq!((status, code(&answer)), (StatusCode::BAD_GATEWAY, "TRANSACTOR_ERROR"));
        }
        for body in [json!({}), json!({"signature": "0x12"}), json!({"signature": "11".repeat(65)})] {
            let (status, answer) = submit(&api, &owed, &body).await;
            assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"));
        }
        assert_eq!((wallet(&api), &api.tally().await["refunds"]), (before, &json!({})));
        assert_eq!(submit(&api, &owed, &sign_safe(&good, escrow, &api.signer)).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_refund_that_is_held_or_not_owed_is_refused() {
    for api in both(Scenario::RefundOwed).await {
        let orders = api.all_orders().await;
        let cancelled = |o: &&Value| o["status"] == "cancelled" && o["allowed_actions"] == json!([]);
        let mut words = Vec::new();
        for order in orders.iter().filter(cancelled) {
            let (status, answer) = api.get(&question(&id(order))).await;
            assert_eq!(status, StatusCode::CONFLICT);
            words.push(code(&answer).to_owned());
        }
        words.sort();
        assert_eq!(words, ["INVALID_STATUS", "OPERATION_NOT_ALLOWED"]);
        let (status, answer) = api.get(&question("00000000-0000-4000-8000-000000000000")).await;
        assert_eq!((status, code(&answer)), (StatusCode::NOT_FOUND, "ORDER_NOT_FOUND"));
    }
}
