//! The fields of the form, from what is chosen so far. A pure function: the same choices give the
//! same fields. Names are the API's, so that its refusals find their field.

use std::collections::BTreeMap;

use crate::app::form::{Choice, Field, Kind, Rule};
use crate::domain::catalogue::FiatCurrency;
use crate::domain::rails::{Institution, Rail, RailField};

/// `currency`.
pub const CURRENCY: &str = "currency";
/// `country_code`.
pub const COUNTRY: &str = "country_code";
/// `rail`.
pub const RAIL: &str = "rail";
/// `institution_id`.
pub const INSTITUTION: &str = "institution_id";
/// `details.beneficiary_type`. Only in the newer API.
pub const BENEFICIARY: &str = "beneficiary_type";

/// Names that stand for the same thing wherever a rail may use them too.
pub const RESERVED: [&str; 5] = [CURRENCY, COUNTRY, RAIL, INSTITUTION, BENEFICIARY];

/// What is known and chosen.
#[derive(Debug, Clone, Copy)]
pub struct Choices<'a> {
    /// The user's country.
    pub home: Option<&'a str>,
    /// All currencies.
    pub currencies: &'a [FiatCurrency],
    /// The one chosen; empty when none is.
    pub currency: &'a str,
    /// The currency's rails.
    pub rails: &'a [Rail],
    /// The one chosen.
    pub rail: Option<&'a Rail>,
    /// What the last search found.
    pub institutions: &'a [Institution],
    /// The one chosen.
    pub institution: Option<&'a Institution>,
    /// The kind of beneficiary chosen.
    pub beneficiary: Option<&'a str>,
    /// What was typed before, by the field's name.
    pub typed: &'a BTreeMap<String, String>,
}

/// The fields.
pub fn build(choices: &Choices<'_>) -> Vec<Field> {
    let mut fields = vec![currency(choices)];
    fields.extend(country(choices));
    fields.push(rail(choices));
    let Some(chosen) = choices.rail else { return fields };
    fields.extend(beneficiary(chosen));
    fields.extend(institution(choices, chosen));
    let kind = choices.institution.and_then(|one| one.institution_type.as_deref());
    // The first build after the rail was chosen has no kind of beneficiary yet: the first one counts.
    let first = kinds(chosen).first().copied();
    for field in chosen.fields_for(kind, choices.beneficiary.or(first)) {
        if !fields.iter().any(|f| f.name == field.key) && !RESERVED.contains(&field.key.as_str()) {
            fields.push(detail(field, choices.typed));
        }
    }
    fields
}

fn currency(choices: &Choices<'_>) -> Field {
    let label = |c: &FiatCurrency| match &c.name {
        Some(name) => format!("{} · {name}", c.code),
        None => c.code.clone(),
    };
    let options = choices.currencies.iter().map(|c| Choice::new(c.code.clone(), label(c))).collect();
    let field = Field::choice(CURRENCY, "currency", options).required().hint("Type to narrow.");
    let of_home = |home| choices.currencies.iter().find(|c| c.countries.iter().any(|country| country == home));
    match choices.home.and_then(of_home) {
        Some(home) => field.with(&home.code),
        None => field,
    }
}

fn country(choices: &Choices<'_>) -> Option<Field> {
    let chosen = choices.currencies.iter().find(|c| c.code == choices.currency)?;
    if chosen.countries.is_empty() {
        return None;
    }
    let mut options: Vec<Choice> = chosen.countries.iter().map(|c| Choice::plain(c)).collect();
    let alone = options.len() == 1;
    options.push(Choice::new("", "any: not sent"));
    let field = Field::choice(COUNTRY, "country", options).hint("Narrows rails and banks.");
    let home = choices.home.filter(|home| chosen.countries.iter().any(|c| c == home));
    Some(match home {
        Some(home) => field.with(home),
        None if alone => field,
        None => field.with(""),
    })
}

fn rail(choices: &Choices<'_>) -> Field {
    let options = choices.rails.iter().map(|rail| Choice::new(rail.slug.clone(), rail_label(rail))).collect();
    let hint = if choices.rails.is_empty() {
        "No rail pays out in this currency here: choose another currency or country."
    } else {
        "How the fiat travels: speed and limits are the API's."
    };
    Field::choice(RAIL, "rail", options).required().hint(hint)
}

