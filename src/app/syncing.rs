//! How keeping the picture fresh goes, as the sync view shows it: asking, webhook deliveries, what
//! is kept on disk, and how old what is known is. [`verdict`] says it in a sentence.
//!
//! Figures come from outside as they are; nothing here knows how they are counted.

pub mod limits;
pub mod verdict;

use std::time::Duration;

use super::model::Model;
use super::msg::SyncMsg;
use crate::domain::freshness::Promise;
use crate::domain::urgency;
use crate::domain::{Now, Observed, Order};

/// Everything about syncing that is not an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Syncing {
    /// The first picture is complete, save for history.
    pub complete: bool,
    /// The latest figures of the poller.
    pub asking: Option<Asking>,
    /// Webhook deliveries.
    pub webhooks: Webhooks,
    /// What is kept on disk; `None` where nothing is.
    pub on_disk: Option<OnDisk>,
    /// When something else came to be promised, and what had been.
    turned: Option<limits::Turned>,
}

impl Syncing {
    /// Takes in figures; other news is not for here. Tells whether the [`limits::Limits`] turned.
    pub(super) fn take(&mut self, news: SyncMsg, now: &Now) -> bool {
        match news {
            SyncMsg::Complete => self.complete = true,
            SyncMsg::Stats(asking) => return self.asks(*asking, now),
            SyncMsg::Webhooks(webhooks) => self.webhooks = webhooks,
            SyncMsg::OnDisk(on_disk) => self.on_disk = Some(on_disk),
            _ => {}
        }
        false
    }
}

/// Why something is asked for, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Orders that need the operator, and the one that is looked at.
    NeedsYou,
    /// Orders nobody here has seen yet.
    New,
    /// Other live orders.
    Live,
    /// Users and their payment profiles.
    People,
    /// Orders that are over.
    History,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::NeedsYou, Self::New, Self::Live, Self::People, Self::History];

    /// A word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::NeedsYou => "needs you",
            Self::New => "new",
            Self::Live => "live",
            Self::People => "people",
            Self::History => "history",
        }
    }
}

/// Requests of a class that should have been sent by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What for.
    pub class: Class,
    /// How many.
    pub requests: usize,
    /// How long the oldest has been due.
    pub oldest: Duration,
}

/// What asking follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Intervals: nothing announces changes.
    Polling,
    /// Webhook events; lists are read to make sure only.
    Events,
    /// Nothing is sent before then.
    Waiting {
        /// When the next request is planned.
        until: Now,
    },
    /// The key was refused; nothing is sent until the operator asks.
    Stopped,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With an answer that could be used.
    Answered,
    /// Without one.
    Failed,
    /// The server asked to be left alone.
    Limited,
}

/// One request that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took {
    /// Milliseconds from sending to the end of the answer.
    pub millis: u32,
    /// How it ended.
    pub ending: Ending,
}

/// The poller in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Requests under way.
    pub in_flight: usize,
    /// What is due; a class without an entry has nothing due.
    pub due: Vec<Due>,
    /// Requests that may be sent at once now.
    pub tokens: u32,
    /// The most that may ever be sent at once.
    pub burst: u32,
    /// Requests allowed in a minute, sustained.
    pub allowed_a_minute: u32,
    /// Requests sent in the last minute.
    pub used_last_minute: u32,
    /// What it follows.
    pub pace: Pace,
    /// How fresh the picture is promised to be at this pace.
    pub promise: Promise,
    /// The last requests, oldest first.
    pub took: Vec<Took>,
    /// Of the requests that ended in the last five minutes, those that failed.
    pub errors_last_5m: u32,
    /// Requests that ended in the last five minutes.
    pub requests_last_5m: u32,
    /// The page of history that was read last, and how many there are, while it is being read.
    pub history: Option<(u32, u32)>,
}

impl Asking {
    /// The time that `percent` of the answered requests took at the most, in milliseconds.
    pub fn percentile(&self, percent: usize) -> Option<u32> {
        let mut answered: Vec<u32> =
            self.took.iter().filter(|took| took.ending == Ending::Answered).map(|took| took.millis).collect();
        answered.sort_unstable();
        let rank = (answered.len() * percent).div_ceil(100).max(1);
        answered.get(rank - 1).copied()
    }

