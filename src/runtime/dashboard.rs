//! The loop: wake, drain, update, start effects, draw once.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::Event;
use tokio::sync::mpsc;
use zeroize::Zeroize;

use super::crew::Crew;
use super::effects::Desk;
use super::hands::Hands;
use super::hooks::Hook;
use super::input;
use super::keyboard::{Gone, Keyboard};
use super::shelf::Shelf;
use crate::api::ClockFn;
use crate::app::{Model, Msg, Ready, update};
use crate::domain::{Mono, Now};
use crate::store::Store;
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
pub(super) const INBOX: usize = 256;

/// What the screen shows, and as of when.
struct Shown {
    at: Now,
    picture: Picture,
}

/// Clocks that differ by more than this say that the machine slept, or that one was set.
const SLEPT: Duration = Duration::from_secs(2);

impl Shown {
    /// Draws what is known.
    fn draw(screen: &mut Screen, model: &mut Model, theme: Theme) -> io::Result<Self> {
        let mut picture = Picture::default();
        model.take_changed();
        screen.draw(|paper| picture = Picture::draw(model, theme, paper))?;
        Ok(Self { at: model.now, picture })
    }

    /// Draws again what has changed by time alone.
    fn draw_again(&mut self, screen: &mut Screen, model: &Model, theme: Theme) -> io::Result<()> {
        screen.draw_parts(|paper| self.picture.draw_again(model, theme, paper))?;
        self.at = model.now;
        Ok(())
    }

    /// How long it stays right if nothing but time passes.
    fn until(&self) -> Option<Mono> {
        self.picture.until()
    }

    fn is_over(&self, now: &Now) -> bool {
        self.until().is_some_and(|until| now.mono >= until)
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
            Some(signal) = signals.recv() => match signal {
                Signal::Stop { insists } => { stops += u32::from(insists); msgs.push(Msg::Stop); }
                Signal::GoOn if screen.take_again().is_err() => events = None,
                // What it shows now nobody knows, as after a resize.
                Signal::GoOn => msgs.push(Msg::Resized(model.size.0, model.size.1)),
            },
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
            () = rest(model.next_tick(shown.until())) => {}
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
            continue;
        }
        if model.awaits_drawing() && shows_question_whole(&model, theme) && seen(&mut model, &mut crew, clock()) {
            break;
        }
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

/// A question is on the screen since `now`, if it still is what time has left of it. `true` if the
/// loop should end.
fn seen(model: &mut Model, crew: &mut Crew, now: Now) -> bool {
    let mut quit = crew.carry_out_all(update(model, Msg::Tick(now)));
    if !model.has_changed() {
        quit |= crew.carry_out_all(update(model, Msg::Drawn));
    }
    quit
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
        let event = measured(event);
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

/// A resize with the size that the frame will have: on some systems the event counts one too many.
fn measured(event: Event) -> Event {
    match event {
        Event::Resize(..) => crossterm::terminal::size().map_or(event, |(columns, rows)| Event::Resize(columns, rows)),
        other => other,
    }
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

/// What another program wants of this one.
enum Signal {
    /// To end; `insists` if a second one means: at once.
    Stop { insists: bool },
    /// To go on after it was stopped.
    GoOn,
}

/// The signals as one stream. A dead terminal is noticed by SIGHUP, which does not insist when it
/// comes again.
#[cfg(unix)]
fn signals() -> io::Result<mpsc::Receiver<Signal>> {
    use rustix::process::Signal as Known;
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = mpsc::channel(4);
    for kind in [Known::INT, Known::TERM, Known::QUIT, Known::HUP, Known::CONT] {
        let mut stream = signal(SignalKind::from_raw(kind.as_raw()))?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while stream.recv().await.is_some() {
                let meant =
                    if kind == Known::CONT { Signal::GoOn } else { Signal::Stop { insists: kind != Known::HUP } };
                let _ = sender.send(meant).await;
            }
        });
    }
    Ok(receiver)
}

#[cfg(not(unix))]
fn signals() -> io::Result<mpsc::Receiver<Signal>> {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            let _ = sender.send(Signal::Stop { insists: true }).await;
        }
    });
    Ok(receiver)
}
