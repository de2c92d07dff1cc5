//! JSON of a node into facts: hexadecimal with `0x`, numbers without leading zeros, and nothing
//! guessed. Errors are words for the operator. Pure.

use alloy_primitives::{Address, B256};
use serde_json::Value;

use super::abi;
use crate::domain::chain::{Block, TokenTransfer, TransactionReceipt};
use crate::domain::text::visible_prefix;

/// More transfers in one answer than anybody looked for.
const MOST_LOGS: usize = 1000;

fn hexadecimal(value: &Value) -> Result<&str, String> {
    let text = value.as_str().ok_or("the answer is not text")?;
    text.strip_prefix("0x").ok_or_else(|| format!("{} has no 0x", visible_prefix(text, 40)))
}

/// Bytes, as `eth_call` answers them.
pub fn bytes(value: &Value) -> Result<Vec<u8>, String> {
    let digits = hexadecimal(value)?;
    hex::decode(digits).map_err(|_| format!("0x{} is not hexadecimal", visible_prefix(digits, 40)))
}

/// A number below 2^64, written the one way the specification allows.
pub fn quantity(value: &Value) -> Result<u64, String> {
    let digits = hexadecimal(value)?;
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit()) && (digits == "0" || !digits.starts_with('0'));
    let number = u64::from_str_radix(digits, 16).ok().filter(|_| plain);
    number.ok_or_else(|| format!("0x{} is not a number", visible_prefix(digits, 40)))
}

fn word(value: &Value) -> Result<B256, String> {
    B256::try_from(bytes(value)?.as_slice()).map_err(|_| "a word has 32 bytes".to_owned())
}

fn field<'v>(value: &'v Value, name: &str) -> Result<&'v Value, String> {
    value.get(name).ok_or_else(|| format!("the answer has no {name}"))
}

/// The newest block.
pub fn block(value: &Value) -> Result<Block, String> {
    Ok(Block { number: quantity(field(value, "number")?)?, timestamp: quantity(field(value, "timestamp")?)? })
}

/// A list of logs, each of which has to be a transfer.
pub fn transfers(value: &Value) -> Result<Vec<TokenTransfer>, String> {
    let logs = value.as_array().ok_or("the answer is not a list of logs")?;
    if logs.len() > MOST_LOGS {
        return Err(format!("{} transfers were answered", logs.len()));
    }
    logs.iter().map(transfer).collect()
}

fn transfer(log: &Value) -> Result<TokenTransfer, String> {
    if log.get("removed").and_then(Value::as_bool) == Some(true) {
        return Err("a log was taken back by the chain".to_owned());
    }
    let topics = field(log, "topics")?.as_array().ok_or("the topics are not a list")?;
    let [kind, from, to] = topics.as_slice() else { return Err("a transfer has three topics".to_owned()) };
    if word(kind)? != abi::TRANSFER {
        return Err("the log is not of a transfer".to_owned());
    }
    let token = Address::try_from(bytes(field(log, "address")?)?.as_slice()).map_err(|_| "an address has 20 bytes")?;
    Ok(TokenTransfer {
        token,
        from: abi::address(&bytes(from)?)?,
        to: abi::address(&bytes(to)?)?,
        units: abi::word(&bytes(field(log, "data")?)?)?,
        block: quantity(field(log, "blockNumber")?)?,
        transaction: word(field(log, "transactionHash")?)?,
    })
}

