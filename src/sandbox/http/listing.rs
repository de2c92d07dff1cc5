//! `GET /orders`: which rows a filter returns, in which order, on which page.
//!
//! A filter is not an equality test: several statuses share one internal state and two are never
//! found. Source: reference, section 5 (the filter mapping) and section 13.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde_json::{Value, json};

#[cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "a table of statuses reads best by bare names"))]
use crate::domain::status::KnownStatus::{self, *};
use crate::sandbox::wire;
use crate::sandbox::world::World;
use crate::sandbox::world::order::SimOrder;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// The statuses a filter word returns, or `None` if the word is not a filter.
fn filter(word: &str) -> Option<&'static [KnownStatus]> {
    Some(match word {
        "created" => &[Created],
        "awaiting_liquidity_provider" => &[AwaitingLiquidityProvider],
        "awaiting_crypto_transfer_authorization" => &[AwaitingCryptoTransferAuthorization],
        "crypto_transfer_authorization_pending" => &[CryptoTransferAuthorizationPending],
        "crypto_received" => &[CryptoReceived, FiatPaymentStarted, FiatPaymentReviewStarted, DisputeStarted],
        "awaiting_fiat_received_confirmation" => &[AwaitingFiatReceivedConfirmation],
        "fiat_received_confirmed" | "crypto_release_pending" => &[],
        "completed" => &[Completed, SendOutPending, SendOutCompleted, SendOutFailed],
        "cancelled" => &[Cancelled],
        "failed" => &[Failed],
        "price_changed_requote_needed" => &[PriceChangedRequoteNeeded],
        _ => return None,
    })
}

/// The page a query asks for, or what is wrong with the query.
pub fn page(world: &World, query: &HashMap<String, String>) -> Result<Value, String> {
    let wanted = match query.get("status").map(String::as_str) {
        None | Some("") => None,
        Some(text) => Some(filter(text).ok_or_else(|| "invalid status filter".to_owned())?),
    };
    let page = number(query, "page", 1)?.max(1);
    let limit = match number(query, "limit", DEFAULT_LIMIT)? {
        0 => DEFAULT_LIMIT,
        limit => limit.min(MAX_LIMIT),
    };
    let mut rows: Vec<&SimOrder> =
        world.orders().iter().filter(|o| wanted.is_none_or(|statuses| statuses.contains(&o.status))).collect();
    rows.sort_by_key(|order| (!order.is_live(), Reverse(order.created_at()), order.id));
    let total = rows.len();
    let skipped = (page - 1).saturating_mul(limit);
    let orders: Vec<_> = rows.into_iter().skip(skipped).take(limit).map(|o| wire::order(world, o)).collect();
    let pagination = json!({"page": page, "limit": limit, "total_count": total, "total_pages": total.div_ceil(limit)});
    Ok(json!({"orders": orders, "pagination": pagination}))
}

fn number(query: &HashMap<String, String>, key: &str, default: usize) -> Result<usize, String> {
    query.get(key).map_or(Ok(default), |text| text.parse().map_err(|_| format!("invalid {key}")))
}
