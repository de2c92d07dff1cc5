//! The schedule against the simulated server, on a virtual clock, and what an operator would have
//! seen: how old what is shown was at its oldest, and how late each change was.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};
use std::time::Duration;

use ramptop::domain::freshness::Promise;
use ramptop::domain::{Observed, Order, Status};
use ramptop::sync::schedule::{Ended, Job, Progress, Reach, Schedule};
use ramptop::sync::stats::Meter;

use super::world::{Dice, START, World, at, filter_of, number};

/// How the line and the server behave.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Milliseconds an answer takes.
    pub latency: (u64, u64),
    /// Of a thousand answers, how many take two seconds.
    pub slow: u64,
    /// Of a thousand requests, how many fail with a server error.
    pub errors: u64,
    /// Of a thousand requests, how many never get an answer.
    pub lost: u64,
    /// When more than this many requests come within ten seconds, the answer is 429 and so many seconds.
    pub limit: Option<(usize, u64)>,
}

pub const GOOD: Line = Line { latency: (50, 400), slow: 0, errors: 0, lost: 0, limit: None };

/// Whether the server announces changes, and how.
#[derive(Debug, Clone, Copy)]
pub struct Hooks {
    /// Milliseconds an event takes.
    pub latency: (u64, u64),
    /// Of a hundred events, how many never come.
    pub lost: u64,
}

#[derive(Debug)]
enum Happens {
    Evaluated(usize),
    Answered(usize),
    Event(usize),
}

struct Request {
    job: Job,
    asked: u64,
    evaluated: u64,
    rows: Vec<Observed<Order>>,
    ended: Ended,
    count: Option<u64>,
}

/// What is on the screen of one order.
struct Shown {
    status: Status,
    asked: u64,
    wanting: bool,
    live: bool,
    fixed_order: Order,
}

/// The oldest and the latest of everything since it was last cleared.
#[derive(Debug, Default, Clone)]
pub struct Worst {
    /// Shown as wanting the operator: milliseconds since it was asked for.
    pub wanting: u64,
    /// Shown as live.
    pub live: u64,
    /// From its creation to the screen, by direction.
    pub new_off: u64,
    pub new_on: u64,
    /// From a change to the screen, of orders shown as wanting, or becoming so.
    pub change_wanting: u64,
    pub change_other: u64,
    pub new_orders: u64,
    pub changes: u64,
    pub requests: u64,
    pub most_in_a_minute: usize,
    /// Without any answer.
    pub silence: u64,
}

pub struct Drive {
    pub world: World,
    pub schedule: Schedule,
    line: Line,
    pub hooks: Option<Hooks>,
    dice: Dice,
    events: BinaryHeap<Reverse<(u64, u64, usize)>>,
    happens: HashMap<usize, Happens>,
    requests: HashMap<usize, Request>,
    serial: usize,
    shown: BTreeMap<usize, Shown>,
    /// Changes not on the screen yet: since when, whether new.
    unseen: BTreeMap<usize, (u64, bool)>,
    pub worst: Worst,
    pub sent: Vec<(u64, Job)>,
    minute: VecDeque<u64>,
    now: u64,
    answered: u64,
    /// The wall clock is so much ahead of the other one.
    asleep: u64,
    /// The server answers 429 until then.
    closed_until: u64,
    /// What the client was told: nothing before then.
    told_until: u64,
    /// Requests that left all the same.
    pub too_early: u64,
    pub swept: Vec<(u32, u32)>,
    pub refunds_read: usize,
}

impl Drive {
    pub fn new(world: World, line: Line, hooks: Option<Hooks>, seed: u64) -> Self {
        Self {
            schedule: Schedule::new(&at(START, 0)),
            world,
            line,
            hooks,
            dice: Dice::new(seed ^ 0xABCD),
            events: BinaryHeap::new(),
            happens: HashMap::new(),
            requests: HashMap::new(),
            serial: 0,
            shown: BTreeMap::new(),
            unseen: BTreeMap::new(),
            worst: Worst::default(),
            sent: Vec::new(),
            minute: VecDeque::new(),
            now: START,
            answered: START,
            asleep: 0,
            closed_until: 0,
            told_until: 0,
            too_early: 0,
            swept: Vec::new(),
            refunds_read: 0,
        }
    }

    fn clock(&self) -> ramptop::domain::Now {
        at(self.now, self.asleep)
    }

