//! The table of endpoints, who needs a key, and what every answer carries.
//!
//! From the outside in: the `Date` header, the fault mode, the key, the endpoint. The debug route
//! and the chain need no key and are spared by the fault modes.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::answer::Shape;
use super::{Sandbox, answer, discovery, documents, faults, kyc, orders, payout, settling, trading, users, webhooks};
use crate::sandbox::config::Dialect;
use crate::sandbox::{rpc, wire};

const PREFIX: &str = "/api/v1/partner";

/// All endpoints.
pub fn router(sandbox: Sandbox) -> Router {
    let api = order_routes()
        .merge(trading::routes())
        .merge(settling::routes())
        .layer(from_fn_with_state((sandbox.clone(), Shape::Partner), require_key))
        .merge(user_routes().layer(from_fn_with_state((sandbox.clone(), Shape::Plain), require_key)))
        .merge(estimates(&sandbox))
        .merge(discovery::partner_routes());
    Router::new()
        .nest(PREFIX, api)
        .nest("/api/v1", discovery::routes())
        .layer(from_fn_with_state(sandbox.clone(), faults::apply))
        .route("/health", get(health))
        .route("/rpc", post(chain))
        .route("/sandbox/tally", get(tally))
        .fallback(async || answer::plain_error(StatusCode::NOT_FOUND, "not_found"))
        .layer(from_fn_with_state(sandbox.clone(), date))
        .with_state(sandbox)
}

/// The baseline asks for the key, the newest documents do not.
fn estimates(sandbox: &Sandbox) -> Router<Sandbox> {
    match sandbox.config().dialect {
        Dialect::Baseline => {
            trading::estimates().layer(from_fn_with_state((sandbox.clone(), Shape::Partner), require_key))
        }
        Dialect::Newer => trading::estimates(),
    }
}

fn order_routes() -> Router<Sandbox> {
    Router::new()
        .route("/stats", get(orders::stats))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::one))
        .route("/orders/{id}/transfer-authorization-parameters", get(orders::parameters))
        .route("/orders/{id}/authorize-crypto-transfer", post(orders::authorize))
        .route("/orders/{id}/confirm-fiat-received", post(orders::confirm))
        .route("/orders/{id}/cancel", post(orders::cancel))
        .route("/orders/{id}/confirm-payment-sent", post(orders::payment_sent))
}

fn user_routes() -> Router<Sandbox> {
    Router::new()
        .route("/verify-auth", get(verify_auth))
        .route("/users", post(users::create))
        .route("/users/{id}", get(users::one))
        .route("/users/{id}/payment-details", get(users::payment_details).post(payout::create))
        .route("/users/{id}/payment-details/{number}", get(payout::one).delete(payout::delete))
        .merge(kyc_routes())
        .merge(webhook_routes())
}

fn kyc_routes() -> Router<Sandbox> {
    let documents = post(documents::upload).layer(DefaultBodyLimit::max(documents::MOST_READ));
    Router::new()
        .route("/users/{id}/kyc-submissions", post(kyc::submit))
        .route("/users/{id}/kyc/documents", documents)
        .route("/users/{id}/kyc/verify", post(kyc::verify))
        .route("/users/{id}/kyc", patch(kyc::update))
        .route("/users/{id}/verification-status", get(kyc::status))
}

fn webhook_routes() -> Router<Sandbox> {
    Router::new()
        .route("/webhooks", get(webhooks::show).post(webhooks::register))
        .route("/webhooks/test", post(webhooks::test))
        .route("/webhooks/{id}", delete(webhooks::delete))
}

async fn require_key(State((sandbox, shape)): State<(Sandbox, Shape)>, request: Request, next: Next) -> Response {
    let given = request.headers().get("x-api-key").map(HeaderValue::as_bytes);
    if given == Some(sandbox.config().api_key.as_bytes()) {
        next.run(request).await
    } else {
        answer::unauthorized(shape)
    }
}

/// `Date` is the virtual time, so that all the times of one server agree.
async fn date(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let date = sandbox.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(value) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}

async fn health(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({"status": "ok", "service": "api", "time": wire::time(sandbox.now())}))
}

async fn verify_auth() -> Response {
    answer::ok(json!({"message": "API key is valid", "authenticated": true}))
}

async fn chain(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let answer = sandbox.with_world(|world| rpc::answer(world.chain(), world.shown_now(), &body));
    answer.map_or_else(|| StatusCode::NO_CONTENT.into_response(), |value| Json(value).into_response())
}

async fn tally(State(sandbox): State<Sandbox>) -> Response {
    Json(sandbox.with_world(|world| world.tally().clone())).into_response()
}
