//! The answers as JSON, field by field as documented.
//!
//! Written for the server alone. `null` where the baseline has a nullable field on every order,
//! absent where the documents say "present for" or "absent for". Source: reference, sections 3 to 6.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Value, json};

use super::catalog::{institutions, rails};
use super::chain::{CHAIN_ID, DECIMALS, FORWARDER, TOKEN, transfer_calldata};
use super::config::Dialect;
use super::world::World;
use super::world::kyc::{COMPLETED_FOR, Method};
use super::world::order::{Entry, SimOrder};
use super::world::people::{SimProfile, SimUser};
use super::world::price::{Price, padded};
use crate::domain::Direction;
use crate::domain::status::KnownStatus;

/// RFC 3339 in UTC with whole seconds, as in the documents' examples.
pub fn time(shown: DateTime<Utc>) -> String {
    shown.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `PartnerOrderResponse`.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names are those of the documents")]
pub struct OrderJson {
    pub order_id: String,
    pub status: &'static str,
    pub next_action: Option<&'static str>,
    pub action_required: Option<Value>,
    pub allowed_actions: Vec<&'static str>,
    pub crypto_transfer_authorization_seconds_left: Option<i64>,
    pub amounts: Value,
    pub fee_breakdown: Value,
    pub timeline: Vec<Value>,
    pub has_fiat_settlement_notification: bool,
    pub created_at: String,
    pub updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_payment_details: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_request: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_out_tx_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fiat_funding_source: Option<&'static str>,
}

/// An order of the world as it reads now.
pub fn order(world: &World, order: &SimOrder) -> OrderJson {
    let on_ramp = order.direction == Direction::OnRamp;
    OrderJson {
        order_id: order.id.to_string(),
        status: order.status.wire(),
        next_action: order.next_action(),
        action_required: action_required(order),
        allowed_actions: world.allowed_actions(order),
        crypto_transfer_authorization_seconds_left: seconds_left(world, order),
        amounts: amounts(&order.price),
        fee_breakdown: fees(&order.price),
        timeline: order.timeline.iter().map(|e| entry(world, e)).collect(),
        has_fiat_settlement_notification: order.traits.settles_itself,
        created_at: time(world.shown(order.created_at())),
        updated_at: time(world.shown(order.updated_at())),
        order_type: on_ramp.then_some("onramp"),
        vendor_payment_details: vendor(order),
        payment_request: on_ramp.then_some(order.traits.payment_request),
        fiat_funding_source: (on_ramp && world.dialect() == Dialect::Newer).then_some("vendor_details"),
        send_out_tx_hash: (order.status == KnownStatus::SendOutCompleted).then(|| transaction_hash(order)),
    }
}

/// Seconds left to authorize, in the time that is shown.
fn seconds_left(world: &World, order: &SimOrder) -> Option<i64> {
    let end = world.shown(order.countdown_end()?);
    Some((end - world.shown_now()).num_seconds().max(0))
}

/// An entry of `timeline`.
pub fn entry(world: &World, entry: &Entry) -> Value {
    json!({"status": entry.status.wire(), "timestamp": time(world.shown(entry.at)), "description": entry.description})
}

/// `amounts`.
pub fn amounts(price: &Price) -> Value {
    json!({
        "crypto_amount": padded(price.crypto, 6),
        "fiat_amount": padded(price.fiat, 2),
        "crypto_currency": "USDT",
        "fiat_currency": price.currency,
        "rate": price.rate.normalize().to_string(),
    })
}

/// A decimal as a JSON number; without a fraction if it has none.
pub fn number(value: Decimal) -> Value {
    serde_json::from_str(&value.normalize().to_string()).unwrap_or(Value::Null)
}

/// `fee_breakdown`.
pub fn fees(price: &Price) -> Value {
    json!({
        "platform_fee": padded(price.platform_fee, 6),
        "platform_fee_pct": price.platform_fee_pct,
        "partner_fee": padded(price.partner_fee, 6),
        "partner_fee_pct": number(price.partner_fee_pct),
        "total_fee": padded(price.platform_fee + price.partner_fee, 6),
    })
}

pub(super) fn action_required(order: &SimOrder) -> Option<Value> {
    if order.traits.refund_owed {
        return Some(json!({
            "type": "authorize_refund",
            "message": "The order stopped after the escrow was funded. Authorize the refund to get the crypto back.",
            "endpoint": "POST /api/v1/partner/orders/{order_id}/authorize-refund",
        }));
    }
    order.traits.address_missing.then(|| {
        json!({
            "type": "update_kyc_address",
            "message": "The payout needs the user's address.",
            "endpoint": "PATCH /api/v1/partner/users/{user_uuid}/kyc",
            "fields": [{"field": "address", "label": "Street address"}, {"field": "city", "label": "City"},
                {"field": "postal_code", "label": "Postal code"}],
        })
    })
}

fn vendor(order: &SimOrder) -> Option<Value> {
    let reached = order.timeline.iter().any(|entry| entry.status == KnownStatus::AwaitingFiatTransfer);
    let rail = rails::of_currency(order.price.currency).next()?;
    let value = |field: &rails::Field| (field.key, field.placeholder.unwrap_or("Example Vendor Ltd"));
    (order.direction == Direction::OnRamp && reached).then(|| {
        json!({
            "payment_method_name": institutions::of_rail(rail.slug).next().map(|one| one.name),
            "payment_network_name": rail.name,
            "details": rail.fields.iter().filter(|field| field.required).map(value).collect::<BTreeMap<_, _>>(),
        })
    })
}

fn transaction_hash(order: &SimOrder) -> String {
    alloy_primitives::keccak256(order.id.as_bytes()).to_string()
}

/// `stats`: a token is a dollar, and what is earned is the markup.
pub fn stats(world: &World) -> Value {
    use KnownStatus::{Completed, SendOutCompleted, SendOutFailed, SendOutPending};
    let ended =
        |order: &&SimOrder| matches!(order.status, Completed | SendOutPending | SendOutCompleted | SendOutFailed);
    let completed: Vec<&SimOrder> = world.orders().iter().filter(ended).collect();
    json!({
        "total_orders": world.orders().len(),
        "completed_orders": completed.len(),
        "volume_usd": number(completed.iter().map(|order| order.price.crypto).sum::<Decimal>().round_dp(2)),
        "earned_usd": number(completed.iter().map(|order| order.price.partner_fee).sum::<Decimal>().round_dp(2)),
    })
}

/// The compact answer to an action.
pub fn compact(order: &SimOrder) -> Value {
    json!({"order_id": order.id, "status": order.status.wire()})
}

/// `transfer-authorization-parameters`.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names are those of the documents")]
pub struct ParametersJson {
    pub order_id: String,
    pub network_preset: &'static str,
    pub chain_id: String,
    pub rpc_url: String,
    pub token_address: String,
    pub forwarder_address: String,
    pub recipient_address: String,
    pub sender_address: String,
    pub amount_atomic: String,
    pub amount_human: String,
    pub crypto_currency: &'static str,
    pub crypto_decimals: u8,
    pub recommended_gas_limit: &'static str,
    pub recommended_ttl_seconds: u32,
    pub transfer_data: String,
    pub forwarder_nonce: String,
    pub authorization_path: String,
}

/// The true parameters of an order.
pub fn parameters(world: &World, order: &SimOrder, rpc_url: &str) -> ParametersJson {
    let units = order.price.units();
    ParametersJson {
        order_id: order.id.to_string(),
        network_preset: "xai-mainnet",
        chain_id: CHAIN_ID.to_string(),
        rpc_url: rpc_url.to_owned(),
        token_address: TOKEN.to_string(),
        forwarder_address: FORWARDER.to_string(),
        recipient_address: order.escrow.to_string(),
        sender_address: world.sender().to_string(),
        amount_atomic: units.to_string(),
        amount_human: padded(order.price.funded(), 6),
        crypto_currency: "USDT",
        crypto_decimals: DECIMALS,
        recommended_gas_limit: "500000",
        recommended_ttl_seconds: 3600,
        transfer_data: transfer_calldata(order.escrow, units).to_string(),
        forwarder_nonce: world.chain().nonce(world.sender()).to_string(),
        authorization_path: format!("/api/v1/partner/orders/{}/authorize-crypto-transfer", order.id),
    }
}

/// `kyc_status`. The baseline has no word for a manual review.
pub fn kyc_status(world: &World, user: &SimUser) -> &'static str {
    match user.kyc_status {
        "UNDER_REVIEW" if world.dialect() == Dialect::Baseline => "IN_PROGRESS",
        status => status,
    }
}

