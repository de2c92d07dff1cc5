//! Keeping the picture fresh within a budget: which request is worth most next ([`schedule`],
//! pure), the task that sends it ([`poller`]), and what the API announces by itself ([`receiver`]).
//!
//! May use `api`, `store`, `domain`. Knows nothing of the screen: what it learns goes out as
//! [`poller::News`]; [`watcher`] tells changes from readings.

pub mod backoff;
pub mod poller;
pub mod receiver;
pub mod schedule;
pub mod stats;
pub mod watcher;
