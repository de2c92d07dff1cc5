//! Printing, on a thread of its own, and noticing that nobody reads.

use std::io;

use tokio::sync::{mpsc, oneshot};

use crate::cli::out;
use crate::runtime::keeper::KeeperHandle;
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
        while let Some(Batch { lines, keep }) = batches.blocking_recv() {
            result = lines.iter().try_for_each(|line| out::line(line));
            if result.is_err() {
                break;
            }
            if !keep.is_empty() {
                keeper.run(move |store| store.keep_told(&keep.orders, keep.since));
            }
        }
        let _ = done.send(result);
    });
    (sender, ended)
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
