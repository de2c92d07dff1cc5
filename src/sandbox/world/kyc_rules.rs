//! What the API accepts as KYC data, and the documented key of each refusal.
//!
//! Blank values count as absent everywhere. Source: reference, section 3.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value};

/// `error_key` of a refusal.
pub type Key = &'static str;

type Fields = BTreeMap<String, String>;

const SUBMISSION: &[&str] = &[
    "first_name",
    "last_name",
    "country_code",
    "dob",
    "middle_name",
    "phone_number",
    "id_number",
    "id_type",
    "address",
    "city",
    "postal_code",
];
const UPDATE: &[&str] = &[
    "address",
    "city",
    "postal_code",
    "dob",
    "phone_number",
    "middle_name",
    "id_number",
    "id_type",
    "gender",
    "nationality",
    "id_issue_country",
    "source_of_funds",
];
/// Of both versions of the documents.
const SUBMITTED_ID_TYPES: &[&str] =
    &["NATIONAL_ID", "DRIVER_LICENSE", "PASSPORT", "NIN", "NIN_SLIP", "BVN", "VOTER_ID", "TAX_ID", "KENYA_KRA_PIN"];
const UPDATED_ID_TYPES: &[&str] = &["NATIONAL_ID", "DRIVER_LICENSE", "PASSPORT", "RESIDENCE_PERMIT"];
const SOURCES_OF_FUNDS: &[&str] = &[
    "salary",
    "business_income",
    "savings",
    "investment",
    "gift",
    "family_support",
    "loan",
    "sale_of_property",
    "inheritance",
    "other",
];
/// Documents that exist as `NAME`, `NAME_front` and `NAME_back`.
const TWO_SIDED: &[&str] = &[
    "national_id",
    "driver_license",
    "voter_id",
    "resident_card",
    "id_card",
    "ghana_card",
    "ghana_ssnit_card",
    "kenya_alien_card",
    "green_book",
    "tax_id",
    "colombia_ppt",
];
const LONGEST: usize = 256;
const ADULT: u32 = 18;

/// The data of `direct_data`.
pub fn submission(pii: &Map<String, Value>, today: NaiveDate) -> Result<Fields, Key> {
    let fields = texts(pii, SUBMISSION)?;
    if !["first_name", "last_name", "country_code"].iter().all(|key| fields.contains_key(*key)) {
        return Err("required_fields_missing");
    }
    check(&fields, today)?;
    match fields.get("id_type") {
        Some(word) if !SUBMITTED_ID_TYPES.contains(&word.as_str()) => Err("invalid_identity_number_type"),
        _ => Ok(fields),
    }
}

/// The names of a `handoff`.
pub fn names(pii: &Map<String, Value>) -> Result<Fields, Key> {
    let fields = texts(pii, &["first_name", "last_name", "country_code"])?;
    check(&fields, NaiveDate::MAX)?;
    Ok(fields)
}

/// The provider and its token of an `external_token`.
pub fn token(data: &Map<String, Value>) -> Result<(), Key> {
    let text = |key: &str| data.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    match data.get("provider").and_then(Value::as_str) {
        Some("sumsub") if text("token") => Ok(()),
        Some("persona") if text("inquiry_id") => Ok(()),
        Some("sumsub" | "persona") | None => Err("required_fields_missing"),
        Some(_) => Err("invalid_kyc_provider"),
    }
}

/// The fields of an update.
pub fn update(given: &Map<String, Value>, today: NaiveDate) -> Result<Fields, Key> {
    let fields = texts(given, UPDATE)?;
    if fields.is_empty() {
        return Err("no_valid_kyc_fields");
    }
    check(&fields, today)?;
    let one_of = |key: &str, words: &[&str]| fields.get(key).is_none_or(|word| words.contains(&word.as_str()));
    if !one_of("gender", &["M", "F"]) {
        return Err("invalid_gender");
    }
    if !one_of("source_of_funds", SOURCES_OF_FUNDS) {
        return Err("invalid_source_of_funds");
    }
    if one_of("id_type", UPDATED_ID_TYPES) { Ok(fields) } else { Err("invalid_field_value") }
}

