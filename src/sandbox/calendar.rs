//! Two times: the world's, which runs `speed` times as fast as real time, and the one shown outside.
//!
//! Clients compare the server's clock with their own and refuse to sign when they are far apart, so
//! what is shown must be real time. A window of 1800 world seconds at speed 60 is shown as 30.

use chrono::{DateTime, TimeDelta, Utc};

/// From world time to shown time. The same before the start; at speed 1 the same always.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    started: DateTime<Utc>,
    speed: i32,
}

impl Calendar {
    /// A world that started at `started` and runs `speed` times as fast as real time.
    pub fn new(started: DateTime<Utc>, speed: u32) -> Self {
        Self { started, speed: i32::try_from(speed.max(1)).unwrap_or(i32::MAX) }
    }

    /// The world time when `elapsed` of real time has passed since the start.
    pub fn world(&self, elapsed: TimeDelta) -> DateTime<Utc> {
        let passed = elapsed.checked_mul(self.speed).unwrap_or(TimeDelta::MAX);
        self.started.checked_add_signed(passed).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// A world time as it is shown outside.
    pub fn shown(&self, world: DateTime<Utc>) -> DateTime<Utc> {
        if world <= self.started { world } else { self.started + (world - self.started) / self.speed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_stays_and_the_future_is_shown_in_real_time() {
        let start = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let calendar = Calendar::new(start, 60);
        let minute = TimeDelta::seconds(60);
        assert_eq!(calendar.world(TimeDelta::seconds(1)), start + minute);
        assert_eq!(calendar.shown(start + minute), start + TimeDelta::seconds(1));
        assert_eq!(calendar.shown(start - minute), start - minute);
        assert_eq!(Calendar::new(start, 0).shown(start + minute), start + minute);
    }
}
