//! Keeping events: everything that waits goes into one transaction, so that a thousand deliveries
//! at once cost a few writes to the disk and not a thousand.

use tokio::sync::{mpsc, oneshot};

use super::Books;
use super::stats::Tally;
use crate::domain::Now;
use crate::store::{Arrived, Kept};

/// Events of one transaction.
const AT_ONCE: usize = 512;

/// Events that can wait. More than can be in flight, so that nobody waits to wait.
const WAITING: usize = 4_096;

/// An event that has just come in.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// What is kept of it.
    pub arrived: Arrived,
    /// When it was received whole.
    pub received: Now,
}

struct Entry {
    fresh: Fresh,
    answer: oneshot::Sender<Kept>,
}

/// The way into the database.
#[derive(Debug, Clone)]
pub(super) struct Ledger(mpsc::Sender<Entry>);

impl Ledger {
    /// Starts keeping; new events go on to `work` once they are on the disk.
    pub(super) fn start<B: Books>(books: B, work: mpsc::UnboundedSender<Fresh>, tally: Tally) -> Self {
        let (sender, waiting) = mpsc::channel(WAITING);
        tokio::spawn(keep(books, waiting, work, tally));
        Self(sender)
    }

    /// Keeps an event: what became of it once it is on the disk, `None` if it could not be kept.
    pub(super) async fn keep(&self, fresh: Fresh) -> Option<Kept> {
        let (answer, kept) = oneshot::channel();
        self.0.send(Entry { fresh, answer }).await.ok()?;
        kept.await.ok()
    }
}

async fn keep<B: Books>(
    books: B,
    mut waiting: mpsc::Receiver<Entry>,
    work: mpsc::UnboundedSender<Fresh>,
    tally: Tally,
) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, AT_ONCE).await > 0 {
        let entries = std::mem::take(&mut batch);
        let events: Vec<Arrived> = entries.iter().map(|entry| entry.fresh.arrived.clone()).collect();
        let kept = match books.call(move |store| store.keep_events(&events)).await {
            Ok(Ok(kept)) => kept,
            // Nobody is answered: dropping the entries says that they were not kept.
            Ok(Err(error)) => {
                tracing::error!(%error, events = entries.len(), "webhook events could not be kept; the sender repeats them");
                continue;
            }
            Err(gone) => {
                tracing::error!(%gone, events = entries.len(), "webhook events could not be kept; the sender repeats them");
                continue;
            }
        };
        for (entry, kept) in entries.into_iter().zip(kept) {
            pass_on(entry, kept, &work, &tally);
        }
    }
}

fn pass_on(Entry { fresh, answer }: Entry, kept: Kept, work: &mpsc::UnboundedSender<Fresh>, tally: &Tally) {
    match kept {
        Kept::New => {
            tally.count(|stats| stats.open += 1);
            let _ = work.send(fresh);
        }
        Kept::Again => {}
        Kept::Differs => {
            tracing::warn!(event_id = %fresh.arrived.event.id, "a signed event came again with another body; the first one counts");
        }
    }
    // Whoever waited may have gone away; the event is kept all the same.
    let _ = answer.send(kept);
}
