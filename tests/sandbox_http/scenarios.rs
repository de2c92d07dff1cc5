//! Every scenario starts and serves, and what its name promises happens by the API alone.

use std::collections::BTreeSet;

use ramptop::sandbox::{Dialect, Scenario};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::desk::{authorize, both, but, details, made, naira, order, person, until, wallet};
use crate::harness::{Api, code, read, signed};

#[tokio::test]
async fn every_scenario_starts_serves_and_moves() {
    let names: BTreeSet<&str> = Scenario::ALL.iter().map(|scenario| scenario.word()).collect();
    assert_eq!(names.len(), Scenario::ALL.len());
    for scenario in Scenario::ALL {
        assert!(scenario.describe().ends_with('.') && scenario.describe().len() < 140, "{scenario}");
        for api in both(*scenario).await {
            assert_eq!(api.get("/verify-auth").await.0, StatusCode::OK, "{scenario}");
            let orders = api.all_orders().await;
            assert_eq!(orders.is_empty(), *scenario == Scenario::Empty, "{scenario}");
            api.advance(3_600);
            assert!(api.all_orders().await.len() >= orders.len(), "{scenario}");
        }
    }
}

#[tokio::test]
async fn the_same_seed_tells_the_same_story() {
    for scenario in Scenario::ALL {
        let [one, two] = [Api::plain(*scenario).await, Api::plain(*scenario).await];
        one.advance(300);
        for _ in 0..30 {
            two.advance(10);
            two.all_orders().await;
        }
        assert_eq!(one.all_orders().await, two.all_orders().await, "{scenario}");
    }
}

#[tokio::test]
async fn nothing_exists_in_empty_but_a_funded_wallet() {
    for api in both(Scenario::Empty).await {
        assert_eq!((api.sandbox.user_ids(), api.all_orders().await), (Vec::new(), Vec::new()));
        assert!(!wallet(&api).is_zero());
    }
}

#[tokio::test]
async fn pending_users_come_to_their_verdicts() {
    for (api, words) in both(Scenario::KycPending).await.into_iter().zip([
        ["IN_PROGRESS", "PENDING", "IN_PROGRESS", "IN_PROGRESS"],
        ["IN_PROGRESS", "PENDING_DOCUMENTS", "UNDER_REVIEW", "IN_PROGRESS"],
    ]) {
        let users = api.sandbox.user_ids();
        for (user, word) in users.iter().zip(words) {
            assert_eq!(api.data(&format!("/users/{user}/verification-status")).await["status"], word);
        }
        assert!(api.data(&format!("/users/{}/verification-status", users[3])).await["verification_url"].is_string());
        api.advance(250);
        for (user, word) in users.iter().zip(["VERIFIED", words[1], "VERIFIED", "VERIFIED"]) {
            assert_eq!(api.data(&format!("/users/{user}/verification-status")).await["status"], word);
        }
    }
}

#[tokio::test]
async fn a_rejected_user_is_verified_by_new_data() {
    for api in both(Scenario::KycRejected).await {
        let user = person(&api, "Adaeze").await;
        let kyc = api.data(&format!("/users/{user}")).await["kyc"].clone();
        assert_eq!((&kyc["status"], kyc["rejection_reason"].is_string()), (&json!("VERIFICATION_REJECTED"), true));
        made(&api, &format!("/users/{user}/kyc-submissions"), &json!({"method": "handoff", "data": {}})).await;
        api.advance(130);
        made(&api, "/offramp/quote", &naira(&api).await).await;
    }
}

