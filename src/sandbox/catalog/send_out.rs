//! Where the tokens of a completed on-ramp order can be sent. Source: reference, section 7.

use alloy_primitives::Address;

use crate::sandbox::config::Dialect;

/// A destination.
#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    /// `destination_chain`.
    pub name: &'static str,
    /// What the baseline calls it.
    pub slug: &'static str,
    /// `chain_id`.
    pub chain_id: u64,
    /// `chain_type`.
    pub kind: &'static str,
    /// The token's contract there.
    pub token: &'static str,
}

/// Every destination of the token.
pub const ROUTES: &[Route] = &[
    Route {
        name: "Arbitrum One",
        slug: "arbitrum",
        chain_id: 42_161,
        kind: "EVM",
        token: "0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9",
    },
    Route {
        name: "Ethereum",
        slug: "ethereum",
        chain_id: 1,
        kind: "EVM",
        token: "0xdAC17F958D2ee523a2206206994597C13D831ec7",
    },
    Route {
        name: "Tron",
        slug: "tron",
        chain_id: 728_126_428,
        kind: "TVM",
        token: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    },
];

/// The destination that goes by this name or chain id. The baseline has slugs as well, and no
/// other destinations than those of Ethereum's kind; the newest documents refuse slugs.
pub fn route(word: &str, dialect: Dialect) -> Option<&'static Route> {
    let named = |route: &&Route| route.name == word || route.chain_id.to_string() == word;
    ROUTES.iter().find(|route| match dialect {
        Dialect::Baseline => route.kind == "EVM" && (named(route) || route.slug == word),
        Dialect::Newer => named(route),
    })
}

impl Route {
    /// Whether an address there can look like this.
    pub fn accepts(&self, address: &str) -> bool {
        if self.kind == "EVM" {
            return address.starts_with("0x") && address.parse::<Address>().is_ok_and(|address| !address.is_zero());
        }
        let base58 = |c: char| c.is_ascii_alphanumeric() && !matches!(c, '0' | 'O' | 'I' | 'l');
        address.len() == 34 && address.starts_with('T') && address.chars().all(base58)
    }
}
