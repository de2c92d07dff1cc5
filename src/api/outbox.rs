//! Where every request leaves: it is counted before its first byte, whoever asked for it.
//!
//! One key has one budget. The schedule pays for its own requests when it chooses them; whatever
//! else leaves through the same client (what the operator opens and does, tries repeated by the
//! client) is told by [`Elsewhere`]. There is no other way out, so no call can be forgotten.

use std::sync::Arc;

use reqwest::{RequestBuilder, Response};
use tokio::sync::watch;

use super::config::ClockFn;
use crate::domain::Now;

/// The way out. Clones count together.
#[derive(Clone)]
pub struct Outbox {
    clock: ClockFn,
    sent: Arc<watch::Sender<u64>>,
    /// Whoever sends has counted already.
    paid: bool,
}

impl Outbox {
    /// Nothing has left.
    pub fn new(clock: ClockFn) -> Self {
        Self { clock, sent: Arc::new(watch::Sender::new(0)), paid: false }
    }

    /// The same for requests that are paid for before they are handed over, and the count of all
    /// others.
    pub fn paid(self) -> (Self, Elsewhere) {
        let count = self.sent.subscribe();
        (Self { paid: true, ..self }, Elsewhere { count, taken: 0 })
    }

    /// Sends a request; it counts even if nothing comes of it.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, reqwest::Error> {
        if !self.paid {
            self.sent.send_modify(|sent| *sent += 1);
        }
        request.send().await
    }

    /// The clock that stamps answers.
    pub fn now(&self) -> Now {
        (self.clock)()
    }
}

/// Requests that left through a client beside those of its schedule, from its first one on.
#[derive(Debug)]
pub struct Elsewhere {
    count: watch::Receiver<u64>,
    taken: u64,
}

impl Elsewhere {
    /// How many since this was asked last.
    pub fn take(&mut self) -> u32 {
        let all = *self.count.borrow_and_update();
        let new = all.saturating_sub(std::mem::replace(&mut self.taken, all));
        u32::try_from(new).unwrap_or(u32::MAX)
    }

    /// Waits for one that [`Self::take`] has not told. Never comes once every client is gone.
    pub async fn more(&mut self) {
        if self.count.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
