//! What the signature of a refund would permit.

use alloy_primitives::{Address, B256, U256};
use serde_json::{Map, Value};

use crate::domain::{Amount, AtomicAmount, OrderId};

/// The refund in human terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// The order.
    pub order_id: OrderId,
    /// The order's escrow, a Safe: whose transaction it is.
    pub escrow: Address,
    /// The contract that is called: the token.
    pub token: Address,
    /// Who is paid by the calldata; `None` if it cannot be read.
    pub recipient: Option<Address>,
    /// In whole tokens, as the API wrote it.
    pub amount: Amount,
    /// What the calldata pays, in the token's smallest unit.
    pub amount_atomic: Option<AtomicAmount>,
    /// The token's name, made visible.
    pub currency: String,
    /// The chain.
    pub chain_id: u64,
    /// The escrow's nonce: a transaction with it is executed once.
    pub safe_nonce: U256,
    /// 0 is a call, 1 a delegatecall.
    pub operation: u8,
    /// What is signed; `None` if the review refused.
    pub digest: Option<B256>,
}

impl RefundFacts {
    /// What a signature over this permits, in one paragraph.
    pub fn statement(&self) -> String {
        format!(
            "The escrow {escrow} of order {order} pays exactly {amount} {currency} ({units} smallest units of the token \
             contract {token}) to {recipient} on chain {chain}, once, with the escrow's nonce {nonce}. Unigox adds its \
             own signature and executes it.",
            escrow = self.escrow,
            order = self.order_id,
            amount = self.amount,
            currency = self.currency,
            units = self.amount_atomic.map_or_else(|| "?".to_owned(), |units| units.to_string()),
            token = self.token,
            recipient = self.recipient.map_or_else(|| "?".to_owned(), |recipient| recipient.to_string()),
            chain = self.chain_id,
            nonce = self.safe_nonce,
        )
    }

    /// All of it as a JSON object: `chain_id` and `operation` are numbers, everything else is text;
    /// what is absent is `null`.
    pub fn to_map(&self) -> Map<String, Value> {
        let text = |value: Option<String>| value.map_or(Value::Null, Value::from);
        let pairs: [(&str, Value); 11] = [
            ("order_id", self.order_id.as_str().into()),
            ("escrow", self.escrow.to_string().into()),
            ("token", self.token.to_string().into()),
            ("recipient", text(self.recipient.map(|a| a.to_string()))),
            ("amount", self.amount.to_string().into()),
            ("amount_atomic", text(self.amount_atomic.map(|a| a.to_string()))),
            ("currency", self.currency.clone().into()),
            ("chain_id", self.chain_id.into()),
            ("safe_nonce", self.safe_nonce.to_string().into()),
            ("operation", self.operation.into()),
            ("digest", text(self.digest.map(|d| d.to_string()))),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}
