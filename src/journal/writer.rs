//! The one writer of the journal: a thread that answers only after the line is on the disk.
//!
//! Before a line the next note of the journal's end is made ready, after it the note is put in
//! place, then the line is acknowledged. A write that fails is cut off again, so that nothing
//! half-written is believed later; a failed sync ends the writing for good, because after it nobody
//! knows what the disk holds. Dropping the last handle waits for what was handed over and gives the
//! lock back.

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::chain::{Broken, Tip, encode};
use super::entry::{Entry, Event, FORMAT, Who};
use super::head::{Head, Note};
use super::recovery::{Recovery, Unsettled};
use super::storage::{self, Opened, Storage, Torn};
use crate::domain::Now;
use crate::domain::resend::Kept;
use crate::domain::stage::Receipt;

/// Reads both clocks.
pub type Clock = Arc<dyn Fn() -> Now + Send + Sync>;

/// Why the journal cannot be used. Without it nothing is signed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has it.
    #[error("the journal {} is in use by another ramptop, so this one can watch but not act: act there, or quit it and start this one again", path.display())]
    InUse {
        /// The journal.
        path: PathBuf,
    },
    /// It cannot be opened.
    #[error("the journal {} cannot be opened: {source}; nothing can be signed without it", path.display())]
    Open {
        /// The journal.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// It was changed.
    #[error("{}: {broken}. Nothing is added to a journal that was changed, and nothing is signed without one: keep a copy of its directory and find out who changed it. If only its end is in question and you know why, for example after restoring a copy: ramptop journal accept. Otherwise move journal and head directory away to start a new one", path.display())]
    Broken {
        /// The journal.
        path: PathBuf,
        /// Where and why.
        broken: Broken,
    },
    /// A line could not be written; the journal is as it was before.
    #[error(
        "the journal could not be written: {0}; nothing was signed. Free some space or repair the disk, then try again"
    )]
    Write(String),
    /// Nobody knows what the disk holds.
    #[error("the journal's disk failed ({0}); nothing more is signed until ramptop is started again")]
    Failed(String),
}

/// A handle to the writer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    writer: Arc<Writer>,
    torn: Option<Torn>,
    skew: Skew,
    open: Open,
}

/// What the lines so far leave open.
type Open = Arc<Mutex<Recovery>>;

/// Seconds the API's clock is ahead of ours, when last heard of.
type Skew = Arc<Mutex<Option<i64>>>;

impl Journal {
    /// Opens or creates the journal at `path`, takes its lock, checks the whole chain and tells
    /// which intents are open. Does file I/O: not for the loop.
    pub fn open(path: &Path, who: Who, clock: Clock) -> Result<(Self, Vec<Unsettled>), JournalError> {
        Self::over(storage::open(path)?, path, who, clock)
    }

    fn over(opened: Opened, path: &Path, who: Who, clock: Clock) -> Result<(Self, Vec<Unsettled>), JournalError> {
        let skew = Skew::default();
        let Opened { files, tip, len, open, torn } = opened;
        let unsettled = open.clone().unsettled();
        let open = Arc::new(Mutex::new(open));
        let (heard, seen) = (Arc::clone(&skew), Arc::clone(&open));
        let scribe = Scribe { storage: files, tip, len, failed: None, who, clock, skew: heard, open: seen };
        let writer = Writer::start(scribe).map_err(|source| JournalError::Open { path: path.to_owned(), source })?;
        Ok((Self { writer: Arc::new(writer), torn, skew, open }, unsettled))
    }

    /// Accepts a journal whose lines hold but do not end where the note outside the file says, and
    /// records that it was accepted. Gives what the note was, and the line that says so.
    ///
    /// # Errors
    /// As [`Self::open`]; a line that does not hold is never accepted.
    pub async fn accept(path: &Path, who: Who, clock: Clock) -> Result<(Note, Receipt), JournalError> {
        let (opened, note) = storage::open_accepting(path)?;
        let found = opened.tip.seq;
        let (journal, _) = Self::over(opened, path, who, clock)?;
        let noted = if let Note::Is(head) = &note { Some(head.clone()) } else { None };
        let (expected, expected_hash) = noted.map(|Head { count, hash }| (count, hash)).unzip();
        let receipt = journal.append(Event::HeadReset { expected, expected_hash, found }).await?;
        Ok((note, receipt))
    }

