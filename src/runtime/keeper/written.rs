//! How writing to the local database goes, for whoever shows it.

use std::time::Duration;

use tokio::sync::watch;

use crate::api::ClockFn;
use crate::domain::Now;
use crate::store::{Store, StoreError};

/// How often orders are counted at the most: every row is looked at.
const COUNT_EVERY: Duration = Duration::from_secs(30);

/// What became of what was to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Orders that are kept, as counted last.
    pub orders: u64,
    /// When orders were written last.
    pub last: Option<Now>,
    /// Why writing fails, and since when; `None` once it went well again.
    pub failing: Option<(String, Now)>,
}

/// Notes it.
pub(super) struct Record {
    clock: ClockFn,
    sender: watch::Sender<Written>,
    counted: Option<Now>,
}

impl Record {
    pub(super) fn new(clock: ClockFn) -> (Self, watch::Receiver<Written>) {
        let (sender, receiver) = watch::channel(Written::default());
        (Self { clock, sender, counted: None }, receiver)
    }

    /// What is there before anything is written.
    pub(super) fn begin(&mut self, store: &Store) {
        let now = (self.clock)();
        let orders = self.count(store, now).unwrap_or_default();
        self.sender.send_modify(|written| written.orders = orders);
        self.counted = None;
    }

    /// Orders were written, or not. One that goes on failing says since when.
    pub(super) fn note(&mut self, store: &Store, outcome: Result<(), &StoreError>) {
        let now = (self.clock)();
        let orders = if outcome.is_ok() { self.count(store, now) } else { None };
        self.sender.send_modify(|written| {
            written.orders = orders.unwrap_or(written.orders);
            match outcome {
                Ok(()) => (written.last, written.failing) = (Some(now), None),
                Err(error) => {
                    let since = written.failing.as_ref().map_or(now, |(_, since)| *since);
                    written.failing = Some((error.to_string(), since));
                }
            }
        });
    }

    fn count(&mut self, store: &Store, now: Now) -> Option<u64> {
        if self.counted.is_some_and(|at| now.mono.since(at.mono) < COUNT_EVERY) {
            return None;
        }
        self.counted = Some(now);
        store.order_count().ok().and_then(|(_, all)| u64::try_from(all).ok())
    }
}
