//! The webhook listener in the dashboard: binding it, and its wires to the poller, the loop and the
//! database.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::api::ClockFn;
use crate::app::announced::Told;
use crate::app::{Failure, Msg};
use crate::domain::event::Subject;
use crate::store::Store;
use crate::sync::poller::Wish;
use crate::sync::receiver::{self, Books, Gone, Heard, Limits, Listening, Out, WebhookSecret};

/// Files the process may have open: a thousand deliveries at once, and everything else.
#[cfg(unix)]
const FILES: u64 = 4_096;

/// The database, shared.
#[derive(Debug, Clone)]
pub struct Shelf(Arc<Mutex<Store>>);

impl Shelf {
    /// Over an open database.
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    /// Does `work` with the store; blocks.
    pub fn with<R>(&self, work: impl FnOnce(&mut Store) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Books for Shelf {
    async fn call<R, F>(&self, work: F) -> Result<R, Gone>
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> R + Send + 'static,
    {
        let shared = self.clone();
        tokio::task::spawn_blocking(move || shared.with(work)).await.map_err(|_| Gone)
    }
}

/// A bound listener that waits to be started.
#[derive(Debug)]
pub struct Hook {
    /// The socket.
    pub listener: TcpListener,
    /// What events are signed with.
    pub secret: WebhookSecret,
}

impl Hook {
    /// Takes the address.
    ///
    /// # Errors
    /// It is in use, or not this machine's.
    pub async fn bind(address: SocketAddr, secret: WebhookSecret) -> io::Result<Self> {
        allow_files();
        Ok(Self { listener: TcpListener::bind(address).await?, secret })
    }

    /// Listens until `stop`. A failure is said, and the dashboard goes on by asking.
    pub async fn start(
        self,
        books: impl Books,
        clock: ClockFn,
        wishes: mpsc::UnboundedSender<Wish>,
        mailbox: mpsc::Sender<Msg>,
        stop: CancellationToken,
    ) -> Option<Listening> {
        let (asks, to_ask) = mpsc::unbounded_channel();
        let (heard, to_show) = mpsc::unbounded_channel();
        tokio::spawn(ask(to_ask, wishes));
        tokio::spawn(show(to_show, mailbox.clone()));
        let (out, limits) = (Out { asks, heard }, Limits::default());
        match receiver::start(self.listener, self.secret, books, clock, limits, out, stop).await {
            Ok(listening) => {
                tracing::info!(address = %listening.stats.borrow().address, "listening for webhook events");
                Some(listening)
            }
            Err(error) => {
                let what = format!("Webhook events are not taken: {error}.");
                let failure = Failure::not_sent(what, "Orders are read by asking, as without a webhook.");
                tokio::spawn(async move { mailbox.send(Msg::Said(Err(failure))).await });
                None
            }
        }
    }
}

/// What events want read.
async fn ask(mut subjects: mpsc::UnboundedReceiver<Subject>, wishes: mpsc::UnboundedSender<Wish>) {
    while let Some(subject) = subjects.recv().await {
        let wish = match subject {
            Subject::Order(order) => Wish::WatchOrder(order),
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
