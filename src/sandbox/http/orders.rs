//! The endpoints of orders: reading, and the actions that move money.
//!
//! Each is a few lines: find the id, ask the world, dress the answer. Source: reference, sections
//! 5 and 6.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{Sandbox, answer, listing, tampering};
use crate::sandbox::wire;
use crate::sandbox::world::World;
use crate::sandbox::world::act::Refused;
use crate::sandbox::world::order::SimOrder;

/// The query of a request.
pub type Params = Result<Query<HashMap<String, String>>, QueryRejection>;

/// `GET /orders`.
pub async fn list(State(sandbox): State<Sandbox>, query: Params) -> Response {
    let Ok(Query(query)) = query else { return answer::invalid_request("invalid query") };
    match sandbox.with_world(|world| listing::page(world, &query)) {
        Ok(page) => answer::ok(page),
        Err(message) => answer::invalid_request(&message),
    }
}

/// `GET /stats`.
pub async fn stats(State(sandbox): State<Sandbox>) -> Response {
    sandbox.with_world(|world| answer::ok(wire::stats(world)))
}

/// `GET /orders/{order_id}`.
pub async fn one(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    let read = |world: &mut World, id| {
        let order = world.order(id).ok_or(Refused::NotFound)?;
        Ok(answer::ok(wire::order(world, order)))
    };
    with_id(&sandbox, &id, read)
}

/// `GET /orders/{order_id}/transfer-authorization-parameters`.
pub async fn parameters(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    let read = |world: &mut World, id| {
        let order = world.authorizable(id)?;
        let mut parameters = wire::parameters(world, order, sandbox.rpc_url());
        tampering::authorization(sandbox.chaos(), &mut parameters, order);
        Ok(answer::ok(parameters))
    };
    with_id(&sandbox, &id, read)
}

/// `POST /orders/{order_id}/authorize-crypto-transfer`.
pub async fn authorize(State(sandbox): State<Sandbox>, Path(id): Path<String>, body: Bytes) -> Response {
    with_id(&sandbox, &id, |world, id| world.authorize(id, &body).map(done))
}

/// `POST /orders/{order_id}/confirm-fiat-received`.
pub async fn confirm(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    with_id(&sandbox, &id, |world, id| world.confirm(id).map(done))
}

/// `POST /orders/{order_id}/cancel`.
pub async fn cancel(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    with_id(&sandbox, &id, |world, id| world.cancel(id).map(done))
}

/// `POST /orders/{order_id}/confirm-payment-sent` (on-ramp).
pub async fn payment_sent(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    with_id(&sandbox, &id, |world, id| world.payment_sent(id).map(done))
}

/// The compact answer to an action.
pub fn done(order: &SimOrder) -> Response {
    answer::ok(wire::compact(order))
}

/// Acts on the order of this id, or refuses as orders do.
pub fn with_id(
    sandbox: &Sandbox,
    id: &str,
    act: impl FnOnce(&mut World, Uuid) -> Result<Response, Refused>,
) -> Response {
    let Ok(id) = Uuid::try_parse(id) else { return answer::invalid_request("invalid order_id format") };
    sandbox.with_world(|world| act(world, id)).unwrap_or_else(IntoResponse::into_response)
}
