//! The limits an operator sets on signing: how much, to whom, when, how often.
//!
//! Plain values with the documented defaults; `config` reads them from `policy.toml`, `signing`
//! holds every payment against them. A policy can only tighten what the review demands anyway.

use std::collections::BTreeMap;
use std::time::Duration;

use alloy_primitives::Address;
use chrono::{DateTime, Datelike, FixedOffset, Timelike, Utc, Weekday};

use super::amount::Amount;

/// The most gas a transfer through the forwarder may be granted, whatever a policy says.
pub const MOST_GAS: u64 = 2_000_000;
/// The longest validity, in seconds, the API may ask for, whatever a policy says.
pub const LONGEST_TTL: u64 = 3600;
/// The difference of the clocks, in seconds, beyond which no deadline means anything.
pub const WORST_CLOCK: u64 = 120;

/// Caps of one currency, in whole tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    /// The most one order may cost.
    pub per_order: Option<Amount>,
    /// The most that may be signed for in any 24 hours.
    pub per_day: Option<Amount>,
    /// Above this the operator has to type the amount.
    pub type_above: Option<Amount>,
}

/// How seriously something is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// It is said, and may be signed.
    Warn,
    /// Nothing is signed.
    Refuse,
}

/// When may be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// The clock the hours are meant by.
    pub offset: FixedOffset,
    /// The days on which they begin.
    pub days: Vec<Weekday>,
    /// Minutes after midnight at which they begin.
    pub from: u32,
    /// Minutes after midnight at which they end; below [`Hours::from`] they go past midnight.
    pub to: u32,
}

impl Hours {
    /// Whether a moment lies within.
    pub fn contain(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.offset);
        let minute = local.hour() * 60 + local.minute();
        let (today, yesterday) = (local.weekday(), local.weekday().pred());
        if self.from < self.to {
            return self.days.contains(&today) && (self.from..self.to).contains(&minute);
        }
        (minute >= self.from && self.days.contains(&today)) || (minute < self.to && self.days.contains(&yesterday))
    }
}

/// What `policy.toml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Every action is refused.
    pub read_only: bool,
    /// By the order's `crypto_currency`. Where any is listed, one that is not is refused.
    pub caps: BTreeMap<String, Caps>,
    /// The most gas a request may be granted.
    pub most_gas: u64,
    /// The longest validity, in seconds, the API may ask for.
    pub longest_ttl: u64,
    /// The only addresses that may be paid; `None`: any that passes the review.
    pub recipients: Option<Vec<Address>>,
    /// When may be signed; `None`: always.
    pub hours: Option<Hours>,
    /// The time between two signatures.
    pub pause: Duration,
    /// What it means that the operator's own chain node does not answer.
    pub chain_unreachable: Reaction,
    /// The most seconds the two clocks may differ.
    pub clock_bound: u64,
}

impl Default for Policy {
    /// What holds without a file.
    fn default() -> Self {
        Self {
            read_only: false,
            caps: BTreeMap::new(),
            most_gas: MOST_GAS,
            longest_ttl: LONGEST_TTL,
            recipients: None,
            hours: None,
            pause: Duration::ZERO,
            chain_unreachable: Reaction::Warn,
            clock_bound: WORST_CLOCK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_hold_in_their_own_zone_and_past_midnight() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let mut hours = Hours {
            offset: FixedOffset::east_opt(2 * 3600).unwrap(),
            days: vec![Weekday::Mon, Weekday::Fri],
            from: 8 * 60,
            to: 18 * 60,
        };
        // 2026-11-20 is a Friday.
        assert!(hours.contain(at("2026-11-20T06:00:00Z")));
        assert!(!hours.contain(at("2026-11-20T05:59:59Z")));
        assert!(!hours.contain(at("2026-11-20T16:00:00Z")), "the end is outside");
        assert!(!hours.contain(at("2026-11-21T10:00:00Z")), "Saturday");
        (hours.from, hours.to) = (22 * 60, 6 * 60);
        assert!(hours.contain(at("2026-11-21T03:00:00Z")), "the night that began on Friday");
        assert!(!hours.contain(at("2026-11-20T03:00:00Z")), "the night that began on Thursday");
        assert!(!hours.contain(at("2026-11-20T12:00:00Z")));
    }
}