#[tokio::test]
async fn an_address_sets_waiting_orders_and_new_ones_free() {
    for api in both(Scenario::UpdateKycAddress).await {
        let user = person(&api, "Lena").await;
        let ask = json!({"user_uuid": user, "crypto_currency": "USDT", "fiat_currency": "EUR", "fiat_amount": "100",
            "payment_details_id": details(&api, &user).await});
        let fresh = order(&api, "offramp", &ask).await;
        api.advance(120);
        let waiting: Vec<Value> =
            api.all_orders().await.into_iter().filter(|o| o["next_action"] == "update_kyc_address").collect();
        assert_eq!(waiting.len(), 3, "two of the start and the new one");
        assert_eq!(waiting[0]["action_required"]["fields"][0]["field"], "address");
        let address = json!({"address": "1 Example Street", "city": "Berlin", "postal_code": "10115"});
        assert_eq!(
            read(api.request(Method::PATCH, &format!("/users/{user}/kyc")).json(&address)).await.0,
            StatusCode::OK
        );
        until(&api, &fresh, "awaiting_crypto_transfer_authorization").await;
        for order in api.all_orders().await {
            assert_ne!(order["next_action"], "update_kyc_address");
        }
    }
}

#[tokio::test]
async fn short_quotes_expire_and_a_new_one_is_taken() {
    for api in both(Scenario::QuoteExpires).await {
        let ask = naira(&api).await;
        let quote = made(&api, "/offramp/quote", &ask).await;
        api.advance(15);
        let (status, answer) = api.post_json("/offramp/initiate", &json!({"quote_id": quote["quote_id"]})).await;
        assert_eq!((status, code(&answer)), (StatusCode::CONFLICT, "QUOTE_EXPIRED"));
        order(&api, "offramp", &ask).await;
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_an_order_and_a_used_quote() {
    for api in both(Scenario::InitiateLostAnswer).await {
        let ask = naira(&api).await;
        let before = api.all_orders().await.len();
        let quote = made(&api, "/offramp/quote", &ask).await;
        let body = json!({"quote_id": quote["quote_id"]});
        let lost = api.request(Method::POST, "/offramp/initiate").json(&body).send().await;
        assert!(lost.is_err(), "{lost:?}");
        assert_eq!(api.all_orders().await.len(), before + 1);
        let (status, answer) = api.post_json("/offramp/initiate", &body).await;
        assert_eq!((status, code(&answer)), (StatusCode::CONFLICT, "QUOTE_ALREADY_USED"));
        order(&api, "offramp", &ask).await;
    }
}

#[tokio::test]
async fn windows_close_and_orders_nobody_takes_end() {
    for api in both(Scenario::AuthorizationWindowClosing).await {
        let fresh = order(&api, "offramp", &naira(&api).await).await;
        let read = until(&api, &fresh, "awaiting_crypto_transfer_authorization").await;
        assert!(read["crypto_transfer_authorization_seconds_left"].as_i64().unwrap() <= 90);
        api.advance(241);
        for order in api.all_orders().await {
            assert_eq!(order["status"], "cancelled");
        }
    }
    for api in both(Scenario::Unfilled).await {
        let fresh = order(&api, "offramp", &naira(&api).await).await;
        until(&api, &fresh, "cancelled").await;
    }
}

#[tokio::test]
async fn a_poor_wallet_is_refused_until_it_is_topped_up() {
    for api in both(Scenario::LowBalance).await {
        let id = api.offering("authorize-crypto-transfer").await;
        let body = signed(&api.request_of(&id).await, &api.signer);
        let (status, answer) = api.submit(&id, &body).await;
        assert_eq!((status, code(&answer)), (StatusCode::UNPROCESSABLE_ENTITY, "INSUFFICIENT_BALANCE"));
        api.advance(180);
        assert_eq!(api.submit(&id, &body).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_relay_that_fails_gives_the_crypto_back() {
    for api in both(Scenario::RelayFails).await {
        let fresh = order(&api, "offramp", &naira(&api).await).await;
        until(&api, &fresh, "awaiting_crypto_transfer_authorization").await;
        until_settled(&api).await;
        let before = wallet(&api);
        authorize(&api, &fresh).await;
        until(&api, &fresh, "failed").await;
        assert_eq!(wallet(&api), before);
    }
}

/// Until the order of the start that is on its way has failed as well.
async fn until_settled(api: &Api) {
    api.advance(30);
    let orders = api.all_orders().await;
    assert!(orders.iter().all(|o| o["status"] != "crypto_transfer_authorization_pending"));
}

#[tokio::test]
async fn the_fiat_is_confirmed_wherever_that_is_offered() {
    for api in both(Scenario::FiatConfirm).await {
        let offered =
            api.all_orders().await.into_iter().filter(|o| o["allowed_actions"] == json!(["confirm-fiat-received"]));
        let ids: Vec<String> = offered.map(|o| crate::harness::id(&o)).collect();
        assert_eq!(ids.len(), 5);
        for id in ids {
            made(&api, &format!("/orders/{id}/confirm-fiat-received"), &json!({})).await;
            until(&api, &id, "completed").await;
        }
    }
}

#[tokio::test]
async fn reviews_and_disputes_end_as_told() {
    for api in both(Scenario::FiatPaymentReview).await {
        api.advance(600);
        let statuses: BTreeSet<String> =
            api.all_orders().await.iter().map(|o| o["status"].as_str().unwrap().to_owned()).collect();
        let expected = ["awaiting_fiat_received_confirmation", "cancelled", "completed"].map(str::to_owned);
        assert_eq!(statuses, BTreeSet::from(expected));
        api.offering("authorize-refund").await;
    }
    for api in both(Scenario::Dispute).await {
        let ids: Vec<String> = api.sandbox.with_world(|w| w.orders().iter().map(|o| o.id.to_string()).collect());
        until(&api, &ids[0], "cancelled").await;
        assert_eq!(api.data(&format!("/orders/{}", ids[0])).await["next_action"], "authorize_refund");
        until(&api, &ids[1], "completed").await;
        until(&api, &ids[2], "dispute_started").await;
    }
}

#[tokio::test]
async fn providers_that_settle_need_no_confirmation() {
    for api in both(Scenario::ProviderSettlesItself).await {
        let fresh = order(&api, "offramp", &naira(&api).await).await;
        until(&api, &fresh, "awaiting_crypto_transfer_authorization").await;
        authorize(&api, &fresh).await;
        let done = until(&api, &fresh, "completed").await;
        assert_eq!(done["has_fiat_settlement_notification"], true);
        let way: Vec<&Value> = done["timeline"].as_array().unwrap().iter().map(|entry| &entry["status"]).collect();
        assert!(!way.contains(&&json!("fiat_received_confirmed")), "{way:?}");
    }
}

#[tokio::test]
async fn a_known_payer_leaves_only_the_payment_to_confirm() {
    for api in both(Scenario::OnRampPayerDetails).await {
        let order = api.all_orders().await.into_iter().find(|o| o["payment_request"] == true).unwrap();
        assert_eq!(order["allowed_actions"], json!(["confirm-payment-sent"]));
        assert!(order["vendor_payment_details"]["details"].is_object());
    }
}

#[tokio::test]
async fn a_signed_transfer_can_be_cancelled_in_the_baseline_only() {
    let expected =
        [(Dialect::Baseline, json!(["cancel"]), StatusCode::OK), (Dialect::Newer, json!([]), StatusCode::BAD_REQUEST)];
    for (api, (dialect, actions, status)) in both(Scenario::AwaitingAuthorization).await.into_iter().zip(expected) {
        let id = api.offering("authorize-crypto-transfer").await;
        authorize(&api, &id).await;
        assert_eq!(api.data(&format!("/orders/{id}")).await["allowed_actions"], actions, "{dialect}");
        assert_eq!(api.post(&format!("/orders/{id}/cancel")).await.0, status, "{dialect}");
    }
}

#[tokio::test]
async fn a_question_that_is_not_a_whole_number_of_naira_is_refused() {
    for api in both(Scenario::Mixed).await {
        let ask = but(&naira(&api).await, json!({"crypto_amount": null, "fiat_amount": "1000.50"}));
        let (status, answer) = api.post_json("/offramp/quote", &ask).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"));
    }
}
