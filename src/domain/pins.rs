//! What an operator pinned: the chain, the contracts and the wallet that a signature may name.
//!
//! Set by hand and never by an answer of the API, so that parameters which are consistent with
//! themselves but wrong are noticed. Plain values: `config` reads and writes them, `signing` holds
//! parameters against them. Source of the fields: reference, section 6.2, "check before signing".

use std::collections::BTreeMap;

use alloy_primitives::Address;

/// A token's contract on the pinned chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenPin {
    /// The ERC-20 contract.
    pub address: Address,
    /// Its places: 6 means that one token has 1 000 000 smallest units.
    pub decimals: u8,
}

/// Who may be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientRule {
    /// Anybody the API names for the order; one that was never paid before is called out.
    PerOrder,
    /// Only these.
    Pinned(Vec<Address>),
}

impl RecipientRule {
    /// The addresses it names.
    pub fn addresses(&self) -> &[Address] {
        match self {
            Self::PerOrder => &[],
            Self::Pinned(list) => list,
        }
    }
}

/// The pins of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    /// The only chain.
    pub chain_id: u64,
    /// The only ERC-2771 forwarder.
    pub forwarder: Address,
    /// `name` of the forwarder's EIP-712 domain.
    pub domain_name: String,
    /// `version` of the forwarder's EIP-712 domain.
    pub domain_version: String,
    /// The only wallet that pays, and the only one a refund comes back to.
    pub sender: Address,
    /// The token of each currency, by the order's `crypto_currency`.
    pub tokens: BTreeMap<String, TokenPin>,
    /// Who receives an authorization: escrows of orders.
    pub escrows: RecipientRule,
    /// Who receives a send-out: solvers.
    pub solvers: RecipientRule,
}

impl Pins {
    /// Every address the pins name.
    pub fn addresses(&self) -> impl Iterator<Item = Address> + '_ {
        let lists = self.escrows.addresses().iter().chain(self.solvers.addresses()).copied();
        let tokens = self.tokens.values().map(|token| token.address);
        [self.forwarder, self.sender].into_iter().chain(tokens).chain(lists)
    }
}

/// How a profile stands with its pins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pinning {
    /// They are set, and hold.
    Pinned(Box<Pins>),
    /// None are set and none are needed: a simulated API on this machine.
    Needless,
    /// None are set: the profile may watch, not sign.
    Missing,
    /// They cannot be read, for this reason: the profile may watch, not sign.
    Broken(String),
}

impl Pinning {
    /// The pins, where they are set.
    pub fn pins(&self) -> Option<&Pins> {
        match self {
            Self::Pinned(pins) => Some(pins),
            Self::Needless | Self::Missing | Self::Broken(_) => None,
        }
    }
}
