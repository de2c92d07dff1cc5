//! The key and users. Source: reference, section 3.
//!
//! No version of the API lists users: they are read one by one, by an id known from elsewhere.

use super::client::Client;
use super::error::ApiError;
use super::request::{Read, Write};
use super::wire::object::{Member, Object};
use super::wire::user::{read_created, read_user};
use crate::domain::user::CreatedUser;
use crate::domain::{Observed, User, UserId};

const LOST_USER: &str = "The user may have been created: create it again with the same user_ref, which answers with the same user; no money is involved.";

/// The HTTP status of something new.
const CREATED: u16 = 201;

impl Client {
    /// `GET /verify-auth`: whether the API accepts the key; the cheapest call there is.
    /// Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] with 401 for a wrong key, [`ApiError::Transport`],
    /// [`ApiError::Decode`] when it does not say that the key is accepted.
    pub async fn verify_auth(&self) -> Result<Observed<()>, ApiError> {
        self.read(Read::partner("/verify-auth"), read_verified).await
    }

    /// `POST /users`: creates the user of this `user_ref` (the partner's own id), or answers with
    /// the one that is there. One attempt. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: not created (400, 401). [`ApiError::OutcomeUnknown`]: it may have
    /// been. [`ApiError::Transport`] or [`ApiError::Setup`] (something is empty): nothing was sent.
    pub async fn create_user(&self, user_ref: &str, email: &str) -> Result<Observed<CreatedUser>, ApiError> {
        let (user_ref, email) = (user_ref.trim(), email.trim());
        if user_ref.is_empty() || email.is_empty() {
            return Err(ApiError::setup("a user needs a user_ref and an email"));
        }
        let body = serde_json::json!({ "user_ref": user_ref, "email": email });
        let write = Write::post("/users", LOST_USER).json(&body);
        self.write(write, |status, data| read_created(data, status == CREATED)).await
    }

    /// `GET /users/{user_uuid}`: one user with KYC and payment profiles. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401, 404), [`ApiError::Transport`], [`ApiError::Decode`] when it
    /// cannot be read or is another user than asked for.
    pub async fn user(&self, id: &UserId) -> Result<Observed<User>, ApiError> {
        self.read(Read::partner(&format!("/users/{id}")), |data| read_user(data, id)).await
    }
}

/// A `false` under a status of success is not believed to be a yes.
fn read_verified(data: &str) -> Result<(), String> {
    let object = Object::parse(data).map_err(|e| format!("the answer about the key: {e}"))?;
    match object.get("authenticated") {
        Member::Value("true") | Member::Nothing => Ok(()),
        _ => Err("the API does not say that the key is accepted".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        assert!(read_verified(r#"{"message":"ok","authenticated":true}"#).is_ok());
        for data in [r#"{"authenticated":false}"#, r#"{"authenticated":"no"}"#, "[]", "null"] {
            assert!(read_verified(data).is_err(), "{data}");
        }
    }
}
