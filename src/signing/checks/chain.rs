//! What the chain says against what is about to be signed. Each fact has its check, by name.
//!
//! A fact that is there and differs refuses. One that could not be had warns or refuses, as the
//! operator's policy says. One the contract answered with nonsense always refuses: then the
//! contract is not what the signature takes it for. Source: reference, section 6.2.

use std::fmt::Display;

use alloy_primitives::{Address, U256};

use super::{Check, SKEW_REFUSES, SKEW_WARNS};
use crate::domain::Now;
use crate::domain::action::FRESH_FOR;
use crate::domain::chain::{ChainFacts, ContractDomain, Fact};
use crate::domain::text::visible_prefix;
use crate::signing::typed::{DOMAIN_NAME, DOMAIN_VERSION};

/// What happens when the node does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unreachable {
    /// Said, and the operator decides.
    Warn,
    /// Nothing is signed.
    #[default]
    Refuse,
}

/// What the signature takes for granted about the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The chain of the typed data's domain.
    pub chain_id: u64,
    /// The forwarder.
    pub forwarder: Address,
    /// The token.
    pub token: Address,
    /// The wallet that pays.
    pub payer: Address,
    /// The nonce in the request.
    pub nonce: U256,
    /// What leaves, in the token's smallest unit.
    pub amount: U256,
    /// The token's places.
    pub decimals: u8,
    /// Unix seconds until which the signature is good.
    pub deadline: u64,
    /// The time.
    pub now: Now,
}

/// `name`, version, chain and contract count, salt and extensions do not: what we sign under.
const FIELDS: u8 = 0x0f;
/// A newest block older than this, in seconds, is worth a word: the node may be behind. Chains that
/// make blocks only when there is something to put in are often quiet for minutes.
const OLD_BLOCK: u64 = 600;

struct Subject<'a> {
    facts: &'a ChainFacts,
    expected: &'a Expected,
    policy: Unreachable,
}

type Rule = fn(&Subject<'_>) -> Check;

/// Every check in the order it is shown.
const RULES: [Rule; 10] = [
    about,
    fresh,
    chain_id,
    nonce,
    forwarder_domain,
    balance,
    decimals,
    token_domain,
    |s| s.fact("rpc-clock", "a clock that agrees", &s.facts.block, clock),
    |s| s.fact("rpc-deadline", "a deadline after the newest block", &s.facts.block, deadline),
];

/// Runs every check.
pub fn checks(facts: &ChainFacts, expected: &Expected, policy: Unreachable) -> Vec<Check> {
    let subject = Subject { facts, expected, policy };
    RULES.iter().map(|rule| rule(&subject)).collect()
}

/// The checks where no node was asked at all: the profile names none.
pub fn unasked(policy: Unreachable) -> Check {
    let found = "this profile has no RPC address";
    missing("rpc", "the chain's own word", found, policy)
}

fn missing(name: &'static str, expected: impl Display, found: impl Display, policy: Unreachable) -> Check {
    match policy {
        Unreachable::Warn => Check::worth(name, expected, found, false),
        Unreachable::Refuse => Check::that(name, expected, found, false),
    }
}

impl Subject<'_> {
    /// Judges a fact that is there; deals with one that is not.
    fn fact<T>(
        &self,
        name: &'static str,
        expected: impl Display,
        fact: &Fact<T>,
        judge: impl FnOnce(&Self, &T) -> Check,
    ) -> Check {
        match fact {
            Fact::Known(value) => judge(self, value),
            Fact::Unreachable(why) => missing(name, expected, visible_prefix(why, 200), self.policy),
            Fact::Unusable(why) => Check::that(name, expected, visible_prefix(why, 200), false),
        }
    }
}

/// Facts about another wallet or contract prove nothing.
fn about(s: &Subject<'_>) -> Check {
    let (asked, e) = (s.facts.about, s.expected);
    let same = (asked.forwarder, asked.token, asked.payer) == (e.forwarder, e.token, e.payer);
    let words = |forwarder: Address, token: Address, payer: Address| {
        format!("forwarder {forwarder}, token {token}, payer {payer}")
    };
    Check::that(
        "rpc-about",
        words(e.forwarder, e.token, e.payer),
        words(asked.forwarder, asked.token, asked.payer),
        same,
    )
}

fn fresh(s: &Subject<'_>) -> Check {
    let age = s.expected.now.since(&s.facts.asked);
    let expected = format!("asked for at most {} s ago", FRESH_FOR.as_secs());
    Check::that("rpc-fresh", expected, format!("{} s ago", age.as_secs()), age <= FRESH_FOR)
}