/// The known, filled fields.
fn texts(given: &Map<String, Value>, known: &[&str]) -> Result<Fields, Key> {
    let mut fields = Fields::new();
    for (key, value) in given.iter().filter(|(key, value)| known.contains(&key.as_str()) && !value.is_null()) {
        let text = value.as_str().ok_or("invalid_field_value")?.trim();
        if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            return Err("invalid_field_value");
        }
        if !text.is_empty() {
            fields.insert(key.clone(), text.to_owned());
        }
    }
    Ok(fields)
}

fn check(fields: &Fields, today: NaiveDate) -> Result<(), Key> {
    if let Some(text) = fields.get("dob") {
        let born = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "invalid_date_of_birth")?;
        if born > today || born.year() < 1900 {
            return Err("invalid_date_of_birth");
        }
        if today.years_since(born).is_none_or(|age| age < ADULT) {
            return Err("underage_not_allowed");
        }
    }
    let countries = ["country_code", "nationality", "id_issue_country"];
    if !countries.iter().filter_map(|key| fields.get(*key)).all(|text| is_country(text)) {
        return Err("invalid_country_code");
    }
    if fields.get("phone_number").is_none_or(|text| is_phone(text)) { Ok(()) } else { Err("invalid_field_value") }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// E.164.
pub fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

/// Whether this is a documented `document_type`.
pub fn is_document_type(kind: &str) -> bool {
    matches!(kind, "identity_front" | "identity_back" | "selfie" | "passport" | "passport_front")
        || TWO_SIDED
            .iter()
            .any(|name| kind.strip_prefix(name).is_some_and(|side| ["", "_front", "_back"].contains(&side)))
}

/// Whether this is the front of some identity document.
pub fn is_identity_front(kind: &str) -> bool {
    is_document_type(kind) && kind != "selfie" && !kind.ends_with("_back")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 21).unwrap()
    }

    fn refusal(given: &Value) -> Key {
        update(given.as_object().unwrap(), today()).unwrap_err()
    }

    #[test]
    fn each_bad_update_has_its_key() {
        assert_eq!(refusal(&json!({"dob": "2008-09-22"})), "underage_not_allowed");
        assert_eq!(refusal(&json!({"dob": "21.9.1990"})), "invalid_date_of_birth");
        assert_eq!(refusal(&json!({"dob": "2030-01-01"})), "invalid_date_of_birth");
        assert_eq!(refusal(&json!({"gender": "X"})), "invalid_gender");
        assert_eq!(refusal(&json!({"nationality": "Italy"})), "invalid_country_code");
        assert_eq!(refusal(&json!({"source_of_funds": "luck"})), "invalid_source_of_funds");
        assert_eq!(refusal(&json!({"id_type": "NIN"})), "invalid_field_value");
        assert_eq!(refusal(&json!({"city": 7})), "invalid_field_value");
        assert_eq!(refusal(&json!({"city": "a\u{7}b"})), "invalid_field_value");
        assert_eq!(refusal(&json!({"phone_number": "0700"})), "invalid_field_value");
        assert_eq!(refusal(&json!({"city": "  ", "first_name": "Ann"})), "no_valid_kyc_fields");
        let birthday = json!({"dob": "2008-09-21", "city": " Rome ", "address": ""});
        let fields = update(birthday.as_object().unwrap(), today()).unwrap();
        assert_eq!(
            fields.into_iter().collect::<Vec<_>>(),
            [("city".into(), "Rome".into()), ("dob".into(), "2008-09-21".into())]
        );
    }

    #[test]
    fn documents_have_fronts_and_backs() {
        let front = ["identity_front", "passport", "passport_front", "tax_id", "ghana_card_front"];
        assert!(front.iter().all(|kind| is_identity_front(kind)));
        let other = ["selfie", "identity_back", "voter_id_back", "passport_back", "tax_id_side", ""];
        assert!(!other.iter().any(|kind| is_identity_front(kind)));
        assert!(!is_document_type("passport_back") && is_document_type("voter_id_back"));
    }
}
