//! What changed: a pure fold over the poller's news for whoever wants to hear changes, not readings.
//!
//! Each live order is told once as new, then every time something an operator acts on differs, and
//! once more when it ends. History is taken in silently: an order that was over before the first
//! complete picture is no news. An answer that is older than what is known tells nothing. What was
//! told can be kept ([`Watcher::to_keep`]) and handed to the next run.

mod print;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::poller::News;
use crate::api::{ApiError, SetAside};
use crate::domain::{Mono, NextAction, Now, Observed, Order, OrderId, Status};
use crate::store::{Told, ToldBefore};

/// Something happened.
#[derive(Debug)]
pub enum Happened {
    /// The first complete picture is there; from here on every new order is told, over or not.
    Ready {
        /// How many orders are known.
        known: usize,
    },
    /// An order is new, changed, or over.
    Order(Box<OrderChange>),
    /// An order cannot be read: nothing is known of how it goes on. Told once for each reason.
    Unreadable {
        /// Its id, if that much could be read.
        order: Option<OrderId>,
        /// Why.
        reason: String,
    },
    /// An order that was live is not returned any more. Told once, until it is back.
    NotFound(OrderId),
    /// How asking goes, when that changes.
    Connection(Connection),
}

/// A change of an order.
#[derive(Debug)]
pub struct OrderChange {
    /// What kind.
    pub kind: Kind,
    /// What was known before; nothing of an order never seen.
    pub before: Option<Before>,
    /// The order as it reads now.
    pub order: Observed<Order>,
}

/// Which kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Never seen before, and live.
    New,
    /// Something an operator acts on differs; an order that was over lives again (a refund is owed).
    Changed,
    /// It was live, or never seen, and is over.
    Ended,
}

/// What an order was before it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Its status.
    pub status: Status,
    /// What it asked for.
    pub next_action: Option<NextAction>,
}

/// How asking goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// The API answers.
    Live,
    /// It does not, or asks to wait.
    Failing {
        /// Why.
        why: String,
        /// The next try.
        retry_at: Option<Now>,
    },
    /// The API key was refused: nothing is asked any more.
    Unauthorized {
        /// In the API's words.
        why: String,
    },
}

/// The last reading of an order.
#[derive(Debug)]
struct Seen {
    asked: Mono,
    live: bool,
    before: Before,
    /// Stands for all an operator acts on.
    print: u64,
}

/// What the next run should know.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ToKeep {
    /// Orders that are told for the first time, to be kept before that: with a number no reading has,
    /// so that a run that ends in between is followed by one that tells them.
    pub first: Vec<Told>,
    /// Orders that were told, as they were told.
    pub orders: Vec<Told>,
    /// From when on orders are news whatever they are; `None` where that is as before, or not known.
    pub since: Option<DateTime<Utc>>,
}

impl ToKeep {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty() && self.since.is_none()
    }
}

/// Takes news, tells changes.
#[derive(Debug, Default)]
pub struct Watcher {
    seen: HashMap<OrderId, Seen>,
    /// The moment after which an order made is news even if it is over when first seen.
    since: Option<DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
    complete: bool,
    connection: Option<Connection>,
    unreadable: HashSet<(Option<OrderId>, String)>,
    missing: HashSet<OrderId>,
    /// Orders told since what is to be kept was asked for, and whether for the first time.
    fresh: Vec<(OrderId, bool)>,
    /// The moment that was given to be kept last.
    kept_since: Option<DateTime<Utc>>,
}

impl Watcher {
    /// A watcher that goes on from what earlier runs told.
    pub fn after(told: ToldBefore) -> Self {
        let seen = |told: Told| {
            let before = Before { status: told.status, next_action: told.next_action };
            // Whatever this run reads is later than anything an earlier one did.
            (told.order, Seen { asked: Mono::default(), live: told.live, before, print: told.print })
        };
        let seen = told.orders.into_iter().map(seen).collect();
        let since = told.since;
        Self { seen, since, newest: since, kept_since: since, ..Self::default() }
    }

    /// The orders that were live when they were told last: whether they still are must be asked.
    pub fn live(&self) -> impl Iterator<Item = &OrderId> {
        self.seen.iter().filter(|(_, seen)| seen.live).map(|(id, _)| id)
    }

    /// What changed, since this was asked last, of what the next run should know.
    pub fn to_keep(&mut self) -> ToKeep {
        let fresh = std::mem::take(&mut self.fresh);
        let told = |(order, _): &(OrderId, bool)| {
            let Seen { live, before, print, .. } = self.seen.get(order)?;
            let Before { status, next_action } = before.clone();
            Some(Told { order: order.clone(), live: *live, status, next_action, print: *print })
        };
        let orders = fresh.iter().filter_map(told).collect();
        let untold = |told: Told| Told { live: true, print: 0, ..told };
        let first = fresh.iter().filter(|(_, first)| *first).filter_map(told).map(untold).collect();
        let since = self.since.and(self.newest.or(self.since));
        ToKeep { first, orders, since: since.filter(|_| std::mem::replace(&mut self.kept_since, since) != since) }
    }

