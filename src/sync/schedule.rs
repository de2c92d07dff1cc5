//! Which request is worth most next: a pure function of what is known, its age and the budget.
//!
//! Orders that want the operator are read by two filtered lists (a hundred orders in one request),
//! new orders by the first unfiltered page, other live ones by filtered lists at leisure, on-ramp
//! and other unfilterable ones one by one, history by a sweep. Source for what the filters return:
//! reference, section 5.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

use super::backoff;
use crate::domain::{Mono, Now, Observed, Order, OrderId, UserId};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Job {
    /// A page of the list, filtered by status or not. Pages count from 1.
    List {
        /// The filter.
        status: Option<&'static str>,
        /// The page.
        page: u32,
    },
    /// One order.
    Order(OrderId),
    /// One user.
    User(UserId),
    /// One user's payment profiles.
    Payments(UserId),
}

/// How a request ended, as far as scheduling goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Answered; for a list, how many pages there are.
    Answered {
        /// Of the list asked.
        total_pages: Option<u32>,
    },
    /// The API does not know it: not a failure of the connection.
    NotFound,
    /// No usable answer.
    Failed {
        /// What the server asked us to wait.
        retry_after: Option<Duration>,
    },
    /// The key was refused.
    Unauthorized,
}

/// Statuses whose orders want the operator.
const WANTING: [&str; 2] = ["awaiting_crypto_transfer_authorization", "awaiting_fiat_received_confirmation"];
/// Other live statuses the list can be filtered by. `crypto_received` also returns orders under
/// proof, review and dispute.
const MOVING: [&str; 4] =
    ["created", "awaiting_liquidity_provider", "crypto_transfer_authorization_pending", "crypto_received"];

const EVERY_WANTING: Duration = Duration::from_secs(3);
const EVERY_NEWEST: Duration = Duration::from_secs(4);
const EVERY_MOVING: Duration = Duration::from_secs(10);
const EVERY_FOCUS: Duration = Duration::from_secs(2);
const EVERY_LIVE: Duration = Duration::from_secs(12);
const EVERY_SWEEP: Duration = Duration::from_secs(120);
const EVERY_USER: Duration = Duration::from_secs(60);
const EVERY_PAYMENTS: Duration = Duration::from_secs(60);

/// Requests a second, sustained.
const RATE: u32 = 4;
/// Requests at once after a pause.
const BURST: u32 = 8;
/// Requests under way at the same time.
const CONCURRENT: usize = 4;

/// What the scheduler knows.
#[derive(Debug)]
pub struct Schedule {
    /// When each repeated request is due.
    due: BTreeMap<Job, Mono>,
    /// History pages of the sweep under way.
    sweep: VecDeque<u32>,
    sweep_due: Mono,
    sweep_since: Mono,
    in_flight: HashSet<Job>,
    /// Live orders and when they were last read.
    live: HashMap<OrderId, Mono>,
    focus: Option<OrderId>,
    focus_user: Option<UserId>,
    tokens: u32,
    refilled: Mono,
    failures: u32,
    blocked_until: Option<Mono>,
    stopped: bool,
}

impl Schedule {
    /// A scheduler that wants everything, most urgent first.
    pub fn new(now: &Now) -> Self {
        let mut due = BTreeMap::new();
        let lists = WANTING.iter().chain(&MOVING).map(|status| Job::List { status: Some(status), page: 1 });
        for job in lists.chain([Job::List { status: None, page: 1 }]) {
            due.insert(job, now.mono);
        }
        Self {
            due,
            sweep: VecDeque::new(),
            sweep_due: now.mono,
            sweep_since: now.mono,
            in_flight: HashSet::new(),
            live: HashMap::new(),
            focus: None,
            focus_user: None,
            tokens: BURST,
            refilled: now.mono,
            failures: 0,
            blocked_until: None,
            stopped: false,
        }
    }

    /// Reads this user from now on.
    pub fn watch_user(&mut self, user: UserId, now: &Now) {
        self.due.entry(Job::User(user)).or_insert(now.mono);
    }

