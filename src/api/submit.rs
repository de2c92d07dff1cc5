//! The one call that moves money. Source: reference, sections 6.3 to 6.6 and 7.
//!
//! It takes the submission by value and sends it exactly once, on a fresh connection. Whatever the
//! answer says about the order, the order read afterwards is the truth.

use reqwest::{Method, RequestBuilder};

use super::client::{Client, empty};
use super::error::ApiError;
use super::exchange::{SINGLE_LIMIT, exchange};
use super::outcome;
use super::request::{fit, partner};
use super::wire::authorize::{AuthorizeBody, RefundBody, SendOutBody};
use super::wire::bodies;
use crate::domain::stage::{Content, Submission};
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
    /// `POST /orders/{order_id}/{authorize-crypto-transfer|confirm-fiat-received|cancel|
    /// confirm-payment-sent|submit-payer-details|authorize-bridge|authorize-refund}`, one attempt,
    /// never repeated. Source: reference, sections 6.3 to 6.6 and 7.
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
        match (submission.action(), submission.content()) {
            (ActionKind::ConfirmFiat | ActionKind::Cancel | ActionKind::PaymentSent, Content::Bare) => {
                Ok(empty(request))
            }
            (ActionKind::Authorize, Content::Forward(signed)) => Ok(request.json(&AuthorizeBody::from(signed))),
            (ActionKind::PayerDetails, Content::Payer(payer)) => Ok(request.json(&fit(bodies::payer(payer))?)),
            (ActionKind::SendOut, Content::SendOut(signed)) => Ok(request.json(&SendOutBody::from(&**signed))),
            (ActionKind::Refund, Content::Refund(signature)) => Ok(request.json(&RefundBody::from(signature))),
            _ => Err(ApiError::setup("the content is not that of the action")),
        }
    }
}

#[cfg(test)]
#[path = "submit_tests.rs"]
mod tests;
