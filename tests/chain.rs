//! What the chain says, asked of the real sandbox over HTTP and of nodes that lie, fail or stall.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use alloy_primitives::{Address, B256, U256, address};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use ramptop::api::ClockFn;
use ramptop::chain::{ChainClient, RpcUrl, facts, receipt, transfers};
use ramptop::domain::chain::{ChainFacts, Fact, Question, TransferSearch};
use ramptop::domain::forward::ForwardRequest;
use ramptop::domain::{Mono, Now};
use ramptop::sandbox::chain::{CHAIN_ID, DECIMALS, FORWARDER, STARTING_BALANCE, TOKEN};
use ramptop::sandbox::{Sandbox, SandboxConfig, Scenario, serve_sandbox};
use ramptop::signing::chain::{Expected, Unreachable, checks};
use ramptop::signing::review::{Check, Verdict};
use ramptop::signing::typed::digest;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const NOBODY: Address = address!("00000000000000000000000000000000000000ff");

/// One time for both sides: nothing here depends on how fast the machine is.
fn now() -> Now {
    Now { mono: Mono::new(Duration::from_secs(1)), wall: chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap() }
}

fn signer() -> PrivateKeySigner {
    PrivateKeySigner::from_slice(&[0x11; 32]).unwrap()
}

fn client(url: &str) -> ChainClient {
    let clock: ClockFn = Arc::new(now);
    ChainClient::new(RpcUrl::parse(url).unwrap(), clock).unwrap()
}

async fn sandbox() -> (Sandbox, String) {
    let scenario = Scenario::AwaitingAuthorization;
    let config = SandboxConfig { scenario, ..SandboxConfig::new(signer().address(), now().wall) };
    let sandbox = Sandbox::with_clock(config, Arc::new(|| now().wall));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve_sandbox(listener, sandbox.clone(), pending()));
    (sandbox, base)
}

fn question() -> Question {
    Question { forwarder: FORWARDER, token: TOKEN, payer: signer().address() }
}

fn expected() -> Expected {
    Expected {
        chain_id: CHAIN_ID,
        forwarder: FORWARDER,
        token: TOKEN,
        payer: signer().address(),
        nonce: U256::ZERO,
        amount: U256::from(101_500_000),
        decimals: DECIMALS,
        deadline: u64::try_from(now().wall.timestamp()).unwrap() + 1800,
        now: now(),
    }
}

fn names(checks: &[Check], verdict: Verdict) -> Vec<&'static str> {
    checks.iter().filter(|check| check.verdict == verdict).map(|check| check.name).collect()
}

fn refused(facts: &ChainFacts, expected: &Expected) -> Vec<&'static str> {
    names(&checks(facts, expected, Unreachable::Warn), Verdict::Refuse)
}

