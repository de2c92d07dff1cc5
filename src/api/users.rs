//! The key, users and their payment details. Source: reference, section 3.
//!
//! No version of the API lists users: they are read one by one, by an id known from elsewhere.

use super::client::{Client, Get};
use super::error::ApiError;
use super::exchange::LIST_LIMIT;
use super::wire::object::{Member, Object};
use super::wire::user::{read_profiles, read_user};
use crate::domain::{Observed, PaymentProfile, User, UserId};

impl Client {
    /// `GET /verify-auth`: whether the API accepts the key; the cheapest call there is.
    /// Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] with 401 for a wrong key, [`ApiError::Transport`],
    /// [`ApiError::Decode`] when it does not say that the key is accepted.
    pub async fn verify_auth(&self) -> Result<Observed<()>, ApiError> {
        self.get(Get::one("/verify-auth".to_owned()), read_verified).await
    }

    /// `GET /users/{user_uuid}`: one user with KYC and payment profiles. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401, 404), [`ApiError::Transport`], [`ApiError::Decode`] when it
    /// cannot be read or is another user than asked for.
    pub async fn user(&self, id: &UserId) -> Result<Observed<User>, ApiError> {
        self.get(Get::one(format!("/users/{id}")), |data| read_user(data, id)).await
    }

    /// `GET /users/{user_uuid}/payment-details`: where the user's fiat may go. Not paged.
    /// Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401, 404), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn payment_details(&self, id: &UserId) -> Result<Observed<Vec<PaymentProfile>>, ApiError> {
        let get = Get { limit: LIST_LIMIT, ..Get::one(format!("/users/{id}/payment-details")) };
        self.get(get, read_profiles).await
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
