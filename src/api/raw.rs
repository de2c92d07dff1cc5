//! Any request by hand, for the day the API is ahead of this version.
//!
//! Only a path is taken, never an address: the key goes nowhere else, and redirects are refused as
//! everywhere. The actions that move money have their own way through review and journal, so their
//! paths are refused here.

use std::fmt;
use std::str::FromStr;

use reqwest::Method;

use super::client::{Client, empty, json};
use super::error::{ApiError, shown};
use super::exchange::{Answer, BodyLost, LIST_LIMIT, exchange};
use super::outcome;
use crate::domain::{ActionKind, AllowedAction, Observed};

const LOST: &str = "It may or may not have happened: read what it was about before doing it again.";

/// The methods there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawMethod {
    /// `GET`, which changes nothing.
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl RawMethod {
    const ALL: [(Self, &str, Method); 5] = [
        (Self::Get, "GET", Method::GET),
        (Self::Post, "POST", Method::POST),
        (Self::Put, "PUT", Method::PUT),
        (Self::Patch, "PATCH", Method::PATCH),
        (Self::Delete, "DELETE", Method::DELETE),
    ];

    /// Whether it may change something.
    pub fn is_write(self) -> bool {
        self != Self::Get
    }

    fn http(self) -> Method {
        let own = Self::ALL.into_iter().find(|(method, ..)| *method == self);
        own.map_or(Method::GET, |(_, _, http)| http)
    }
}

impl FromStr for RawMethod {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let own = Self::ALL.into_iter().find(|(_, word, _)| word.eq_ignore_ascii_case(text.trim()));
        own.map(|(method, ..)| method).ok_or_else(|| "the method is GET, POST, PUT, PATCH or DELETE".to_owned())
    }
}

impl fmt::Display for RawMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.http().as_str())
    }
}

/// A path below the API's address, with or without a query: `/api/v1/partner/orders?limit=1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPath(String);

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRawPath {
    /// An address, or something relative.
    #[error("give the path alone, starting with a single slash, for example /api/v1/partner/orders")]
    NotAPath,
    /// `..`, `//`, `\`, an escape before the query, a fragment, or a character no path holds.
    #[error("the path holds something that could lead elsewhere: {0}")]
    Suspicious(String),
}

