//! The parameters of a transfer authorization. Source: reference, section 6.1.
//!
//! Here nothing is tolerated: this is what gets signed. Every field that carries money or an
//! address must be there in its one clean form, and the error lists all that are not. Whether the
//! values are *right* is for `signing::review` to say.

use alloy_primitives::{Address, Bytes, U256};

use super::object::Object;
use super::reader::{Path, Problems, Reader};
use crate::domain::amount::clean_integer;
use crate::domain::forward::TransferParameters;
use crate::domain::{AtomicAmount, OrderId};

/// The longest calldata read, in hex digits; a token transfer has 136.
const MAX_CALLDATA: usize = 64 * 1024;

/// Reads the `data` of `GET /orders/{order_id}/transfer-authorization-parameters` for `asked`.
///
/// # Errors
/// Every missing or broken field, or that the answer is about another order.
pub fn read_parameters(data: &str, asked: &OrderId) -> Result<TransferParameters, String> {
    let object = Object::parse(data).map_err(|e| format!("the transfer parameters: {e}"))?;
    let mut problems = Problems::default();
    let read = fields(&mut Strict { reader: Reader::new(&object, &mut problems) });
    let listed: Vec<String> = problems.into_vec().into_iter().map(|p| format!("{} ({})", p.field, p.reason)).collect();
    match read {
        Some(parameters) if listed.is_empty() => about(parameters, asked),
        _ => Err(format!("the transfer parameters are incomplete or malformed: {}", listed.join(", "))),
    }
}

fn about(parameters: TransferParameters, asked: &OrderId) -> Result<TransferParameters, String> {
    if super::same_id(parameters.order_id.as_str(), asked.as_str()) {
        Ok(parameters)
    } else {
        Err(format!("asked for the transfer parameters of {asked}, got those of {}", parameters.order_id))
    }
}

/// Reads every field before giving up on any, so that all problems are known.
fn fields(strict: &mut Strict<'_, '_>) -> Option<TransferParameters> {
    let order_id = strict.need("order_id", |r| r.id("order_id"));
    let chain_id = strict.need("chain_id", |r| r.integer("chain_id"));
    let token = strict.address("token_address");
    let forwarder = strict.address("forwarder_address");
    let recipient = strict.address("recipient_address");
    let sender = strict.address("sender_address");
    let amount_atomic = strict.integer("amount_atomic").map(AtomicAmount::from);
    let amount_human = strict.need("amount_human", |r| r.amount("amount_human"));
    let crypto_currency = strict.need("crypto_currency", |r| r.text("crypto_currency"));
    let decimals = strict.decimals("crypto_decimals");
    let gas = strict.integer("recommended_gas_limit");
    let ttl_seconds = strict.need("recommended_ttl_seconds", |r| r.integer("recommended_ttl_seconds"));
    let transfer_data = strict.calldata("transfer_data");
    let nonce = strict.integer("forwarder_nonce");
    Some(TransferParameters {
        order_id: order_id?,
        network: strict.reader.text("network_preset"),
        chain_id: chain_id?,
        rpc_url: strict.reader.text("rpc_url"),
        token: token?,
        forwarder: forwarder?,
        recipient: recipient?,
        sender: sender?,
        amount_atomic: amount_atomic?,
        amount_human: amount_human?,
        crypto_currency: crypto_currency?,
        decimals: decimals?,
        gas: gas?,
        ttl_seconds: ttl_seconds?,
        transfer_data: transfer_data?,
        nonce: nonce?,
    })
}

/// A reader to which an absent field is a problem too.
struct Strict<'o, 'a> {
    reader: Reader<'o, 'a>,
}

impl Strict<'_, '_> {
    fn need<T>(&mut self, path: Path, read: impl FnOnce(&mut Reader<'_, '_>) -> Option<T>) -> Option<T> {
        let value = read(&mut self.reader);
        match value {
            None if !self.reader.has_problem(path) => self.reader.refuse(path, "missing", ""),
            other => other,
        }
    }

    fn integer(&mut self, path: Path) -> Option<U256> {
        self.need(path, |r| r.number(path, "not a clean whole number", clean_integer))
    }

    fn decimals(&mut self, path: Path) -> Option<u8> {
        self.need(path, |r| {
            r.number(path, "not a number of places", |t| clean_integer(t).and_then(|n| u8::try_from(n).ok()))
        })
    }

