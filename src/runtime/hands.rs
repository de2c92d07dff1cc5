//! The tasks that carry out effects once the profile is open, and those that bring news.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::dashboard::INBOX;
use super::effects::Desk;
use super::hooks::Hook;
use super::keeper::{self, Keeper, KeeperHandle};
use super::{asks, convert, figures, settling};
use crate::api::ClockFn;
use crate::app::arming::{ArmId, Proof};
use crate::app::{Effect, Failure, Model, Msg, SyncMsg, SyncRequest, update};
use crate::store::{Link, Source, Store, StoreError};
use crate::sync::poller;
use crate::sync::receiver::Eyes;

/// How long the last answers and records may take at exit: longer than any request.
const LAST_WORDS: Duration = Duration::from_secs(30);

/// The tasks that carry out effects.
pub(super) struct Hands {
    desk: Desk,
    mailbox: mpsc::Sender<Msg>,
    wishes: mpsc::UnboundedSender<poller::Wish>,
    keep: KeeperHandle,
    money: TaskTracker,
    /// Requests that change nothing; not waited for at the end.
    questions: TaskTracker,
    stop: CancellationToken,
}

impl Hands {
    pub(super) fn start(
        desk: Desk,
        clock: &ClockFn,
        store: Store,
        hook: Option<Hook>,
        mailbox: mpsc::Sender<Msg>,
        model: &Model,
    ) -> Self {
        let stop = CancellationToken::new();
        let (wishes, to_poller) = mpsc::unbounded_channel();
        let (news, learned) = mpsc::channel(INBOX);
        let poller = tokio::spawn(poller::run(desk.client.clone(), clock.clone(), to_poller, news, stop.clone()));
        tokio::spawn(watch_over(poller, mailbox.clone()));
        let Keeper { handle: keep, news: kept, complaints, written } =
            keeper::start(store, clock.clone(), learned, wishes.clone());
        let eyes = hook.map(|hook| {
            let (eyes, seen) = Eyes::new();
            tokio::spawn(hook.run(keep.clone(), clock.clone(), seen, wishes.clone(), mailbox.clone(), stop.clone()));
            eyes
        });
        tokio::spawn(forward(kept, mailbox.clone(), eyes));
        tokio::spawn(complain(complaints, mailbox.clone()));
        written.map(|written| tokio::spawn(tell_written(written, mailbox.clone())));
        for (id, _) in model.people.users() {
            let _ = wishes.send(poller::Wish::Watch(id.clone()));
        }
        for (order, priors) in &model.priors {
            if priors.iter().any(|prior| !prior.known) {
                let _ = wishes.send(poller::Wish::WatchOrder(order.clone()));
            }
        }
        // What was live when it was seen last is read even if no list returns it any more.
        for row in model.orders.iter().filter(|row| row.seen.value.is_live()) {
            let _ = wishes.send(poller::Wish::WatchOrder(row.seen.value.id.clone()));
        }
        let earlier: Vec<_> = model.priors.values().flatten().filter(|prior| !prior.known).cloned().collect();
        let (eyes, at, post) = (desk.clone(), clock.clone(), mailbox.clone());
        tokio::spawn(async move {
            let found = settling::look(&eyes, &at, &earlier).await;
            let _ = post.send(Msg::Found(found)).await;
        });
        Self { desk, mailbox, wishes, keep, money: TaskTracker::new(), questions: TaskTracker::new(), stop }
    }

    /// Starts every effect. `true` if one of them was to leave.
    pub(super) fn carry_out_all(&mut self, effects: Vec<Effect>) -> bool {
        let mut quit = false;
        for effect in effects {
            quit |= self.carry_out(effect);
        }
        quit
    }

