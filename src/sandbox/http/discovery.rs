//! What the platform supports: for anybody, without a key. Errors are `ErrorResponse`.
//!
//! The rails' own limits, the corridors and the liquidity are those the desk trades by. Source:
//! reference, section 2.

use std::collections::HashMap;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::orders::Params;
use super::{Sandbox, answer};
use crate::domain::Direction::{OffRamp, OnRamp};
use crate::sandbox::catalog::institutions::{self, Institution};
use crate::sandbox::catalog::rails::{self, Field, Format, Rail};
use crate::sandbox::catalog::{BLOCKCHAIN, CRYPTO, Fiat, Form, fiat};
use crate::sandbox::chain::{DECIMALS, TOKEN};
use crate::sandbox::config::Dialect;
use crate::sandbox::wire::{number, time};
use crate::sandbox::world::World;
use crate::sandbox::world::market::TOKENS;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Below `/api/v1`.
pub fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/supported/crypto-currencies", get(async || answer::ok([crypto()])))
        .route("/supported/blockchains", get(async || answer::ok([blockchain()])))
        .route("/supported/fiat-currencies", get(async || answer::ok(each(fiat::ALL, fiat_currency))))
        .route("/supported/payment-rails", get(payment_rails))
        .route("/supported/institutions", get(institution_page))
        .route("/supported/corridors", get(corridors))
        .route("/supported-exchange-pairs", get(async || answer::ok(pairs())))
}

/// Below the partner's prefix, and public all the same.
pub fn partner_routes() -> Router<Sandbox> {
    Router::new().route("/liquidity", get(liquidity))
}

fn each<T>(items: &[T], one: impl Fn(&T) -> Value) -> Vec<Value> {
    items.iter().map(one).collect()
}

fn crypto() -> Value {
    json!({"code": CRYPTO, "name": "Tether USD", "contract": TOKEN.to_string(), "decimals": DECIMALS,
        "blockchains": [BLOCKCHAIN]})
}

fn blockchain() -> Value {
    json!({"name": "XAI", "slug": BLOCKCHAIN, "ticker": "", "crypto_currencies": [crypto()]})
}

fn fiat_currency(fiat: &Fiat) -> Value {
    let rails = rails::of_currency(fiat.code);
    let ids: Vec<&str> = rails.flat_map(|rail| institutions::of_rail(rail.slug)).map(|one| one.id).collect();
    json!({"code": fiat.code, "name": fiat.name, "institution_id": ids, "countries": fiat.countries,
        "onramp": true, "offramp": true})
}

fn pairs() -> Vec<Value> {
    let pair = |fiat: &Fiat, kind: &str| json!({"crypto_currency_code": CRYPTO, "fiat_currency_code": fiat.code, "type": kind});
    fiat::ALL.iter().flat_map(|fiat| [pair(fiat, "BUY"), pair(fiat, "SELL")]).collect()
}

fn bad(key: &str) -> Response {
    answer::plain_error(StatusCode::BAD_REQUEST, key)
}

async fn payment_rails(State(sandbox): State<Sandbox>, query: Params) -> Response {
    let Ok(query) = query else { return bad("invalid query") };
    let word = |key: &str| query.get(key).map(String::as_str).filter(|word| !word.is_empty());
    let (country, currency, direction) = (word("country"), word("currency"), word("direction"));
    let Some(direction @ ("onramp" | "offramp")) = direction else {
        return bad("direction must be onramp or offramp");
    };
    if country.is_none() && currency.is_none() {
        return bad("country or currency is required");
    }
    let fits = |rail: &&Rail| {
        let fiat = rail.fiat();
        currency.is_none_or(|code| rail.currency == code)
            && country.is_none_or(|code| fiat.is_some_and(|fiat| fiat.countries.contains(&code)))
    };
    let dialect = sandbox.config().dialect;
    let found: Vec<&Rail> = rails::ALL.iter().filter(fits).collect();
    // As documented: the country that was asked for, and the currency, or that of the first rail.
    let currency = currency.or(found.first().map(|rail| rail.currency)).unwrap_or_default();
    let rails: Vec<Value> = found.iter().map(|rail| one_rail(rail, dialect)).collect();
    answer::ok(json!({
        "country": country.unwrap_or_default(),
        "currency": currency,
        "direction": direction,
        "rails": rails,
        "links": {"institutions": "/api/v1/supported/institutions?rail={rail}"},
    }))
}

