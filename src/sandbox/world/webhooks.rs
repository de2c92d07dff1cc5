//! The queue of webhook deliveries: what is due when. Sending is somebody else's business.
//!
//! Attempts are handed out by [`Webhooks::take_due`] and their outcomes come back. A delivery that
//! failed is tried again by the documented schedule, ten times at most. Source: reference, section 10.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

/// Minutes from a failed attempt to the next one; the last one repeats.
pub const RETRY_MINUTES: &[i64] = &[1, 5, 15, 60, 360, 720, 1440];
/// Attempts for each event.
pub const MOST_ATTEMPTS: usize = 10;
/// Older events are dropped beyond this.
const LONGEST_QUEUE: usize = 10_000;

/// Where events go and which ones are on their way.
#[derive(Debug, Clone, Default)]
pub struct Webhooks {
    url: Option<String>,
    queue: Vec<Delivery>,
    /// Of each order, how many entries of its timeline were announced or too old.
    pub(super) announced: Vec<usize>,
    /// Of each user, the status of KYC that was announced or too old.
    pub(super) statuses: Vec<&'static str>,
    /// Numbers the events.
    pub(super) events: u64,
    /// Attempts of each event that never arrive.
    lost_attempts: usize,
    /// Test deliveries so far.
    tests: usize,
    delivered: u64,
    given_up: u64,
}

#[derive(Debug, Clone)]
struct Delivery {
    event_id: String,
    body: Arc<str>,
    attempts: usize,
    /// Nothing while an attempt is on its way.
    due: Option<DateTime<Utc>>,
}

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// `event_id`.
    pub event_id: String,
    /// Where to.
    pub url: String,
    /// The raw body.
    pub body: Arc<str>,
    /// Whether it gets lost on the way.
    pub is_lost: bool,
}

impl Webhooks {
    /// The registered URL.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Events that were delivered and events that were given up.
    pub fn ended(&self) -> (u64, u64) {
        (self.delivered, self.given_up)
    }

    /// From now on, so many attempts of each event get lost, and so many tests.
    pub(super) fn lose_attempts(&mut self, lost: usize) {
        self.lost_attempts = lost;
    }

    /// Counts a test delivery: whether it gets lost.
    pub fn loses_test(&mut self) -> bool {
        self.tests += 1;
        self.tests <= self.lost_attempts
    }

    /// Registers a URL in place of the one before, or none. Without one nothing is kept.
    pub(super) fn register(&mut self, url: Option<String>) {
        if url.is_none() {
            self.queue.clear();
        }
        self.url = url;
    }

    /// Queues an event, due at once.
    pub fn push(&mut self, event_id: String, body: String, at: DateTime<Utc>) {
        if self.queue.len() >= LONGEST_QUEUE {
            self.queue.remove(0);
            self.given_up += 1;
        }
        self.queue.push(Delivery { event_id, body: body.into(), attempts: 0, due: Some(at) });
    }

    /// The moment of the next attempt.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.queue.iter().filter_map(|delivery| delivery.due).min()
    }

    /// Up to `most` attempts that are due. Their outcomes are to be told.
    pub fn take_due(&mut self, now: DateTime<Utc>, most: usize) -> Vec<Attempt> {
        let Some(url) = self.url.clone() else { return Vec::new() };
        let due = self.queue.iter_mut().filter(|delivery| delivery.due.is_some_and(|at| at <= now)).take(most);
        let lost = self.lost_attempts;
        let take = |delivery: &mut Delivery| {
            delivery.due = None;
            delivery.attempts += 1;
            let is_lost = delivery.attempts <= lost;
            Attempt { event_id: delivery.event_id.clone(), url: url.clone(), body: delivery.body.clone(), is_lost }
        };
        due.map(take).collect()
    }

    /// What became of an attempt.
    pub fn outcome(&mut self, event_id: &str, delivered: bool, now: DateTime<Utc>) {
        let Some(at) = self.queue.iter().position(|delivery| delivery.event_id == event_id) else { return };
        let Some(delivery) = self.queue.get_mut(at) else { return };
        if !delivered && delivery.attempts < MOST_ATTEMPTS {
            delivery.due = Some(now + TimeDelta::minutes(wait(delivery.attempts)));
            return;
        }
        *(if delivered { &mut self.delivered } else { &mut self.given_up }) += 1;
        self.queue.remove(at);
    }
}

/// Minutes to wait after so many attempts.
fn wait(attempts: usize) -> i64 {
    RETRY_MINUTES.get(attempts.saturating_sub(1)).or(RETRY_MINUTES.last()).copied().unwrap_or(1440)
}
