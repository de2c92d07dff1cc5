//! A served sandbox with a hand-moved clock, a client that shares nothing with ours, and a signer.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use alloy_primitives::{Address, Bytes, U256, aliases::U48};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::{SolStruct, eip712_domain, sol};
use chrono::{DateTime, TimeDelta, Utc};
use ramptop::sandbox::{Chaos, Dialect, Sandbox, SandboxConfig, Scenario, serve_sandbox};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

sol! {
    struct ForwardRequest {
        address from;
        address to;
        uint256 value;
        uint256 gas;
        uint256 nonce;
        uint48 deadline;
        bytes data;
    }
}

pub struct Api {
    pub sandbox: Sandbox,
    pub signer: PrivateKeySigner,
    pub base: String,
    pub client: reqwest::Client,
    clock: Arc<AtomicI64>,
}

pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20));
    builder().build().or_else(|_| builder().tls_certs_only([]).build()).unwrap()
}

pub fn signer(byte: u8) -> PrivateKeySigner {
    PrivateKeySigner::from_slice(&[byte; 32]).unwrap()
}

impl Api {
    pub async fn start(scenario: Scenario, chaos: Chaos) -> Self {
        Self::with(SandboxConfig { scenario, chaos, ..SandboxConfig::new(signer(0x11).address(), start()) }).await
    }

    pub async fn newer(scenario: Scenario) -> Self {
        let dialect = Dialect::Newer;
        Self::with(SandboxConfig { scenario, dialect, ..SandboxConfig::new(signer(0x11).address(), start()) }).await
    }

    pub async fn with(config: SandboxConfig) -> Self {
        let signer = signer(0x11);
        let clock = Arc::new(AtomicI64::new(0));
        let hands = clock.clone();
        let now = move || start() + TimeDelta::seconds(hands.load(Ordering::SeqCst));
        let sandbox = Sandbox::with_clock(config, Arc::new(now));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve_sandbox(listener, sandbox.clone(), pending()));
        Self { sandbox, signer, base, client: client(), clock }
    }

    pub async fn plain(scenario: Scenario) -> Self {
        Self::start(scenario, Chaos::None).await
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1/partner{path}", self.base)
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path)).header("X-API-Key", &self.sandbox.config().api_key)
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str) -> (StatusCode, Value) {
        read(self.request(Method::POST, path)).await
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        read(self.request(Method::POST, path).json(body)).await
    }

    pub async fn new_user(&self, name: &str) -> String {
        let body = json!({"user_ref": name, "email": format!("{name}@example.com")});
        let (status, body) = self.post_json("/users", &body).await;
        assert_eq!(status, StatusCode::CREATED);
        body["data"]["user_uuid"].as_str().unwrap().to_owned()
    }

    /// `data` of a successful read.
    pub async fn data(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!((status, &body["success"]), (StatusCode::OK, &json!(true)), "{path}: {body}");
        body["data"].clone()
    }

    pub async fn all_orders(&self) -> Vec<Value> {
        let data = self.data("/orders?limit=100").await;
        data["orders"].as_array().unwrap().clone()
    }

    /// The first order that is ours and offers `action`.
    pub async fn offering(&self, action: &str) -> String {
        let orders = self.all_orders().await;
        let offers = |o: &&Value| o["allowed_actions"].as_array().unwrap().contains(&json!(action));
        id(orders.iter().find(offers).unwrap())
    }

    pub async fn in_status(&self, status: &str) -> String {
        id(self.all_orders().await.iter().find(|o| o["status"] == status).unwrap())
    }

    pub async fn parameters(&self, id: &str) -> Value {
        self.data(&format!("/orders/{id}/transfer-authorization-parameters")).await
    }

    pub async fn request_of(&self, id: &str) -> ForwardRequest {
        forward_request(&self.parameters(id).await, self.sandbox.now())
    }

    pub async fn submit(&self, id: &str, body: &Value) -> (StatusCode, Value) {
        self.post_json(&format!("/orders/{id}/authorize-crypto-transfer"), body).await
    }

    pub async fn tally(&self) -> Value {
        self.client.get(format!("{}/sandbox/tally", self.base)).send().await.unwrap().json().await.unwrap()
    }

    pub async fn rpc(&self, body: &Value) -> Value {
        self.client.post(self.sandbox.rpc_url()).json(body).send().await.unwrap().json().await.unwrap()
    }
}

pub async fn read(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

pub fn id(order: &Value) -> String {
    order["order_id"].as_str().unwrap().to_owned()
}

pub fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap_or_default()
}

pub fn key(body: &Value) -> &str {
    body["data"]["error_key"].as_str().unwrap_or_default()
}

/// The request a faithful client would sign.
pub fn forward_request(parameters: &Value, now: DateTime<Utc>) -> ForwardRequest {
    let text = |key: &str| parameters[key].as_str().unwrap();
    ForwardRequest {
        from: text("sender_address").parse().unwrap(),
        to: text("token_address").parse().unwrap(),
        value: U256::ZERO,
        gas: text("recommended_gas_limit").parse().unwrap(),
        nonce: text("forwarder_nonce").parse().unwrap(),
        deadline: U48::from(now.timestamp() + parameters["recommended_ttl_seconds"].as_i64().unwrap()),
        data: text("transfer_data").parse::<Bytes>().unwrap(),
    }
}

/// The documented body, signed by `signer`.
pub fn signed(request: &ForwardRequest, signer: &PrivateKeySigner) -> Value {
    let forwarder: Address = "0x6fFCF38bEc8c733b096958fcd2a8E31A00530EDC".parse().unwrap();
    let domain = eip712_domain! {
        name: "SyntheticAssetForwarder",
        version: "1",
        chain_id: 660_279,
        verifying_contract: forwarder,
    };
    let signature = signer.sign_hash_sync(&request.eip712_signing_hash(&domain)).unwrap();
    json!({
        "forward_request": {
            "from": request.from.to_string(),
            "to": request.to.to_string(),
            "value": request.value.to_string(),
            "gas": request.gas.to_string(),
            "nonce": request.nonce.to_string(),
            "deadline": request.deadline.to_string(),
            "data": request.data.to_string(),
        },
        "signature": format!("0x{}", hex::encode(signature.as_bytes())),
    })
}
