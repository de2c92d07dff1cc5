//! Send-outs and refunds: what is to be signed. Source: reference, sections 6.6 and 7.
//!
//! As strict as `parameters`: every field that carries money or an address must be there in its
//! one clean form. Two dialects of the send-out are read into one; where an answer says a thing
//! twice and differently it is refused, not chosen from.

use alloy_primitives::{Address, Bytes, U256};

use super::object::Object;
use super::parameters::{read_address, read_calldata};
use super::reader::{Path, Reader};
use super::shapes::{faultless, one};
use crate::domain::amount::clean_integer;
use crate::domain::refund::{RefundParameters, SafeTx};
use crate::domain::send_out::{BridgeParameters, SendOutRoute};
use crate::domain::{AtomicAmount, OrderId};

/// Reads `GET /send-out/routes`.
///
/// # Errors
/// That it is no object.
pub fn read_routes(data: &str) -> Result<Vec<SendOutRoute>, String> {
    one(data, "the send-out routes", |r| Some(r.things("routes", route)))
}

fn route(r: &mut Reader<'_, '_>) -> Option<SendOutRoute> {
    let mut route = SendOutRoute {
        chain: r.text("destination_chain")?,
        chain_id: r.scalar("chain_id"),
        chain_type: r.text("chain_type"),
        ..SendOutRoute::default()
    };
    let token = r.part("token", |r| (r.text("token.code"), r.text("token.address"), r.integer("token.decimals")));
    (route.token, route.token_address, route.decimals) = token.unwrap_or_default();
    Some(route)
}

/// Reads `GET /orders/{order_id}/bridge-authorization-parameters` in either dialect.
///
/// # Errors
/// Every missing, broken or contradictory field, or that the answer is about another order.
pub fn read_bridge(data: &str, asked: &OrderId) -> Result<BridgeParameters, String> {
    let read = faultless(data, "the send-out parameters", bridge)?;
    match &read.order_id {
        Some(other) if !super::same_id(other.as_str(), asked.as_str()) => {
            Err(format!("asked for the send-out parameters of {asked}, got those of {other}"))
        }
        _ => Ok(read),
    }
}

/// Reads every field before giving up on any, so that all problems are known.
fn bridge(r: &mut Reader<'_, '_>) -> Option<BridgeParameters> {
    let (request, domain) = (r.object("forward_request"), r.object("eip712_domain"));
    let (request, domain) = (request.as_ref(), domain.as_ref());
    let chain_id = either(r, "chain_id", domain, "eip712_domain.chainId", integer);
    let forwarder = either(r, "forwarder_address", domain, "eip712_domain.verifyingContract", address);
    let token = either(r, "token_address", request, "forward_request.to", address);
    let sender = either(r, "sender_address", request, "forward_request.from", address);
    let data = either(r, "transfer_data", request, "forward_request.data", calldata);
    let nonce = either(r, "forwarder_nonce", request, "forward_request.nonce", units);
    let quote = r.need("quote_id", Reader::scalar);
    let to_amount = r.need("to_amount", units).map(AtomicAmount::from);
    let gas_name = if r.has("recommended_gas") { "recommended_gas" } else { "recommended_gas_limit" };
    let gas = either(r, gas_name, request, "forward_request.gas", units);
    let deadline = request.and_then(|o| r.of(o).integer("forward_request.deadline"));
    let ttl_seconds = r.integer("recommended_ttl");
    let ttl_seconds = ttl_seconds.or_else(|| r.integer("recommended_ttl_seconds"));
    let value = request.and_then(|o| units(&mut r.of(o), "forward_request.value"));
    if value.is_some_and(|value| !value.is_zero()) {
        let _: Option<()> = r.refuse("forward_request.value", "not zero", "");
    }
    Some(BridgeParameters {
        order_id: r.id("order_id"),
        quote: quote?,
        to_amount: to_amount?,
        destination_chain: r.text("destination_chain"),
        destination_address: r.text("destination_address"),
        expires_at: r.time("expires_at"),
        chain_id: chain_id?,
        forwarder: forwarder?,
        token: token?,
        sender: sender?,
        solver: address(r, "solver_address"),
        amount_atomic: units(r, "amount_atomic").map(AtomicAmount::from),
        amount_human: r.amount("amount_human"),
        crypto_currency: r.text("crypto_currency"),
        decimals: r.integer("crypto_decimals"),
        gas: gas?,
        ttl_seconds,
        deadline,
        data: data?,
        nonce: nonce?,
    })
}

