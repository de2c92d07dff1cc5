//! A local EVM node of our own (anvil), and the little of JSON-RPC that the tests need of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use serde_json::{Value, json};

/// Not one of the well-known chains: the id of the documented environment.
pub const CHAIN_ID: u64 = 660_279;

/// Where the npm packages are; `.ci/run` says so.
pub fn packages() -> PathBuf {
    let dir = std::env::var("RAMPTOP_TEST_EVM").expect("RAMPTOP_TEST_EVM names a directory prepared as in .ci/run");
    Path::new(&dir).canonicalize().expect("the directory of RAMPTOP_TEST_EVM exists")
}

/// A node that ends with the test.
pub struct Node {
    child: Child,
    url: String,
    client: reqwest::Client,
    /// The account that pays the gas of every transaction: the relay's part.
    relay: Address,
    _home: tempfile::TempDir,
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What became of a transaction.
#[derive(Debug)]
pub struct Receipt {
    pub executed: bool,
    pub created: Option<Address>,
    pub logs: Vec<Value>,
}

/// The native program: its wrapper in JavaScript would outlive a kill.
fn program() -> PathBuf {
    let scope = packages().join("node_modules/@foundry-rs");
    let built: Vec<PathBuf> = std::fs::read_dir(scope)
        .expect("@foundry-rs/anvil is installed")
        .map(|entry| entry.unwrap().path().join("bin/anvil"))
        .filter(|path| path.exists())
        .collect();
    built.into_iter().next().expect("@foundry-rs/anvil has a program for this machine")
}

impl Node {
    pub async fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new(program())
            .args(["--host", "127.0.0.1", "--port", "0", "--chain-id", &CHAIN_ID.to_string()])
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("anvil can be started");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening = lines.find_map(|line| line.unwrap().strip_prefix("Listening on ").map(str::to_owned));
        let url = format!("http://{}", listening.expect("anvil says where it listens"));
        // A full pipe would stop the node.
        std::thread::spawn(move || lines.for_each(drop));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60));
        let client = builder().build().or_else(|_| builder().tls_certs_only([]).build()).unwrap();
        let mut node = Self { child, url, client, relay: Address::ZERO, _home: home };
        let accounts = node.ask("eth_accounts", json!([])).await;
        node.relay = accounts[0].as_str().unwrap().parse().unwrap();
        node
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    async fn answer(&self, method: &str, params: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.client.post(&self.url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    pub async fn ask(&self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The time of the newest block, in unix seconds.
    pub async fn time(&self) -> u64 {
        let block = self.ask("eth_getBlockByNumber", json!(["latest", false])).await;
        number(&block["timestamp"])
    }

    /// The next block has this time.
    pub async fn next_time(&self, seconds: u64) {
        self.ask("evm_setNextBlockTimestamp", json!([seconds])).await;
    }

    /// A block of this time is made now.
    pub async fn set_time(&self, seconds: u64) {
        self.next_time(seconds).await;
        self.ask("evm_mine", json!([])).await;
    }

    pub async fn deploy(&self, code: &str, arguments: &[u8]) -> Address {
        let data = format!("0x{}{}", code.trim_start_matches("0x"), hex::encode(arguments));
        let receipt = self.transact(&json!({"from": self.relay, "data": data, "gas": "0x1000000"})).await;
        assert!(receipt.executed, "{receipt:?}");
        receipt.created.unwrap()
    }

    /// Sends a call as the relay and waits for its block.
    pub async fn send(&self, to: Address, call: &impl SolCall, value: U256) -> Receipt {
        let data = Bytes::from(call.abi_encode());
        self.transact(&json!({"from": self.relay, "to": to, "data": data, "value": value, "gas": "0x400000"})).await
    }

    async fn transact(&self, transaction: &Value) -> Receipt {
        let hash = self.ask("eth_sendTransaction", json!([transaction])).await;
        // The block is made at once, but the answer does not wait for it.
        let mut receipt = Value::Null;
        while receipt.is_null() {
            receipt = self.ask("eth_getTransactionReceipt", json!([hash])).await;
        }
        Receipt {
            executed: receipt["status"] == "0x1",
            created: receipt["contractAddress"].as_str().map(|text| text.parse().unwrap()),
            logs: receipt["logs"].as_array().unwrap().clone(),
        }
    }

    /// Tries a call without a transaction: what it returns, or the bytes it reverts with.
    pub async fn try_call(&self, to: Address, call: &impl SolCall, value: U256) -> Result<Bytes, Bytes> {
        let data = Bytes::from(call.abi_encode());
        let request = json!({"from": self.relay, "to": to, "data": data, "value": value, "gas": "0x400000"});
        let answer = self.answer("eth_call", json!([request, "latest"])).await;
        let bytes = |value: &Value| value.as_str().unwrap_or("0x").parse::<Bytes>().unwrap();
        match answer.get("error") {
            None => Ok(bytes(&answer["result"])),
            Some(error) => Err(bytes(&error["data"])),
        }
    }

    pub async fn read<C: SolCall>(&self, to: Address, call: C) -> C::Return {
        let bytes = self.try_call(to, &call, U256::ZERO).await.unwrap();
        C::abi_decode_returns(&bytes).unwrap()
    }
}

fn number(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}