/// A user as `POST /users` answers.
pub fn created_user(world: &World, user: &SimUser) -> Value {
    let mut answer = json!({
        "user_uuid": user.id,
        "email": user.email,
        "kyc_status": kyc_status(world, user),
        "created_at": time(world.shown(user.created_at)),
    });
    if let Some(answer) = answer.as_object_mut().filter(|_| world.dialect() == Dialect::Newer) {
        answer.insert("id".to_owned(), user.id.to_string().into());
    }
    answer
}

/// A user as `GET /users/{user_uuid}` answers.
pub fn user(world: &World, user: &SimUser) -> Value {
    let updated = user.kyc.updated_at.unwrap_or(user.created_at);
    let mut kyc = json!({"status": kyc_status(world, user), "updated_at": time(world.shown(updated))});
    if let Some(kyc) = kyc.as_object_mut() {
        kyc.extend(user.kyc.method.map(|method| ("kyc_method".to_owned(), method.wire().into())));
        for key in ["first_name", "last_name", "country_code"] {
            kyc.extend(user.kyc.fields.get(key).map(|text| (key.to_owned(), text.as_str().into())));
        }
        kyc.extend(user.rejection.map(|reason| ("rejection_reason".to_owned(), reason.into())));
    }
    json!({
        "user_uuid": user.id,
        "email": user.email,
        "created_at": time(world.shown(user.created_at)),
        "kyc": kyc,
        "payment_profiles": user.profiles.iter().map(|p| profile(p, "id")).collect::<Vec<_>>(),
    })
}

