//! The orders the program knows, keyed by id, and the list the operator sees of them.
//!
//! An answer older than what is known never replaces it; an order missing from an answer is "not
//! seen", never gone. Of every order there is a line, which is what lists need. Whole are those
//! that are not over, and the ones of the others that were read last: a partner has years of
//! finished orders, and each held whole would cost kilobytes.

mod key;
mod line;
mod list;
mod listed;
mod words;
mod work;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, Utc};
use hashbrown::HashTable;

use self::line::{Currencies, Line};
pub use self::list::{Visible, visible};
pub use self::listed::Listed;
pub use self::words::TextMatcher;
pub(in crate::app) use self::words::{begins, id_head};
pub use self::work::Work;
use crate::domain::urgency::{self, Urgency};
use crate::domain::{Brief, Mono, Now, Observed, Order, OrderId};

/// Whole orders that are over and still kept at hand, the latest read.
const KEPT_WHOLE: usize = 256;

/// What is known of an order besides its last reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The last reading.
    pub seen: Observed<Order>,
    /// Why the latest answer about it could not be used.
    pub trouble: Option<String>,
}

/// What a reading changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An order not known before.
    New,
    /// Something an operator acts on is different.
    Changed,
    /// Only its age.
    Refreshed,
    /// It was older than what is known.
    Ignored,
}

/// What changed since the list was worked out last.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct News {
    /// Something about an order that is not over.
    near: bool,
    /// Orders that became known as over.
    fresh: Vec<u32>,
    /// Known orders whose place among those that are over, or whether they have one, changed.
    moved: Vec<u32>,
}

/// All known orders.
#[derive(Debug, Default)]
pub struct OrderBook {
    lines: Vec<Line>,
    places: HashTable<u32>,
    hasher: RandomState,
    currencies: Currencies,
    rows: HashMap<u32, Row>,
    /// Those that are not over, or can still be acted on.
    near: BTreeSet<u32>,
    /// Whole orders that are over, those read first at the front.
    over: VecDeque<u32>,
    /// Stay whole whatever else is read.
    held: Vec<OrderId>,
    news: News,
}

/// A reading of an earlier run: older than any of this one.
pub fn kept(order: Order, asked_at: DateTime<Utc>) -> Observed<Order> {
    let asked = Now { mono: Mono::default(), wall: asked_at };
    Observed { value: order, asked, answered: asked, server_date: None }
}

impl OrderBook {
    /// Takes in a reading.
    pub fn observe(&mut self, seen: Observed<Order>) -> Change {
        if self.is_nothing_new(&seen) {
            return Change::Refreshed;
        }
        let line = Line::of_order(&seen.value, seen.asked, &mut self.currencies);
        let Some(slot) = self.slot(&seen.value.id) else {
            let Some(slot) = self.push(line) else { return Change::Ignored };
            self.settle(slot, seen, true);
            return Change::New;
        };
        let Some(known) = self.line(slot) else { return Change::Ignored };
        if seen.asked.mono < known.asked().mono {
            return Change::Ignored;
        }
        let same = known.same(&line);
        let changed = match self.rows.get(&slot) {
            Some(row) => seen.value.differs_for_operator(&row.seen.value),
            None => !same,
        };
        if let Some(known) = self.lines.get_mut(slot as usize) {
            *known = line;
        }
        self.settle(slot, seen, !same);
        if changed { Change::Changed } else { Change::Refreshed }
    }

    /// One that is over, of which no more than the line is kept, and which reads as it did: it was
    /// asked for again, that is all. Most of what a partner's history brings is that.
    fn is_nothing_new(&mut self, seen: &Observed<Order>) -> bool {
        let Some(slot) = self.slot(&seen.value.id) else { return false };
        if self.rows.contains_key(&slot) || self.near.contains(&slot) {
            return false;
        }
        let Self { lines, currencies, .. } = self;
        let Some(line) = lines.get_mut(slot as usize) else { return false };
        let is_later = seen.asked.mono >= line.asked().mono;
        let same =
            is_later && line.is_of(&seen.value, currencies) && urgency::of(seen, &seen.answered) == Urgency::Ended;
        if same {
            line.asked_again(seen.asked);
        }
        same
    }

    /// Takes in an order that an earlier run read last, where nothing is known of it yet.
    pub fn restore(&mut self, seen: Observed<Order>) {
        if self.slot(&seen.value.id).is_some() {
            return;
        }
        let line = Line::of_order(&seen.value, seen.asked, &mut self.currencies);
        if let Some(slot) = self.push(line) {
            self.settle(slot, seen, true);
        }
    }

    /// Takes in the lines of orders that are over, where nothing is known of them yet.
    pub fn take_past(&mut self, past: impl IntoIterator<Item = (Brief, DateTime<Utc>)>, now: &Now) {
        for (brief, asked_at) in past {
            if self.slot(&brief.id).is_some() {
                continue;
            }
            let asked = Now { mono: Mono::default(), wall: asked_at };
            let line = Line::of_brief(&brief, asked, &mut self.currencies);
            let Some(slot) = self.push(line) else { return };
            if self.urgency(slot, now) == Urgency::Ended {
                self.news.fresh.push(slot);
            } else {
                self.near.insert(slot);
                self.news.near = true;
            }
        }
    }

