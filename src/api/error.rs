//! What can go wrong, told apart by what it means for the money.
//!
//! Text of the server is made visible and cut when it enters here, so that no message can repaint
//! a terminal or fill a log.

use std::fmt;
use std::time::Duration;

use super::codes;
use super::outbox::Pause;
use super::wire::quote::read_price_changed;
use crate::domain::quote::PriceChanged;
use crate::domain::text::visible_prefix;

/// The longest text of a server that is shown, in characters.
const MAX_SHOWN: usize = 300;

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// The API said no.
    Rejected(Box<Rejection>),
    /// Nothing reached the API, or the answer to a read was lost: safe to try again.
    Transport {
        /// What happened.
        what: String,
    },
    /// The API has asked, in an answer to some request of this process, to be left alone
    /// (`Retry-After`): this one was not sent.
    Held(Pause),
    /// A submission without a clear answer: it may or may not have happened. Never resend blindly.
    OutcomeUnknown {
        /// What happened instead of an answer.
        why: String,
        /// The API's code, if it gave one (`TRANSACTOR_ERROR`).
        code: Option<String>,
        /// How to find out; without one, the rule for an order's actions.
        remedy: Option<&'static str>,
    },
    /// There was an answer and it could not be read.
    Decode {
        /// What was wrong with it.
        what: String,
    },
    /// The client or the request could not be built; nothing was sent.
    Setup {
        /// Why.
        what: String,
    },
}

/// The API's no. All texts are visible and cut already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rejection {
    /// The HTTP status.
    pub http_status: u16,
    /// The error code or `error_key`.
    pub code: Option<String>,
    /// The API's own words.
    pub message: Option<String>,
    /// `details`, as JSON text.
    pub details: Option<Details>,
    /// The fields of the request it names: the keys a form can put the error at.
    pub fields: Vec<String>,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
    /// The request's id at the API, for support.
    pub request_id: Option<String>,
}

/// What an error says beyond its code and its message. It may repeat what was sent, names and
/// account numbers among it: read by what knows its shape, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Details(String);

impl Details {
    pub(super) fn of(text: &str) -> Self {
        Self(shown(text))
    }
}

impl std::ops::Deref for Details {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Details({} bytes)", self.0.len())
    }
}

/// A server's text as it may be shown.
pub(super) fn shown(text: &str) -> String {
    visible_prefix(text, MAX_SHOWN)
}

impl ApiError {
    pub(super) fn transport(what: &str) -> Self {
        Self::Transport { what: shown(what) }
    }

    pub(super) fn decode(what: &str) -> Self {
        Self::Decode { what: visible_prefix(what, 2000) }
    }

    pub(super) fn setup(what: &str) -> Self {
        Self::Setup { what: shown(what) }
    }

    pub(super) fn unknown(why: &str, code: Option<String>) -> Self {
        Self::OutcomeUnknown { why: shown(why), code, remedy: None }
    }

    /// With the way to find out, where the outcome is unknown.
    pub(super) fn with_remedy(mut self, way: &'static str) -> Self {
        if let Self::OutcomeUnknown { remedy, .. } = &mut self {
            *remedy = Some(way);
        }
        self
    }

    /// The rejection, where it is one.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(no) => Some(no),
            _ => None,
        }
    }

    /// One sentence: what it means for the money and what to do next.
    /// Source: reference, section 12.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Rejected(no) => no.advice(),
            Self::Transport { .. } => {
                "The API was not reached or a read was cut off, so nothing was changed: check the network and try again."
            }
            Self::Held(_) => "Nothing was sent and nothing was changed: do it again after that, if it is still wanted.",
            Self::OutcomeUnknown { remedy: Some(remedy), .. } => remedy,
            Self::OutcomeUnknown { code, .. } => unknown_advice(code.as_deref()),
            Self::Decode { .. } => {
                "The API answered something this version cannot read: nothing was changed by reading; check the address, then look at the log."
            }
            Self::Setup { .. } => {
                "The request could not be prepared and nothing was sent: check what was entered, then the configuration."
            }
        }
    }

    /// Whether the API does not accept the key (401).
    pub fn is_unauthorized(&self) -> bool {
        let by_code = |no: &Rejection| no.code.as_deref().is_some_and(|c| c.eq_ignore_ascii_case("UNAUTHORIZED"));
        matches!(self, Self::Rejected(no) if no.http_status == 401 || by_code(no))
    }

    /// Whether the API does not know the thing asked for (404).
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Rejected(no) if no.http_status == 404)
    }

    /// Whether the same call may simply be made again: nothing happened and it may pass. Never
    /// true for an unknown outcome.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport { .. } | Self::Held(_) => true,
            Self::Rejected(no) => no.http_status == 429 || (500..=599).contains(&no.http_status),
            _ => false,
        }
    }

    /// How long the API asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Rejected(no) => no.retry_after,
            Self::Held(pause) => Some(pause.rest),
            _ => None,
        }
    }
}

