//! Single readings somebody asked for: orders an event named, cancelled orders to be looked at for
//! a refund. Several wishes for one order are one reading, asked for after the last of them.

use std::collections::{BTreeMap, HashSet, VecDeque};

use crate::domain::{Mono, OrderId};

/// An order an event named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// The first event that was not answered by a reading yet.
    pub first: Mono,
    /// The last one.
    pub latest: Mono,
}

/// Orders named by events and not read since.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<OrderId, Announced>);

/// From so many on, lists of a hundred are read in place of single orders.
const BACKLOG: usize = 6;

impl Changes {
    /// An event came.
    pub fn named(&mut self, order: OrderId, now: Mono) {
        let entry = self.0.entry(order).or_insert(Announced { first: now, latest: now });
        entry.latest = now;
    }

    /// A reading came; one that was asked for before the last event does not settle it.
    pub fn read(&mut self, order: &OrderId, asked: Mono) {
        if let Some(entry) = self.0.get_mut(order) {
            if asked >= entry.latest {
                self.0.remove(order);
            } else if asked >= entry.first {
                entry.first = entry.latest;
            }
        }
    }

    /// Nobody knows it.
    pub fn forget(&mut self, order: &OrderId) {
        self.0.remove(order);
    }

    /// Whether it is waited for.
    pub fn contains(&self, order: &OrderId) -> bool {
        !self.0.is_empty() && self.0.contains_key(order)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = (&OrderId, Announced)> {
        self.0.iter().map(|(order, entry)| (order, *entry))
    }

    /// More than can be read one by one: lists are wanted instead.
    pub fn is_backlog(&self) -> bool {
        self.0.len() > BACKLOG
    }

    /// The oldest event that is not settled and came after a reading asked for then.
    pub fn oldest_after(&self, asked: Option<Mono>) -> Option<Mono> {
        self.0.values().map(|entry| entry.latest).filter(|latest| asked.is_none_or(|asked| *latest > asked)).min()
    }
}

/// Cancelled orders to be read once.
#[derive(Debug, Default)]
pub struct Refunds {
    queue: VecDeque<OrderId>,
    wanted: HashSet<OrderId>,
    /// When the last one was read.
    last: Mono,
}

impl Refunds {
    /// These too.
    pub fn add(&mut self, orders: Vec<OrderId>) {
        for order in orders {
            if self.wanted.insert(order.clone()) {
                self.queue.push_back(order);
            }
        }
    }

    /// The next one, and since when.
    pub fn wants(&self) -> Option<(&OrderId, Mono)> {
        self.queue.front().map(|order| (order, self.last))
    }

    /// It was read by itself. Tells whether that was wanted.
    pub fn read(&mut self, order: &OrderId, now: Mono) -> bool {
        let wanted = self.wanted.remove(order);
        if wanted {
            self.queue.retain(|queued| queued != order);
            self.last = now;
        }
        wanted
    }

    /// It failed: the others first.
    pub fn failed(&mut self, order: &OrderId) {
        if self.queue.front() == Some(order) {
            self.queue.rotate_left(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(s: u64) -> Mono {
        Mono::new(Duration::from_secs(s))
    }

    #[test]
    fn several_events_are_one_reading_and_one_under_way_does_not_settle_a_later_event() {
        let order = OrderId::parse("o").unwrap();
        let mut changes = Changes::default();
        for s in [1, 2, 5] {
            changes.named(order.clone(), at(s));
        }
        changes.read(&order, at(3));
        assert_eq!(changes.iter().next(), Some((&order, Announced { first: at(5), latest: at(5) })));
        changes.read(&order, at(5));
        assert!(!changes.contains(&order));
    }

    #[test]
    fn each_refund_is_looked_for_once_and_a_failing_one_lets_the_others_pass() {
        let ids: Vec<OrderId> = ["a", "b"].iter().map(|id| OrderId::parse(id).unwrap()).collect();
        let mut refunds = Refunds::default();
        refunds.add(ids.clone());
        refunds.add(ids.clone());
        refunds.failed(&ids[0]);
        assert_eq!(refunds.wants().map(|(id, _)| id), Some(&ids[1]));
        assert!(refunds.read(&ids[1], at(1)) && refunds.read(&ids[0], at(1)) && !refunds.read(&ids[0], at(1)));
        assert_eq!(refunds.wants(), None);
    }
}