fn chain_id(s: &Subject<'_>) -> Check {
    let expected = s.expected.chain_id;
    s.fact("rpc-chain-id", expected, &s.facts.chain_id, |_, found| Check::equal("rpc-chain-id", expected, *found))
}

fn nonce(s: &Subject<'_>) -> Check {
    let expected = s.expected.nonce;
    s.fact("rpc-nonce", expected, &s.facts.nonce, |_, found| Check::equal("rpc-nonce", expected, *found))
}

fn decimals(s: &Subject<'_>) -> Check {
    let expected = s.expected.decimals;
    s.fact("rpc-decimals", expected, &s.facts.decimals, |_, found| Check::equal("rpc-decimals", expected, *found))
}

fn balance(s: &Subject<'_>) -> Check {
    let expected =
        format!("at least {} in the wallet; top it up first", tokens(s.expected.amount, s.expected.decimals));
    s.fact("rpc-balance", &expected, &s.facts.balance, |s, found| {
        let words = tokens(*found, s.expected.decimals);
        Check::that("rpc-balance", &expected, words, *found >= s.expected.amount)
    })
}

/// Smallest units as whole tokens, every place shown.
fn tokens(units: U256, places: u8) -> String {
    let digits = format!("{units:0>width$}", width = usize::from(places) + 1);
    let (whole, rest) = digits.split_at(digits.len().saturating_sub(usize::from(places)));
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

fn words(domain: &ContractDomain) -> String {
    format!(
        "{} {} on chain {} at {}",
        visible_prefix(&domain.name, 60),
        visible_prefix(&domain.version, 20),
        domain.chain_id,
        domain.verifying_contract
    )
}

fn forwarder_domain(s: &Subject<'_>) -> Check {
    let e = s.expected;
    let expected = format!("{DOMAIN_NAME} {DOMAIN_VERSION} on chain {} at {}", e.chain_id, e.forwarder);
    s.fact("rpc-forwarder-domain", &expected, &s.facts.forwarder_domain, |_, found| {
        let same = found.fields == FIELDS
            && found.name == DOMAIN_NAME
            && found.version == DOMAIN_VERSION
            && found.chain_id == U256::from(e.chain_id)
            && found.verifying_contract == e.forwarder
            && !found.extended;
        let more = if found.fields == FIELDS && !found.extended { "" } else { ", with other fields" };
        Check::that("rpc-forwarder-domain", &expected, format!("{}{more}", words(found)), same)
    })
}

/// Most tokens have none. One that has one must not claim to be somewhere else.
fn token_domain(s: &Subject<'_>) -> Check {
    let e = s.expected;
    let expected = format!("none, or one on chain {} at {}", e.chain_id, e.token);
    s.fact("rpc-token-domain", &expected, &s.facts.token_domain, |_, found| {
        let same = |d: &ContractDomain| {
            let (chain, contract) = (d.fields & 4 != 0, d.fields & 8 != 0);
            (!chain || d.chain_id == U256::from(e.chain_id)) && (!contract || d.verifying_contract == e.token)
        };
        let shown = found.as_ref().map_or_else(|| "none".to_owned(), words);
        Check::that("rpc-token-domain", &expected, shown, found.as_ref().is_none_or(same))
    })
}

/// The chain's time against ours: ahead of us is a wrong clock, far behind is a sleepy node.
fn clock(s: &Subject<'_>, block: &crate::domain::chain::Block) -> Check {
    let ours = u64::try_from(s.expected.now.wall.timestamp()).unwrap_or_default();
    let ahead = block.timestamp.saturating_sub(ours);
    let behind = ours.saturating_sub(block.timestamp);
    let expected = format!("the newest block at most {SKEW_WARNS} s ahead of us and {OLD_BLOCK} s old");
    let found = if ahead > 0 { format!("{ahead} s ahead") } else { format!("{behind} s old") };
    if ahead > SKEW_REFUSES {
        return Check::that("rpc-clock", expected, found, false);
    }
    Check::worth("rpc-clock", expected, found, ahead <= SKEW_WARNS && behind <= OLD_BLOCK)
}

/// The contract compares the deadline with the block's time, whatever our clocks say.
fn deadline(s: &Subject<'_>, block: &crate::domain::chain::Block) -> Check {
    let expected = format!("after {}, the newest block's time", block.timestamp);
    Check::that("rpc-deadline", expected, s.expected.deadline, s.expected.deadline > block.timestamp)
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
