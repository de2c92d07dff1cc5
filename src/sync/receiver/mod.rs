//! The listener for webhook events. Source: reference, section 10.
//!
//! A request is taken only whole and in time, with a signature by the shared secret over the
//! timestamp and the raw body; its event is on the disk before the answer is a 2xx ([`ledger`]);
//! what it asks for is worked on after that ([`work`]), again after a restart if need be. The age
//! of a delivery never matters: a retry may be days old. What stops a replay is the `event_id`.
//!
//! TLS is somebody else's: a proxy or tunnel in front. Any path is accepted, because the path is
//! the proxy's business and the signature decides.

mod answer;
mod intake;
pub mod ledger;
mod listen;
mod secret;
mod stats;
pub mod work;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::api::ClockFn;
use crate::store::{Store, StoreError};
use answer::Post;
use ledger::Ledger;
pub use secret::{BadSecret, WebhookSecret};
pub use stats::ReceiverStats;
use stats::Tally;
pub use work::{Eyes, Heard, Wires};

/// The one owner of the database, seen from here.
pub trait Books: Clone + Send + Sync + 'static {
    /// Has `work` done with the store, away from the async threads.
    fn call<R, F>(&self, work: F) -> impl Future<Output = Result<R, Gone>> + Send
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> R + Send + 'static;
}

/// The owner of the database has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the local database is closed")]
pub struct Gone;

/// Why the listener did not start. Nothing was acknowledged: the API tries again for days.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// What was left open could not be read.
    #[error("events that were left open cannot be read: {0}")]
    Store(#[from] StoreError),
    /// The database is closed.
    #[error(transparent)]
    Gone(#[from] Gone),
    /// The socket is not usable.
    #[error("the listening address is not usable: {0}")]
    Socket(#[from] std::io::Error),
}

/// What a sender may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes. Documented events have less than two thousand.
    pub body: usize,
    /// From the connection to the last byte of the request. The sender gives up after ten seconds.
    pub whole: Duration,
    /// Requests in work at the same time; beyond them the answer is to come back later.
    pub in_flight: usize,
    /// How long keeping an event may take before the answer is to come back later.
    pub keep: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 64 * 1024, whole: Duration::from_secs(10), in_flight: 1_200, keep: Duration::from_secs(8) }
    }
}

/// Takes up what was left open, then listens until `stop`. What is under way then gets no answer,
/// or a 2xx for what is kept: the sender repeats the former. Gives the numbers of what came in.
pub async fn start<B: Books>(
    listener: TcpListener,
    secret: WebhookSecret,
    books: B,
    clock: ClockFn,
    limits: Limits,
    wires: Wires,
    stop: CancellationToken,
) -> Result<watch::Receiver<ReceiverStats>, NotStarted> {
    let (tally, stats) = Tally::new(listener.local_addr()?);
    let open = books.call(|store| store.open_events()).await??;
    let (fresh, arriving) = mpsc::unbounded_channel();
    let worker = work::Worker { books: books.clone(), clock: clock.clone(), wires, tally: tally.clone() };
    tokio::spawn(worker.run(open, arriving, stop.clone()));
    let ledger = Ledger::start(books, fresh, tally.clone());
    let post = Arc::new(Post { secret, ledger, tally, clock, limits });
    tokio::spawn(listen::listen(listener, post, stop));
    Ok(stats)
}
