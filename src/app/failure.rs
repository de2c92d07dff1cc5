//! Something that went wrong outside, in the terms the operator needs: what happened, what it
//! means for the money, what to do next.

use crate::domain::quote::PriceChanged;

/// What a failure means for an action that was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailureKind {
    #[default]
    /// Nothing reached the API.
    NotSent,
    /// The API answered no.
    Rejected,
    /// It may or may not have happened.
    Unknown,
}

/// A failure ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// What it means for an action.
    pub kind: FailureKind,
    /// What happened.
    pub what: String,
    /// What it means for the money and what to do next.
    pub advice: String,
    /// The API's own code, where it gave one.
    pub code: Option<String>,
    /// The field of the request it is about, where the API names one.
    pub field: Option<String>,
    /// Old and new rate, for `PRICE_CHANGED_REQUOTE`.
    pub price: Option<PriceChanged>,
}

impl Failure {
    /// A failure before anything was sent.
    pub fn not_sent(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind: FailureKind::NotSent, what: what.into(), advice: advice.into(), ..Self::default() }
    }
}
