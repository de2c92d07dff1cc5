//! The webhook listener: binding it, and its wires to the poller, the database and whoever shows or
//! tells what comes of it.
//!
//! One program at a time can have the address: a dashboard or a watch, whichever was first. The other
//! tries again from time to time and takes events from when the first has ended. Both keep them in
//! the same database, and the API repeats for days what nobody took in between.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::figures;
use super::keeper::KeeperHandle;
use crate::api::ClockFn;
use crate::app::announced::Told;
use crate::app::syncing::Webhooks;
use crate::app::{Failure, Msg, SyncMsg};
use crate::domain::event::Subject;
use crate::store::Store;
use crate::sync::poller::Wish;
use crate::sync::receiver::work::Seen;
use crate::sync::receiver::{self, Books, Gone, Heard, Limits, ReceiverStats, WebhookSecret, Wires};

/// Files the process may have open: a thousand deliveries at once, and everything else.
#[cfg(unix)]
const FILES: u64 = 4_096;

/// How often the numbers are told at most.
const TELL_EVERY: Duration = Duration::from_millis(250);

impl Books for KeeperHandle {
    async fn call<R, F>(&self, work: F) -> Result<R, Gone>
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> R + Send + 'static,
    {
        KeeperHandle::call(self, work).await.map_err(|_| Gone)
    }
}

/// How often an address that another program has is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// A listener that waits to be started.
#[derive(Debug)]
pub struct Hook {
    /// Where it listens, or will.
    pub address: SocketAddr,
    /// The socket, or why another program has it.
    pub listener: io::Result<TcpListener>,
    /// What events are signed with.
    pub secret: WebhookSecret,
    /// What comes in may be lost with the process.
    throw_away: bool,
}

impl Hook {
    /// Takes the address, or will when the program that has it has ended.
    ///
    /// # Errors
    /// It is not this machine's, or not to be had.
    pub async fn bind(address: SocketAddr, secret: WebhookSecret) -> io::Result<Self> {
        allow_files();
        let listener = match TcpListener::bind(address).await {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => return Err(error),
            bound => bound,
        };
        let address = listener.as_ref().map_or(Ok(address), TcpListener::local_addr)?;
        Ok(Self { address, listener, secret, throw_away: false })
    }

    /// Why it does not listen yet.
    pub fn taken(&self) -> Option<String> {
        let error = self.listener.as_ref().err()?;
        Some(format!("cannot listen on {}: {error}; it is tried again every {} s", self.address, TRY_AGAIN.as_secs()))
    }

    /// The same for the embedded sandbox, whose database is gone with the process.
    #[must_use]
    pub fn throw_away(self) -> Self {
        Self { throw_away: true, ..self }
    }

    /// Listens until `stop`, once it has the address. A failure is said, and the program goes on by
    /// asking.
    pub async fn run(
        self,
        books: impl Books,
        clock: ClockFn,
        mut seen: mpsc::UnboundedReceiver<Seen>,
        wishes: mpsc::UnboundedSender<Wish>,
        mailbox: mpsc::Sender<Msg>,
        stop: CancellationToken,
    ) {
        if let Some(why) = self.taken() {
            let _ = mailbox.send(Msg::Sync(SyncMsg::Webhooks(Webhooks::Broken(why)))).await;
        }
        let hook = tokio::select! {
            hook = self.with_the_address(&mut seen) => hook,
            () = stop.cancelled() => return,
        };
        let (asks, to_ask) = mpsc::unbounded_channel();
        let (heard, to_show) = mpsc::unbounded_channel();
        tokio::spawn(ask(to_ask, wishes.clone()));
        tokio::spawn(show(to_show, mailbox.clone()));
        let wires = Wires { asks, heard, seen };
        match hook.start(books, clock, wires, stop.clone()).await {
            Ok(stats) => {
                tokio::select! {
                    () = tell(stats.clone(), &wishes, &mailbox) => {}
                    () = stop.cancelled() => {}
                }
                tracing::info!(stats = ?*stats.borrow(), "the webhook listener ends");
            }
            Err(why) => {
                let broken = Msg::Sync(SyncMsg::Webhooks(Webhooks::Broken(why.clone())));
                let what = format!("Webhook events are not taken: {why}.");
                let failure = Failure::not_sent(what, "Orders are read by asking, as without a webhook.");
                let _ = mailbox.send(broken).await;
                let _ = mailbox.send(Msg::Said(Err(failure))).await;
            }
        }
        let _ = wishes.send(Wish::EventsFlow { flowing: false });
    }