impl RawPath {
    /// Reads a path.
    ///
    /// # Errors
    /// See [`BadRawPath`].
    pub fn parse(text: &str) -> Result<Self, BadRawPath> {
        let text = text.trim();
        if !text.starts_with('/') || text.starts_with("//") {
            return Err(BadRawPath::NotAPath);
        }
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let suspicious = |what: &str| Err(BadRawPath::Suspicious(shown(what)));
        let part = |segment: &str| matches!(segment, "." | "..");
        if path.split('/').any(part) || path.contains("//") {
            return suspicious(path);
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
        if !path.chars().all(plain) || !query.chars().all(|c| c.is_ascii_graphic() && !"#\\".contains(c)) {
            return suspicious(text);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The action this path would take past review and journal. Among them is one that this
    /// version never takes: it gives the crypto away before the fiat (reference, section 11).
    fn action(&self) -> Option<AllowedAction> {
        let path = self.0.split('?').next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        let ends = |action: &AllowedAction| path.ends_with(&format!("/{}", action.wire()));
        ActionKind::ALL.map(ActionKind::entry).into_iter().chain([AllowedAction::SettlementConsent]).find(ends)
    }
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The HTTP status, below 300 or from 400 on.
    pub status: u16,
    /// The body's text, unchecked: make it visible before showing it.
    pub body: String,
    /// The request's id at the API, for support.
    pub request_id: Option<String>,
}

impl RawAnswer {
    /// Whether the HTTP status is one of success.
    pub fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }
}

impl Client {
    /// Any request, one attempt; whatever the API answers is an answer. `body` is JSON text and
    /// only for writes.
    ///
    /// # Errors
    /// [`ApiError::Setup`]: nothing was sent (a path of an action that moves money; a body that is
    /// no JSON or on a `GET`). [`ApiError::Transport`]: the same, or a `GET` without an answer.
    /// [`ApiError::OutcomeUnknown`]: a write without a whole answer. [`ApiError::Rejected`] or
    /// `OutcomeUnknown`: a redirect, which is not followed. [`ApiError::Decode`]: a `GET` with too
    /// large an answer.
    pub async fn raw(
        &self,
        method: RawMethod,
        path: &RawPath,
        body: Option<&str>,
    ) -> Result<Observed<RawAnswer>, ApiError> {
        check(method, path, body)?;
        let request = self.send(method.http(), path.as_str());
        let request = match body {
            Some(body) => json(request, body),
            None if method.is_write() => empty(request),
            None => request,
        };
        let answer = exchange(request, self.outbox(), LIST_LIMIT).await.map_err(|lost| match method {
            RawMethod::Get => outcome::lost_read(lost),
            _ => outcome::lost_submission(lost).with_remedy(LOST),
        })?;
        tracing::info!(%method, status = answer.status, "raw request");
        taken(method, &answer)
    }
}

fn check(method: RawMethod, path: &RawPath, body: Option<&str>) -> Result<(), ApiError> {
    if let Some(action) = path.action().filter(|_| method.is_write()) {
        let what = format!("`{}` acts on an order and is only sent after its review and the journal", action.wire());
        return Err(ApiError::setup(&what));
    }
    match body {
        Some(_) if !method.is_write() => Err(ApiError::setup("a GET has no body")),
        Some(body) => serde_json::from_str::<serde::de::IgnoredAny>(body)
            .map(drop)
            .map_err(|e| ApiError::setup(&format!("the body is not JSON: {e}"))),
        None => Ok(()),
    }
}

fn taken(method: RawMethod, answer: &Answer) -> Result<Observed<RawAnswer>, ApiError> {
    if (300..=399).contains(&answer.status) {
        let refused = if method.is_write() {
            outcome::of_write(answer, |_| Ok(()))
        } else {
            outcome::of_read(answer, |_| Ok(()))
        };
        return match refused {
            Err(error) => Err(error.with_remedy(LOST)),
            Ok(()) => Err(ApiError::decode("a redirect, which is not followed")),
        };
    }
    let body = match &answer.body {
        Ok(body) => body.clone(),
        Err(lost) if method.is_write() => {
            return Err(
                ApiError::unknown(&format!("HTTP {}, then: {}", answer.status, lost.words()), None).with_remedy(LOST)
            );
        }
        Err(BodyLost::Cut(why)) => return Err(ApiError::transport(&format!("the answer was cut off: {why}"))),
        Err(BodyLost::TooLarge) => return Err(ApiError::decode("the answer is too large")),
    };
    let raw = RawAnswer { status: answer.status, body, request_id: answer.request_id.clone() };
    Ok(answer.observed(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_the_api_is_taken() {
        for text in ["/health", "/api/v1/partner/orders?status=created&limit=1", " /api/v2/new-thing "] {
            assert!(RawPath::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "orders",
            "//evil.example/x",
            "https://evil.example/",
            "/a/../b",
            "/a/./b",
            "/a//b",
            "/a\\b",
            "/a b",
            "/a%2e%2e/b",
            "/a@evil.example",
            "/a#f",
            "/a\r\nX: y",
            "/é",
            "/a?b c",
            "/a?b\\c",
        ] {
            assert!(RawPath::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_moves_money_is_not_sent_by_hand() {
        let actions = ActionKind::ALL.map(|action| action.entry().wire().to_owned());
        for action in actions.into_iter().chain(["settlement-consent".to_owned(), "Cancel".to_owned()]) {
            let path = RawPath::parse(&format!("/api/v1/partner/orders/o-1/{action}/?x=1")).unwrap();
            assert!(check(RawMethod::Post, &path, None).is_err(), "{action}");
            assert!(check(RawMethod::Get, &path, None).is_ok());
        }
        let path = RawPath::parse("/api/v1/partner/webhooks/test").unwrap();
        assert!(check(RawMethod::Post, &path, Some("{}")).is_ok());
        assert!(check(RawMethod::Post, &path, Some("{")).is_err());
        assert!(check(RawMethod::Get, &path, Some("{}")).is_err());
        assert_eq!("patch".parse(), Ok(RawMethod::Patch));
        assert!("TRACE".parse::<RawMethod>().is_err());
    }
}
