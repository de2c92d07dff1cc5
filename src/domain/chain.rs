//! What a chain says by itself, asked at a node of the operator's own choice: the second opinion
//! on what the partner API wants signed.
//!
//! Plain values: nothing here has been judged. A fact that could not be had says why, because a
//! node that is down and a contract that is not there are two very different things.

use alloy_primitives::{Address, B256, U256};

use super::time::Now;

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<T> {
    /// What the chain says.
    Known(T),
    /// Nobody could be asked, or the node did not answer the question; the words for the operator.
    Unreachable(String),
    /// The node answered, and what it answered is not such a fact; the words for the operator.
    Unusable(String),
}

impl<T> Fact<T> {
    /// What the chain says, where it says it.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unreachable(_) | Self::Unusable(_) => None,
        }
    }

    /// The fact read further.
    pub fn and_then<U>(self, read: impl FnOnce(T) -> Result<U, String>) -> Fact<U> {
        match self {
            Self::Known(value) => read(value).map_or_else(Fact::Unusable, Fact::Known),
            Self::Unreachable(why) => Fact::Unreachable(why),
            Self::Unusable(why) => Fact::Unusable(why),
        }
    }
}

/// Whom the facts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The forwarder that would execute.
    pub forwarder: Address,
    /// The token that would move.
    pub token: Address,
    /// The wallet that would pay.
    pub payer: Address,
}

/// A contract's own word about the domain of its typed data (ERC-5267).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractDomain {
    /// Which of the five fields count, as bits: `0x0f` is name, version, chain and contract.
    pub fields: u8,
    /// `name`, verbatim.
    pub name: String,
    /// `version`, verbatim.
    pub version: String,
    /// `chainId`.
    pub chain_id: U256,
    /// `verifyingContract`.
    pub verifying_contract: Address,
    /// `salt`.
    pub salt: B256,
    /// Whether the contract names extensions, which nobody here understands.
    pub extended: bool,
}

/// The newest block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its time, unix seconds.
    pub timestamp: u64,
}

/// Everything asked at once, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainFacts {
    /// When the question left.
    pub asked: Now,
    /// When the answer was complete.
    pub answered: Now,
    /// Whom it is about.
    pub about: Question,
    /// `eth_chainId`.
    pub chain_id: Fact<u64>,
    /// The newest block.
    pub block: Fact<Block>,
    /// The forwarder's `nonces(payer)`.
    pub nonce: Fact<U256>,
    /// The forwarder's `eip712Domain()`.
    pub forwarder_domain: Fact<ContractDomain>,
    /// The token's `balanceOf(payer)`, in its smallest unit.
    pub balance: Fact<U256>,
    /// The token's `decimals()`.
    pub decimals: Fact<u8>,
    /// The token's `eip712Domain()`; `None` if it has none, like most.
    pub token_domain: Fact<Option<ContractDomain>>,
}

/// A transfer of a token that happened, as its contract tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenTransfer {
    /// The token.
    pub token: Address,
    /// Who paid.
    pub from: Address,
    /// Who was paid.
    pub to: Address,
    /// How many, in the token's smallest unit.
    pub units: U256,
    /// The block it is in.
    pub block: u64,
    /// The transaction it is part of.
    pub transaction: B256,
}

/// What became of a transaction that is in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionReceipt {
    /// Whether it was executed; otherwise it was reverted and nothing moved.
    pub executed: bool,
    /// The block it is in.
    pub block: u64,
    /// Every transfer of any token in it, as the contracts tell it.
    pub transfers: Vec<TokenTransfer>,
}

/// Which transfers are looked for after a signature was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferSearch {
    /// The token.
    pub token: Address,
    /// Who pays.
    pub from: Address,
    /// Who is paid.
    pub to: Address,
    /// The first block to look at.
    pub since: u64,
}