    /// What the operator looks at.
    pub fn focus(&mut self, order: Option<OrderId>, user: Option<UserId>, now: &Now) {
        if user != self.focus_user {
            if let Some(old) = self.focus_user.take() {
                self.due.remove(&Job::Payments(old));
            }
            if let Some(user) = &user {
                self.due.insert(Job::Payments(user.clone()), now.mono);
            }
        }
        self.focus_user = user;
        self.focus = order;
    }

    /// Everything is due now, and the back-off is forgotten.
    pub fn everything_now(&mut self, now: &Now) {
        self.stopped = false;
        self.blocked_until = None;
        self.failures = 0;
        for due in self.due.values_mut() {
            *due = now.mono;
        }
        self.live.values_mut().for_each(|seen| *seen = Mono::default());
        self.sweep_due = now.mono;
    }

    /// Orders were read.
    pub fn observed<'a>(&mut self, orders: impl IntoIterator<Item = &'a Observed<Order>>) {
        for order in orders {
            if order.value.is_live() {
                self.live.insert(order.value.id.clone(), order.asked.mono);
            } else {
                self.live.remove(&order.value.id);
            }
        }
    }

    /// The requests to send now, most urgent first, within budget and concurrency.
    pub fn next(&mut self, now: &Now) -> Vec<Job> {
        self.refill(now);
        if self.stopped || self.blocked_until.is_some_and(|until| now.mono < until) {
            return Vec::new();
        }
        let mut out = Vec::new();
        // After a failure one request feels the way before the others follow.
        let room = if self.failures > 0 { 1 } else { CONCURRENT };
        while self.in_flight.len() < room && self.tokens > 0 {
            let Some(job) = self.most_urgent(now) else { break };
            self.tokens -= 1;
            self.started(&job, now);
            out.push(job);
        }
        out
    }

    /// A request ended. `jitter` in 0.0..1.0 spreads the back-off.
    pub fn ended(&mut self, job: &Job, ended: &Ended, now: &Now, jitter: f64) {
        self.in_flight.remove(job);
        match ended {
            Ended::Answered { total_pages } => {
                self.recovered();
                self.plan_pages(job, *total_pages, now);
            }
            Ended::NotFound => {
                self.recovered();
                self.forget(job);
            }
            Ended::Unauthorized => self.stopped = true,
            Ended::Failed { retry_after } => {
                self.failures = self.failures.saturating_add(1);
                self.blocked_until = Some(now.mono + backoff::wait(self.failures, jitter, *retry_after));
                self.again(job, now);
            }
        }
    }

    /// When to ask [`Self::next`] again; `None` while nothing can become due.
    pub fn wake_at(&self, now: &Now) -> Option<Mono> {
        if self.stopped || self.in_flight.len() >= CONCURRENT {
            return None;
        }
        let jobs = self.due.iter().filter(|(job, _)| !self.in_flight.contains(*job)).map(|(_, at)| *at);
        let next = jobs.chain(self.singles().map(|(_, at, _)| at)).min()?;
        let next = if self.sweep.is_empty() { next } else { now.mono };
        let token = if self.tokens > 0 { now.mono } else { self.refilled + token_time() };
        Some(next.max(token).max(self.blocked_until.unwrap_or_default()))
    }

    /// When the next try after a failure is.
    pub fn blocked_until(&self) -> Option<Mono> {
        self.blocked_until
    }

    fn recovered(&mut self) {
        self.failures = 0;
        self.blocked_until = None;
    }

    fn refill(&mut self, now: &Now) {
        let earned =
            u32::try_from(now.mono.since(self.refilled).as_millis() / token_time().as_millis()).unwrap_or(BURST);
        if earned > 0 {
            self.tokens = self.tokens.saturating_add(earned).min(BURST);
            self.refilled = self.refilled + token_time() * earned;
        }
    }

    fn most_urgent(&self, now: &Now) -> Option<Job> {
        let listed = self.due.iter().filter(|(job, at)| **at <= now.mono && !self.in_flight.contains(*job));
        let listed = listed.map(|(job, at)| (rank(job), *at, job.clone()));
        let single = self.single_due(now);
        let swept = self.sweep.front().map(|page| (5, self.sweep_since, Job::List { status: None, page: *page }));
        let worth = |(rank, at, job): (u8, Mono, Job)| (penalty(rank, now.mono.since(at)), job);
        listed.chain(single).chain(swept).map(worth).min().map(|(_, job)| job)
    }

    /// The focused order, or the live order longest unread.
    fn single_due(&self, now: &Now) -> Option<(u8, Mono, Job)> {
        self.singles().filter(|(_, at, _)| *at <= now.mono).min()
    }

    fn singles(&self) -> impl Iterator<Item = (u8, Mono, Job)> + '_ {
        let jobs = self.live.iter().map(|(id, seen)| {
            let focused = self.focus.as_ref() == Some(id);
            let (rank, every) = if focused { (0, EVERY_FOCUS) } else { (1, EVERY_LIVE) };
            (rank, *seen + every, Job::Order(id.clone()))
        });
        jobs.filter(|(_, _, job)| !self.in_flight.contains(job))
    }

    fn started(&mut self, job: &Job, now: &Now) {
        self.in_flight.insert(job.clone());
        if let Job::List { status: None, page } = job
            && self.sweep.front() == Some(page)
        {
            self.sweep.pop_front();
            return;
        }
        if let Some(due) = self.due.get_mut(job) {
            *due = now.mono + every(job);
        }
    }

    /// A failed request is tried again; one of the sweep goes back to the front.
    fn again(&mut self, job: &Job, now: &Now) {
        match job {
            Job::List { status: None, page } if *page > 1 => self.sweep.push_front(*page),
            _ => {
                if let Some(due) = self.due.get_mut(job) {
                    *due = now.mono;
                }
            }
        }
    }

    /// The first page tells how many there are: the others follow, as a sweep, now and then.
    fn plan_pages(&mut self, job: &Job, total_pages: Option<u32>, now: &Now) {
        let pages = total_pages.unwrap_or(1).min(10_000);
        match job {
            Job::List { status: Some(status), page: 1 } => self.keep_pages(status, pages),
            Job::List { status: None, page: 1 } if self.sweep.is_empty() && now.mono >= self.sweep_due => {
                self.sweep.extend(2..=pages);
                self.sweep_since = now.mono;
                self.sweep_due = now.mono + EVERY_SWEEP;
            }
            _ => {}
        }
    }

    /// A filtered list of several pages is read whole each time.
    fn keep_pages(&mut self, status: &'static str, pages: u32) {
        let first = self.due.get(&Job::List { status: Some(status), page: 1 }).copied().unwrap_or_default();
        for page in 2..=pages.min(50) {
            self.due.entry(Job::List { status: Some(status), page }).or_insert(first);
        }
        self.due.retain(
            |job, _| !matches!(job, Job::List { status: Some(s), page } if *s == status && *page > pages.max(1)),
        );
    }

    fn forget(&mut self, job: &Job) {
        self.due.remove(job);
        if let Job::Order(id) = job {
            self.live.remove(id);
        }
    }
}

