//! What failed and when it may be tried again.
//!
//! One request that fails by itself waits by itself. A failure of the line, or of the server on
//! two requests, makes everything wait. What the server asked for (`Retry-After`) is a floor that
//! nothing lifts before its time: no good answer to an earlier request, no wish of the operator.

use std::collections::HashMap;
use std::time::Duration;

use super::job::{Job, Reach};
use crate::domain::Mono;
use crate::sync::backoff;

/// A request that failed by itself waits at least this long, or its own interval if that is shorter.
const LEAST_POSTPONED: Duration = Duration::from_secs(15);

/// Failures under way.
#[derive(Debug, Default)]
pub struct Trouble {
    /// How often in a row everything failed.
    failures: u32,
    postponed: HashMap<Job, Postponed>,
    /// Our own back-off.
    until: Option<Mono>,
    /// What the server asked for.
    asked_until: Option<Mono>,
    stopped: bool,
}

/// A request that failed by itself.
#[derive(Debug, Clone, Copy)]
struct Postponed {
    failures: u32,
    until: Mono,
    by_server: bool,
}

impl Trouble {
    /// A request failed; `every` is how often it is sent.
    pub fn failed(&mut self, job: &Job, reach: Reach, retry_after: Option<Duration>, every: Duration, at: (Mono, f64)) {
        let (now, jitter) = at;
        let failures = self.postponed.get(job).map_or(0, |p| p.failures).saturating_add(1);
        let until = now + backoff::wait(failures, jitter, retry_after).max(every.min(LEAST_POSTPONED));
        self.postponed.insert(job.clone(), Postponed { failures, until, by_server: reach == Reach::Server });
        let failing = self.postponed.values().filter(|p| p.by_server).count();
        if reach == Reach::All || (reach == Reach::Server && failing > 1) {
            // Everything waits together, and then everything is due: nothing waits twice.
            self.failures = self.failures.saturating_add(1);
            self.until = Some(now + backoff::wait(self.failures, jitter, None));
            self.postponed.remove(job);
            let asked = retry_after.map(|wait| now + wait);
            self.asked_until = self.asked_until.max(asked);
        }
    }

    /// The server asked somebody else on the same key to wait. Whether it is well again is felt out by
    /// one request, as after a failure of our own.
    pub fn hold(&mut self, until: Mono, now: Mono) {
        if until > now {
            self.failures = self.failures.max(1);
            self.asked_until = self.asked_until.max(Some(until));
        }
    }

    /// An answer: the line is good, and the key is, whatever another request was told before.
    pub fn recovered(&mut self, job: &Job, now: Mono) {
        self.failures = 0;
        self.until = None;
        self.asked_until = self.asked_until.filter(|until| *until > now);
        self.stopped = false;
        self.postponed.remove(job);
    }

    /// The key was refused.
    pub fn refused(&mut self) {
        self.stopped = true;
    }

    /// The operator wants it tried again. What the server asked for stays.
    pub fn forgive(&mut self, now: Mono) {
        let asked_until = self.asked_until.filter(|until| *until > now);
        *self = Self { asked_until, ..Self::default() };
    }

    /// Whether nothing is sent until the operator asks.
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    /// After a failure one request feels the way before the others follow.
    pub fn feels_the_way(&self) -> bool {
        self.failures > 0
    }

    /// Until when everything waits.
    pub fn blocked_until(&self) -> Option<Mono> {
        self.until.max(self.asked_until)
    }

    /// Until when this request waits.
    pub fn postponed(&self, job: impl FnOnce() -> Job) -> Option<Mono> {
        if self.postponed.is_empty() {
            return None;
        }
        self.postponed.get(&job()).map(|p| p.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> Mono {
        Mono::new(Duration::from_secs(s))
    }

    #[test]
    fn what_the_server_asked_for_outlasts_answers_and_wishes() {
        let job = Job::List { status: None, page: 1 };
        for asked in [7, 90, 86_400 * 400, u64::MAX] {
            let mut trouble = Trouble::default();
            trouble.failed(&job, Reach::All, Some(Duration::from_secs(asked)), Duration::ZERO, (at(10), 0.0));
            trouble.recovered(&job, at(11));
            trouble.forgive(at(12));
            assert_eq!(trouble.blocked_until(), Some(at(10) + Duration::from_secs(asked)));
        }
    }

    #[test]
    fn the_longest_of_several_wishes_counts() {
        let job = Job::List { status: None, page: 1 };
        let mut trouble = Trouble::default();
        for asked in [60, 5] {
            trouble.failed(&job, Reach::All, Some(Duration::from_secs(asked)), Duration::ZERO, (at(0), 1.0));
        }
        assert_eq!(trouble.blocked_until(), Some(at(60)));
        trouble.recovered(&job, at(60));
        assert_eq!(trouble.blocked_until(), None);
    }
}