fn one_rail(rail: &Rail, dialect: Dialect) -> Value {
    let (least, most) = rail.fiat().map_or((Decimal::ZERO, Decimal::ZERO), |fiat| in_fiat(fiat, fiat.usual_rate()));
    let mut answer = json!({
        "slug": rail.slug,
        "name": rail.name,
        "institution_required": rail.institution_required(dialect),
        "institution_lookup_key": rail.lookup,
        "currencies": [rail.currency],
        "settlement": {"speed": rail.settlement.0, "typical_minutes": rail.settlement.1, "note": null},
        "limits": {"min_amount": number(least), "max_amount": number(most), "max_per_transaction": number(most)},
        "fields": each(rail.fields, |field| one_field(field, rail.lookup)),
    });
    let formats = dialect == Dialect::Newer && !rail.formats.is_empty();
    if let (true, Some(answer)) = (formats, answer.as_object_mut()) {
        answer.insert("formats".to_owned(), each(rail.formats, |format| one_format(format, rail.lookup)).into());
    }
    answer
}

fn one_field(field: &Field, lookup: Option<&str>) -> Value {
    let options = if let Form::Choice(options) = field.form { options } else { &[] };
    let kind = if options.is_empty() { "string" } else { "select" };
    let mut answer = json!({"key": field.key, "label": field.label, "type": kind, "required": field.required});
    let Some(object) = answer.as_object_mut() else { return answer };
    object.extend(field.form.pattern().map(|pattern| ("pattern".to_owned(), pattern.into())));
    object.extend(field.placeholder.map(|text| ("placeholder".to_owned(), text.into())));
    if lookup.is_some_and(|key| field.key.starts_with(key)) {
        object.insert("lookup".to_owned(), true.into());
    }
    if !options.is_empty() {
        let options = each(options, |(code, name)| json!({"code": code, "name": name}));
        object.insert("options".to_owned(), options.into());
    }
    answer
}

fn one_format(format: &Format, lookup: Option<&str>) -> Value {
    json!({"id": format.id, "name": format.name, "institution_types": format.institution_types,
        "has_liquidity": true, "beneficiary_type": format.beneficiary, "fields": each(format.fields, |field| one_field(field, lookup))})
}

async fn institution_page(State(sandbox): State<Sandbox>, query: Params) -> Response {
    let Ok(query) = query else { return bad("invalid query") };
    let word = |key: &str| query.get(key).map(String::as_str).filter(|word| !word.is_empty());
    let Some(rail) = word("rail") else { return bad("rail is required") };
    let Some(rail) = rails::find(rail) else { return bad("unknown rail") };
    let (Some(limit), Some(offset)) = (count(&query, "limit", DEFAULT_LIMIT), count(&query, "offset", 0)) else {
        return bad("invalid limit or offset");
    };
    if limit > MAX_LIMIT || limit == 0 {
        return bad("limit must be between 1 and 100");
    }
    let has = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
    let fits = |one: &&Institution| {
        word("institution_id").is_none_or(|id| one.id == id)
            && word("country").is_none_or(|code| one.country == code)
            && word("currency").is_none_or(|code| rail.currency == code)
            && word("code").is_none_or(|code| one.code == Some(code))
            && word("search").is_none_or(|part| has(one.name, part) || has(one.id, part))
    };
    let found: Vec<&Institution> = institutions::of_rail(rail.slug).filter(fits).collect();
    let newer = sandbox.config().dialect == Dialect::Newer;
    let page: Vec<Value> = found.iter().skip(offset).take(limit).map(|one| institution(one, rail, newer)).collect();
    let pagination = json!({"total": found.len(), "limit": limit, "offset": offset});
    answer::ok(json!({"institutions": page, "pagination": pagination}))
}

