//! Choosing: everything that could be asked for, when it is due, and which of it goes first.
//!
//! Each class has a head start. What is due is sent in the order of `due + head start`, so that a
//! list of wanting orders goes before one of others that has been due for as long, and what wants
//! the operator is never made late by others. What is less urgent leaves tokens to what is more so.
//! Once a second something that has waited for far too long goes first.

use std::time::Duration;

use super::job::Job;
use super::lists::Due;
use super::orders::Live;
use super::{Schedule, pace};
use crate::domain::{Mono, OrderId, UserId};
use crate::sync::stats::Class;

/// Something that could be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What<'a> {
    /// A page of a list.
    List(Option<&'static str>, u32),
    /// One order.
    Order(&'a OrderId),
    /// One user.
    User(&'a UserId),
    /// A user's payment profiles.
    Payments(&'a UserId),
}

impl What<'_> {
    /// As a request.
    pub fn job(self) -> Job {
        match self {
            Self::List(status, page) => Job::List { status, page },
            Self::Order(id) => Job::Order(id.clone()),
            Self::User(id) => Job::User(id.clone()),
            Self::Payments(id) => Job::Payments(id.clone()),
        }
    }

    fn is(self, job: &Job) -> bool {
        match (self, job) {
            (Self::List(status, page), Job::List { status: other, page: number }) => {
                status == *other && page == *number
            }
            (Self::Order(id), Job::Order(other)) => id == other,
            (Self::User(id), Job::User(other)) | (Self::Payments(id), Job::Payments(other)) => id == other,
            _ => false,
        }
    }
}

/// A request that could be sent.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// What for.
    pub class: Class,
    /// Since when, or from when on.
    pub due: Mono,
    /// Tokens it leaves to others.
    pub reserve: u32,
    /// What.
    pub what: What<'a>,
}

/// A request that was chosen.
#[derive(Debug)]
pub struct Choice {
    /// What for.
    pub class: Class,
    /// The request.
    pub job: Job,
    /// It went first because it had waited for too long.
    pub rescued: bool,
}

/// The best request now, and when the next one can be sent.
#[derive(Debug, Default)]
pub struct Survey {
    /// To be sent now.
    pub best: Option<Choice>,
    /// When something can be sent.
    pub wake: Option<Mono>,
}

/// How late what wants the operator may become by others going first, in milliseconds.
const BEST_LATE: i64 = 0;

/// What has waited for so long goes first for once, and how often that may happen at the most: under
/// any load nothing waits for ever, and three of four requests go by urgency.
const TOO_LONG: Duration = Duration::from_secs(9);
const EVERY_RESCUE: Duration = Duration::from_secs(1);

/// Requests for people under way at the same time.
const PEOPLE_AT_ONCE: usize = 2;

/// How much sooner than this class what wants the operator goes, in milliseconds.
fn head_start(class: Class) -> i64 {
    match class {
        Class::Wanting => 0,
        Class::New => 250,
        Class::Live => 1_500,
        Class::People => 6_000,
        Class::Backfill => 8_000,
    }
}

/// Tokens left to others while polling.
fn reserve(class: Class) -> u32 {
    match class {
        Class::Wanting => 0,
        Class::New => 1,
        Class::Live => 2,
        Class::People => 4,
        Class::Backfill => 6,
    }
}

/// Tokens that reading for reconciliation leaves to events.
const LEFT_TO_EVENTS: u32 = 3;

/// When events come faster than requests may be sent: how many of them one reading of a list is to
/// settle, as the time in which they gather.
fn gathering(class: Class) -> Duration {
    match class {
        Class::Wanting => Duration::from_secs(10),
        Class::New => Duration::from_secs(20),
        _ => Duration::from_secs(40),
    }
}

/// The smaller, the sooner, in milliseconds; the second number decides among equals.
fn key(class: Class, waited: Duration, rescue: bool) -> (i64, i64) {
    let own = head_start(class) - i64::try_from(waited.as_millis()).unwrap_or(i64::MAX);
    match class {
        Class::Wanting => (own, own),
        // These take turns: once in that time cannot make the others much later.
        Class::People | Class::Backfill if rescue && waited >= TOO_LONG => (i64::MIN, i64::MIN),
        _ if rescue && waited >= TOO_LONG => (i64::MIN, own),
        _ => (own.max(-BEST_LATE), own),
    }
}

/// After being due for so long it need not leave tokens to others.
fn patience(class: Class, events: bool) -> Duration {
    match class {
        _ if events => pace::PATIENCE_WITH_EVENTS,
        Class::Backfill => Duration::from_secs(9),
        class => Duration::from_millis(u64::try_from(head_start(class)).unwrap_or_default()),
    }
}

impl Schedule {
    /// Looks at everything once.
    pub fn survey(&self, now: Mono) -> Survey {
        let mut best: Option<((i64, i64), Class, What<'_>)> = None;
        let rescue = now.since(self.last_rescue) >= EVERY_RESCUE;
        let mut wake: Option<Mono> = None;
        let people_full = self.in_flight_of(Class::People) >= PEOPLE_AT_ONCE;
        self.each_candidate(&mut |candidate| {
            if people_full && candidate.class == Class::People {
                return;
            }
            let ready = self.ready(&candidate);
            if ready > now {
                wake = Some(wake.map_or(ready, |at| at.min(ready)));
                return;
            }
            let rank = (key(candidate.class, self.waited(&candidate, now), rescue), candidate.class, candidate.what);
            if best.is_none_or(|before| rank < before) {
                best = Some(rank);
            }
        });
        let wake = if best.is_some() { Some(now) } else { wake };
        let best = best.map(|((first, _), class, what)| Choice { class, job: what.job(), rescued: first == i64::MIN });
        Survey { best, wake }
    }

    /// When it may be sent: due, not postponed, paid for.
    fn ready(&self, candidate: &Candidate<'_>) -> Mono {
        let due = candidate.due.max(self.trouble.postponed(|| candidate.what.job()).unwrap_or_default());
        let polite = due.max(self.budget.when(candidate.reserve));
        let patient = due + patience(candidate.class, self.events);
        polite.min(patient.max(self.budget.when(0)))
    }

    /// How long it has waited. The less urgent classes take turns: each request of theirs begins
    /// the wait of the next one anew, so that many of them do not push aside what is urgent.
    fn waited(&self, candidate: &Candidate<'_>, now: Mono) -> Duration {
        let overdue = now.since(candidate.due);
        match candidate.class {
            Class::People => overdue.min(now.since(self.last_person)),
            Class::Backfill => overdue.min(now.since(self.last_backfill)),
            _ => overdue,
        }
    }

    /// Everything that is not under way.
    pub fn each_candidate<'a>(&'a self, visit: &mut impl FnMut(Candidate<'a>)) {
        let mut offer = |class, due, reserve, what: What<'a>| {
            if !self.in_flight.iter().any(|sent| what.is(&sent.job)) {
                visit(Candidate { class, due, reserve, what });
            }
        };
        self.pages(&mut offer);
        self.named_orders(&mut offer);
        for (id, live) in self.orders.iter() {
            self.single(id, live, &mut offer);
        }
        let left = |class| if self.events { LEFT_TO_EVENTS + 1 } else { reserve(class) };
        if let Some((user, due)) = self.people.payments() {
            offer(Class::People, due, left(Class::People), What::Payments(user));
        }
        // The first ones due are enough: a few of them may be under way or postponed.
        for (user, due) in self.people.users().take(32) {
            offer(Class::People, due, left(Class::People), What::User(user));
        }
        if let Some((page, due)) = self.sweep.wants() {
            offer(Class::Backfill, due, left(Class::Backfill), What::List(None, page));
        }
        if let Some((order, due)) = self.refunds.wants() {
            offer(Class::Backfill, due, left(Class::Backfill), What::Order(order));
        }
    }

    fn pages<'a>(&'a self, offer: &mut impl FnMut(Class, Mono, u32, What<'a>)) {
        let rush = self.changes.is_backlog();
        for Due { status, page, class, asked, at } in self.lists.due(self.pace()) {
            let mut due = at;
            let mut left = if self.events { LEFT_TO_EVENTS } else { reserve(class) };
            if asked.is_none_or(|asked| asked < self.stale_before) {
                due = due.min(self.stale_before);
            }
            if rush && let Some(oldest) = self.changes.oldest_after(asked) {
                (due, left) = (due.min(oldest + gathering(class)), 0);
            }
            offer(class, due, left, What::List(status, page));
        }
    }

    /// Orders an event named.
    fn named_orders<'a>(&'a self, offer: &mut impl FnMut(Class, Mono, u32, What<'a>)) {
        let rush = self.changes.is_backlog();
        for (id, event) in self.changes.iter() {
            let known = self.orders.get(id).filter(|live| live.seen.is_some());
            let class = match known {
                Some(live) if live.wanting => Class::Wanting,
                Some(_) => Class::Live,
                None => Class::New,
            };
            // Lists of a hundred first; who is in none of them is read after all.
            let wait = rush && !self.lists.all_read_since(event.latest);
            if !wait {
                let left = if self.events || class == Class::New { 0 } else { reserve(Class::Backfill) };
                offer(class, event.first, left, What::Order(id));
            }
        }
    }

    /// A live order that no list refreshes in time.
    fn single<'a>(&'a self, id: &'a OrderId, live: &'a Live, offer: &mut impl FnMut(Class, Mono, u32, What<'a>)) {
        if self.changes.contains(id) {
            return;
        }
        let Some(seen) = live.seen else {
            if let Some(since) = live.hurry {
                offer(Class::New, since.max(self.lists_known_at), 0, What::Order(id));
            }
            return;
        };
        let pace = self.pace();
        let class = if live.wanting { Class::Wanting } else { Class::Live };
        let mut due: Option<(Class, Mono)> = live.hurry.map(|since| (class, since));
        let mut sooner = |class, at: Mono| {
            if due.is_none_or(|(_, before)| at < before) {
                due = Some((class, at));
            }
        };
        if !self.lists.covers(live.route, live.wanting) {
            let every = if live.wanting { pace.alone_wanting } else { pace.alone_live };
            let at = if seen < self.stale_before { self.stale_before.min(seen + every) } else { seen + every };
            sooner(class, at);
        }
        if self.focus.as_ref() == Some(id) {
            sooner(Class::Wanting, seen + if self.events { pace::FOCUS_WITH_EVENTS } else { pace.alone_wanting });
        }
        // By our clock its time is over: what became of it is to be read, not guessed.
        if let Some(deadline) = live.deadline.filter(|deadline| *deadline > seen) {
            sooner(Class::Wanting, deadline);
        }
        if let Some((class, at)) = due {
            let left = if self.events && class != Class::Wanting { LEFT_TO_EVENTS } else { reserve(class) };
            offer(class, at, left, What::Order(id));
        }
    }

    fn pace(&self) -> pace::Pace {
        if self.events { pace::RECONCILING } else { pace::POLLING }
    }

    fn in_flight_of(&self, class: Class) -> usize {
        self.in_flight.iter().filter(|sent| sent.class == class).count()
    }
}
