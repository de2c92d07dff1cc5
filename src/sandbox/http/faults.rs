//! The fault modes: what can go wrong between an honest server and its client, on demand.
//!
//! Faults never change the world. They delay, lose or garble answers, in turns counted by reads, so
//! that a run can be repeated. Falsified parameters are the business of [`tampering`](super::tampering).

use std::time::Duration;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::connection::Line;
use super::{Sandbox, answer};
use crate::sandbox::config::Chaos;
use crate::sandbox::world::World;

/// The largest answer that is garbled; larger ones pass.
const MOST_BYTES: usize = 16 << 20;

/// How far the server's clock is ahead.
pub fn clock_ahead(chaos: Chaos) -> TimeDelta {
    if chaos == Chaos::ClockSkew { TimeDelta::hours(3) } else { TimeDelta::zero() }
}

/// The fault mode's say in every answer of the partner API, and the scenario's in one.
pub async fn apply(
    State(sandbox): State<Sandbox>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let initiates = request.method() == Method::POST && request.uri().path().ends_with("/initiate");
    let moves_money = request.method() == Method::POST && request.uri().path().contains("/orders/") || initiates;
    let response = faulty(&sandbox, request, next).await;
    // A refusal changes nothing, so losing it would prove nothing.
    let lost = response.status().is_success()
        && ((moves_money && sandbox.chaos() == Chaos::LostAnswers)
            || (initiates && sandbox.with_world(World::loses_answer)));
    if lost {
        line.cut();
    }
    response
}

async fn faulty(sandbox: &Sandbox, request: Request, next: Next) -> Response {
    let is_read = request.method() == Method::GET;
    match sandbox.chaos() {
        Chaos::Slow => {
            tokio::time::sleep(Duration::from_secs(2 + sandbox.next_read() % 3)).await;
            next.run(request).await
        }
        Chaos::Errors if is_read => match error(sandbox.next_read()) {
            Some(response) => response,
            None => next.run(request).await,
        },
        Chaos::Malformed if is_read => {
            let turn = sandbox.next_read();
            garble(turn, next.run(request).await).await
        }
        _ => next.run(request).await,
    }
}

/// Every third read fails, each time in another way.
fn error(turn: u64) -> Option<Response> {
    Some(match turn % 12 {
        2 => answer::partner_error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "internal error"),
        5 => (StatusCode::BAD_GATEWAY, Html("<html><body><h1>502 Bad Gateway</h1></body></html>")).into_response(),
        8 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        11 => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "2")]).into_response(),
        _ => return None,
    })
}

/// Every second read is garbled, each time in another way.
async fn garble(turn: u64, response: Response) -> Response {
    if turn.is_multiple_of(2) || !response.status().is_success() {
        return response;
    }
    if turn % 12 == 9 {
        return Html("<!doctype html><title>Just a moment...</title>").into_response();
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if turn % 12 == 11 {
        // Half a body with the length of half a body: the connection is fine, the JSON is not.
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, bytes.slice(..bytes.len() / 2).into());
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    each_object(&mut value, &mut |object| spoil(turn % 12, object));
    Json(value).into_response()
}

/// Visits the things an answer is about: orders and users, wherever they are.
fn each_object(value: &mut Value, spoil: &mut impl FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, spoil)),
        Value::Object(object) if object.contains_key("order_id") || object.contains_key("user_uuid") => spoil(object),
        Value::Object(object) => object.values_mut().for_each(|item| each_object(item, spoil)),
        _ => {}
    }
}

fn spoil(kind: u64, object: &mut serde_json::Map<String, Value>) {
    let replacements: &[(&str, Value)] = match kind {
        1 => &[("status", json!("held_by_the_moon")), ("next_action", json!("dance")), ("email", json!(7))],
        3 => &[
            ("status", json!("\u{202e}deteppmoc\u{1b}[2J")),
            ("email", json!("a\u{202e}b\u{200b}\u{7}@example.com\r\n")),
            ("next_action", json!("\u{1b}]0;gone\u{7}")),
        ],
        5 => &[
            ("amounts", json!({"crypto_amount": 1.5, "fiat_amount": [], "rate": "1e3", "crypto_currency": {}})),
            ("timeline", json!("yesterday")),
            ("allowed_actions", json!({"cancel": true})),
            ("created_at", json!(0)),
            ("kyc", json!("yes")),
        ],
        _ => &[
            ("amounts", Value::Null),
            ("timeline", Value::Null),
            ("allowed_actions", Value::Null),
            ("created_at", Value::Null),
            ("kyc", Value::Null),
        ],
    };
    for (key, value) in replacements {
        if let Some(slot) = object.get_mut(*key) {
            *slot = value.clone();
        }
    }
}