/// Name, speed and limits.
fn rail_label(rail: &Rail) -> String {
    let mut parts = vec![rail.name.clone().unwrap_or_else(|| rail.slug.clone())];
    if let Some(settlement) = &rail.settlement {
        let speed = settlement.speed.as_deref().map(|word| word.to_lowercase().replace('_', " "));
        let minutes = settlement.typical_minutes.map(|minutes| match minutes {
            0..=119 => format!("about {minutes} min"),
            _ => format!("about {} h", minutes / 60),
        });
        let both: Vec<String> = [speed, minutes].into_iter().flatten().collect();
        if !both.is_empty() {
            parts.push(both.join(", "));
        }
    }
    if let Some(limits) = &rail.limits {
        let most = match (limits.max, limits.max_per_transaction) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (limits.min, most) {
            (Some(least), Some(most)) => parts.push(format!("{least} to {most}")),
            (Some(least), None) => parts.push(format!("from {least}")),
            (None, Some(most)) => parts.push(format!("up to {most}")),
            (None, None) => {}
        }
    }
    parts.join(" · ")
}

/// The kinds of beneficiary a rail has forms for.
fn kinds(rail: &Rail) -> Vec<&str> {
    let mut kinds: Vec<&str> = Vec::new();
    for kind in rail.formats.iter().filter_map(|format| format.beneficiary_type.as_deref()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn beneficiary(rail: &Rail) -> Option<Field> {
    let kinds = kinds(rail);
    if kinds.is_empty() {
        return None;
    }
    let options = kinds.into_iter().map(Choice::plain).collect();
    Some(Field::choice(BENEFICIARY, "beneficiary", options).required().hint("Who is paid; chooses the fields below."))
}

/// The search of a bank or wallet: where the rail needs one, where it does not say, and where it
/// chooses among several sets of fields.
fn institution(choices: &Choices<'_>, rail: &Rail) -> Option<Field> {
    let required = rail.institution_required == Some(true);
    let options = institutions(choices.institutions);
    let has_any = !options.is_empty() || choices.institution.is_some();
    if !required && !has_any && rail.formats.is_empty() && rail.institution_required.is_some() {
        return None;
    }
    let hint = if required { "Type a part of the name." } else { "Not needed on this rail. Type a part of the name." };
    let mut field = Field::search(INSTITUTION, "bank or wallet").hint(hint);
    field.kind = Kind::Search(options);
    Some(if required { field.required() } else { field })
}

/// Institutions to choose from.
pub fn institutions(found: &[Institution]) -> Vec<Choice> {
    let label = |one: &Institution| {
        let name = one.name.as_deref().unwrap_or(&one.id);
        let branch = one.branch.iter().map(|(_, value)| value.as_str());
        let parts: Vec<&str> = [name].into_iter().chain(one.code.as_deref()).chain(branch).collect();
        parts.join(" · ")
    };
    found.iter().map(|one| Choice::new(one.id.clone(), label(one))).collect()
}

/// A field of the rail.
fn detail(field: &RailField, typed: &BTreeMap<String, String>) -> Field {
    let label = field.label.clone().unwrap_or_else(|| field.key.replace('_', " "));
    let before = typed.get(&field.key).map_or("", String::as_str);
    let built = if field.options.is_empty() {
        let text = Field::text(field.key.clone(), label).with(before);
        let text = match field.pattern.as_deref() {
            Some(pattern) => text.rule(Rule::pattern(pattern, field.placeholder.as_deref())),
            None => text,
        };
        if is_account(&field.key) { text.private() } else { text }
    } else {
        choice(field, label, before)
    };
    let built = match &field.placeholder {
        Some(example) => built.hint(format!("like {example}")),
        None => built,
    };
    if field.required { built.required() } else { built }
}

/// Nobody's choice is made for them, unless there is only one.
fn choice(field: &RailField, label: String, before: &str) -> Field {
    let mut options: Vec<Choice> = field.options.iter().map(|(code, name)| Choice::new(code, name)).collect();
    if !field.required {
        options.insert(0, Choice::new("", "not given"));
    }
    let alone = options.len() == 1;
    let built = Field::choice(field.key.clone(), label, options);
    if before.is_empty() && (alone || !field.required) { built } else { built.with(before) }
}

/// Whether a field holds what identifies an account: shown only while it has the focus.
fn is_account(key: &str) -> bool {
    const ACCOUNT: [&str; 9] = ["account", "number", "iban", "phone", "upi", "card", "wallet", "clabe", "id"];
    const NOT: [&str; 3] = ["name", "type", "holder"];
    let words: Vec<String> = key.split(['_', '-', '.']).map(str::to_lowercase).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&ACCOUNT) && !has(&NOT)
}
