//! JSON-RPC of the simulated chain: balances, nonces, domains, blocks, transfers and receipts.
//!
//! A pure function from request text to answer. Batches and notifications behave as JSON-RPC 2.0
//! says; what the chain does not know is an error object, never a made-up result.

use alloy_primitives::{Address, B256, FixedBytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::chain::{CHAIN_ID, Chain, DECIMALS, Erc20, FORWARDER, Forwarder, Moved, TOKEN};
use super::forward::{DOMAIN_NAME, DOMAIN_VERSION};

struct Fault {
    code: i32,
    message: String,
}

fn fault(code: i32, message: impl Into<String>) -> Fault {
    Fault { code, message: message.into() }
}

/// Answers one request or a batch; `None` if only notifications were sent.
pub fn answer(chain: &Chain, now: DateTime<Utc>, body: &[u8]) -> Option<Value> {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return Some(error_object(&Value::Null, &fault(-32700, "parse error")));
    };
    match request {
        Value::Array(batch) if batch.is_empty() => {
            Some(error_object(&Value::Null, &fault(-32600, "the batch is empty")))
        }
        Value::Array(batch) => {
            let answers: Vec<Value> = batch.iter().filter_map(|one| single(chain, now, one)).collect();
            (!answers.is_empty()).then_some(Value::Array(answers))
        }
        one => single(chain, now, &one),
    }
}

fn single(chain: &Chain, now: DateTime<Utc>, request: &Value) -> Option<Value> {
    let id = request.get("id");
    let valid = request.get("jsonrpc").and_then(Value::as_str) == Some("2.0");
    let Some(method) = request.get("method").and_then(Value::as_str).filter(|_| valid) else {
        return Some(error_object(id.unwrap_or(&Value::Null), &fault(-32600, "invalid request")));
    };
    let id = id?;
    let outcome = call(chain, now, method, request.get("params").unwrap_or(&Value::Null));
    Some(match outcome {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err(fault) => error_object(id, &fault),
    })
}

fn error_object(id: &Value, fault: &Fault) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": fault.code, "message": fault.message}})
}

fn call(chain: &Chain, now: DateTime<Utc>, method: &str, params: &Value) -> Result<Value, Fault> {
    match method {
        "eth_chainId" => Ok(json!(format!("{CHAIN_ID:#x}"))),
        "net_version" => Ok(json!(CHAIN_ID.to_string())),
        "eth_blockNumber" => Ok(json!(number(chain.block_number(now)))),
        "eth_getBlockByNumber" => block(chain, now, params),
        "eth_getLogs" => logs(chain, params),
        "eth_getTransactionReceipt" => receipt(chain, params),
        "eth_call" => eth_call(chain, params).map(|bytes| json!(format!("0x{}", hex::encode(bytes)))),
        other => {
            Err(fault(-32601, format!("the method {} does not exist", crate::domain::text::visible_prefix(other, 40))))
        }
    }
}

fn number(number: u64) -> String {
    format!("{number:#x}")
}

/// Only the newest: the older ones hold nothing anybody needs.
fn block(chain: &Chain, now: DateTime<Utc>, params: &Value) -> Result<Value, Fault> {
    if params.get(0).and_then(Value::as_str) != Some("latest") {
        return Err(fault(-32602, "only the latest block is kept"));
    }
    let timestamp = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(json!({"number": number(chain.block_number(now)), "timestamp": number(timestamp), "transactions": []}))
}

/// The three topics of a transfer.
fn topics(moved: &Moved) -> [B256; 3] {
    let kind = alloy_primitives::keccak256("Transfer(address,address,uint256)");
    [kind, moved.from.into_word(), moved.to.into_word()]
}

fn log(moved: &Moved) -> Value {
    json!({
        "address": TOKEN.to_string(),
        "topics": topics(moved).map(|topic| topic.to_string()),
        "data": format!("0x{}", hex::encode(moved.units.to_be_bytes::<32>())),
        "blockNumber": number(moved.block),
        "transactionHash": moved.transaction.to_string(),
        "transactionIndex": "0x0",
        "logIndex": "0x0",
        "removed": false,
    })
}

fn logs(chain: &Chain, params: &Value) -> Result<Value, Fault> {
    let filter = params.get(0).ok_or_else(|| fault(-32602, "missing value for required argument 0"))?;
    let word = |value: &Value| value.as_str().and_then(|text| text.parse::<B256>().ok());
    let end = |key: &str, open: u64| match filter.get(key).and_then(Value::as_str) {
        None | Some("latest" | "earliest") => Ok(open),
        Some(text) => {
            u64::from_str_radix(text.trim_start_matches("0x"), 16).map_err(|_| fault(-32602, "invalid block"))
        }
    };
    let (first, last) = (end("fromBlock", 0)?, end("toBlock", u64::MAX)?);
    let at_token = text(filter, "address").is_none_or(|address| address.parse() == Ok(TOKEN));
    let wanted: Vec<Option<B256>> =
        filter.get("topics").and_then(Value::as_array).map(|list| list.iter().map(word).collect()).unwrap_or_default();
    let fits = |moved: &&Moved| {
        let same = wanted.iter().zip(topics(moved)).all(|(wanted, topic)| wanted.is_none_or(|wanted| wanted == topic));
        at_token && (first..=last).contains(&moved.block) && same
    };
    Ok(chain.moved().iter().filter(fits).map(log).collect())
}

