//! Every operation of the contract over HTTP: what is sent, what both dialects answer, and what
//! every kind of failure is made of. The list of operations is `tests/contract/operations.txt`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "api_operations/cases.rs"]
mod cases;
#[path = "api_operations/discreet.rs"]
mod discreet;
#[path = "api_operations/server.rs"]
mod server;
#[path = "api_operations/submissions.rs"]
mod submissions;
mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use cases::{Case, Kind};
use ramptop::api::{ApiError, Client, Document, Progress, RawMethod, RawPath, Rejection, codes};
use serde_json::{Value, json};
use server::{Answer, REPEATS, Server, http};

const OPERATIONS: &str = include_str!("contract/operations.txt");
const CODES: &str = include_str!("contract/error_codes.txt");

/// What only the inside of the crate can send, because only signing may make it, and the file that
/// shows it being sent.
const SIGNED_INSIDE: [&str; 2] = ["authorize-bridge", "authorize-refund"];
const INSIDE: &str = include_str!("../src/api/submit_tests.rs");

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// One client and one server for many cases: reading the machine's certificates takes its time.
struct Bench {
    server: Server,
    client: Client,
}

impl Bench {
    async fn new() -> Self {
        let server = Server::start(Answer::Nothing).await;
        let client = server.client();
        Self { server, client }
    }

    /// Runs a case against one answer: the result and what was sent.
    async fn run(&self, case: &Case, answer: Answer) -> (Result<String, ApiError>, Vec<server::Sent>) {
        self.server.answer(answer);
        let result = (case.call)(self.client.clone()).await;
        (result, self.server.take())
    }
}

fn body(case: &Case, data: &Value) -> String {
    let text = if case.operation == "GET /health" { data.clone() } else { json!({"success": true, "data": data}) };
    text.to_string()
}

/// Whether a request is one of the operation, whatever the ids.
fn is(operation: &str, sent: &server::Sent) -> bool {
    let (method, path) = operation.split_once(' ').unwrap();
    let (want, have): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), sent.path.split('/').collect());
    let same = |(want, have): (&&str, &&str)| want == have || (want.starts_with('{') && !have.is_empty());
    method == sent.method && want.len() == have.len() && want.iter().zip(&have).all(same)
}

#[tokio::test]
async fn every_operation_is_sent_as_documented_and_read_in_every_dialect() {
    let bench = Bench::new().await;
    for case in cases::all() {
        for data in &case.answers {
            let (result, sent) = bench.run(&case, http(case.status, &body(&case, data))).await;
            let said = result.unwrap_or_else(|e| panic!("{}: {e}", case.operation));
            assert!(said.contains(case.says), "{}: {} not in {said}", case.operation, case.says);
            assert_eq!(sent.len(), 1, "{}", case.operation);
            let request = &sent[0];
            assert!(is(case.operation, request), "{}: {} {}", case.operation, request.method, request.path);
            assert!(request.head.contains("x-api-key: s3cret-test-key"), "{}", case.operation);
            if !request.head.contains("multipart/form-data") {
                assert_eq!(request.json(), case.sends, "{}", case.operation);
            }
            for part in case.query {
                assert!(request.query.contains(part), "{}: {part} not in {}", case.operation, request.query);
            }
        }
    }
}

#[test]
fn every_operation_of_the_contract_is_covered() {
    let contract: Vec<&str> = lines(OPERATIONS).filter(|line| !line.starts_with("newer ")).collect();
    let newer: Vec<&str> = lines(OPERATIONS).filter_map(|line| line.strip_prefix("newer ")).collect();
    let mut covered: BTreeSet<String> = cases::all().into_iter().map(|case| case.operation.to_owned()).collect();
    for action in SIGNED_INSIDE {
        assert!(INSIDE.contains(&format!("\"POST /api/v1/partner/orders/o-1/{action}\"")), "{action}");
        covered.insert(format!("POST /api/v1/partner/orders/{{order_id}}/{action}"));
    }
    let count = |list: &[&str]| list.iter().filter(|operation| covered.contains(**operation)).count();
    println!("operations covered: {} of {} in the contract", count(&contract), contract.len());
    println!("operations covered: {} of {} beyond it", count(&newer), newer.len());
    let listed: BTreeSet<String> = contract.iter().chain(&newer).map(|line| (*line).to_owned()).collect();
    assert_eq!(contract.len(), 36, "the contract's operations");
    assert_eq!(covered, listed);
}

