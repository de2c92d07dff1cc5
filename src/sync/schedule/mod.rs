//! Which request is worth most next: a pure function of what is known, its age, its deadline, the
//! budget and the clock.
//!
//! Live orders are kept here with the list that returned each last ([`orders`]); lists of a hundred
//! are read again at the pace their most urgent order needs ([`lists`], [`pace`]); an order no list
//! returns in time is read by itself; what is left of the budget ([`budget`]) reads the history
//! ([`sweep`]). Where new orders turn up is learned ([`front`]). Events ([`flow`]) make all this
//! rest. [`plan`] chooses. Orders that are over are
//! not held here.

mod answers;
pub mod budget;
pub mod flow;
pub mod front;
pub mod job;
pub mod lists;
pub mod orders;
pub mod pace;
pub mod pending;
pub mod people;
pub mod plan;
mod report;
pub mod sweep;
pub mod trouble;

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::domain::{Mono, Now, Observed, Order, OrderId, UserId};
use crate::sync::stats::Class;
use budget::Budget;
use flow::Flow;
use front::Front;
pub use job::{Ended, Job, Progress, Reach};
use lists::{Lists, Needs};
use orders::{Orders, Source};
use pending::{Changes, Refunds};
use people::People;
use plan::Choice;
use sweep::{Extent, Sweep};
use trouble::Trouble;

/// Requests under way at the same time.
const CONCURRENT: usize = 6;
/// The wall clock gained so much on the other one: the machine slept.
const SLEPT: Duration = Duration::from_secs(5);
/// Orders that were never seen are read by themselves once the lists have been, or by then.
const LISTS_FIRST: Duration = Duration::from_secs(10);

/// A request under way.
#[derive(Debug)]
struct Sent {
    job: Job,
    class: Class,
    at: Now,
    /// What the answer said about the length of the list.
    count: Option<u64>,
}

/// What the scheduler knows.
#[derive(Debug)]
pub struct Schedule {
    orders: Orders,
    lists: Lists,
    front: Front,
    sweep: Sweep,
    people: People,
    changes: Changes,
    refunds: Refunds,
    flow: Flow,
    /// Whether events are relied upon, as of the last look at the clock.
    events: bool,
    budget: Budget,
    trouble: Trouble,
    in_flight: Vec<Sent>,
    focus: Option<OrderId>,
    /// What was asked for before is old, whatever its age: the machine slept, or the operator
    /// wants everything anew.
    stale_before: Mono,
    lists_known_at: Mono,
    last_person: Mono,
    last_backfill: Mono,
    last_rescue: Mono,
    last_look: Now,
    /// Nothing can be sent before, as long as nothing else happens.
    idle_until: Option<Mono>,
    born: Mono,
}

impl Schedule {
    /// A scheduler that wants everything, most urgent first.
    pub fn new(now: &Now) -> Self {
        let born = now.mono;
        Self {
            orders: Orders::default(),
            lists: Lists::new(born),
            front: Front::default(),
            sweep: Sweep::new(born),
            people: People::default(),
            changes: Changes::default(),
            refunds: Refunds::default(),
            flow: Flow::default(),
            events: false,
            budget: Budget::new(born),
            trouble: Trouble::default(),
            in_flight: Vec::new(),
            focus: None,
            stale_before: born,
            lists_known_at: born + LISTS_FIRST,
            last_person: born,
            last_backfill: born,
            last_rescue: born,
            last_look: *now,
            idle_until: None,
            born,
        }
    }

    /// Reads this user now and from now on: one who is known already changed just now. An answer
    /// under way may be from before the change, so another reading follows it.
    pub fn watch_user(&mut self, user: UserId, now: &Now) {
        self.idle_until = None;
        self.people.watch(user, now.mono);
    }

    /// Reads this order now and until it is seen to be over.
    pub fn watch_order(&mut self, order: OrderId) {
        self.idle_until = None;
        let now = self.last_look.mono;
        let live = self.orders.watch(order, now);
        live.hurry = Some(live.hurry.unwrap_or(now));
    }

    /// What the operator looks at.
    pub fn focus(&mut self, order: Option<OrderId>, user: Option<UserId>, now: &Now) {
        self.idle_until = None;
        self.people.focus(user, now.mono);
        self.focus = order;
    }

    /// Everything is due now, and the back-off is forgotten, except what the server asked for.
    pub fn everything_now(&mut self, now: &Now) {
        self.idle_until = None;
        self.trouble.forgive(now.mono);
        self.people.everything_now(now.mono);
        self.sweep.hurry(now.mono);
        self.stale_before = now.mono;
    }

    /// A verified event of any kind came, or none can come any more.
    pub fn events_flow(&mut self, flowing: bool, now: &Now) {
        if flowing { self.flow.heard(now.mono) } else { self.flow.cut() }
    }

    /// An event says that this order changed: it is read once, after the last such event.
    pub fn changed(&mut self, order: OrderId, now: &Now) {
        self.idle_until = None;
        self.flow.heard(now.mono);
        self.flow.announced(&order);
        self.orders.watch(order.clone(), now.mono).announced = Some(now.mono);
        self.changes.named(order, now.mono);
    }

    /// Cancelled orders to be read once: a refund may be owed.
    pub fn check_refund(&mut self, orders: Vec<OrderId>) {
        self.idle_until = None;
        self.refunds.add(orders);
    }

    /// An earlier run read the whole list up to this page.
    pub fn resume(&mut self, page: u32) {
        self.idle_until = None;
        self.sweep.resume(page);
    }

    /// Others sent requests on the same key.
    pub fn spent(&mut self, requests: u32, now: &Now) {
        self.idle_until = None;
        self.budget.refill(now.mono);
        self.budget.spend(requests);
    }