    /// How many orders are known.
    pub fn known(&self) -> usize {
        self.seen.len()
    }

    /// Takes one piece of news.
    pub fn take(&mut self, news: News) -> Vec<Happened> {
        match news {
            News::Orders { orders, set_aside } => {
                let mut out: Vec<_> = orders.into_iter().filter_map(|order| self.observe(order)).collect();
                out.extend(set_aside.into_iter().filter_map(|bad| self.set_aside(bad)));
                out
            }
            News::OrderNotFound(id) => self.not_found(id).into_iter().collect(),
            News::Complete => self.completed().into_iter().collect(),
            News::Answered { .. } => self.connected(Connection::Live).into_iter().collect(),
            News::Failed { error, retry_at } => self.connected(failing(&error, retry_at)).into_iter().collect(),
            News::Trouble { .. }
            | News::User(_)
            | News::UserUnknown(_)
            | News::Payments(..)
            | News::Swept { .. }
            | News::RefundRead(_)
            | News::Stats(_) => Vec::new(),
        }
    }

    fn observe(&mut self, order: Observed<Order>) -> Option<Happened> {
        let id = order.value.id.clone();
        self.missing.remove(&id);
        self.unreadable.retain(|(of, _)| of.as_ref() != Some(&id));
        let (kind, before) = match self.seen.get(&id) {
            Some(seen) if order.asked.mono < seen.asked => return None,
            Some(seen) => (difference(seen, &order.value), Some(seen.before.clone())),
            None => (self.first_sight(&order.value), None),
        };
        // The newest one known, though it is history: the next run must not take it for news.
        let newest = before.is_none() && order.value.created_at >= self.newest;
        if kind.is_some() || newest {
            self.fresh.push((id.clone(), kind.is_some() && before.is_none()));
        }
        self.newest = self.newest.max(order.value.created_at);
        self.seen.insert(id, Seen::of(&order));
        kind.map(|kind| Happened::Order(Box::new(OrderChange { kind, before, order })))
    }

    /// An order never seen: live, it is new; over, it is news only if it was made since.
    fn first_sight(&self, order: &Order) -> Option<Kind> {
        if order.is_live() {
            return Some(Kind::New);
        }
        let made_since = self.since.zip(order.created_at).is_some_and(|(since, made)| made >= since);
        made_since.then_some(Kind::Ended)
    }

    /// Without an earlier run, what is over now is history.
    fn completed(&mut self) -> Option<Happened> {
        if self.complete {
            return None;
        }
        self.complete = true;
        self.since = self.since.or(self.newest).or(Some(DateTime::UNIX_EPOCH));
        Some(Happened::Ready { known: self.known() })
    }

    fn set_aside(&mut self, bad: SetAside) -> Option<Happened> {
        let told = !self.unreadable.insert((bad.id.clone(), bad.reason.clone()));
        (!told).then_some(Happened::Unreadable { order: bad.id, reason: bad.reason })
    }

    fn not_found(&mut self, id: OrderId) -> Option<Happened> {
        let live = self.seen.get(&id).is_some_and(|seen| seen.live);
        (live && self.missing.insert(id.clone())).then_some(Happened::NotFound(id))
    }

    /// Only a different state is told, not each failed try.
    fn connected(&mut self, connection: Connection) -> Option<Happened> {
        let same = self
            .connection
            .as_ref()
            .is_some_and(|before| std::mem::discriminant(before) == std::mem::discriminant(&connection));
        self.connection = Some(connection.clone());
        (!same).then_some(Happened::Connection(connection))
    }
}

impl Seen {
    fn of(order: &Observed<Order>) -> Self {
        let value = &order.value;
        let before = Before { status: value.status.clone(), next_action: value.next_action.clone() };
        Self { asked: order.asked.mono, live: value.is_live(), before, print: print::of(value) }
    }
}

/// What became of an order seen before. Of one that stays over only another status is news.
fn difference(seen: &Seen, now: &Order) -> Option<Kind> {
    match (seen.live, now.is_live()) {
        (true, false) => Some(Kind::Ended),
        (false, true) => Some(Kind::Changed),
        (true, true) => (seen.print != print::of(now)).then_some(Kind::Changed),
        (false, false) => (seen.before.status != now.status).then_some(Kind::Changed),
    }
}

fn failing(error: &ApiError, retry_at: Option<Now>) -> Connection {
    let why = error.to_string();
    if error.is_unauthorized() { Connection::Unauthorized { why } } else { Connection::Failing { why, retry_at } }
}
