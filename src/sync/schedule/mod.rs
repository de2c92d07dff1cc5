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
        /// Of the list asked, where the answer says.
        total_pages: Option<u32>,
        /// The page held as many rows as were asked for: there may be more.
        full: bool,
    },
    /// The API does not know the order or user: not a failure of the connection.
    NotFound,
    /// No usable answer.
    Failed {
        /// What the server asked us to wait.
        retry_after: Option<Duration>,
        /// Whom it concerns.
        reach: Reach,
    },
    /// The key was refused.
    Unauthorized,
}

/// How far a failure reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The line or the server as a whole: everything waits.
    All,
    /// The server failed on this request. Everything waits once a second request fails so.
    Server,
    /// This request alone: it is refused or its answer is unreadable. Nothing else waits.
    Request,
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
/// A request that failed by itself waits at least this long, or its own interval if that is shorter.
const LEAST_POSTPONED: Duration = Duration::from_secs(15);
/// Pages of one filtered list, all read each time: five thousand orders that want the operator.
const MOST_FILTERED_PAGES: u32 = 50;
/// Pages of one list that are read at the most: a million orders.
const MOST_PAGES: u32 = 10_000;
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
    /// Requests that failed by themselves: how often in a row, when again, and by the server's fault.
    postponed: HashMap<Job, Postponed>,
    /// Orders that were not found once; the second time they are let go.
    missing: HashSet<OrderId>,
    blocked_until: Option<Mono>,
    stopped: bool,
}

