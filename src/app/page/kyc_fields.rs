//! The fields of a person's KYC data as form fields, and which field a refusal of the API is about.
//! Personal data are private: they are masked while the field has no focus. Source: reference,
//! section 3.

use crate::app::failure::Failure;
use crate::app::form::{Choice, Field, Form, Rule};
use crate::domain::Now;

/// Both dialects' words for an identity document of a submission.
const SUBMITTED_ID_TYPES: &[&str] =
    &["NATIONAL_ID", "DRIVER_LICENSE", "PASSPORT", "NIN", "NIN_SLIP", "BVN", "VOTER_ID", "TAX_ID", "KENYA_KRA_PIN"];

/// The words a change takes.
const CHANGED_ID_TYPES: &[&str] = &["NATIONAL_ID", "DRIVER_LICENSE", "PASSPORT", "RESIDENCE_PERMIT"];

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

/// What an address consists of, in the API's names.
pub const ADDRESS: [&str; 3] = ["address", "city", "postal_code"];

/// Everything a change can hold, the address first.
pub const CHANGEABLE: [&str; 12] = [
    "address",
    "city",
    "postal_code",
    "dob",
    "phone_number",
    "middle_name",
    "id_type",
    "id_number",
    "gender",
    "nationality",
    "id_issue_country",
    "source_of_funds",
];

/// Which field each documented refusal is about.
const REFUSALS: &[(&str, &str, &str)] = &[
    ("underage_not_allowed", "dob", "the API refuses persons under age; nothing was changed"),
    ("invalid_date_of_birth", "dob", "the API does not accept this date of birth; nothing was changed"),
    ("invalid_identity_number_type", "id_type", "the API does not accept this kind of document; nothing was changed"),
    ("invalid_gender", "gender", "the API does not accept this; nothing was changed"),
    ("invalid_source_of_funds", "source_of_funds", "the API does not accept this; nothing was changed"),
];

/// A choice that may be left open: nothing is chosen beforehand.
fn open_choice(name: &str, label: &str, words: &[&str]) -> Field {
    let choices = words.iter().map(|word| Choice::plain(word)).collect();
    Field::choice(name, label, choices).with("").hint("Arrows choose; Backspace leaves it open.")
}

/// A field of a submission or a change by its name on the wire. A name this version does not know
/// becomes a free text with the API's own label.
pub fn field(name: &str, label: Option<&str>) -> Field {
    match name {
        "first_name" => Field::text(name, "first name").private(),
        "last_name" => Field::text(name, "last name").private(),
        "middle_name" => Field::text(name, "middle name").private(),
        "country_code" => Field::text(name, "country").rule(Rule::Country).hint("Two letters of ISO 3166, like NG."),
        "dob" => Field::text(name, "date of birth").rule(Rule::Day).private().hint("YYYY-MM-DD; of age is a must."),
        "phone_number" => Field::text(name, "phone").rule(Rule::Phone).private().hint("With + and country code."),
        "id_type" => open_choice(name, "kind of ID", CHANGED_ID_TYPES),
        "id_number" => Field::text(name, "number of ID").private(),
        "address" => Field::text(name, "street address").private().hint(PAYOUT),
        "city" => Field::text(name, "city").private().hint(PAYOUT),
        "postal_code" => Field::text(name, "postal code").private().hint(PAYOUT),
        "gender" => open_choice(name, "gender", &["M", "F"]),
        "nationality" => Field::text(name, "nationality").rule(Rule::Country).hint("Two letters, like NG."),
        "id_issue_country" => Field::text(name, "ID issued in").rule(Rule::Country).hint("Two letters, like NG."),
        "source_of_funds" => open_choice(name, "source of funds", SOURCES_OF_FUNDS),
        other => Field::text(other, label.unwrap_or(other)).private(),
    }
}

const PAYOUT: &str = "EUR, AUD and GBP payouts need street address, city and postal code.";

/// The kind of ID as a submission takes it.
pub fn submitted_id_type() -> Field {
    open_choice("id_type", "kind of ID", SUBMITTED_ID_TYPES)
}

/// Refuses a date of birth that nobody can have: a day that has not come yet. The age the API wants
/// is not documented; that it judges itself. `false` means that nothing may be sent.
pub fn was_born(form: &mut Form, now: &Now) -> bool {
    let future = form.filled("dob").is_some_and(|text| *text > *now.wall.format("%Y-%m-%d").to_string());
    if future {
        form.refused(&Failure::not_sent("this day has not come yet", "Nothing was sent.").about(&["dob"]));
    }
    !future
}

/// Puts a failure where it belongs: a documented key at its field, anything else as the form does.
pub fn refused(form: &mut Form, failure: &Failure) {
    let said = |key: &str| {
        failure.code().is_some_and(|code| code.eq_ignore_ascii_case(key))
            || failure.no.as_ref().and_then(|no| no.message.as_ref()).is_some_and(|text| text.contains(key))
    };
    let country = ["country_code", "nationality", "id_issue_country"];
    let by_key = REFUSALS.iter().find(|(key, field, _)| said(key) && form.field(field).is_some());
    match by_key {
        Some((_, field, words)) => {
            let placed = Failure { what: (*words).to_owned(), ..failure.clone() }.about(&[field]);
            form.refused(&placed);
        }
        None if said("invalid_country_code") => {
            let field = country.into_iter().find(|name| form.filled(name).is_some()).unwrap_or("country_code");
            form.refused(&failure.clone().about(&[field]));
        }
        None => form.refused(failure),
    }
}

/// What is filled in of these fields: name on the wire and value. Countries go in capitals.
pub fn filled(form: &Form, names: &[&str]) -> Vec<(String, String)> {
    let capital = |name: &str| matches!(name, "nationality" | "id_issue_country");
    names
        .iter()
        .filter_map(|name| form.filled(name).map(|value| (*name, value)))
        .map(|(name, value)| {
            let value = if capital(name) { value.to_uppercase() } else { value.to_owned() };
            (name.to_owned(), value)
        })
        .collect()
}
