//! The ways fiat travels, with the forms they bring, and the institutions at their ends.
//! Source: reference, section 2. No key is needed.

use super::client::Client;
use super::error::ApiError;
use super::request::Read;
use super::wire::rails::{read_institutions, read_rails};
use crate::domain::Observed;
use crate::domain::order::Direction;
use crate::domain::rails::{Institutions, Rails};

/// The most institutions of one page; the API refuses more instead of clamping.
pub const MAX_INSTITUTIONS: u32 = 100;

/// Which rails: of a country, a currency, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RailsQuery {
    /// `direction`, required.
    pub direction: Direction,
    /// `country`, two letters.
    pub country: Option<String>,
    /// `currency`.
    pub currency: Option<String>,
}

/// Which institutions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstitutionsQuery {
    /// `rail`, required.
    pub rail: String,
    /// `institution_id`: exactly this one.
    pub id: Option<String>,
    /// `country`, two letters.
    pub country: Option<String>,
    /// `currency`.
    pub currency: Option<String>,
    /// `search`: part of a name, as it is typed.
    pub search: Option<String>,
    /// `code`.
    pub code: Option<String>,
    /// `limit`, held to 1..=100; the server's own when not given.
    pub limit: Option<u32>,
    /// `offset`, from 0.
    pub offset: Option<u32>,
}

impl Client {
    /// `GET /api/v1/supported/payment-rails`: the rails and their forms. One of country and
    /// currency must be given. Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400, 500), [`ApiError::Transport`], [`ApiError::Decode`],
    /// [`ApiError::Setup`] without country and currency.
    pub async fn payment_rails(&self, query: &RailsQuery) -> Result<Observed<Rails>, ApiError> {
        if query.country.is_none() && query.currency.is_none() {
            return Err(ApiError::setup("rails are asked for by country or currency"));
        }
        let read = Read::open("/supported/payment-rails")
            .list()
            .with("country", query.country.clone())
            .with("currency", query.currency.clone())
            .with("direction", Some(word(query.direction)));
        self.read(read, read_rails).await
    }

    /// `GET /api/v1/supported/institutions`: one page of a rail's institutions.
    /// Source: reference, section 2.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] (400 for an unknown rail, 500), [`ApiError::Transport`],
    /// [`ApiError::Decode`].
    pub async fn institutions(&self, query: &InstitutionsQuery) -> Result<Observed<Institutions>, ApiError> {
        let limit = query.limit.map(|n| n.clamp(1, MAX_INSTITUTIONS).to_string());
        let read = Read::open("/supported/institutions")
            .list()
            .with("rail", Some(query.rail.clone()))
            .with("institution_id", query.id.clone())
            .with("country", query.country.clone())
            .with("currency", query.currency.clone())
            .with("search", query.search.clone())
            .with("code", query.code.clone())
            .with("limit", limit)
            .with("offset", query.offset.map(|n| n.to_string()));
        self.read(read, read_institutions).await
    }
}

/// The direction as the API writes it in paths and queries.
pub(super) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::OffRamp => "offramp",
        Direction::OnRamp => "onramp",
    }
}