/// The three shapes of no, and no body at all.
fn refusals() -> Vec<(u16, String, Option<&'static str>, Option<&'static str>)> {
    let first =
        json!({"success": false, "error": {"code": "KYC_NOT_CLEARED", "message": "m", "details": {"field": "city"}}});
    let second = json!({"success": false, "data": {"error_key": "invalid_payment_details"}});
    let third = json!({"success": false, "error": "recipient details are incomplete: city"});
    vec![
        (422, first.to_string(), Some("KYC_NOT_CLEARED"), Some("m")),
        (400, second.to_string(), Some("invalid_payment_details"), None),
        (422, third.to_string(), None, Some("recipient details are incomplete: city")),
        (404, String::new(), None, None),
        (401, "<html>".to_owned(), None, Some("a web page instead of an answer of the API")),
    ]
}

#[tokio::test]
async fn every_shape_of_no_is_a_rejection_for_every_operation_and_is_not_sent_again() {
    let bench = Bench::new().await;
    for case in cases::all() {
        for (status, body, code, message) in refusals() {
            let (result, sent) = bench.run(&case, http(status, &body)).await;
            let error = result.unwrap_err();
            let no = error.rejection().unwrap_or_else(|| panic!("{}: {error}", case.operation));
            assert_eq!((no.http_status, no.code.as_deref(), no.message.as_deref()), (status, code, message));
            assert!(error.advice().ends_with('.'));
            assert_eq!(no.names("city"), body.contains("city"), "{}", case.operation);
            assert_eq!(sent.len(), 1, "{}", case.operation);
        }
    }
}

/// A failure that says nothing about what was done.
async fn doubtful(answer: Answer) {
    let bench = Bench::new().await;
    for case in cases::all() {
        let (result, sent) = bench.run(&case, answer.clone()).await;
        let error = result.unwrap_err();
        let unknown = matches!(error, ApiError::OutcomeUnknown { .. });
        assert_eq!(unknown, case.kind == Kind::Write, "{}: {error}", case.operation);
        let times = if case.kind == Kind::Read { 1 + REPEATS } else { 1 };
        assert_eq!(sent.len(), times, "{}: {error}", case.operation);
        assert!(!(unknown && error.is_retryable()), "{}", case.operation);
    }
}

#[tokio::test]
async fn after_a_failure_of_the_api_only_reads_are_asked_again() {
    let body = json!({"success": false, "error": {"code": "INTERNAL_ERROR", "message": "m"}});
    doubtful(http(500, &body.to_string())).await;
    doubtful(http(503, "")).await;
}

#[tokio::test]
async fn after_a_lost_answer_only_reads_are_asked_again() {
    doubtful(Answer::Nothing).await;
}

#[tokio::test]
async fn an_unreadable_yes_to_a_write_is_an_unknown_outcome() {
    let bench = Bench::new().await;
    for case in cases::all() {
        let (result, sent) = bench.run(&case, http(200, "<html>")).await;
        let error = result.unwrap_err();
        match case.kind {
            Kind::Write => assert!(matches!(error, ApiError::OutcomeUnknown { .. }), "{}: {error}", case.operation),
            Kind::Read | Kind::Once => assert!(matches!(error, ApiError::Decode { .. }), "{}: {error}", case.operation),
        }
        assert_eq!(sent.len(), 1, "{}", case.operation);
    }
}