fn unknown_advice(code: Option<&str>) -> &'static str {
    match code.and_then(codes::lookup) {
        Some(known) if known.certain == codes::Certain::Unknown => known.advice,
        _ => {
            "It may or may not have happened: read the order again, and the wallet's nonce for an authorization, before doing anything else."
        }
    }
}

impl Rejection {
    /// One sentence: what it means for the money and what to do next.
    pub fn advice(&self) -> &'static str {
        let by = |word: &Option<String>| word.as_deref().and_then(codes::lookup);
        // Some endpoints answer with a sentence where others have a code.
        let known = by(&self.code).or_else(|| by(&self.message));
        known.map_or_else(|| codes::by_status(self.http_status), |code| code.advice)
    }
}

impl Rejection {
    /// Old and new rate, where the price moved past the tolerance (`PRICE_CHANGED_REQUOTE`).
    pub fn price_changed(&self) -> Option<PriceChanged> {
        let is_it = self.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case("PRICE_CHANGED_REQUOTE"));
        self.details.as_deref().filter(|_| is_it).and_then(read_price_changed)
    }

    /// Whether it is about the field with this name on the wire: it is listed, or its name stands
    /// as a word in the message.
    pub fn names(&self, field: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let in_words = |text: &String| text.split(|c: char| !is_part(c)).any(|word| word == field);
        self.fields.iter().any(|name| name == field) || self.message.as_ref().is_some_and(in_words)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.http_status)?;
        if let Some(code) = &self.code {
            write!(f, " {}", shown(code))?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {}", shown(message))?;
        }
        Ok(())
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(no) => write!(f, "the API said no: {no}"),
            Self::Transport { what } => write!(f, "no answer from the API: {}", shown(what)),
            Self::Held(Pause { rest, until }) => write!(
                f,
                "the API has asked for a pause: no request is sent before {} UTC, in {} s",
                until.format("%Y-%m-%d %H:%M:%S"),
                // Never told shorter than it is.
                rest.as_secs().saturating_add(u64::from(rest.subsec_nanos() > 0))
            ),
            Self::OutcomeUnknown { why, code: Some(code), .. } => {
                write!(f, "outcome unknown ({}): {}", shown(code), shown(why))
            }
            Self::OutcomeUnknown { why, code: None, .. } => write!(f, "outcome unknown: {}", shown(why)),
            Self::Decode { what } => write!(f, "unreadable answer: {}", visible_prefix(what, 2000)),
            Self::Setup { what } => write!(f, "cannot prepare the request: {}", shown(what)),
        }
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(http_status: u16, code: Option<&str>) -> ApiError {
        let code = code.map(str::to_owned);
        ApiError::Rejected(Box::new(Rejection { http_status, code, ..Rejection::default() }))
    }

    #[test]
    fn a_code_speaks_before_the_status() {
        assert!(rejected(422, Some("INSUFFICIENT_BALANCE")).advice().contains("top it up"));
        assert!(rejected(409, Some("BRAND_NEW")).advice().contains("read it again"));
        assert!(rejected(401, None).is_unauthorized() && rejected(400, Some("unauthorized")).is_unauthorized());
        assert!(rejected(404, None).is_not_found());
    }

    #[test]
    fn only_what_surely_changed_nothing_is_retryable() {
        assert!(rejected(503, None).is_retryable() && rejected(429, None).is_retryable());
        assert!(!rejected(409, None).is_retryable() && !rejected(302, None).is_retryable());
        assert!(!ApiError::unknown("x", None).is_retryable());
        assert!(ApiError::unknown("x", Some("TRANSACTOR_ERROR".to_owned())).advice().contains("nonce"));
    }

    #[test]
    fn no_text_of_a_server_repaints_the_screen() {
        let long = format!("\u{1b}[2J\u{202e}{}", "x".repeat(100_000));
        let no = Rejection {
            http_status: 400,
            message: Some(long.clone()),
            code: Some(long.clone()),
            ..Rejection::default()
        };
        for e in [
            ApiError::Rejected(Box::new(no)),
            ApiError::Decode { what: long.clone() },
            ApiError::Transport { what: long },
        ] {
            let text = e.to_string();
            assert!(text.chars().all(crate::domain::text::is_displayable) && text.len() < 3000);
        }
    }
}