fn institution(one: &Institution, rail: &Rail, newer: bool) -> Value {
    let mut answer = json!({"id": one.id, "name": one.name, "type": one.kind.to_uppercase(), "code": one.code,
        "branch": branch(one), "supported_rails": one.rails});
    if let (true, Some(answer)) = (newer, answer.as_object_mut()) {
        answer.insert("institution_type".to_owned(), one.kind.into());
        answer.insert("payment_method_id".to_owned(), institutions::method_id(Some(one.id)).into());
        answer.insert("payment_network_id".to_owned(), rail.network.into());
    }
    answer
}

/// Banks that are known by a branch: those of the rails with a lookup.
fn branch(one: &Institution) -> Option<Value> {
    let known = rails::ALL.iter().any(|rail| rail.lookup.is_some() && one.rails.contains(&rail.slug));
    let named = |code| json!({"code": code, "name": "Main branch", "address": "1 Example Street"});
    one.code.filter(|_| known).map(named)
}

fn count(query: &HashMap<String, String>, key: &str, default: usize) -> Option<usize> {
    query.get(key).map_or(Some(default), |text| text.parse().ok())
}

/// The least and the most of an order, in fiat.
fn in_fiat(fiat: &Fiat, rate: Decimal) -> (Decimal, Decimal) {
    let amount = |tokens: i64| (Decimal::from(tokens) * rate).round_dp(fiat.places());
    (amount(TOKENS.0), amount(TOKENS.1))
}

async fn corridors(State(sandbox): State<Sandbox>) -> Response {
    sandbox.with_world(|world| {
        let now = time(world.shown_now());
        let currencies = each(fiat::ALL, |fiat| corridor(world, fiat, &now));
        answer::ok(json!({"notional_usdt": 500, "generated_at": now, "currencies": currencies}))
    })
}

/// Rates are all-in: what one token brings, or costs, with the fee.
fn corridor(world: &World, fiat: &Fiat, now: &str) -> Value {
    let any = |serves: fn(&Rail) -> bool| rails::of_currency(fiat.code).any(serves);
    let way = |direction| {
        let rate = world.rate(direction, fiat);
        let with_fee = |thousandths: i64| {
            let fee = Decimal::ONE + Decimal::new(thousandths, 3);
            number(if direction == OffRamp { rate / fee } else { rate * fee }.round_dp(4))
        };
        let mut way = serde_json::Map::from_iter([("supported".to_owned(), true.into())]);
        if any(|rail| rail.p2p) {
            way.insert("p2p".to_owned(), json!({"rate": with_fee(15)}));
        }
        if any(|rail| rail.licensed) {
            way.insert("licensed".to_owned(), json!({"rate": with_fee(10)}));
        }
        Value::from(way)
    };
    let fee = if any(|rail| rail.licensed) { 1.0 } else { 1.5 };
    json!({"code": fiat.code, "name": fiat.name, "mid_market_rate": number(fiat.usual_rate()),
        "mid_market_updated_at": now, "unigox_fee_pct": fee, "onramp": way(OnRamp), "offramp": way(OffRamp)})
}

async fn liquidity(State(sandbox): State<Sandbox>) -> Response {
    let pair = |world: &World, fiat: &Fiat, direction| {
        let (least, most) = in_fiat(fiat, world.rate(direction, fiat));
        let of_rail = |rail: &'static Rail| institutions::of_rail(rail.slug).map(|one| one.id);
        let mut methods: Vec<&str> = rails::of_currency(fiat.code).flat_map(of_rail).collect();
        methods.sort_unstable();
        json!({"crypto_currency_code": CRYPTO, "fiat_currency_code": fiat.code,
            "trade_type": if direction == OffRamp { "SELL" } else { "BUY" },
            "min_amount": number(least), "max_amount": number(most),
            "min_amount_usd": TOKENS.0, "max_amount_usd": TOKENS.1, "payment_methods": methods})
    };
    sandbox.with_world(|world| {
        let both = |fiat| [pair(world, fiat, OffRamp), pair(world, fiat, OnRamp)];
        answer::ok(json!({"pairs": fiat::ALL.iter().flat_map(both).collect::<Vec<_>>()}))
    })
}
