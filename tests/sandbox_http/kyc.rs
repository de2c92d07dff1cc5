//! KYC by each method, its updates and its verdicts.

use ramptop::sandbox::Scenario;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Api, key, read};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

async fn submit(api: &Api, user: &str, body: &Value) -> (StatusCode, Value) {
    api.post_json(&format!("/users/{user}/kyc-submissions"), body).await
}

async fn update(api: &Api, user: &str, body: &Value) -> (StatusCode, Value) {
    read(api.request(Method::PATCH, &format!("/users/{user}/kyc")).json(body)).await
}

fn direct(more: &Value) -> Value {
    let mut pii = json!({"first_name": "Ann", "last_name": "Example", "country_code": "NG"});
    pii.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"method": "direct_data", "data": {"pii": pii}})
}

#[tokio::test]
async fn direct_data_are_checked_and_the_keys_are_the_documented_ones() {
    let api = Api::plain(Scenario::Empty).await;
    let user = api.new_user("ann").await;
    let refused = [
        (json!({"method": "direct_data"}), "required_fields_missing"),
        (json!({"data": {}}), "required_fields_missing"),
        (json!({"method": "dance"}), "invalid_kyc_method"),
        (direct(&json!({"last_name": " "})), "required_fields_missing"),
        (direct(&json!({"dob": "2020-01-01"})), "underage_not_allowed"),
        (direct(&json!({"dob": "1990-13-01"})), "invalid_date_of_birth"),
        (direct(&json!({"id_type": "LIBRARY_CARD"})), "invalid_identity_number_type"),
        (json!({"method": "external_token", "data": {"provider": "sumsub"}}), "required_fields_missing"),
        (json!({"method": "external_token", "data": {"provider": "moon", "token": "t"}}), "invalid_kyc_provider"),
        (json!([]), "invalid request body"),
    ];
    for (body, expected) in refused {
        let (status, answer) = submit(&api, &user, &body).await;
        assert_eq!((status, key(&answer)), (StatusCode::BAD_REQUEST, expected), "{body}");
    }
    assert_eq!(api.data(&format!("/users/{user}")).await["kyc"]["status"], "NOT_INITIATED");
    let good =
        direct(&json!({"dob": "1990-01-01", "id_type": "NIN", "id_number": "1", "phone_number": "+2348000000000"}));
    let (status, answer) = submit(&api, &user, &good).await;
    assert_eq!((status, &answer["data"]["kyc_status"]), (StatusCode::OK, &json!("IN_PROGRESS")));
    assert!(answer["data"]["message"].is_string() && answer["data"].get("verification_url").is_none());
    let kyc = &api.data(&format!("/users/{user}")).await["kyc"];
    assert_eq!((&kyc["kyc_method"], &kyc["first_name"]), (&json!("direct_data"), &json!("Ann")));
    assert_eq!(api.data(&format!("/users/{user}/verification-status")).await, json!({"status": "PENDING"}));
}

#[tokio::test]
async fn a_hand_off_has_an_address_counts_down_and_is_completed_before_it_is_verified() {
    let api = Api::plain(Scenario::Empty).await;
    let user = api.new_user("ann").await;
    let path = format!("/users/{user}/verification-status");
    let (_, answer) = submit(&api, &user, &json!({"method": "handoff"})).await;
    let url = answer["data"]["verification_url"].clone();
    let first = api.data(&path).await;
    assert_eq!((&first["status"], &first["verification_url"]), (&json!("IN_PROGRESS"), &url));
    assert_eq!(first["verification_seconds_left"], 120);
    api.advance(110);
    let late = api.data(&path).await;
    assert_eq!((&late["status"], &late["verification_seconds_left"]), (&json!("COMPLETED"), &json!(10)));
    assert_eq!(api.data(&format!("/users/{user}")).await["kyc"]["status"], "IN_PROGRESS");
    api.advance(10);
    assert_eq!(api.data(&path).await, json!({"status": "VERIFIED"}));
    let kyc = &api.data(&format!("/users/{user}")).await["kyc"];
    assert_eq!((&kyc["status"], &kyc["updated_at"]), (&json!("VERIFIED"), &json!("2026-09-21T14:15:20Z")));
    let (_, again) = submit(&api, &user, &json!({"method": "handoff"})).await;
    assert_eq!(again["data"]["kyc_status"], "VERIFIED");
}

#[tokio::test]
async fn a_rejection_says_why_in_three_places() {
    let api = Api::plain(Scenario::Empty).await;
    let user = api.new_user("reject-me").await;
    let body = json!({"method": "external_token", "data": {"provider": "sumsub", "token": "t-1"}});
    assert_eq!(submit(&api, &user, &body).await.1["data"]["kyc_status"], "IN_PROGRESS");
    api.advance(45);
    let status = api.data(&format!("/users/{user}/verification-status")).await;
    assert_eq!(status["status"], "VERIFICATION_REJECTED");
    let kyc = api.data(&format!("/users/{user}")).await["kyc"].clone();
    assert_eq!(status["provider_messages"], json!([kyc["rejection_reason"]]));
    let (_, created) = api.post_json("/users", &json!({"user_ref": "reject-me", "email": "x@example.com"})).await;
    assert_eq!(created["data"]["kyc_status"], "VERIFICATION_REJECTED");
}

