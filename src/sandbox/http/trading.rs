//! The endpoints that make prices, quotes and orders. Source: reference, section 4.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;

use super::{Sandbox, answer};
use crate::domain::Direction::{self, OffRamp, OnRamp};
use crate::sandbox::wire_desk;
use crate::sandbox::world::World;
use crate::sandbox::world::ask::Ask;
use crate::sandbox::world::denied::Denied;
use crate::sandbox::world::initiating::Initiate;

/// Estimates.
pub fn estimates() -> Router<Sandbox> {
    Router::new()
        .route("/offramp/estimate", post(async |state, body| estimate(&state, OffRamp, &body)))
        .route("/onramp/estimate", post(async |state, body| estimate(&state, OnRamp, &body)))
}

/// What needs the key.
pub fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/offramp/quote", post(off_ramp_quote))
        .route("/onramp/quote", post(on_ramp_quote))
        .route("/offramp/initiate", post(async |state, body| initiate(&state, OffRamp, &body)))
        .route("/onramp/initiate", post(async |state, body| initiate(&state, OnRamp, &body)))
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let (status, code, message) = self.answer();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let error = json!({"code": code, "message": message, "details": self.details()});
        (status, Json(json!({"success": false, "error": error}))).into_response()
    }
}

fn estimate(State(sandbox): &State<Sandbox>, direction: Direction, body: &Bytes) -> Response {
    let price = |world: &mut World| world.estimate(direction, &Ask::parse(body)?);
    sandbox.with_world(price).map_or_else(IntoResponse::into_response, |e| answer::ok(wire_desk::estimate(&e)))
}

async fn off_ramp_quote(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let quote = |world: &mut World| world.off_ramp_quote(&Ask::parse(&body)?);
    sandbox.with_world(quote).map_or_else(IntoResponse::into_response, |q| answer::ok(wire_desk::quote(&q)))
}

async fn on_ramp_quote(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let quote = |world: &mut World| world.on_ramp_quote(&Ask::parse(&body)?);
    sandbox.with_world(quote).map_or_else(IntoResponse::into_response, |q| answer::ok(wire_desk::quote(&q)))
}

fn initiate(State(sandbox): &State<Sandbox>, direction: Direction, body: &Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Initiate>(body) else {
        return answer::invalid_request("quote_id is required");
    };
    sandbox.with_world(|world| {
        let made = world.initiate(direction, &body).map(|(order, quote)| (order.clone(), quote.clone()));
        match made {
            Ok((order, quote)) => {
                let data = wire_desk::initiated(world, &order, &quote, body.reference_id.as_deref());
                answer::success(StatusCode::CREATED, data)
            }
            Err(denied) => denied.into_response(),
        }
    })
}
