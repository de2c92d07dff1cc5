//! The work after the answer: whose an order is, what it was announced to be, and that it is read.
//!
//! An event is done when what it asks for was read after it came in; until then it is open, and a
//! restart takes it up again. Deciding is [`Todo`]'s, a value; the task round it does the talking.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Books;
use super::ledger::Fresh;
use super::stats::Tally;
use crate::api::ClockFn;
use crate::api::wire::event::read_event;
use crate::domain::announced::Announced;
use crate::domain::event::{Event, EventId, Subject};
use crate::domain::{Mono, Observed, OrderId, PaymentDetailsId, UserId};
use crate::store::{Lesson, OpenEvent};
use crate::sync::poller::News;

/// How long to wait before the database is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Events and readings taken in at once.
const AT_ONCE: usize = 1_024;

/// An order that is not found counts as read when it is not found so often: one gateway may not yet
/// know what another has announced.
const NOT_FOUND: u8 = 2;

/// What an event says, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The user it names.
    pub user: Option<UserId>,
    /// The order it is about.
    pub order: Option<OrderId>,
    /// Where the order's fiat goes.
    pub payment_details: Option<PaymentDetailsId>,
    /// The order's status, where the event says when that was.
    pub announced: Option<Announced>,
}

/// Where the work goes, and where what was read is heard of.
#[derive(Debug)]
pub struct Wires {
    /// What is to be read, now.
    pub asks: mpsc::UnboundedSender<Subject>,
    /// What is to be shown.
    pub heard: mpsc::UnboundedSender<Heard>,
    /// What was read; see [`Eyes`].
    pub seen: mpsc::UnboundedReceiver<Seen>,
}

/// Something was read, or is not there to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What.
    pub subject: Subject,
    /// When it was asked for; `None` if the API does not know it.
    pub asked: Option<Mono>,
}

/// Tells the work of what was read.
#[derive(Debug, Clone)]
pub struct Eyes(mpsc::UnboundedSender<Seen>);

impl Eyes {
    /// Eyes, and where what they see is heard of.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Seen>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// The poller has news.
    pub fn saw(&self, news: &News) {
        match news {
            News::Orders { orders, .. } => {
                for order in orders {
                    self.read(Subject::Order(order.value.id.clone()), order);
                }
            }
            News::User(user) => self.read(Subject::User(user.value.id.clone()), user),
            News::OrderNotFound(id) => self.tell(Subject::Order(id.clone()), None),
            News::UserUnknown(id) => self.tell(Subject::User(id.clone()), None),
            _ => {}
        }
    }

    fn read<T>(&self, subject: Subject, seen: &Observed<T>) {
        self.tell(subject, Some(seen.asked.mono));
    }

    fn tell(&self, subject: Subject, asked: Option<Mono>) {
        let _ = self.0.send(Seen { subject, asked });
    }
}

/// An event that waits for a reading.
#[derive(Debug, Clone)]
struct Waiting {
    id: EventId,
    received: Mono,
    not_found: u8,
}

/// What is to be done for the events that came in.
#[derive(Debug, Default)]
pub struct Todo {
    waiting: HashMap<Subject, Vec<Waiting>>,
    asks: BTreeSet<Subject>,
    heard: Vec<Heard>,
    lessons: Vec<Lesson>,
    done: Vec<EventId>,
}

impl Todo {
    /// An event is on the disk.
    pub fn take(&mut self, event: &Event, received: Mono) {
        if event.teaches() {
            self.learn(event, received);
        }
        let Some(subject) = event.asks() else { return self.done.push(event.id.clone()) };
        let waiting = self.waiting.entry(subject.clone()).or_default();
        waiting.push(Waiting { id: event.id.clone(), received, not_found: 0 });
        self.asks.insert(subject);
    }

    fn learn(&mut self, event: &Event, received: Mono) {
        let (user, order) = (event.user.clone(), event.order.as_ref());
        let payment_details = order.and_then(|order| order.payment_details.clone());
        let status = order.and_then(|order| order.status.clone());
        let announced = status.zip(event.created_at).map(|(status, at)| Announced { status, at, received });
        let order = order.map(|order| order.id.clone());
        if user.is_some() || payment_details.is_some() {
            let (user, order, payment_details) = (user.clone(), order.clone(), payment_details.clone());
            self.lessons.push(Lesson { user, order, payment_details });
        }
        self.heard.push(Heard { user, order, payment_details, announced });
    }

