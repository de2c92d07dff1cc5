//! What a signature would permit, as plain values and in plain words.
//!
//! For screens, `--json` and the journal: texts of the API are made visible, numbers beyond 53 bits
//! are strings. Pure, and without any judgement: that is `review`'s.

mod refund;
mod send_out;

pub use refund::RefundFacts;
pub use send_out::SendOutFacts;

use alloy_primitives::{Address, B256, U256};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::domain::{Amount, AtomicAmount, OrderId};

/// What is signed, whichever of the three it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureFacts {
    /// Crypto into the escrow of an off-ramp order.
    Transfer(Facts),
    /// Tokens of an on-ramp order to another chain.
    SendOut(SendOutFacts),
    /// The escrow's tokens back to us.
    Refund(RefundFacts),
}

impl SignatureFacts {
    /// What a signature over this permits, in one paragraph.
    pub fn statement(&self) -> String {
        match self {
            Self::Transfer(facts) => facts.statement(),
            Self::SendOut(facts) => facts.statement(),
            Self::Refund(facts) => facts.statement(),
        }
    }

    /// All of it as a JSON object, for `--json`.
    pub fn to_map(&self) -> Map<String, Value> {
        match self {
            Self::Transfer(facts) => facts.to_map(),
            Self::SendOut(facts) => facts.to_map(),
            Self::Refund(facts) => facts.to_map(),
        }
    }

    /// What is signed; `None` if the review refused.
    pub fn digest(&self) -> Option<B256> {
        match self {
            Self::Transfer(facts) => facts.digest,
            Self::SendOut(facts) => facts.digest,
            Self::Refund(facts) => facts.digest,
        }
    }
}

impl From<Facts> for SignatureFacts {
    fn from(facts: Facts) -> Self {
        Self::Transfer(facts)
    }
}

impl From<SendOutFacts> for SignatureFacts {
    fn from(facts: SendOutFacts) -> Self {
        Self::SendOut(facts)
    }
}

impl From<RefundFacts> for SignatureFacts {
    fn from(facts: RefundFacts) -> Self {
        Self::Refund(facts)
    }
}

/// Unix seconds as a time of day, or as the number if they are none.
pub fn until(deadline: u64) -> String {
    let time = i64::try_from(deadline).ok().and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
    time.map_or_else(|| format!("unix second {deadline}"), |time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// The request in human terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The order.
    pub order_id: OrderId,
    /// The wallet that pays: `from`.
    pub payer: Address,
    /// The token's contract: `to`.
    pub token: Address,
    /// In whole tokens, as the API wrote it.
    pub amount: Amount,
    /// The token's name as the API wrote it, made visible.
    pub currency: String,
    /// In the token's smallest unit.
    pub amount_atomic: AtomicAmount,
    /// Who receives the tokens.
    pub recipient: Address,
    /// The chain.
    pub chain_id: u64,
    /// The forwarder that executes the request.
    pub forwarder: Address,
    /// The payer's nonce at the forwarder.
    pub nonce: U256,
    /// The gas limit.
    pub gas: U256,
    /// Unix seconds until which the signature is good.
    pub deadline: u64,
    /// What is signed; `None` if the review refused.
    pub digest: Option<B256>,
    /// The network's name as the API wrote it, made visible.
    pub network: Option<String>,
}

impl Facts {
    /// The deadline as a time.
    pub fn deadline_time(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(i64::try_from(self.deadline).ok()?, 0)
    }

    /// What a signature over this permits, in one paragraph.
    pub fn statement(&self) -> String {
        let until = until(self.deadline);
        let network = self.network.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        format!(
            "Wallet {payer} pays exactly {amount} {currency} ({atomic} smallest units of the token contract {token}) \
             to {recipient} on chain {chain}{network}, for order {order}. The forwarder {forwarder} may execute this \
             once, with nonce {nonce} and at most {gas} gas, until {until}; whoever holds the signature can have it \
             executed until then.",
            payer = self.payer,
            amount = self.amount,
            currency = self.currency,
            atomic = self.amount_atomic,
            token = self.token,
            recipient = self.recipient,
            chain = self.chain_id,
            order = self.order_id,
            forwarder = self.forwarder,
            nonce = self.nonce,
            gas = self.gas,
        )
    }

    /// All of it as a JSON object, for `--json` and the journal. `chain_id` and `deadline` are
    /// numbers, everything else is text; what is absent is `null`.
    pub fn to_map(&self) -> Map<String, Value> {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
        put("order_id", self.order_id.as_str().into());
        put("payer", self.payer.to_string().into());
        put("token", self.token.to_string().into());
        put("amount", self.amount.to_string().into());
        put("currency", self.currency.clone().into());
        put("amount_atomic", self.amount_atomic.to_string().into());
        put("recipient", self.recipient.to_string().into());
        put("chain_id", self.chain_id.into());
        put("forwarder", self.forwarder.to_string().into());
        put("nonce", self.nonce.to_string().into());
        put("gas", self.gas.to_string().into());
        put("deadline", self.deadline.into());
        put("digest", self.digest.map(|digest| digest.to_string()).into());
        put("network", self.network.clone().into());
        map
    }
}