#[tokio::test]
async fn no_operation_follows_a_redirect_with_the_key() {
    let bench = Bench::new().await;
    let other = Server::start(http(200, "{}")).await;
    let headers = format!("location: {}/elsewhere\r\n", other.address);
    for case in cases::all() {
        for status in [302, 307, 308] {
            let answer = Answer::Http { status, headers: headers.clone(), body: String::new() };
            let (result, sent) = bench.run(&case, answer).await;
            let error = result.unwrap_err();
            assert_eq!(
                matches!(error, ApiError::OutcomeUnknown { .. }),
                case.kind == Kind::Write,
                "{}",
                case.operation
            );
            assert_eq!(sent.len(), 1);
        }
    }
    assert!(other.sent().is_empty());
}

#[tokio::test]
async fn a_lost_initiate_says_where_to_look_before_quoting_again() {
    let bench = Bench::new().await;
    let case = cases::all().into_iter().find(|case| case.operation.ends_with("offramp/initiate")).unwrap();
    let advice = bench.run(&case, Answer::Nothing).await.0.unwrap_err().advice();
    assert!(advice.contains("look for a new order"), "{advice}");
    let other = json!({"success": true, "data": {"order_id": "o-1", "quote_id": "q-2"}});
    let error = bench.run(&case, http(201, &other.to_string())).await.0.unwrap_err();
    assert!(matches!(error, ApiError::OutcomeUnknown { .. }), "{error}");
    let changed = json!({"success": false, "error": {"code": "PRICE_CHANGED_REQUOTE", "message": "m",
        "details": {"quoted_rate": 1530.12, "current_rate": 1545.0, "fiat_difference": 1510.38}}});
    let error = bench.run(&case, http(409, &changed.to_string())).await.0.unwrap_err();
    let rates = error.rejection().and_then(Rejection::price_changed).unwrap();
    assert_eq!(
        (rates.quoted.unwrap().to_string(), rates.current.unwrap().to_string()),
        ("1530.12".into(), "1545.0".into())
    );
}

#[tokio::test]
async fn every_documented_code_has_a_sentence_of_its_own_and_an_operation_says_it() {
    let bench = Bench::new().await;
    let case = cases::all().into_iter().find(|case| case.operation.ends_with("/webhooks/test")).unwrap();
    let mut sentences = BTreeSet::new();
    let (mut count, mut missing) = (0, Vec::new());
    for code in lines(CODES) {
        count += 1;
        let Some(known) = codes::lookup(code) else {
            missing.push(code);
            continue;
        };
        sentences.insert((known.code.to_ascii_lowercase(), known.advice));
        let first = json!({"success": false, "error": {"code": code, "message": "m"}});
        let second = json!({"success": false, "data": {"error_key": code}});
        for body in [first, second] {
            let error = bench.run(&case, http(400, &body.to_string())).await.0.unwrap_err();
            // A sentence in place of a code is a message; with a message of its own it is not seen.
            if !(code.contains(' ') && body["error"]["message"] == "m") {
                assert_eq!(error.advice(), known.advice, "{body}");
            }
        }
    }
    assert!(missing.is_empty(), "without a sentence: {missing:?}");
    assert!(count >= 55, "{count}");
    let distinct: BTreeSet<&str> = sentences.iter().map(|(_, advice)| *advice).collect();
    assert_eq!(distinct.len(), sentences.len(), "two codes share a sentence");
}

