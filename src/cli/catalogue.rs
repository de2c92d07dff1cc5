//! `ramptop rails`, `institutions`, `currencies`: what can be chosen. For looking at, never for money.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::args::{InstitutionsArgs, JsonArgs, RailsArgs};
use super::context::Context;
use super::out::{self, Exit};
use super::show::{self, figure, safe};
use crate::api::{InstitutionsQuery, RailsQuery};
use crate::domain::catalogue::{CryptoCurrency, FiatCurrency};
use crate::domain::rails::{Institution, Rail, RailField, RailFormat};
use crate::tui::text;

/// Lists rails with their fields.
pub async fn rails(context: &Context, args: RailsArgs) -> Result<Exit> {
    let query = RailsQuery { direction: args.direction.into(), country: args.country, currency: args.currency };
    let found = context.api().await?.payment_rails(&query).await?.value;
    let rails: Vec<Value> = found.rails.iter().map(rail).collect();
    let all = json!({
        "country": found.country, "currency": found.currency, "direction": found.direction, "rails": rails,
    });
    if found.rails.is_empty() && !args.json.json {
        out::note("There is no rail.");
        return Ok(Exit::Done);
    }
    show::answer(args.json, &all, || found.rails.iter().map(rail_words).collect::<Vec<_>>().join("\n"))
}

fn rail(rail: &Rail) -> Value {
    let settlement = rail
        .settlement
        .as_ref()
        .map(|own| json!({"speed": own.speed, "typical_minutes": own.typical_minutes, "note": own.note}));
    let limits = rail.limits.as_ref().map(|own| {
        json!({"min_amount": figure(own.min), "max_amount": figure(own.max), "max_per_transaction": figure(own.max_per_transaction)})
    });
    json!({
        "slug": rail.slug, "name": rail.name, "institution_required": rail.institution_required,
        "institution_lookup_key": rail.institution_lookup_key, "currencies": rail.currencies,
        "settlement": settlement, "limits": limits, "fields": fields(&rail.fields),
        "formats": rail.formats.iter().map(format_value).collect::<Vec<_>>(),
    })
}

fn format_value(format: &RailFormat) -> Value {
    json!({
        "id": format.id, "name": format.name, "institution_types": format.institution_types,
        "has_liquidity": format.has_liquidity, "beneficiary_type": format.beneficiary_type,
        "fields": fields(&format.fields),
    })
}

fn fields(fields: &[RailField]) -> Vec<Value> {
    let options = |field: &RailField| -> Vec<Value> {
        field.options.iter().map(|(code, name)| json!({"code": code, "name": name})).collect()
    };
    let one = |field: &RailField| {
        json!({
            "key": field.key, "label": field.label, "type": field.kind, "required": field.required,
            "pattern": field.pattern, "placeholder": field.placeholder, "lookup": field.lookup,
            "options": options(field),
        })
    };
    fields.iter().map(one).collect()
}

fn rail_words(rail: &Rail) -> String {
    let speed = rail.settlement.as_ref().and_then(|own| own.speed.as_deref()).unwrap_or("?");
    let wants = if rail.institution_required == Some(true) { "  needs an institution" } else { "" };
    let mut out = vec![format!(
        "{}  {}  {}  {}{wants}",
        text::left(&safe(&rail.slug), 24),
        text::left(&safe(&rail.currencies.join(",")), 8),
        text::left(&safe(speed), 9),
        safe(rail.name.as_deref().unwrap_or(""))
    )];
    if rail.formats.is_empty() {
        out.extend(rail.fields.iter().map(field_words));
    }
    for format in &rail.formats {
        let (name, kinds) = (format.name.as_deref().unwrap_or("?"), format.institution_types.join(", "));
        out.push(format!("  {} ({})", safe(name), safe(&kinds)));
        out.extend(format.fields.iter().map(field_words));
    }
    out.join("\n")
}