/// A node that answers with `answer`, whatever is asked.
async fn node<F>(answer: F) -> String
where
    F: Fn(Value) -> Response + Clone + Send + Sync + 'static,
{
    let handler = move |body: Bytes| {
        let answer = answer.clone();
        async move { answer(serde_json::from_slice(&body).unwrap()) }
    };
    serve(Router::new().route("/", post(handler))).await
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// A node that asks the sandbox and changes its answer to one method.
async fn lying(base: String, place: usize, lie: Value) -> String {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let handler = move |body: Bytes| {
        let (http, base, lie) = (http.clone(), base.clone(), lie.clone());
        async move {
            let answer = http.post(format!("{base}/rpc")).body(body).send().await.unwrap();
            let mut replies: Vec<Value> = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            replies[place]["result"] = lie;
            // In another order, which JSON-RPC allows.
            replies.reverse();
            Json(replies)
        }
    };
    serve(Router::new().route("/", post(handler))).await
}

/// Where a lie of the node goes, in the order the facts are asked.
const PLACES: [(&str, usize); 6] =
    [("chain", 0), ("block", 1), ("nonce", 2), ("domain", 3), ("balance", 4), ("decimals", 5)];

fn place(name: &str) -> usize {
    PLACES.iter().find(|(known, _)| *known == name).unwrap().1
}

#[tokio::test]
async fn the_sandbox_tells_every_fact_and_they_agree() {
    let (_sandbox, base) = sandbox().await;
    let facts = facts(&client(&format!("{base}/rpc")), &question()).await;
    assert_eq!(facts.chain_id, Fact::Known(CHAIN_ID));
    assert_eq!(facts.nonce, Fact::Known(U256::ZERO));
    assert_eq!(facts.balance, Fact::Known(U256::from(STARTING_BALANCE)));
    assert_eq!(facts.decimals, Fact::Known(DECIMALS));
    assert_eq!(facts.token_domain, Fact::Known(None));
    let domain = facts.forwarder_domain.known().unwrap();
    assert_eq!((domain.name.as_str(), domain.verifying_contract), ("SyntheticAssetForwarder", FORWARDER));
    let block = facts.block.known().unwrap();
    assert_eq!(i64::try_from(block.timestamp).unwrap(), now().wall.timestamp());
    let checks = checks(&facts, &expected(), Unreachable::Refuse);
    assert!(checks.iter().all(|check| check.verdict == Verdict::Pass), "{checks:?}");
}

#[tokio::test]
async fn what_differs_is_refused_by_name() {
    let (sandbox, base) = sandbox().await;
    let client = client(&format!("{base}/rpc"));
    let told = facts(&client, &question()).await;
    let with = |change: fn(&mut Expected)| {
        let mut expected = expected();
        change(&mut expected);
        expected
    };
    assert_eq!(refused(&told, &with(|e| e.chain_id = 1)), ["rpc-chain-id", "rpc-forwarder-domain"]);
    assert_eq!(refused(&told, &with(|e| e.nonce = U256::from(1))), ["rpc-nonce"]);
    assert_eq!(refused(&told, &with(|e| e.amount = U256::from(STARTING_BALANCE + 1))), ["rpc-balance"]);
    assert_eq!(refused(&told, &with(|e| e.decimals = 18)), ["rpc-decimals"]);
    assert_eq!(refused(&told, &with(|e| e.deadline = 1)), ["rpc-deadline"]);
    sandbox.with_world(|world| world.set_wallet_balance(U256::from(101_499_999)));
    let poor = facts(&client, &question()).await;
    assert_eq!(refused(&poor, &expected()), ["rpc-balance"]);
}

#[tokio::test]
async fn contracts_that_are_not_there_are_refused_whatever_the_policy() {
    let (_sandbox, base) = sandbox().await;
    let client = client(&format!("{base}/rpc"));
    let about = Question { forwarder: NOBODY, ..question() };
    let nowhere = facts(&client, &about).await;
    let expected_there = Expected { forwarder: NOBODY, ..expected() };
    assert_eq!(refused(&nowhere, &expected_there), ["rpc-nonce", "rpc-forwarder-domain"]);
    let about = Question { token: NOBODY, ..question() };
    let nothing = facts(&client, &about).await;
    assert_eq!(refused(&nothing, &Expected { token: NOBODY, ..expected() }), ["rpc-balance", "rpc-decimals"]);
    // The forwarder is a contract, but not a token: it reverts.
    let about = Question { token: FORWARDER, ..question() };
    let reverting = facts(&client, &about).await;
    assert_eq!(refused(&reverting, &Expected { token: FORWARDER, ..expected() }), ["rpc-balance", "rpc-decimals"]);
}

#[tokio::test]
async fn a_node_that_lies_or_answers_dirtily_is_caught_at_each_fact() {
    let (_sandbox, base) = sandbox().await;
    let word = |number: u64| format!("{number:064x}");
    let cases = [
        ("chain", json!("0x1"), "rpc-chain-id"),
        ("chain", json!("a1337"), "rpc-chain-id"),
        ("chain", json!("0x0a1337"), "rpc-chain-id"),
        ("chain", json!(660_279), "rpc-chain-id"),
        ("nonce", json!(format!("0x{}", word(1))), "rpc-nonce"),
        ("nonce", json!(word(0)), "rpc-nonce"),
        ("nonce", json!("0x0"), "rpc-nonce"),
        ("nonce", json!(format!("0x{}00", word(0))), "rpc-nonce"),
        ("nonce", Value::Null, "rpc-nonce"),
        ("balance", json!(format!("0x{}", word(101_499_999))), "rpc-balance"),
        ("balance", json!("0x"), "rpc-balance"),
        ("decimals", json!(format!("0x{}", word(256 + 6))), "rpc-decimals"),
        ("domain", json!(format!("0x{}", word(32))), "rpc-forwarder-domain"),
    ];
    for (fact, lie, check) in cases {
        let url = lying(base.clone(), place(fact), lie.clone()).await;
        let told = facts(&client(&url), &question()).await;
        assert_eq!(refused(&told, &expected()), [check], "{lie}");
    }
    let future = lying(base, place("block"), json!({"number": "0x1", "timestamp": "0xfffffffff"})).await;
    let told = facts(&client(&future), &question()).await;
    assert_eq!(refused(&told, &expected()), ["rpc-clock", "rpc-deadline"]);
}

/// Everything but whom it is about and when is missing.
async fn nothing_known(url: &str, words: &str) {
    unknown_to(&client(url), words).await;
}

async fn unknown_to(client: &ChainClient, words: &str) {
    let told = facts(client, &question()).await;
    let Fact::Unreachable(why) = &told.balance else { panic!("{words}: {told:?}") };
    assert!(why.contains(words), "{words}: {why}");
    let missing = [
        "rpc-chain-id",
        "rpc-nonce",
        "rpc-forwarder-domain",
        "rpc-balance",
        "rpc-decimals",
        "rpc-token-domain",
        "rpc-clock",
        "rpc-deadline",
    ];
    assert_eq!(names(&checks(&told, &expected(), Unreachable::Warn), Verdict::Warn), missing, "{words}");
    assert_eq!(names(&checks(&told, &expected(), Unreachable::Refuse), Verdict::Refuse), missing, "{words}");
    assert_eq!(refused(&told, &expected()), Vec::<&str>::new(), "{words}");
}

#[tokio::test]
async fn a_node_that_is_not_there_follows_the_policy() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    nothing_known(&url, "127.0.0.1").await;
}