    /// Something was read: what asked for it earlier is done.
    pub fn saw(&mut self, seen: &Seen) {
        let Some(waiting) = self.waiting.get_mut(&seen.subject) else { return };
        let done = &mut self.done;
        waiting.retain_mut(|event| {
            event.not_found += u8::from(seen.asked.is_none());
            let answered = event.not_found >= NOT_FOUND || seen.asked.is_some_and(|asked| asked >= event.received);
            if answered {
                done.push(event.id.clone());
            }
            !answered
        });
        if waiting.is_empty() {
            self.waiting.remove(&seen.subject);
        }
    }

    /// How many events still wait for a reading.
    pub fn open(&self) -> usize {
        self.waiting.values().map(Vec::len).sum()
    }

    /// Whether there is something to write down.
    fn is_unwritten(&self) -> bool {
        !(self.lessons.is_empty() && self.done.is_empty())
    }
}

/// The task.
pub(super) struct Worker<B> {
    pub(super) books: B,
    pub(super) clock: ClockFn,
    pub(super) wires: Wires,
    pub(super) tally: Tally,
}

impl<B: Books> Worker<B> {
    /// Works until `stop`, first on what was left open.
    pub(super) async fn run(
        mut self,
        open: Vec<OpenEvent>,
        mut fresh: mpsc::UnboundedReceiver<Fresh>,
        stop: CancellationToken,
    ) {
        let mut todo = self.take_up(open);
        let (mut events, mut readings, mut sees) = (Vec::new(), Vec::new(), true);
        loop {
            self.hand_out(&mut todo);
            self.write_down(&mut todo).await;
            tokio::select! {
                () = stop.cancelled() => return,
                n = fresh.recv_many(&mut events, AT_ONCE) => if n == 0 { return },
                n = self.wires.seen.recv_many(&mut readings, AT_ONCE), if sees => sees = n > 0,
                () = tokio::time::sleep(AGAIN), if todo.is_unwritten() => {}
            }
            for Fresh { arrived, received } in events.drain(..) {
                todo.take(&arrived.event, received.mono);
            }
            for seen in readings.drain(..) {
                todo.saw(&seen);
            }
        }
    }

    /// What an earlier run had no time for. It counts as received now: what is read from now on
    /// answers it.
    fn take_up(&self, open: Vec<OpenEvent>) -> Todo {
        let mut todo = Todo::default();
        let now = (self.clock)().mono;
        if !open.is_empty() {
            tracing::info!(events = open.len(), "webhook events of an earlier run are worked off");
        }
        for OpenEvent { id, body } in open {
            match body {
                Some(body) => todo.take(&Event { id, ..read_event(body.as_bytes()) }, now),
                None => todo.done.push(id),
            }
        }
        todo
    }

    fn hand_out(&self, todo: &mut Todo) {
        let open = todo.open();
        self.tally.count(|stats| stats.open = open);
        for heard in todo.heard.drain(..) {
            let _ = self.wires.heard.send(heard);
        }
        for subject in std::mem::take(&mut todo.asks) {
            let _ = self.wires.asks.send(subject);
        }
    }

    /// What cannot be written down now is tried again, and at the next start if all else fails.
    async fn write_down(&self, todo: &mut Todo) {
        if !todo.is_unwritten() {
            return;
        }
        let (lessons, done) = (todo.lessons.clone(), todo.done.clone());
        let at = (self.clock)().wall;
        match self.books.call(move |store| store.work_off(&lessons, &done, at)).await {
            Ok(Ok(())) => {
                todo.lessons.clear();
                todo.done.clear();
            }
            Ok(Err(error)) => tracing::error!(%error, "what webhook events taught could not be kept yet"),
            Err(gone) => tracing::error!(%gone, "what webhook events taught could not be kept yet"),
        }
    }
}
