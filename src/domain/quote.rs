//! Prices and quotes of both ramps, and the order a quote becomes. Source: reference, section 4.
//!
//! A quote lives until its own `expires_at` and not a second by any constant; how long that is
//! differs by document. One quote makes one order. Asking for a price reserves nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::amount::Amount;
use super::id::{OrderId, PaymentDetailsId, QuoteId, UserId};
use super::order::{Amounts, Direction, FeeBreakdown, FieldProblem};
use super::status::Status;
use super::time::{ClockSkew, Now};
use super::timeline::TimelineEntry;

/// The one amount that is given; the other follows from the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `crypto_amount`: the crypto is exact, the fiat may move.
    Crypto(Amount),
    /// `fiat_amount`: the fiat is exact, the crypto may cost up to 1.20 times the expected.
    Fiat(Amount),
}

/// What an amount is exact about, `anchor_type`. Never on the order: remember it with the quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// `crypto`
    Crypto,
    /// `fiat`
    Fiat,
    /// A word this version does not know, verbatim.
    Unknown(String),
}

impl Anchor {
    /// Reads the word on the wire.
    pub fn from_wire(word: &str) -> Self {
        match word {
            "crypto" => Self::Crypto,
            "fiat" => Self::Fiat,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// The word on the wire.
    pub fn wire(&self) -> &str {
        match self {
            Self::Crypto => "crypto",
            Self::Fiat => "fiat",
            Self::Unknown(word) => word,
        }
    }
}

/// Whose offers count, `provider_scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `all`
    All,
    /// `licensed_only`
    LicensedOnly,
    /// `p2p_only`
    P2pOnly,
}

impl Scope {
    /// The word on the wire.
    pub fn wire(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::LicensedOnly => "licensed_only",
            Self::P2pOnly => "p2p_only",
        }
    }
}

/// How far the price may move before initiate refuses, `slippage_tolerance`. Without one: not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slippage {
    /// `percent` of the quoted rate.
    Percent(Amount),
    /// `amount`: of fiat; for a fiat anchor measured on the crypto side.
    Amount(Amount),
    /// `fiat`, the other name of `amount`.
    Fiat(Amount),
}

/// What both ramps ask a price by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRequest {
    /// `crypto_currency`.
    pub crypto_currency: String,
    /// `fiat_currency`.
    pub fiat_currency: String,
    /// The one amount that is given.
    pub side: Side,
    /// `payment_method_slug`.
    pub method: Option<String>,
    /// `payment_network_slug`.
    pub network: Option<String>,
    /// `provider_scope`.
    pub scope: Option<Scope>,
    /// `country_code`.
    pub country: Option<String>,
    /// `partner_fee_pct`: the partner's own markup, `1` is 1 %. Only in the newer API.
    pub partner_fee_pct: Option<Amount>,
}

impl PriceRequest {
    /// Only what is required.
    pub fn new(crypto_currency: &str, fiat_currency: &str, side: Side) -> Self {
        Self {
            crypto_currency: crypto_currency.to_owned(),
            fiat_currency: fiat_currency.to_owned(),
            side,
            method: None,
            network: None,
            scope: None,
            country: None,
            partner_fee_pct: None,
        }
    }
}

/// A price that binds nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// The amounts; the currencies are those asked for.
    pub amounts: Amounts,
    /// `fee_breakdown`.
    pub fees: FeeBreakdown,
    /// `payment_method_slug`.
    pub method: Option<String>,
    /// `payment_network_slug`.
    pub network: Option<String>,
    /// `provider_scope`, verbatim.
    pub scope: Option<String>,
    /// `is_indicative`.
    pub indicative: Option<bool>,
    /// What could not be read.
    pub problems: Vec<FieldProblem>,
}

/// `POST /offramp/quote`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffRampQuoteRequest {
    /// `user_uuid`.
    pub user: UserId,
    /// `payment_details_id`: where the fiat goes.
    pub payment_details: PaymentDetailsId,
    /// `crypto_currency`.
    pub crypto_currency: String,
    /// `fiat_currency`.
    pub fiat_currency: String,
    /// The one amount that is given.
    pub side: Side,
    /// `rail`.
    pub rail: Option<String>,
    /// `route`.
    pub route: Option<String>,
    /// `provider_scope`.
    pub scope: Option<Scope>,
    /// `slippage_tolerance`.
    pub slippage: Option<Slippage>,
    /// `has_fiat_settlement_notification`: `true` takes only providers that confirm delivery themselves.
    pub settles_itself: Option<bool>,
    /// `partner_fee_pct`. Only in the newer API.
    pub partner_fee_pct: Option<Amount>,
}

