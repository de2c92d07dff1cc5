//! Where an order stands in the list: a number worked out once, compared many times.
//!
//! Two keys compare by themselves and the ids alone, which never change: a list that is being made
//! stays in its order whatever is read meanwhile. Amounts are told apart to 18 places, statuses by
//! 20 letters; beyond that the id decides.

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
    /// What `main` has no room for.
    fine: u32,
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
        let (main, fine) = match self.sort {
            SortBy::Urgency => (self.urgency(slot, line, now), 0),
            SortBy::Created => (u128::from(!ordered(line.created.seconds().unwrap_or(i64::MIN))), 0),
            SortBy::Status => {
                let label = line.status.label();
                (u128::from_be_bytes(head(label.bytes())), u32::from_be_bytes(head(label.bytes().skip(16))))
            }
            SortBy::Amount => {
                let (whole, rest) = fixed(line.crypto().unwrap_or(Amount::ZERO));
                (!whole, !rest)
            }
        };
        Key { main, fine, id: u64::from_be_bytes(head(line.id().bytes())), slot }
    }

    /// The same order as [`urgency::key`]: urgency, deadline, the newest.
    fn urgency(&self, slot: u32, line: &Line, now: &Now) -> u128 {
        let urgency = self.book.urgency(slot, now);
        let deadline = self.book.rows.get(&slot).map_or(u64::MAX, |row| urgency::deadline(&row.seen, urgency));
        let created = line.created.seconds().unwrap_or(i64::MIN);
        let deadline = deadline.min((1 << 48) - 1);
        u128::from(rank(urgency)) << 112 | u128::from(deadline) << 64 | u128::from(!ordered(created))
    }

    /// Compares two keys of this ranking.
    pub(super) fn cmp(&self, a: &Key, b: &Key) -> Ordering {
        let order = a.main.cmp(&b.main).then(a.fine.cmp(&b.fine)).then(a.id.cmp(&b.id));
        let order = order.then_with(|| self.by_id(a, b));
        if self.reversed { order.reverse() } else { order }
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
fn head<const N: usize>(text: impl Iterator<Item = u8>) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(text).for_each(|(to, from)| *to = from);
    out
}

/// The amount in billionths, and billionths of that, so that their order is its order.
fn fixed(amount: Amount) -> (u128, u32) {
    const PLACES: u32 = 9;
    let decimal = amount.decimal();
    let (digits, scale) = (decimal.mantissa(), decimal.scale());
    let Some(beyond) = scale.checked_sub(PLACES) else {
        return (sign_turned(digits.saturating_mul(10_i128.pow(PLACES - scale))), 0);
    };
    let unit = 10_i128.pow(beyond);
    let rest = digits.rem_euclid(unit);
    let rest = match beyond.checked_sub(PLACES) {
        Some(lost) => rest / 10_i128.pow(lost),
        None => rest * 10_i128.pow(PLACES - beyond),
    };
    (sign_turned(digits.div_euclid(unit)), u32::try_from(rest).unwrap_or(u32::MAX))
}

fn sign_turned(value: i128) -> u128 {
    value.cast_unsigned() ^ (1 << 127)
}