#[tokio::test]
async fn updates_are_all_or_nothing_and_ignore_blanks() {
    let api = Api::plain(Scenario::Empty).await;
    let user = api.new_user("ann").await;
    let refused = [
        (json!({"dob": "2020-01-01"}), "underage_not_allowed"),
        (json!({"dob": "soon"}), "invalid_date_of_birth"),
        (json!({"gender": "f"}), "invalid_gender"),
        (json!({"nationality": "NGA"}), "invalid_country_code"),
        (json!({"source_of_funds": "luck"}), "invalid_source_of_funds"),
        (json!({"city": "Rome", "id_type": "NIN"}), "invalid_field_value"),
        (json!({"city": "", "shoe_size": "44"}), "no_valid_kyc_fields"),
        (json!("city"), "invalid request body"),
    ];
    for (body, expected) in refused {
        let (status, answer) = update(&api, &user, &body).await;
        assert_eq!((status, key(&answer)), (StatusCode::BAD_REQUEST, expected), "{body}");
    }
    let body = json!({"city": "Rome", "address": "Via 1", "postal_code": " ", "gender": "F", "dob": null});
    let (status, answer) = update(&api, &user, &body).await;
    assert_eq!((status, &answer["data"]["updated_fields"]), (StatusCode::OK, &json!(["address", "city", "gender"])));
    assert_eq!(update(&api, UNKNOWN, &body).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_order_goes_on_once_its_user_has_an_address() {
    let api = Api::plain(Scenario::Mixed).await;
    let orders = api.all_orders().await;
    let order = crate::harness::id(orders.iter().find(|o| o["next_action"] == "update_kyc_address").unwrap());
    let owners = api.sandbox.order_owners();
    let (_, user, _) = owners.iter().find(|(id, ..)| id.as_str() == order).unwrap();
    let body = json!({"city": "Berlin", "address": "Example Street 1", "postal_code": "10115"});
    assert_eq!(update(&api, user.as_str(), &body).await.0, StatusCode::OK);
    let read = api.data(&format!("/orders/{order}")).await;
    assert_eq!((&read["next_action"], &read["action_required"]), (&Value::Null, &Value::Null));
    api.advance(60);
    assert_eq!(api.data(&format!("/orders/{order}")).await["next_action"], "authorize_crypto_transfer");
}

#[tokio::test]
async fn verify_says_what_is_missing_and_needs_direct_data() {
    let api = Api::newer(Scenario::Empty).await;
    let user = api.new_user("ann").await;
    let path = format!("/users/{user}/kyc/verify");
    assert_eq!(api.post(&path).await.0, StatusCode::BAD_REQUEST);
    submit(&api, &user, &direct(&json!({}))).await;
    let (status, body) = api.post(&path).await;
    assert_eq!((status, &body["data"]["ready"]), (StatusCode::OK, &json!(false)));
    assert_eq!(body["data"]["missing"], json!(["identity_document", "selfie"]));
    assert_eq!(api.data(&format!("/users/{user}/verification-status")).await["status"], "PENDING_DOCUMENTS");
    let link = |kind| json!({"document_type": kind, "url": "https://example.com/a/file.png"});
    let body = json!({"upload_method": "url_link", "documents": [link("selfie"), link("voter_id_front")]});
    let (_, body) = api.post_json(&format!("/users/{user}/kyc/documents"), &body).await;
    assert!(body["data"]["uploaded"][1].get("verification_status").is_none(), "{body}");
    let (_, body) = api.post(&path).await;
    assert_eq!((&body["data"]["ready"], &body["data"]["status"]), (&json!(true), &json!("IN_PROGRESS")));
    api.advance(90);
    let (_, body) = api.post(&path).await;
    assert_eq!((&body["data"]["ready"], &body["data"]["status"]), (&json!(true), &json!("VERIFIED")));
}

#[tokio::test]
async fn unknown_and_malformed_users_are_told_apart_everywhere() {
    let api = Api::plain(Scenario::Empty).await;
    let posts = ["kyc-submissions", "kyc/documents", "kyc/verify", "payment-details"];
    for (id, status, word) in [
        (UNKNOWN, StatusCode::NOT_FOUND, "user_not_found"),
        ("nonsense", StatusCode::BAD_REQUEST, "invalid user_uuid format"),
    ] {
        for tail in posts {
            let (found, body) = api.post_json(&format!("/users/{id}/{tail}"), &json!({})).await;
            assert_eq!((found, key(&body)), (status, word), "{tail}");
        }
        for tail in ["verification-status", "payment-details/1"] {
            let (found, body) = api.get(&format!("/users/{id}/{tail}")).await;
            assert_eq!((found, key(&body)), (status, word), "{tail}");
        }
        let (found, _) = read(api.request(Method::DELETE, &format!("/users/{id}/payment-details/1"))).await;
        assert_eq!(found, status);
    }
}
