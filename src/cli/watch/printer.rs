//! Printing, on a thread of its own, and noticing that nobody reads.

use std::io;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};

use crate::cli::out;
use crate::runtime::keeper::KeeperHandle;
use crate::store::Told;
use crate::sync::watcher::ToKeep;

/// Batches that may wait for a slow reader.
const WAITING: usize = 64;

/// Lines that belong together, and what to note once they are printed.
pub struct Batch {
    /// The lines, without their ends.
    pub lines: Vec<String>,
    /// What the next run need not tell.
    pub keep: ToKeep,
}

impl Batch {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.keep.is_empty()
    }
}

/// The printer's mailbox, and how it ended: without error once the mailbox is closed and empty.
pub fn start(keeper: KeeperHandle) -> (mpsc::Sender<Batch>, oneshot::Receiver<io::Result<()>>) {
    let (sender, mut batches) = mpsc::channel::<Batch>(WAITING);
    let (done, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let mut result = Ok(());
        while let Some(Batch { lines, keep: ToKeep { first, orders, since } }) = batches.blocking_recv() {
            if !first.is_empty() {
                note(&keeper, first, None).wait();
            }
            result = lines.iter().try_for_each(|line| out::line(line));
            if result.is_err() {
                break;
            }
            if !orders.is_empty() || since.is_some() {
                note(&keeper, orders, since);
            }
        }
        let _ = done.send(result);
    });
    (sender, ended)
}

/// A note on its way to the disk.
struct Noting(std::sync::mpsc::Receiver<()>);

impl Noting {
    /// Waits until it is there, or cannot be; the keeper tells why.
    fn wait(self) {
        let _ = self.0.recv();
    }
}

fn note(keeper: &KeeperHandle, orders: Vec<Told>, since: Option<DateTime<Utc>>) -> Noting {
    let (done, noted) = std::sync::mpsc::channel();
    keeper.run(move |store| {
        let kept = store.keep_told(&orders, since);
        let _ = done.send(());
        kept
    });
    Noting(noted)
}

/// Resolves when nobody can read standard output any more, where it is a pipe. Without this a watch
/// whose reader is gone would ask the API until the next change. The thread ends with the process.
#[cfg(unix)]
pub async fn reader_gone() {
    use rustix::event::{PollFd, PollFlags, poll};
    let (gone, told) = oneshot::channel();
    std::thread::spawn(move || {
        let stdout = io::stdout();
        // Nothing is asked for: errors and a hang-up are reported all the same.
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        while let Err(rustix::io::Errno::INTR) = poll(&mut watched, None) {}
        let [stdout] = watched;
        if stdout.revents().intersects(PollFlags::ERR | PollFlags::HUP) {
            let _ = gone.send(());
        }
    });
    if told.await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(not(unix))]
pub async fn reader_gone() {
    std::future::pending().await
}