    /// The server asked to be left alone until then, in an answer to somebody else on the same key.
    pub fn hold(&mut self, until: Mono, now: &Now) {
        self.idle_until = None;
        self.trouble.hold(until, now.mono);
    }

    /// Orders were read by themselves.
    pub fn observed<'a>(&mut self, orders: impl IntoIterator<Item = &'a Observed<Order>>) {
        for order in orders {
            self.take(order, Source::Single);
        }
        self.idle_until = None;
    }

    /// A page brought these orders; told before the page is said to have [`Self::ended`].
    /// `total_count` is how many rows the list is said to have.
    pub fn listed<'a>(
        &mut self,
        job: &Job,
        orders: impl IntoIterator<Item = &'a Observed<Order>>,
        total_count: Option<u64>,
    ) {
        let source = match job {
            Job::List { status: None, page } => Source::Page(*page),
            Job::List { status: Some(status), .. } => match self.lists.filter(status) {
                Some(filter) => Source::Filter(filter),
                None => Source::Single,
            },
            _ => Source::Single,
        };
        if let Some(sent) = self.in_flight.iter_mut().find(|sent| sent.job == *job) {
            sent.count = total_count;
        }
        for order in orders {
            self.take(order, source);
        }
        self.idle_until = None;
    }

    /// The requests to send now, most urgent first, within budget and concurrency.
    pub fn next(&mut self, now: &Now) -> Vec<Job> {
        self.look_at(now);
        let mut out = Vec::new();
        if self.idle_until.is_some_and(|until| now.mono < until) {
            return out;
        }
        while self.may_send(now.mono) {
            let survey = self.survey(now.mono);
            let Some(Choice { class, job, rescued }) = survey.best else {
                self.idle_until = survey.wake;
                break;
            };
            if rescued {
                self.last_rescue = now.mono;
            }
            self.budget.spend(1);
            self.people.next_at(&job, false, now.mono);
            match class {
                Class::People => self.last_person = now.mono,
                Class::Backfill => self.last_backfill = now.mono,
                _ => {}
            }
            self.in_flight.push(Sent { job: job.clone(), class, at: *now, count: None });
            out.push(job);
        }
        out
    }

    /// A request ended. `jitter` in 0.0..1.0 spreads the back-off.
    pub fn ended(&mut self, job: &Job, ended: &Ended, now: &Now, jitter: f64) -> Vec<Progress> {
        self.idle_until = None;
        let place = self.in_flight.iter().position(|sent| sent.job == *job);
        let sent = place.map(|at| self.in_flight.swap_remove(at));
        let (asked, count) = sent.map_or((now.mono, None), |sent| (sent.at.mono, sent.count));
        let progress = match ended {
            Ended::Answered { total_pages, full } => {
                self.trouble.recovered(job, now.mono);
                let extent = Extent { total_pages: *total_pages, full: *full, total_count: count };
                self.answered(job, asked, extent, now.mono)
            }
            Ended::NotFound => {
                self.trouble.recovered(job, now.mono);
                self.not_found(job, now.mono);
                None
            }
            Ended::Unauthorized => {
                self.trouble.refused();
                None
            }
            Ended::Failed { retry_after, reach } => {
                self.failed(job, *reach, *retry_after, (now.mono, jitter));
                None
            }
        };
        self.lists.set_needs(Needs::of(&self.orders));
        progress.into_iter().collect()
    }

    /// When to ask [`Self::next`] again; `None` while nothing can become due.
    pub fn wake_at(&self, now: &Now) -> Option<Mono> {
        if self.trouble.stopped() || self.in_flight.len() >= self.room() {
            return None;
        }
        let wake = self.idle_until.or_else(|| self.survey(now.mono).wake)?;
        Some(wake.max(self.trouble.blocked_until().unwrap_or_default()))
    }

    /// When the next try after a failure is.
    pub fn blocked_until(&self) -> Option<Mono> {
        self.trouble.blocked_until()
    }

    /// Whether every list of live orders was read, and every live order known of: the first picture is
    /// there, save for history.
    pub fn is_complete(&self) -> bool {
        self.lists.all_read_since(self.born) && self.orders.iter().all(|(_, live)| live.seen.is_some())
    }

    /// When a request under way was sent.
    pub fn sent_at(&self, job: &Job) -> Option<Now> {
        self.in_flight.iter().find(|sent| sent.job == *job).map(|sent| sent.at)
    }

    /// Live orders that are kept.
    pub fn live(&self) -> usize {
        self.orders.count()
    }

    /// Whether events are relied upon.
    pub fn relies_on_events(&self) -> bool {
        self.events
    }

    /// Takes note of the time: the tokens earned, a sleep of the machine, whether events flow.
    fn look_at(&mut self, now: &Now) {
        let (mono, wall) = (now.mono.since(self.last_look.mono), now.since(&self.last_look));
        if wall.saturating_sub(mono) > SLEPT {
            self.stale_before = now.mono;
            self.flow.cut();
            self.idle_until = None;
        }
        self.last_look = *now;
        let before = self.events;
        self.events = self.flow.flows(now.mono);
        if before != self.events {
            self.idle_until = None;
        }
        self.budget.set_rate(if self.events { budget::EVENTS_RATE } else { budget::POLLING_RATE }, now.mono);
        self.budget.refill(now.mono);
    }

    fn may_send(&self, now: Mono) -> bool {
        let blocked = self.trouble.stopped() || self.trouble.blocked_until().is_some_and(|until| now < until);
        !blocked && self.in_flight.len() < self.room()
    }

    /// After a failure one request feels the way before the others follow.
    fn room(&self) -> usize {
        if self.trouble.feels_the_way() { 1 } else { CONCURRENT }
    }
}
