//! The chain, asked by JSON-RPC at a node of the operator's own choice.
//!
//! The node named in the API's answer is never used: it could not contradict the API. [`facts`]
//! asks everything a signature depends on in one exchange; [`transfers`] and [`receipt`] tell
//! afterwards what happened. Nothing is judged here: that is `signing::checks`. May use `domain` and
//! the rules for addresses of `api`.

mod abi;
mod client;
mod read;
mod url;

pub use client::{ChainClient, ChainSetupError};
pub use url::{BadRpcUrl, RpcUrl};

use alloy_primitives::B256;
use serde_json::{Value, json};

use crate::domain::chain::{ChainFacts, Fact, Question, TokenTransfer, TransactionReceipt, TransferSearch};
use client::Call;

/// Asks everything about a question in one exchange. Never fails: what could not be had says why.
pub async fn facts(client: &ChainClient, about: &Question) -> ChainFacts {
    let calls = [
        Call::new("eth_chainId", json!([])),
        Call::new("eth_getBlockByNumber", json!(["latest", false])),
        eth_call(about.forwarder, &abi::nonces(about.payer)),
        eth_call(about.forwarder, &abi::eip712_domain()),
        eth_call(about.token, &abi::balance_of(about.payer)),
        eth_call(about.token, &abi::decimals()),
        eth_call(about.token, &abi::eip712_domain()),
    ];
    let asked = client.now();
    let [chain_id, block, nonce, forwarder_domain, balance, decimals, token_domain] = client.batch(calls).await;
    ChainFacts {
        asked,
        answered: client.now(),
        about: *about,
        chain_id: chain_id.and_then(|value| read::quantity(&value)),
        block: block.and_then(|value| read::block(&value)),
        nonce: nonce.and_then(|value| abi::word(&read::bytes(&value)?)),
        forwarder_domain: forwarder_domain.and_then(|value| abi::domain(&read::bytes(&value)?)),
        balance: balance.and_then(|value| abi::word(&read::bytes(&value)?)),
        decimals: decimals.and_then(|value| abi::small(&read::bytes(&value)?)),
        token_domain: optional(token_domain).and_then(|value| value.map_or(Ok(None), |value| domain_if_any(&value))),
    }
}

/// Every transfer that matches the search, oldest first.
pub async fn transfers(client: &ChainClient, search: &TransferSearch) -> Fact<Vec<TokenTransfer>> {
    let filter = json!({
        "address": search.token.to_string(),
        "fromBlock": format!("{:#x}", search.since),
        "toBlock": "latest",
        "topics": [abi::TRANSFER.to_string(), search.from.into_word().to_string(), search.to.into_word().to_string()],
    });
    let [logs] = client.batch([Call::new("eth_getLogs", json!([filter]))]).await;
    // The node's word that these are the ones is not taken.
    let ours = |t: &TokenTransfer| {
        (t.token, t.from, t.to) == (search.token, search.from, search.to) && t.block >= search.since
    };
    let all = |found: Vec<TokenTransfer>| {
        if found.iter().all(ours) { Ok(found) } else { Err("the node answered with other transfers".to_owned()) }
    };
    logs.and_then(|value| read::transfers(&value)).and_then(all)
}

/// What became of a transaction; `None` while it is in no block.
pub async fn receipt(client: &ChainClient, transaction: B256) -> Fact<Option<TransactionReceipt>> {
    let [receipt] = client.batch([Call::new("eth_getTransactionReceipt", json!([transaction.to_string()]))]).await;
    receipt.and_then(|value| if value.is_null() { Ok(None) } else { read::receipt(&value, transaction).map(Some) })
}

fn eth_call(to: alloy_primitives::Address, data: &[u8]) -> Call {
    Call::new("eth_call", json!([{"to": to.to_string(), "data": format!("0x{}", hex::encode(data))}, "latest"]))
}

/// A contract without that function reverts, which is an answer.
fn optional(fact: Fact<Value>) -> Fact<Option<Value>> {
    match fact {
        Fact::Known(value) => Fact::Known(Some(value)),
        Fact::Unusable(_) => Fact::Known(None),
        Fact::Unreachable(why) => Fact::Unreachable(why),
    }
}

fn domain_if_any(value: &Value) -> Result<Option<crate::domain::chain::ContractDomain>, String> {
    let bytes = read::bytes(value)?;
    if bytes.is_empty() { Ok(None) } else { abi::domain(&bytes).map(Some) }
}
