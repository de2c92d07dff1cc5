//! The endpoints of the webhook. Source: reference, section 10.
//!
//! Unlike the real API, the sandbox takes plain `http` for receivers on this machine.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::delivery::Sender;
use super::users::plain_refusal;
use super::{Sandbox, answer, kyc};
use crate::sandbox::payload;
use crate::sandbox::world::World;

/// `POST /webhooks`: registers a URL in place of the one before.
pub async fn register(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let Some(body) = kyc::object(&body) else { return kyc::bad_body() };
    let url = body.get("url").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    if url.is_empty() {
        return plain_refusal("webhook URL is required");
    }
    if !is_acceptable(url) {
        return plain_refusal("webhook URL must use HTTPS");
    }
    sandbox.with_world(|world| {
        world.register_webhook(Some(url.to_owned()));
        shown(world)
    })
}

/// `GET /webhooks`.
pub async fn show(State(sandbox): State<Sandbox>) -> Response {
    sandbox.with_world(|world| shown(world))
}

/// `DELETE /webhooks/{id}`: there is only one, so any id will do.
pub async fn delete(State(sandbox): State<Sandbox>, Path(_): Path<String>) -> Response {
    sandbox.with_world(|world| world.register_webhook(None));
    answer::ok(json!({"message": "webhook deleted"}))
}

/// `POST /webhooks/test`: one attempt, at once, outside of the queue.
pub async fn test(State(sandbox): State<Sandbox>) -> Response {
    let (url, shown_now) = sandbox.with_world(|world| (world.webhooks().url().map(str::to_owned), world.shown_now()));
    let Some(url) = url else { return plain_refusal("webhook URL is not set") };
    if sandbox.with_world(|world| world.webhooks_mut().loses_test()) {
        return answer::plain_error(StatusCode::BAD_GATEWAY, "webhook delivery failed");
    }
    let id = uuid::Uuid::new_v4().to_string();
    let body = payload::event(&id, "webhook.test", shown_now, &json!({"message": "Test event"})).to_string();
    match Sender::new(&sandbox).send(&url, &body, shown_now).await {
        Some(status) => {
            let delivered = status.is_success();
            answer::ok(json!({"delivered": delivered, "http_status": status.as_u16()}))
        }
        None => answer::plain_error(StatusCode::BAD_GATEWAY, "webhook delivery failed"),
    }
}

fn shown(world: &World) -> Response {
    match world.webhooks().url() {
        Some(url) => answer::ok(json!({"url": url, "enabled": true})),
        None => answer::ok(json!({"enabled": false})),
    }
}

fn is_acceptable(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let on_this_machine = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    !host.is_empty() && (url.scheme() == "https" || url.scheme() == "http" && on_this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_this_machine_only() {
        let good = ["https://example.com/hook", "http://127.0.0.1:9/hook", "http://localhost:9", "http://[::1]:9/"];
        assert!(good.iter().all(|url| is_acceptable(url)));
        let bad = ["http://example.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1", "hook", "", "file:///etc"];
        assert!(!bad.iter().any(|url| is_acceptable(url)));
    }
}
