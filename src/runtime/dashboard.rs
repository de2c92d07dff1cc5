//! The loop: wake, drain, update, start effects, draw once.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::Event;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use zeroize::Zeroize;

use super::crew::Crew;
use super::effects::Desk;
use super::hooks::Hook;
use super::keeper::{self, Keeper, KeeperHandle};
use super::keyboard::{Gone, Keyboard};
use super::shelf::Shelf;
use super::{asks, convert, figures, input, settling};
use crate::api::ClockFn;
use crate::app::arming::{ArmId, Proof};
use crate::app::{Effect, Failure, Model, Msg, Ready, SyncMsg, SyncRequest, update};
use crate::domain::{Mono, Now};
use crate::store::{Link, Source, Store, StoreError};
use crate::sync::poller;
use crate::sync::receiver::Eyes;
use crate::tui::terminal::Screen;
use crate::tui::{Picture, Theme, shows_question_whole};

/// What the dashboard runs on from its first frame.
pub struct Parts {
    /// What is known at the start.
    pub model: Model,
    /// The clocks.
    pub clock: ClockFn,
    /// The local database.
    pub store: Store,
    /// Where it lies, for what is read from it after the first frame.
    pub database: Option<PathBuf>,
    /// How it looks.
    pub theme: Theme,
}

/// What takes longer to have: keys, the verified journal.
pub struct Opened {
    /// Acting on money. The poller asks through its client: one key, one budget.
    pub desk: Desk,
    /// Where webhook events come in, if they do.
    pub hook: Option<Hook>,
    /// What the model is told.
    pub ready: Box<Ready>,
}

/// Messages the loop can have waiting; tasks wait beyond that.
const INBOX: usize = 256;

/// How long the last answers and records may take at exit: longer than any request.
const LAST_WORDS: Duration = Duration::from_secs(30);

/// What the screen shows: as of when, and how long that stays right.
struct Shown {
    at: Now,
    picture: Picture,
    until: Option<Mono>,
}

/// Clocks that differ by more than this say that the machine slept, or that one was set.
const SLEPT: Duration = Duration::from_secs(2);

impl Shown {
    /// Draws what is known.
    fn draw(screen: &mut Screen, model: &mut Model, theme: Theme) -> io::Result<Self> {
        let mut picture = Picture::default();
        model.take_changed();
        screen.draw(|paper| picture = Picture::draw(model, theme, paper))?;
        Ok(Self { at: model.now, until: picture.until(), picture })
    }

    /// Draws again what has changed by time alone.
    fn draw_again(&mut self, screen: &mut Screen, model: &Model, theme: Theme) -> io::Result<()> {
        screen.draw_parts(|paper| self.picture.draw_again(model, theme, paper))?;
        (self.at, self.until) = (model.now, self.picture.until());
        Ok(())
    }

    fn is_over(&self, now: &Now) -> bool {
        self.until.is_some_and(|until| now.mono >= until)
    }

    /// Whether more happened since than that this much time passed.
    fn is_void(&self, now: &Now) -> bool {
        let passed = now.mono.since(self.at.mono);
        now.since(&self.at).saturating_sub(passed) > SLEPT
    }
}

