//! Reading orders. Source: reference, sections 5 and 6.1.

use super::client::Client;
use super::error::ApiError;
use super::request::Read;
use super::wire::page::{read_page, read_single};
use super::wire::parameters::read_parameters;
use super::wire::{OrdersPage, same_id};
use crate::domain::forward::TransferParameters;
use crate::domain::{Observed, Order, OrderId};

/// The most orders the API puts on a page.
pub const MAX_LIMIT: u32 = 100;

/// Which page of which orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrdersQuery {
    /// A status to filter by, in the API's words. A filter is not an equality test on the answered
    /// status: go by what each row says.
    pub status: Option<String>,
    /// The page, from 1.
    pub page: u32,
    /// Rows per page, held to 1..=100.
    pub limit: u32,
}

impl Default for OrdersQuery {
    fn default() -> Self {
        Self { status: None, page: 1, limit: MAX_LIMIT }
    }
}

impl OrdersQuery {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let page = ("page", self.page.max(1).to_string());
        let limit = ("limit", self.limit.clamp(1, MAX_LIMIT).to_string());
        let status = self.status.clone().map(|status| ("status", status));
        status.into_iter().chain([page, limit]).collect()
    }
}

impl Client {
    /// `GET /orders`: one page. Orders that cannot be read are set aside, the page goes on.
    /// Source: reference, section 5.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401; 400 for a status the server does not filter by),
    /// [`ApiError::Transport`], [`ApiError::Decode`] when there is no list of orders.
    pub async fn list_orders(&self, query: &OrdersQuery) -> Result<Observed<OrdersPage>, ApiError> {
        let page = query.page.max(1);
        let read = Read { query: query.pairs(), ..Read::partner("/orders").list() };
        self.read(read, |data| read_page(data, page)).await
    }

    /// `GET /orders/{order_id}`: one order. Source: reference, section 5.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401, 404), [`ApiError::Transport`], [`ApiError::Decode`] when it
    /// cannot be read or is another order than asked for.
    pub async fn order(&self, id: &OrderId) -> Result<Observed<Order>, ApiError> {
        self.read(Read::partner(&format!("/orders/{id}")), |data| asked_for(read_single(data)?, id)).await
    }

    /// `GET /orders/{order_id}/transfer-authorization-parameters`: what is to be signed.
    /// Source: reference, section 6.1.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401, 404; 409 while nobody has accepted the order),
    /// [`ApiError::Transport`], [`ApiError::Decode`] naming every missing or malformed field.
    pub async fn transfer_parameters(&self, id: &OrderId) -> Result<Observed<TransferParameters>, ApiError> {
        let path = format!("/orders/{id}/transfer-authorization-parameters");
        self.read(Read::partner(&path), |data| read_parameters(data, id)).await
    }
}

fn asked_for(order: Order, id: &OrderId) -> Result<Order, String> {
    if same_id(order.id.as_str(), id.as_str()) {
        Ok(order)
    } else {
        Err(format!("asked for order {id}, got {}", order.id))
    }
}
