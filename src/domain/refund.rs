//! Taking back what is in the escrow of an order that stopped after it was funded. Source:
//! reference, section 6.6. Only in the newer API.
//!
//! These are plain values: nothing here has been checked. The order reads plain `cancelled`; only
//! `allowed_actions` shows that money is still owed.

use alloy_primitives::{Address, B256, Bytes, U256};

use super::amount::{Amount, AtomicAmount};
use super::id::OrderId;

/// The transaction of the escrow (a Safe) that is to be signed: `safe_params`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeTx {
    /// `to`.
    pub to: Address,
    /// `value`.
    pub value: U256,
    /// `data`.
    pub data: Bytes,
    /// `operation`: 0 is a call, 1 a delegatecall.
    pub operation: u8,
    /// `safeTxGas`.
    pub safe_tx_gas: U256,
    /// `baseGas`.
    pub base_gas: U256,
    /// `gasPrice`.
    pub gas_price: U256,
    /// `gasToken`.
    pub gas_token: Address,
    /// `refundReceiver`.
    pub refund_receiver: Address,
    /// `nonce`.
    pub nonce: U256,
}

/// `GET /orders/{order_id}/refund-authorization-parameters`, complete and well-formed but not yet
/// believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundParameters {
    /// `order_id`.
    pub order_id: OrderId,
    /// `status`, verbatim; outside the list of statuses.
    pub status: Option<String>,
    /// `escrow_address`.
    pub escrow: Address,
    /// `signer_address`.
    pub signer: Address,
    /// `recipient_address`.
    pub recipient: Address,
    /// `amount_human`.
    pub amount_human: Amount,
    /// `crypto_currency`.
    pub crypto_currency: String,
    /// `crypto_decimals`.
    pub decimals: u8,
    /// `direction`, verbatim; only `to_seller` is a refund.
    pub direction: String,
    /// `safe_params`.
    pub safe: SafeTx,
    /// `domain.chainId`.
    pub chain_id: u64,
    /// `domain.verifyingContract`.
    pub verifying_contract: Address,
}

/// A refund whose every check passed: exactly what will be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundAuthorization {
    /// The escrow's transaction.
    pub safe: SafeTx,
    /// The chain of the EIP-712 domain.
    pub chain_id: u64,
    /// The escrow, which is the verifying contract.
    pub escrow: Address,
    /// The EIP-712 digest of the transaction under that domain: the 32 bytes that are signed.
    pub digest: B256,
}

/// What our own record says an order's escrow was funded with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funding {
    /// The chain.
    pub chain_id: u64,
    /// The token's contract.
    pub token: Address,
    /// Who received the tokens: the escrow.
    pub escrow: Address,
    /// How many, in the token's smallest unit.
    pub amount: AtomicAmount,
}

impl Funding {
    /// What an authorization of ours paid, from its recorded calldata: the call of `transfer` that
    /// the review let through. `None` if that is not 68 bytes.
    pub fn recorded(chain_id: u64, token: Address, data: &[u8]) -> Option<Self> {
        let data: &[u8; 68] = data.try_into().ok()?;
        let escrow = Address::try_from(data.get(16..36)?).ok()?;
        let amount = U256::try_from_be_slice(data.get(36..)?)?;
        Some(Self { chain_id, token, escrow, amount: AtomicAmount::from(amount) })
    }
}
