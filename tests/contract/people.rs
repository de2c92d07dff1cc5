//! Users, KYC, documents, payment details and webhooks: a line for each answer.

use serde_json::{Value, json};

use crate::calls::{Call, delete, get, patch, post, send, upload};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn new_user(name: &'static str) -> Call {
    send("/users", json!({"user_ref": name, "email": format!("{name}@example.com")}), 201).keep(name, "/data/user_uuid")
}

/// Every way to name a user that is not there.
fn nobody(call: fn(&str, u16) -> Call, tail: &str) -> [Call; 2] {
    [
        call(&format!("/users/{{unknown}}{tail}"), 404).says("user_not_found"),
        call(&format!("/users/nonsense{tail}"), 400).says("invalid user_uuid format"),
    ]
}

pub fn users() -> Vec<Call> {
    let mut calls = vec![
        get("/health", 200),
        get("/verify-auth", 200),
        new_user("ann"),
        send("/users", json!({"user_ref": "ann", "email": "ann@example.com"}), 200),
        send("/users", json!({"user_ref": "ann"}), 400).says("required_fields_missing"),
        send("/users", json!({"email": "ann@example.com"}), 400).says("required_fields_missing"),
        send("/users", json!([]), 400).says("invalid request body"),
        get("/users/{ann}", 200),
    ];
    calls.extend(nobody(get, ""));
    calls
}

fn direct(more: &Value) -> Value {
    let mut pii = json!({"first_name": "Ann", "last_name": "Example", "country_code": "NG"});
    pii.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"method": "direct_data", "data": {"pii": pii}})
}

fn submissions() -> Vec<Call> {
    let path = "/users/{ann}/kyc-submissions";
    let token = |data: Value| json!({"method": "external_token", "data": data});
    vec![
        send(path, json!([]), 400).says("invalid request body"),
        send(path, json!({"method": "dance"}), 400).says("invalid_kyc_method"),
        send(path, json!({"method": "direct_data"}), 400).says("required_fields_missing"),
        send(path, direct(&json!({"dob": "2020-01-01"})), 400).says("underage_not_allowed"),
        send(path, direct(&json!({"dob": "01.01.1990"})), 400).says("invalid_date_of_birth"),
        send(path, direct(&json!({"id_type": "LIBRARY_CARD"})), 400).says("invalid_identity_number_type"),
        send(path, direct(&json!({"country_code": "Nigeria"})), 400).says("invalid_country_code"),
        send(path, token(json!({"provider": "moon", "token": "t"})), 400).says("invalid_kyc_provider"),
        send(path, token(json!({"provider": "persona"})), 400).says("required_fields_missing"),
    ]
}

fn updates() -> Vec<Call> {
    let path = "/users/{ann}/kyc";
    let refused = [
        (json!({"dob": "2020-01-01"}), "underage_not_allowed"),
        (json!({"dob": "soon"}), "invalid_date_of_birth"),
        (json!({"gender": "x"}), "invalid_gender"),
        (json!({"nationality": "NGA"}), "invalid_country_code"),
        (json!({"source_of_funds": "luck"}), "invalid_source_of_funds"),
        (json!({"phone_number": "0800"}), "invalid_field_value"),
        (json!({"city": " "}), "no_valid_kyc_fields"),
        (json!([]), "invalid request body"),
    ];
    let mut calls: Vec<_> = refused.into_iter().map(|(body, word)| patch(path, body, 400).says(word)).collect();
    calls.push(patch(path, json!({"city": "Rome", "address": "Via 1", "postal_code": "00100"}), 200));
    calls.extend(nobody(|path, status| patch(path, json!({"city": "Rome"}), status), "/kyc"));
    calls
}

pub fn kyc() -> Vec<Call> {
    let status = |name: &str| get(&format!("/users/{{{name}}}/verification-status"), 200);
    let mut calls = vec![new_user("ann"), status("ann")];
    calls.push(post("/users/{ann}/kyc/verify", 400).says("kyc_not_submitted_as_direct_data"));
    calls.extend(submissions());
    calls.extend([
        send("/users/{ann}/kyc-submissions", direct(&json!({"dob": "1990-01-01"})), 200),
        status("ann"),
        post("/users/{ann}/kyc/verify", 200),
    ]);
    calls.extend(updates());
    calls.extend([
        new_user("bob"),
        send("/users/{bob}/kyc-submissions", json!({"method": "handoff"}), 200),
        status("bob"),
        status("bob").after(110),
        status("bob").after(10),
        get("/users/{bob}", 200),
        new_user("reject-cy"),
        send(
            "/users/{reject-cy}/kyc-submissions",
            json!({"method": "external_token", "data": {"provider": "sumsub", "token": "t"}}),
            200,
        ),
        status("reject-cy").after(45),
        get("/users/{reject-cy}", 200),
        send("/users/{reject-cy}/kyc-submissions", json!({"method": "handoff"}), 200),
    ]);
    calls.extend(nobody(|path, status| send(path, json!({"method": "handoff"}), status), "/kyc-submissions"));
    calls.extend(nobody(post, "/kyc/verify"));
    calls.extend(nobody(get, "/verification-status"));
    calls
}