/// The receipt of `transaction`. Logs of other kinds are left out.
pub fn receipt(value: &Value, transaction: B256) -> Result<TransactionReceipt, String> {
    if word(field(value, "transactionHash")?)? != transaction {
        return Err("the receipt is of another transaction".to_owned());
    }
    let executed = match quantity(field(value, "status")?)? {
        1 => true,
        0 => false,
        other => return Err(format!("the status {other} is unknown")),
    };
    let logs = field(value, "logs")?.as_array().ok_or("the logs are not a list")?;
    let kind = |log: &&Value| log.pointer("/topics/0").and_then(|kind| word(kind).ok()) == Some(abi::TRANSFER);
    // Transfers of things that are not interchangeable have the same name and one topic more.
    let three = |log: &&Value| log.get("topics").and_then(Value::as_array).is_some_and(|topics| topics.len() == 3);
    let transfers: Result<Vec<_>, String> = logs.iter().filter(kind).filter(three).map(transfer).collect();
    Ok(TransactionReceipt { executed, block: quantity(field(value, "blockNumber")?)?, transfers: transfers? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::U256;
    use proptest::prelude::*;
    use serde_json::json;

    fn log() -> Value {
        json!({
            "address": Address::repeat_byte(1).to_string(),
            "topics": [abi::TRANSFER.to_string(), Address::repeat_byte(2).into_word().to_string(),
                Address::repeat_byte(3).into_word().to_string()],
            "data": format!("{:#066x}", 5),
            "blockNumber": "0x10",
            "transactionHash": B256::repeat_byte(4).to_string(),
        })
    }

    #[test]
    fn numbers_and_bytes_have_one_form() {
        assert_eq!(quantity(&json!("0xa1337")), Ok(660_279));
        assert_eq!(quantity(&json!("0x0")), Ok(0));
        for bad in ["", "0x", "a1337", "0x0a", "0x-1", "0x+1", "0x1_0", "0xg", "0x10000000000000000", "660279"] {
            assert!(quantity(&json!(bad)).is_err(), "{bad}");
        }
        for bad in [json!(1), json!(null), json!("12"), json!("0x1"), json!("0xzz"), json!(["0x"])] {
            assert!(bytes(&bad).is_err(), "{bad}");
        }
        assert_eq!(bytes(&json!("0x")), Ok(Vec::new()));
    }

    #[test]
    fn a_transfer_is_told_whole_or_not_at_all() {
        let read = &transfers(&json!([log()])).unwrap()[0];
        assert_eq!((read.from, read.to), (Address::repeat_byte(2), Address::repeat_byte(3)));
        assert_eq!((read.units, read.block, read.transaction), (U256::from(5), 16, B256::repeat_byte(4)));
        let spoiled = [
            ("/address", json!("0x01")),
            ("/topics/0", json!(B256::ZERO.to_string())),
            ("/topics/1", json!(B256::repeat_byte(2).to_string())),
            ("/topics", json!([])),
            ("/data", json!("0x05")),
            ("/blockNumber", json!(16)),
            ("/transactionHash", json!(null)),
        ];
        for (place, value) in spoiled {
            let mut changed = log();
            *changed.pointer_mut(place).unwrap() = value;
            assert!(transfers(&json!([changed])).is_err(), "{place}");
        }
        let mut removed = log();
        removed["removed"] = json!(true);
        assert!(transfers(&json!([removed])).is_err());
    }

    #[test]
    fn a_receipt_is_of_the_transaction_that_was_asked_for() {
        let hash = B256::repeat_byte(4);
        let other = json!({"address": "0x", "topics": [B256::ZERO.to_string()], "data": "0x"});
        let of = |status: &str| json!({"transactionHash": hash.to_string(), "status": status, "blockNumber": "0x10", "logs": [other, log()]});
        let read = receipt(&of("0x1"), hash).unwrap();
        assert_eq!((read.executed, read.block, read.transfers.len()), (true, 16, 1));
        assert!(!receipt(&of("0x0"), hash).unwrap().executed);
        assert!(receipt(&of("0x2"), hash).is_err());
        assert!(receipt(&of("0x1"), B256::ZERO).is_err());
    }

    proptest! {
        #[test]
        fn every_number_is_read_back(number: u64) {
            prop_assert_eq!(quantity(&json!(format!("{number:#x}"))), Ok(number));
            let (padded, bare) = (format!("0x0{number:x}"), format!("{number:x}"));
            prop_assert!(quantity(&json!(padded)).is_err());
            prop_assert!(quantity(&json!(bare)).is_err());
        }

        #[test]
        fn no_text_makes_the_readers_panic(text in ".{0,80}") {
            let _ = (quantity(&json!(text)), bytes(&json!(text)), block(&json!({"number": text})));
        }
    }
}
