//! The endpoints of KYC data and their verification. Source: reference, section 3.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::users::{self, plain_refusal};
use super::{Sandbox, answer};
use crate::sandbox::config::Dialect;
use crate::sandbox::wire;
use crate::sandbox::world::kyc::Method;

/// `POST /users/{user_uuid}/kyc-submissions`.
pub async fn submit(State(sandbox): State<Sandbox>, Path(id): Path<String>, body: Bytes) -> Response {
    users::with_id(&sandbox, &id, |world, id| {
        let Some(body) = object(&body) else { return bad_body() };
        let method = match body.get("method").and_then(Value::as_str) {
            Some("direct_data") => Method::DirectData,
            Some("external_token") => Method::ExternalToken,
            Some("handoff") => Method::Handoff,
            None => return plain_refusal("required_fields_missing"),
            Some(_) => return plain_refusal("invalid_kyc_method"),
        };
        let empty = Map::new();
        let data = body.get("data").and_then(Value::as_object).unwrap_or(&empty);
        match world.submit_kyc(id, method, data) {
            Ok(()) => world.user(id).map_or_else(users::not_found, |user| answer::ok(wire::submitted(world, user))),
            Err(key) => plain_refusal(key),
        }
    })
}

/// `POST /users/{user_uuid}/kyc/verify`.
pub async fn verify(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    users::with_id(&sandbox, &id, |world, id| match world.verify_kyc(id) {
        Err(key) => plain_refusal(key),
        Ok(missing) if missing.is_empty() => {
            let status = world.user(id).map_or("IN_PROGRESS", |user| user.kyc_status);
            answer::ok(json!({"ready": true, "status": status, "message": "Verification has started"}))
        }
        Ok(missing) => answer::ok(json!({"ready": false, "missing": missing, "message": "Something is missing"})),
    })
}

/// `PATCH /users/{user_uuid}/kyc`.
pub async fn update(State(sandbox): State<Sandbox>, Path(id): Path<String>, body: Bytes) -> Response {
    users::with_id(&sandbox, &id, |world, id| {
        let Some(body) = object(&body) else { return bad_body() };
        match world.update_kyc(id, &body) {
            Ok(names) => answer::ok(json!({"updated_fields": names, "message": "KYC data updated"})),
            Err(key) => plain_refusal(key),
        }
    })
}

/// `GET /users/{user_uuid}/verification-status`.
pub async fn status(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    users::with_id(&sandbox, &id, |world, id| {
        world.user(id).map_or_else(users::not_found, |user| answer::ok(wire::verification(world, user)))
    })
}

/// `POST /users/{user_uuid}/kyc/documents` after its body was read: keeps one document.
pub fn keep(sandbox: &Sandbox, id: Uuid, kind: &str, file_name: &str) -> Result<Value, &'static str> {
    sandbox.with_world(|world| {
        let before = world.user(id).and_then(|user| user.kyc.running);
        let document = world.add_document(id, kind, file_name)?;
        let mut answer = json!({"document_id": document.id, "document_type": document.kind,
            "file_name": document.file_name, "message": "Document uploaded successfully"});
        let started = world.user(id).and_then(|user| user.kyc.running).filter(|_| before.is_none());
        if let (Some((session, _)), Dialect::Baseline, Some(answer)) =
            (started, world.dialect(), answer.as_object_mut())
        {
            answer.insert("message".to_owned(), "Document uploaded successfully, verification has started".into());
            answer.insert("verification_session_id".to_owned(), session.to_string().into());
            answer.insert("verification_status".to_owned(), "IN_PROGRESS".into());
        }
        Ok(answer)
    })
}

/// A JSON object, or nothing.
pub fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body).ok()
}

/// What is no JSON object.
pub fn bad_body() -> Response {
    answer::plain_error(StatusCode::BAD_REQUEST, "invalid request body")
}