/// A field by its flat name or inside an object; both only if they agree.
fn either<T: PartialEq>(
    r: &mut Reader<'_, '_>,
    flat: Path,
    nested: Option<&Object<'_>>,
    inner: Path,
    read: impl for<'x, 'y> Fn(&mut Reader<'x, 'y>, Path) -> Option<T>,
) -> Option<T> {
    let outside = read(r, flat);
    let inside = nested.and_then(|object| read(&mut r.of(object), inner));
    match (outside, inside) {
        (Some(a), Some(b)) if a != b => r.refuse(flat, &format!("differs from {inner}"), ""),
        (None, None) if r.has_problem(flat) || r.has_problem(inner) => None,
        (None, None) => r.refuse(flat, "missing", ""),
        (a, b) => a.or(b),
    }
}

/// Reads `GET /orders/{order_id}/refund-authorization-parameters`.
///
/// # Errors
/// Every missing or broken field, or that the answer is about another order.
pub fn read_refund(data: &str, asked: &OrderId) -> Result<RefundParameters, String> {
    let read = faultless(data, "the refund parameters", refund)?;
    if super::same_id(read.order_id.as_str(), asked.as_str()) {
        Ok(read)
    } else {
        Err(format!("asked for the refund parameters of {asked}, got those of {}", read.order_id))
    }
}

fn refund(r: &mut Reader<'_, '_>) -> Option<RefundParameters> {
    let order_id = r.need("order_id", Reader::id);
    let escrow = r.need("escrow_address", address);
    let signer = r.need("signer_address", address);
    let recipient = r.need("recipient_address", address);
    let amount_human = r.need("amount_human", Reader::amount);
    let crypto_currency = r.need("crypto_currency", Reader::text);
    let decimals = r.need("crypto_decimals", places);
    let direction = r.need("direction", Reader::text);
    let safe = r.need("safe_params", |r, path| r.part(path, safe_tx)).flatten();
    let domain = r.need("domain", |r, path| {
        r.part(path, |r| {
            let chain = r.need("domain.chainId", Reader::integer);
            (chain, r.need("domain.verifyingContract", address))
        })
    });
    let (chain_id, verifying_contract) = domain?;
    Some(RefundParameters {
        order_id: order_id?,
        status: r.text("status"),
        escrow: escrow?,
        signer: signer?,
        recipient: recipient?,
        amount_human: amount_human?,
        crypto_currency: crypto_currency?,
        decimals: decimals?,
        direction: direction?,
        safe: safe?,
        chain_id: chain_id?,
        verifying_contract: verifying_contract?,
    })
}

fn safe_tx(r: &mut Reader<'_, '_>) -> Option<SafeTx> {
    let to = r.need("safe_params.to", address);
    let value = r.need("safe_params.value", units);
    let data = r.need("safe_params.data", calldata);
    let operation = r.need("safe_params.operation", places);
    let safe_tx_gas = r.need("safe_params.safeTxGas", units);
    let base_gas = r.need("safe_params.baseGas", units);
    let gas_price = r.need("safe_params.gasPrice", units);
    let gas_token = r.need("safe_params.gasToken", address);
    let refund_receiver = r.need("safe_params.refundReceiver", address);
    let nonce = r.need("safe_params.nonce", units);
    Some(SafeTx {
        to: to?,
        value: value?,
        data: data?,
        operation: operation?,
        safe_tx_gas: safe_tx_gas?,
        base_gas: base_gas?,
        gas_price: gas_price?,
        gas_token: gas_token?,
        refund_receiver: refund_receiver?,
        nonce: nonce?,
    })
}

/// A whole number of smallest units in its one clean form.
fn units(r: &mut Reader<'_, '_>, path: Path) -> Option<U256> {
    r.number(path, "not a clean whole number", clean_integer)
}

/// A whole number below 256.
fn places(r: &mut Reader<'_, '_>, path: Path) -> Option<u8> {
    r.number(path, "not a small whole number", |t| clean_integer(t).and_then(|n| u8::try_from(n).ok()))
}

fn address(r: &mut Reader<'_, '_>, path: Path) -> Option<Address> {
    r.number(path, "not an address", read_address)
}

fn calldata(r: &mut Reader<'_, '_>, path: Path) -> Option<Bytes> {
    r.number(path, "not 0x and pairs of hex digits", read_calldata)
}

