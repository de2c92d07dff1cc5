//! Time as a value. Nothing in the pure modules reads a clock; [`Now`] is handed to them.
//!
//! Two clocks travel together because each lies in its own way: the monotonic one stands still
//! while a laptop sleeps, the wall clock can be set. Ages are the larger of the two differences,
//! so that data never looks fresher than it is.

use std::ops::Add;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// A point on the process's monotonic clock, counted from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mono(Duration);

impl Mono {
    /// The point `elapsed` after the start of the process.
    pub fn new(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// Time since the start of the process.
    pub fn elapsed(self) -> Duration {
        self.0
    }

    /// Time from `earlier` to here; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Mono {
    type Output = Self;
    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(rhs))
    }
}

/// One reading of both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The monotonic clock.
    pub mono: Mono,
    /// The machine's wall clock, UTC.
    pub wall: DateTime<Utc>,
}

impl Now {
    /// How long ago `earlier` was, by whichever clock says longer.
    pub fn since(&self, earlier: &Self) -> Duration {
        let wall = (self.wall - earlier.wall).to_std().unwrap_or_default();
        self.mono.since(earlier.mono).max(wall)
    }
}

impl Add<Duration> for Now {
    type Output = Self;
    fn add(self, rhs: Duration) -> Self {
        let delta = TimeDelta::from_std(rhs).unwrap_or(TimeDelta::MAX);
        let wall = self.wall.checked_add_signed(delta).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self { mono: self.mono + rhs, wall }
    }
}

/// How far the server's clock is ahead of ours, in whole seconds, from an answer's `Date` header.
///
/// The header has a resolution of one second, so the estimate is good to about a second plus the
/// time the answer was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSkew(TimeDelta);

impl ClockSkew {
    /// Compares the server's `Date` with our wall clock at the middle of the exchange.
    pub fn estimate(asked: &Now, answered: &Now, server: DateTime<Utc>) -> Self {
        let travel = answered.mono.since(asked.mono) / 2;
        let middle = *asked + travel;
        Self(server - middle.wall)
    }

    /// The server is ahead of us by this many seconds, as was estimated before.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(TimeDelta::try_seconds(seconds).unwrap_or_default())
    }

    /// Seconds the server is ahead of us (negative: behind).
    pub fn seconds(self) -> i64 {
        self.0.num_seconds()
    }

    /// Our best guess of the server's time at `now`.
    pub fn server_time(self, now: &Now) -> DateTime<Utc> {
        now.wall.checked_add_signed(self.0).unwrap_or(now.wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(mono: u64, wall: i64) -> Now {
        Now { mono: Mono::new(Duration::from_secs(mono)), wall: DateTime::from_timestamp(wall, 0).unwrap() }
    }

    #[test]
    fn sleep_of_the_machine_makes_data_old() {
        assert_eq!(at(10, 10_000).since(&at(9, 1_000)), Duration::from_secs(9_000));
    }

    #[test]
    fn a_wall_clock_set_back_does_not_make_data_young() {
        assert_eq!(at(100, 500).since(&at(40, 1_000)), Duration::from_secs(60));
    }

    #[test]
    fn skew_of_hours_is_seen_from_one_answer() {
        let skew = ClockSkew::estimate(&at(0, 1_000), &at(2, 1_002), DateTime::from_timestamp(8_201, 0).unwrap());
        assert_eq!(skew.seconds(), 7_200);
        assert_eq!(skew.server_time(&at(3, 2_000)).timestamp(), 9_200);
    }
}
