//! What a send-out needs before it can be signed. Source: reference, section 7.
//!
//! Submitting one goes through [`Client::submit`] like every action on an order.

use super::client::Client;
use super::error::ApiError;
use super::request::Read;
use super::wire::chain::{read_bridge, read_routes};
use crate::domain::send_out::{BridgeParameters, Destination, SendOutRoute};
use crate::domain::{Observed, OrderId};

impl Client {
    /// `GET /send-out/routes`: where a token can be sent. Only in the newer API.
    /// Source: reference, section 7.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400; 401; 404 from an older server), [`ApiError::Transport`],
    /// [`ApiError::Decode`].
    pub async fn send_out_routes(&self, crypto: &str) -> Result<Observed<Vec<SendOutRoute>>, ApiError> {
        self.read(Read::partner("/send-out/routes").list().with("crypto", Some(crypto)), read_routes).await
    }

    /// `GET /orders/{order_id}/bridge-authorization-parameters`: what is to be signed to send the
    /// crypto of a completed order to `destination`. Each call brings a quote of its own.
    /// Source: reference, section 7.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400 for the destination, 401, 404, 409 while the order is not
    /// `completed`), [`ApiError::Transport`], [`ApiError::Decode`] naming every missing, malformed
    /// or contradictory field.
    pub async fn bridge_parameters(
        &self,
        id: &OrderId,
        destination: &Destination,
    ) -> Result<Observed<BridgeParameters>, ApiError> {
        let read = Read::partner(&format!("/orders/{id}/bridge-authorization-parameters"))
            .with("destination_chain", Some(destination.chain.clone()))
            .with("destination_address", Some(destination.address.clone()));
        self.read(read, |data| read_bridge(data, id)).await
    }
}