/// A payment profile; its id goes by a different name in each place.
pub fn profile(profile: &SimProfile, id_name: &str) -> Value {
    let script = &profile.script;
    let mut answer = serde_json::Map::new();
    answer.insert(id_name.to_owned(), profile.id.to_string().into());
    answer.insert("rail".to_owned(), script.rail.into());
    answer.insert("currency".to_owned(), script.currency.into());
    if let Some((name, slug)) = &script.institution {
        answer.insert("institution_name".to_owned(), name.as_str().into());
        answer.insert("institution_id".to_owned(), slug.as_str().into());
    }
    answer.insert("details".to_owned(), script.details.clone().into());
    answer.into()
}

/// The answer to KYC data.
pub fn submitted(world: &World, user: &SimUser) -> Value {
    let mut answer = json!({"kyc_status": kyc_status(world, user), "message": "KYC data submitted"});
    if let (Some(url), Some(answer)) = (handoff_url(user), answer.as_object_mut()) {
        answer.insert("verification_url".to_owned(), url.into());
    }
    answer
}

/// `verification-status`.
pub fn verification(world: &World, user: &SimUser) -> Value {
    let mut answer = serde_json::Map::new();
    answer.insert("status".to_owned(), verification_word(world, user).into());
    answer.extend(handoff_url(user).map(|url| ("verification_url".to_owned(), url.into())));
    if let Some((_, verdict)) = user.kyc.running {
        let left = (world.shown(verdict) - world.shown_now()).num_seconds().max(0);
        answer.insert("verification_seconds_left".to_owned(), left.into());
    }
    answer.extend(user.rejection.map(|reason| ("provider_messages".to_owned(), json!([reason]))));
    answer.into()
}

fn verification_word(world: &World, user: &SimUser) -> &'static str {
    let newer = world.dialect() == Dialect::Newer;
    let either = |baseline, newest| if newer { newest } else { baseline };
    match (user.kyc_status, user.kyc.running, user.kyc.method) {
        ("VERIFIED", ..) => "VERIFIED",
        ("VERIFICATION_REJECTED", ..) => "VERIFICATION_REJECTED",
        ("UNDER_REVIEW", ..) => either("IN_PROGRESS", "UNDER_REVIEW"),
        (_, Some((_, verdict)), _) if (verdict - world.now()).num_seconds() <= COMPLETED_FOR => {
            either("COMPLETED", "IN_PROGRESS")
        }
        (_, Some(_), _) => "IN_PROGRESS",
        (_, None, Some(_)) => either("PENDING", "PENDING_DOCUMENTS"),
        (_, None, None) => either("NOT_STARTED", "NOT_INITIATED"),
    }
}

/// Where a hand-off takes place. The address does not exist.
fn handoff_url(user: &SimUser) -> Option<String> {
    let (session, _) = user.kyc.running.filter(|_| user.kyc.method == Some(Method::Handoff))?;
    Some(format!("https://verify.example.com/s/{session}"))
}
