//! The task that asks: takes what [`super::schedule`] says is worth most, sends it, reports.
//!
//! It owns its schedule and talks to the rest by two channels. Stopping it drops what is under
//! way; reads may be dropped at any time.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::schedule::{Ended, Job, Progress, Reach, Schedule};
use super::stats::{Meter, Outcome, Stats};
use crate::api::{ApiError, Client, ClockFn, OrdersQuery, Others, SetAside};
use crate::domain::time::ClockSkew;
use crate::domain::{Mono, Now, Observed, Order, OrderId, PaymentProfile, User, UserId};

/// What the poller should know.
#[derive(Debug, Clone)]
pub enum Wish {
    /// What the operator looks at.
    Focus {
        /// The order.
        order: Option<OrderId>,
        /// The user whose payment profiles are shown.
        user: Option<UserId>,
    },
    /// Ask for everything now.
    Now,
    /// Read this user from now on.
    Watch(UserId),
    /// Read this order until it is over.
    WatchOrder(OrderId),
    /// Webhooks: `true` with every verified event of any kind that has just arrived; `false` when
    /// nothing can arrive any more.
    EventsFlow {
        /// Whether events arrive.
        flowing: bool,
    },
    /// A verified event says that this order changed.
    Changed(OrderId),
    /// Read these cancelled orders once, with what is left of the budget: a refund may be owed.
    CheckRefund(Vec<OrderId>),
    /// An earlier run read the whole list up to this page: go on from there.
    Resume {
        /// The last page that was read, from 1.
        page: u32,
    },
}

/// What the poller learned.
#[derive(Debug)]
pub enum News {
    /// Orders.
    Orders {
        /// The readable ones.
        orders: Vec<Observed<Order>>,
        /// The others.
        set_aside: Vec<SetAside>,
    },
    /// A user.
    User(Box<Observed<User>>),
    /// A user the API does not know.
    UserUnknown(UserId),
    /// A user's payment profiles.
    Payments(UserId, Observed<Vec<PaymentProfile>>),
    /// An order the API does not know any more.
    OrderNotFound(OrderId),
    /// One request failed; the others go on.
    Trouble {
        /// The order it was about.
        order: Option<OrderId>,
        /// How.
        error: ApiError,
    },
    /// A request failed, and everything waits.
    Failed {
        /// How.
        error: ApiError,
        /// When the next one is planned.
        retry_at: Option<Now>,
    },
    /// Every list that is read again and again was answered once, with all its pages: the picture is
    /// complete, save for history. Told once.
    Complete,
    /// A request was answered.
    Answered {
        /// The server's clock against ours, in seconds.
        skew_seconds: Option<i64>,
    },
    /// A page of the whole list was read, in its turn.
    Swept {
        /// The page, from 1. `page == of`: every page has been read.
        page: u32,
        /// How many there are.
        of: u32,
    },
    /// One of the orders to be looked at for a refund was read; its reading came just before.
    RefundRead(OrderId),
    /// How asking goes; at most once a second, and only when something changed.
    Stats(Box<Stats>),
}

/// An answer, before it is told apart.
enum Got {
    Page {
        orders: Vec<Observed<Order>>,
        set_aside: Vec<SetAside>,
        total_pages: Option<u32>,
        total_count: Option<u64>,
        full: bool,
        skew: Option<i64>,
    },
    Order(Box<Observed<Order>>),
    User(Box<Observed<User>>),
    Payments(UserId, Observed<Vec<PaymentProfile>>),
}

/// Orders asked for in one page: the most the API gives.
const PAGE_LIMIT: u32 = 100;
/// The same, for counting rows.
const PAGE: usize = 100;

/// Longest sleep: a schedule that has nothing to do still looks now and then.
const IDLE: Duration = Duration::from_secs(5);

