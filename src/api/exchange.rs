//! One request and what came of it, with its times. No judgement: a refusal and a truncated body
//! are facts here; what they mean for a read or a submission is decided by the caller.

use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{RequestBuilder, Response};

use super::envelope::Said;
use super::error::{ApiError, shown};
use super::outbox::{NotOut, Outbox, Pause};
use super::wire::object::bytes;
use crate::domain::text::with_causes;
use crate::domain::{Now, Observed};

/// The largest body of a list, in bytes.
pub const LIST_LIMIT: usize = 32 * 1024 * 1024;

/// The largest body of a single thing, in bytes.
pub const SINGLE_LIMIT: usize = 4 * 1024 * 1024;

/// No answer at all.
#[derive(Debug, PartialEq, Eq)]
pub enum Lost {
    /// The request never left.
    Unsent(String),
    /// The request was held back: the API has asked to be left alone.
    Held(Pause),
    /// It may have arrived.
    Sent(String),
}

/// Why an answer has no body.
#[derive(Debug, PartialEq, Eq)]
pub enum BodyLost {
    /// It ended too early.
    Cut(String),
    /// It is larger than anything the API sends.
    TooLarge,
}

impl BodyLost {
    /// What happened.
    pub fn words(&self) -> &str {
        match self {
            Self::Cut(why) => why,
            Self::TooLarge => "the answer is too large",
        }
    }
}

/// An answer, good or bad.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body's text.
    pub body: Result<String, BodyLost>,
    /// When the request left.
    pub asked: Now,
    /// When the answer was complete.
    pub answered: Now,
    /// `Date`.
    pub server_date: Option<DateTime<Utc>>,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
    /// `X-Request-Id`.
    pub request_id: Option<String>,
    /// `Content-Type` without its parameters.
    pub media: Option<String>,
}

/// Sends a request once and reads its answer, at most `limit` bytes of it.
pub async fn exchange(request: RequestBuilder, outbox: &Outbox, limit: usize) -> Result<Answer, Lost> {
    let asked = outbox.now();
    let response = outbox.send(request).await.map_err(lost)?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let server_date = header(&headers, &DATE).and_then(date);
    let retry_after = header(&headers, &RETRY_AFTER).and_then(|text| wish(text, server_date.unwrap_or(asked.wall)));
    if let Some(wait) = retry_after {
        // Before the body, which may never end.
        outbox.asked_to_wait(status, wait);
    }
    let body = read_body(response, limit).await;
    let request_id = header(&headers, &HeaderName::from_static("x-request-id")).map(shown);
    let media = header(&headers, &CONTENT_TYPE).and_then(media);
    Ok(Answer { status, body, asked, answered: outbox.now(), server_date, retry_after, request_id, media })
}

/// A request that cannot be built or connected was not sent; after that nobody can tell.
fn lost(why: NotOut) -> Lost {
    let error = match why {
        NotOut::Held(pause) => return Lost::Held(pause),
        NotOut::Failed(error) => error,
    };
    let unsent = error.is_builder() || error.is_connect();
    let what = describe(&error.without_url());
    if unsent { Lost::Unsent(what) } else { Lost::Sent(what) }
}

async fn read_body(mut response: Response, limit: usize) -> Result<String, BodyLost> {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len().saturating_add(chunk.len()) > limit => return Err(BodyLost::TooLarge),
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            // Text that is not UTF-8 costs the field it stands in, not the answer.
            Ok(None) => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => return Err(BodyLost::Cut(describe(&error.without_url()))),
        }
    }
}

/// An error with its causes, each once.
pub fn describe(error: &dyn Error) -> String {
    shown(&with_causes(error))
}

fn header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// `application/json`; what is no such word is not repeated.
fn media(text: &str) -> Option<String> {
    let word = text.split(';').next().unwrap_or_default().trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/+-.".contains(c);
    (word.contains('/') && word.len() <= 60 && word.chars().all(plain)).then(|| word.to_ascii_lowercase())
}

fn date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|date| date.to_utc())
}

/// Seconds or a date, from the server's own time on. However long it is, it is taken at its word.
fn wish(text: &str, server_now: DateTime<Utc>) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    date(text).map(|at| (at - server_now).to_std().unwrap_or_default())
}

impl Answer {
    /// Whether the HTTP status is one of success.
    pub fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// How much of what it is: `2311 bytes of application/json`.
    pub fn extent(&self) -> String {
        let media = self.media.as_deref().unwrap_or("an unnamed type");
        format!("{} of {media}", bytes(self.body.as_deref().unwrap_or_default()))
    }

    /// What was said, as a rejection with all that the headers add to it.
    pub fn rejected(&self, said: Said) -> ApiError {
        let mut rejection = said.rejection(self.status);
        rejection.retry_after = self.retry_after;
        rejection.request_id.clone_from(&self.request_id);
        ApiError::Rejected(Box::new(rejection))
    }

    /// A value read from this answer, with the answer's times.
    pub fn observed<T>(&self, value: T) -> Observed<T> {
        Observed { value, asked: self.asked, answered: self.answered, server_date: self.server_date }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_a_word_and_nothing_else_is_repeated() {
        assert_eq!(media("Application/JSON; charset=utf-8").as_deref(), Some("application/json"));
        assert_eq!([media("Wanjiru Kamau"), media("text/html <b>"), media("")], [None, None, None]);
    }

    #[test]
    fn a_wish_is_seconds_or_a_date() {
        let now = date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(wish("7", now), Some(Duration::from_secs(7)));
        assert_eq!(wish("Sun, 06 Nov 1994 08:49:40 GMT", now), Some(Duration::from_secs(3)));
        assert_eq!(wish("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(wish("99999999999", now), Some(Duration::from_secs(99_999_999_999)));
        assert_eq!(wish("99999999999999999999999", now), Some(Duration::MAX.min(Duration::from_secs(u64::MAX))));
        assert_eq!(wish("soon", now), None);
    }
}
