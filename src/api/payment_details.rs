//! Where a user's fiat goes: list, look at, create, delete. Source: reference, section 3.
//!
//! Account numbers and names: personal data, never in a log.

use reqwest::Method;

use super::client::Client;
use super::error::ApiError;
use super::request::{Read, Write};
use super::wire::bodies;
use super::wire::same_id;
use super::wire::user::{read_one_profile, read_profiles};
use super::wire::webhook::read_message;
use crate::domain::payment::NewPaymentProfile;
use crate::domain::{Observed, PaymentDetailsId, PaymentProfile, UserId};

const LOST_NEW: &str = "The payment details may have been saved: list the user's payment details before creating them again; no money is involved.";
const LOST_DELETED: &str = "The payment details may be gone: list the user's payment details; no money is involved.";

impl Client {
    /// `GET /users/{user_uuid}/payment-details`: where the user's fiat may go. Not paged.
    /// Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401, 404, 500), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn payment_details(&self, user: &UserId) -> Result<Observed<Vec<PaymentProfile>>, ApiError> {
        self.read(Read::partner(&format!("/users/{user}/payment-details")).list(), read_profiles).await
    }

    /// `GET /users/{user_uuid}/payment-details/{payment_details_id}`: one of them. Only in the
    /// newer API. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400, 401, 404, 500; 404 or 405 from an older server),
    /// [`ApiError::Transport`], [`ApiError::Decode`] when it cannot be read or is another one.
    pub async fn payment_detail(
        &self,
        user: &UserId,
        id: &PaymentDetailsId,
    ) -> Result<Observed<PaymentProfile>, ApiError> {
        let read = Read::partner(&format!("/users/{user}/payment-details/{id}"));
        self.read(read, |data| asked_for(read_one_profile(data)?, id)).await
    }

    /// `POST /users/{user_uuid}/payment-details`: saves payment details. One attempt.
    /// Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: not saved (400 `invalid_payment_details`; 401; 404; 422 with the bad
    /// fields in the message, see `Rejection::names`). [`ApiError::OutcomeUnknown`]: it may have
    /// been saved. [`ApiError::Transport`]: nothing was sent.
    pub async fn create_payment_details(
        &self,
        user: &UserId,
        new: &NewPaymentProfile,
    ) -> Result<Observed<PaymentProfile>, ApiError> {
        let write = Write::post(&format!("/users/{user}/payment-details"), LOST_NEW);
        self.write(write.json(&bodies::payment_profile(new)), |_, data| read_one_profile(data)).await
    }

    /// `DELETE /users/{user_uuid}/payment-details/{payment_details_id}`; answers the API's words.
    /// One attempt. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: still there (401, 404, 409 while linked to active offers).
    /// [`ApiError::OutcomeUnknown`]: it may be gone. [`ApiError::Transport`]: nothing was sent.
    pub async fn delete_payment_details(
        &self,
        user: &UserId,
        id: &PaymentDetailsId,
    ) -> Result<Observed<Option<String>>, ApiError> {
        let write = Write::new(Method::DELETE, &format!("/users/{user}/payment-details/{id}"), LOST_DELETED);
        self.write(write, |_, data| read_message(data)).await
    }
}

fn asked_for(profile: PaymentProfile, id: &PaymentDetailsId) -> Result<PaymentProfile, String> {
    if same_id(profile.id.as_str(), id.as_str()) {
        Ok(profile)
    } else {
        Err(format!("asked for payment details {id}, got {}", profile.id))
    }
}
