//! Why the platform makes no price, no quote, or no order. Source: reference, sections 4 and 12.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::sandbox::wire;

/// Why not.
#[derive(Debug, Clone, PartialEq)]
pub enum Denied {
    /// 400 `INVALID_REQUEST`.
    Invalid(String),
    /// 404 `INVALID_REQUEST`: no such user.
    UnknownUser,
    /// 404 `INVALID_PAYMENT_DETAILS`.
    PaymentDetails,
    /// 400 `RAIL_ROUTE_MISMATCH`.
    RailRoute(String),
    /// 409 `NO_OFFERS_AVAILABLE`.
    NoOffers,
    /// 422 `KYC_NOT_CLEARED`, with the status.
    Kyc(String),
    /// 404 `QUOTE_NOT_FOUND`.
    QuoteNotFound,
    /// 409 `QUOTE_EXPIRED`.
    QuoteExpired,
    /// 409 `QUOTE_ALREADY_USED`.
    QuoteUsed,
    /// 409 `PRICE_CHANGED_REQUOTE`.
    PriceChanged {
        /// `quoted_rate`.
        quoted: Decimal,
        /// `current_rate`.
        current: Decimal,
        /// `fiat_difference`.
        fiat_difference: Decimal,
    },
}

impl Denied {
    /// Status, code and message.
    pub fn answer(&self) -> (u16, &'static str, String) {
        let (status, code, message) = match self {
            Self::Invalid(message) => return (400, "INVALID_REQUEST", message.clone()),
            Self::RailRoute(message) => return (400, "RAIL_ROUTE_MISMATCH", message.clone()),
            Self::UnknownUser => (404, "INVALID_REQUEST", "user not found"),
            Self::PaymentDetails => (404, "INVALID_PAYMENT_DETAILS", "payment details not found for this user"),
            Self::NoOffers => (409, "NO_OFFERS_AVAILABLE", "no offers available for this amount and rail"),
            Self::Kyc(_) => (422, "KYC_NOT_CLEARED", "the user's KYC is not cleared"),
            Self::QuoteNotFound => (404, "QUOTE_NOT_FOUND", "quote not found"),
            Self::QuoteExpired => (409, "QUOTE_EXPIRED", "quote has expired"),
            Self::QuoteUsed => (409, "QUOTE_ALREADY_USED", "quote has already been used"),
            Self::PriceChanged { .. } => {
                (409, "PRICE_CHANGED_REQUOTE", "price moved beyond the slippage tolerance, request a new quote")
            }
        };
        (status, code, message.to_owned())
    }

    /// `details`.
    pub fn details(&self) -> Value {
        match self {
            Self::Kyc(status) => json!({"kyc_status": status}),
            Self::PriceChanged { quoted, current, fiat_difference } => json!({
                "quoted_rate": wire::number(*quoted),
                "current_rate": wire::number(*current),
                "fiat_difference": wire::number(*fiat_difference),
            }),
            _ => Value::Null,
        }
    }
}
