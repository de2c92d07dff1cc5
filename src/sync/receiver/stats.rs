//! What came in, in numbers: for the sync view, and instead of a log line for every forged request.

use std::net::SocketAddr;

use tokio::sync::watch;

use crate::domain::Now;

/// A count of everything that came in since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiverStats {
    /// Where it listens.
    pub address: SocketAddr,
    /// New events, kept and acknowledged.
    pub accepted: u64,
    /// Events that had been kept before, acknowledged.
    pub duplicates: u64,
    /// Of these, those whose body is another than the one kept.
    pub differing: u64,
    /// Requests whose signature is not the secret's.
    pub forged: u64,
    /// Requests without the headers of a delivery, of another method, or no HTTP.
    pub malformed: u64,
    /// Requests with too long a body.
    pub oversized: u64,
    /// Requests that did not come in whole in time.
    pub timed_out: u64,
    /// Requests told to come back because too many were in work.
    pub busy: u64,
    /// Signed events that could not be kept in time; the sender repeats them.
    pub not_kept: u64,
    /// Requests in work now.
    pub in_flight: usize,
    /// Events whose work is not done.
    pub open: usize,
    /// When the last signed event came in.
    pub last_event: Option<Now>,
}

/// Counts. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Tally(watch::Sender<ReceiverStats>);

impl Tally {
    pub(super) fn new(address: SocketAddr) -> (Self, watch::Receiver<ReceiverStats>) {
        let nothing = ReceiverStats {
            address,
            accepted: 0,
            duplicates: 0,
            differing: 0,
            forged: 0,
            malformed: 0,
            oversized: 0,
            timed_out: 0,
            busy: 0,
            not_kept: 0,
            in_flight: 0,
            open: 0,
            last_event: None,
        };
        let (sender, receiver) = watch::channel(nothing);
        (Self(sender), receiver)
    }

    pub(super) fn count(&self, change: impl FnOnce(&mut ReceiverStats)) {
        self.0.send_modify(change);
    }

    /// Counts a refusal. Logged at the first, the second, the fourth and so on: a flood of forged
    /// requests must not fill the disk.
    pub(super) fn refuse(&self, what: &str, counter: impl FnOnce(&mut ReceiverStats) -> &mut u64) {
        let mut total = 0;
        self.count(|stats| {
            let counter = counter(stats);
            *counter += 1;
            total = *counter;
        });
        if total.is_power_of_two() {
            tracing::warn!(total, "webhook requests refused: {what}");
        }
    }

    /// One more request in work, until the guard is dropped.
    pub(super) fn enter(&self) -> InFlight {
        self.count(|stats| stats.in_flight += 1);
        InFlight(self.clone())
    }
}

/// A request in work.
pub(super) struct InFlight(Tally);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.count(|stats| stats.in_flight = stats.in_flight.saturating_sub(1));
    }
}