    /// Requests due of a class, and how long the oldest has been.
    pub fn due_of(&self, class: Class) -> (usize, Duration) {
        self.due.iter().find(|due| due.class == class).map_or((0, Duration::ZERO), |due| (due.requests, due.oldest))
    }
}

/// Webhook deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Webhooks {
    /// No listener is configured.
    #[default]
    Off,
    /// The listener could not start, or stopped.
    Broken(String),
    /// It listens.
    Listening(Deliveries),
}

/// Deliveries since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deliveries {
    /// Where it listens.
    pub address: String,
    /// New events, kept and acknowledged.
    pub accepted: u64,
    /// Events that had been kept before.
    pub repeated: u64,
    /// Of these, those with another body than the one kept.
    pub differing: u64,
    /// Requests whose signature is wrong.
    pub forged: u64,
    /// Requests that are no delivery, too large, or not whole in time.
    pub malformed: u64,
    /// Deliveries told to come again later: too many at once, or the disk was too slow.
    pub put_off: u64,
    /// Requests and events in work now.
    pub in_work: usize,
    /// When the last signed event came in.
    pub last_event: Option<Now>,
}

/// What is kept on disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OnDisk {
    /// Orders.
    pub orders: u64,
    /// When something was written last.
    pub last_write: Option<Now>,
    /// Why writing fails, and since when; `None` once it went well again.
    pub error: Option<(String, Now)>,
}

/// Ages of what is known, in seconds: the bounds within which readings are counted.
pub const BOUNDS: [u64; 3] = [3, 15, 60];

/// How old the readings of some orders are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ages {
    /// Orders read within each of [`BOUNDS`] and not within the one before.
    pub within: [usize; 3],
    /// Orders read longer ago.
    pub older: usize,
    /// The oldest reading.
    pub oldest: Option<Duration>,
}

impl Ages {
    /// How many orders.
    pub fn count(&self) -> usize {
        self.within.iter().sum::<usize>() + self.older
    }

    fn add(&mut self, age: Duration) {
        let place = BOUNDS.iter().position(|bound| age <= Duration::from_secs(*bound));
        match place.and_then(|place| self.within.get_mut(place)) {
            Some(orders) => *orders += 1,
            None => self.older += 1,
        }
        self.oldest = self.oldest.max(Some(age));
    }
}

/// The ages of live orders: those that need the operator, and the others.
pub fn ages(model: &Model) -> (Ages, Ages) {
    let (mut needs_you, mut others) = (Ages::default(), Ages::default());
    for row in model.orders.iter().filter(|row| row.seen.value.is_live()) {
        let ages = if needs(&row.seen, &model.now) { &mut needs_you } else { &mut others };
        ages.add(row.seen.age(&model.now));
    }
    (needs_you, others)
}

fn needs(seen: &Observed<Order>, now: &Now) -> bool {
    urgency::of(seen, now).needs_operator()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_answered_requests_by_nearest_rank() {
        let took = |millis, ending| Took { millis, ending };
        let mut took: Vec<Took> = (1..=100).rev().map(|n| took(n * 10, Ending::Answered)).collect();
        took.push(Took { millis: 30_000, ending: Ending::Failed });
        let asking = Asking { took, ..verdict::testing::asking() };
        assert_eq!([50, 95, 99, 100].map(|p| asking.percentile(p)), [Some(500), Some(950), Some(990), Some(1_000)]);
        let none = Asking { took: Vec::new(), ..verdict::testing::asking() };
        assert_eq!(none.percentile(50), None);
    }

    #[test]
    fn an_age_on_a_bound_is_within_it() {
        let mut ages = Ages::default();
        for millis in [0, 3_000, 3_001, 15_000, 60_000, 60_001] {
            ages.add(Duration::from_millis(millis));
        }
        assert_eq!((ages.within, ages.older, ages.count()), ([2, 2, 1], 1, 6));
        assert_eq!(ages.oldest, Some(Duration::from_millis(60_001)));
    }
}
