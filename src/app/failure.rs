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

/// What the API said with its no.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct No {
    /// The HTTP status; 0 where there was none.
    pub http_status: u16,
    /// Its own code.
    pub code: Option<String>,
    /// The fields of the request it is about, where it names some.
    pub fields: Vec<String>,
    /// Its own words, which may name a field as well.
    pub message: Option<String>,
    /// Old and new rate, for `PRICE_CHANGED_REQUOTE`.
    pub price: Option<PriceChanged>,
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
    /// What the API said with its no.
    pub no: Option<Box<No>>,
}

impl Failure {
    /// Whether it is about the field of this name: it is listed, or its name stands as a word in
    /// the API's message.
    pub fn names(&self, field: &str) -> bool {
        let Some(no) = &self.no else { return false };
        let last = |name: &str| name.rsplit(['.', '/']).next() == Some(field);
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let in_words = |text: &String| text.split(|c: char| !is_part(c)).any(|word| word == field);
        no.fields.iter().any(|name| name == field || last(name)) || no.message.as_ref().is_some_and(in_words)
    }

    /// The API's own code.
    pub fn code(&self) -> Option<&str> {
        self.no.as_ref()?.code.as_deref()
    }

    /// The HTTP status of the API's no.
    pub fn http_status(&self) -> Option<u16> {
        self.no.as_ref().map(|no| no.http_status).filter(|status| *status != 0)
    }

    /// Old and new rate, where the price had moved.
    pub fn price(&self) -> Option<PriceChanged> {
        self.no.as_ref()?.price
    }

    /// About these fields.
    #[must_use]
    pub fn about(self, fields: &[&str]) -> Self {
        let no = No { fields: fields.iter().map(|f| (*f).to_owned()).collect(), ..No::default() };
        Self { no: Some(Box::new(no)), ..self }
    }

    /// A failure before anything was sent.
    pub fn not_sent(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind: FailureKind::NotSent, what: what.into(), advice: advice.into(), ..Self::default() }
    }
}