/// Runs until the operator or the system ends it. What is known is on the screen before `opening`
/// has come to anything. The terminal is restored on every way out.
pub async fn run<E: From<io::Error>>(parts: Parts, opening: impl Future<Output = Result<Opened, E>>) -> Result<(), E> {
    let Parts { mut model, clock, store, database, theme } = parts;
    let (mailbox, mut inbox) = mpsc::channel(INBOX);
    let mut signals = signals()?;
    let mut screen = Screen::enter()?;
    let mut events = Some(Keyboard::listen());
    let (mut stops, mut gone) = (0, false);
    let (columns, rows) = crossterm::terminal::size()?;
    update(&mut model, Msg::Resized(columns, rows));
    let mut shown = Shown::draw(&mut screen, &mut model, theme)?;
    let shelf = database.map(|path| Shelf::open(path, mailbox.clone()));
    let (mut crew, mut store) = (Crew::new(shelf), Some(store));
    tokio::pin!(opening);
    loop {
        let (mut keys, mut msgs) = (Vec::new(), Vec::new());
        tokio::select! {
            biased;
            Some(insists) = signals.recv() => { stops += u32::from(insists); msgs.push(Msg::Stop); }
            event = next_event(&mut events) => keys.extend(event),
            opened = &mut opening, if store.is_some() => {
                let Opened { desk, hook, ready } = opened?;
                update(&mut model, Msg::Tick(clock()));
                crew.carry_out_all(update(&mut model, Msg::Ready(ready)));
                let store = store.take();
                let start = |store| Hands::start(desk, &clock, store, hook, mailbox.clone(), &model);
                crew.join(store.map(start));
            }
            Some(msg) = inbox.recv() => msgs.push(msg),
            () = rest(model.next_tick(shown.until)) => {}
        }
        drain(&mut events, &mut keys, &mut inbox, &mut msgs);
        // No terminal any more: nobody can see or press anything.
        if events.is_none() && !std::mem::replace(&mut gone, true) {
            msgs.push(Msg::Stop);
        }
        // A list in the making waits for every key.
        if keys.is_empty() && model.work.is_some() {
            msgs.push(Msg::Work);
        }
        let quit = step(&mut model, &mut crew, clock(), keys, msgs);
        if quit || stops > 1 {
            break;
        }
        let repaint = std::mem::take(&mut crew.repaint);
        if repaint {
            screen.repaint();
        }
        if events.is_none() {
            continue;
        }
        let drawn = if model.take_changed() || repaint || shown.is_void(&model.now) {
            Shown::draw(&mut screen, &mut model, theme).map(|drawn| shown = drawn)
        } else if shown.is_over(&model.now) {
            shown.draw_again(&mut screen, &model, theme)
        } else {
            continue;
        };
        if drawn.is_err() {
            events = None;
        }
        if model.awaits_drawing() && shows_question_whole(&model, theme) {
            update(&mut model, Msg::Tick(clock()));
            crew.carry_out_all(update(&mut model, Msg::Drawn));
        }
        shown.until = [shown.until, model.gate_opens_at()].into_iter().flatten().min();
    }
    drop(events);
    drop(screen);
    if model.is_in_flight() {
        let _ = writeln!(io::stderr(), "ramptop: an action is under way; its answer is waited for and recorded.");
    }
    if let Some(hands) = crew.leave() {
        hands.finish(&mut model, &mut inbox, &clock).await;
    }
    Ok(())
}

/// Waits, or lets others run for a moment.
async fn rest(wait: Duration) {
    if wait.is_zero() { tokio::task::yield_now().await } else { tokio::time::sleep(wait).await }
}

/// Takes in everything that was waiting. `true` if the loop should end.
fn step(model: &mut Model, crew: &mut Crew, now: Now, keys: Vec<Event>, msgs: Vec<Msg>) -> bool {
    let alone = keys.iter().filter(|event| input::is_press(event)).count() == 1;
    let mut quit = crew.carry_out_all(update(model, Msg::Tick(now)));
    for msg in msgs {
        quit |= crew.carry_out_all(update(model, msg));
    }
    for event in keys {
        if let Some(msg) = input::message(model.mode(), &event, alone) {
            quit |= crew.carry_out_all(update(model, msg));
        }
        // It may have been a passphrase.
        if let Event::Paste(mut text) = event {
            text.zeroize();
        }
    }
    quit
}

/// The next terminal event; never comes once the terminal is gone.
async fn next_event(events: &mut Option<Keyboard>) -> Option<Event> {
    let Some(keyboard) = events else { return std::future::pending().await };
    let event = keyboard.next().await;
    if event.is_none() {
        *events = None;
    }
    event
}

/// Everything else that is ready already, without waiting.
fn drain(events: &mut Option<Keyboard>, keys: &mut Vec<Event>, inbox: &mut mpsc::Receiver<Msg>, msgs: &mut Vec<Msg>) {
    while keys.len() < INBOX
        && let Some(keyboard) = events
    {
        match keyboard.ready() {
            Ok(Some(event)) => keys.push(event),
            Ok(None) => break,
            Err(Gone) => *events = None,
        }
    }
    while msgs.len() < INBOX
        && let Ok(msg) = inbox.try_recv()
    {
        msgs.push(msg);
    }
}

/// SIGINT, SIGTERM and SIGHUP as one stream. A dead terminal is noticed by the last of them; only
/// the first two insist when they come again.
#[cfg(unix)]
fn signals() -> io::Result<mpsc::Receiver<bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = mpsc::channel(4);
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let mut stream = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while stream.recv().await.is_some() {
                let _ = sender.send(kind != SignalKind::hangup()).await;
            }
        });
    }
    Ok(receiver)
}

#[cfg(not(unix))]
fn signals() -> io::Result<mpsc::Receiver<bool>> {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            let _ = sender.send(true).await;
        }
    });
    Ok(receiver)
}

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
    fn start(
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
    async fn finish(mut self, model: &mut Model, inbox: &mut mpsc::Receiver<Msg>, clock: &ClockFn) {
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
