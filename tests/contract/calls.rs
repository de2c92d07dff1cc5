//! Calls as lines of a table, and their run against a fresh world.
//!
//! A path or body may hold `{name}`, a body `#{name}` for a number: something an earlier line kept, `{unknown}`, the sandbox's own `{base}`,
//! the first order's `{owner}` and `{details}`, an order that is
//! `{in STATUS}` or `{can ACTION}`, or `{each user}` and `{each order}`, which repeat the line.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::U256;
use ramptop::sandbox::{Dialect, SandboxConfig, Scenario};
use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::{bridge_request, but, safe_transaction, sign_safe};
use crate::harness::{Api, code, key, read, signed, signer, start};
use crate::schemas::Contract;

pub struct Call {
    method: Method,
    path: String,
    body: Body,
    baseline: (u16, &'static str),
    newer: (u16, &'static str),
    keep: Option<(&'static str, &'static str)>,
    wait: i64,
    broke: bool,
}

enum Body {
    None,
    Json(Value),
    Upload(&'static str, Vec<u8>),
    /// The parameters of the path's order, or of another where it has none, signed by the key of this byte.
    Signed(u8),
    /// As above, the send-out of the path's order to this chain and address.
    SendOut(u8, &'static str, &'static str),
    /// As above, the refund of the path's order.
    Refund(u8),
}

fn call(method: Method, path: &str, body: Body, status: u16) -> Call {
    let expected = (status, "");
    Call { method, path: path.to_owned(), body, baseline: expected, newer: expected, keep: None, wait: 0, broke: false }
}

pub fn get(path: &str, status: u16) -> Call {
    call(Method::GET, path, Body::None, status)
}

pub fn post(path: &str, status: u16) -> Call {
    call(Method::POST, path, Body::None, status)
}

pub fn delete(path: &str, status: u16) -> Call {
    call(Method::DELETE, path, Body::None, status)
}

pub fn send(path: &str, body: Value, status: u16) -> Call {
    call(Method::POST, path, Body::Json(body), status)
}

pub fn patch(path: &str, body: Value, status: u16) -> Call {
    call(Method::PATCH, path, Body::Json(body), status)
}

pub fn upload(path: &str, kind: &'static str, content: &[u8], status: u16) -> Call {
    call(Method::POST, path, Body::Upload(kind, content.to_vec()), status)
}

pub fn authorize(path: &str, key: u8, status: u16) -> Call {
    call(Method::POST, path, Body::Signed(key), status)
}

pub fn send_out(path: &str, key: u8, chain: &'static str, address: &'static str, status: u16) -> Call {
    call(Method::POST, path, Body::SendOut(key, chain, address), status)
}

pub fn refund(path: &str, key: u8, status: u16) -> Call {
    call(Method::POST, path, Body::Refund(key), status)
}

impl Call {
    /// The error's code or key.
    pub fn says(mut self, word: &'static str) -> Self {
        (self.baseline.1, self.newer.1) = (word, word);
        self
    }

    /// What is different in the newest documents.
    pub fn newer(mut self, status: u16, word: &'static str) -> Self {
        self.newer = (status, word);
        self
    }

    /// Keeps a value of the answer for later lines.
    pub fn keep(mut self, name: &'static str, pointer: &'static str) -> Self {
        self.keep = Some((name, pointer));
        self
    }

    /// Only for this call, the partner's wallet holds nothing.
    pub fn broke(mut self) -> Self {
        self.broke = true;
        self
    }

    /// Virtual seconds to let pass before.
    pub fn after(mut self, seconds: i64) -> Self {
        self.wait = seconds;
        self
    }
}

/// All that was called and answered.
pub struct Run {
    pub contract: Contract,
    pub complaints: BTreeSet<String>,
    /// Operation and status.
    pub answers: BTreeSet<(String, u16)>,
    /// Codes and keys of errors.
    pub words: BTreeSet<String>,
    /// Documented fields that appeared, after their operation.
    pub fields: BTreeSet<String>,
    pub extensions: BTreeSet<(&'static str, &'static str)>,
}

type Names = BTreeMap<&'static str, String>;

impl Run {
    pub fn new(contract: Contract) -> Self {
        let (answers, words, fields) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Self { contract, complaints: BTreeSet::new(), answers, words, fields, extensions: BTreeSet::new() }
    }

    pub fn saw(&self, operation: &str, status: u16) -> bool {
        self.answers.contains(&(operation.to_owned(), status))
    }

    /// Runs a table in a world of its own. Every path is also called without a key.
    pub async fn table(&mut self, scenario: Scenario, dialect: Dialect, calls: Vec<Call>) {
        let config = SandboxConfig { scenario, dialect, ..SandboxConfig::new(signer(0x11).address(), start()) };
        let api = Api::with(config).await;
        let mut names =
            Names::from([("unknown", "00000000-0000-4000-8000-000000000000".to_owned()), ("base", api.base.clone())]);
        if let Some((_, owner, details)) = api.sandbox.order_owners().first() {
            names.extend([("owner", owner.to_string()), ("details", details.to_string())]);
        }
        for call in calls {
            api.advance(call.wait);
            for path in paths(&api, &call.path, &names).await {
                self.without_key(&api, dialect, &call.method, &path).await;
                api.sandbox.with_world(|world| world.set_wallet_balance(wallet(call.broke)));
                let answer = answer(&api, &call, &path, &names).await;
                let expected = if dialect == Dialect::Newer { call.newer } else { call.baseline };
                let place = format!("{dialect}: {} {}", call.method, call.path);
                if let Some((name, pointer)) = call.keep {
                    let kept = answer.1.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
                    names.insert(name, kept);
                }
                self.judge(dialect, &place, (&call.method, &path), expected, answer);
            }
        }
    }

    async fn without_key(&mut self, api: &Api, dialect: Dialect, method: &Method, path: &str) {
        let is_open = dialect == Dialect::Newer && path.ends_with("/estimate");
        if is_open || ["/health", "/api/v1/supported", "/liquidity"].iter().any(|open| path.starts_with(open)) {
            return;
        }
        let (status, body) = read(api.client.request(method.clone(), address(api, path))).await;
        let place = format!("without a key: {method} {path}");
        self.judge(dialect, &place, (method, path), (401, ""), (status.as_u16(), body));
    }

    fn judge(
        &mut self,
        dialect: Dialect,
        place: &str,
        call: (&Method, &str),
        expected: (u16, &str),
        answer: (u16, Value),
    ) {
        let ((method, path), (status, body)) = (call, answer);
        let Some(operation) = self.contract.operation(method.as_str(), &full(path)).map(str::to_owned) else {
            self.complaints.insert(format!("{place}: no such operation"));
            return;
        };
        let word = [code(&body), key(&body)].concat();
        if status != expected.0 || !expected.1.is_empty() && word != expected.1 {
            self.complaints.insert(format!("{place}: expected {expected:?}, got {status} {body}"));
        }
        let verdict = self.contract.check(dialect, &operation, status, &body);
        self.complaints.extend(verdict.complaints.iter().map(|text| format!("{place}: {status}: {text}")));
        self.fields.extend(verdict.fields);
        self.extensions.extend(verdict.extensions);
        self.words.insert(word);
        self.answers.insert((operation, status));
    }
}

fn wallet(broke: bool) -> U256 {
    if broke { U256::ZERO } else { U256::from(1_u64 << 50) }
}

fn full(path: &str) -> String {
    let whole = path == "/health" || path.starts_with("/api/");
    if whole { path.to_owned() } else { format!("/api/v1/partner{path}") }
}

fn address(api: &Api, path: &str) -> String {
    format!("{}{}", api.base, full(path))
}

async fn answer(api: &Api, call: &Call, path: &str, names: &Names) -> (u16, Value) {
    let request = api.client.request(call.method.clone(), address(api, path));
    let request = request.header("X-API-Key", &api.sandbox.config().api_key);
    let request = match &call.body {
        Body::None => request,
        Body::Json(body) => request.json(&serde_json::from_str::<Value>(&filled(&body.to_string(), names)).unwrap()),
        Body::Upload(kind, content) => {
            request.header("Content-Type", "multipart/form-data; boundary=xyz").body(form(kind, content))
        }
        Body::SendOut(key, chain, to) => {
            let order = path.split('/').nth(2).unwrap();
            let query = format!("destination_chain={chain}&destination_address={to}");
            let told = api.data(&format!("/orders/{order}/bridge-authorization-parameters?{query}")).await;
            let body = signed(&bridge_request(&told, api.sandbox.now().timestamp()), &signer(*key));
            request.json(&but(&body, json!({"destination_chain": chain, "destination_address": to})))
        }
        Body::Refund(key) => {
            let order = path.split('/').nth(2).unwrap();
            let told = api.data(&format!("/orders/{order}/refund-authorization-parameters")).await;
            let escrow = told["escrow_address"].as_str().unwrap().parse().unwrap();
            request.json(&sign_safe(&safe_transaction(&told), escrow, &signer(*key)))
        }
        Body::Signed(key) => {
            let order = path.split('/').nth(2).unwrap();
            let has_some = api.get(&format!("/orders/{order}/transfer-authorization-parameters")).await.0.is_success();
            let order = if has_some { order.to_owned() } else { api.offering("authorize-crypto-transfer").await };
            request.json(&signed(&api.request_of(&order).await, &signer(*key)))
        }
    };
    let (status, body) = read(request).await;
    (status.as_u16(), body)
}

/// The paths a line means, with everything filled in.
async fn paths(api: &Api, path: &str, names: &Names) -> Vec<String> {
    let path = filled(path, names);
    let Some((before, rest)) = path.split_once('{') else { return vec![path] };
    let (wish, after) = rest.split_once('}').unwrap();
    let ids = match wish.split_once(' ') {
        Some(("each", "user")) => api.sandbox.user_ids().iter().map(ToString::to_string).collect(),
        Some(("each", "order")) => api.all_orders().await.iter().map(crate::harness::id).collect(),
        Some(("in", status)) => vec![api.in_status(status).await],
        Some(("can", action)) => vec![api.offering(action).await],
        _ => panic!("`{{{wish}}}` is not known: an earlier line should have kept it"),
    };
    ids.into_iter().map(|id| format!("{before}{id}{after}")).collect()
}

fn filled(text: &str, names: &Names) -> String {
    let fill = |text: String, (name, value): (&&str, &String)| {
        text.replace(&format!("\"#{{{name}}}\""), value).replace(&format!("{{{name}}}"), value)
    };
    names.iter().fold(text.to_owned(), fill)
}

fn form(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(b"--xyz\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a.png\"\r\n\r\n");
    body.extend(content);
    body.extend(b"\r\n--xyz\r\nContent-Disposition: form-data; name=\"document_type\"\r\n\r\n");
    body.extend(kind.bytes());
    body.extend(b"\r\n--xyz--\r\n");
    body
}