#[tokio::test]
async fn an_upload_is_one_form_and_reports_every_chunk() {
    let content: Vec<u8> = b"%PDF-".iter().copied().chain((0..100_000u32).map(|n| n.to_le_bytes()[0])).collect();
    let answer = json!({"success": true, "data": {"document_id": "d-1"}});
    let server = Server::start(http(200, &answer.to_string())).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let document = Document::new("identity_front", content.clone()).unwrap();
    let report = move |progress: Progress| log.lock().unwrap().push(progress);
    server.client().upload_document(&cases::user(), &document, report).await.unwrap();

    let sent = server.sent().remove(0);
    let boundary = sent.head.lines().find_map(|line| line.split_once("boundary=")).unwrap().1.to_owned();
    let mut expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"document_type\"\r\n\r\nidentity_front\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"document\"; filename=\"identity_front.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    )
    .into_bytes();
    expected.extend(&content);
    expected.extend(format!("\r\n--{boundary}--\r\n").bytes());
    assert!(sent.body == expected, "the form");
    assert!(sent.head.contains(&format!("content-length: {}", expected.len())), "{}", sent.head);

    let seen = seen.lock().unwrap().clone();
    let total = u64::try_from(content.len()).unwrap();
    assert!(seen.len() >= 5 && seen.is_sorted_by_key(|p| p.sent) && seen.iter().all(|p| p.total == total));
    assert_eq!(seen.last(), Some(&Progress { sent: total, total }));
}

#[tokio::test]
async fn an_upload_cut_half_way_is_unknown_and_the_document_can_be_sent_again() {
    let mut content = b"\x89PNG\r\n\x1a\n".to_vec();
    content.resize(9_000_000, 7);
    let document = Document::new("selfie", content).unwrap();
    let server = Server::start(Answer::CutAfter(100_000)).await;
    let error = server.client().upload_document(&cases::user(), &document, |_| {}).await.unwrap_err();
    assert!(matches!(error, ApiError::OutcomeUnknown { .. }), "{error}");
    assert!(error.advice().contains("no money"), "{}", error.advice());
    let server = Server::start(http(200, r#"{"success":true,"data":{"document_id":"d-1"}}"#)).await;
    assert!(server.client().upload_document(&cases::user(), &document, |_| {}).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_right_is_not_sent() {
    let server = Server::start(http(200, "{}")).await;
    let client = server.client();
    let setup = |error: ApiError| assert!(matches!(error, ApiError::Setup { .. }), "{error}");
    setup(client.create_user(" ", "a@b.c").await.unwrap_err());
    setup(client.link_documents(&cases::user(), &[]).await.unwrap_err());
    setup(client.update_kyc(&cases::user(), &ramptop::domain::kyc::KycChange::default()).await.unwrap_err());
    let path = RawPath::parse("/api/v1/partner/orders/o-1/confirm-fiat-received").unwrap();
    setup(client.raw(RawMethod::Post, &path, None).await.unwrap_err());
    assert!(server.sent().is_empty());
}

#[tokio::test]
async fn a_request_by_hand_brings_the_answer_as_it_is() {
    let server = Server::start(http(418, "teapot")).await;
    let path = RawPath::parse("/api/v2/new?x=1").unwrap();
    let answer = server.client().raw(RawMethod::Patch, &path, Some(r#"{"a": 1.10}"#)).await.unwrap().value;
    assert_eq!((answer.status, answer.body.as_str(), answer.is_success()), (418, "teapot", false));
    let sent = server.sent().remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str(), sent.query.as_str()), ("PATCH", "/api/v2/new", "x=1"));
    assert_eq!(sent.body, br#"{"a": 1.10}"#);
    let server = Server::start(Answer::Nothing).await;
    let lost = server.client().raw(RawMethod::Post, &path, None).await.unwrap_err();
    assert!(matches!(lost, ApiError::OutcomeUnknown { .. }) && server.sent().len() == 1);
    assert!(matches!(server.client().raw(RawMethod::Get, &path, None).await, Err(ApiError::Transport { .. })));
    let other = Server::start(http(200, "{}")).await;
    let headers = format!("location: {}/\r\n", other.address);
    let server = Server::start(Answer::Http { status: 307, headers, body: String::new() }).await;
    assert!(server.client().raw(RawMethod::Post, &path, None).await.is_err());
    assert!(server.client().raw(RawMethod::Get, &path, None).await.is_err());
    assert!(other.sent().is_empty());
}