    /// The API's clock was heard to be this many seconds ahead of ours: later entries say so.
    pub fn heard_skew(&self, seconds: i64) {
        *self.skew.lock().unwrap_or_else(PoisonError::into_inner) = Some(seconds);
    }

    /// The signed request of an intent whose fate is still unknown, for sending the same bytes again.
    pub fn kept(&self, intent_seq: u64) -> Option<Kept> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).kept(intent_seq)
    }

    /// A half-written line that opening found and set aside, for the operator to be told.
    pub fn torn(&self) -> Option<&Torn> {
        self.torn.as_ref()
    }

    /// Writes an event; the answer comes after it is on the disk.
    pub async fn append(&self, event: Event) -> Result<Receipt, JournalError> {
        let gone = || JournalError::Failed("the writer has stopped".to_owned());
        let (answer, receipt) = oneshot::channel();
        self.writer.send(Job { event, answer }).ok_or_else(gone)?;
        receipt.await.map_err(|_| gone())?
    }
}

struct Job {
    event: Event,
    answer: oneshot::Sender<Result<Receipt, JournalError>>,
}

/// The thread and the way to it.
#[derive(Debug)]
struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    fn start<S: Storage + 'static>(mut scribe: Scribe<S>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let work = move || {
            for job in queue {
                // Whoever asked may have gone; the line counts all the same.
                let _ = job.answer.send(scribe.write(job.event));
            }
        };
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(work)?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Some(thread) })
    }

    fn send(&self, job: Job) -> Option<()> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref()?.send(job).ok()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the thread owns.
struct Scribe<S> {
    storage: S,
    tip: Tip,
    len: u64,
    failed: Option<String>,
    who: Who,
    clock: Clock,
    skew: Skew,
    open: Open,
}

impl<S: Storage> Scribe<S> {
    fn write(&mut self, event: Event) -> Result<Receipt, JournalError> {
        if let Some(why) = &self.failed {
            return Err(JournalError::Failed(why.clone()));
        }
        let entry = self.entry(event);
        let (bytes, hash) = encode(&entry).map_err(|e| JournalError::Write(e.to_string()))?;
        self.put(&bytes, &Head { count: entry.seq, hash: hash.clone() })?;
        self.len = self.len.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.tip = Tip { seq: entry.seq, hash: hash.clone() };
        self.open.lock().unwrap_or_else(PoisonError::into_inner).see(&entry);
        Ok(Receipt { seq: entry.seq, hash })
    }

    fn entry(&self, event: Event) -> Entry {
        let now = (self.clock)();
        Entry {
            seq: self.tip.seq.saturating_add(1),
            at: now.wall,
            mono_ms: u64::try_from(now.mono.elapsed().as_millis()).unwrap_or(u64::MAX),
            who: self.who.clone(),
            event,
            prev: self.tip.hash.clone(),
            format: FORMAT,
            server_skew_s: *self.skew.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    fn put(&mut self, bytes: &[u8], head: &Head) -> Result<(), JournalError> {
        self.storage.prepare(head).map_err(|error| JournalError::Write(error.to_string()))?;
        if let Err(error) = self.storage.append(bytes) {
            return Err(self.take_back(&error));
        }
        self.storage.sync().map_err(|error| {
            // The line was not acknowledged, so it should not stand there either; if it stays, the
            // next start reports an open intent, which is the cautious side.
            let _ = self.storage.cut(self.len);
            self.fail(error.to_string())
        })?;
        // The note may be in place all the same, so the line stays: a file behind its note would
        // read as cut off.
        self.storage.commit().map_err(|error| self.fail(error.to_string()))
    }

    fn take_back(&mut self, error: &io::Error) -> JournalError {
        match self.storage.cut(self.len) {
            Ok(()) => JournalError::Write(error.to_string()),
            Err(second) => self.fail(format!("{error}; then {second}")),
        }
    }

    fn fail(&mut self, why: String) -> JournalError {
        self.failed = Some(why.clone());
        JournalError::Failed(why)
    }
}
