//! The bodies of writes, exactly as documented. Source: reference, sections 3, 4, 7 and 10.
//!
//! Amounts are strings, a tolerance is a JSON number written digit by digit, ids of payment
//! details are whole numbers. What is not given is not sent.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::domain::kyc::{DocumentLink, KycChange, KycSubmission, Pii};
use crate::domain::payment::{NewPaymentProfile, Payer};
use crate::domain::quote::{OffRampQuoteRequest, OnRampQuoteRequest, PriceRequest, Scope, Side, Slippage};
use crate::domain::{Amount, PaymentDetailsId};

/// Why a body cannot be made.
pub type Unfit = String;

#[derive(Serialize, Default)]
struct Price {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_details_id: Option<u64>,
    crypto_currency: String,
    fiat_currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crypto_amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fiat_amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_method_slug: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_network_slug: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slippage_tolerance: Option<Tolerance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_fiat_settlement_notification: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partner_fee_pct: Option<String>,
}

#[derive(Serialize)]
struct Tolerance {
    r#type: &'static str,
    value: Box<RawValue>,
}

/// The body of an estimate.
pub fn estimate(request: &PriceRequest) -> Result<String, Unfit> {
    text(&price(request)?)
}

/// The body of an on-ramp quote.
pub fn on_ramp_quote(request: &OnRampQuoteRequest) -> Result<String, Unfit> {
    text(&Price { user_uuid: Some(request.user.to_string()), ..price(&request.price)? })
}

/// The body of an off-ramp quote.
pub fn off_ramp_quote(request: &OffRampQuoteRequest) -> Result<String, Unfit> {
    let (crypto_amount, fiat_amount) = sides(request.side)?;
    text(&Price {
        user_uuid: Some(request.user.to_string()),
        payment_details_id: Some(whole(&request.payment_details)?),
        crypto_currency: request.crypto_currency.clone(),
        fiat_currency: request.fiat_currency.clone(),
        crypto_amount,
        fiat_amount,
        rail: request.rail.clone(),
        route: request.route.clone(),
        provider_scope: request.scope.map(Scope::wire),
        slippage_tolerance: request.slippage.map(tolerance).transpose()?,
        has_fiat_settlement_notification: request.settles_itself,
        partner_fee_pct: request.partner_fee_pct.map(|pct| pct.to_string()),
        ..Price::default()
    })
}

fn price(request: &PriceRequest) -> Result<Price, Unfit> {
    let (crypto_amount, fiat_amount) = sides(request.side)?;
    Ok(Price {
        crypto_currency: request.crypto_currency.clone(),
        fiat_currency: request.fiat_currency.clone(),
        crypto_amount,
        fiat_amount,
        payment_method_slug: request.method.clone(),
        payment_network_slug: request.network.clone(),
        provider_scope: request.scope.map(Scope::wire),
        country_code: request.country.clone(),
        partner_fee_pct: request.partner_fee_pct.map(|pct| pct.to_string()),
        ..Price::default()
    })
}

fn sides(side: Side) -> Result<(Option<String>, Option<String>), Unfit> {
    let (Side::Crypto(amount) | Side::Fiat(amount)) = side;
    if amount.is_negative() || amount.is_zero() {
        return Err("the amount is not above zero".to_owned());
    }
    let text = Some(amount.to_string());
    Ok(if matches!(side, Side::Crypto(_)) { (text, None) } else { (None, text) })
}

