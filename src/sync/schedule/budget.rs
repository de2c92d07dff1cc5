//! The token bucket: every request costs one token. Integers only, so that hours of refilling
//! lose nothing. Requests others sent on the same key count too and may leave a debt.

use std::time::Duration;

use crate::domain::Mono;
use crate::sync::stats::Rate;

/// A token in millionths.
const TOKEN: i64 = 1_000_000;

/// Requests at once after a pause.
pub const BURST: u32 = 8;

/// Requests in a thousand seconds while nothing announces changes: four a second.
pub const POLLING_RATE: u32 = 4_000;

/// Requests in a thousand seconds while events announce changes: one in two seconds.
pub const EVENTS_RATE: u32 = 500;

/// The bucket.
#[derive(Debug)]
pub struct Budget {
    /// Millionths of a token; below zero is a debt.
    held: i64,
    /// Requests in a thousand seconds, which is millionths of a token in a millisecond.
    rate: u32,
    filled: Mono,
}

impl Budget {
    /// A full bucket.
    pub fn new(now: Mono) -> Self {
        Self { held: i64::from(BURST) * TOKEN, rate: POLLING_RATE, filled: now }
    }

    /// Takes in what was earned since the last time, at the rate that held.
    pub fn refill(&mut self, now: Mono) {
        let millis = u64::try_from(now.since(self.filled).as_millis()).unwrap_or(u64::MAX);
        let earned = i64::try_from(millis).unwrap_or(i64::MAX).saturating_mul(i64::from(self.rate));
        self.held = self.held.saturating_add(earned).min(i64::from(BURST) * TOKEN);
        self.filled = self.filled + Duration::from_millis(millis);
    }

    /// From now on this fast.
    pub fn set_rate(&mut self, rate: u32, now: Mono) {
        if rate != self.rate {
            self.refill(now);
            self.rate = rate;
        }
    }

    /// Pays for requests. A debt is at most a full bucket.
    pub fn spend(&mut self, requests: u32) {
        let least = -i64::from(BURST) * TOKEN;
        self.held = self.held.saturating_sub(i64::from(requests).saturating_mul(TOKEN)).max(least);
    }

    /// When a request that must leave `reserve` tokens to others can be paid for.
    pub fn when(&self, reserve: u32) -> Mono {
        let lacking = (i64::from(reserve) + 1) * TOKEN - self.held;
        let rate = i64::from(self.rate.max(1));
        let millis = u64::try_from(lacking.max(0).saturating_add(rate - 1) / rate).unwrap_or_default();
        if millis == 0 { Mono::default() } else { self.filled + Duration::from_millis(millis) }
    }

    /// Whole tokens there are.
    pub fn tokens(&self) -> u32 {
        u32::try_from(self.held / TOKEN).unwrap_or_default()
    }

    /// How fast and how many.
    pub fn rate(&self) -> Rate {
        Rate { per_thousand_seconds: self.rate, burst: BURST }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Mono {
        Mono::new(Duration::from_millis(ms))
    }

    #[test]
    fn over_any_hour_no_more_than_the_rate_and_one_burst() {
        for rate in [POLLING_RATE, EVENTS_RATE] {
            let mut budget = Budget::new(at(0));
            budget.set_rate(rate, at(0));
            let mut sent = 0;
            for ms in (0..3_600_000).step_by(37) {
                budget.refill(at(ms));
                while budget.when(0) <= at(ms) {
                    budget.spend(1);
                    sent += 1;
                }
            }
            let earned = rate * 36 / 10;
            assert!((earned..=earned + BURST).contains(&sent), "{sent}");
        }
    }

    #[test]
    fn a_debt_and_a_reserve_make_waiting_longer() {
        let mut budget = Budget::new(at(0));
        budget.spend(9);
        assert_eq!((budget.tokens(), budget.when(0), budget.when(3)), (0, at(500), at(1_250)));
        budget.refill(at(500));
        assert_eq!((budget.tokens(), budget.when(0)), (1, Mono::default()));
    }
}
