//! Which fields of a request an error is about, so that a form can put it where it belongs.
//! Source: reference, sections 3 and 12.
//!
//! The documents name them in `details` (`kyc_fields`, `missing_fields`) or by the error key
//! alone; servers that say `field` or `errors` are understood as well.

use super::error::shown;
use super::wire::object::{Member, Object};
use super::wire::reader::{array, scalar_text};

/// The most fields kept; no form has more.
const MOST: usize = 50;

/// Where lists of fields stand, in an error itself and in its `details`.
const LISTS: [&str; 6] = ["field", "fields", "missing_fields", "kyc_fields", "errors", "invalid_fields"];

/// The names of a field inside a list's entry.
const NAMES: [&str; 3] = ["field", "key", "name"];

/// The fields of keys that say by themselves what they are about.
const BY_CODE: [(&str, &str); 9] = [
    ("underage_not_allowed", "dob"),
    ("invalid_date_of_birth", "dob"),
    ("invalid_identity_number_type", "id_type"),
    ("invalid_gender", "gender"),
    ("invalid_source_of_funds", "source_of_funds"),
    ("invalid_country_code", "country_code"),
    ("POSTAL_CODE_REQUIRED", "postal_code"),
    ("UNSUPPORTED_CURRENCY", "currency"),
    ("INVALID_PAYMENT_DETAILS", "payment_details_id"),
];

/// The fields named by the object of an error, each once.
pub fn named(error: &Object<'_>, code: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    listed(error, &mut found);
    if let Member::Value(details) = error.get("details")
        && let Ok(details) = Object::parse(details)
    {
        listed(&details, &mut found);
    }
    if found.is_empty() {
        let by_code = BY_CODE.iter().find(|(key, _)| code.is_some_and(|code| code.eq_ignore_ascii_case(key)));
        found.extend(by_code.map(|(_, field)| (*field).to_owned()));
    }
    found
}

fn listed(object: &Object<'_>, found: &mut Vec<String>) {
    for key in LISTS {
        if let Member::Value(raw) = object.get(key) {
            entries(raw, found);
        }
    }
}

/// A name, a list of names or of objects with one, or an object whose keys are names.
fn entries(raw: &str, found: &mut Vec<String>) {
    if let Some(items) = array(raw) {
        items.into_iter().take(MOST).for_each(|item| entry(item, found));
    } else if let Ok(object) = Object::parse(raw) {
        object.members().take(MOST).for_each(|(name, _)| add(name, found));
    } else {
        entry(raw, found);
    }
}

fn entry(raw: &str, found: &mut Vec<String>) {
    let Ok(object) = Object::parse(raw) else {
        return scalar_text(raw).into_iter().for_each(|name| add(&name, found));
    };
    let name = NAMES.iter().find_map(|key| match object.get(key) {
        Member::Value(raw) => scalar_text(raw),
        _ => None,
    });
    if let Some(name) = name {
        add(&name, found);
    }
}

/// Only what can be a field's name: a path keeps its last part (`details.iban` is `iban`).
fn add(name: &str, found: &mut Vec<String>) {
    let name = shown(name.rsplit('.').next().unwrap_or(name));
    let plausible = name.starts_with(char::is_alphabetic) && name.len() <= 80 && !name.contains(char::is_whitespace);
    if plausible && found.len() < MOST && !found.contains(&name) {
        found.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: &str, code: Option<&str>) -> Vec<String> {
        named(&Object::parse(error).unwrap(), code)
    }

    #[test]
    fn every_way_to_name_a_field_is_read() {
        let details =
            r#"{"details":{"missing_fields":["id_number"],"kyc_fields":["city","address"],"field_limits":{"x":1}}}"#;
        assert_eq!(of(details, None), ["id_number", "city", "address"]);
        assert_eq!(of(r#"{"details":{"field":"email"}}"#, None), ["email"]);
        assert_eq!(of(r#"{"details":{"fields":[{"field":"details.iban","label":"IBAN"}]}}"#, None), ["iban"]);
        assert_eq!(of(r#"{"errors":{"account_number":"too short"}}"#, None), ["account_number"]);
        assert_eq!(of("{}", Some("invalid_gender")), ["gender"]);
        assert_eq!(of("{}", Some("underage_not_allowed")), ["dob"]);
        assert!(of(r#"{"details":{"fields":["a sentence, no name",7.5,null,{}]}}"#, None).is_empty());
        assert!(of(r#"{"details":null}"#, Some("BRAND_NEW")).is_empty());
    }
}