/// Runs until `stop`. What clones of `client` send for others is paid from the same budget and never
/// waits for it; where the API answers them that it wants to be left alone, the schedule waits as
/// well. The schedule backs off for all requests, so none of its own is retried. `clock` is the
/// client's.
pub async fn run(
    client: Client,
    clock: ClockFn,
    mut wishes: mpsc::UnboundedReceiver<Wish>,
    news: mpsc::Sender<News>,
    stop: CancellationToken,
) {
    let (client, mut elsewhere) = client.for_schedule();
    let mut desk = Desk::new(&clock());
    let mut under_way: JoinSet<Result<Got, ApiError>> = JoinSet::new();
    let mut jobs: HashMap<tokio::task::Id, Job> = HashMap::new();
    loop {
        desk.others(elsewhere.take(), &clock());
        for job in desk.next(&clock()) {
            let (client, asked) = (client.clone(), job.clone());
            let task = under_way.spawn(async move { ask(&client, &asked).await });
            jobs.insert(task.id(), job);
        }
        if let Some(stats) = desk.stats(&clock()) {
            // Numbers are for looking at: when nobody has time for them, they are left out.
            if news.try_send(News::Stats(Box::new(stats))).is_err() {
                desk.unheard();
            }
        }
        let sleep = desk.sleep(&clock());
        tokio::select! {
            () = stop.cancelled() => return,
            wish = wishes.recv() => match wish {
                Some(wish) => desk.take(wish, &clock()),
                None => return,
            },
            Some(done) = under_way.join_next_with_id() => {
                // A task that panicked is a request that failed.
                let (id, result) = match done {
                    Ok((id, result)) => (id, result),
                    Err(fault) => (fault.id(), Err(ApiError::Decode { what: "ramptop failed on the answer".to_owned() })),
                };
                let Some(job) = jobs.remove(&id) else { continue };
                for item in desk.report(job, result, &clock()) {
                    if news.send(item).await.is_err() {
                        return;
                    }
                }
            }
            () = elsewhere.more() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

/// How often the numbers are told at the most.
const EVERY_STATS: Duration = Duration::from_secs(1);

/// The schedule and what is counted.
struct Desk {
    schedule: Schedule,
    meter: Meter,
    /// When the numbers were told, and which, where somebody heard them.
    told: Option<(Mono, Option<Stats>)>,
    /// Something happened since the numbers were told.
    news: bool,
    /// That the picture is complete was told.
    complete: bool,
}

impl Desk {
    fn new(now: &Now) -> Self {
        Self { schedule: Schedule::new(now), meter: Meter::default(), told: None, news: true, complete: false }
    }

    fn next(&mut self, now: &Now) -> Vec<Job> {
        let by_events = self.schedule.relies_on_events();
        let jobs = self.schedule.next(now);
        // How old anything may be depends on it: not to be learned with the next request only.
        self.news |= by_events != self.schedule.relies_on_events();
        for _ in &jobs {
            self.meter.sent(now);
            self.news = true;
        }
        jobs
    }

    /// What others sent on the same key, and what they were told.
    fn others(&mut self, Others { requests, hold_until }: Others, now: &Now) {
        if let Some(until) = hold_until {
            self.schedule.hold(until, now);
            self.news = true;
        }
        if requests > 0 {
            self.schedule.spent(requests, now);
            (0..requests).for_each(|_| self.meter.sent(now));
            self.news = true;
        }
    }

    /// The numbers, when they changed and enough time has passed.
    fn stats(&mut self, now: &Now) -> Option<Stats> {
        let early = self.told.as_ref().is_some_and(|(at, _)| now.mono.since(*at) < EVERY_STATS);
        if early || !self.news {
            return None;
        }
        self.news = false;
        self.meter.tidy(now);
        let stats = self.schedule.stats(&self.meter, now);
        let same = self.told.as_ref().is_some_and(|(_, before)| before.as_ref() == Some(&stats));
        self.told = Some((now.mono, Some(stats.clone())));
        (!same).then_some(stats)
    }

    /// Nobody had time for the numbers: they are told again.
    fn unheard(&mut self) {
        self.news = true;
        self.told = self.told.take().map(|(at, _)| (at, None));
    }

    fn sleep(&self, now: &Now) -> Duration {
        let work = self.schedule.wake_at(now).map_or(IDLE, |at| at.since(now.mono).min(IDLE));
        let numbers = self.told.as_ref().filter(|_| self.news).map(|(at, _)| (*at + EVERY_STATS).since(now.mono));
        numbers.map_or(work, |numbers| numbers.min(work))
    }

    fn take(&mut self, wish: Wish, now: &Now) {
        let schedule = &mut self.schedule;
        match wish {
            Wish::Focus { order, user } => schedule.focus(order, user, now),
            Wish::Now => schedule.everything_now(now),
            Wish::Watch(user) => schedule.watch_user(user, now),
            Wish::WatchOrder(order) => schedule.watch_order(order),
            Wish::EventsFlow { flowing } => schedule.events_flow(flowing, now),
            Wish::Changed(order) => schedule.changed(order, now),
            Wish::CheckRefund(orders) => schedule.check_refund(orders),
            Wish::Resume { page } => schedule.resume(page),
        }
        self.news = true;
    }

    fn report(&mut self, job: Job, result: Result<Got, ApiError>, now: &Now) -> Vec<News> {
        let sent = self.schedule.sent_at(&job).unwrap_or(*now);
        self.meter.ended(&job, outcome(&result), &sent, now);
        self.news = true;
        let mut learned = report(&mut self.schedule, job, result, now);
        if !self.complete && self.schedule.is_complete() {
            self.complete = true;
            learned.push(News::Complete);
        }
        learned
    }
}

fn outcome(result: &Result<Got, ApiError>) -> Outcome {
    match result {
        Ok(_) => Outcome::Answered,
        Err(error) if error.retry_after().is_some() => Outcome::Limited,
        Err(ApiError::Rejected(no)) if no.http_status == 429 => Outcome::Limited,
        Err(error) if error.is_not_found() => Outcome::Answered,
        Err(_) => Outcome::Failed,
    }
}

async fn ask(client: &Client, job: &Job) -> Result<Got, ApiError> {
    match job {
        Job::List { status, page } => {
            let query = OrdersQuery { status: status.map(str::to_owned), page: *page, limit: PAGE_LIMIT };
            let answer = client.list_orders(&query).await?;
            let skew = answer.skew().map(ClockSkew::seconds);
            let (asked, answered, server_date) = (answer.asked, answer.answered, answer.server_date);
            let observed = |value| Observed { value, asked, answered, server_date };
            let page = answer.value;
            let full = page.orders.len() + page.set_aside.len() >= PAGE;
            let orders = page.orders.into_iter().map(observed).collect();
            let (total_pages, total_count) = (page.total_pages, page.total_count);
            Ok(Got::Page { orders, set_aside: page.set_aside, total_pages, total_count, full, skew })
        }
        Job::Order(id) => Ok(Got::Order(Box::new(client.order(id).await?))),
        Job::User(id) => Ok(Got::User(Box::new(client.user(id).await?))),
        Job::Payments(id) => Ok(Got::Payments(id.clone(), client.payment_details(id).await?)),
    }
}

fn report(schedule: &mut Schedule, job: Job, result: Result<Got, ApiError>, now: &Now) -> Vec<News> {
    let ended = match &result {
        Ok(Got::Page { total_pages, full, .. }) => Ended::Answered { total_pages: *total_pages, full: *full },
        Ok(_) => Ended::Answered { total_pages: None, full: false },
        Err(error) if error.is_unauthorized() => Ended::Unauthorized,
        Err(error) if error.is_not_found() && !matches!(job, Job::List { .. }) => Ended::NotFound,
        Err(error) => Ended::Failed { retry_after: error.retry_after(), reach: reach(error) },
    };
    if let Ok(got) = &result {
        take_in(schedule, &job, got);
    }
    let progress = schedule.ended(&job, &ended, now, fastrand::f64());
    match (result, ended) {
        (Ok(got), _) => good_news(got).into_iter().chain(progress.into_iter().map(made_progress)).collect(),
        (Err(_), Ended::NotFound) => not_found(job),
        (Err(error), Ended::Failed { .. }) if schedule.blocked_until().is_none() => {
            let order = if let Job::Order(id) = job { Some(id) } else { None };
            vec![News::Trouble { order, error }]
        }
        (Err(error), _) => {
            let retry_at = schedule.blocked_until().map(|at| *now + at.since(now.mono));
            vec![News::Failed { error, retry_at }]
        }
    }
}

/// How far a failure reaches: the line, the server, or this request alone.
fn reach(error: &ApiError) -> Reach {
    match error {
        ApiError::Rejected(no) if matches!(no.http_status, 429 | 503) => Reach::All,
        ApiError::Rejected(no) if no.http_status >= 500 || no.http_status == 404 => Reach::Server,
        ApiError::Rejected(_) | ApiError::Decode { .. } | ApiError::OutcomeUnknown { .. } => Reach::Request,
        ApiError::Transport { .. } | ApiError::Held(_) | ApiError::Setup { .. } => Reach::All,
    }
}

fn take_in(schedule: &mut Schedule, job: &Job, got: &Got) {
    match got {
        Got::Page { orders, total_count, .. } => schedule.listed(job, orders, *total_count),
        Got::Order(order) => schedule.observed([&**order]),
        Got::User(_) | Got::Payments(..) => {}
    }
}

fn made_progress(progress: Progress) -> News {
    match progress {
        Progress::Swept { page, of } => News::Swept { page, of },
        Progress::RefundRead(order) => News::RefundRead(order),
    }
}

fn good_news(got: Got) -> Vec<News> {
    match got {
        Got::Page { orders, set_aside, skew, .. } => {
            vec![News::Answered { skew_seconds: skew }, News::Orders { orders, set_aside }]
        }
        Got::Order(order) => {
            let skew_seconds = order.skew().map(ClockSkew::seconds);
            vec![News::Answered { skew_seconds }, News::Orders { orders: vec![*order], set_aside: Vec::new() }]
        }
        Got::User(user) => vec![News::User(user)],
        Got::Payments(id, profiles) => vec![News::Payments(id, profiles)],
    }
}

fn not_found(job: Job) -> Vec<News> {
    match job {
        Job::Order(id) => vec![News::OrderNotFound(id)],
        Job::User(id) | Job::Payments(id) => vec![News::UserUnknown(id)],
        Job::List { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::stats::Mode;
    use chrono::DateTime;

    fn at(s: u64) -> Now {
        Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
    }

    #[test]
    fn what_asking_follows_is_told_when_it_turns_though_nothing_is_asked_and_again_where_nobody_heard() {
        let mut desk = Desk::new(&at(0));
        desk.take(Wish::EventsFlow { flowing: true }, &at(0));
        assert!(!desk.next(&at(0)).is_empty());
        assert_eq!(desk.stats(&at(0)).unwrap().mode, Mode::Polling);
        assert!(desk.next(&at(119)).is_empty() && desk.stats(&at(119)).is_none());
        assert!(desk.next(&at(120)).is_empty());
        let stats = desk.stats(&at(120)).unwrap();
        assert_eq!((stats.mode, stats.promise.live), (Mode::Events, Duration::from_secs(240)));
        assert!(desk.next(&at(122)).is_empty() && desk.stats(&at(122)).is_none());
        desk.unheard();
        assert_eq!(desk.stats(&at(123)).unwrap().mode, Mode::Events);
    }
}
