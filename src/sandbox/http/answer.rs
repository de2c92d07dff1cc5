//! The envelopes: success, and the two baseline shapes of an error.
//!
//! Which shape an endpoint uses is part of its contract: orders answer `PartnerErrorResponse`,
//! users and the key check answer `ErrorResponse`. Source: reference, sections 1 and 12.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::sandbox::world::act::Refused;

/// Which of the two error envelopes an endpoint answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{"success":false,"error":{"code","message","details"}}`.
    Partner,
    /// `{"success":false,"data":{"error_key"}}`.
    Plain,
}

/// 200 with `data`.
pub fn ok(data: impl Serialize) -> Response {
    success(StatusCode::OK, data)
}

/// A success with `data`.
pub fn success(status: StatusCode, data: impl Serialize) -> Response {
    (status, Json(json!({"success": true, "data": data}))).into_response()
}

/// `PartnerErrorResponse`.
pub fn partner_error(status: StatusCode, code: &str, message: &str) -> Response {
    let error = json!({"code": code, "message": message, "details": null});
    (status, Json(json!({"success": false, "error": error}))).into_response()
}

/// `ErrorResponse`.
pub fn plain_error(status: StatusCode, key: &str) -> Response {
    (status, Json(json!({"success": false, "data": {"error_key": key}}))).into_response()
}

/// The bare text of the newest documents.
pub fn bare_error(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({"success": false, "error": text}))).into_response()
}

/// 401 in the endpoint's shape.
pub fn unauthorized(shape: Shape) -> Response {
    match shape {
        Shape::Partner => partner_error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "invalid or missing API key"),
        Shape::Plain => plain_error(StatusCode::UNAUTHORIZED, "unauthorized"),
    }
}

/// 400 `INVALID_REQUEST`.
pub fn invalid_request(message: &str) -> Response {
    partner_error(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => partner_error(StatusCode::NOT_FOUND, "ORDER_NOT_FOUND", "order not found"),
            Self::Invalid(message) => invalid_request(&message),
            Self::Status(message) => partner_error(StatusCode::CONFLICT, "INVALID_STATUS", &message),
            Self::NotAllowed(message) => partner_error(StatusCode::BAD_REQUEST, "OPERATION_NOT_ALLOWED", &message),
            Self::Held(message) => partner_error(StatusCode::CONFLICT, "OPERATION_NOT_ALLOWED", &message),
            Self::Transactor(message) => partner_error(StatusCode::BAD_GATEWAY, "TRANSACTOR_ERROR", &message),
            Self::Balance(message) => partner_error(StatusCode::UNPROCESSABLE_ENTITY, "INSUFFICIENT_BALANCE", &message),
        }
    }
}
