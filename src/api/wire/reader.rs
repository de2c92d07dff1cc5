//! Reads fields one by one; a field that cannot be read is left empty and named.
//!
//! Every field is given by its whole path (`amounts.rate`); its last part is the key. Numbers are
//! taken from their text, be it a JSON string or a JSON number: documents and servers differ about
//! which they send, and neither may pass through a float.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::object::{Member, Object, cut, kind};
use crate::domain::Amount;
use crate::domain::amount::clean_integer;
use crate::domain::order::FieldProblem;

/// The longest text kept for display, in bytes.
pub const MAX_TEXT: usize = 4096;

/// The longest list read; nothing documented comes near it.
pub const MAX_ITEMS: usize = 1000;

/// Problems kept of one thing: a list of a million broken entries is one broken list.
const MAX_PROBLEMS: usize = 50;

/// A field's path, whose last part is the key.
pub type Path = &'static str;

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Problems(Vec<FieldProblem>);

impl Problems {
    /// Notes that a field could not be read. Of `raw`, where there is any, only what kind of thing it
    /// is: the problem is shown and written where what the answer says is not.
    pub fn note(&mut self, field: Path, what: &str, raw: &str) {
        if self.0.len() < MAX_PROBLEMS {
            let reason = if raw.is_empty() { what.to_owned() } else { format!("{what}: {}", kind(raw)) };
            self.0.push(FieldProblem { field, reason });
        }
    }

    /// Hands them over.
    pub fn into_vec(self) -> Vec<FieldProblem> {
        self.0
    }

    /// Whether anything was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first problem noted about a field.
    pub fn about(&self, field: Path) -> Option<&FieldProblem> {
        self.0.iter().find(|p| p.field == field)
    }
}

/// One object and where to note what is wrong with it.
pub struct Reader<'o, 'a> {
    object: &'o Object<'a>,
    problems: &'o mut Problems,
}

impl<'o, 'a> Reader<'o, 'a> {
    /// Reads the fields of `object`.
    pub fn new(object: &'o Object<'a>, problems: &'o mut Problems) -> Self {
        Self { object, problems }
    }

    /// The value's own text; `None` if there is nothing, or two things.
    pub fn raw(&mut self, path: Path) -> Option<&'a str> {
        match self.object.get(key(path)) {
            Member::Nothing => None,
            Member::Value(text) => Some(text),
            Member::Twice => self.refuse(path, "appears twice", ""),
        }
    }

    /// A text field, cut to [`MAX_TEXT`]. An empty text is no text.
    pub fn text(&mut self, path: Path) -> Option<String> {
        let raw = self.raw(path)?;
        match serde_json::from_str::<String>(raw) {
            Ok(text) => Some(cut(&text, MAX_TEXT)).filter(|t| !t.is_empty()),
            Err(_) => self.refuse(path, "not a text", raw),
        }
    }

    /// A decimal amount, exact.
    pub fn amount(&mut self, path: Path) -> Option<Amount> {
        self.number(path, "not an exact amount", |t| Amount::parse(t).ok())
    }

    /// An unsigned integer of at most `u64`.
    pub fn integer(&mut self, path: Path) -> Option<u64> {
        self.number(path, "not a whole number", small_integer)
    }

    /// A number, given as a string or a number, through its text.
    pub fn number<T>(&mut self, path: Path, what: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let raw = self.raw(path)?;
        match scalar_text(raw).as_deref().and_then(read) {
            Some(value) => Some(value),
            None => self.refuse(path, what, raw),
        }
    }

    /// Whole seconds left; what is below zero is noted and read as zero.
    pub fn seconds_left(&mut self, path: Path) -> Option<u64> {
        let raw = self.raw(path)?;
        let text = scalar_text(raw).unwrap_or_default();
        if text.strip_prefix('-').and_then(clean_integer).is_some() {
            self.problems.note(path, "below zero, read as 0", raw);
            return Some(0);
        }
        self.integer(path)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, path: Path) -> Option<bool> {
        let raw = self.raw(path)?;
        match raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => self.refuse(path, "neither true nor false", raw),
        }
    }

    /// A time in RFC 3339.
    pub fn time(&mut self, path: Path) -> Option<DateTime<Utc>> {
        self.number(path, "not a time", |t| DateTime::parse_from_rfc3339(t).ok().map(|t| t.to_utc()))
    }

    /// An identifier, given as a string or a number. An empty one is none.
    pub fn id<T: FromStr>(&mut self, path: Path) -> Option<T> {
        let raw = self.raw(path)?;
        if raw == "\"\"" {
            return None;
        }
        self.number(path, "not an identifier", |t| t.parse().ok())
    }

    /// An object.
    pub fn object(&mut self, path: Path) -> Option<Object<'a>> {
        let raw = self.raw(path)?;
        match Object::parse(raw) {
            Ok(object) => Some(object),
            Err(_) => self.refuse(path, "not an object", raw),
        }
    }

    /// A reader for another object, noting in the same place.
    pub fn of<'b, 'c>(&'b mut self, object: &'b Object<'c>) -> Reader<'b, 'c> {
        Reader { object, problems: self.problems }
    }

    /// One item of a list as an object.
    pub fn item<'c>(&mut self, path: Path, raw: &'c str) -> Option<Object<'c>> {
        match Object::parse(raw) {
            Ok(object) => Some(object),
            Err(_) => self.refuse(path, "an entry is not an object", raw),
        }
    }

    /// The texts of a list's items, at most [`MAX_ITEMS`].
    pub fn items(&mut self, path: Path) -> Vec<&'a str> {
        let Some(raw) = self.raw(path) else { return Vec::new() };
        let Some(mut items) = array(raw) else {
            self.problems.note(path, "not a list", raw);
            return Vec::new();
        };
        if items.len() > MAX_ITEMS {
            self.problems.note(path, "too long a list, cut", "");
            items.truncate(MAX_ITEMS);
        }
        items
    }

    /// The members of an object as texts: strings as they are, anything else as its JSON.
    pub fn texts(&mut self, path: Path) -> Vec<(String, String)> {
        let Some(object) = self.object(path) else { return Vec::new() };
        let pair = |(name, raw): (&str, &str)| (cut(name, MAX_TEXT), cut(&any_text(raw), MAX_TEXT));
        object.members().take(MAX_ITEMS).map(pair).collect()
    }

    /// Whether the key is there with a value.
    pub fn has(&self, path: Path) -> bool {
        !matches!(self.object.get(key(path)), Member::Nothing)
    }

    /// Whether a problem with the field is noted already.
    pub fn has_problem(&self, path: Path) -> bool {
        self.problems.about(path).is_some()
    }

    /// Notes a problem and leaves the field empty.
    pub fn refuse<T>(&mut self, path: Path, what: &str, raw: &str) -> Option<T> {
        self.problems.note(path, what, raw);
        None
    }
}

