//! What changed: a pure fold over the poller's news for whoever wants to hear changes, not readings.
//!
//! Each live order is told once as new, then every time something an operator acts on differs, and
//! once more when it ends. History is taken in silently: an order that was over before the first
//! complete picture is no news. An answer that is older than what is known tells nothing.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::poller::News;
use crate::api::{ApiError, SetAside};
use crate::domain::{Mono, NextAction, Now, Observed, Order, OrderId, Status};

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

/// What is known of an order.
#[derive(Debug)]
enum Known {
    /// Live, as last read, without what is only for reading.
    Live(Box<Order>),
    /// Over.
    Over(Before),
}

/// The last reading of an order.
#[derive(Debug)]
struct Seen {
    asked: Mono,
    known: Known,
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
}

impl Watcher {
    /// A watcher that starts from what an earlier run knew, whenever that was. `newest` is when the
    /// newest order known was made.
    pub fn starting_from(orders: impl IntoIterator<Item = Order>, newest: Option<DateTime<Utc>>) -> Self {
        let mut watcher = Self { since: newest, newest, ..Self::default() };
        for order in orders {
            // Whatever this run reads is later than anything an earlier one did.
            watcher.remember(order, Mono::default());
        }
        watcher
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
            Some(seen) => (difference(&seen.known, &order.value), Some(seen.known.before())),
            None => (self.first_sight(&order.value), None),
        };
        self.remember(order.value.clone(), order.asked.mono);
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

    fn remember(&mut self, mut order: Order, asked: Mono) {
        self.newest = self.newest.max(order.created_at);
        let id = order.id.clone();
        let known = if order.is_live() {
            order.raw = "".into();
            order.timeline = Vec::new();
            Known::Live(Box::new(order))
        } else {
            Known::Over(Before { status: order.status, next_action: order.next_action })
        };
        self.seen.insert(id, Seen { asked, known });
    }

    /// Without an earlier run, what is over now is history.
    fn completed(&mut self) -> Option<Happened> {
        if self.complete {
            return None;
        }
        self.complete = true;
        self.since = self.since.or(self.newest).or(Some(DateTime::<Utc>::MIN_UTC));
        Some(Happened::Ready { known: self.known() })
    }

    fn set_aside(&mut self, bad: SetAside) -> Option<Happened> {
        let told = !self.unreadable.insert((bad.id.clone(), bad.reason.clone()));
        (!told).then_some(Happened::Unreadable { order: bad.id, reason: bad.reason })
    }

    fn not_found(&mut self, id: OrderId) -> Option<Happened> {
        let live = matches!(self.seen.get(&id), Some(Seen { known: Known::Live(_), .. }));
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

impl Known {
    fn before(&self) -> Before {
        match self {
            Self::Live(order) => Before { status: order.status.clone(), next_action: order.next_action.clone() },
            Self::Over(before) => before.clone(),
        }
    }
}

/// What became of an order seen before.
fn difference(known: &Known, now: &Order) -> Option<Kind> {
    match known {
        Known::Live(_) if !now.is_live() => Some(Kind::Ended),
        Known::Live(before) => now.differs_for_operator(before).then_some(Kind::Changed),
        Known::Over(_) if now.is_live() => Some(Kind::Changed),
        Known::Over(before) => (before.status != now.status).then_some(Kind::Changed),
    }
}

fn failing(error: &ApiError, retry_at: Option<Now>) -> Connection {
    let why = error.to_string();
    if error.is_unauthorized() { Connection::Unauthorized { why } } else { Connection::Failing { why, retry_at } }
}
