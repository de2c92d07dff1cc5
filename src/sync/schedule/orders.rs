//! The live orders: when each was last seen, what it wants, and which list returns it.
//!
//! Routes are learned from what lists return, never from what a filter should mean. An order stays
//! here until it was seen to be over: missing from a list means "not seen", and it is read by itself.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::lists::Filter;
use crate::domain::{Mono, Observed, Order, OrderId, Status};

/// Where a reading came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The order was asked for by itself.
    Single,
    /// A filtered list.
    Filter(Filter),
    /// A page of the unfiltered list.
    Page(u32),
}

/// How an order is refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// This filtered list returned it last.
    Filter(Filter),
    /// No filter returns it, this page of the unfiltered list did.
    Page(u32),
    /// By itself.
    Alone,
}

/// A live order, or one that is to be read until it is known not to be one.
#[derive(Debug)]
pub struct Live {
    /// When it was last asked for and answered; `None`: never.
    pub seen: Option<Mono>,
    /// It has a countdown or a required action of ours.
    pub wanting: bool,
    /// How it is refreshed.
    pub route: Route,
    /// It is to be read by itself, and since when.
    pub hurry: Option<Mono>,
    /// When its countdown ends.
    pub deadline: Option<Mono>,
    /// It was not found once.
    pub missing: bool,
    /// When the last event about it came.
    pub announced: Option<Mono>,
    status: Option<Status>,
}

/// What a reading changed.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing that matters here.
    None,
    /// It was not among the live ones.
    New,
    /// Another status than before, seen last at this time.
    Moved {
        /// The reading before, if there was one.
        seen: Option<Mono>,
        /// An event came since then.
        announced: bool,
        /// It is over.
        over: bool,
    },
}

/// Orders that ended lately: late answers must not bring them back.
const LATELY: usize = 256;

/// In this time the next page of a list is read.
const NEXT_PAGE: Duration = Duration::from_millis(1_500);

/// All live orders.
#[derive(Debug, Default)]
pub struct Orders {
    live: HashMap<OrderId, Live>,
    over: VecDeque<(OrderId, Mono)>,
}

impl Orders {
    /// Each with its id.
    pub fn iter(&self) -> impl Iterator<Item = (&OrderId, &Live)> {
        self.live.iter()
    }

    /// One of them.
    pub fn get(&self, id: &OrderId) -> Option<&Live> {
        self.live.get(id)
    }

    /// To be read as soon as there is room, until it is seen to be over.
    pub fn watch(&mut self, id: OrderId, now: Mono) -> &mut Live {
        self.live.entry(id).or_insert_with(|| Live {
            seen: None,
            wanting: false,
            route: Route::Alone,
            hurry: Some(now),
            deadline: None,
            missing: false,
            announced: None,
            status: None,
        })
    }

    /// Takes in one reading.
    pub fn observe(&mut self, order: &Observed<Order>, source: Source) -> Change {
        let (id, asked) = (&order.value.id, order.asked.mono);
        if !order.value.is_live() {
            return self.ended(id, asked);
        }
        let known = self.live.get(id);
        let stale = match known {
            Some(live) => live.seen.is_some_and(|seen| asked < seen),
            None => self.over.iter().any(|(over, at)| over == id && asked < *at),
        };
        if stale {
            return Change::None;
        }
        let new = known.is_none();
        let live = self.watch(id.clone(), asked);
        let before = live.seen;
        let moved = live.status.as_ref().is_some_and(|status| *status != order.value.status);
        live.take(order, source);
        let announced = live.announced.is_some_and(|at| before.is_none_or(|seen| at >= seen));
        match (new, moved) {
            (true, _) => Change::New,
            (_, true) => Change::Moved { seen: before, announced, over: false },
            _ => Change::None,
        }
    }

    fn ended(&mut self, id: &OrderId, asked: Mono) -> Change {
        match self.live.get(id) {
            None => return Change::None,
            Some(live) if live.seen.is_some_and(|seen| asked < seen) => return Change::None,
            Some(_) => {}
        }
        let Some(live) = self.live.remove(id) else { return Change::None };
        self.over.push_back((id.clone(), asked));
        if self.over.len() > LATELY {
            self.over.pop_front();
        }
        if live.status.is_none() {
            return Change::None;
        }
        let announced = live.announced.is_some_and(|at| live.seen.is_none_or(|seen| at >= seen));
        Change::Moved { seen: live.seen, announced, over: true }
    }

    /// The list was read completely after `since`, the last page of it asked for at `asked`: whoever
    /// it did not return is read by itself, and has been due since then.
    pub fn not_returned(&mut self, route: Route, since: Mono, asked: Mono) {
        for live in self.live.values_mut() {
            if live.route == route && live.seen.is_some_and(|seen| seen < since) {
                live.route = Route::Alone;
                // Rows move from page to page: one that is not urgent may be on the next one.
                let since = if live.wanting { asked } else { asked + NEXT_PAGE };
                live.hurry = Some(live.hurry.unwrap_or(since));
            }
        }
    }

    /// A request for it ended without an answer that counts; whatever comes next comes in its time.
    pub fn asked_in_vain(&mut self, id: &OrderId, now: Mono) {
        if let Some(live) = self.live.get_mut(id) {
            live.seen = Some(live.seen.unwrap_or_default().max(now));
            live.hurry = None;
            live.missing = true;
        }
    }

    /// Not read any more.
    pub fn forget(&mut self, id: &OrderId) {
        self.live.remove(id);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.live.len()
    }
}

impl Live {
    fn take(&mut self, order: &Observed<Order>, source: Source) {
        let (value, asked) = (&order.value, order.asked.mono);
        let same = self.status.as_ref() == Some(&value.status);
        self.route = match (source, self.route) {
            (Source::Filter(filter), _) => Route::Filter(filter),
            (_, Route::Filter(filter)) if same => Route::Filter(filter),
            (Source::Page(page), _) | (Source::Single, Route::Page(page)) => Route::Page(page),
            (Source::Single, _) => Route::Alone,
        };
        if !same {
            self.status = Some(value.status.clone());
        }
        let left = value.authorization_seconds_left.map(Duration::from_secs);
        self.deadline = left.map(|left| asked + left);
        self.wanting = left.is_some() || value.our_next_action().is_some();
        self.seen = Some(asked);
        self.hurry = None;
        self.missing = false;
    }
}
