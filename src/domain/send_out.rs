//! Sending the crypto of a completed on-ramp order to another chain. Source: reference, section 7.
//!
//! These are plain values: nothing here has been checked. What is signed names the solver, the
//! amount and the quote, *not* the destination: that is bound by the server's quote alone.

use alloy_primitives::{Address, Bytes, U256};
use chrono::{DateTime, Utc};

use super::amount::{Amount, AtomicAmount};
use super::forward::SignedForward;
use super::id::OrderId;
use super::stage::Authorization;

/// A way of `GET /send-out/routes`. Only in the newer API.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SendOutRoute {
    /// `destination_chain`: what `destination` is called in requests.
    pub chain: String,
    /// `chain_id`, as text.
    pub chain_id: Option<String>,
    /// `chain_type`: `EVM`, `TVM`, .., verbatim.
    pub chain_type: Option<String>,
    /// `token.code`.
    pub token: Option<String>,
    /// `token.address`, verbatim.
    pub token_address: Option<String>,
    /// `token.decimals`.
    pub decimals: Option<u64>,
}

/// Where the crypto goes, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// `destination_chain`: older servers want a slug, newer ones a name or a `chain_id`.
    pub chain: String,
    /// `destination_address`.
    pub address: String,
}

/// `GET /orders/{order_id}/bridge-authorization-parameters`, in either dialect, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeParameters {
    /// `order_id`; the baseline does not repeat it.
    pub order_id: Option<OrderId>,
    /// `quote_id` of the send-out, appended to the calldata.
    pub quote: String,
    /// `to_amount`: what arrives, in the destination token's smallest unit.
    pub to_amount: AtomicAmount,
    /// The destination the answer repeats, where it does.
    pub destination_chain: Option<String>,
    /// The address the answer repeats, where it does.
    pub destination_address: Option<String>,
    /// `expires_at` of the quote.
    pub expires_at: Option<DateTime<Utc>>,
    /// `chain_id`, or that of `eip712_domain`.
    pub chain_id: u64,
    /// `forwarder_address`, or `eip712_domain.verifyingContract`.
    pub forwarder: Address,
    /// `token_address`, or `forward_request.to`.
    pub token: Address,
    /// `sender_address`, or `forward_request.from`.
    pub sender: Address,
    /// `solver_address`. Only in the newer dialect.
    pub solver: Option<Address>,
    /// `amount_atomic`. Only in the newer dialect.
    pub amount_atomic: Option<AtomicAmount>,
    /// `amount_human`. Only in the newer dialect.
    pub amount_human: Option<Amount>,
    /// `crypto_currency`.
    pub crypto_currency: Option<String>,
    /// `crypto_decimals`.
    pub decimals: Option<u64>,
    /// `recommended_gas` or `recommended_gas_limit`, or `forward_request.gas`.
    pub gas: U256,
    /// `recommended_ttl` or `recommended_ttl_seconds`. Only in the newer dialect.
    pub ttl_seconds: Option<u64>,
    /// `forward_request.deadline`. Only in the baseline.
    pub deadline: Option<u64>,
    /// `transfer_data`, or `forward_request.data`.
    pub data: Bytes,
    /// `forwarder_nonce`, or `forward_request.nonce`.
    pub nonce: U256,
}

/// A send-out whose every check passed: what will be signed, and what the server's quote binds
/// beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendOutAuthorization {
    /// The request and its domain.
    pub forward: Authorization,
    /// Where it goes, as it was asked for; sent along, not signed.
    pub destination: Destination,
    /// `quote_id`, appended to the calldata.
    pub quote: String,
    /// `to_amount`: what arrives, in the destination token's smallest unit.
    pub to_amount: AtomicAmount,
    /// `expires_at` of the quote, by the server's clock.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The body of `POST /orders/{order_id}/authorize-bridge`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedSendOut {
    /// Where it goes.
    pub destination: Destination,
    /// What was signed and the signature.
    pub forward: SignedForward,
}
