//! The answers of estimates, quotes, initiates, send-outs and refunds, field by field.
//!
//! Like [`wire`], but for what is newly made. Source: reference, sections 4, 6.6 and 7.
//!
//! [`wire`]: super::wire

use alloy_primitives::U256;
use serde_json::{Value, json};

use super::catalog::CRYPTO;
use super::catalog::send_out::{ROUTES, Route};
use super::chain::{CHAIN_ID, DECIMALS, FORWARDER, TOKEN};
use super::config::Dialect;
use super::forward::{DOMAIN_NAME, DOMAIN_VERSION};
use super::safe::SafeTx;
use super::wire::{amounts, entry, fees, time};
use super::world::World;
use super::world::desk::Quote;
use super::world::order::SimOrder;
use super::world::price::{Price, padded};
use super::world::quoting::Estimate;
use super::world::sending_out::{BridgeQuote, SOLVER};
use crate::domain::Direction;

/// Puts the fields of `more` into `base`.
fn with(base: Value, more: Value) -> Value {
    match (base, more) {
        (Value::Object(mut base), Value::Object(more)) => {
            base.extend(more);
            Value::Object(base)
        }
        (base, _) => base,
    }
}

fn price(price: &Price) -> Value {
    json!({
        "rate": price.rate.normalize().to_string(),
        "crypto_amount": padded(price.crypto, 6),
        "fiat_amount": padded(price.fiat, 2),
        "fee_breakdown": fees(price),
    })
}

/// `PartnerPriceEstimateResponse`.
pub fn estimate(estimate: &Estimate) -> Value {
    let more = json!({
        "payment_method_slug": estimate.method_slug,
        "payment_network_slug": estimate.rail.slug,
        "provider_scope": estimate.scope,
        "is_indicative": true,
    });
    with(price(&estimate.price), more)
}

/// The quote of either ramp.
pub fn quote(quote: &Quote) -> Value {
    let base = with(price(&quote.price), json!({"quote_id": quote.id, "expires_at": time(quote.expires_at)}));
    let more = match quote.direction() {
        Direction::OffRamp => json!({
            "anchor_type": quote.terms.anchor.word(),
            "payment_details_id": quote.payment_details,
            "payment_method_id": quote.method,
            "payment_network_id": quote.rail.network,
            "has_fiat_settlement_notification": quote.terms.licensed,
        }),
        Direction::OnRamp => json!({
            "payment_method_slug": quote.method_slug,
            "payment_network_slug": quote.rail.slug,
        }),
    };
    with(base, more)
}

/// `PartnerInitiateResponse`; the only answer that says `quote_id` and `reference_id`.
pub fn initiated(world: &World, order: &SimOrder, quote: &Quote, reference: Option<&str>) -> Value {
    let base = json!({
        "order_id": order.id,
        "status": order.status.wire(),
        "quote_id": quote.id,
        "order_type": if order.direction == Direction::OnRamp { "onramp" } else { "offramp" },
        "amounts": amounts(&order.price),
        "fee_breakdown": fees(&order.price),
        "timeline": order.timeline.iter().map(|e| entry(world, e)).collect::<Vec<_>>(),
        "created_at": time(world.shown(order.created_at())),
    });
    let echo = reference.map_or(json!({}), |reference| json!({"reference_id": reference}));
    with(base, echo)
}

/// Units with the token's places.
pub fn human(units: U256) -> String {
    let text = format!("{units:0>7}");
    let (whole, fraction) = text.split_at(text.len().saturating_sub(usize::from(DECIMALS)));
    format!("{whole}.{fraction}")
}

/// `send-out/routes`.
pub fn routes(crypto: &str) -> Value {
    let one = |route: &Route| {
        json!({
            "destination_chain": route.name,
            "chain_id": route.chain_id,
            "chain_type": route.kind,
            "token": {"code": CRYPTO, "address": route.token, "decimals": DECIMALS},
        })
    };
    let routes: Vec<Value> = if crypto == CRYPTO { ROUTES.iter().map(one).collect() } else { Vec::new() };
    json!({"crypto": crypto, "routes": routes})
}