fn integer(r: &mut Reader<'_, '_>, path: Path) -> Option<u64> {
    r.integer(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const A: &str = "0x1111111111111111111111111111111111111111";
    const B: &str = "0x2222222222222222222222222222222222222222";

    fn id() -> OrderId {
        OrderId::parse("o-1").unwrap()
    }

    fn newer() -> Value {
        json!({"order_id": "o-1", "chain_id": "660279", "rpc_url": "https://xai-chain.net/rpc", "token_address": A,
            "forwarder_address": B, "solver_address": A, "sender_address": B, "amount_atomic": "100000000",
            "amount_human": "100", "crypto_currency": "USDT", "crypto_decimals": 6, "recommended_gas": "500000",
            "recommended_ttl": 3600, "transfer_data": "0xa9059cbb", "forwarder_nonce": "7", "quote_id": "q",
            "to_amount": "99000000", "destination_chain": "Arbitrum One", "destination_address": A,
            "expires_at": "2026-02-01T12:00:30Z", "authorization_path": "x"})
    }

    fn baseline() -> Value {
        json!({"forward_request": {"from": B, "to": A, "value": "0", "gas": 500_000, "nonce": 7, "deadline": "1770000000",
            "data": "0xa9059cbb"}, "eip712_domain": {"name": "n", "version": "1", "chainId": 660_279,
            "verifyingContract": B}, "quote_id": 12, "to_amount": "99000000", "forwarder_nonce": "7"})
    }

    #[test]
    fn both_dialects_of_a_send_out_say_the_same() {
        let new = read_bridge(&newer().to_string(), &id()).unwrap();
        let old = read_bridge(&baseline().to_string(), &id()).unwrap();
        assert_eq!(
            (new.chain_id, new.forwarder, new.token, new.sender),
            (old.chain_id, old.forwarder, old.token, old.sender)
        );
        assert_eq!((new.gas, &new.data, new.nonce, new.to_amount), (old.gas, &old.data, old.nonce, old.to_amount));
        assert_eq!((new.ttl_seconds, old.deadline), (Some(3600), Some(1_770_000_000)));
        assert_eq!((new.quote.as_str(), old.quote.as_str(), old.solver), ("q", "12", None));
        let mut limit = newer();
        let gas = limit.as_object_mut().unwrap().remove("recommended_gas").unwrap();
        limit["recommended_gas_limit"] = gas;
        assert_eq!(read_bridge(&limit.to_string(), &id()).unwrap().gas, new.gas);
    }

    #[test]
    fn a_contradiction_a_gap_or_another_order_is_refused() {
        let mut both = baseline();
        both["forwarder_nonce"] = json!("8");
        assert!(read_bridge(&both.to_string(), &id()).unwrap_err().contains("differs from forward_request.nonce"));
        let gaps = read_bridge("{}", &id()).unwrap_err();
        for field in ["chain_id", "forwarder_address", "token_address", "sender_address", "transfer_data", "quote_id"] {
            assert!(gaps.contains(&format!("{field} (missing)")), "{gaps}");
        }
        let mut value = baseline();
        value["forward_request"]["value"] = json!("1");
        assert!(read_bridge(&value.to_string(), &id()).unwrap_err().contains("not zero"));
        assert!(read_bridge(&newer().to_string(), &OrderId::parse("o-2").unwrap()).is_err());
    }

    fn documented_refund() -> Value {
        let zero = "0x0000000000000000000000000000000000000000";
        json!({"order_id": "o-1", "status": "refund_pending", "escrow_address": A, "signer_address": B,
            "recipient_address": B, "amount_human": "101.5", "crypto_currency": "USDT", "crypto_decimals": 6,
            "direction": "to_seller", "safe_params": {"to": A, "value": "0", "data": "0xa9059cbb", "operation": 0,
            "safeTxGas": "0", "baseGas": "0", "gasPrice": "0", "gasToken": zero, "refundReceiver": zero, "nonce": "3"},
            "domain": {"chainId": 660_279, "verifyingContract": A}, "types": {}, "authorization_path": "x"})
    }

    #[test]
    fn a_refund_is_read_whole_or_not_at_all() {
        let read = |value: &Value| read_refund(&value.to_string(), &id());
        let refund = read(&documented_refund()).unwrap();
        assert_eq!((refund.safe.operation, refund.safe.nonce, refund.chain_id), (0, U256::from(3), 660_279));
        assert_eq!(refund.direction, "to_seller");
        for (group, field) in [("safe_params", "operation"), ("safe_params", "gasToken"), ("domain", "chainId")] {
            let mut less = documented_refund();
            less[group].as_object_mut().unwrap().remove(field);
            let e = read(&less).unwrap_err();
            assert!(e.contains(&format!("{group}.{field} (missing)")), "{e}");
        }
        let mut odd = documented_refund();
        odd["safe_params"]["operation"] = json!(256);
        assert!(read(&odd).is_err());
        odd = documented_refund();
        odd["order_id"] = json!("o-2");
        assert!(read(&odd).is_err());
    }

    #[test]
    fn routes_keep_their_words() {
        let data = json!({"crypto": "USDT", "routes": [{"destination_chain": "Arbitrum One", "chain_id": 42161,
            "chain_type": "EVM", "token": {"code": "USDT", "address": A, "decimals": 6}}, {"chain_type": "TVM"}]});
        let routes = read_routes(&data.to_string()).unwrap();
        assert_eq!((routes.len(), routes[0].chain_id.as_deref(), routes[0].decimals), (1, Some("42161"), Some(6)));
    }
}