fn key(path: Path) -> &'static str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The items of a JSON list as texts, or `None` if it is no list.
pub fn array(raw: &str) -> Option<Vec<&str>> {
    let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
    Some(items.into_iter().map(RawValue::get).collect())
}

/// The text of a JSON string or number; `None` for anything else.
pub fn scalar_text(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' => Some(raw.to_owned()),
        _ => None,
    }
}

/// A string's text, otherwise the JSON; `null` is the empty text.
pub fn any_text(raw: &str) -> String {
    match raw {
        "null" => String::new(),
        _ => scalar_text(raw).unwrap_or_else(|| raw.to_owned()),
    }
}

fn small_integer(text: &str) -> Option<u64> {
    clean_integer(text).and_then(|n| u64::try_from(n).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(json: &str, read: impl FnOnce(&mut Reader<'_, '_>) -> T) -> (T, Vec<FieldProblem>) {
        let object = Object::parse(json).unwrap();
        let mut problems = Problems::default();
        let value = read(&mut Reader::new(&object, &mut problems));
        (value, problems.into_vec())
    }

    #[test]
    fn money_keeps_every_digit_as_string_or_number() {
        for json in [r#"{"rate":"1234567890123456.123456"}"#, r#"{"rate":1234567890123456.123456}"#] {
            let (rate, problems) = with(json, |r| r.amount("amounts.rate"));
            assert_eq!(rate.unwrap().to_string(), "1234567890123456.123456");
            assert!(problems.is_empty());
        }
    }

    #[test]
    fn a_wrong_type_is_named_and_left_empty() {
        let (rate, problems) = with("{\"rate\":[\"\u{202e}1\"]}", |r| r.amount("amounts.rate"));
        assert_eq!(rate, None);
        assert_eq!(problems[0].field, "amounts.rate");
        assert_eq!(problems[0].reason, "not an exact amount: a list of 8 bytes", "nothing of what it says");
    }

    #[test]
    fn exponents_and_rounding_are_refused_for_money() {
        for json in [r#"{"a":1e3}"#, r#"{"a":"NaN"}"#, r#"{"a":true}"#, r#"{"a":"99999999999999999999999999999.9"}"#] {
            let (amount, problems) = with(json, |r| r.amount("a"));
            assert_eq!((amount, problems.len()), (None, 1), "{json}");
        }
    }

    #[test]
    fn seconds_below_zero_are_zero_and_named() {
        assert_eq!(with(r#"{"s":"1720"}"#, |r| r.seconds_left("s")), (Some(1720), vec![]));
        let (left, problems) = with(r#"{"s":-3}"#, |r| r.seconds_left("s"));
        assert_eq!((left, problems.len()), (Some(0), 1));
        let (left, problems) = with(r#"{"s":99999999999999999999}"#, |r| r.seconds_left("s"));
        assert_eq!((left, problems.len()), (None, 1));
        let (left, problems) = with(r#"{"s":{}}"#, |r| r.seconds_left("s"));
        assert_eq!((left, problems.len()), (None, 1));
    }

    #[test]
    fn long_texts_are_cut_and_long_lists_too() {
        let json = format!("{{\"t\":\"{}\",\"l\":[{}1]}}", "é".repeat(100_000), "1,".repeat(5000));
        let (text, problems) = with(&json, |r| r.text("t"));
        assert!(text.unwrap().len() <= MAX_TEXT + 3 && problems.is_empty());
        let (items, problems) = with(&json, |r| r.items("l").len());
        assert_eq!((items, problems.len()), (MAX_ITEMS, 1));
    }

    #[test]
    fn details_become_texts_whatever_they_are() {
        let (texts, _) = with(r#"{"details":{"a":"x","b":12,"c":{"d":1},"e":null}}"#, |r| r.texts("details"));
        let texts: Vec<_> = texts.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(texts, ["a=x", "b=12", "c={\"d\":1}", "e="]);
    }

    #[test]
    fn a_key_given_twice_is_not_guessed() {
        let (amount, problems) = with(r#"{"a":"1","a":"2"}"#, |r| r.amount("a"));
        assert_eq!((amount, problems[0].reason.as_str()), (None, "appears twice"));
    }

    #[test]
    fn the_list_of_problems_is_bounded() {
        let mut problems = Problems::default();
        (0..10_000).for_each(|_| problems.note("timeline", "not an object", "1"));
        assert_eq!(problems.into_vec().len(), MAX_PROBLEMS);
    }
}