/// A request that failed by itself.
#[derive(Debug, Clone, Copy)]
struct Postponed {
    failures: u32,
    until: Mono,
    by_server: bool,
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
            postponed: HashMap::new(),
            missing: HashSet::new(),
            blocked_until: None,
            stopped: false,
        }
    }

    /// Reads this user now and from now on: one who is known already changed just now. An answer
    /// under way may be from before the change, so another reading follows it.
    pub fn watch_user(&mut self, user: UserId, now: &Now) {
        if let Some(due) = self.due.get_mut(&Job::Payments(user.clone())) {
            *due = now.mono;
        }
        self.due.insert(Job::User(user), now.mono);
    }

    /// Reads this order now and until it is seen to be over.
    pub fn watch_order(&mut self, order: OrderId) {
        self.live.entry(order).or_default();
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
        self.postponed.clear();
        for due in self.due.values_mut() {
            *due = now.mono;
        }
        self.live.values_mut().for_each(|seen| *seen = Mono::default());
        self.sweep_due = now.mono;
    }

    /// Orders were read.
    pub fn observed<'a>(&mut self, orders: impl IntoIterator<Item = &'a Observed<Order>>) {
        for order in orders {
            self.missing.remove(&order.value.id);
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
            Ended::Answered { total_pages, full } => {
                self.recovered(job);
                self.plan_pages(job, *total_pages, *full, now);
            }
            Ended::NotFound => {
                self.recovered(job);
                self.not_found(job, now);
            }
            Ended::Unauthorized => self.stopped = true,
            Ended::Failed { retry_after, reach } => self.failed(job, *reach, *retry_after, now, jitter),
        }
    }

    fn failed(&mut self, job: &Job, reach: Reach, retry_after: Option<Duration>, now: &Now, jitter: f64) {
        let before = self.postponed.get(job).map_or(0, |p| p.failures);
        let failures = before.saturating_add(1);
        let until = now.mono + backoff::wait(failures, jitter, retry_after).max(every(job).min(LEAST_POSTPONED));
        self.postponed.insert(job.clone(), Postponed { failures, until, by_server: reach == Reach::Server });
        self.again(job, now);
        let failing = self.postponed.values().filter(|p| p.by_server).count();
        if reach == Reach::All || (reach == Reach::Server && failing > 1) {
            // Everything waits together, and then everything is due: nothing waits twice.
            self.failures = self.failures.saturating_add(1);
            self.blocked_until = Some(now.mono + backoff::wait(self.failures, jitter, retry_after));
            self.postponed.remove(job);
        }
    }

    /// When to ask [`Self::next`] again; `None` while nothing can become due.
    pub fn wake_at(&self, now: &Now) -> Option<Mono> {
        if self.stopped || self.in_flight.len() >= CONCURRENT {
            return None;
        }
        let next = self.waiting().map(|(_, at, _)| at).min()?;
        let token = if self.tokens > 0 { now.mono } else { self.refilled + token_time() };
        Some(next.max(token).max(self.blocked_until.unwrap_or_default()))
    }

    /// When the next try after a failure is.
    pub fn blocked_until(&self) -> Option<Mono> {
        self.blocked_until
    }

    /// An answer: the line is good, and the key is, whatever another request was told before.
    fn recovered(&mut self, job: &Job) {
        self.failures = 0;
        self.blocked_until = None;
        self.stopped = false;
        self.postponed.remove(job);
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
        let due = self.waiting().filter(|(_, at, _)| *at <= now.mono);
        due.map(|(rank, at, job)| (penalty(rank, now.mono.since(at)), job)).min().map(|(_, job)| job)
    }

    /// Everything not under way: its rank, when it is due, what it is.
    fn waiting(&self) -> impl Iterator<Item = (u8, Mono, Job)> + '_ {
        let listed = self.due.iter().map(|(job, at)| (rank(job), *at, job.clone()));
        let singles = self.live.iter().map(|(id, seen)| {
            let focused = self.focus.as_ref() == Some(id);
            let (rank, every) = if focused { (0, EVERY_FOCUS) } else { (1, EVERY_LIVE) };
            (rank, *seen + every, Job::Order(id.clone()))
        });
        let swept = self.sweep.front().map(|page| (5, self.sweep_since, Job::List { status: None, page: *page }));
        let all = listed.chain(singles).chain(swept).filter(|(_, _, job)| !self.in_flight.contains(job));
        all.map(|(rank, at, job)| {
            let not_before = self.postponed.get(&job).map_or(at, |p| p.until);
            (rank, at.max(not_before), job)
        })
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

    /// A failed request is tried again; one of the sweep after the others.
    fn again(&mut self, job: &Job, now: &Now) {
        match job {
            Job::List { status: None, page } if *page > 1 => self.sweep.push_back(*page),
            _ => {
                if let Some(due) = self.due.get_mut(job) {
                    *due = now.mono;
                }
            }
        }
    }

    /// The first page tells how many there are: the others follow, as a sweep, now and then. Where
    /// no answer tells, a full page means that there is another.
    fn plan_pages(&mut self, job: &Job, total_pages: Option<u32>, full: bool, now: &Now) {
        let Job::List { status, page } = job else { return };
        match (status, total_pages) {
            (Some(status), Some(pages)) if *page == 1 => self.keep_pages(status, pages),
            (Some(status), None) if full => self.add_page(status, page.saturating_add(1)),
            (Some(status), None) => self.keep_pages(status, *page),
            (None, Some(pages)) if *page == 1 => self.sweep_if_due(pages, now),
            (None, None) if *page == 1 && full => self.sweep_if_due(2, now),
            (None, None) if full => self.sweep.push_back(page.saturating_add(1).min(MOST_PAGES)),
            _ => {}
        }
    }

    fn sweep_if_due(&mut self, pages: u32, now: &Now) {
        if now.mono < self.sweep_due {
            return;
        }
        for page in 2..=pages.min(MOST_PAGES) {
            if !self.sweep.contains(&page) {
                self.sweep.push_back(page);
            }
        }
        self.sweep_since = now.mono;
        self.sweep_due = now.mono + EVERY_SWEEP;
    }

    fn add_page(&mut self, status: &'static str, page: u32) {
        if page <= MOST_FILTERED_PAGES {
            self.due.entry(Job::List { status: Some(status), page }).or_default();
        }
    }

    /// A filtered list of several pages is read whole each time.
    fn keep_pages(&mut self, status: &'static str, pages: u32) {
        let first = self.due.get(&Job::List { status: Some(status), page: 1 }).copied().unwrap_or_default();
        for page in 2..=pages.min(MOST_FILTERED_PAGES) {
            self.due.entry(Job::List { status: Some(status), page }).or_insert(first);
        }
        self.due.retain(
            |job, _| !matches!(job, Job::List { status: Some(s), page } if *s == status && *page > pages.max(1)),
        );
    }

    /// What is not found is let go: an order only the second time, for one gateway may not yet know
    /// what another does; a list never.
    fn not_found(&mut self, job: &Job, now: &Now) {
        match job {
            Job::Order(id) if self.missing.insert(id.clone()) => {
                self.live.insert(id.clone(), now.mono);
            }
            Job::Order(id) => {
                self.missing.remove(id);
                self.live.remove(id);
            }
            Job::List { .. } => {}
            Job::User(_) | Job::Payments(_) => {
                self.due.remove(job);
            }
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

/// How late the best rank may be before nothing of a worse rank goes first any more.
const BEST_RANK_LATE: i64 = 2;

/// The smaller, the sooner: rank against how long it has been due, in milliseconds. What has waited
/// long overtakes what has just become due, never what is late itself.
fn penalty(rank: u8, overdue: Duration) -> i64 {
    let waited = i64::try_from(overdue.as_millis()).unwrap_or(i64::MAX);
    let head_start = i64::from(rank) * OVERTAKES_AFTER * 1_000;
    let most = if rank == 0 { i64::MAX } else { head_start + BEST_RANK_LATE * 1_000 };
    head_start - waited.min(most)
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