    pub(super) fn carry_out(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Quit => return true,
            Effect::Flow(id, step) => {
                let (desk, mailbox) = (self.desk.clone(), self.mailbox.clone());
                self.money.spawn(async move {
                    // A task of its own, so that a fault in it is an answer and not a silence.
                    let crashed = step.crashed();
                    let event = tokio::spawn(async move { desk.carry_out(step).await }).await.unwrap_or(crashed);
                    let _ = mailbox.send(Msg::Flow(id, event)).await;
                });
            }
            Effect::Settle(record) => {
                let (desk, mailbox) = (self.desk.clone(), self.mailbox.clone());
                self.money.spawn(async move {
                    if let Err(failure) = desk.record_outcome(record).await {
                        let _ = mailbox.send(Msg::Said(Err(failure))).await;
                    }
                });
            }
            Effect::Unlock(id, proof) => self.unlock(id, proof),
            Effect::Lock => {
                tracing::info!("disarmed");
                self.desk.keystore.lock();
            }
            Effect::Sync(request) => self.wish(request),
            Effect::RememberUser { id, typed } => {
                let source = if typed { Source::Operator } else { Source::Order };
                self.keep.user(id, source);
            }
            Effect::RememberLink { order, user, payment_details } => {
                self.keep.link(Link { order, user, payment_details, source: Source::Order });
            }
            Effect::RememberNote { order, note } => self.keep.run(move |store| store.set_note(&order, note.as_ref())),
            Effect::Ask(id, request) => {
                let (desk, mailbox, keep) = (self.desk.clone(), self.mailbox.clone(), self.keep.clone());
                let tracker = if request.is_write() { &self.money } else { &self.questions };
                tracker.spawn(async move {
                    let crashed = crate::app::update::crashed(&request);
                    let post = mailbox.clone();
                    let answer = tokio::spawn(async move {
                        let answer = asks::carry_out(&desk.client, id, (*request).clone(), &post).await?;
                        asks::keep(&keep, &request, &answer).await;
                        Ok(answer)
                    });
                    let result = answer.await.unwrap_or(Err(crashed));
                    let _ = mailbox.send(Msg::Answered(id, result.map(Box::new))).await;
                });
            }
            // Done without this.
            Effect::Load(_) | Effect::Repaint | Effect::Copy(_) => {}
        }
        false
    }

    /// Not waited for at the end: nothing hangs on it.
    fn unlock(&self, id: ArmId, proof: Proof) {
        let (desk, mailbox) = (self.desk.clone(), self.mailbox.clone());
        self.questions.spawn(async move {
            let opened = tokio::spawn(async move { desk.unlock(proof).await }).await.unwrap_or_else(|_| {
                Err(Failure::not_sent("ramptop failed internally; the log has the details.", "Nothing was armed."))
            });
            tracing::info!(armed = opened.is_ok(), "arming");
            let _ = mailbox.send(Msg::Unlocked(id, opened)).await;
        });
    }

    fn wish(&self, request: SyncRequest) {
        let _ = self.wishes.send(convert::wish(request));
    }

    /// Polls are dropped; what concerns money is waited for, and what it answers is taken to its
    /// end: an answer that comes now is recorded like any other.
    pub(super) async fn finish(mut self, model: &mut Model, inbox: &mut mpsc::Receiver<Msg>, clock: &ClockFn) {
        self.stop.cancel();
        self.money.close();
        let end = tokio::time::Instant::now() + LAST_WORDS;
        loop {
            let msg = tokio::select! {
                biased;
                Some(msg) = inbox.recv() => msg,
                () = self.money.wait() => match inbox.try_recv() {
                    Ok(msg) => msg,
                    Err(_) => break,
                },
                () = tokio::time::sleep_until(end) => break,
            };
            self.carry_out_all(update(model, Msg::Tick(clock())));
            self.carry_out_all(update(model, msg));
        }
        // What was learned last is on its way to the file.
        let _ = tokio::time::timeout_at(end, self.keep.settled()).await;
    }
}

/// A poller that died is said; what is on the screen grows old from then on.
async fn watch_over(poller: tokio::task::JoinHandle<()>, mailbox: mpsc::Sender<Msg>) {
    if poller.await.is_err() {
        let failure =
            Failure::not_sent("Polling has stopped by a fault in ramptop.", "Restart it; the log has the details.");
        let _ = mailbox.send(Msg::Said(Err(failure))).await;
    }
}

async fn forward(mut learned: mpsc::Receiver<poller::News>, mailbox: mpsc::Sender<Msg>, eyes: Option<Eyes>) {
    while let Some(news) = learned.recv().await {
        if let Some(eyes) = &eyes {
            eyes.saw(&news);
        }
        let Some(msg) = convert::news(news) else { continue };
        if mailbox.send(Msg::Sync(msg)).await.is_err() {
            return;
        }
    }
}

/// How writing to the local database goes, once a second at the most.
async fn tell_written(mut written: watch::Receiver<keeper::Written>, mailbox: mpsc::Sender<Msg>) {
    loop {
        let now = figures::on_disk(&written.borrow_and_update());
        if mailbox.send(Msg::Sync(SyncMsg::OnDisk(now))).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        if written.changed().await.is_err() {
            return;
        }
    }
}

/// What went wrong with the local database.
async fn complain(mut complaints: mpsc::UnboundedReceiver<StoreError>, mailbox: mpsc::Sender<Msg>) {
    while let Some(error) = complaints.recv().await {
        let advice = "Everything is shown all the same; what is not kept is read again at the next start.";
        let _ = mailbox.send(Msg::Said(Err(Failure::not_sent(error.to_string(), advice)))).await;
    }
}
