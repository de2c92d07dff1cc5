//! The ways fiat travels and the institutions at their ends. Source: reference, section 2.
//!
//! A rail brings its own form: which fields, which patterns. A server of the newer API may bring
//! several (`formats`), one per type of institution; then the top-level fields are only a guess.

use super::amount::Amount;

/// `GET /supported/payment-rails`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rails {
    /// `country`.
    pub country: Option<String>,
    /// `currency`.
    pub currency: Option<String>,
    /// `direction`, verbatim.
    pub direction: Option<String>,
    /// `rails`.
    pub rails: Vec<Rail>,
}

/// One rail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rail {
    /// `slug`.
    pub slug: String,
    /// `name`.
    pub name: Option<String>,
    /// `institution_required`.
    pub institution_required: Option<bool>,
    /// `institution_lookup_key`.
    pub institution_lookup_key: Option<String>,
    /// `currencies`.
    pub currencies: Vec<String>,
    /// `settlement`.
    pub settlement: Option<Settlement>,
    /// `limits`.
    pub limits: Option<Limits>,
    /// `fields`.
    pub fields: Vec<RailField>,
    /// `formats`. Only in the newer API.
    pub formats: Vec<RailFormat>,
}

/// How fast a rail is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    /// `speed`: `INSTANT`, `SAME_DAY`, `NEXT_DAY`, `STANDARD`, verbatim.
    pub speed: Option<String>,
    /// `typical_minutes`.
    pub typical_minutes: Option<u64>,
    /// `note`.
    pub note: Option<String>,
}

/// How much a rail takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// `min_amount`.
    pub min: Option<Amount>,
    /// `max_amount`.
    pub max: Option<Amount>,
    /// `max_per_transaction`.
    pub max_per_transaction: Option<Amount>,
}

/// A field of a rail's form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RailField {
    /// `key`: its name in `details`.
    pub key: String,
    /// `label`.
    pub label: Option<String>,
    /// `type`, verbatim.
    pub kind: Option<String>,
    /// `required`.
    pub required: bool,
    /// `pattern`, a regular expression.
    pub pattern: Option<String>,
    /// `placeholder`.
    pub placeholder: Option<String>,
    /// `lookup`.
    pub lookup: bool,
    /// `options`: code and name.
    pub options: Vec<(String, String)>,
}

/// A form for some types of institutions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RailFormat {
    /// `id`.
    pub id: Option<String>,
    /// `name`.
    pub name: Option<String>,
    /// `institution_types`.
    pub institution_types: Vec<String>,
    /// `has_liquidity`; absent is unknown.
    pub has_liquidity: Option<bool>,
    /// `beneficiary_type`: `individual` or `business`, verbatim.
    pub beneficiary_type: Option<String>,
    /// `fields`.
    pub fields: Vec<RailField>,
}

/// One institution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Institution {
    /// `id`.
    pub id: String,
    /// `name`.
    pub name: Option<String>,
    /// `type`, verbatim.
    pub kind: Option<String>,
    /// `code`.
    pub code: Option<String>,
    /// `branch`: code, name and address as far as given.
    pub branch: Vec<(String, String)>,
    /// `supported_rails`.
    pub rails: Vec<String>,
    /// `institution_type`, which chooses the format. Only in the newer API.
    pub institution_type: Option<String>,
}

/// One page of `GET /supported/institutions`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Institutions {
    /// `institutions`.
    pub institutions: Vec<Institution>,
    /// `pagination.total`.
    pub total: Option<u64>,
    /// `pagination.offset`.
    pub offset: Option<u64>,
}

impl Rail {
    /// The fields to fill for an institution type and a kind of beneficiary: those of the format
    /// that holds the type, otherwise the rail's own. Where the type is not known, the kind of
    /// beneficiary alone chooses: the rail's own fields are only a guess.
    pub fn fields_for(&self, institution_type: Option<&str>, beneficiary: Option<&str>) -> &[RailField] {
        let fits = |format: &&RailFormat| {
            let holds = |t: &str| format.institution_types.iter().any(|own| own == t);
            let by_type = institution_type.map_or(beneficiary.is_some(), holds);
            let by_kind = beneficiary.is_none() || format.beneficiary_type.as_deref() == beneficiary;
            by_type && by_kind
        };
        self.formats.iter().find(fits).map_or(&self.fields, |format| &format.fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_the_institution_chooses_the_form() {
        let field = |key: &str| vec![RailField { key: key.to_owned(), ..RailField::default() }];
        let format = |kind: &str, who: &str| RailFormat {
            institution_types: vec![kind.to_owned()],
            beneficiary_type: Some(who.to_owned()),
            fields: field(&format!("{kind}-{who}")),
            ..RailFormat::default()
        };
        let formats = vec![format("BANK", "individual"), format("BANK", "business")];
        let rail = Rail { fields: field("guess"), formats, ..Rail::default() };
        let key = |t, b| rail.fields_for(t, b).first().map(|f| f.key.as_str());
        assert_eq!(key(Some("BANK"), Some("business")), Some("BANK-business"));
        assert_eq!(key(Some("BANK"), None), Some("BANK-individual"));
        assert_eq!(key(Some("WALLET"), None), Some("guess"));
        assert_eq!(key(None, None), Some("guess"));
        assert_eq!(key(None, Some("business")), Some("BANK-business"));
    }
}
