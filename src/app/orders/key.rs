//! Where an order stands in the list: a number worked out once, compared many times.

use std::cmp::Ordering;

use super::OrderBook;
use super::line::Line;
use crate::app::view_state::{Listing, SortBy};
use crate::domain::urgency::{self, Urgency};
use crate::domain::{Amount, Now};

/// The place of an order, and which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    main: u128,
    /// The first letters of the id.
    id: u64,
    /// Its number in the book.
    pub(super) slot: u32,
}

/// What the keys of a list are made and compared by.
#[derive(Clone, Copy)]
pub(super) struct Ranking<'a> {
    book: &'a OrderBook,
    sort: SortBy,
    reversed: bool,
}

impl<'a> Ranking<'a> {
    pub(super) fn new(book: &'a OrderBook, listing: &Listing) -> Self {
        Self { book, sort: listing.sort, reversed: listing.reversed }
    }

    /// The key of an order as of `now`. That of an order that is over never changes with time.
    pub(super) fn key(&self, slot: u32, line: &Line, now: &Now) -> Key {
        let main = match self.sort {
            SortBy::Urgency => self.urgency(slot, line, now),
            SortBy::Created => u128::from(!ordered(line.created)),
            SortBy::Status => u128::from_be_bytes(head(line.status.label())),
            SortBy::Amount => !fixed(line.crypto.unwrap_or(Amount::ZERO)),
        };
        Key { main, id: u64::from_be_bytes(head(line.id())), slot }
    }

    /// The same order as [`urgency::key`]: urgency, deadline, the newest.
    fn urgency(&self, slot: u32, line: &Line, now: &Now) -> u128 {
        let urgency = self.book.urgency(slot, now);
        let deadline = self.book.rows.get(&slot).map_or(u64::MAX, |row| urgency::deadline(&row.seen, urgency));
        let created = if line.created == i64::MIN { i64::MIN } else { line.created.div_euclid(1_000) };
        let deadline = deadline.min((1 << 48) - 1);
        u128::from(rank(urgency)) << 112 | u128::from(deadline) << 64 | u128::from(!ordered(created))
    }

    /// Compares two keys of this ranking.
    pub(super) fn cmp(&self, a: &Key, b: &Key) -> Ordering {
        let order = a.main.cmp(&b.main).then_with(|| self.fine(a, b));
        let order = order.then(a.id.cmp(&b.id)).then_with(|| self.by_id(a, b));
        if self.reversed { order.reverse() } else { order }
    }

    /// Where the number is too short to tell two apart.
    fn fine(&self, a: &Key, b: &Key) -> Ordering {
        let line = |key: &Key| self.book.line(key.slot);
        match (self.sort, line(a), line(b)) {
            (SortBy::Amount, Some(a), Some(b)) => {
                b.crypto.unwrap_or(Amount::ZERO).cmp(&a.crypto.unwrap_or(Amount::ZERO))
            }
            (SortBy::Status, Some(a), Some(b)) => a.status.label().cmp(b.status.label()),
            _ => Ordering::Equal,
        }
    }

    fn by_id(&self, a: &Key, b: &Key) -> Ordering {
        if a.slot == b.slot {
            return Ordering::Equal;
        }
        let id = |key: &Key| self.book.line(key.slot).map(Line::id);
        id(a).cmp(&id(b))
    }
}

fn rank(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::Critical => 0,
        Urgency::NeedsYou => 1,
        Urgency::Trouble => 2,
        Urgency::Waiting => 3,
        Urgency::Optional => 4,
        Urgency::Ended => 5,
    }
}

/// A number whose order as an unsigned one is that of `value`.
fn ordered(value: i64) -> u64 {
    value.cast_unsigned() ^ (1 << 63)
}

/// The first bytes of a text, so that their order is its order.
fn head<const N: usize>(text: &str) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    out
}

/// The amount in billionths: exact enough for nearly all, the rest is told apart afterwards.
fn fixed(amount: Amount) -> u128 {
    const PLACES: u32 = 9;
    let decimal = amount.decimal();
    let (digits, scale) = (decimal.mantissa(), decimal.scale());
    let value = if scale <= PLACES {
        digits.saturating_mul(10_i128.pow(PLACES - scale))
    } else {
        digits.div_euclid(10_i128.pow(scale - PLACES))
    };
    value.cast_unsigned() ^ (1 << 127)
}