#[tokio::test]
async fn what_is_not_json_rpc_is_no_answer() {
    let html = node(|_| ([(header::CONTENT_TYPE, "text/html")], "<html>Welcome</html>").into_response()).await;
    nothing_known(&html, "not JSON-RPC").await;
    let error = node(|_| (StatusCode::BAD_GATEWAY, "[]").into_response()).await;
    nothing_known(&error, "HTTP 502").await;
    let elsewhere = node(|_| (StatusCode::FOUND, [(header::LOCATION, "/")]).into_response()).await;
    nothing_known(&elsewhere, "HTTP 302").await;
    let single = node(|_| Json(json!({"jsonrpc": "2.0", "id": 0, "result": "0xa1337"})).into_response()).await;
    nothing_known(&single, "not JSON-RPC").await;
    let empty = node(|_| Json(json!([])).into_response()).await;
    nothing_known(&empty, "unanswered").await;
    let busy = |asked: Value| {
        let limited =
            |one: &Value| json!({"jsonrpc": "2.0", "id": one["id"], "error": {"code": -32005, "message": "limit"}});
        Json(asked.as_array().unwrap().iter().map(limited).collect::<Vec<_>>()).into_response()
    };
    nothing_known(&node(busy).await, "limit").await;
}

#[tokio::test]
async fn answers_to_other_questions_and_to_one_twice_are_no_answer() {
    let shifted = |asked: Value| {
        let one = |one: &Value| json!({"jsonrpc": "2.0", "id": one["id"].as_u64().unwrap() + 1, "result": "0x1"});
        Json(asked.as_array().unwrap().iter().map(one).collect::<Vec<_>>()).into_response()
    };
    nothing_known(&node(shifted).await, "not asked").await;
    let same = |asked: Value| {
        let one = |_: &Value| json!({"jsonrpc": "2.0", "id": 4, "result": "0x1"});
        Json(asked.as_array().unwrap().iter().map(one).collect::<Vec<_>>()).into_response()
    };
    nothing_known(&node(same).await, "twice").await;
}

#[tokio::test]
async fn a_huge_answer_and_one_that_never_comes_are_given_up() {
    let huge = node(|_| "x".repeat(3 * 1024 * 1024).into_response()).await;
    let told = facts(&client(&huge), &question()).await;
    assert!(matches!(&told.nonce, Fact::Unreachable(why) if why.contains("too large")), "{told:?}");
    let silent = Router::new().route("/", post(async || pending::<StatusCode>().await));
    // No answer ever comes, so a short wait gives the same as a long one.
    let patient = client(&serve(silent).await).with_patience(Duration::from_millis(50));
    unknown_to(&patient, "127.0.0.1").await;
}