impl OffRampQuoteRequest {
    /// Only what is required.
    pub fn new(user: UserId, payment_details: PaymentDetailsId, crypto: &str, fiat: &str, side: Side) -> Self {
        Self {
            user,
            payment_details,
            crypto_currency: crypto.to_owned(),
            fiat_currency: fiat.to_owned(),
            side,
            rail: None,
            route: None,
            scope: None,
            slippage: None,
            settles_itself: None,
            partner_fee_pct: None,
        }
    }
}

/// `POST /onramp/quote`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRampQuoteRequest {
    /// `user_uuid`.
    pub user: UserId,
    /// The price asked for.
    pub price: PriceRequest,
}

/// A price somebody holds for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// `quote_id`.
    pub id: QuoteId,
    /// Which ramp it was asked on.
    pub direction: Direction,
    /// `anchor_type`, off-ramp only.
    pub anchor: Option<Anchor>,
    /// The amounts; the currencies are those asked for.
    pub amounts: Amounts,
    /// `fee_breakdown`.
    pub fees: FeeBreakdown,
    /// `expires_at`, by the server's clock.
    pub expires_at: Option<DateTime<Utc>>,
    /// `payment_details_id`.
    pub payment_details: Option<PaymentDetailsId>,
    /// `payment_method_id` or `payment_method_slug`.
    pub method: Option<String>,
    /// `payment_network_id` or `payment_network_slug`.
    pub network: Option<String>,
    /// `has_fiat_settlement_notification`.
    pub settles_itself: Option<bool>,
    /// What could not be read.
    pub problems: Vec<FieldProblem>,
}

impl Quote {
    /// How long it still lives by the server's clock, zero when it is over. `None` when the answer
    /// does not say.
    pub fn left(&self, now: &Now, skew: Option<ClockSkew>) -> Option<Duration> {
        let server_now = skew.map_or(now.wall, |skew| skew.server_time(now));
        self.expires_at.map(|end| (end - server_now).to_std().unwrap_or_default())
    }
}

/// The order a quote became, as initiate answers. The order read afterwards is the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initiated {
    /// `order_id`.
    pub order: OrderId,
    /// `status`.
    pub status: Option<Status>,
    /// `quote_id`.
    pub quote: Option<QuoteId>,
    /// `reference_id`; only here, never on the order.
    pub reference: Option<String>,
    /// `amounts`.
    pub amounts: Amounts,
    /// `fee_breakdown`.
    pub fees: FeeBreakdown,
    /// `timeline`.
    pub timeline: Vec<TimelineEntry>,
    /// `created_at`.
    pub created_at: Option<DateTime<Utc>>,
    /// `required_fields`: address fields that are still missing. Only in the newer API's prose.
    pub required_fields: Vec<String>,
    /// What could not be read.
    pub problems: Vec<FieldProblem>,
}

/// The details of `PRICE_CHANGED_REQUOTE`: old and new rate, to show side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceChanged {
    /// `quoted_rate`.
    pub quoted: Option<Amount>,
    /// `current_rate`.
    pub current: Option<Amount>,
    /// `fiat_difference`.
    pub difference: Option<Amount>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Mono;

    fn at(second: i64) -> Now {
        Now { mono: Mono::new(Duration::ZERO), wall: DateTime::from_timestamp(second, 0).unwrap() }
    }

    #[test]
    fn a_quote_lives_as_long_as_it_says_by_the_servers_clock() {
        let mut quote = Quote {
            id: QuoteId::parse("q").unwrap(),
            direction: Direction::OffRamp,
            anchor: None,
            amounts: Amounts::default(),
            fees: FeeBreakdown::default(),
            expires_at: DateTime::from_timestamp(1_030, 0),
            payment_details: None,
            method: None,
            network: None,
            settles_itself: None,
            problems: Vec::new(),
        };
        assert_eq!(quote.left(&at(1_000), None), Some(Duration::from_secs(30)));
        let ahead = ClockSkew::estimate(&at(1_000), &at(1_000), DateTime::from_timestamp(1_020, 0).unwrap());
        assert_eq!(quote.left(&at(1_000), Some(ahead)), Some(Duration::from_secs(10)));
        assert_eq!(quote.left(&at(2_000), None), Some(Duration::ZERO));
        quote.expires_at = None;
        assert_eq!(quote.left(&at(0), None), None);
    }
}
