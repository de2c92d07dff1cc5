//! Webhook events in `ramptop watch`: they have an order read at once, and make the asking rest.
//!
//! An event says that something changed and never what is printed: a line is what the API answered.
//! Without a listener, because no secret is kept or for as long as the port belongs to a dashboard,
//! orders are read by asking alone, and that is said.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::api::ClockFn;
use crate::app::Msg;
use crate::cli::context::Context;
use crate::cli::out;
use crate::runtime::hooks::Hook;
use crate::runtime::keeper::KeeperHandle;
use crate::signing::keystore::Keystore;
use crate::sync::poller::Wish;
use crate::sync::receiver::Eyes;

/// What the listener says that may wait.
const INBOX: usize = 16;

/// The listener, if the profile wants one and it can be had.
pub async fn hook(context: &Context, keystore: &Keystore) -> Option<Hook> {
    let not_taken = |why: &str| {
        out::note(&format!("ramptop: webhook events are not taken, orders are read by asking: {why}"));
    };
    let hook = context.hook(keystore).await.unwrap_or_else(|error| {
        not_taken(&format!("{error:#}"));
        None
    })?;
    if let Some(why) = hook.taken() {
        not_taken(&why);
        out::note("ramptop: one program at a time can listen there: a dashboard or another watch may have it");
    }
    Some(hook)
}

/// Listens until `stop`; what comes out is to be shown all news.
pub fn listen(
    hook: Hook,
    keeper: &KeeperHandle,
    clock: &ClockFn,
    wishes: mpsc::UnboundedSender<Wish>,
    stop: &CancellationToken,
) -> Eyes {
    let (eyes, seen) = Eyes::new();
    let (mailbox, said) = mpsc::channel(INBOX);
    tokio::spawn(hook.run(keeper.clone(), clock.clone(), seen, wishes, mailbox, stop.clone()));
    tokio::spawn(pass_on(said));
    eyes
}

/// That it has failed. Its numbers and what events say are for a screen.
async fn pass_on(mut said: mpsc::Receiver<Msg>) {
    while let Some(msg) = said.recv().await {
        if let Msg::Said(Err(failure)) = msg {
            out::note(&format!("ramptop: {} {}", failure.what, failure.advice));
        }
    }
}
