//! The endpoints of users and their payment details.
//!
//! No endpoint lists users. Errors are `ErrorResponse`. Source: reference, section 3.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{Sandbox, answer, kyc};
use crate::sandbox::wire;
use crate::sandbox::world::World;
use crate::sandbox::world::people::SimUser;

#[derive(Deserialize)]
struct NewUser {
    #[serde(default)]
    user_ref: String,
    #[serde(default)]
    email: String,
}

/// `POST /users`: create, or get by `user_ref`.
pub async fn create(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    // By way of an object: a list would do for the fields of a struct as well.
    let Some(new) = kyc::object(&body).and_then(|object| serde_json::from_value::<NewUser>(object.into()).ok()) else {
        return kyc::bad_body();
    };
    if new.user_ref.trim().is_empty() || !new.email.contains('@') {
        return answer::plain_error(StatusCode::BAD_REQUEST, "required_fields_missing");
    }
    sandbox.with_world(|world| {
        let (created, user) = world.create_user(&new.user_ref, &new.email);
        let status = if created { StatusCode::CREATED } else { StatusCode::OK };
        answer::success(status, wire::created_user(world, &user))
    })
}

/// `GET /users/{user_uuid}`.
pub async fn one(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    with_user(&sandbox, &id, |world, user| answer::ok(wire::user(world, user)))
}

/// `GET /users/{user_uuid}/payment-details`.
pub async fn payment_details(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    let list =
        |user: &SimUser| user.profiles.iter().map(|p| wire::profile(p, "payment_details_id")).collect::<Vec<_>>();
    with_user(&sandbox, &id, |_, user| answer::ok(list(user)))
}

fn with_user(sandbox: &Sandbox, id: &str, show: impl FnOnce(&World, &SimUser) -> Response) -> Response {
    with_id(sandbox, id, |world, id| world.user(id).map_or_else(not_found, |user| show(world, user)))
}

/// Acts on the user of a path, or answers that there is none.
pub fn with_id(sandbox: &Sandbox, id: &str, act: impl FnOnce(&mut World, Uuid) -> Response) -> Response {
    let Ok(id) = Uuid::try_parse(id) else { return plain_refusal("invalid user_uuid format") };
    sandbox.with_world(|world| if world.user(id).is_some() { act(world, id) } else { not_found() })
}

/// 404.
pub fn not_found() -> Response {
    answer::plain_error(StatusCode::NOT_FOUND, "user_not_found")
}

/// 400 with a key.
pub fn plain_refusal(key: &'static str) -> Response {
    answer::plain_error(StatusCode::BAD_REQUEST, key)
}
