//! `ramptop watch`: every change of an order on a line of its own, until it is told to stop.
//!
//! The poller asks (sooner where webhook events come in), the keeper writes to disk, [`Watcher`] tells
//! what changed, a thread of its own prints: a reader that is slow holds up the printing, never a signal. What was printed is noted, so
//! that the next run tells what changed since. Noted after it was printed: a kill between the two
//! tells it again, and never not at all. A reader that is gone ends it quietly.

mod events;
mod lines;
mod printer;

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::args::WatchArgs;
use super::context::Context;
use super::out::{self, Exit};
use crate::api::ClockFn;
use crate::domain::Now;
use crate::runtime::keeper::{self, Keeper};
use crate::store::{Store, ToldBefore};
use crate::sync::poller::{self, News, Wish};
use crate::sync::receiver::Eyes;
use crate::sync::watcher::{Connection, Happened, Kind, Watcher};
use printer::{Batch, reader_gone};

/// News that may wait for the printer; the poller waits beyond that.
const INBOX: usize = 64;
/// How long what is not printed or noted yet is waited for at the end.
const LAST_WORDS: Duration = Duration::from_secs(2);

pub async fn run(context: &Context, args: WatchArgs) -> Result<Exit> {
    let _log = context.start_log()?;
    let keystore = context.keystore()?;
    let client = context.client(&keystore).await?;
    let hook = events::hook(context, &keystore).await;
    keystore.seal();
    let (store, told) = memory(context)?;
    let watcher = Watcher::after(told);
    let signal = super::sandbox::stop_signal()?;
    let stop = CancellationToken::new();
    let (wishes, to_poller) = mpsc::unbounded_channel();
    for order in watcher.live() {
        let _ = wishes.send(Wish::WatchOrder(order.clone()));
    }
    let (sender, news) = mpsc::channel(INBOX);
    let poller = tokio::spawn(poller::run(client, context.clock.clone(), to_poller, sender, stop.clone()));
    let Keeper { handle, news, complaints, .. } = keeper::start(store, context.clock.clone(), news, wishes.clone());
    tokio::spawn(pass_on(complaints));
    let eyes = hook.map(|hook| events::listen(hook, &handle, &context.clock, wishes, &stop));
    let (printer, ended) = printer::start(handle.clone());
    let mut desk = Desk { watcher, eyes, clock: context.clock.clone(), args, printer };
    let end = tokio::select! {
        () = signal => End::Told,
        end = desk.follow(news) => end,
        () = reader_gone() => return Ok(Exit::Done),
    };
    stop.cancel();
    drop(desk);
    let last_lines = tokio::time::timeout(LAST_WORDS, ended).await;
    let _ = tokio::time::timeout(LAST_WORDS, handle.settled()).await;
    match (end, last_lines) {
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

/// What earlier runs told, and where it is noted. Whoever is alerted by this is not to be left
/// without it because of a damaged file or a full disk: without a memory it starts from nothing.
fn memory(context: &Context) -> Result<(Store, ToldBefore)> {
    let opened = context.store().and_then(|store| Ok((store.told()?, store)));
    let (told, store) = match opened {
        Ok(found) => found,
        Err(error) => {
            out::note(&format!("ramptop: {error:#}"));
            out::note("ramptop: watching goes on without a memory: every live order is told as new");
            (ToldBefore::default(), Store::in_memory()?)
        }
    };
    Ok((store, told))
}

/// What the keeper could not write.
async fn pass_on(mut complaints: mpsc::UnboundedReceiver<crate::store::StoreError>) {
    while let Some(error) = complaints.recv().await {
        out::note(&format!("ramptop: {error}"));
        out::note("ramptop: watching goes on; what is told now may be told again by the next run");
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
    /// Events wait for what they announced to be read.
    eyes: Option<Eyes>,
    clock: ClockFn,
    args: WatchArgs,
    printer: mpsc::Sender<Batch>,
}

impl Desk {
    async fn follow(&mut self, mut news: mpsc::Receiver<News>) -> End {
        while let Some(item) = news.recv().await {
            note_trouble(&item);
            if let Some(eyes) = &self.eyes {
                eyes.saw(&item);
            }
            let happened = self.watcher.take(item);
            let lines = self.lines(&happened);
            let batch = Batch { lines, keep: self.watcher.to_keep() };
            if !batch.is_empty() && self.printer.send(batch).await.is_err() {
                return End::Told;
            }
            if happened.iter().any(|h| matches!(h, Happened::Connection(Connection::Unauthorized { .. }))) {
                return End::KeyRefused;
            }
        }
        End::NoMoreNews
    }

    fn lines(&self, happened: &[Happened]) -> Vec<String> {
        let now = (self.clock)();
        happened.iter().filter(|h| self.wanted(h)).map(|h| self.line(h, &now)).collect()
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
