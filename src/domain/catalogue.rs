//! What can be traded, where and how much: for choosing and for looking at, never for money.
//! Source: reference, sections 2 and 5.

use chrono::{DateTime, Utc};

use super::amount::Amount;

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// `status`, verbatim; `ok` is well.
    pub status: String,
    /// `service`.
    pub service: Option<String>,
    /// `time`.
    pub time: Option<DateTime<Utc>>,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CryptoCurrency {
    /// `code`.
    pub code: String,
    /// `name`.
    pub name: Option<String>,
    /// `contract`, verbatim. For looking at: what is signed is pinned by configuration.
    pub contract: Option<String>,
    /// `decimals`.
    pub decimals: Option<u64>,
    /// `blockchains`: slugs.
    pub blockchains: Vec<String>,
}

/// A chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blockchain {
    /// `slug`: what others refer to.
    pub slug: String,
    /// `name`.
    pub name: Option<String>,
    /// `ticker`; may be empty.
    pub ticker: Option<String>,
    /// `crypto_currencies`.
    pub tokens: Vec<CryptoCurrency>,
}

/// A currency of some state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FiatCurrency {
    /// `code`.
    pub code: String,
    /// `name`.
    pub name: Option<String>,
    /// `institution_id`: slugs.
    pub institutions: Vec<String>,
    /// `countries`: two letters each.
    pub countries: Vec<String>,
    /// `onramp`.
    pub on_ramp: Option<bool>,
    /// `offramp`.
    pub off_ramp: Option<bool>,
}

/// A pair of `GET /supported-exchange-pairs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangePair {
    /// `crypto_currency_code`.
    pub crypto: String,
    /// `fiat_currency_code`.
    pub fiat: String,
    /// `type`: `BUY` (on-ramp) or `SELL` (off-ramp), verbatim.
    pub kind: Option<String>,
}

/// `GET /supported/corridors`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Corridors {
    /// `notional_usdt`: the size the rates are for.
    pub notional: Option<Amount>,
    /// `generated_at`.
    pub generated_at: Option<DateTime<Utc>>,
    /// `currencies`.
    pub corridors: Vec<Corridor>,
}

/// The offers in one fiat currency. Rates are all-in fiat for one USDT.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Corridor {
    /// `code`.
    pub code: String,
    /// `name`.
    pub name: Option<String>,
    /// `mid_market_rate`.
    pub mid_market: Option<Amount>,
    /// `mid_market_updated_at`.
    pub mid_market_at: Option<DateTime<Utc>>,
    /// `unigox_fee_pct`.
    pub fee_pct: Option<Amount>,
    /// `onramp`; absent when there is no offer.
    pub on_ramp: Option<CorridorSide>,
    /// `offramp`; absent when there is no offer.
    pub off_ramp: Option<CorridorSide>,
}

/// One direction of a corridor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorridorSide {
    /// `supported`.
    pub supported: Option<bool>,
    /// `p2p`.
    pub p2p: Option<CorridorRate>,
    /// `licensed`.
    pub licensed: Option<CorridorRate>,
}

/// A rate and the least amount it is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorridorRate {
    /// `rate`.
    pub rate: Option<Amount>,
    /// `min_notional_fiat`.
    pub least_fiat: Option<Amount>,
}

/// A pair of `GET /liquidity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiquidityPair {
    /// `crypto_currency_code`.
    pub crypto: String,
    /// `fiat_currency_code`.
    pub fiat: String,
    /// `trade_type`: `SELL` (off-ramp) or `BUY` (on-ramp), verbatim.
    pub trade: Option<String>,
    /// `min_amount`.
    pub min: Option<Amount>,
    /// `max_amount`.
    pub max: Option<Amount>,
    /// `min_amount_usd`.
    pub min_usd: Option<Amount>,
    /// `max_amount_usd`.
    pub max_usd: Option<Amount>,
    /// `payment_methods`, each as text.
    pub methods: Vec<String>,
}

/// `GET /stats`. Only in the newer API.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// `total_orders`.
    pub total_orders: Option<u64>,
    /// `completed_orders`.
    pub completed_orders: Option<u64>,
    /// `volume_usd`, over completed orders.
    pub volume_usd: Option<Amount>,
    /// `earned_usd`, over completed orders.
    pub earned_usd: Option<Amount>,
}
