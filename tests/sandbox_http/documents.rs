//! Documents by file and by link, and everything a file can be wrong in.

use ramptop::sandbox::Scenario;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Api, key, read};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest\r\n--not-the-boundary";

fn form(kind: Option<&str>, name: &str, content: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(format!("--xyz\r\nContent-Disposition: form-data; name=\"document\"; filename=\"{name}\"\r\n").bytes());
    body.extend(b"Content-Type: image/png\r\n\r\n");
    body.extend(content);
    if let Some(kind) = kind {
        body.extend(b"\r\n--xyz\r\nContent-Disposition: form-data; name=\"document_type\"\r\n\r\n");
        body.extend(kind.bytes());
    }
    body.extend(b"\r\n--xyz--\r\n");
    body
}

async fn upload(api: &Api, user: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = api.request(Method::POST, &format!("/users/{user}/kyc/documents"));
    read(request.header("Content-Type", "multipart/form-data; boundary=xyz").body(body)).await
}

async fn submitted(api: &Api) -> String {
    let user = api.new_user("ann").await;
    let body = json!({"method": "direct_data",
        "data": {"pii": {"first_name": "Ann", "last_name": "Example", "country_code": "NG"}}});
    assert_eq!(api.post_json(&format!("/users/{user}/kyc-submissions"), &body).await.0, StatusCode::OK);
    user
}

#[tokio::test]
async fn the_last_required_document_starts_the_verification() {
    let api = Api::plain(Scenario::Empty).await;
    let user = submitted(&api).await;
    let (status, body) = upload(&api, &user, form(Some("passport"), "../../etc/my pass.png", PNG)).await;
    let data = &body["data"];
    assert_eq!((status, &data["document_type"]), (StatusCode::OK, &json!("passport")), "{body}");
    assert_eq!(data["file_name"], "my pass.png");
    assert!(data["document_id"].is_string() && data["message"].is_string());
    assert!(data.get("verification_status").is_none());
    let (_, body) = upload(&api, &user, form(Some("selfie"), "me.jpg", b"\xff\xd8\xff\xe0")).await;
    assert_eq!(body["data"]["verification_status"], "IN_PROGRESS");
    let status = api.data(&format!("/users/{user}/verification-status")).await;
    assert_eq!(status, json!({"status": "IN_PROGRESS", "verification_seconds_left": 90}));
    api.advance(90);
    assert_eq!(api.data(&format!("/users/{user}")).await["kyc"]["status"], "VERIFIED");
}

#[tokio::test]
async fn bad_files_are_refused_and_leave_nothing() {
    let api = Api::plain(Scenario::Empty).await;
    let user = submitted(&api).await;
    let limit = 10 << 20;
    let mut large = PNG.to_vec();
    large.resize(limit + 1, 0);
    let mut huge = PNG.to_vec();
    huge.resize(50 << 20, 0);
    let mut exact = PNG.to_vec();
    exact.resize(limit, 0);
    let refused = [
        (form(Some("selfie"), "a.png", &large), "file_too_large"),
        (form(Some("selfie"), "a.png", &huge), "file_too_large"),
        (form(Some("selfie"), "a.png", b"MZ executable"), "unsupported_file_type"),
        (form(Some("selfie"), "a.png", b"<svg/>"), "unsupported_file_type"),
        (form(Some("selfie"), "a.png", b""), "required_fields_missing"),
        (form(Some("shoe"), "a.png", PNG), "invalid_document_type"),
        (form(None, "a.png", PNG), "required_fields_missing"),
        (b"--xyz\r\nnonsense".to_vec(), "invalid multipart body"),
        (Vec::new(), "invalid multipart body"),
    ];
    for (body, expected) in refused {
        let (status, answer) = upload(&api, &user, body).await;
        assert_eq!((status, key(&answer)), (StatusCode::BAD_REQUEST, expected));
    }
    let (status, _) = upload(&api, &user, form(Some("id_card_front"), "a.png", &exact)).await;
    assert_eq!(status, StatusCode::OK);
    let (_, body) = api.post(&format!("/users/{user}/kyc/verify")).await;
    assert_eq!(body["data"]["missing"], json!(["selfie"]));
}

#[tokio::test]
async fn an_upload_that_is_cut_half_way_leaves_nothing() {
    let api = Api::plain(Scenario::Empty).await;
    let user = submitted(&api).await;
    let whole = form(Some("selfie"), "a.png", PNG);
    let mut line = TcpStream::connect(api.base.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /api/v1/partner/users/{user}/kyc/documents HTTP/1.1\r\nHost: x\r\nX-API-Key: {}\r\nContent-Length: {}\r\n\
         Content-Type: multipart/form-data; boundary=xyz\r\n\r\n",
        api.sandbox.config().api_key,
        whole.len()
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&whole[..whole.len() / 2]).await.unwrap();
    line.shutdown().await.unwrap();
    let mut rest = Vec::new();
    let _ = line.read_to_end(&mut rest).await;
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    let (_, body) = api.post(&format!("/users/{user}/kyc/verify")).await;
    assert_eq!(body["data"]["missing"], json!(["identity_document", "selfie"]));
}

#[tokio::test]
async fn links_are_taken_one_by_one_or_ten_at_a_time() {
    let api = Api::plain(Scenario::Empty).await;
    let user = submitted(&api).await;
    let path = format!("/users/{user}/kyc/documents");
    let link = |kind: &str, url: &str| json!({"document_type": kind, "url": url});
    let good = link("selfie", "https://example.com/files/me.png?size=2");
    let mut single = good.clone();
    single["upload_method"] = json!("url_link");
    let (status, body) = api.post_json(&path, &single).await;
    assert_eq!((status, &body["data"]["file_name"]), (StatusCode::OK, &json!("me.png")));
    let batch = |documents: Value| json!({"upload_method": "url_link", "documents": documents});
    let mixed = batch(json!([good, link("dance", "https://example.com/a"), link("selfie", "http://example.com/a"), 7]));
    let (status, body) = api.post_json(&path, &mixed).await;
    assert_eq!((status, body["data"]["uploaded"].as_array().unwrap().len()), (StatusCode::OK, 1));
    let keys: Vec<_> =
        body["data"]["errors"].as_array().unwrap().iter().map(|e| e["error"].as_str().unwrap()).collect();
    assert_eq!(keys, ["invalid_document_type", "invalid_document_url", "required_fields_missing"]);
    for (body, expected) in [
        (batch(json!(vec![good.clone(); 11])), "too_many_documents"),
        (batch(json!([])), "required_fields_missing"),
        (json!({"documents": [good]}), "invalid_upload_method"),
        (json!({"upload_method": "url_link", "document_type": "selfie"}), "required_fields_missing"),
        (json!("https://example.com"), "invalid request body"),
    ] {
        let (status, answer) = api.post_json(&path, &body).await;
        assert_eq!((status, key(&answer)), (StatusCode::BAD_REQUEST, expected), "{body}");
    }
}
