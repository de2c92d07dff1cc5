//! `ramptop watch`: every change of an order on a line of its own, until it is told to stop.
//!
//! The poller asks, [`Watcher`] tells what changed, a thread of its own prints: a reader that is
//! slow holds up the printing, never a signal. A reader that is gone ends it quietly.

mod lines;

use std::io;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::args::WatchArgs;
use super::context::Context;
use super::out::{self, Exit};
use crate::api::ClockFn;
use crate::domain::Now;
use crate::sync::poller::{self, News};
use crate::sync::watcher::{Connection, Happened, Kind, Watcher};

/// News that may wait for the printer; the poller waits beyond that.
const INBOX: usize = 64;
/// How long lines that are not printed yet are waited for at the end.
const LAST_WORDS: Duration = Duration::from_secs(2);

pub async fn run(context: &Context, args: WatchArgs) -> Result<Exit> {
    let _log = context.start_log()?;
    let client = context.api().await?.without_retries();
    let stop = CancellationToken::new();
    let (_wishes, to_poller) = mpsc::unbounded_channel();
    let (sender, news) = mpsc::channel(INBOX);
    let signal = super::sandbox::stop_signal()?;
    let poller = tokio::spawn(poller::run(client, context.clock.clone(), to_poller, sender, stop.clone()));
    let (printer, ended) = print_in_a_thread();
    let mut desk = Desk { watcher: Watcher::default(), clock: context.clock.clone(), args, printer };
    let end = tokio::select! {
        () = signal => End::Told,
        end = desk.follow(news) => end,
        () = reader_gone() => return Ok(Exit::Done),
    };
    stop.cancel();
    drop(desk);
    match (end, tokio::time::timeout(LAST_WORDS, ended).await) {
        // A printer that cannot go on says why; one that is held up by its reader is left behind.
        (_, Ok(Ok(Err(error)))) => Err(error.into()),
        (End::Told, _) => Ok(Exit::Done),
        (End::KeyRefused, _) => {
            out::note("ramptop: the API refused the key; nothing is watched any more");
            Ok(Exit::Rejected)
        }
        (End::NoMoreNews, _) => match poller.await {
            Ok(()) => Ok(Exit::Done),
            Err(_) => bail!("watching has stopped by a fault in ramptop; the log has the details"),
        },
    }
}

/// Why following the news ended.
enum End {
    Told,
    KeyRefused,
    NoMoreNews,
}

/// From news to lines.
struct Desk {
    watcher: Watcher,
    clock: ClockFn,
    args: WatchArgs,
    printer: mpsc::Sender<String>,
}

impl Desk {
    async fn follow(&mut self, mut news: mpsc::Receiver<News>) -> End {
        while let Some(item) = news.recv().await {
            note_trouble(&item);
            for happened in self.watcher.take(item) {
                if self.wanted(&happened) && self.print(&happened).await.is_err() {
                    return End::Told;
                }
                if matches!(happened, Happened::Connection(Connection::Unauthorized { .. })) {
                    return End::KeyRefused;
                }
            }
        }
        End::NoMoreNews
    }

    async fn print(&self, happened: &Happened) -> Result<(), mpsc::error::SendError<String>> {
        let line = self.line(happened, &(self.clock)());
        self.printer.send(line).await
    }

    fn line(&self, happened: &Happened, now: &Now) -> String {
        if !self.args.json.json {
            return lines::words(happened, now);
        }
        // Texts, numbers and an object that was read before: there is nothing in it that can fail.
        lines::json(happened, now).unwrap_or_default()
    }

    fn wanted(&self, happened: &Happened) -> bool {
        let Happened::Order(change) = happened else { return true };
        let order = &change.order.value;
        let status = self.args.status.is_empty() || self.args.status.iter().any(|s| s == order.status.wire());
        status && (!self.args.live || order.is_live() || change.kind == Kind::Ended)
    }
}

/// One request that failed by itself is no change: it is said beside the lines.
fn note_trouble(news: &News) {
    if let News::Trouble { order, error } = news {
        tracing::warn!(%error, ?order, "one request failed");
        let about = order.as_ref().map_or_else(|| "a list".to_owned(), |id| format!("order {id}"));
        out::note(&format!("ramptop: {about} could not be read: {error}"));
    }
}

/// The printer's mailbox, and how it ended: without error once the mailbox is closed and empty.
fn print_in_a_thread() -> (mpsc::Sender<String>, oneshot::Receiver<io::Result<()>>) {
    let (sender, mut lines) = mpsc::channel::<String>(INBOX);
    let (done, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let mut result = Ok(());
        while let Some(line) = lines.blocking_recv() {
            result = out::line(&line);
            if result.is_err() {
                break;
            }
        }
        let _ = done.send(result);
    });
    (sender, ended)
}

/// Resolves when nobody can read standard output any more, where it is a pipe. Without this a watch
/// whose reader is gone would ask the API until the next change. The thread ends with the process.
#[cfg(unix)]
async fn reader_gone() {
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
async fn reader_gone() {
    std::future::pending().await
}
