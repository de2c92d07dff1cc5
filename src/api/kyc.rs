//! Knowing the customer: submitting, changing and watching KYC. Source: reference, section 3.
//!
//! Every write is sent once. None of them moves money, and each can be looked up in the user's
//! verification afterwards. What is sent is personal data: only paths are ever logged.

use reqwest::Method;

use super::client::Client;
use super::error::ApiError;
use super::request::{Read, Write, fit};
use super::wire::bodies;
use super::wire::kyc::{read_answer, read_documents, read_readiness, read_updated, read_verification};
use crate::domain::kyc::{
    DocumentLink, KycAnswer, KycChange, KycReadiness, KycSubmission, KycUpdated, MAX_LINKS, StoredDocuments,
    Verification,
};
use crate::domain::{Observed, UserId};

/// What to do when nobody knows whether something about KYC arrived.
pub(super) const LOST: &str =
    "It may or may not have arrived: look at the user's verification before sending it again; no money is involved.";

impl Client {
    /// `POST /users/{user_uuid}/kyc-submissions`: submits KYC by one of the three methods. For
    /// `handoff` the answer carries the address where the customer goes on. One attempt.
    /// Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: not taken (400 with `underage_not_allowed`, `invalid_date_of_birth`,
    /// `invalid_identity_number_type` or others; 401; 404). [`ApiError::OutcomeUnknown`]: it may have
    /// been taken. [`ApiError::Transport`]: nothing was sent.
    pub async fn submit_kyc(&self, user: &UserId, kyc: &KycSubmission) -> Result<Observed<KycAnswer>, ApiError> {
        let write = Write::post(&format!("/users/{user}/kyc-submissions"), LOST).json(&bodies::kyc(kyc));
        self.write(write, |_, data| read_answer(data)).await
    }

    /// `PATCH /users/{user_uuid}/kyc`: adds or changes fields, all or nothing; also what
    /// `update_kyc_address` asks for. Read `fields` of the answer: blank values are ignored. One
    /// attempt. Source: reference, section 3. The list of fields is the newer API's.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: nothing was changed (400 `no_valid_kyc_fields`, `invalid_field_value`
    /// and others; 401; 404). [`ApiError::OutcomeUnknown`]: it may have been changed.
    /// [`ApiError::Transport`] or [`ApiError::Setup`] (nothing to change): nothing was sent.
    pub async fn update_kyc(&self, user: &UserId, change: &KycChange) -> Result<Observed<KycUpdated>, ApiError> {
        let body = fit(bodies::kyc_change(change))?;
        let write = Write::new(Method::PATCH, &format!("/users/{user}/kyc"), LOST).json(&body);
        self.write(write, |_, data| read_updated(data)).await
    }

    /// `POST /users/{user_uuid}/kyc/verify`: starts the verification of what was submitted, or says
    /// what is missing. Only in the newer API. One attempt. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: not started (400 when KYC was not submitted as `direct_data`; 401;
    /// 404). [`ApiError::OutcomeUnknown`]: it may have started. [`ApiError::Transport`]: nothing was
    /// sent.
    pub async fn verify_kyc(&self, user: &UserId) -> Result<Observed<KycReadiness>, ApiError> {
        self.write(Write::post(&format!("/users/{user}/kyc/verify"), LOST), |_, data| read_readiness(data)).await
    }

    /// `GET /users/{user_uuid}/verification-status`: how the verification stands, of the given one
    /// or of the latest. Only `VERIFIED` is cleared. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401, 404, 500), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn verification(
        &self,
        user: &UserId,
        verification: Option<&str>,
    ) -> Result<Observed<Verification>, ApiError> {
        let read = Read::partner(&format!("/users/{user}/verification-status")).with("verification_id", verification);
        self.read(read, read_verification).await
    }

    /// `POST /users/{user_uuid}/kyc/documents` as JSON: documents that are at addresses already, at
    /// most [`MAX_LINKS`]. Some may be taken and others not: see `errors` of the answer. One attempt.
    /// Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: none was taken (400, 401, 404). [`ApiError::OutcomeUnknown`]: some may
    /// have been. [`ApiError::Transport`] or [`ApiError::Setup`] (none or too many): nothing was sent.
    pub async fn link_documents(
        &self,
        user: &UserId,
        links: &[DocumentLink],
    ) -> Result<Observed<StoredDocuments>, ApiError> {
        let body = match links {
            [] => return Err(ApiError::setup("no document is given")),
            [one] => bodies::link(one),
            many if many.len() > MAX_LINKS => return Err(ApiError::setup("at most 10 documents at a time")),
            many => bodies::links(many),
        };
        let write = Write::post(&format!("/users/{user}/kyc/documents"), LOST).json(&body);
        self.write(write, |_, data| read_documents(data)).await
    }
}