    /// Lets so many seconds pass; afterwards everything shown has been looked at.
    pub fn run(&mut self, seconds: u64) -> Worst {
        let end = self.now + seconds * 1_000;
        while self.now < end {
            self.send();
            let wake = self
                .schedule
                .wake_at(&self.clock())
                .map_or(u64::MAX, |at| at.elapsed().as_millis() as u64 + self.asleep);
            let next = self.events.peek().map_or(u64::MAX, |Reverse((at, ..))| *at);
            let until = wake.max(self.now + 1).min(self.now + 5_000).min(next).min(self.world.next_at()).min(end);
            self.pass(until);
        }
        self.look_at_all();
        let requests = self.worst.requests;
        let worst = std::mem::take(&mut self.worst);
        self.worst.requests = 0;
        Worst { requests, ..worst }
    }

    /// The machine sleeps: its own clock stands still, what was under way is lost.
    pub fn sleep(&mut self, seconds: u64) {
        let until = self.now + seconds * 1_000;
        while let Some(moved) = self.world.step(until) {
            self.unseen.entry(moved.order).or_insert((moved.at, moved.new));
        }
        for request in self.requests.values_mut() {
            request.rows.clear();
            request.ended = Ended::Failed { retry_after: None, reach: Reach::All };
        }
        self.happens.retain(|_, what| matches!(what, Happens::Answered(_)));
        self.asleep += seconds * 1_000;
        self.now = until;
    }

    pub fn set_line(&mut self, line: Line) {
        self.line = line;
    }

    fn pass(&mut self, until: u64) {
        while let Some(moved) = self.world.step(until) {
            self.worst.changes += 1;
            self.unseen.entry(moved.order).or_insert((moved.at, moved.new));
            if let Some(hooks) = self.hooks
                && !self.dice.percent(hooks.lost)
            {
                let when = moved.at + self.dice.between(hooks.latency.0, hooks.latency.1);
                self.schedule_event(when, Happens::Event(moved.order));
            }
        }
        self.now = until;
        while self.events.peek().is_some_and(|Reverse((at, ..))| *at <= until) {
            let Some(Reverse((_, _, key))) = self.events.pop() else { break };
            match self.happens.remove(&key) {
                Some(Happens::Evaluated(request)) => self.evaluate(request),
                Some(Happens::Answered(request)) => self.answer(request),
                Some(Happens::Event(order)) => {
                    let id = self.world.rows[order].id.clone();
                    self.schedule.changed(id, &self.clock());
                }
                None => {}
            }
        }
    }

    fn schedule_event(&mut self, when: u64, what: Happens) {
        self.serial += 1;
        self.happens.insert(self.serial, what);
        self.events.push(Reverse((when.max(self.now), self.serial as u64, self.serial)));
    }

    fn send(&mut self) {
        let now = self.clock();
        for job in self.schedule.next(&now) {
            self.worst.requests += 1;
            self.too_early += u64::from(self.now < self.told_until);
            self.sent.push((self.now, job.clone()));
            self.minute.push_back(self.now);
            while self.minute.front().is_some_and(|at| self.now - at >= 60_000) {
                self.minute.pop_front();
            }
            self.worst.most_in_a_minute = self.worst.most_in_a_minute.max(self.minute.len());
            let mut latency = self.dice.between(self.line.latency.0, self.line.latency.1);
            if self.dice.roll(1_000) < self.line.slow {
                latency = 2_000;
            }
            let lost = self.dice.roll(1_000) < self.line.lost;
            let evaluated = self.now + self.dice.roll(latency);
            let ended = Ended::Failed { retry_after: None, reach: Reach::All };
            let request = Request { job, asked: self.now, evaluated, rows: Vec::new(), ended, count: None };
            self.serial += 1;
            let key = self.serial;
            self.requests.insert(key, request);
            if lost {
                self.schedule_event(self.now + 10_000, Happens::Answered(key));
            } else {
                self.schedule_event(evaluated, Happens::Evaluated(key));
                self.schedule_event(self.now + latency, Happens::Answered(key));
            }
        }
    }

    /// The server looks.
    fn evaluate(&mut self, key: usize) {
        let Some(mut request) = self.requests.remove(&key) else { return };
        let asked = at(request.asked, self.asleep);
        let now = self.clock();
        if let Some((most, wait)) = self.line.limit {
            let lately = self.minute.iter().filter(|sent| self.now - **sent < 10_000).count();
            if self.now < self.closed_until || lately > most {
                self.closed_until = self.closed_until.max(self.now + wait * 1_000);
                let left = (self.closed_until - self.now).div_ceil(1_000);
                request.ended = Ended::Failed { retry_after: Some(Duration::from_secs(left)), reach: Reach::All };
                self.requests.insert(key, request);
                return;
            }
        }
        if self.dice.roll(1_000) < self.line.errors {
            request.ended = Ended::Failed { retry_after: None, reach: Reach::Server };
            self.requests.insert(key, request);
            return;
        }
        let (rows, ended, count) = match &request.job {
            Job::List { status, page } => {
                let (rows, pages, count) = self.world.page(*status, *page);
                let full = rows.len() == 100;
                (rows, Ended::Answered { total_pages: Some(pages), full }, Some(count))
            }
            Job::Order(id) => (vec![number(id)], Ended::Answered { total_pages: None, full: false }, None),
            _ => (Vec::new(), Ended::NotFound, None),
        };
        request.rows = rows.into_iter().map(|row| self.world.rows[row].say(self.now, asked, now)).collect();
        (request.ended, request.count) = (ended, count);
        self.requests.insert(key, request);
    }

