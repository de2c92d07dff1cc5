//! The one that writes to the local database: a stage between the poller and whoever shows or
//! prints its news.
//!
//! News are on the disk before they are passed on, so that nothing anybody has seen is lost with
//! the process; those that wait together are one transaction. A write that fails is told once for
//! each kind of trouble, and the news go on all the same: the screen is worth more than the file.
//! Everybody else who needs the database asks by the [`KeeperHandle`], and never waits for a reader
//! of news that has stopped reading.

mod writing;

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;

use tokio::sync::{mpsc, oneshot};

use self::writing::Desk;
use super::trades::Trade;
use crate::api::ClockFn;
use crate::domain::UserId;
use crate::store::{Link, Source, Store, StoreError};
use crate::sync::poller::{News, Wish};

/// News that can wait to be passed on; the poller waits beyond that.
const WAITING: usize = 256;

/// News written in one transaction.
const AT_ONCE: usize = 64;

/// What comes out of the keeper.
pub struct Keeper {
    /// The way to the database.
    pub handle: KeeperHandle,
    /// The poller's news, once they are kept.
    pub news: mpsc::Receiver<News>,
    /// What went wrong with the file, each kind of trouble once.
    pub complaints: mpsc::UnboundedReceiver<StoreError>,
}

type Job = Box<dyn FnOnce(&mut Store) -> Result<(), StoreError> + Send>;

/// The way to the database. Cheap to clone; the file is closed after the last one is dropped.
#[derive(Clone)]
pub struct KeeperHandle {
    jobs: mpsc::UnboundedSender<Job>,
    clock: ClockFn,
}

/// The keeper has ended: the program is about to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the local database is closed")]
pub struct KeeperGone;

impl KeeperHandle {
    /// Keeps a user in the register.
    pub fn user(&self, id: UserId, source: Source) {
        let at = (self.clock)().wall;
        self.run(move |store| store.add_user(&id, source, at).map(|_| ()));
    }

    /// Keeps whose an order is.
    pub fn link(&self, link: Link) {
        let at = (self.clock)().wall;
        self.run(move |store| store.link(&link, at));
    }

    /// Keeps a quote or an order that was made.
    pub fn trade(&self, trade: Trade) {
        let at = (self.clock)().wall;
        self.run(move |store| trade.keep(store, at));
    }

    /// Does something with the database, some time; a failure is told like any other.
    pub fn run(&self, work: impl FnOnce(&mut Store) -> Result<(), StoreError> + Send + 'static) {
        let _ = self.jobs.send(Box::new(work));
    }

    /// Does something with the database, and waits for what it gives.
    ///
    /// # Errors
    /// The program ends, or `work` panicked.
    pub async fn call<R, F>(&self, work: F) -> Result<R, KeeperGone>
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> R + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.run(move |store| {
            // Whoever asked may have gone; the work is done all the same.
            let _ = answer.send(work(store));
            Ok(())
        });
        answered.await.map_err(|_| KeeperGone)
    }

    /// Waits until everything that was asked for before is done.
    pub async fn settled(&self) {
        let _ = self.call(|_| ()).await;
    }
}

/// Starts the keeper on a thread of its own. It ends when the poller and every handle are gone and
/// the news are passed on. What was left over by an earlier run is wished for at once.
pub fn start(store: Store, clock: ClockFn, news: mpsc::Receiver<News>, wishes: mpsc::UnboundedSender<Wish>) -> Keeper {
    let (jobs, to_do) = mpsc::unbounded_channel();
    let (sender, kept) = mpsc::channel(WAITING);
    let (complain, complaints) = mpsc::unbounded_channel();
    let mut desk = Desk::new(store, wishes, complain);
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || {
        desk.take_up();
        runtime.block_on(tend(desk, to_do, news, sender));
    });
    Keeper { handle: KeeperHandle { jobs, clock }, news: kept, complaints }
}

async fn tend(
    mut desk: Desk,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    mut news: mpsc::Receiver<News>,
    out: mpsc::Sender<News>,
) {
    // Kept, and not passed on yet.
    let mut waiting: VecDeque<News> = VecDeque::new();
    let (mut asked, mut told, mut read) = (true, true, true);
    loop {
        tokio::select! {
            biased;
            job = jobs.recv(), if asked => match job {
                Some(job) => carry_out(&mut desk, job),
                None => asked = false,
            },
            room = out.reserve(), if read && !waiting.is_empty() => match (room, waiting.pop_front()) {
                (Ok(room), Some(item)) => room.send(item),
                _ => read = false,
            },
            item = news.recv(), if told && waiting.len() < WAITING => match item {
                Some(first) => {
                    let more = std::iter::from_fn(|| news.try_recv().ok());
                    let batch: Vec<News> = std::iter::once(first).chain(more.take(AT_ONCE - 1)).collect();
                    desk.keep(&batch);
                    // Nobody reads them any more: they are kept, that is all.
                    waiting.extend(batch.into_iter().filter(|_| read));
                }
                None => told = false,
            },
            else => return,
        }
    }
}

/// A fault in somebody's work must not take the database from all the others.
fn carry_out(desk: &mut Desk, job: Job) {
    match std::panic::catch_unwind(AssertUnwindSafe(|| job(&mut desk.store))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => desk.complain(error),
        Err(_) => tracing::error!("a fault in ramptop while it worked on the local database"),
    }
}

#[cfg(test)]
mod tests;
