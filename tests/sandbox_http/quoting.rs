//! Estimates, quotes and initiates: prices that add up, and every documented refusal.

use alloy_primitives::U256;
use ramptop::sandbox::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::desk::{authorize, both, but, buying, details, made, naira, order, person, units, until, wallet};
use crate::harness::{Api, code, read};

async fn refused(api: &Api, path: &str, body: &Value, status: StatusCode, word: &str) -> Value {
    let (got, answer) = api.post_json(path, body).await;
    assert_eq!((got, code(&answer)), (status, word), "{path} {body}: {answer}");
    assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
    answer["error"].clone()
}

async fn initiate_refused(api: &Api, ramp: &str, quote: &Value, status: StatusCode, word: &str) -> Value {
    let body = json!({"quote_id": quote["quote_id"]});
    refused(api, &format!("/{ramp}/initiate"), &body, status, word).await
}

#[tokio::test]
async fn estimates_reserve_nothing_and_need_the_key_in_the_baseline_only() {
    let ask = json!({"crypto_currency": "USDT", "fiat_currency": "NGN", "crypto_amount": "100"});
    for (api, open) in both(Scenario::Empty).await.into_iter().zip([StatusCode::UNAUTHORIZED, StatusCode::OK]) {
        for ramp in ["offramp", "onramp"] {
            let path = format!("/{ramp}/estimate");
            let data = made(&api, &path, &ask).await;
            assert_eq!((&data["is_indicative"], &data["provider_scope"]), (&json!(true), &json!("all")));
            assert!(
                data["rate"].is_string() && data["payment_network_slug"] == "nip-nigeria" && data["quote_id"].is_null()
            );
            assert_eq!(read(api.client.post(api.url(&path)).json(&ask)).await.0, open);
        }
        assert_eq!(api.all_orders().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_estimate_that_cannot_be_answered_says_why() {
    let ask = json!({"crypto_currency": "USDT", "fiat_currency": "NGN", "crypto_amount": "100"});
    for api in both(Scenario::Empty).await {
        for ramp in ["offramp", "onramp"] {
            let path = format!("/{ramp}/estimate");
            for change in [
                json!({"crypto_currency": "BTC"}),
                json!({"fiat_currency": null}),
                json!({"fiat_currency": "QQQ"}),
                json!({"crypto_amount": null}),
                json!({"fiat_amount": "5"}),
                json!({"crypto_amount": "-1"}),
                json!({"crypto_amount": "1.1234567"}),
                json!({"crypto_amount": null, "fiat_amount": "1000.5"}),
                json!({"provider_scope": "nobody"}),
            ] {
                refused(&api, &path, &but(&ask, change), StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
            }
            for change in [json!({"crypto_amount": "1000000"}), json!({"payment_network_slug": "iban-sepa"})] {
                refused(&api, &path, &but(&ask, change), StatusCode::CONFLICT, "NO_OFFERS_AVAILABLE").await;
            }
        }
    }
}

#[tokio::test]
async fn an_off_ramp_quote_keeps_the_amount_it_was_asked_for() {
    for api in both(Scenario::Mixed).await {
        let ask = naira(&api).await;
        let crypto = made(&api, "/offramp/quote", &ask).await;
        assert_eq!((&crypto["anchor_type"], &crypto["crypto_amount"]), (&json!("crypto"), &json!("100.000000")));
        assert_eq!(crypto["payment_details_id"], ask["payment_details_id"]);
        assert!(crypto["payment_method_id"].is_u64() && crypto["payment_network_id"].is_u64());
        assert_eq!(crypto["has_fiat_settlement_notification"], false);
        let fiat = but(&ask, json!({"crypto_amount": null, "fiat_amount": "150000"}));
        let fiat = made(&api, "/offramp/quote", &fiat).await;
        assert_eq!((&fiat["anchor_type"], &fiat["fiat_amount"]), (&json!("fiat"), &json!("150000.00")));
        let notified = but(&ask, json!({"has_fiat_settlement_notification": true}));
        assert_eq!(made(&api, "/offramp/quote", &notified).await["has_fiat_settlement_notification"], true);
    }
}

#[tokio::test]
async fn a_markup_comes_on_top_and_is_part_of_what_is_funded() {
    let [baseline, newer] = both(Scenario::Mixed).await;
    let marked = but(&naira(&newer).await, json!({"partner_fee_pct": "1.5"}));
    let quote = made(&newer, "/offramp/quote", &marked).await;
    assert_eq!(
        (&quote["crypto_amount"], &quote["fee_breakdown"]["partner_fee"]),
        (&json!("100.000000"), &json!("1.500000"))
    );
    assert_eq!(quote["fee_breakdown"]["partner_fee_pct"], 1.5);
    let id = order(&newer, "offramp", &marked).await;
    until(&newer, &id, "awaiting_crypto_transfer_authorization").await;
    assert_eq!(newer.parameters(&id).await["amount_human"], "101.500000");
    let before = wallet(&newer);
    authorize(&newer, &id).await;
    assert_eq!(before - wallet(&newer), U256::from(101_500_000));
    for pct in ["11", "-1", "x"] {
        let body = but(&marked, json!({"partner_fee_pct": pct}));
        refused(&newer, "/offramp/quote", &body, StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
    }
    // The baseline knows no markup.
    let marked = but(&naira(&baseline).await, json!({"partner_fee_pct": "1.5"}));
    assert_eq!(made(&baseline, "/offramp/quote", &marked).await["fee_breakdown"]["partner_fee"], "0.000000");
}

#[tokio::test]
async fn an_off_ramp_quote_that_cannot_be_made_says_why() {
    for api in both(Scenario::Mixed).await {
        let ask = naira(&api).await;
        let path = "/offramp/quote";
        for change in [
            json!({"user_uuid": "x"}),
            json!({"user_uuid": null}),
            json!({"payment_details_id": null}),
            json!({"payment_details_id": "many"}),
            json!({"fiat_currency": "KES"}),
            json!({"slippage_tolerance": {"type": "luck", "value": 1}}),
            json!({"slippage_tolerance": {"type": "percent", "value": -1}}),
            json!({"fiat_amount": "5"}),
        ] {
            refused(&api, path, &but(&ask, change), StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
        }
        for change in [json!({"rail": "upi"}), json!({"route": "iban-sepa"})] {
            refused(&api, path, &but(&ask, change), StatusCode::BAD_REQUEST, "RAIL_ROUTE_MISMATCH").await;
        }
        let other = person(&api, "Wanjiru").await;
        for change in [json!({"payment_details_id": 99_999}), json!({"user_uuid": other})] {
            refused(&api, path, &but(&ask, change), StatusCode::NOT_FOUND, "INVALID_PAYMENT_DETAILS").await;
        }
        let too_much = but(&ask, json!({"crypto_amount": "900000"}));
        refused(&api, path, &too_much, StatusCode::CONFLICT, "NO_OFFERS_AVAILABLE").await;
        let (status, body) = read(api.client.post(api.url(path)).json(&ask)).await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"));
    }
}

#[tokio::test]
async fn who_is_not_cleared_gets_no_quote() {
    let [baseline, newer] = both(Scenario::KycRejected).await;
    let ask = naira(&newer).await;
    let error = refused(&newer, "/offramp/quote", &ask, StatusCode::UNPROCESSABLE_ENTITY, "KYC_NOT_CLEARED").await;
    assert_eq!(error["details"]["kyc_status"], "VERIFICATION_REJECTED");
    let buy = buying(&newer, "Adaeze", "NGN", "150000").await;
    refused(&newer, "/onramp/quote", &buy, StatusCode::UNPROCESSABLE_ENTITY, "KYC_NOT_CLEARED").await;
    let ask = naira(&baseline).await;
    refused(&baseline, "/offramp/quote", &ask, StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
}

#[tokio::test]
async fn an_on_ramp_quote_adds_up_and_refuses_in_the_documented_words() {
    for api in both(Scenario::Mixed).await {
        let ask = buying(&api, "Adaeze", "NGN", "150000").await;
        let quote = made(&api, "/onramp/quote", &ask).await;
        assert_eq!(
            (&quote["fiat_amount"], &quote["payment_network_slug"]),
            (&json!("150000.00"), &json!("nip-nigeria"))
        );
        assert!(quote["payment_method_slug"].is_string() && quote["anchor_type"].is_null());
        let named = but(&ask, json!({"payment_method_slug": "zenith-bank"}));
        assert_eq!(made(&api, "/onramp/quote", &named).await["payment_method_slug"], "zenith-bank");
        let stranger = but(&ask, json!({"user_uuid": "00000000-0000-4000-8000-000000000000"}));
        refused(&api, "/onramp/quote", &stranger, StatusCode::NOT_FOUND, "INVALID_REQUEST").await;
        refused(&api, "/onramp/quote", &json!([]), StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
        let too_little = but(&ask, json!({"fiat_amount": "1"}));
        refused(&api, "/onramp/quote", &too_little, StatusCode::CONFLICT, "NO_OFFERS_AVAILABLE").await;
    }
}

#[tokio::test]
async fn a_quote_makes_one_order_of_its_own_ramp_in_its_own_time() {
    for api in both(Scenario::Mixed).await {
        let ask = naira(&api).await;
        let buy = buying(&api, "Adaeze", "NGN", "150000").await;
        for (ramp, other, ask) in [("offramp", "onramp", &ask), ("onramp", "offramp", &buy)] {
            let quote = made(&api, &format!("/{ramp}/quote"), ask).await;
            initiate_refused(&api, other, &quote, StatusCode::NOT_FOUND, "QUOTE_NOT_FOUND").await;
            let body = json!({"quote_id": quote["quote_id"], "reference_id": "ours-7"});
            let (status, answer) = api.post_json(&format!("/{ramp}/initiate"), &body).await;
            let data = &answer["data"];
            assert_eq!((status, &data["order_type"]), (StatusCode::CREATED, &json!(ramp)));
            assert_eq!((&data["quote_id"], &data["reference_id"]), (&quote["quote_id"], &json!("ours-7")));
            assert_eq!(data["status"], "awaiting_liquidity_provider");
            assert_eq!(data["amounts"]["fiat_amount"], quote["fiat_amount"]);
            let read = api.data(&format!("/orders/{}", data["order_id"].as_str().unwrap())).await;
            assert_eq!((&read["amounts"], &read["fee_breakdown"]), (&data["amounts"], &data["fee_breakdown"]));
            initiate_refused(&api, ramp, &quote, StatusCode::CONFLICT, "QUOTE_ALREADY_USED").await;
            let late = made(&api, &format!("/{ramp}/quote"), ask).await;
            api.advance(60);
            initiate_refused(&api, ramp, &late, StatusCode::CONFLICT, "QUOTE_EXPIRED").await;
            let path = format!("/{ramp}/initiate");
            let unknown = json!({"quote_id": "00000000-0000-4000-8000-000000000000"});
            refused(&api, &path, &unknown, StatusCode::NOT_FOUND, "QUOTE_NOT_FOUND").await;
            for body in [json!({}), json!({"quote_id": "x"}), json!([])] {
                refused(&api, &path, &body, StatusCode::BAD_REQUEST, "INVALID_REQUEST").await;
            }
        }
    }
}

#[tokio::test]
async fn a_price_that_moved_is_told_and_a_tolerance_or_a_new_quote_helps() {
    for api in both(Scenario::PriceMoves).await {
        let ask = naira(&api).await;
        let quote = made(&api, "/offramp/quote", &ask).await;
        let tolerant = but(&ask, json!({"slippage_tolerance": {"type": "percent", "value": 2}}));
        let tolerant = made(&api, "/offramp/quote", &tolerant).await;
        for _ in 0..2 {
            let error = initiate_refused(&api, "offramp", &quote, StatusCode::CONFLICT, "PRICE_CHANGED_REQUOTE").await;
            let number = |key: &str| error["details"][key].as_f64().unwrap();
            assert!(number("current_rate") < number("quoted_rate") && number("fiat_difference") < 0.0, "{error}");
        }
        let body = json!({"quote_id": tolerant["quote_id"]});
        let order = made(&api, "/offramp/initiate", &body).await;
        assert_ne!(order["amounts"]["rate"], quote["rate"]);
        assert_eq!(order["amounts"]["crypto_amount"], quote["crypto_amount"]);
        let fresh = made(&api, "/offramp/quote", &ask).await;
        made(&api, "/offramp/initiate", &json!({"quote_id": fresh["quote_id"]})).await;
    }
}

#[tokio::test]
async fn a_late_initiate_meets_the_rate_of_the_moment() {
    let api = Api::plain(Scenario::Mixed).await;
    let quote = made(&api, "/offramp/quote", &naira(&api).await).await;
    api.advance(50);
    initiate_refused(&api, "offramp", &quote, StatusCode::CONFLICT, "PRICE_CHANGED_REQUOTE").await;
}

#[tokio::test]
async fn an_order_from_nothing_reaches_completion() {
    for api in both(Scenario::Empty).await {
        let user = api.new_user("ann").await;
        made(&api, &format!("/users/{user}/kyc-submissions"), &json!({"method": "handoff", "data": {}})).await;
        api.advance(130);
        let bank = json!({"currency": "NGN", "rail": "nip-nigeria", "institution_id": "gtbank",
            "details": {"account_number": "0123456789", "account_name": "Ann Example"}});
        made(&api, &format!("/users/{user}/payment-details"), &bank).await;
        let number = details(&api, &user).await;
        let ask = json!({"user_uuid": user, "crypto_currency": "USDT", "fiat_currency": "NGN",
            "fiat_amount": "150000", "payment_details_id": number});
        let id = order(&api, "offramp", &ask).await;
        let read = until(&api, &id, "awaiting_crypto_transfer_authorization").await;
        let before = wallet(&api);
        authorize(&api, &id).await;
        assert_eq!(before - wallet(&api), units(&read["amounts"]["crypto_amount"]));
        until(&api, &id, "awaiting_fiat_received_confirmation").await;
        made(&api, &format!("/orders/{id}/confirm-fiat-received"), &json!({})).await;
        until(&api, &id, "completed").await;
        // A provider who notifies needs nobody's confirmation.
        let ask = but(&ask, json!({"has_fiat_settlement_notification": true}));
        let id = order(&api, "offramp", &ask).await;
        until(&api, &id, "awaiting_crypto_transfer_authorization").await;
        authorize(&api, &id).await;
        assert_eq!(until(&api, &id, "completed").await["has_fiat_settlement_notification"], true);
    }
}