    /// Waits quietly for as long as another program has the address. What is read meanwhile is of no
    /// use to events that are yet to come.
    async fn with_the_address(mut self, seen: &mut mpsc::UnboundedReceiver<Seen>) -> Self {
        while self.taken_by_another() {
            let rest = tokio::time::sleep(TRY_AGAIN);
            tokio::pin!(rest);
            loop {
                tokio::select! {
                    () = &mut rest => break,
                    Some(_) = seen.recv() => {}
                }
            }
            self.listener = TcpListener::bind(self.address).await;
        }
        tracing::info!(address = %self.address, "the webhook listener has its address");
        self
    }

    fn taken_by_another(&self) -> bool {
        self.listener.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
    }

    async fn start(
        self,
        books: impl Books,
        clock: ClockFn,
        wires: Wires,
        stop: CancellationToken,
    ) -> Result<watch::Receiver<ReceiverStats>, String> {
        let durable = books.call(|store| store.is_on_disk()).await.map_err(|gone| gone.to_string())?;
        if !durable && !self.throw_away {
            return Err("the local database cannot be written, so none could be kept".to_owned());
        }
        let limits = Limits::default();
        let listener = self.listener.map_err(|error| format!("cannot listen on {}: {error}", self.address))?;
        let started = receiver::start(listener, self.secret, books, clock, limits, wires, stop).await;
        started.map_err(|error| error.to_string())
    }
}

/// Tells the sync view the numbers, and the poller that events flow. Ends with the listener.
async fn tell(
    mut stats: watch::Receiver<ReceiverStats>,
    wishes: &mpsc::UnboundedSender<Wish>,
    mailbox: &mpsc::Sender<Msg>,
) {
    let mut signed = 0;
    loop {
        let now = *stats.borrow_and_update();
        if now.accepted + now.duplicates > signed {
            signed = now.accepted + now.duplicates;
            let _ = wishes.send(Wish::EventsFlow { flowing: true });
        }
        let webhooks = Webhooks::Listening(figures::deliveries(&now));
        if mailbox.send(Msg::Sync(SyncMsg::Webhooks(webhooks))).await.is_err() {
            return;
        }
        tokio::time::sleep(TELL_EVERY).await;
        if stats.changed().await.is_err() {
            return;
        }
    }
}

/// What events want read.
async fn ask(mut subjects: mpsc::UnboundedReceiver<Subject>, wishes: mpsc::UnboundedSender<Wish>) {
    while let Some(subject) = subjects.recv().await {
        let wish = match subject {
            Subject::Order(order) => Wish::Changed(order),
            Subject::User(user) => Wish::Watch(user),
        };
        if wishes.send(wish).is_err() {
            return;
        }
    }
}

/// What events say, for the screen.
async fn show(mut heard: mpsc::UnboundedReceiver<Heard>, mailbox: mpsc::Sender<Msg>) {
    while let Some(Heard { user, order, payment_details, announced }) = heard.recv().await {
        if mailbox.send(Msg::Told(Told { user, order, payment_details, announced })).await.is_err() {
            return;
        }
    }
}

/// Many systems start a process with a thousand files; most allow it more.
fn allow_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        if current.is_some_and(|current| current < FILES) {
            let wanted = maximum.map_or(FILES, |maximum| maximum.min(FILES));
            let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
        }
    }
}