/// Signs and submits the transfer of the first order; its escrow and amount.
async fn fund(sandbox: &Sandbox, base: &str) -> (Address, U256) {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let key = sandbox.config().api_key.clone();
    let get = async |path: String| -> Value {
        http.get(format!("{base}/api/v1/partner{path}"))
            .header("X-API-Key", &key)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let orders = get("/orders?limit=1".to_owned()).await;
    let id = orders["data"]["orders"][0]["order_id"].as_str().unwrap().to_owned();
    let p = get(format!("/orders/{id}/transfer-authorization-parameters")).await["data"].clone();
    let text = |key: &str| p[key].as_str().unwrap().to_owned();
    let request = ForwardRequest {
        from: signer().address(),
        to: TOKEN,
        value: U256::ZERO,
        gas: text("recommended_gas_limit").parse().unwrap(),
        nonce: U256::ZERO,
        deadline: expected().deadline,
        data: text("transfer_data").parse().unwrap(),
    };
    let signature = signer().sign_hash_sync(&digest(&request, CHAIN_ID, FORWARDER)).unwrap();
    let body = json!({
        "forward_request": {"from": request.from.to_string(), "to": TOKEN.to_string(), "value": "0",
            "gas": request.gas.to_string(), "nonce": "0", "deadline": request.deadline.to_string(),
            "data": request.data.to_string()},
        "signature": format!("0x{}", hex::encode(signature.as_bytes())),
    });
    let url = format!("{base}/api/v1/partner/orders/{id}/authorize-crypto-transfer");
    let answer = http.post(url).header("X-API-Key", &key).json(&body).send().await.unwrap();
    assert!(answer.status().is_success());
    (text("recipient_address").parse().unwrap(), text("amount_atomic").parse().unwrap())
}

#[tokio::test]
async fn after_a_submission_the_chain_tells_what_moved() {
    let (sandbox, base) = sandbox().await;
    let client = client(&format!("{base}/rpc"));
    let before = facts(&client, &question()).await;
    let since = before.block.known().unwrap().number;
    let (escrow, amount) = fund(&sandbox, &base).await;
    let search = TransferSearch { token: TOKEN, from: signer().address(), to: escrow, since };
    let found = transfers(&client, &search).await;
    let [moved] = found.known().unwrap().as_slice() else { panic!("{found:?}") };
    assert_eq!((moved.from, moved.to, moved.units), (signer().address(), escrow, amount));
    let told = receipt(&client, moved.transaction).await;
    let told = told.known().unwrap().clone().unwrap();
    assert!(told.executed);
    assert_eq!(told.transfers.as_slice(), std::slice::from_ref(moved));
    assert_eq!(receipt(&client, B256::ZERO).await, Fact::Known(None), "no such transaction");
    assert_eq!(transfers(&client, &TransferSearch { since: since + 1, ..search }).await, Fact::Known(Vec::new()));
    assert_eq!(transfers(&client, &TransferSearch { to: NOBODY, ..search }).await, Fact::Known(Vec::new()));
    let after = facts(&client, &question()).await;
    assert_eq!(after.nonce, Fact::Known(U256::from(1)));
    assert_eq!(after.balance, Fact::Known(U256::from(STARTING_BALANCE) - amount));
    assert_eq!(refused(&after, &expected()), ["rpc-nonce"]);
}

#[tokio::test]
async fn transfers_that_were_not_looked_for_are_not_believed() {
    let (sandbox, base) = sandbox().await;
    let (escrow, _) = fund(&sandbox, &base).await;
    let asked = client(&format!("{base}/rpc"));
    let real = TransferSearch { token: TOKEN, from: signer().address(), to: escrow, since: 0 };
    let known = transfers(&asked, &real).await;
    let transaction = known.known().unwrap()[0].transaction;
    let log = json!({
        "address": TOKEN.to_string(),
        "topics": ["0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
            signer().address().into_word().to_string(), escrow.into_word().to_string()],
        "data": format!("0x{:064x}", 5), "blockNumber": "0x1", "transactionHash": transaction.to_string(),
    });
    let url = node(move |_| Json(json!([{"jsonrpc": "2.0", "id": 0, "result": [log]}])).into_response()).await;
    assert!(matches!(transfers(&client(&url), &real).await, Fact::Known(found) if found.len() == 1));
    let others = TransferSearch { to: NOBODY, ..real };
    assert!(matches!(transfers(&client(&url), &others).await, Fact::Unusable(_)));
    assert!(matches!(receipt(&client(&url), transaction).await, Fact::Unusable(_)));
}
