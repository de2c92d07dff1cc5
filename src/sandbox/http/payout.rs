//! The endpoints of payment details. Source: reference, section 3.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::users::{self, plain_refusal};
use super::{Sandbox, answer, kyc};
use crate::sandbox::config::Dialect;
use crate::sandbox::wire;
use crate::sandbox::world::payout::{Kept, NewProfile};

const ID_NAME: &str = "payment_details_id";

#[derive(Deserialize)]
struct Given {
    rail: String,
    currency: String,
    institution_id: Option<String>,
    details: Map<String, Value>,
}

/// `POST /users/{user_uuid}/payment-details`.
pub async fn create(State(sandbox): State<Sandbox>, Path(id): Path<String>, body: Bytes) -> Response {
    users::with_id(&sandbox, &id, |world, id| {
        let given = kyc::object(&body).and_then(|object| serde_json::from_value::<Given>(object.into()).ok());
        let Some(given) = given else {
            return plain_refusal("invalid_payment_details");
        };
        let new = NewProfile {
            rail: given.rail,
            currency: given.currency,
            institution: given.institution_id.filter(|text| !text.trim().is_empty()),
            details: given.details,
        };
        match world.add_profile(id, &new) {
            Ok(profile) => answer::success(StatusCode::CREATED, wire::profile(&profile, ID_NAME)),
            Err(bad) if world.dialect() == Dialect::Newer => {
                let text = format!("recipient details are incomplete or invalid: {}", bad.join(", "));
                answer::bare_error(StatusCode::UNPROCESSABLE_ENTITY, &text)
            }
            Err(_) => plain_refusal("invalid_payment_details"),
        }
    })
}

/// `GET /users/{user_uuid}/payment-details/{payment_details_id}`.
pub async fn one(State(sandbox): State<Sandbox>, Path((id, number)): Path<(String, String)>) -> Response {
    users::with_id(&sandbox, &id, |world, id| {
        let Ok(number) = number.parse::<u32>() else { return plain_refusal("invalid payment_details_id format") };
        let profile = world.user(id).and_then(|user| user.profiles.iter().find(|profile| profile.id == number));
        profile.map_or_else(unknown, |profile| answer::ok(wire::profile(profile, ID_NAME)))
    })
}

/// `DELETE /users/{user_uuid}/payment-details/{payment_details_id}`.
pub async fn delete(State(sandbox): State<Sandbox>, Path((id, number)): Path<(String, String)>) -> Response {
    users::with_id(&sandbox, &id, |world, id| {
        let Ok(number) = number.parse() else { return unknown() };
        match world.delete_profile(id, number) {
            Ok(()) => answer::ok(json!({"message": "Payment details deleted successfully"})),
            Err(Kept::Unknown) => unknown(),
            Err(Kept::InUse) => answer::plain_error(StatusCode::CONFLICT, "payment_details_linked_to_active_offers"),
        }
    })
}

fn unknown() -> Response {
    answer::plain_error(StatusCode::NOT_FOUND, "payment_details_not_found")
}
