//! Payment details: created, listed, read, deleted, and every refusal.

use ramptop::sandbox::Scenario;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Api, key, read};

fn sort_code(institution: Option<&str>) -> Value {
    let mut body = json!({"currency": "GBP", "rail": "faster-payments", "country_code": "GB",
        "details": {"account_number": "31926819", "sort_code": "601613", "account_name": "A Example", "note": 7}});
    if let Some(slug) = institution {
        body["institution_id"] = json!(slug);
    }
    body
}

#[tokio::test]
async fn a_profile_lives_from_creation_to_deletion() {
    let api = Api::plain(Scenario::Empty).await;
    let user = api.new_user("ann").await;
    let path = format!("/users/{user}/payment-details");
    let (status, body) = api.post_json(&path, &sort_code(Some("natwest"))).await;
    assert_eq!((status, &body["data"]["rail"]), (StatusCode::CREATED, &json!("faster-payments")), "{body}");
    let profile = body["data"].clone();
    let id = profile["payment_details_id"].as_str().unwrap();
    assert_eq!(profile["details"]["note"], 7);
    assert_eq!(api.data(&path).await, json!([profile]));
    assert_eq!(api.data(&format!("{path}/{id}")).await, profile);
    assert_eq!(api.data(&format!("/users/{user}")).await["payment_profiles"][0]["id"], id);
    assert_eq!(api.get(&format!("{path}/99999")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(api.get(&format!("{path}/x")).await.0, StatusCode::BAD_REQUEST);
    let (status, body) = read(api.request(Method::DELETE, &format!("{path}/{id}"))).await;
    assert_eq!((status, body["data"]["message"].is_string()), (StatusCode::OK, true));
    let (status, body) = read(api.request(Method::DELETE, &format!("{path}/{id}"))).await;
    assert_eq!((status, key(&body)), (StatusCode::NOT_FOUND, "payment_details_not_found"));
    assert_eq!(api.data(&path).await, json!([]));
}

#[tokio::test]
async fn the_baseline_refuses_in_one_word_and_the_newest_names_the_fields() {
    let (baseline, newer) = (Api::plain(Scenario::Empty).await, Api::newer(Scenario::Empty).await);
    let user = baseline.new_user("ann").await;
    let path = format!("/users/{user}/payment-details");
    let mut bad = sort_code(None);
    bad["details"]["sort_code"] = json!("60-16-13");
    bad["details"]["account_name"] = Value::Null;
    for body in [&bad, &sort_code(None), &json!({"rail": "upi"}), &json!([])] {
        let (status, answer) = baseline.post_json(&path, body).await;
        assert_eq!((status, key(&answer)), (StatusCode::BAD_REQUEST, "invalid_payment_details"), "{body}");
    }
    let user = newer.new_user("ann").await;
    let path = format!("/users/{user}/payment-details");
    let (status, answer) = newer.post_json(&path, &bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer["error"].as_str().unwrap().ends_with("sort_code, account_name"), "{answer}");
    assert_eq!(newer.post_json(&path, &sort_code(None)).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_a_live_order_needs_stays() {
    let api = Api::plain(Scenario::AwaitingConfirmation).await;
    let owners = api.sandbox.order_owners();
    let (order, user, details) = &owners[0];
    let path = format!("/users/{user}/payment-details/{details}");
    let (status, body) = read(api.request(Method::DELETE, &path)).await;
    assert_eq!((status, key(&body)), (StatusCode::CONFLICT, "payment_details_linked_to_active_offers"));
    for (order, ..) in owners.iter().filter(|(_, _, other)| other == details) {
        assert_eq!(api.post(&format!("/orders/{order}/confirm-fiat-received")).await.0, StatusCode::OK);
    }
    api.advance(30);
    assert_eq!(api.data(&format!("/orders/{order}")).await["status"], "completed");
    assert_eq!(read(api.request(Method::DELETE, &path)).await.0, StatusCode::OK);
}
