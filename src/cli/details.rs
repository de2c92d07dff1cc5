//! Whether details fit a rail's own form. Pure; no reason repeats a value.
//!
//! A rail may bring several forms, one for each type of institution. Where the right one is not
//! known, details that fit any of them pass and the API judges.

use crate::app::form::Rule;
use crate::domain::rails::{Rail, RailField};

/// Everything that does not fit; nothing when it does.
pub fn misfits(
    rail: &Rail,
    institution_type: Option<&str>,
    beneficiary: Option<&str>,
    details: &[(String, String)],
) -> Vec<String> {
    let own = rail.fields_for(institution_type, beneficiary);
    let found = against(own, details);
    let is_guess = std::ptr::eq(own, rail.fields.as_slice());
    if is_guess && rail.formats.iter().any(|format| against(&format.fields, details).is_empty()) {
        return Vec::new();
    }
    found
}

fn against(fields: &[RailField], details: &[(String, String)]) -> Vec<String> {
    let mut out: Vec<String> = fields.iter().filter_map(|field| misfit(field, details)).collect();
    let known: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
    for (key, _) in details.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
        out.push(format!("{key}: the rail has no such field; it has {}", known.join(", ")));
    }
    for (at, (key, _)) in details.iter().enumerate() {
        if details.iter().skip(at + 1).any(|(other, _)| other == key) {
            out.push(format!("{key}: is given twice"));
        }
    }
    out
}

fn misfit(field: &RailField, details: &[(String, String)]) -> Option<String> {
    let given = details.iter().find(|(key, _)| *key == field.key).map(|(_, value)| value.as_str());
    let why = match given.filter(|value| !value.is_empty()) {
        None if field.required => "is required".to_owned(),
        None => return None,
        Some(value) => unfit(field, value)?,
    };
    let label = field.label.as_deref().map(|label| format!(" ({label})")).unwrap_or_default();
    Some(format!("{}{label}: {why}", field.key))
}

fn unfit(field: &RailField, value: &str) -> Option<String> {
    if !field.options.is_empty() {
        let codes: Vec<&str> = field.options.iter().map(|(code, _)| code.as_str()).collect();
        return (!codes.contains(&value)).then(|| format!("must be one of {}", codes.join(", ")));
    }
    Rule::pattern(field.pattern.as_deref()?, field.placeholder.as_deref()).broken_by(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rails::RailFormat;

    fn field(key: &str, required: bool, pattern: Option<&str>) -> RailField {
        RailField { key: key.to_owned(), required, pattern: pattern.map(str::to_owned), ..RailField::default() }
    }

    fn details(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn every_misfit_is_named_and_no_value_is() {
        let mut kind = field("kind", false, None);
        kind.options = vec![("savings".to_owned(), "Savings".to_owned())];
        let fields = vec![field("number", true, Some("^[0-9]{4}$")), field("name", true, None), kind];
        let rail = Rail { fields, ..Rail::default() };
        assert!(misfits(&rail, None, None, &details(&[("number", "1234"), ("name", "A")])).is_empty());
        let wrong = details(&[("number", "777"), ("kind", "777"), ("nmae", "777"), ("number", "1")]);
        let found = misfits(&rail, None, None, &wrong);
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(!found.concat().contains("777") && found.concat().contains("savings"), "{found:?}");
    }

    #[test]
    fn where_the_form_is_not_known_any_of_them_will_do() {
        let format = |kind: &str, key: &str| RailFormat {
            institution_types: vec![kind.to_owned()],
            fields: vec![field(key, true, None)],
            ..RailFormat::default()
        };
        let formats = vec![format("bank", "iban"), format("wallet", "phone")];
        let rail = Rail { fields: vec![field("iban", true, None)], formats, ..Rail::default() };
        let phone = details(&[("phone", "1")]);
        assert!(misfits(&rail, None, None, &phone).is_empty());
        assert!(!misfits(&rail, Some("bank"), None, &phone).is_empty());
        assert!(!misfits(&rail, None, None, &details(&[("fax", "1")])).is_empty());
    }
}
