//! The schedule in numbers.

use std::time::Duration;

use super::{Schedule, pace};
use crate::domain::Now;
use crate::domain::freshness::Promise;
use crate::sync::stats::{Class, Meter, Mode, Stats};

impl Schedule {
    /// One reading of the numbers.
    pub fn stats(&self, meter: &Meter, now: &Now) -> Stats {
        let blocked_until = self.blocked_until().filter(|until| *until > now.mono).map(|at| *now + at.since(now.mono));
        let mode = match blocked_until {
            _ if self.trouble.stopped() => Mode::Stopped,
            Some(until) => Mode::Waiting { until },
            None if self.events => Mode::Events,
            None => Mode::Polling,
        };
        // Whoever waits keeps no promise of reconciling: it counts from now on as by polling.
        let promise = if mode == Mode::Events { pace::promised_with_events() } else { Promise::POLLING };
        let (errors_last_5m, requests_last_5m) = meter.last_5m();
        Stats {
            in_flight: self.in_flight.len(),
            due: self.due_now(now),
            tokens: self.budget.tokens(),
            rate: self.budget.rate(),
            used_last_minute: meter.used_last_minute(),
            mode,
            promise,
            latencies: meter.latencies(),
            errors_last_5m,
            requests_last_5m,
            backfill: self.sweep.place(),
            blocked_until,
        }
    }

    /// How many requests are due now, and how late the oldest is.
    pub fn due_now(&self, now: &Now) -> Vec<(Class, usize, Duration)> {
        let mut due = Class::ALL.map(|class| (class, 0, Duration::ZERO));
        self.each_candidate(&mut |candidate| {
            let entry = due.iter_mut().find(|(class, ..)| *class == candidate.class && candidate.due <= now.mono);
            if let Some((_, count, oldest)) = entry {
                *count += 1;
                *oldest = (*oldest).max(now.mono.since(candidate.due));
            }
        });
        due.into_iter().filter(|(_, count, _)| *count > 0).collect()
    }
}
