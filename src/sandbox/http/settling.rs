//! The endpoints after an order was made: payer details, send-out, refund.
//!
//! Source: reference, sections 6.6 and 7.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::orders::{Params, done, with_id};
use super::{Sandbox, answer, tampering};
use crate::sandbox::wire_desk;

/// All of them.
pub fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/orders/{id}/submit-payer-details", post(payer_details))
        .route("/orders/{id}/refund-authorization-parameters", get(refund_parameters))
        .route("/orders/{id}/authorize-refund", post(refund))
        .route("/orders/{id}/bridge-authorization-parameters", get(bridge_parameters))
        .route("/orders/{id}/authorize-bridge", post(send_out))
        .route("/send-out/routes", get(send_out_routes))
}

async fn payer_details(State(sandbox): State<Sandbox>, Path(id): Path<String>, body: Bytes) -> Response {
    let message = json!({"message": "Payer details submitted"});
    with_id(&sandbox, &id, |world, id| world.payer_details(id, &body).map(|()| answer::ok(message)))
}

async fn refund_parameters(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    with_id(&sandbox, &id, |world, id| {
        let (order, transaction) = world.refundable(id)?;
        let mut told = wire_desk::refund(world, order, &transaction);
        let units = world.chain().balance(order.escrow);
        tampering::refund(sandbox.chaos(), &mut told, world.sender(), units);
        Ok(answer::ok(told))
    })
}

async fn refund(State(sandbox): State<Sandbox>, Path(id): Path<String>, body: Bytes) -> Response {
    with_id(&sandbox, &id, |world, id| {
        let hash = world.refund(id, &body)?;
        // Outside the list of statuses, as in the documents; the order itself keeps reading `cancelled`.
        Ok(answer::ok(json!({"order_id": id, "status": "refunded", "tx_hash": hash})))
    })
}

async fn bridge_parameters(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Params) -> Response {
    let Ok(query) = query else { return answer::invalid_request("invalid query") };
    let word = |key: &str| query.get(key).map_or("", String::as_str);
    let (chain, address) = (word("destination_chain"), word("destination_address"));
    with_id(&sandbox, &id, |world, id| {
        let quote = world.bridge_quote(id, chain, address)?;
        let order = world.order(id).ok_or(crate::sandbox::world::act::Refused::NotFound)?;
        let mut told = wire_desk::bridge(world, order, &quote, sandbox.rpc_url());
        tampering::send_out(sandbox.chaos(), &mut told, &quote);
        Ok(answer::ok(told))
    })
}

async fn send_out(State(sandbox): State<Sandbox>, Path(id): Path<String>, body: Bytes) -> Response {
    with_id(&sandbox, &id, |world, id| world.send_out(id, &body).map(done))
}

async fn send_out_routes(query: Params) -> Response {
    match query.as_ref().ok().and_then(|query| query.get("crypto")).filter(|crypto| !crypto.is_empty()) {
        Some(crypto) => answer::ok(wire_desk::routes(crypto)),
        None => answer::invalid_request("crypto is required").into_response(),
    }
}
