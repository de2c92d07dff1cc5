//! `{"success":true,"data":..}` and the three shapes of no. Source: reference, section 1.
//!
//! Any endpoint may use any shape, or answer with nothing, or with a page made for people. What a
//! body says is found out here; what it means for a call is decided elsewhere.

use super::error::{Details, Rejection, shown};
use super::fields;
use super::wire::object::{Member, Object, bytes, compact, cut};
use super::wire::reader::scalar_text;

/// The longest code kept, in bytes; documented ones stay below 50.
const MAX_CODE: usize = 80;

/// What a body says.
#[derive(Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Nothing, or white space.
    Empty,
    /// `success: true` with its `data`, `null` if there is none.
    Success(&'a str),
    /// `success: false`.
    Failure(Said),
    /// Not the API's envelope; what it is instead.
    Foreign(String),
}

/// What the API says about a failure; all visible and cut.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Said {
    /// The code or `error_key`.
    pub code: Option<String>,
    /// Its words.
    pub message: Option<String>,
    /// `details` as JSON text.
    pub details: Option<Details>,
    /// The fields of the request it names.
    pub fields: Vec<String>,
}

/// Reads a body.
pub fn read(body: &str) -> Body<'_> {
    if body.trim().is_empty() {
        return Body::Empty;
    }
    let object = match Object::parse(body) {
        Ok(object) => object,
        Err(e) => return Body::Foreign(foreign(body, &e)),
    };
    match object.get("success") {
        Member::Value("true") => success(&object),
        Member::Value("false") => Body::Failure(said(&object)),
        _ => Body::Foreign("JSON that does not say whether it succeeded".to_owned()),
    }
}

fn success<'a>(object: &Object<'a>) -> Body<'a> {
    match object.get("data") {
        Member::Value(data) => Body::Success(data),
        Member::Nothing => Body::Success("null"),
        Member::Twice => Body::Foreign("an answer with two `data`".to_owned()),
    }
}

/// What a body of an error status says, whatever it is.
pub fn failure(body: &str) -> Said {
    match Object::parse(body) {
        Ok(object) => said(&object),
        Err(_) if body.trim().is_empty() => Said::default(),
        Err(e) => Said { message: Some(foreign(body, &e)), ..Said::default() },
    }
}

/// Shape 1 (`error` object), shape 3 (`error` text), shape 2 (`data.error_key`), in this order.
fn said(object: &Object<'_>) -> Said {
    let mut said = Said::default();
    if let Member::Value(error) = object.get("error") {
        match Object::parse(error) {
            Ok(error) => said = from_parts(&error, "code"),
            Err(_) => said.message = scalar_text(error).map(|t| shown(&t)),
        }
    }
    if said.code.is_none()
        && let Member::Value(data) = object.get("data")
        && let Ok(data) = Object::parse(data)
    {
        let second = from_parts(&data, "error_key");
        let fields = if said.fields.is_empty() { second.fields } else { said.fields };
        said = Said { code: second.code, message: said.message.or(second.message), details: said.details, fields };
    }
    if said.message.is_none() {
        said.message = text(object, "message");
    }
    said
}

/// A sentence where a code belongs is a message.
fn from_parts(object: &Object<'_>, code_key: &str) -> Said {
    let word = text(object, code_key);
    let (code, sentence) = match word {
        Some(word) if word.contains(char::is_whitespace) || word.len() > MAX_CODE => (None, Some(word)),
        word => (word, None),
    };
    let details = match object.get("details") {
        Member::Value(raw) => Some(Details::of(&compact(&cut(raw, 4096)))),
        _ => None,
    };
    let fields = fields::named(object, code.as_deref());
    Said { code, message: text(object, "message").or(sentence), details, fields }
}

fn text(object: &Object<'_>, key: &str) -> Option<String> {
    let Member::Value(raw) = object.get(key) else { return None };
    scalar_text(raw).map(|t| shown(&t)).filter(|t| !t.is_empty())
}

/// What it is instead, and nothing of what it says: it may be the half of an answer.
fn foreign(body: &str, error: &str) -> String {
    if body.trim_start().starts_with('<') {
        "a web page instead of an answer of the API".to_owned()
    } else {
        format!("not an answer of the API in its {}: {error}", bytes(body))
    }
}

impl Said {
    /// As a rejection with the given HTTP status.
    pub fn rejection(self, http_status: u16) -> Rejection {
        let Self { code, message, details, fields } = self;
        Rejection { http_status, code, message, details, fields, ..Rejection::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn no(body: &str) -> (Option<String>, Option<String>) {
        let Body::Failure(said) = read(body) else { panic!("{body}") };
        assert_eq!(said, failure(body));
        (said.code, said.message)
    }

    fn pair(code: Option<&str>, message: Option<&str>) -> (Option<String>, Option<String>) {
        (code.map(str::to_owned), message.map(str::to_owned))
    }

    #[test]
    fn all_three_shapes_are_read() {
        let first = r#"{"success":false,"error":{"code":"QUOTE_EXPIRED","message":"m","details":{ "a" : 1 }}}"#;
        assert_eq!(no(first), pair(Some("QUOTE_EXPIRED"), Some("m")));
        assert_eq!(failure(first).details.as_deref(), Some("{\"a\":1}"));
        assert_eq!(no(r#"{"success":false,"data":{"error_key":"unauthorized"}}"#), pair(Some("unauthorized"), None));
        let second = r#"{"success":false,"data":{"error_key":"webhook URL must use HTTPS"}}"#;
        assert_eq!(no(second), pair(None, Some("webhook URL must use HTTPS")));
        let second = r#"{"success":false,"data":{"error_key":"k","message":"m"}}"#;
        assert_eq!(no(second), pair(Some("k"), Some("m")));
        assert_eq!(no(r#"{"success":false,"error":"bare text"}"#), pair(None, Some("bare text")));
    }

    #[test]
    fn odd_failures_are_failures_all_the_same() {
        for body in [
            r#"{"success":false}"#,
            r#"{"success":false,"error":null,"data":null}"#,
            r#"{"success":false,"error":[1]}"#,
            r#"{"success":false,"error":{"code":{},"message":7}}"#,
            r#"{"success":false,"data":[]}"#,
        ] {
            no(body);
        }
    }

    #[test]
    fn what_is_no_envelope_is_said_to_be_foreign() {
        assert_eq!(read(" \n"), Body::Empty);
        assert_eq!(read(r#"{"success":true,"data":[1]}"#), Body::Success("[1]"));
        assert_eq!(read(r#"{"success":true}"#), Body::Success("null"));
        for body in ["<html>", "null", "[]", "{}", r#"{"success":"true"}"#, r#"{"success":1}"#, r#"{"success":true"#] {
            assert!(matches!(read(body), Body::Foreign(_)), "{body}");
        }
        assert!(matches!(read(r#"{"success":true,"success":false}"#), Body::Foreign(_)));
        assert_eq!(failure("<html>").message.as_deref(), Some("a web page instead of an answer of the API"));
        assert_eq!(failure("  "), Said::default());
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic_or_show_the_invisible(body in ".{0,80}") {
            let said = failure(&body);
            let texts = [said.code, said.message, said.details.map(|details| details.to_string())];
            prop_assert!(texts.iter().flatten().flat_map(|t| t.chars()).all(crate::domain::text::is_displayable));
            let _ = read(&body);
        }
    }
}
