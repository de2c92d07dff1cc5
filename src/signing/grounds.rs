//! What a review stands on beside the order and the parameters: pins, policy, and our own record.
//!
//! Handed in whole, read afresh for each review. What could not be read is kept as the reason, and
//! refuses; nothing older is used in its place. Pure.

use crate::domain::chain::ChainFacts;
use crate::domain::past::Past;
use crate::domain::pins::Pinning;
use crate::domain::policy::{LONGEST_TTL, MOST_GAS, Policy, Reaction, WORST_CLOCK};
use crate::signing::checks::Check;
use crate::signing::checks::chain::{self, Expected, Unreachable};

/// The grounds of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// The profile's pins.
    pub pinning: Pinning,
    /// The profile's policy, or why it cannot be read.
    pub policy: Result<Policy, String>,
    /// What was signed before, or why the journal cannot be read.
    pub past: Result<Past, String>,
    /// What the operator's own chain node says.
    pub chain: ChainWord,
}

/// The word of a chain node of the operator's own choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainWord {
    /// The profile names no node, or what is signed has nothing to ask one about.
    Unasked,
    /// What it was asked and answered.
    Answered(Box<ChainFacts>),
}

impl Grounds {
    /// Those of a simulated API on this machine: no pins, the default policy, nothing signed yet.
    pub fn simulated() -> Self {
        Self {
            pinning: Pinning::Needless,
            policy: Ok(Policy::default()),
            past: Ok(Past::default()),
            chain: ChainWord::Unasked,
        }
    }

    /// The chain's word against what is to be signed. A node is optional; a policy that does not go
    /// on without its word refuses a profile that names none.
    pub(super) fn chain_checks(&self, expected: &Expected) -> Vec<Check> {
        // A policy that cannot be read refuses by itself.
        let reaction = self.policy.as_ref().map_or(Reaction::Warn, |policy| policy.chain_unreachable);
        let unreachable = match reaction {
            Reaction::Warn => Unreachable::Warn,
            Reaction::Refuse => Unreachable::Refuse,
        };
        match &self.chain {
            ChainWord::Answered(facts) => chain::checks(facts, expected, unreachable),
            ChainWord::Unasked if reaction == Reaction::Refuse => vec![chain::unasked(unreachable)],
            ChainWord::Unasked => Vec::new(),
        }
    }

    /// The most gas; without a readable policy nothing is signed anyway.
    pub(super) fn most_gas(&self) -> u64 {
        self.policy.as_ref().map_or(MOST_GAS, |policy| policy.most_gas.min(MOST_GAS))
    }

    /// The longest validity, in seconds.
    pub(super) fn longest_ttl(&self) -> u64 {
        self.policy.as_ref().map_or(LONGEST_TTL, |policy| policy.longest_ttl.min(LONGEST_TTL))
    }

    /// The most seconds the clocks may differ.
    pub(super) fn clock_bound(&self) -> u64 {
        self.policy.as_ref().map_or(WORST_CLOCK, |policy| policy.clock_bound.min(WORST_CLOCK))
    }
}