fn receipt(chain: &Chain, params: &Value) -> Result<Value, Fault> {
    let hash = params.get(0).and_then(Value::as_str).and_then(|text| text.parse::<B256>().ok());
    let hash = hash.ok_or_else(|| fault(-32602, "invalid transaction hash"))?;
    let found = chain.moved().iter().find(|moved| moved.transaction == hash);
    Ok(found.map_or(Value::Null, |moved| {
        json!({
            "transactionHash": hash.to_string(),
            "status": "0x1",
            "blockNumber": number(moved.block),
            "to": FORWARDER.to_string(),
            "logs": [log(moved)],
        })
    }))
}

fn eth_call(chain: &Chain, params: &Value) -> Result<Vec<u8>, Fault> {
    let request = params.get(0).ok_or_else(|| fault(-32602, "missing value for required argument 0"))?;
    let to: Address = text(request, "to").and_then(|t| t.parse().ok()).ok_or_else(|| fault(-32602, "invalid to"))?;
    let data = text(request, "input").or_else(|| text(request, "data")).unwrap_or("0x");
    let data = data.strip_prefix("0x").and_then(|d| hex::decode(d).ok());
    let data = data.ok_or_else(|| fault(-32602, "invalid data"))?;
    let result = match to {
        TOKEN => token_call(chain, &data),
        FORWARDER => forwarder_call(chain, &data),
        // A call to an account without code succeeds and returns nothing, as on a real chain.
        _ => Some(Vec::new()),
    };
    result.ok_or_else(|| fault(3, "execution reverted"))
}

fn text<'a>(request: &'a Value, key: &str) -> Option<&'a str> {
    request.get(key).and_then(Value::as_str)
}

fn token_call(chain: &Chain, data: &[u8]) -> Option<Vec<u8>> {
    if Erc20::decimalsCall::abi_decode(data).is_ok() {
        return Some(U256::from(DECIMALS).abi_encode());
    }
    if Erc20::symbolCall::abi_decode(data).is_ok() {
        return Some("USDT".abi_encode());
    }
    let call = Erc20::balanceOfCall::abi_decode(data).ok()?;
    Some(chain.balance(call.account).abi_encode())
}

fn forwarder_call(chain: &Chain, data: &[u8]) -> Option<Vec<u8>> {
    if Forwarder::eip712DomainCall::abi_decode(data).is_ok() {
        let domain = Forwarder::eip712DomainReturn {
            fields: FixedBytes([0x0f]),
            name: DOMAIN_NAME.to_owned(),
            version: DOMAIN_VERSION.to_owned(),
            chainId: U256::from(CHAIN_ID),
            verifyingContract: FORWARDER,
            salt: B256::ZERO,
            extensions: Vec::new(),
        };
        return Some(Forwarder::eip712DomainCall::abi_encode_returns(&domain));
    }
    let call = Forwarder::noncesCall::abi_decode(data).ok()?;
    Some(U256::from(chain.nonce(call.owner)).abi_encode())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(body: &Value) -> Option<Value> {
        let chain = Chain::new(Address::repeat_byte(1), DateTime::UNIX_EPOCH);
        answer(&chain, DateTime::UNIX_EPOCH, body.to_string().as_bytes())
    }

    fn eth_call_body(to: Address, data: &[u8]) -> Value {
        json!({"jsonrpc": "2.0", "id": 1, "method": "eth_call",
            "params": [{"to": to.to_string(), "data": format!("0x{}", hex::encode(data))}, "latest"]})
    }

    #[test]
    fn balances_nonces_and_the_domain_can_be_read() {
        let owner = Address::repeat_byte(1);
        let balance = ask(&eth_call_body(TOKEN, &Erc20::balanceOfCall { account: owner }.abi_encode())).unwrap();
        assert!(balance["result"].as_str().unwrap().ends_with("e8d4a51000"));
        let nonce = ask(&eth_call_body(FORWARDER, &Forwarder::noncesCall { owner }.abi_encode())).unwrap();
        assert_eq!(nonce["result"].as_str().unwrap().len(), 66);
        let domain = ask(&eth_call_body(FORWARDER, &Forwarder::eip712DomainCall {}.abi_encode())).unwrap();
        let bytes = hex::decode(domain["result"].as_str().unwrap().trim_start_matches("0x")).unwrap();
        let domain = Forwarder::eip712DomainCall::abi_decode_returns(&bytes).unwrap();
        assert_eq!((domain.name.as_str(), domain.verifyingContract), (DOMAIN_NAME, FORWARDER));
    }

    #[test]
    fn what_is_not_known_is_an_error_object() {
        let code = |body: &Value| ask(body).unwrap()["error"]["code"].as_i64().unwrap();
        assert_eq!(code(&json!({"jsonrpc": "2.0", "id": 1, "method": "eth_dance"})), -32601);
        assert_eq!(code(&json!({"id": 1, "method": "eth_chainId"})), -32600);
        assert_eq!(code(&json!([])), -32600);
        assert_eq!(code(&json!({"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": []})), -32602);
        assert_eq!(code(&eth_call_body(TOKEN, &[1, 2, 3, 4])), 3);
        let chain = Chain::new(Address::ZERO, DateTime::UNIX_EPOCH);
        assert_eq!(answer(&chain, DateTime::UNIX_EPOCH, b"{").unwrap()["error"]["code"], -32700);
    }

    #[test]
    fn batches_answer_in_order_and_skip_notifications() {
        let batch = json!([{"jsonrpc": "2.0", "id": "a", "method": "eth_chainId"},
            {"jsonrpc": "2.0", "method": "eth_chainId"}, {"jsonrpc": "2.0", "id": 2, "method": "eth_blockNumber"}]);
        let answers = ask(&batch).unwrap();
        assert_eq!(answers.as_array().unwrap().len(), 2);
        assert_eq!((&answers[0]["result"], &answers[1]["id"]), (&json!("0xa1337"), &json!(2)));
    }
}
