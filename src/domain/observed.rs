//! A value together with when it was asked for and answered: nothing on the screen is without age.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::time::{ClockSkew, Now};

/// An answer of the API and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed<T> {
    /// What was answered.
    pub value: T,
    /// When the request left: the cautious end for countdowns.
    pub asked: Now,
    /// When the answer was complete.
    pub answered: Now,
    /// The server's `Date` header.
    pub server_date: Option<DateTime<Utc>>,
}

impl<T> Observed<T> {
    /// How old the information is. Counted from when it was *asked*: the server may have looked at
    /// any time after that.
    pub fn age(&self, now: &Now) -> Duration {
        now.since(&self.asked)
    }

    /// The server's clock against ours, where the answer carried a date.
    pub fn skew(&self) -> Option<ClockSkew> {
        self.server_date.map(|date| ClockSkew::estimate(&self.asked, &self.answered, date))
    }

    /// The same observation with its value replaced.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Observed<U> {
        Observed { value: f(self.value), asked: self.asked, answered: self.answered, server_date: self.server_date }
    }

    /// Whether this says something newer than `other`: it was asked later.
    pub fn is_newer_than<U>(&self, other: &Observed<U>) -> bool {
        self.asked.mono >= other.asked.mono
    }
}
