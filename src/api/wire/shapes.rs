//! The shapes answers come in: one thing, a list of things, lists inside. Built on [`Reader`].
//!
//! What has no identity cannot be referred to and is left out of its list; a single thing without
//! one is an error that names every field in the way.

use rust_decimal::Decimal;

use super::object::{Object, cut};
use super::reader::{MAX_TEXT, Path, Problems, Reader, any_text, array};
use crate::domain::Amount;
use crate::domain::order::FieldProblem;

/// Reads `data` as one thing, with what could not be read of it.
///
/// # Errors
/// That it is no object, or what is missing.
pub fn one_with_problems<T>(
    data: &str,
    what: &str,
    read: impl FnOnce(&mut Reader<'_, '_>) -> Option<T>,
) -> Result<(T, Vec<FieldProblem>), String> {
    let object = Object::parse(data).map_err(|e| format!("{what}: {e}"))?;
    let mut problems = Problems::default();
    let value = read(&mut Reader::new(&object, &mut problems));
    let problems = problems.into_vec();
    match value {
        Some(value) => Ok((value, problems)),
        None => Err(format!("{what}: incomplete or malformed: {}", listed(&problems))),
    }
}

/// Reads `data` as one thing; blemishes are forgiven.
///
/// # Errors
/// That it is no object, or what is missing.
pub fn one<T>(data: &str, what: &str, read: impl FnOnce(&mut Reader<'_, '_>) -> Option<T>) -> Result<T, String> {
    one_with_problems(data, what, read).map(|(value, _)| value)
}

/// Reads `data` as one thing in which nothing may be wrong: what gets signed.
///
/// # Errors
/// That it is no object, or every missing or broken field.
pub fn faultless<T>(data: &str, what: &str, read: impl FnOnce(&mut Reader<'_, '_>) -> Option<T>) -> Result<T, String> {
    match one_with_problems(data, what, read)? {
        (value, problems) if problems.is_empty() => Ok(value),
        (_, problems) => Err(format!("{what}: incomplete or malformed: {}", listed(&problems))),
    }
}

/// Reads `data` as a list; `null` is an empty one.
///
/// # Errors
/// That it is no list.
pub fn list<T>(data: &str, what: &str, read: impl Fn(&mut Reader<'_, '_>) -> Option<T>) -> Result<Vec<T>, String> {
    if data == "null" {
        return Ok(Vec::new());
    }
    let items = array(data).ok_or_else(|| format!("{what}: not a list"))?;
    let mut problems = Problems::default();
    let mut item = |raw| Object::parse(raw).ok().and_then(|object| read(&mut Reader::new(&object, &mut problems)));
    Ok(items.into_iter().filter_map(&mut item).collect())
}

fn listed(problems: &[FieldProblem]) -> String {
    let all: Vec<String> = problems.iter().map(|p| format!("{} ({})", p.field, p.reason)).collect();
    if all.is_empty() { "what it is about is missing".to_owned() } else { all.join(", ") }
}

impl Reader<'_, '_> {
    /// The objects of a list.
    pub fn things<T>(&mut self, path: Path, read: impl Fn(&mut Reader<'_, '_>) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        for raw in self.items(path) {
            if let Some(object) = self.item(path, raw) {
                out.extend(read(&mut self.of(&object)));
            }
        }
        out
    }

    /// An object inside.
    pub fn part<T>(&mut self, path: Path, read: impl FnOnce(&mut Reader<'_, '_>) -> T) -> Option<T> {
        let object = self.object(path)?;
        Some(read(&mut self.of(&object)))
    }

    /// The items of a list as texts, whatever they are.
    pub fn words(&mut self, path: Path) -> Vec<String> {
        self.items(path).into_iter().map(|raw| cut(&any_text(raw), MAX_TEXT)).collect()
    }

    /// A number or a text, as text.
    pub fn scalar(&mut self, path: Path) -> Option<String> {
        self.number(path, "neither a text nor a number", |t| Some(cut(t, MAX_TEXT)).filter(|t| !t.is_empty()))
    }

    /// A number to look at: unlike money it may come with an exponent.
    pub fn figure(&mut self, path: Path) -> Option<Amount> {
        let scientific = |t: &str| Decimal::from_scientific(t).ok().map(Amount::from);
        self.number(path, "not a number", |t| Amount::parse(t).ok().or_else(|| scientific(t)))
    }

    /// A field that must be there.
    pub fn need<T>(&mut self, path: Path, read: impl FnOnce(&mut Self, Path) -> Option<T>) -> Option<T> {
        match read(self, path) {
            None if !self.has_problem(path) => self.refuse(path, "missing", ""),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_what_can_be_referred_to() {
        let read = |data| list(data, "the list", |r| r.text("code"));
        assert_eq!(read(r#"[{"code":"a"},{},7,{"code":"b"}]"#), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(read("null"), Ok(Vec::new()));
        assert!(read("{}").is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        let needs = |r: &mut Reader<'_, '_>| r.need("a.b", Reader::text);
        assert!(one("{}", "the thing", needs).unwrap_err().contains("a.b (missing)"));
        assert!(one(r#"{"b":7}"#, "the thing", needs).unwrap_err().contains("a.b (not a text: a number of 1 byte)"));
        let spare = |r: &mut Reader<'_, '_>| Some(r.text("c"));
        assert_eq!(one(r#"{"c":7}"#, "the thing", spare), Ok(None));
        assert!(faultless(r#"{"c":7}"#, "the thing", spare).is_err());
    }

    #[test]
    fn figures_may_have_an_exponent_and_money_may_not() {
        let both = |r: &mut Reader<'_, '_>| Some((r.figure("rate").map(|a| a.to_string()), r.amount("rate")));
        assert_eq!(one(r#"{"rate":6.25e-5}"#, "x", both), Ok((Some("0.0000625".to_owned()), None)));
    }
}
