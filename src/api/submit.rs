//! The one call that moves money. Source: reference, sections 6.3 to 6.5.
//!
//! It takes the submission by value and sends it exactly once, on a fresh connection. Whatever the
//! answer says about the order, the order read afterwards is the truth.

use reqwest::{Method, RequestBuilder};

use super::client::{Client, empty};
use super::error::ApiError;
use super::exchange::{SINGLE_LIMIT, exchange};
use super::outcome;
use super::request::partner;
use super::wire::authorize::AuthorizeBody;
use crate::domain::stage::Submission;
use crate::domain::{ActionKind, Observed, Status};

/// The API's yes to a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The status the answer mentions, if any. Read the order to know.
    pub status: Option<Status>,
    /// Words of the answer, visible and cut.
    pub body_note: Option<String>,
}

impl Client {
    /// `POST /orders/{order_id}/{authorize-crypto-transfer|confirm-fiat-received|cancel}`, one
    /// attempt, never repeated. Source: reference, sections 6.3, 6.4 and 6.5.
    ///
    /// # Errors
    /// [`ApiError::Transport`] or [`ApiError::Setup`]: nothing was sent. [`ApiError::Rejected`]: the
    /// API refused (4xx), nothing was done. [`ApiError::OutcomeUnknown`]: anything else, for example
    /// a timeout, a lost connection, 5xx, 408, 3xx or an unreadable answer.
    pub async fn submit(&self, submission: Submission) -> Result<Observed<Accepted>, ApiError> {
        let request = self.request(&submission)?;
        let answer = exchange(request, self.clock(), SINGLE_LIMIT).await;
        let answer = answer.map_err(outcome::lost_submission)?;
        tracing::info!(order = %submission.order(), action = %submission.action(), status = answer.status, "submitted");
        let accepted = outcome::of_submission(&answer, submission.order())?;
        Ok(answer.observed(accepted))
    }

    fn request(&self, submission: &Submission) -> Result<RequestBuilder, ApiError> {
        let path = partner(&format!("/orders/{}/{}", submission.order(), submission.action().entry().wire()));
        let request = self.send(Method::POST, &path);
        match (submission.action(), submission.signed()) {
            (ActionKind::Authorize, Some(signed)) => Ok(request.json(&AuthorizeBody::from(signed))),
            (ActionKind::ConfirmFiat | ActionKind::Cancel, None) => Ok(empty(request)),
            (ActionKind::Authorize, None) => Err(ApiError::setup("an authorization without a signature")),
            (_, Some(_)) => Err(ApiError::setup("a signature where none belongs")),
        }
    }
}
