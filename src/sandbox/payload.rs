//! The events of webhooks as JSON. Source: reference, section 10.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::config::Dialect;
use super::wire;
use super::world::order::SimOrder;
use super::world::people::SimUser;
use super::world::price::padded;
use crate::domain::status::KnownStatus;

/// An event in its envelope.
pub fn event(id: &str, kind: &str, shown: DateTime<Utc>, data: &Value) -> Value {
    json!({"event_id": id, "event_type": kind, "created_at": wire::time(shown), "data": data})
}

/// `order.status.changed`.
pub fn order(dialect: Dialect, order: &SimOrder, status: KnownStatus) -> Value {
    let newer = dialect == Dialect::Newer;
    let amount = |value: Decimal, places| if newer { value.normalize().to_string() } else { padded(value, places) };
    let mut data = json!({
        "order_id": order.id,
        "status": status.wire(),
        user_key(dialect): order.owner,
        "crypto_amount": amount(order.price.crypto, 6),
        "crypto_currency": "USDT",
        "fiat_amount": amount(order.price.fiat, 2),
        "fiat_currency": order.price.currency,
        "provider": if order.traits.settles_itself { "licensed" } else { "p2p" },
        "payment_details_id": details(order.payment_details),
    });
    if let Some(data) = data.as_object_mut().filter(|_| newer) {
        data.insert("partner_fee".to_owned(), order.price.partner_fee.normalize().to_string().into());
        data.insert("partner_fee_pct".to_owned(), wire::number(order.price.partner_fee_pct));
    }
    data
}

/// Who buys may have no profile.
fn details(number: u32) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// `order.refund.required`.
pub fn refund(dialect: Dialect, sim: &SimOrder) -> Value {
    let mut data = order(dialect, sim, KnownStatus::Cancelled);
    if let Some(data) = data.as_object_mut() {
        data.insert("action_required".to_owned(), wire::action_required(sim).into());
    }
    data
}

/// `user.kyc.updated`, for the statuses that are announced.
pub fn kyc(dialect: Dialect, user: &SimUser) -> Option<Value> {
    let word = match user.kyc_status {
        "VERIFIED" => "VERIFIED",
        "VERIFICATION_REJECTED" => "REJECTED",
        "UNDER_REVIEW" if dialect == Dialect::Newer => "UNDER_REVIEW",
        _ => return None,
    };
    let mut data = json!({user_key(dialect): user.id, "kyc_status": word});
    if let (Some(reason), Some(data)) = (user.rejection, data.as_object_mut()) {
        data.insert("rejection_reasons".to_owned(), json!([reason]));
    }
    Some(data)
}

fn user_key(dialect: Dialect) -> &'static str {
    if dialect == Dialect::Newer { "user_id" } else { "user_uuid" }
}
