//! What a refund needs before it can be signed. Source: reference, section 6.6. Only in the newer API.
//!
//! Submitting one goes through [`Client::submit`] like every action on an order.

use super::client::Client;
use super::error::ApiError;
use super::request::Read;
use super::wire::chain::read_refund;
use crate::domain::refund::RefundParameters;
use crate::domain::{Observed, OrderId};

impl Client {
    /// `GET /orders/{order_id}/refund-authorization-parameters`: the escrow's transaction that is
    /// to be signed to get funded crypto back. Source: reference, section 6.6.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401; 404; 409 `INVALID_STATUS`: nothing is owed any more; 409
    /// `OPERATION_NOT_ALLOWED`: held for review, not to be repeated), [`ApiError::Transport`],
    /// [`ApiError::Decode`] naming every missing or malformed field.
    pub async fn refund_parameters(&self, id: &OrderId) -> Result<Observed<RefundParameters>, ApiError> {
        let read = Read::partner(&format!("/orders/{id}/refund-authorization-parameters"));
        self.read(read, |data| read_refund(data, id)).await
    }
}