    fn answer(&mut self, key: usize) {
        let Some(request) = self.requests.remove(&key) else { return };
        let now = self.clock();
        if !request.rows.is_empty() {
            self.worst.silence = self.worst.silence.max(self.now - self.answered);
            self.answered = self.now;
        }
        if let Ended::Failed { retry_after: Some(wait), .. } = request.ended {
            self.told_until = self.told_until.max(self.now + wait.as_millis() as u64);
        }
        match &request.job {
            Job::List { .. } => self.schedule.listed(&request.job, &request.rows, request.count),
            _ => self.schedule.observed(&request.rows),
        }
        for progress in self.schedule.ended(&request.job, &request.ended, &now, 0.5) {
            match progress {
                Progress::Swept { page, of } => self.swept.push((page, of)),
                Progress::RefundRead(_) => self.refunds_read += 1,
            }
        }
        for order in request.rows {
            self.show(order, request.asked, request.evaluated);
        }
    }

    fn show(&mut self, order: Observed<Order>, asked: u64, evaluated: u64) {
        let row = number(&order.value.id);
        let live = order.value.is_live();
        let wanting = order.value.authorization_seconds_left.is_some() || order.value.our_next_action().is_some();
        let before = self.shown.get(&row).filter(|shown| shown.live).map(|shown| shown.wanting);
        if self.shown.get(&row).is_some_and(|shown| shown.asked > asked) {
            return;
        }
        self.note_age(row);
        if let Some((since, new)) = self.unseen.get(&row).copied()
            && evaluated >= since
        {
            self.unseen.remove(&row);
            let late = self.now - since;
            let worst = &mut self.worst;
            let on_ramp = self.world.rows[row].direction == ramptop::domain::Direction::OnRamp;
            let listed = filter_of(&self.world.rows[row]).is_some() || before == Some(true);
            match (new, on_ramp) {
                (true, false) => worst.new_off = worst.new_off.max(late),
                (true, true) => worst.new_on = worst.new_on.max(late),
                _ if listed && (wanting || before == Some(true)) => {
                    worst.change_wanting = worst.change_wanting.max(late);
                }
                _ => worst.change_other = worst.change_other.max(late),
            }
            worst.new_orders += u64::from(new);
        }
        let status = order.value.status.clone();
        self.shown.insert(row, Shown { status, asked, wanting, live, fixed_order: order.value });
    }

    fn note_age(&mut self, row: usize) {
        let Some(shown) = self.shown.get(&row).filter(|shown| shown.live) else { return };
        let age = self.now - shown.asked;
        let worst = if shown.wanting { &mut self.worst.wanting } else { &mut self.worst.live };
        *worst = age.max(*worst);
    }

    fn look_at_all(&mut self) {
        let rows: Vec<usize> = self.shown.iter().filter(|(_, shown)| shown.live).map(|(row, _)| *row).collect();
        for row in rows {
            self.note_age(row);
        }
    }

    /// Orders that are not on the screen, and orders that are shown other than they are.
    pub fn wrong(&self) -> (usize, usize) {
        let truth = |row: usize| &self.world.rows[row];
        let missing = self.world.rows.len() - self.shown.len();
        let differs = |(row, shown): (&usize, &Shown)| {
            shown.status != truth(*row).status.into() || shown.fixed_order.refund_owed() != truth(*row).refund
        };
        (missing, self.shown.iter().filter(|entry| differs((entry.0, entry.1))).count())
    }

    /// How fresh the schedule says the picture is.
    pub fn promise(&self) -> Promise {
        self.schedule.stats(&Meter::default(), &self.clock()).promise
    }

    pub fn counts(&self) -> (usize, usize) {
        let shown = self.shown.values().filter(|shown| shown.live);
        let wanting = shown.clone().filter(|shown| shown.wanting).count();
        (shown.count(), wanting)
    }

    /// The most requests in any stretch of so many seconds.
    pub fn most_within(&self, seconds: u64) -> usize {
        let times: Vec<u64> = self.sent.iter().map(|(at, _)| *at).collect();
        let mut first = 0;
        let mut most = 0;
        for (last, at) in times.iter().enumerate() {
            while at - times[first] >= seconds * 1_000 {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        most
    }
}
