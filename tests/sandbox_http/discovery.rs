//! What the platform supports: open to anybody, consistent with itself, documented refusals.

use ramptop::sandbox::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::desk::both;
use crate::harness::{Api, code, key, read};

/// Without a key.
async fn open(api: &Api, path: &str) -> (StatusCode, Value) {
    read(api.client.get(format!("{}/api/v1{path}", api.base))).await
}

async fn data(api: &Api, path: &str) -> Value {
    let (status, body) = open(api, path).await;
    assert_eq!((status, &body["success"]), (StatusCode::OK, &json!(true)), "{path}: {body}");
    body["data"].clone()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[tokio::test]
async fn currencies_chains_and_pairs_are_open_and_agree() {
    for api in both(Scenario::Empty).await {
        let crypto = data(&api, "/supported/crypto-currencies").await;
        assert_eq!((&crypto[0]["code"], &crypto[0]["decimals"]), (&json!("USDT"), &json!(6)));
        let chains = data(&api, "/supported/blockchains").await;
        assert_eq!(crypto[0]["blockchains"], json!([chains[0]["slug"]]));
        let fiat = data(&api, "/supported/fiat-currencies").await;
        let codes: Vec<&str> = list(&fiat).iter().map(|one| one["code"].as_str().unwrap()).collect();
        for wanted in ["NGN", "KES", "GHS", "UGX", "TZS", "INR", "EUR", "GBP"] {
            assert!(codes.contains(&wanted), "{wanted}");
        }
        let pairs = data(&api, "/supported-exchange-pairs").await;
        assert_eq!(list(&pairs).len(), codes.len() * 2);
        let corridors = data(&api, "/supported/corridors").await;
        assert_eq!(list(&corridors["currencies"]).len(), codes.len());
        assert!(corridors["currencies"][0]["offramp"]["p2p"]["rate"].is_number());
        let liquidity = data(&api, "/partner/liquidity").await;
        assert_eq!(list(&liquidity["pairs"]).len(), codes.len() * 2);
    }
}

#[tokio::test]
async fn rails_say_what_a_payment_profile_must_hold() {
    for (api, newer) in both(Scenario::Empty).await.into_iter().zip([false, true]) {
        let fiat = data(&api, "/supported/fiat-currencies").await;
        for currency in list(&fiat).iter().map(|one| one["code"].as_str().unwrap()) {
            let query = format!("/supported/payment-rails?currency={currency}&direction=offramp");
            let rails = data(&api, &query).await["rails"].clone();
            assert!(!list(&rails).is_empty(), "{currency}");
            for field in list(&rails).iter().flat_map(|rail| list(&rail["fields"])) {
                assert!(field["pattern"].is_string() || field["options"].is_array(), "{field}");
                assert!(field["key"].is_string() && field["label"].is_string() && field["required"].is_boolean());
            }
        }
        let india = data(&api, "/supported/payment-rails?country=IN&direction=onramp").await["rails"].clone();
        let bank = list(&india).iter().find(|rail| rail["slug"] == "imps-neft-india").unwrap();
        assert_eq!(bank["formats"].is_array(), newer, "formats are of the newest documents");
        assert_eq!(bank["institution_required"], json!(!newer));
    }
}

#[tokio::test]
async fn institutions_are_searched_and_paged() {
    for (api, newer) in both(Scenario::Empty).await.into_iter().zip([false, true]) {
        let all = data(&api, "/supported/institutions?rail=nip-nigeria").await;
        let total = usize::try_from(all["pagination"]["total"].as_u64().unwrap()).unwrap();
        assert_eq!(list(&all["institutions"]).len(), total);
        let page = data(&api, "/supported/institutions?rail=nip-nigeria&limit=5&offset=5").await;
        assert_eq!(list(&page["institutions"])[..], list(&all["institutions"])[5..10]);
        let found = data(&api, "/supported/institutions?rail=nip-nigeria&search=zenITH").await;
        assert_eq!(
            (found["institutions"][0]["id"].as_str(), list(&found["institutions"]).len()),
            (Some("zenith-bank"), 1)
        );
        assert_eq!(found["institutions"][0]["payment_method_id"].is_u64(), newer);
        let none = data(&api, "/supported/institutions?rail=nip-nigeria&search=nowhere").await;
        assert_eq!((list(&none["institutions"]).len(), &none["pagination"]["total"]), (0, &json!(0)));
    }
}

#[tokio::test]
async fn bad_questions_are_refused_in_words() {
    for api in both(Scenario::Empty).await {
        for path in [
            "/supported/payment-rails?currency=NGN",
            "/supported/payment-rails?currency=NGN&direction=sideways",
            "/supported/payment-rails?direction=offramp",
            "/supported/institutions",
            "/supported/institutions?rail=dance",
            "/supported/institutions?rail=upi&limit=101",
            "/supported/institutions?rail=upi&limit=x",
        ] {
            let (status, body) = open(&api, path).await;
            assert_eq!((status, key(&body).is_empty()), (StatusCode::BAD_REQUEST, false), "{path}: {body}");
        }
    }
}

#[tokio::test]
async fn the_send_out_catalog_names_chains_and_tokens() {
    for api in both(Scenario::Empty).await {
        let routes = api.data("/send-out/routes?crypto=USDT").await["routes"].clone();
        let names: Vec<&Value> = list(&routes).iter().map(|route| &route["destination_chain"]).collect();
        assert_eq!(names, ["Arbitrum One", "Ethereum", "Tron"]);
        assert!(routes[2]["chain_type"] == "TVM" && routes[0]["token"]["decimals"] == 6);
        assert_eq!(api.data("/send-out/routes?crypto=BTC").await["routes"], json!([]));
        let (status, body) = api.get("/send-out/routes").await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "INVALID_REQUEST"));
        let (status, body) = open(&api, "/partner/send-out/routes?crypto=USDT").await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"));
    }
}