fn token_time() -> Duration {
    Duration::from_secs(1) / RATE
}

fn every(job: &Job) -> Duration {
    match job {
        Job::List { status: None, page: 1 } => EVERY_NEWEST,
        Job::List { status: None, .. } => EVERY_SWEEP,
        Job::List { status: Some(status), .. } if WANTING.contains(status) => EVERY_WANTING,
        Job::List { .. } => EVERY_MOVING,
        Job::Order(_) => EVERY_LIVE,
        Job::User(_) => EVERY_USER,
        Job::Payments(_) => EVERY_PAYMENTS,
    }
}

/// Seconds a request must have waited to overtake the next better rank: on a slow line the less
/// urgent ones come late, but they come.
const OVERTAKES_AFTER: i64 = 4;

/// The smaller, the sooner: rank against how long it has been due, in milliseconds.
fn penalty(rank: u8, overdue: Duration) -> i64 {
    let waited = i64::try_from(overdue.as_millis()).unwrap_or(i64::MAX);
    (i64::from(rank) * OVERTAKES_AFTER * 1_000).saturating_sub(waited)
}

/// The smaller, the sooner, among those that are due.
fn rank(job: &Job) -> u8 {
    match job {
        Job::List { status: Some(status), .. } if WANTING.contains(status) => 0,
        Job::Order(_) | Job::List { status: None, page: 1 } => 1,
        Job::List { status: Some(_), .. } => 2,
        Job::Payments(_) => 3,
        Job::User(_) => 4,
        Job::List { status: None, .. } => 5,
    }
}
