//! Rails, prices, quotes, and the order of a quote. Part of the command line as data.
//!
//! Everything about a price is off-ramp unless `--on-ramp` says otherwise.

use clap::{ArgGroup, Args, ValueEnum};

use super::JsonArgs;
use super::values::{amount, country, currency, filled, percent, scope, slippage};
use crate::domain::quote::{Scope, Side, Slippage};
use crate::domain::{Amount, Direction, PaymentDetailsId, QuoteId, UserId};

/// `offramp` or `onramp`, as the API writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DirectionWord {
    /// Crypto to fiat
    Offramp,
    /// Fiat to crypto
    Onramp,
}

impl From<DirectionWord> for Direction {
    fn from(word: DirectionWord) -> Self {
        match word {
            DirectionWord::Offramp => Self::OffRamp,
            DirectionWord::Onramp => Self::OnRamp,
        }
    }
}

/// `ramptop rails`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("place").required(true).multiple(true).args(["country", "currency"])))]
pub struct RailsArgs {
    /// Two letters
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,
    /// The fiat currency
    #[arg(long, value_name = "CODE", value_parser = currency)]
    pub currency: Option<String>,
    /// Which way
    #[arg(long, value_name = "WAY", default_value = "offramp")]
    pub direction: DirectionWord,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop institutions`.
#[derive(Debug, Args)]
pub struct InstitutionsArgs {
    /// The rail
    #[arg(long, value_name = "RAIL", value_parser = filled)]
    pub rail: String,
    /// Part of a name
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    pub search: Option<String>,
    /// Two letters
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,
    /// The fiat currency
    #[arg(long, value_name = "CODE", value_parser = currency)]
    pub currency: Option<String>,
    /// Exactly this one
    #[arg(long, value_name = "ID", value_parser = filled)]
    pub id: Option<String>,
    /// By its code, for example an IFSC
    #[arg(long, value_name = "CODE", value_parser = filled)]
    pub code: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub limit: Option<u32>,
    /// From which one on, counted from 0
    #[arg(long, value_name = "N")]
    pub offset: Option<u32>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// What a price is asked by.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("side").required(true).args(["crypto_amount", "fiat_amount"])))]
pub struct PriceArgs {
    /// The token, for example USDT
    #[arg(long, value_name = "CODE", value_parser = currency)]
    pub crypto: String,
    /// The fiat currency, for example NGN
    #[arg(long, value_name = "CODE", value_parser = currency)]
    pub fiat: String,
    /// So much crypto exactly
    #[arg(long, value_name = "X", value_parser = amount)]
    pub crypto_amount: Option<Amount>,
    /// So much fiat exactly
    #[arg(long, value_name = "X", value_parser = amount)]
    pub fiat_amount: Option<Amount>,
    /// Whose offers count: all, `licensed_only`, `p2p_only`
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    pub scope: Option<Scope>,
    /// Your own markup; 1 is 1 %. Only in the newer API
    #[arg(long, value_name = "PCT", value_parser = percent)]
    pub partner_fee_pct: Option<Amount>,
}

impl PriceArgs {
    /// The amount that is given.
    pub fn side(&self) -> Option<Side> {
        self.crypto_amount.map(Side::Crypto).or(self.fiat_amount.map(Side::Fiat))
    }
}

/// `ramptop estimate`.
#[derive(Debug, Args)]
pub struct EstimateArgs {
    #[command(flatten)]
    pub price: PriceArgs,
    /// Fiat to crypto instead of crypto to fiat
    #[arg(long)]
    pub on_ramp: bool,
    /// `payment_method_slug`
    #[arg(long, value_name = "SLUG", value_parser = filled)]
    pub method: Option<String>,
    /// `payment_network_slug`
    #[arg(long, value_name = "SLUG", value_parser = filled)]
    pub network: Option<String>,
    /// Two letters
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop quote`.
#[derive(Debug, Args)]
pub struct QuoteArgs {
    /// The user's UUID
    #[arg(long, value_name = "UUID")]
    pub user: UserId,
    #[command(flatten)]
    pub price: PriceArgs,
    /// Where the fiat goes, off-ramp
    #[arg(long, value_name = "ID", required_unless_present = "on_ramp", conflicts_with = "on_ramp")]
    pub payment_details: Option<PaymentDetailsId>,
    /// Fiat to crypto instead of crypto to fiat
    #[arg(long)]
    pub on_ramp: bool,
    /// Only this rail, off-ramp
    #[arg(long, value_name = "RAIL", value_parser = filled, conflicts_with = "on_ramp")]
    pub rail: Option<String>,
    /// Only this route, off-ramp
    #[arg(long, value_name = "ROUTE", value_parser = filled, conflicts_with = "on_ramp")]
    pub route: Option<String>,
    /// How far the price may move before the order is refused: 1% of the rate, or an amount; off-ramp
    #[arg(long, value_name = "X[%]", value_parser = slippage, conflicts_with = "on_ramp")]
    pub slippage: Option<Slippage>,
    /// Only providers that confirm the delivery themselves, off-ramp
    #[arg(long, conflicts_with = "on_ramp")]
    pub settlement_notification: bool,
    /// `payment_method_slug`, on-ramp
    #[arg(long, value_name = "SLUG", value_parser = filled, requires = "on_ramp")]
    pub method: Option<String>,
    /// `payment_network_slug`, on-ramp
    #[arg(long, value_name = "SLUG", value_parser = filled, requires = "on_ramp")]
    pub network: Option<String>,
    /// Two letters, on-ramp
    #[arg(long, value_name = "CC", value_parser = country, requires = "on_ramp")]
    pub country: Option<String>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop initiate`.
#[derive(Debug, Args)]
pub struct InitiateArgs {
    /// The quote's id
    pub quote: QuoteId,
    /// Whose order it becomes; the API does not say later, so it is remembered here
    #[arg(long, value_name = "UUID")]
    pub user: UserId,
    /// Where its fiat goes, off-ramp; remembered here
    #[arg(long, value_name = "ID", conflicts_with = "on_ramp")]
    pub payment_details: Option<PaymentDetailsId>,
    /// Your own id of the order
    #[arg(long, value_name = "REF", value_parser = filled)]
    pub reference: Option<String>,
    /// The quote is an on-ramp's
    #[arg(long)]
    pub on_ramp: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}
