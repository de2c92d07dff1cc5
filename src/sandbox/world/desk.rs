//! The dealing desk's own state: quotes, and quotes of send-outs.
//!
//! And the rules a scenario sets for what is newly made. Fields are the business of [`quoting`],
//! [`initiating`] and [`sending_out`].
//!
//! [`quoting`]: super::quoting
//! [`initiating`]: super::initiating
//! [`sending_out`]: super::sending_out

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ask::Slippage;
use super::lifecycle::{AUTHORIZATION_WINDOW, Fate};
use super::market::Terms;
use super::price::Price;
use super::sending_out::BridgeQuote;
use crate::domain::Direction;
use crate::sandbox::catalog::Rail;
use crate::sandbox::config::Scenario;

/// A quote.
#[derive(Debug, Clone)]
pub struct Quote {
    /// `quote_id`.
    pub id: Uuid,
    /// Whose it is.
    pub user: Uuid,
    /// Off-ramp: `payment_details_id`. On-ramp: the user's own profile, 0 if there is none.
    pub payment_details: u32,
    /// `payment_method_id`.
    pub method: u32,
    /// On-ramp: `payment_method_slug`.
    pub method_slug: String,
    /// The rail.
    pub rail: &'static Rail,
    /// What the price is made of.
    pub terms: Terms,
    /// The price.
    pub price: Price,
    /// How far the price may move.
    pub slippage: Slippage,
    /// When it was made, in shown time.
    pub quoted_at: DateTime<Utc>,
    /// `expires_at`, in shown time.
    pub expires_at: DateTime<Utc>,
    /// Whether an order was made of it.
    pub used: bool,
}

/// What a scenario changes about new quotes and orders.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Seconds a quote lives, in shown time.
    pub quote_seconds: i64,
    /// Seconds to authorize a new order.
    pub window: i64,
    /// What becomes of a new off-ramp order.
    pub off_ramp: Fate,
    /// What becomes of a new on-ramp order.
    pub on_ramp: Fate,
    /// Whether every provider confirms delivery by itself.
    pub settles_itself: bool,
    /// Whether vendors always send payment requests.
    pub payment_request: bool,
}

impl Rules {
    fn of(scenario: Scenario) -> Self {
        let usual = Self {
            quote_seconds: 60,
            window: AUTHORIZATION_WINDOW,
            off_ramp: Fate::Smooth,
            on_ramp: Fate::Smooth,
            settles_itself: false,
            payment_request: false,
        };
        match scenario {
            Scenario::QuoteExpires => Self { quote_seconds: 15, ..usual },
            Scenario::AuthorizationWindowClosing => Self { window: 90, ..usual },
            Scenario::Unfilled => Self { off_ramp: Fate::Unfilled, on_ramp: Fate::Unfilled, ..usual },
            Scenario::Dispute => Self { off_ramp: Fate::DisputedForSeller, ..usual },
            Scenario::RefundOwed => Self { off_ramp: Fate::ProofDeclined, ..usual },
            Scenario::RelayFails => Self { off_ramp: Fate::RelayFails, ..usual },
            Scenario::ProviderSettlesItself => Self { settles_itself: true, ..usual },
            Scenario::OnRampPaymentRequest => Self { payment_request: true, ..usual },
            _ => usual,
        }
    }
}

/// The desk.
#[derive(Debug, Clone)]
pub struct Desk {
    pub(super) quotes: HashMap<Uuid, Quote>,
    pub(super) quotes_made: u64,
    pub(super) orders_made: u64,
    pub(super) rules: Rules,
    /// The price falls by one per cent at the next initiate.
    pub(super) fall_ahead: bool,
    /// When it fell, in shown time.
    pub(super) fell_at: Option<DateTime<Utc>>,
    /// The answer to the next initiate is lost.
    pub(super) loses_answer: bool,
    pub(super) bridges: HashMap<Uuid, Vec<BridgeQuote>>,
}

impl Desk {
    /// The desk at the start.
    pub fn new(scenario: Scenario) -> Self {
        Self {
            quotes: HashMap::new(),
            quotes_made: 0,
            orders_made: 0,
            rules: Rules::of(scenario),
            fall_ahead: scenario == Scenario::PriceMoves,
            loses_answer: scenario == Scenario::InitiateLostAnswer,
            fell_at: None,
            bridges: HashMap::new(),
        }
    }
}

impl Quote {
    /// Off-ramp or on-ramp.
    pub fn direction(&self) -> Direction {
        self.terms.direction
    }
}
