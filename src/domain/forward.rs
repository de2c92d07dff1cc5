//! What the API asks us to sign for an off-ramp order, and what we send back.
//!
//! These are plain values: nothing here has been checked. `signing` reviews the parameters and is
//! the only place that builds a request to sign. Source: reference, sections 6.1 to 6.3.

use std::fmt;

use alloy_primitives::{Address, Bytes, U256};

use super::amount::{Amount, AtomicAmount};
use super::id::OrderId;

/// `GET /orders/{order_id}/transfer-authorization-parameters`, complete and well-formed but not
/// yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferParameters {
    /// `order_id`.
    pub order_id: OrderId,
    /// `network_preset`, verbatim.
    pub network: Option<String>,
    /// `chain_id`.
    pub chain_id: u64,
    /// `rpc_url` the API suggests; never used to check the API itself.
    pub rpc_url: Option<String>,
    /// `token_address`: the ERC-20 contract.
    pub token: Address,
    /// `forwarder_address`: the ERC-2771 forwarder.
    pub forwarder: Address,
    /// `recipient_address`: the order's escrow.
    pub recipient: Address,
    /// `sender_address`: the partner's wallet.
    pub sender: Address,
    /// `amount_atomic`, in the token's smallest unit.
    pub amount_atomic: AtomicAmount,
    /// `amount_human`, in whole tokens.
    pub amount_human: Amount,
    /// `crypto_currency`.
    pub crypto_currency: String,
    /// `crypto_decimals`: places of the token.
    pub decimals: u8,
    /// `recommended_gas_limit`.
    pub gas: U256,
    /// `recommended_ttl_seconds`.
    pub ttl_seconds: u64,
    /// `transfer_data`: the calldata.
    pub transfer_data: Bytes,
    /// `forwarder_nonce`: the wallet's current nonce at the forwarder, shared by all orders.
    pub nonce: U256,
}

/// The seven fields of the EIP-712 `ForwardRequest`, as they are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardRequest {
    /// The wallet that pays.
    pub from: Address,
    /// The contract that is called: the token.
    pub to: Address,
    /// Native value, always zero.
    pub value: U256,
    /// Gas limit.
    pub gas: U256,
    /// The forwarder's nonce for `from`.
    pub nonce: U256,
    /// Unix seconds until which the signature is good; below 2^48.
    pub deadline: u64,
    /// The calldata.
    pub data: Bytes,
}

/// A signature of 65 bytes, `r || s || v` with `v` 27 or 28.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SignatureBytes(pub [u8; 65]);

impl SignatureBytes {
    /// With `0x`, as it is sent.
    pub fn to_hex(&self) -> String {
        format!("0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for SignatureBytes {
    /// A signature is worth money until its deadline: it is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignatureBytes(..)")
    }
}

/// A signed request: the body of `POST /orders/{order_id}/authorize-crypto-transfer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedForward {
    /// What was signed.
    pub request: ForwardRequest,
    /// The signature over it.
    pub signature: SignatureBytes,
}