fn field_words(field: &RailField) -> String {
    let need = if field.required { "required" } else { "optional" };
    let choices: Vec<&str> = field.options.iter().map(|(code, _)| code.as_str()).collect();
    let form = if choices.is_empty() { field.placeholder.clone().unwrap_or_default() } else { choices.join("|") };
    let label = field.label.as_deref().unwrap_or("");
    format!("    {}  {need}  {}  {}", text::left(&safe(&field.key), 22), safe(label), safe(&form)).trim_end().to_owned()
}

/// Lists a rail's institutions, one page.
pub async fn institutions(context: &Context, args: InstitutionsArgs) -> Result<Exit> {
    let query = InstitutionsQuery {
        rail: args.rail,
        id: args.id,
        country: args.country,
        currency: args.currency,
        search: args.search,
        code: args.code,
        limit: args.limit,
        offset: args.offset,
    };
    let found = context.api().await?.institutions(&query).await?.value;
    let values: Vec<Value> = found.institutions.iter().map(institution).collect();
    let all = json!({"institutions": values, "total": found.total, "offset": found.offset});
    let count = u64::try_from(found.institutions.len()).unwrap_or(u64::MAX);
    if let Some(total) = found.total.filter(|total| found.offset.unwrap_or(0).saturating_add(count) < *total) {
        out::note(&format!("{count} of {total}; narrow it with --search, or go on with --offset"));
    }
    if found.institutions.is_empty() && !args.json.json {
        out::note("There is no such institution.");
        return Ok(Exit::Done);
    }
    show::answer(args.json, &all, || found.institutions.iter().map(institution_words).collect::<Vec<_>>().join("\n"))
}

fn institution(own: &Institution) -> Value {
    let branch: Map<String, Value> = own.branch.iter().map(|(key, text)| (key.clone(), text.clone().into())).collect();
    json!({
        "id": own.id, "name": own.name, "type": own.kind, "code": own.code, "branch": branch,
        "supported_rails": own.rails, "institution_type": own.institution_type,
    })
}

fn institution_words(own: &Institution) -> String {
    let (name, code) = (own.name.as_deref().unwrap_or(""), own.code.as_deref().unwrap_or(""));
    format!("{}  {}  {}", text::left(&safe(&own.id), 28), safe(name), safe(code)).trim_end().to_owned()
}

/// Lists fiat currencies and tokens.
pub async fn currencies(context: &Context, args: JsonArgs) -> Result<Exit> {
    let client = context.api().await?;
    let fiat = client.fiat_currencies().await?.value;
    let crypto = client.crypto_currencies().await?.value;
    let all = json!({
        "fiat_currencies": fiat.iter().map(fiat_value).collect::<Vec<_>>(),
        "crypto_currencies": crypto.iter().map(crypto_value).collect::<Vec<_>>(),
    });
    show::answer(args, &all, || {
        let lines = fiat.iter().map(fiat_words).chain(crypto.iter().map(crypto_words));
        lines.collect::<Vec<_>>().join("\n")
    })
}

fn fiat_value(own: &FiatCurrency) -> Value {
    json!({
        "code": own.code, "name": own.name, "institution_id": own.institutions, "countries": own.countries,
        "onramp": own.on_ramp, "offramp": own.off_ramp,
    })
}

fn crypto_value(own: &CryptoCurrency) -> Value {
    json!({
        "code": own.code, "name": own.name, "contract": own.contract, "decimals": own.decimals,
        "blockchains": own.blockchains,
    })
}

fn fiat_words(own: &FiatCurrency) -> String {
    let ways = match (own.off_ramp, own.on_ramp) {
        (Some(true), Some(true)) => "off- and on-ramp",
        (Some(true), _) => "off-ramp",
        (_, Some(true)) => "on-ramp",
        _ => "",
    };
    let name = safe(own.name.as_deref().unwrap_or(""));
    format!("{}  {}  {ways}", text::left(&safe(&own.code), 6), text::left(&name, 28)).trim_end().to_owned()
}

fn crypto_words(own: &CryptoCurrency) -> String {
    let (name, chains) = (own.name.as_deref().unwrap_or(""), own.blockchains.join(", "));
    let name = text::left(&safe(name), 28);
    format!("{}  {name}  {}", text::left(&safe(&own.code), 6), safe(&chains)).trim_end().to_owned()
}