    /// Takes in the whole of an order that is over, as an earlier reading had it. `false` if what
    /// is known is newer or whole already.
    pub fn load(&mut self, mut seen: Observed<Order>) -> bool {
        let Some(slot) = self.slot(&seen.value.id) else { return false };
        let Some(known) = self.line(slot).map(Line::asked).filter(|_| !self.rows.contains_key(&slot)) else {
            return false;
        };
        let (written, read) = (seen.asked.wall.timestamp_millis(), known.wall.timestamp_millis());
        if written == read {
            // The very reading the line is of: its age is known by both clocks.
            seen.asked.mono = known.mono;
        }
        if written >= read {
            self.settle(slot, seen, false);
        }
        written >= read
    }

    /// Room for a line. `None` beyond what can be numbered.
    fn push(&mut self, line: Line) -> Option<u32> {
        let slot = u32::try_from(self.lines.len()).ok()?;
        let Self { lines, places, hasher, .. } = self;
        let hash = hasher.hash_one(line.id());
        lines.push(line);
        let hashed = |slot: &u32| hasher.hash_one(lines.get(*slot as usize).map_or("", Line::id));
        places.insert_unique(hash, slot, hashed);
        Some(slot)
    }

    /// Puts a whole order where it belongs now. `moved` tells whether its line changed.
    fn settle(&mut self, slot: u32, seen: Observed<Order>, moved: bool) {
        let near = urgency::of(&seen, &seen.answered) != Urgency::Ended;
        let was_near = self.near.contains(&slot);
        let was_whole = self.rows.insert(slot, Row { seen, trouble: None }).is_some();
        if near {
            self.near.insert(slot);
        } else {
            self.near.remove(&slot);
            if was_near || !was_whole {
                self.over.push_back(slot);
            }
        }
        self.news.near |= near || was_near;
        if was_near != near || (moved && !near) {
            self.news.moved.push(slot);
        }
        self.forget_wholes();
    }

    /// Of what is over, only the latest stay whole.
    fn forget_wholes(&mut self) {
        for _ in 0..self.over.len().saturating_sub(KEPT_WHOLE) {
            let Some(slot) = self.over.pop_front() else { return };
            let held = self.line(slot).is_some_and(|line| self.held.iter().any(|id| id.as_str() == line.id()));
            if held {
                self.over.push_back(slot);
            } else if !self.near.contains(&slot) {
                self.rows.remove(&slot);
            }
        }
    }

    /// These stay whole whatever else is read.
    pub fn hold(&mut self, ids: Vec<OrderId>) {
        self.held = ids;
    }

    /// Orders whose time as something that can still be acted on has run out are over from now on.
    pub(super) fn let_go(&mut self, now: &Now) {
        let over: Vec<u32> = self.near.iter().copied().filter(|s| self.urgency(*s, now) == Urgency::Ended).collect();
        for slot in over {
            self.near.remove(&slot);
            self.news.moved.push(slot);
            if self.rows.contains_key(&slot) {
                self.over.push_back(slot);
            }
        }
    }

    /// Something else changed whether it belongs to a list.
    pub(super) fn touch(&mut self, id: &OrderId) {
        let Some(slot) = self.slot(id) else { return };
        if self.near.contains(&slot) {
            self.news.near = true;
        } else {
            self.news.moved.push(slot);
        }
    }

    /// How much an order wants the operator.
    fn urgency(&self, slot: u32, now: &Now) -> Urgency {
        if let Some(row) = self.rows.get(&slot) {
            return urgency::of(&row.seen, now);
        }
        let until = self.line(slot).and_then(Line::send_out_until);
        if until.is_some_and(|end| now.wall < end) { Urgency::Optional } else { Urgency::Ended }
    }

    fn line(&self, slot: u32) -> Option<&Line> {
        self.lines.get(slot as usize)
    }

    fn slot(&self, id: &OrderId) -> Option<u32> {
        let text = id.as_str();
        let is_it = |slot: &u32| self.line(*slot).is_some_and(|line| line.id() == text);
        self.places.find(self.hasher.hash_one(text), is_it).copied()
    }

    /// Notes that the latest answer about an order could not be used; what is known stays.
    pub fn trouble(&mut self, id: &OrderId, why: &str) {
        if let Some(row) = self.slot(id).and_then(|slot| self.rows.get_mut(&slot)) {
            row.trouble = Some(why.to_owned());
            self.news.near = true;
        }
    }

    /// One order, where all of it is at hand.
    pub fn get(&self, id: &OrderId) -> Option<&Row> {
        self.rows.get(&self.slot(id)?)
    }

    /// What is at hand of one order.
    pub fn listed(&self, id: &OrderId) -> Option<Listed<'_>> {
        self.at(self.slot(id)?)
    }

    fn at(&self, slot: u32) -> Option<Listed<'_>> {
        Some(Listed::new(self.line(slot)?, self.rows.get(&slot), &self.currencies))
    }

    /// The whole ones, in no order: all that are not over, and some that are.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What changed since this was asked last.
    pub(super) fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }
}

#[cfg(test)]
mod tests;
