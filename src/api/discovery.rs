//! What can be traded, where and how much. Source: reference, sections 2 and 5.
//!
//! For choosing and for looking at: no money is decided by these figures. Except for the
//! statistics none of it needs a key.

use super::client::Client;
use super::error::ApiError;
use super::request::Read;
use super::wire::catalogue::{
    read_blockchains, read_corridors, read_crypto_currencies, read_fiat_currencies, read_health, read_liquidity,
    read_pairs, read_stats,
};
use crate::domain::Observed;
use crate::domain::catalogue::{
    Blockchain, Corridors, CryptoCurrency, ExchangePair, FiatCurrency, Health, LiquidityPair, Stats,
};

impl Client {
    /// `GET /health`: whether the API is up. The one answer without an envelope.
    /// Source: reference, sections 1 and 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (5xx), [`ApiError::Transport`], [`ApiError::Decode`] when it does not
    /// say how the API is.
    pub async fn health(&self) -> Result<Observed<Health>, ApiError> {
        self.read(Read { bare: true, ..Read::at("/health".to_owned()) }, read_health).await
    }

    /// `GET /api/v1/supported/crypto-currencies`: the tokens. Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400, 500), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn crypto_currencies(&self) -> Result<Observed<Vec<CryptoCurrency>>, ApiError> {
        self.read(Read::open("/supported/crypto-currencies").list(), read_crypto_currencies).await
    }

    /// `GET /api/v1/supported/blockchains`: the chains and their tokens. Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400, 500), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn blockchains(&self) -> Result<Observed<Vec<Blockchain>>, ApiError> {
        self.read(Read::open("/supported/blockchains").list(), read_blockchains).await
    }

    /// `GET /api/v1/supported/fiat-currencies`: the currencies and on which ramp they are.
    /// Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400, 500), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn fiat_currencies(&self) -> Result<Observed<Vec<FiatCurrency>>, ApiError> {
        self.read(Read::open("/supported/fiat-currencies").list(), read_fiat_currencies).await
    }

    /// `GET /api/v1/supported-exchange-pairs`: what goes against what. Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400, 500), [`ApiError::Transport`], [`ApiError::Decode`].
    pub async fn exchange_pairs(&self) -> Result<Observed<Vec<ExchangePair>>, ApiError> {
        self.read(Read::open("/supported-exchange-pairs").list(), read_pairs).await
    }

    /// `GET /api/v1/supported/corridors`: the rates by currency, at the size the answer names.
    /// Only in the newer API. Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400, 500; 404 from an older server), [`ApiError::Transport`],
    /// [`ApiError::Decode`].
    pub async fn corridors(&self) -> Result<Observed<Corridors>, ApiError> {
        self.read(Read::open("/supported/corridors").list(), read_corridors).await
    }

    /// `GET /liquidity`: the least and the most that is offered, by pair.
    /// Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (500; 404 from a server without it), [`ApiError::Transport`],
    /// [`ApiError::Decode`].
    pub async fn liquidity(&self) -> Result<Observed<Vec<LiquidityPair>>, ApiError> {
        self.read(Read::partner("/liquidity").list(), read_liquidity).await
    }

    /// `GET /stats`: orders and volume in US dollars, over all time. Only in the newer API.
    /// Source: reference, section 5.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (401; 404 from an older server), [`ApiError::Transport`],
    /// [`ApiError::Decode`].
    pub async fn stats(&self) -> Result<Observed<Stats>, ApiError> {
        self.read(Read::partner("/stats"), read_stats).await
    }
}
