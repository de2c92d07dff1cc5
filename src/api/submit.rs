//! The one call that moves money. Source: reference, sections 6.3 to 6.6 and 7.
//!
//! It takes the submission by value and sends it exactly once, on a fresh connection. Whatever the
//! answer says about the order, the order read afterwards is the truth.

use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, RequestBuilder};

use super::client::{Client, empty};
use super::error::ApiError;
use super::exchange::{Answer, SINGLE_LIMIT, exchange};
use super::outcome;
use super::request::{fit, partner};
use super::wire::authorize::{AuthorizeBody, RefundBody, SendOutBody};
use super::wire::bodies;
use crate::domain::resend::Resubmission;
use crate::domain::stage::{Content, Submission};
use crate::domain::time::ClockSkew;
use crate::domain::{ActionKind, Observed, OrderId, Status};

/// The API's yes to a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The status the answer mentions, if any. Read the order to know.
    pub status: Option<Status>,
    /// Words of the answer, visible and cut.
    pub body_note: Option<String>,
}

/// What an answer said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerNote {
    /// The HTTP status.
    pub http_status: u16,
    /// The API's id of the request, visible and cut.
    pub request_id: Option<String>,
    /// The server's clock against ours.
    pub skew: Option<ClockSkew>,
}

impl AnswerNote {
    fn of(answer: &Answer) -> Self {
        let skew = answer.observed(()).skew();
        Self { http_status: answer.status, request_id: answer.request_id.clone(), skew }
    }
}

/// A signed request as it goes out. What the journal keeps before it is sent, and [`Client::submit`]
/// sends, is made here, so both have the same bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// The path below the API's address.
    pub path: String,
    /// The body.
    pub body: String,
}

impl fmt::Debug for SignedRequest {
    /// A signature is worth money until its deadline: it is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedRequest({}, ..)", self.path)
    }
}

impl SignedRequest {
    /// The request of a submission that carries a signature; `None` for others.
    ///
    /// # Errors
    /// [`ApiError::Setup`] if the content is not that of the action; nothing may be sent then.
    pub fn of(submission: &Submission) -> Result<Option<Self>, ApiError> {
        let body = match (submission.action(), submission.content()) {
            (ActionKind::Authorize, Content::Forward(signed)) => serde_json::to_string(&AuthorizeBody::from(signed)),
            (ActionKind::SendOut, Content::SendOut(signed)) => serde_json::to_string(&SendOutBody::from(&**signed)),
            (ActionKind::Refund, Content::Refund(signature)) => serde_json::to_string(&RefundBody::from(signature)),
            (_, Content::Bare | Content::Payer(_)) => return Ok(None),
            _ => return Err(ApiError::setup("the content is not that of the action")),
        };
        let body = body.map_err(|e| ApiError::setup(&e.to_string()))?;
        Ok(Some(Self { path: path(submission.order(), submission.action()), body }))
    }
}

fn path(order: &OrderId, action: ActionKind) -> String {
    partner(&format!("/orders/{order}/{}", action.entry().wire()))
}

impl Client {
    /// `POST /orders/{order_id}/{authorize-crypto-transfer|confirm-fiat-received|cancel|
    /// confirm-payment-sent|submit-payer-details|authorize-bridge|authorize-refund}`, one attempt,
    /// never repeated. Source: reference, sections 6.3 to 6.6 and 7.
    ///
    /// # Errors
    /// [`ApiError::Transport`], [`ApiError::Held`] or [`ApiError::Setup`]: nothing was sent.
    /// [`ApiError::Rejected`]: the API refused (4xx), nothing was done.
    /// [`ApiError::OutcomeUnknown`]: anything else, for example a timeout, a lost connection, 5xx,
    /// 408, 3xx or an unreadable answer.
    pub async fn submit(&self, submission: Submission) -> Result<Observed<Accepted>, ApiError> {
        self.submit_noting(submission).await.1
    }

    /// As [`Self::submit`], and what the answer said about itself, whatever it means.
    pub async fn submit_noting(
        &self,
        submission: Submission,
    ) -> (Option<AnswerNote>, Result<Observed<Accepted>, ApiError>) {
        let request = match self.request(&submission) {
            Ok(request) => request,
            Err(error) => return (None, Err(error)),
        };
        self.once(request, submission.order(), submission.action()).await
    }

    /// Sends what was signed and sent before, the very same bytes, one attempt. A refusal says nothing
    /// about the first one: it may be what the second was refused for.
    ///
    /// # Errors
    /// As [`Self::submit`]; also [`ApiError::Setup`] if the kept path is not that of the action.
    pub async fn resubmit_noting(
        &self,
        again: Resubmission,
    ) -> (Option<AnswerNote>, Result<Observed<Accepted>, ApiError>) {
        let (order, action) = (again.order().clone(), again.action());
        let path = path(&order, action);
        if again.path() != path {
            return (None, Err(ApiError::setup("what the journal kept is not a request of this action")));
        }
        let request = self.json(&path, again.into_body());
        self.once(request, &order, action).await
    }

    async fn once(
        &self,
        request: RequestBuilder,
        order: &OrderId,
        action: ActionKind,
    ) -> (Option<AnswerNote>, Result<Observed<Accepted>, ApiError>) {
        match exchange(request, self.outbox(), SINGLE_LIMIT).await {
            Ok(answer) => {
                tracing::info!(%order, %action, status = answer.status, "submitted");
                let judged = outcome::of_submission(&answer, order).map(|accepted| answer.observed(accepted));
                (Some(AnswerNote::of(&answer)), judged)
            }
            Err(lost) => (None, Err(outcome::lost_submission(lost))),
        }
    }

    fn json(&self, path: &str, body: String) -> RequestBuilder {
        let json = HeaderValue::from_static("application/json");
        self.send(Method::POST, path).header(CONTENT_TYPE, json).body(body)
    }

    fn request(&self, submission: &Submission) -> Result<RequestBuilder, ApiError> {
        if let Some(signed) = SignedRequest::of(submission)? {
            return Ok(self.json(&signed.path, signed.body));
        }
        let request = self.send(Method::POST, &path(submission.order(), submission.action()));
        match (submission.action(), submission.content()) {
            (ActionKind::ConfirmFiat | ActionKind::Cancel | ActionKind::PaymentSent, Content::Bare) => {
                Ok(empty(request))
            }
            (ActionKind::PayerDetails, Content::Payer(payer)) => Ok(request.json(&fit(bodies::payer(payer))?)),
            _ => Err(ApiError::setup("the content is not that of the action")),
        }
    }
}

#[cfg(test)]
#[path = "submit_tests.rs"]
mod tests;