    fn address(&mut self, path: Path) -> Option<Address> {
        self.need(path, |r| r.number(path, "not an address", read_address))
    }

    fn calldata(&mut self, path: Path) -> Option<Bytes> {
        self.need(path, |r| r.number(path, "not 0x and pairs of hex digits", read_calldata))
    }
}

/// `0x` and 40 hex digits. Mixed case is not held to the checksum: the documents' own examples
/// are not reliable there.
fn read_address(text: &str) -> Option<Address> {
    let bytes = hex::decode(text.strip_prefix("0x")?).ok()?;
    <[u8; 20]>::try_from(bytes).ok().map(Address::from)
}

fn read_calldata(text: &str) -> Option<Bytes> {
    let digits = text.strip_prefix("0x").filter(|d| d.len() <= MAX_CALLDATA)?;
    hex::decode(digits).ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const TOKEN: &str = "0xf86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA";

    fn documented() -> Value {
        json!({"order_id": "o-1", "network_preset": "xai", "chain_id": "660279", "rpc_url": "https://xai-chain.net/rpc",
            "token_address": TOKEN, "forwarder_address": "0x6fFCF38bEc8c733b096958fcd2a8E31A00530EDC",
            "recipient_address": "0x1111111111111111111111111111111111111111",
            "sender_address": "0x2222222222222222222222222222222222222222", "amount_atomic": "101500000",
            "amount_human": "101.50", "crypto_currency": "USDT", "crypto_decimals": 6,
            "recommended_gas_limit": "500000", "recommended_ttl_seconds": 3600, "transfer_data": "0xa9059cbb",
            "forwarder_nonce": "7", "authorization_path": "x"})
    }

    fn read(value: &Value) -> Result<TransferParameters, String> {
        read_parameters(&value.to_string(), &OrderId::parse("o-1").unwrap())
    }

    #[test]
    fn the_documented_answer_is_read_whole() {
        let p = read(&documented()).unwrap();
        assert_eq!((p.chain_id, p.decimals, p.ttl_seconds), (660_279, 6, 3600));
        assert_eq!(p.amount_human.to_atomic(p.decimals), Some(p.amount_atomic));
        assert_eq!(p.token.to_string().to_lowercase(), TOKEN.to_lowercase());
        assert_eq!((p.nonce, p.gas), (U256::from(7), U256::from(500_000)));
        assert_eq!(p.transfer_data.to_string(), "0xa9059cbb");
    }

    #[test]
    fn numbers_may_be_strings_or_numbers() {
        let mut v = documented();
        for (key, value) in
            [("chain_id", json!(660_279)), ("forwarder_nonce", json!(7)), ("crypto_decimals", json!("6"))]
        {
            v[key] = value;
        }
        assert!(read(&v).is_ok());
    }

    #[test]
    fn every_missing_field_is_named() {
        let e = read(&json!({"order_id": "o-1"})).unwrap_err();
        for field in documented().as_object().unwrap().keys() {
            let optional = ["order_id", "network_preset", "rpc_url", "authorization_path"].contains(&field.as_str());
            assert_eq!(e.contains(field.as_str()), !optional, "{field}: {e}");
        }
    }

    #[test]
    fn what_could_be_read_two_ways_is_refused() {
        let bad = [
            ("transfer_data", json!("a9059cbb")),
            ("transfer_data", json!("0xa9059cb")),
            ("transfer_data", json!("0xZZ")),
            ("transfer_data", json!("0X00")),
            ("token_address", json!("0x12")),
            ("token_address", json!("f86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA")),
            ("amount_atomic", json!("0101500000")),
            ("amount_atomic", json!(1.5)),
            ("amount_atomic", json!("0x10")),
            ("amount_atomic", json!("")),
            ("forwarder_nonce", json!(-1)),
            ("forwarder_nonce", Value::Null),
            ("crypto_decimals", json!(256)),
            ("amount_human", json!("1e3")),
            ("crypto_currency", json!("")),
            ("network_preset", json!({})),
        ];
        for (field, value) in bad {
            let mut v = documented();
            v[field] = value.clone();
            let e = read(&v).expect_err(&format!("{field}: {value}"));
            assert!(e.contains(field), "{field}: {e}");
        }
    }

    #[test]
    fn parameters_of_another_order_are_refused() {
        let mut v = documented();
        v["order_id"] = json!("o-2");
        assert!(read(&v).unwrap_err().contains("o-2"));
    }
}
