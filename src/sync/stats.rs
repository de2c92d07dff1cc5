//! How asking goes, as numbers: what is due, what the budget is, how long answers take.
//!
//! Pure. [`Meter`] counts what the poller sends and hears; [`Stats`] is one reading of it together
//! with the schedule's, made at most once a second. Nothing here decides anything.

use std::collections::VecDeque;
use std::time::Duration;

use super::schedule::Job;
use crate::domain::freshness::Promise;
use crate::domain::{Mono, Now};

/// Why something is asked for; the first the soonest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Orders with a countdown or a required action of ours, and the one the operator looks at.
    Wanting,
    /// Orders nobody here has seen yet.
    New,
    /// Other live orders.
    Live,
    /// Users and their payment profiles.
    People,
    /// Orders that are over: refunds owed, history.
    Backfill,
}

impl Class {
    /// All of them, most urgent first.
    pub const ALL: [Self; 5] = [Self::Wanting, Self::New, Self::Live, Self::People, Self::Backfill];

    /// A short word for a column.
    pub fn label(self) -> &'static str {
        match self {
            Self::Wanting => "wanting",
            Self::New => "new",
            Self::Live => "live",
            Self::People => "people",
            Self::Backfill => "history",
        }
    }
}

/// How many requests may be sent, sustained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a thousand seconds: 4,000 is four a second.
    pub per_thousand_seconds: u32,
    /// The most at once, after a pause.
    pub burst: u32,
}

/// What asking follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By intervals: nothing announces changes.
    Polling,
    /// By webhook events; lists are read for reconciliation only.
    Events,
    /// Nothing is sent before then: the server asked for it, or everything fails.
    Waiting {
        /// When the next request is planned.
        until: Now,
    },
    /// The key was refused; nothing is sent until the operator asks.
    Stopped,
}

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A page of the filtered or unfiltered list.
    List,
    /// One order.
    Order,
    /// A user or payment profiles.
    People,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With an answer that could be used; "not found" is one.
    Answered,
    /// With a refusal or without a usable answer.
    Failed,
    /// The server asked to be left alone (429, or any `Retry-After`).
    Limited,
}

/// How long one request took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// What it was for.
    pub kind: Kind,
    /// Milliseconds from sending to the end of the answer.
    pub millis: u32,
    /// How it ended.
    pub outcome: Outcome,
}

/// One reading of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Requests under way.
    pub in_flight: usize,
    /// For each class with something due: how many requests, and how long the oldest has been due.
    pub due: Vec<(Class, usize, Duration)>,
    /// Requests that may be sent at once now.
    pub tokens: u32,
    /// How fast tokens come, and how many there can be.
    pub rate: Rate,
    /// Requests sent in the last sixty seconds, those of others on the same key among them.
    pub used_last_minute: u32,
    /// What asking follows.
    pub mode: Mode,
    /// How fresh the picture is promised to be in this mode.
    pub promise: Promise,
    /// The last requests, oldest first, at most [`KEPT`].
    pub latencies: Vec<Latency>,
    /// Of the requests that ended in the last five minutes, those that failed.
    pub errors_last_5m: u32,
    /// Requests that ended in the last five minutes.
    pub requests_last_5m: u32,
    /// The page of the whole list read last, and how many there are, while one reading of all of
    /// them is under way.
    pub backfill: Option<(u32, u32)>,
    /// When the next request may be sent at the earliest, while everything waits.
    pub blocked_until: Option<Now>,
}

/// Latencies kept.
pub const KEPT: usize = 120;
const MINUTE: Duration = Duration::from_secs(60);
const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// Counts requests.
#[derive(Debug, Default)]
pub struct Meter {
    sent: VecDeque<Mono>,
    ended: VecDeque<(Mono, bool)>,
    latencies: VecDeque<Latency>,
}

impl Meter {
    /// A request leaves.
    pub fn sent(&mut self, now: &Now) {
        self.sent.push_back(now.mono);
    }

    /// A request that left at `sent` ended.
    pub fn ended(&mut self, job: &Job, outcome: Outcome, sent: &Now, now: &Now) {
        let millis = u32::try_from(now.mono.since(sent.mono).as_millis()).unwrap_or(u32::MAX);
        self.latencies.push_back(Latency { kind: kind(job), millis, outcome });
        if self.latencies.len() > KEPT {
            self.latencies.pop_front();
        }
        self.ended.push_back((now.mono, outcome != Outcome::Answered));
    }

    /// Forgets what is too old to count.
    pub fn tidy(&mut self, now: &Now) {
        while self.sent.front().is_some_and(|at| now.mono.since(*at) >= MINUTE) {
            self.sent.pop_front();
        }
        while self.ended.front().is_some_and(|(at, _)| now.mono.since(*at) >= FIVE_MINUTES) {
            self.ended.pop_front();
        }
    }

    /// Requests sent in the last minute.
    pub fn used_last_minute(&self) -> u32 {
        count(self.sent.len())
    }

    /// Of the last five minutes: those that failed, and all that ended.
    pub fn last_5m(&self) -> (u32, u32) {
        (count(self.ended.iter().filter(|(_, failed)| *failed).count()), count(self.ended.len()))
    }

    /// The last requests, oldest first.
    pub fn latencies(&self) -> Vec<Latency> {
        self.latencies.iter().copied().collect()
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn kind(job: &Job) -> Kind {
    match job {
        Job::List { .. } => Kind::List,
        Job::Order(_) => Kind::Order,
        Job::User(_) | Job::Payments(_) => Kind::People,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrderId;
    use chrono::DateTime;

    fn at(s: u64) -> Now {
        Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
    }

    #[test]
    fn it_counts_a_minute_and_five_and_keeps_the_last_latencies() {
        let mut meter = Meter::default();
        let job = Job::Order(OrderId::parse("o").unwrap());
        for s in 0..400 {
            meter.sent(&at(s));
            let outcome = if s % 10 == 0 { Outcome::Failed } else { Outcome::Answered };
            meter.ended(&job, outcome, &at(s), &at(s + 1));
            meter.tidy(&at(s + 1));
        }
        assert_eq!(meter.used_last_minute(), 59);
        assert_eq!(meter.last_5m(), (30, 300));
        let latencies = meter.latencies();
        assert_eq!((latencies.len(), latencies[0].millis, latencies[0].kind), (KEPT, 1_000, Kind::Order));
    }
}
