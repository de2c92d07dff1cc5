//! JSON-RPC over HTTP: one batch, one answer, and nothing believed that does not fit the question.
//!
//! No redirects, no repeats, a limit on time and size; every answer has to carry the number of its
//! question. Whatever is wrong with the whole exchange is "unreachable" for each question in it.

use std::collections::HashMap;
use std::error::Error;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Response, redirect};
use serde::Deserialize;
use serde_json::{Value, json};

use super::url::RpcUrl;
use crate::api::ClockFn;
use crate::domain::Now;
use crate::domain::chain::Fact;
use crate::domain::text::{visible_prefix, with_causes};

/// The largest answer, in bytes.
const LIMIT: usize = 1024 * 1024;
/// Time for name lookup, TCP and TLS together.
const CONNECT: Duration = Duration::from_secs(3);
/// Time for everything: an operator is waiting to sign.
const TOTAL: Duration = Duration::from_secs(8);

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the connection to the RPC node {host} cannot be set up: {why}")]
pub struct ChainSetupError {
    host: String,
    why: String,
}

/// A question to the node.
#[derive(Debug)]
pub struct Call {
    method: &'static str,
    params: Value,
}

impl Call {
    /// A method and its parameters.
    pub fn new(method: &'static str, params: Value) -> Self {
        Self { method, params }
    }
}

/// A node of the operator's own choice. Cheap to clone.
#[derive(Clone)]
pub struct ChainClient {
    url: RpcUrl,
    http: Client,
    clock: ClockFn,
    total: Duration,
}

impl std::fmt::Debug for ChainClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChainClient({:?})", self.url)
    }
}

/// One element of an answer.
#[derive(Deserialize)]
struct Reply {
    jsonrpc: String,
    id: u64,
    #[serde(default, deserialize_with = "present")]
    result: Option<Value>,
    error: Option<Failure>,
}

/// `null` is a result too: a receipt that is not there yet.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct Failure {
    code: i64,
    #[serde(default)]
    message: String,
}

impl ChainClient {
    /// Prepares the connection; nothing is sent.
    ///
    /// # Errors
    /// When no HTTP client can be made on this machine.
    pub fn new(url: RpcUrl, clock: ClockFn) -> Result<Self, ChainSetupError> {
        // Fails when a provider is installed already, which is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A machine without CA certificates still reaches loopback; https then fails closed.
        let bare = || builder(&url).tls_certs_only([]).build();
        let http = if url.is_plain() { bare() } else { builder(&url).build().or_else(|_| bare()) };
        let http = http.map_err(|e| ChainSetupError { host: url.host().to_owned(), why: describe(&e) })?;
        Ok(Self { url, http, clock, total: TOTAL })
    }

    /// Waits at most this long for an answer.
    #[must_use]
    pub fn with_patience(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// The host of the node, for messages.
    pub fn host(&self) -> &str {
        self.url.host()
    }

    pub(super) fn now(&self) -> Now {
        (self.clock)()
    }

    /// Asks all of them at once.
    pub(super) async fn batch<const N: usize>(&self, calls: [Call; N]) -> [Fact<Value>; N] {
        match self.exchange(&calls).await {
            Ok(mut replies) => {
                let mut id = 0;
                calls.map(|call| {
                    let reply = replies.remove(&id);
                    id += 1;
                    self.fact(&call, reply)
                })
            }
            Err(why) => calls.map(|_| Fact::Unreachable(format!("the RPC node {}: {why}", self.host()))),
        }
    }

    async fn exchange(&self, calls: &[Call]) -> Result<HashMap<u64, Reply>, String> {
        let one = |(id, call): (u64, &Call)| json!({"jsonrpc": "2.0", "id": id, "method": call.method, "params": call.params});
        let body: Vec<Value> = (0..).zip(calls).map(one).collect();
        let request = self.http.post(self.url.full()).json(&body).timeout(self.total);
        let response = request.send().await.map_err(|e| describe(&e.without_url()))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(format!("it answered HTTP {status}"));
        }
        replies(&body_of(response).await?, body.len())
    }

    fn fact(&self, call: &Call, reply: Option<Reply>) -> Fact<Value> {
        let host = self.host();
        let unanswered = || Fact::Unreachable(format!("the RPC node {host} left {} unanswered", call.method));
        let Some(reply) = reply else { return unanswered() };
        match (reply.result, reply.error) {
            (Some(value), None) => Fact::Known(value),
            (_, Some(failure)) => {
                let message = visible_prefix(&failure.message, 120);
                let words = format!("the RPC node {host} answered {}: {message} ({})", call.method, failure.code);
                // Code 3 is the one of a revert; some nodes say it in words only. Anything else (too
                // many requests, an unknown method) is the node's trouble, not the contract's word.
                let reverted = failure.code == 3 || failure.message.to_lowercase().contains("revert");
                if reverted { Fact::Unusable(words) } else { Fact::Unreachable(words) }
            }
            (None, None) => unanswered(),
        }
    }
}

/// The replies by their numbers; each has to be one of ours, once.
fn replies(body: &[u8], asked: usize) -> Result<HashMap<u64, Reply>, String> {
    let list: Vec<Reply> =
        serde_json::from_slice(body).map_err(|_| "its answer is not JSON-RPC for a batch of questions".to_owned())?;
    let mut found = HashMap::new();
    for reply in list {
        let ours = usize::try_from(reply.id).is_ok_and(|id| id < asked);
        if reply.jsonrpc != "2.0" || !ours {
            return Err("it answered something that was not asked".to_owned());
        }
        if found.insert(reply.id, reply).is_some() {
            return Err("it answered one question twice".to_owned());
        }
    }
    Ok(found)
}

async fn body_of(mut response: Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| describe(&e.without_url()))? {
        if bytes.len().saturating_add(chunk.len()) > LIMIT {
            return Err("its answer is too large".to_owned());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn builder(url: &RpcUrl) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("ramptop/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .gzip(true)
        .connect_timeout(CONNECT);
    if !url.is_loopback() {
        return builder;
    }
    // No proxy for this machine, and `localhost` means this machine whatever the resolver says.
    let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
    builder.no_proxy().resolve_to_addrs("localhost", &here)
}

/// An error with its causes, each once.
fn describe(error: &dyn Error) -> String {
    visible_prefix(&with_causes(error), 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_fit_the_questions_or_are_none() {
        let good = br#"[{"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":0,"result":"0x1"}]"#;
        let read = replies(good, 2).unwrap();
        assert_eq!((read[&0].result.clone(), read[&1].result.clone()), (Some(json!("0x1")), Some(Value::Null)));
        for bad in [
            r#"[{"jsonrpc":"2.0","id":2,"result":"0x1"}]"#,
            r#"[{"jsonrpc":"1.0","id":0,"result":"0x1"}]"#,
            r#"[{"jsonrpc":"2.0","id":0,"result":"0x1"},{"jsonrpc":"2.0","id":0,"result":"0x2"}]"#,
            r#"{"jsonrpc":"2.0","id":0,"result":"0x1"}"#,
            r#"[{"jsonrpc":"2.0","id":"0","result":"0x1"}]"#,
            "<html></html>",
            "",
        ] {
            assert!(replies(bad.as_bytes(), 2).is_err(), "{bad}");
        }
    }
}