/// `bridge-authorization-parameters`: the baseline has the request ready to be signed, the newest
/// documents have what to make it from.
pub fn bridge(world: &World, order: &SimOrder, quote: &BridgeQuote, rpc_url: &str) -> Value {
    let (nonce, data) = (world.chain().nonce(world.sender()).to_string(), quote.calldata().to_string());
    let base = json!({
        "order_id": order.id,
        "quote_id": quote.id.to_string(),
        "to_amount": quote.arrives.to_string(),
        "forwarder_nonce": nonce,
    });
    if world.dialect() == Dialect::Newer {
        return with(base, bridge_fields(world, order, quote, rpc_url));
    }
    let deadline = world.shown_now().timestamp() + 3600;
    let ready = json!({
        "forward_request": {
            "from": world.sender().to_string(), "to": TOKEN.to_string(), "value": "0", "gas": "500000",
            "nonce": nonce, "deadline": deadline.to_string(), "data": data,
        },
        "eip712_domain": {
            "name": DOMAIN_NAME, "version": DOMAIN_VERSION, "chainId": CHAIN_ID,
            "verifyingContract": FORWARDER.to_string(),
        },
    });
    with(base, ready)
}

fn bridge_fields(world: &World, order: &SimOrder, quote: &BridgeQuote, rpc_url: &str) -> Value {
    json!({
        "chain_id": CHAIN_ID.to_string(),
        "rpc_url": rpc_url,
        "token_address": TOKEN.to_string(),
        "forwarder_address": FORWARDER.to_string(),
        "solver_address": SOLVER.to_string(),
        "sender_address": world.sender().to_string(),
        "amount_atomic": quote.units.to_string(),
        "amount_human": human(quote.units),
        "crypto_currency": CRYPTO,
        "crypto_decimals": DECIMALS,
        "recommended_gas": "500000",
        "recommended_ttl": 3600,
        "transfer_data": quote.calldata().to_string(),
        "destination_chain": quote.route.name,
        "destination_address": quote.address,
        "expires_at": time(quote.expires_at),
        "authorization_path": format!("/api/v1/partner/orders/{}/authorize-bridge", order.id),
    })
}

/// `refund-authorization-parameters`.
pub fn refund(world: &World, order: &SimOrder, transaction: &SafeTx) -> Value {
    let field = |name: &str, kind: &str| json!({"name": name, "type": kind});
    json!({
        "order_id": order.id,
        "status": order.status.wire(),
        "escrow_address": order.escrow.to_string(),
        "signer_address": world.sender().to_string(),
        "recipient_address": world.sender().to_string(),
        "amount_human": human(world.chain().balance(order.escrow)),
        "crypto_currency": CRYPTO,
        "crypto_decimals": DECIMALS,
        "direction": "to_seller",
        "safe_params": {
            "to": transaction.to.to_string(),
            "value": transaction.value.to_string(),
            "data": transaction.data.to_string(),
            "operation": transaction.operation,
            "safeTxGas": transaction.safeTxGas.to_string(),
            "baseGas": transaction.baseGas.to_string(),
            "gasPrice": transaction.gasPrice.to_string(),
            "gasToken": transaction.gasToken.to_string(),
            "refundReceiver": transaction.refundReceiver.to_string(),
            "nonce": transaction.nonce.to_string(),
        },
        "domain": {"chainId": CHAIN_ID, "verifyingContract": order.escrow.to_string()},
        "types": {
            "EIP712Domain": [field("chainId", "uint256"), field("verifyingContract", "address")],
            "SafeTx": [
                field("to", "address"), field("value", "uint256"), field("data", "bytes"),
                field("operation", "uint8"), field("safeTxGas", "uint256"), field("baseGas", "uint256"),
                field("gasPrice", "uint256"), field("gasToken", "address"), field("refundReceiver", "address"),
                field("nonce", "uint256"),
            ],
        },
        "authorization_path": format!("/api/v1/partner/orders/{}/authorize-refund", order.id),
    })
}
