//! Prices, quotes, and turning a quote into an order. Source: reference, section 4.
//!
//! An estimate reserves nothing and may be asked again; a quote is asked once, and a lost one costs
//! nothing but the next. Initiate makes an order: it is sent once and never again by itself.

use super::client::Client;
use super::error::ApiError;
use super::rails::word;
use super::request::{Read, Write, fit};
use super::wire::quote::{read_estimate, read_initiated, read_quote};
use super::wire::{bodies, same_id};
use crate::domain::order::Direction;
use crate::domain::quote::{Estimate, Initiated, OffRampQuoteRequest, OnRampQuoteRequest, PriceRequest, Quote};
use crate::domain::{Observed, QuoteId};

const LOST_ORDER: &str = "An order may have been made: look for a new order of this amount in the list before quoting again, because a second quote makes a second order.";

/// A quote about to become an order. Taken by value: one quote makes one order.
#[derive(Debug, PartialEq, Eq)]
pub struct Initiation {
    /// Which ramp the quote was asked on.
    pub direction: Direction,
    /// `quote_id`.
    pub quote: QuoteId,
    /// `reference_id`: the partner's own id of the order. It comes back here and never again.
    pub reference: Option<String>,
}

impl Client {
    /// `POST /{offramp|onramp}/estimate`: a price that binds nobody and reserves nothing; asked
    /// again like any read. Source: reference, section 4.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400 `INVALID_REQUEST`, 401, 409 `NO_OFFERS_AVAILABLE`, 500),
    /// [`ApiError::Transport`], [`ApiError::Decode`], [`ApiError::Setup`] for an amount not above zero.
    pub async fn estimate(&self, direction: Direction, price: &PriceRequest) -> Result<Observed<Estimate>, ApiError> {
        let read = Read::partner(&format!("/{}/estimate", word(direction))).asking(fit(bodies::estimate(price))?);
        self.read(read, |data| read_estimate(data, &price.crypto_currency, &price.fiat_currency)).await
    }

    /// `POST /offramp/quote`: a price held until its `expires_at`, for payment details of a user.
    /// Sent once. Source: reference, section 4.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400 `INVALID_REQUEST`, `RAIL_ROUTE_MISMATCH`; 401; 404
    /// `INVALID_PAYMENT_DETAILS`; 409 `NO_OFFERS_AVAILABLE`; 422 `KYC_NOT_CLEARED`; 500),
    /// [`ApiError::Transport`], [`ApiError::Decode`], [`ApiError::Setup`] for values that cannot be sent.
    pub async fn off_ramp_quote(&self, request: &OffRampQuoteRequest) -> Result<Observed<Quote>, ApiError> {
        let (crypto, fiat) = (&request.crypto_currency, &request.fiat_currency);
        let read = Read::partner("/offramp/quote").asking(fit(bodies::off_ramp_quote(request))?).once();
        self.read(read, |data| read_quote(data, Direction::OffRamp, crypto, fiat)).await
    }

    /// `POST /onramp/quote`: a price held until its `expires_at`. Sent once.
    /// Source: reference, section 4.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400 `INVALID_REQUEST`; 401; 404; 409 `NO_OFFERS_AVAILABLE`; 422
    /// `KYC_NOT_CLEARED`; 500), [`ApiError::Transport`], [`ApiError::Decode`], [`ApiError::Setup`]
    /// for an amount not above zero.
    pub async fn on_ramp_quote(&self, request: &OnRampQuoteRequest) -> Result<Observed<Quote>, ApiError> {
        let (crypto, fiat) = (&request.price.crypto_currency, &request.price.fiat_currency);
        let read = Read::partner("/onramp/quote").asking(fit(bodies::on_ramp_quote(request))?).once();
        self.read(read, |data| read_quote(data, Direction::OnRamp, crypto, fiat)).await
    }

    /// `POST /{offramp|onramp}/initiate`: makes the order of a quote. One attempt. The order read
    /// afterwards is the truth. Source: reference, section 4.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: no order was made (400; 401; 404 `QUOTE_NOT_FOUND`; 409
    /// `QUOTE_EXPIRED`, `PRICE_CHANGED_REQUOTE`, and `QUOTE_ALREADY_USED`, where an order exists
    /// already; 422 `KYC_NOT_CLEARED`, `SENDER_IDENTITY_REQUIRED`). [`ApiError::OutcomeUnknown`]: an
    /// order may exist (5xx, a lost or unreadable answer). [`ApiError::Transport`]: nothing was sent.
    pub async fn initiate(&self, initiation: Initiation) -> Result<Observed<Initiated>, ApiError> {
        let Initiation { direction, quote, reference } = initiation;
        let body = bodies::initiate(quote.as_str(), reference.as_deref());
        let write = Write::post(&format!("/{}/initiate", word(direction)), LOST_ORDER).json(&body);
        self.write(write, |_, data| of_quote(read_initiated(data)?, &quote)).await
    }
}

/// An answer about another quote says nothing about this one.
fn of_quote(new: Initiated, quote: &QuoteId) -> Result<Initiated, String> {
    match &new.quote {
        Some(other) if !same_id(other.as_str(), quote.as_str()) => {
            Err(format!("the answer is about another quote: {other}"))
        }
        _ => Ok(new),
    }
}
