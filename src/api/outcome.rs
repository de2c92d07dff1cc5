//! What an answer means: pure, and the place where a submission's fate is decided.
//!
//! A read with a doubtful answer is simply read again. A submission counts as refused only when
//! the API surely did nothing; everything else without a clear yes is unknown.

use super::codes::{self, Certain};
use super::envelope::{self, Body};
use super::error::ApiError;
use super::exchange::{Answer, BodyLost, Lost};
use super::submit::Accepted;
use super::wire::object::{Object, kind};
use super::wire::reader::{Problems, Reader};
use super::wire::same_id;
use crate::domain::{OrderId, Status};

/// The value of a read, decoded from `data`.
pub fn of_read<T>(answer: &Answer, decode: impl Fn(&str) -> Result<T, String>) -> Result<T, ApiError> {
    let body = match &answer.body {
        _ if !answer.is_success() => return Err(refused_read(answer)),
        Ok(body) => body,
        Err(BodyLost::Cut(why)) => return Err(ApiError::transport(&format!("the answer was cut off: {why}"))),
        Err(BodyLost::TooLarge) => return Err(ApiError::decode("the answer is too large")),
    };
    match envelope::read(body) {
        Body::Success(data) => decode(data).map_err(|e| unreadable(answer, &e)),
        Body::Failure(said) => Err(answer.rejected(said)),
        Body::Empty => Err(ApiError::decode("the answer is empty")),
        Body::Foreign(what) => Err(unreadable(answer, &what)),
    }
}

/// The value of a read whose answer comes without an envelope; one with it is read as well.
pub fn of_bare<T>(answer: &Answer, decode: impl Fn(&str) -> Result<T, String>) -> Result<T, ApiError> {
    match &answer.body {
        Ok(body) if answer.is_success() && matches!(envelope::read(body), Body::Foreign(_)) => {
            decode(body).map_err(|e| unreadable(answer, &e))
        }
        _ => of_read(answer, decode),
    }
}

/// What is wrong with an answer, and what it is. Nothing of what it says: whoever needs that asks
/// for it by hand, and knows what comes.
fn unreadable(answer: &Answer, what: &str) -> ApiError {
    ApiError::decode(&format!("{what}; it is {}", answer.extent()))
}

/// A read that brought no answer may always be made again.
pub fn lost_read(lost: Lost) -> ApiError {
    match lost {
        Lost::Unsent(what) | Lost::Sent(what) => ApiError::transport(&what),
        Lost::Held(pause) => ApiError::Held(pause),
    }
}

fn refused_read(answer: &Answer) -> ApiError {
    let body = answer.body.as_deref().unwrap_or_default();
    let mut said = envelope::failure(body);
    if (300..=399).contains(&answer.status) {
        said.message = Some("a redirect, which is not followed".to_owned());
    }
    answer.rejected(said)
}

/// A submission that brought no answer: only what never left the machine surely did not happen.
pub fn lost_submission(lost: Lost) -> ApiError {
    match lost {
        Lost::Unsent(what) => ApiError::transport(&what),
        Lost::Held(pause) => ApiError::Held(pause),
        Lost::Sent(why) => ApiError::unknown(&why, None),
    }
}

/// What became of a submission for `order`.
pub fn of_submission(answer: &Answer, order: &OrderId) -> Result<Accepted, ApiError> {
    of_write(answer, |data| read_accepted(data, order))
}

/// What became of a write. What `decode` cannot read was done all the same.
pub fn of_write<T>(answer: &Answer, decode: impl FnOnce(&str) -> Result<T, String>) -> Result<T, ApiError> {
    match answer.status {
        200..=299 => done(answer, decode),
        408 => Err(unknown(answer, "the API gave up waiting for the request")),
        400..=499 => Err(refused(answer)),
        300..=399 => Err(unknown(answer, "a redirect, which is not followed")),
        _ => Err(unknown(answer, "the API failed")),
    }
}

fn done<T>(answer: &Answer, decode: impl FnOnce(&str) -> Result<T, String>) -> Result<T, ApiError> {
    let doubt = |why: &str| ApiError::unknown(&format!("HTTP {}, but {why}", answer.status), None);
    let body = answer.body.as_ref().map_err(|lost| doubt(lost.words()))?;
    match envelope::read(body) {
        Body::Empty => decode("null").map_err(|e| doubt(&e)),
        Body::Success(data) => decode(data).map_err(|e| doubt(&e)),
        Body::Failure(said) => Err(failed_in_success(answer, said)),
        Body::Foreign(what) => Err(doubt(&format!("{what}; it is {}", answer.extent()))),
    }
}

/// The body of a yes is undocumented: only another order's id in it is a reason for doubt.
fn read_accepted(data: &str, order: &OrderId) -> Result<Accepted, String> {
    let Ok(object) = Object::parse(data) else {
        let note = (data != "null").then(|| format!("the answer holds {}", kind(data)));
        return Ok(Accepted { status: None, body_note: note });
    };
    let mut problems = Problems::default();
    let mut reader = Reader::new(&object, &mut problems);
    if let Some(other) = reader.text("order_id").filter(|id| !same_id(id, order.as_str())) {
        let other = OrderId::parse(&other).map_or_else(|_| "its id is none".to_owned(), |id| id.to_string());
        return Err(format!("the answer is about another order: {other}"));
    }
    let status = reader.text("status").as_deref().map(Status::from_wire);
    let body_note = reader.text("message").map(|m| super::error::shown(&m));
    Ok(Accepted { status, body_note })
}

/// `success: false` under a status of success contradicts itself; a code the documents know as a
/// refusal settles it, anything else leaves it open.
fn failed_in_success(answer: &Answer, said: envelope::Said) -> ApiError {
    match said.code.as_deref().and_then(codes::lookup) {
        Some(known) if known.certain == Certain::Refused => answer.rejected(said),
        _ => ApiError::unknown(said.message.as_deref().unwrap_or("a failure without a reason"), said.code),
    }
}

/// A 4xx is a no, unless its code says that the API itself does not know.
fn refused(answer: &Answer) -> ApiError {
    let said = envelope::failure(answer.body.as_deref().unwrap_or_default());
    match said.code.as_deref().and_then(codes::lookup) {
        Some(known) if known.certain == Certain::Unknown => unknown(answer, "the API failed"),
        _ => answer.rejected(said),
    }
}

fn unknown(answer: &Answer, why: &str) -> ApiError {
    let said = envelope::failure(answer.body.as_deref().unwrap_or_default());
    let words = said.message.map(|m| format!(": {m}")).unwrap_or_default();
    ApiError::unknown(&format!("HTTP {}, {why}{words}", answer.status), said.code)
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