pub fn documents() -> Vec<Call> {
    let path = "/users/{ann}/kyc/documents";
    let mut large = PNG.to_vec();
    large.resize((10 << 20) + 1, 0);
    let link = |kind: &str, url: &str| json!({"upload_method": "url_link", "document_type": kind, "url": url});
    let good = "https://example.com/a.png";
    let mut calls = vec![
        new_user("ann"),
        upload(path, "selfie", PNG, 404).says("kyc_session_not_found"),
        send("/users/{ann}/kyc-submissions", direct(&json!({})), 200),
        upload(path, "selfie", &large, 400).says("file_too_large"),
        upload(path, "selfie", b"MZ", 400).says("unsupported_file_type"),
        upload(path, "selfie", b"", 400).says("required_fields_missing"),
        upload(path, "shoe", PNG, 400).says("invalid_document_type"),
        send(path, json!([]), 400).says("invalid request body"),
        send(path, json!({}), 400).says("invalid_upload_method"),
        send(path, link("shoe", good), 400).says("invalid_document_type"),
        send(path, link("selfie", "http://example.com/a.png"), 400).says("invalid_document_url"),
        send(path, json!({"upload_method": "url_link", "documents": vec![json!({}); 11]}), 400)
            .says("too_many_documents"),
        send(
            path,
            json!({"upload_method": "url_link", "documents": [{"document_type": "selfie", "url": good}, {}]}),
            200,
        ),
        upload(path, "passport", PNG, 200),
        send(path, link("identity_back", good), 200),
        get("/users/{ann}", 200).after(90),
    ];
    calls.extend(nobody(|path, status| upload(path, "selfie", PNG, status), "/kyc/documents"));
    calls
}

fn nigerian(number: &Value) -> Value {
    json!({"currency": "NGN", "rail": "nip-nigeria", "country_code": "NG", "institution_id": "zenith-bank",
        "details": {"account_number": number, "account_name": "Ann Example"}})
}

pub fn payment_details() -> Vec<Call> {
    let path = "/users/{ann}/payment-details";
    let refused = |body: Value| send(path, body, 400).says("invalid_payment_details").newer(422, "");
    let mut calls = vec![
        new_user("ann"),
        get(path, 200),
        send(path, json!([]), 400).says("invalid_payment_details"),
        send(path, json!({"rail": "nip-nigeria"}), 400).says("invalid_payment_details"),
        refused(nigerian(&json!("012345678"))),
        refused(nigerian(&Value::Null)),
        refused(nigerian(&json!(123_456_789))),
        refused(json!({"currency": "EUR", "rail": "nip-nigeria", "details": {}})),
        refused(json!({"currency": "NGN", "rail": "no-such-rail", "details": {}})),
        send(path, nigerian(&json!("0123456789")), 201).keep("details", "/data/payment_details_id"),
        get(path, 200),
        get(&format!("{path}/{{details}}"), 200),
        get("/users/{ann}", 200),
        get(&format!("{path}/99999"), 404).says("payment_details_not_found"),
        get(&format!("{path}/x"), 400).says("invalid payment_details_id format"),
        delete(&format!("{path}/{{details}}"), 200),
        delete(&format!("{path}/{{details}}"), 404).says("payment_details_not_found"),
    ];
    calls.extend(nobody(get, "/payment-details"));
    calls.extend(nobody(|path, status| send(path, nigerian(&json!("0123456789")), status), "/payment-details"));
    calls.extend(nobody(get, "/payment-details/1"));
    calls.extend(nobody(delete, "/payment-details/1"));
    calls
}

/// In a world where every order is live.
pub fn payment_details_in_use() -> Vec<Call> {
    vec![delete("/users/{owner}/payment-details/{details}", 409).says("payment_details_linked_to_active_offers")]
}

pub fn webhooks() -> Vec<Call> {
    vec![
        get("/webhooks", 200),
        post("/webhooks/test", 400).says("webhook URL is not set"),
        send("/webhooks", json!({}), 400).says("webhook URL is required"),
        send("/webhooks", json!({"url": "http://example.com/"}), 400).says("webhook URL must use HTTPS"),
        // Nothing listens on port 9 of this machine, the sandbox itself answers at its own address.
        send("/webhooks", json!({"url": "http://127.0.0.1:9/"}), 200),
        post("/webhooks/test", 502).says("webhook delivery failed"),
        send("/webhooks", json!({"url": "{base}/rpc"}), 200),
        get("/webhooks", 200),
        post("/webhooks/test", 200),
        delete("/webhooks/any", 200),
        get("/webhooks", 200),
    ]
}
