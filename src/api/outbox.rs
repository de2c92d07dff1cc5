//! Where every request leaves: it is counted before its first byte, whoever asked for it, and none
//! leaves while the API has asked to be left alone.
//!
//! One key has one budget. The schedule pays for its own requests when it chooses them; whatever
//! else leaves through the same client (what the operator opens and does, tries repeated by the
//! client) is told by [`Elsewhere`]. There is no other way out, so no call can be forgotten.
//!
//! `Retry-After` is obeyed to the letter, by the operator's requests too: those that move money are
//! not sent either, and it is said until when. Before, they were sent; but such a request would most
//! likely be turned away like the one before it, and count against a key that is over its limit
//! already. Nothing is queued: what is to be done after the pause is decided by the operator then,
//! looking at what is true then. The pause is this process's; another one asks for itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, Response};
use tokio::sync::watch;

use super::config::ClockFn;
use crate::domain::{Mono, Now};

/// The way out. Clones count together, and pause together.
#[derive(Clone)]
pub struct Outbox {
    clock: ClockFn,
    left: Arc<watch::Sender<Left>>,
    /// Whoever sends has counted already, and hears itself what is answered.
    paid: bool,
}

/// What left, and what was answered to it.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    /// Requests that nobody paid for before.
    unpaid: u64,
    /// Until when the API wants to be left alone, whoever was told.
    pause: Option<Mono>,
    /// The same, as the unpaid ones were told.
    told_unpaid: Option<Mono>,
}

/// Why there is no response.
#[derive(Debug)]
pub enum NotOut {
    /// It was not let out.
    Held(Pause),
    /// It was sent, or could not be.
    Failed(reqwest::Error),
}

/// The API has asked to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// How long from now on.
    pub rest: Duration,
    /// Until when, by our clock on the wall.
    pub until: DateTime<Utc>,
}

impl Outbox {
    /// Nothing has left.
    pub fn new(clock: ClockFn) -> Self {
        Self { clock, left: Arc::new(watch::Sender::new(Left::default())), paid: false }
    }

    /// The same for requests that are paid for before they are handed over, and what is to be known
    /// of all others.
    pub fn paid(self) -> (Self, Elsewhere) {
        let left = self.left.subscribe();
        (Self { paid: true, ..self }, Elsewhere { left, taken: 0, heard: None })
    }

    /// Sends a request; it counts even if nothing comes of it. In a pause it is neither sent nor
    /// counted.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, NotOut> {
        if let Some(pause) = self.pause() {
            return Err(NotOut::Held(pause));
        }
        if !self.paid {
            self.left.send_modify(|left| left.unpaid += 1);
        }
        request.send().await.map_err(NotOut::Failed)
    }

    /// An answer with `Retry-After`. It is about all requests where the status says that there were
    /// too many (429), or that the API is away (503); with any other it is about what was asked for.
    pub fn asked_to_wait(&self, status: u16, wait: Duration) {
        if !matches!(status, 429 | 503) {
            return;
        }
        let until = Some(self.now().mono + wait);
        self.left.send_modify(|left| {
            left.pause = left.pause.max(until);
            if !self.paid {
                left.told_unpaid = left.told_unpaid.max(until);
            }
        });
    }

    fn pause(&self) -> Option<Pause> {
        let now = self.now();
        let until = self.left.borrow().pause.filter(|until| *until > now.mono)?;
        let rest = until.since(now.mono);
        Some(Pause { rest, until: (now + rest).wall })
    }

    /// The clock that stamps answers.
    pub fn now(&self) -> Now {
        (self.clock)()
    }
}

/// Requests that left through a client beside those of its schedule, from its first one on.
#[derive(Debug)]
pub struct Elsewhere {
    left: watch::Receiver<Left>,
    taken: u64,
    heard: Option<Mono>,
}

/// What is new of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Others {
    /// How many left.
    pub requests: u32,
    /// The API answered one of them that it wants to be left alone until then, by the client's clock.
    pub hold_until: Option<Mono>,
}

impl Elsewhere {
    /// What is new since this was asked last.
    pub fn take(&mut self) -> Others {
        let left = *self.left.borrow_and_update();
        let new = left.unpaid.saturating_sub(std::mem::replace(&mut self.taken, left.unpaid));
        let heard = std::mem::replace(&mut self.heard, left.told_unpaid);
        Others {
            requests: u32::try_from(new).unwrap_or(u32::MAX),
            hold_until: left.told_unpaid.filter(|until| heard != Some(*until)),
        }
    }

    /// Waits for something that [`Self::take`] has not told. Never comes once every client is gone.
    pub async fn more(&mut self) {
        if self.left.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
