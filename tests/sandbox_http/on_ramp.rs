//! On-ramp orders: from the quote to the tokens in the wallet, with and without payer details.

use alloy_primitives::U256;
use ramptop::sandbox::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::desk::{both, but, buying, made, order, units, until, wallet};
use crate::harness::{Api, code, id};

async fn refused(api: &Api, path: &str, body: &Value, status: StatusCode, word: &str) {
    let (got, answer) = api.post_json(path, body).await;
    assert_eq!((got, code(&answer)), (status, word), "{path} {body}: {answer}");
}

#[tokio::test]
async fn tokens_arrive_after_the_vendor_has_the_fiat() {
    for (api, source) in both(Scenario::QuoteExpires).await.into_iter().zip([Value::Null, json!("vendor_details")]) {
        let ask = buying(&api, "Adaeze", "NGN", "150000").await;
        let id = order(&api, "onramp", &ask).await;
        let early = api.data(&format!("/orders/{id}")).await;
        assert_eq!((&early["order_type"], &early["vendor_payment_details"]), (&json!("onramp"), &Value::Null));
        let read = until(&api, &id, "awaiting_fiat_transfer").await;
        assert_eq!((&read["payment_request"], &read["fiat_funding_source"]), (&json!(false), &source));
        assert_eq!(read["allowed_actions"], json!(["confirm-payment-sent"]));
        assert!(read["vendor_payment_details"]["details"].as_object().is_some_and(|details| !details.is_empty()));
        let before = wallet(&api);
        let sent = format!("/orders/{id}/confirm-payment-sent");
        assert_eq!(made(&api, &sent, &json!({})).await, json!({"order_id": id, "status": "fiat_transfer_pending"}));
        refused(&api, &sent, &json!({}), StatusCode::CONFLICT, "INVALID_STATUS").await;
        assert_eq!(wallet(&api), before);
        let done = until(&api, &id, "completed").await;
        let fee = units(&done["fee_breakdown"]["total_fee"]);
        assert_eq!(wallet(&api) - before, units(&done["amounts"]["crypto_amount"]) - fee);
    }
}

#[tokio::test]
async fn who_asks_for_so_many_tokens_gets_exactly_those() {
    for api in both(Scenario::QuoteExpires).await {
        let ask = buying(&api, "Adaeze", "NGN", "150000").await;
        let ask = but(&ask, json!({"fiat_amount": null, "crypto_amount": "100", "partner_fee_pct": "1"}));
        let id = order(&api, "onramp", &ask).await;
        until(&api, &id, "awaiting_fiat_transfer").await;
        let before = wallet(&api);
        made(&api, &format!("/orders/{id}/confirm-payment-sent"), &json!({})).await;
        until(&api, &id, "completed").await;
        assert_eq!(wallet(&api) - before, U256::from(100_000_000));
    }
}

#[tokio::test]
async fn a_payment_request_needs_the_payer_first_and_once() {
    for api in both(Scenario::OnRampPaymentRequest).await {
        let waiting = api.all_orders().await.into_iter().find(|o| o["payment_request"] == true).unwrap();
        let id = id(&waiting);
        assert_eq!(waiting["allowed_actions"], json!(["submit-payer-details"]));
        let (payer, sent) =
            (format!("/orders/{id}/submit-payer-details"), format!("/orders/{id}/confirm-payment-sent"));
        refused(&api, &sent, &json!({}), StatusCode::CONFLICT, "INVALID_STATUS").await;
        let owners = api.sandbox.order_owners();
        let (_, _, number) = owners.iter().find(|(order, ..)| order.as_str() == id).unwrap();
        let number: u64 = number.as_str().parse().unwrap();
        for body in [
            json!({}),
            json!([]),
            json!({"payment_details_id": 99_999}),
            json!({"payment_details_id": number, "payment_details": {"payment_method_id": 1, "payment_network_id": 1,
                "details": {"a": "b"}}}),
            json!({"payment_details": {"payment_method_id": 1, "payment_network_id": 1, "details": {}}}),
        ] {
            refused(&api, &payer, &body, StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
        }
        assert!(made(&api, &payer, &json!({"payment_details_id": number})).await["message"].is_string());
        refused(&api, &payer, &json!({"payment_details_id": number}), StatusCode::CONFLICT, "INVALID_STATUS").await;
        made(&api, &sent, &json!({})).await;
        until(&api, &id, "completed").await;
    }
}

#[tokio::test]
async fn a_new_order_on_such_a_rail_takes_details_that_fit_the_rail() {
    for api in both(Scenario::Mixed).await {
        let id = order(&api, "onramp", &buying(&api, "Wanjiru", "KES", "15000").await).await;
        assert_eq!(until(&api, &id, "awaiting_fiat_transfer").await["payment_request"], true);
        let newer = Api::newer(Scenario::Empty).await;
        let url = format!("{}/api/v1/supported/institutions?rail=mpesa-kenya", newer.base);
        let found: Value = newer.client.get(url).send().await.unwrap().json().await.unwrap();
        let one = &found["data"]["institutions"][0];
        let body = |network: &Value, phone: &str| {
            json!({"payment_details": {"payment_method_id": one["payment_method_id"], "payment_network_id": network,
                "country_code": "KE", "details": {"phone_number": phone, "account_name": "Wanjiru Kamau"}}})
        };
        let payer = format!("/orders/{id}/submit-payer-details");
        let (network, good) = (&one["payment_network_id"], "+254700000121");
        refused(&api, &payer, &body(&json!(1), good), StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
        refused(&api, &payer, &body(network, "0700"), StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
        made(&api, &payer, &body(network, good)).await;
        assert_eq!(api.data(&format!("/orders/{id}")).await["allowed_actions"], json!(["confirm-payment-sent"]));
    }
}

#[tokio::test]
async fn unknown_orders_and_other_ramps_are_refused() {
    for api in both(Scenario::AwaitingConfirmation).await {
        let off_ramp = id(&api.all_orders().await[0]);
        let body = json!({"payment_details_id": 1});
        for action in ["submit-payer-details", "confirm-payment-sent"] {
            refused(&api, &format!("/orders/{off_ramp}/{action}"), &body, StatusCode::CONFLICT, "INVALID_STATUS").await;
            let unknown = format!("/orders/00000000-0000-4000-8000-000000000000/{action}");
            refused(&api, &unknown, &body, StatusCode::NOT_FOUND, "ORDER_NOT_FOUND").await;
            refused(&api, &format!("/orders/x/{action}"), &body, StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
        }
    }
}