fn tolerance(slippage: Slippage) -> Result<Tolerance, Unfit> {
    let (kind, value) = match slippage {
        Slippage::Percent(value) => ("percent", value),
        Slippage::Amount(value) => ("amount", value),
        Slippage::Fiat(value) => ("fiat", value),
    };
    Ok(Tolerance { r#type: kind, value: number(value)? })
}

/// A JSON number with exactly these digits.
fn number(amount: Amount) -> Result<Box<RawValue>, Unfit> {
    if amount.is_negative() {
        return Err("the tolerance is below zero".to_owned());
    }
    RawValue::from_string(amount.to_string()).map_err(|e| e.to_string())
}

fn whole(id: &PaymentDetailsId) -> Result<u64, Unfit> {
    id.as_str().parse().map_err(|_| format!("the payment details' id is not a whole number: {id}"))
}

fn text(body: &impl Serialize) -> Result<String, Unfit> {
    serde_json::to_string(body).map_err(|e| e.to_string())
}

/// The body of initiate.
pub fn initiate(quote: &str, reference: Option<&str>) -> Value {
    let mut body = strings([("quote_id", quote)]);
    body.extend(reference.map(|r| ("reference_id".to_owned(), r.into())));
    Value::Object(body)
}

/// The body of a KYC submission.
pub fn kyc(submission: &KycSubmission) -> Value {
    let data = match submission {
        KycSubmission::DirectData(person) | KycSubmission::Handoff(Some(person)) => with_pii(person),
        KycSubmission::Sumsub { token } => strings([("provider", "sumsub"), ("token", token)]),
        KycSubmission::Persona { inquiry_id } => strings([("provider", "persona"), ("inquiry_id", inquiry_id)]),
        KycSubmission::Handoff(None) => Map::new(),
    };
    serde_json::json!({"method": submission.method(), "data": data})
}

fn with_pii(person: &Pii) -> Map<String, Value> {
    let named =
        [("first_name", &person.first_name), ("last_name", &person.last_name), ("country_code", &person.country)];
    let named = named.into_iter().map(|(key, value)| (key.to_owned(), value.clone()));
    let all = named.chain(person.more.iter().cloned()).filter(|(_, value)| !value.trim().is_empty());
    Map::from_iter([("pii".to_owned(), Value::Object(all.map(|(key, value)| (key, value.into())).collect()))])
}

/// The body of a KYC change; refuses one in which nothing is left to change.
pub fn kyc_change(change: &KycChange) -> Result<Value, Unfit> {
    let given = change.0.iter().filter(|(_, value)| !value.trim().is_empty());
    let fields: Map<String, Value> = given.map(|(key, value)| (key.clone(), value.clone().into())).collect();
    if fields.is_empty() { Err("there is nothing to change".to_owned()) } else { Ok(Value::Object(fields)) }
}

/// The body of one link.
pub fn link(link: &DocumentLink) -> Value {
    let mut body = one_link(link);
    body.insert("upload_method".to_owned(), "url_link".into());
    Value::Object(body)
}

/// The body of several links.
pub fn links(links: &[DocumentLink]) -> Value {
    let documents: Vec<Value> = links.iter().map(|link| Value::Object(one_link(link))).collect();
    serde_json::json!({"upload_method": "url_link", "documents": documents})
}

fn one_link(link: &DocumentLink) -> Map<String, Value> {
    strings([("document_type", &link.kind), ("url", &link.url)])
}

/// The body of new payment details.
pub fn payment_profile(profile: &NewPaymentProfile) -> Value {
    let mut body = strings([("currency", &profile.currency), ("rail", &profile.rail)]);
    body.extend(profile.institution.as_ref().map(|id| ("institution_id".to_owned(), id.clone().into())));
    body.extend(profile.country.as_ref().map(|code| ("country_code".to_owned(), code.clone().into())));
    body.insert("details".to_owned(), details(&profile.details));
    Value::Object(body)
}

/// The body of payer details.
pub fn payer(payer: &Payer) -> Result<Value, Unfit> {
    match payer {
        Payer::Profile(id) => Ok(serde_json::json!({"payment_details_id": whole(id)?})),
        Payer::Inline { method, network, details: fields, country } => {
            let mut inner = Map::new();
            inner.insert("payment_method_id".to_owned(), (*method).into());
            inner.insert("payment_network_id".to_owned(), (*network).into());
            inner.insert("details".to_owned(), details(fields));
            inner.extend(country.as_ref().map(|code| ("country_code".to_owned(), code.clone().into())));
            Ok(serde_json::json!({"payment_details": inner}))
        }
    }
}

fn details(fields: &[(String, String)]) -> Value {
    Value::Object(fields.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect())
}

fn strings<const N: usize>(pairs: [(&str, &str); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}

#[cfg(test)]
#[path = "bodies_tests.rs"]
mod tests;
