//! Rails and institutions. Source: reference, section 2.

use super::reader::{Path, Reader};
use super::shapes::one;
use crate::domain::rails::{Institution, Institutions, Limits, Rail, RailField, RailFormat, Rails, Settlement};

/// Reads `GET /supported/payment-rails`.
///
/// # Errors
/// That it is no object.
pub fn read_rails(data: &str) -> Result<Rails, String> {
    one(data, "the payment rails", |r| {
        Some(Rails {
            country: r.text("country"),
            currency: r.text("currency"),
            direction: r.text("direction"),
            rails: r.things("rails", rail),
        })
    })
}

fn rail(r: &mut Reader<'_, '_>) -> Option<Rail> {
    Some(Rail {
        slug: r.text("slug")?,
        name: r.text("name"),
        institution_required: r.boolean("institution_required"),
        institution_lookup_key: r.text("institution_lookup_key"),
        currencies: r.words("currencies"),
        settlement: r.part("settlement", settlement),
        limits: r.part("limits", limits),
        fields: fields(r, "fields"),
        formats: r.things("formats", |r| Some(format(r))),
    })
}

fn settlement(r: &mut Reader<'_, '_>) -> Settlement {
    Settlement { speed: r.text("speed"), typical_minutes: r.integer("typical_minutes"), note: r.text("note") }
}

fn limits(r: &mut Reader<'_, '_>) -> Limits {
    Limits {
        min: r.figure("min_amount"),
        max: r.figure("max_amount"),
        max_per_transaction: r.figure("max_per_transaction"),
    }
}

fn format(r: &mut Reader<'_, '_>) -> RailFormat {
    RailFormat {
        id: r.scalar("id"),
        name: r.text("name"),
        institution_types: r.words("institution_types"),
        has_liquidity: r.boolean("has_liquidity"),
        beneficiary_type: r.text("beneficiary_type"),
        fields: fields(r, "formats.fields"),
    }
}

fn fields(r: &mut Reader<'_, '_>, path: Path) -> Vec<RailField> {
    r.things(path, |r| {
        Some(RailField {
            key: r.text("key")?,
            label: r.text("label"),
            kind: r.text("type"),
            required: r.boolean("required").unwrap_or_default(),
            pattern: r.text("pattern"),
            placeholder: r.text("placeholder"),
            lookup: r.boolean("lookup").unwrap_or_default(),
            options: r.things("options", |r| {
                let code = r.scalar("code")?;
                Some((code.clone(), r.text("name").unwrap_or(code)))
            }),
        })
    })
}

/// Reads `GET /supported/institutions`.
///
/// # Errors
/// That it is no object.
pub fn read_institutions(data: &str) -> Result<Institutions, String> {
    one(data, "the institutions", |r| {
        let institutions = r.things("institutions", institution);
        let (total, offset) = r.part("pagination", |r| (r.integer("total"), r.integer("offset"))).unwrap_or_default();
        Some(Institutions { institutions, total, offset })
    })
}

fn institution(r: &mut Reader<'_, '_>) -> Option<Institution> {
    Some(Institution {
        id: r.scalar("id")?,
        name: r.text("name"),
        kind: r.text("type"),
        code: r.text("code"),
        branch: r.texts("branch"),
        rails: r.words("supported_rails"),
        institution_type: r.text("institution_type"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_rail_brings_its_form() {
        let data = r#"{"country":"NG","currency":"NGN","direction":"offramp","rails":[{"slug":"nip-nigeria",
            "name":"NIP Nigeria (NIBSS Instant Payments)","institution_required":false,"institution_lookup_key":null,
            "currencies":["NGN"],"settlement":{"speed":"INSTANT","typical_minutes":2,"note":null},"limits":null,
            "fields":[{"key":"account_number","label":"Account Number","type":"text","required":true,
            "pattern":"^\\d{10}$","placeholder":"10-digit account number","lookup":false}]}],
            "links":{"search_institutions":"/api/v1/supported/institutions"}}"#;
        let rails = read_rails(data).unwrap();
        let nip = &rails.rails[0];
        assert_eq!((nip.institution_required, nip.limits.clone()), (Some(false), None));
        assert_eq!(nip.settlement.as_ref().unwrap().typical_minutes, Some(2));
        assert_eq!(nip.fields[0].pattern.as_deref(), Some(r"^\d{10}$"));
        assert!(nip.fields[0].required && !nip.fields[0].lookup);
    }

    #[test]
    fn formats_and_options_of_the_newer_api_are_read() {
        let data = r#"{"rails":[{"slug":"r","formats":[{"id":3,"institution_types":["BANK"],"beneficiary_type":"business",
            "fields":[{"key":"k","options":[{"code":1,"name":"one"},{"code":"x"}]}]}]}]}"#;
        let rail = &read_rails(data).unwrap().rails[0];
        assert_eq!((rail.formats[0].id.as_deref(), rail.formats[0].has_liquidity), (Some("3"), None));
        let options = &rail.fields_for(Some("BANK"), Some("business"))[0].options;
        assert_eq!(options[1], ("x".to_owned(), "x".to_owned()));
        assert_eq!(options[0], ("1".to_owned(), "one".to_owned()));
    }

    #[test]
    fn the_documented_institution_is_read() {
        let data = r#"{"institutions":[{"id":"wise","name":"Wise","type":"BANK","code":"","branch":null,
            "supported_rails":["iban-sepa","wise-network"]}],"pagination":{"total":1,"limit":20,"offset":0}}"#;
        let page = read_institutions(data).unwrap();
        assert_eq!((page.total, page.institutions[0].rails.len()), (Some(1), 2));
        assert_eq!(page.institutions[0].code, None);
    }
}
