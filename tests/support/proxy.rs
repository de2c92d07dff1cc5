//! Somebody between client and server: passes requests on, holds them up, loses answers, or edits
//! them, as a test says.
#![allow(dead_code)]

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use crate::process::DEADLINE;

/// What becomes of a request.
pub enum Act {
    /// It is passed on, its answer comes back.
    Pass,
    /// It is passed on once the gate is open.
    Hold(Gate),
    /// It is passed on and done, and its answer comes back once the gate is open.
    HoldAnswer(Gate),
    /// It is passed on and done; instead of the answer a gateway's page comes back.
    Swallow,
    /// It is passed on; the answer's JSON is edited.
    Edit(Box<dyn FnOnce(&mut Value) + Send>),
    /// It never arrives; this comes back.
    Answer(Value),
}

type Rule = dyn Fn(&Method, &str) -> Act + Send + Sync;

/// Closed until somebody opens it.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    pub fn open(&self) {
        self.0.add_permits(1000);
    }
}

/// The thing in between.
pub struct Proxy {
    pub url: String,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

struct Shared {
    upstream: String,
    rule: Box<Rule>,
    client: reqwest::Client,
    seen: Mutex<Vec<String>>,
    news: Condvar,
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20));
    builder().build().or_else(|_| builder().tls_certs_only([]).build()).unwrap()
}

impl Proxy {
    /// In front of `upstream`; `rule` sees the method and the path below the partner prefix.
    pub fn start(upstream: &str, rule: impl Fn(&Method, &str) -> Act + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            rule: Box::new(rule),
            client: client(),
            seen: Mutex::new(Vec::new()),
            news: Condvar::new(),
        });
        let app = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { url, shared, _runtime: runtime }
    }

    /// Every request so far, as method and path.
    pub fn seen(&self) -> Vec<String> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Waits for a request.
    #[track_caller]
    pub fn until_seen(&self, request: &str) {
        let end = Instant::now() + DEADLINE;
        let mut seen = self.shared.seen.lock().unwrap();
        while !seen.iter().any(|s| s == request) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {request}; there were {seen:?}");
            (seen, _) = self.shared.news.wait_timeout(seen, left).unwrap();
        }
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str().to_owned();
    let below = path.strip_prefix("/api/v1/partner").unwrap_or(&path).to_owned();
    let act = (shared.rule)(&parts.method, &below);
    let note = |word: &str| {
        shared.seen.lock().unwrap().push(format!("{word} {below}"));
        shared.news.notify_all();
    };
    let forward = || pass_on(&shared, parts.method.clone(), &path, parts.headers.clone(), body.clone());
    if !matches!(act, Act::HoldAnswer(_)) {
        note(parts.method.as_str());
    }
    match act {
        Act::Pass => forward().await,
        Act::Hold(gate) => {
            // A gateway passes on what it took, whoever has gone away meanwhile.
            let (shared, headers) = (Arc::clone(&shared), parts.headers.clone());
            let late = tokio::spawn(async move {
                let _opened = gate.0.acquire().await.unwrap();
                pass_on(&shared, parts.method, &path, headers, body).await
            });
            late.await.unwrap()
        }
        Act::HoldAnswer(gate) => {
            let answer = forward().await;
            note(parts.method.as_str());
            let _opened = gate.0.acquire().await.unwrap();
            answer
        }
        Act::Swallow => {
            let done = forward().await;
            assert!(done.status().is_success(), "{done:?}");
            (StatusCode::GATEWAY_TIMEOUT, "<html>504 Gateway Timeout</html>").into_response()
        }
        Act::Edit(edit) => {
            let (head, body) = forward().await.into_parts();
            let mut value: Value = serde_json::from_slice(&to_bytes(body, 16 << 20).await.unwrap()).unwrap();
            edit(&mut value);
            (head.status, head.headers, value.to_string()).into_response()
        }
        Act::Answer(value) => axum::Json(value).into_response(),
    }
}

async fn pass_on(shared: &Shared, method: Method, path: &str, mut headers: HeaderMap, body: Bytes) -> Response {
    headers.remove(header::HOST);
    headers.remove(header::ACCEPT_ENCODING);
    let request = shared.client.request(method, format!("{}{path}", shared.upstream)).headers(headers).body(body);
    let answer = request.send().await.unwrap();
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    (status, headers, Body::from(answer.bytes().await.unwrap())).into_response()
}
