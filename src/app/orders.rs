//! The orders the program knows, keyed by id, and the list the operator sees of them.
//!
//! An answer older than what is known never replaces it; an order missing from an answer is "not
//! seen", never gone. The visible list is recomputed when something changed, not when drawn.

use std::collections::HashMap;

use super::view_state::{Listing, Scope, SortBy};
use crate::domain::urgency::{self, Urgency};
use crate::domain::{Amount, Mono, Now, Observed, Order, OrderId, UserId};

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

/// All known orders.
#[derive(Debug, Default)]
pub struct OrderBook {
    rows: HashMap<OrderId, Row>,
}

impl OrderBook {
    /// Takes in a reading.
    pub fn observe(&mut self, seen: Observed<Order>) -> Change {
        match self.rows.get_mut(&seen.value.id) {
            None => {
                self.rows.insert(seen.value.id.clone(), Row { seen, trouble: None });
                Change::New
            }
            Some(row) if !seen.is_newer_than(&row.seen) => Change::Ignored,
            Some(row) => {
                let changed = seen.value.differs_for_operator(&row.seen.value);
                *row = Row { seen, trouble: None };
                if changed { Change::Changed } else { Change::Refreshed }
            }
        }
    }

    /// Notes that the latest answer about an order could not be used; what is known stays.
    pub fn trouble(&mut self, id: &OrderId, why: &str) {
        if let Some(row) = self.rows.get_mut(id) {
            row.trouble = Some(why.to_owned());
        }
    }

    /// One order.
    pub fn get(&self, id: &OrderId) -> Option<&Row> {
        self.rows.get(id)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The list as the operator sees it, and the counts of the header.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Visible {
    /// Ids in the order of the list.
    pub ids: Vec<OrderId>,
    /// Orders that need the operator, filtered or not.
    pub needs_you: usize,
    /// Live orders, filtered or not.
    pub live: usize,
    /// Live orders hidden because nothing is known of whose they are.
    pub of_unknown_user: usize,
    /// The nearest countdown among orders that need the operator.
    pub next_deadline: Option<OrderId>,
    /// When time alone changes an urgency.
    pub stale_at: Option<Mono>,
}

/// Works the list out anew.
#[expect(clippy::implicit_hasher, reason = "one map of the program's own")]
pub fn visible(
    book: &OrderBook,
    listing: &Listing,
    owners: &HashMap<OrderId, UserId>,
    keep: Option<&OrderId>,
    now: &Now,
) -> Visible {
    let mut out = Visible::default();
    let mut nearest: Option<Mono> = None;
    let mut chosen: Vec<(&Row, Urgency)> = Vec::new();
    let mut matcher = listing.matcher();
    for row in book.iter() {
        let urgency = urgency::of(&row.seen, now);
        out.live += usize::from(Scope::Live.holds(&row.seen.value, urgency));
        if urgency.needs_operator() {
            out.needs_you += 1;
            note_deadline(&mut out, &mut nearest, row, now);
        }
        note_send_out(&mut out, row, now);
        let id = &row.seen.value.id;
        let owned = listing.user.as_ref().is_none_or(|user| owners.get(id) == Some(user));
        if !owned && !owners.contains_key(id) && row.seen.value.is_live() {
            out.of_unknown_user += 1;
        }
        if (owned && listing.scope.holds(&row.seen.value, urgency) && matcher.matches(&row.seen.value))
            || keep == Some(id)
        {
            chosen.push((row, urgency));
        }
    }
    sort(&mut chosen, listing, now);
    out.ids = chosen.into_iter().map(|(row, _)| row.seen.value.id.clone()).collect();
    out
}

fn note_deadline(out: &mut Visible, nearest: &mut Option<Mono>, row: &Row, now: &Now) {
    let Some(left) = row.seen.value.authorization_seconds_left else { return };
    let deadline = row.seen.asked.mono + std::time::Duration::from_secs(left);
    if nearest.is_none_or(|n| deadline < n) && deadline > now.mono {
        *nearest = Some(deadline);
        out.next_deadline = Some(row.seen.value.id.clone());
    }
    let critical = Mono::new(deadline.elapsed().saturating_sub(std::time::Duration::from_secs(60)));
    for change in [critical, deadline] {
        changes_at(out, change, now);
    }
}

/// An order that can be sent out is shown for a while only.
fn note_send_out(out: &mut Visible, row: &Row, now: &Now) {
    let end = urgency::send_out_shown_until(&row.seen.value);
    if let Some(left) = end.and_then(|end| (end - now.wall).to_std().ok()) {
        changes_at(out, now.mono + left, now);
    }
}

fn changes_at(out: &mut Visible, change: Mono, now: &Now) {
    if change > now.mono && out.stale_at.is_none_or(|at| change < at) {
        out.stale_at = Some(change);
    }
}

fn sort(rows: &mut [(&Row, Urgency)], listing: &Listing, now: &Now) {
    match listing.sort {
        SortBy::Urgency => rows.sort_by_cached_key(|(row, _)| urgency::key(&row.seen, now)),
        SortBy::Created => rows.sort_by_cached_key(|(row, _)| {
            let order = &row.seen.value;
            (std::cmp::Reverse(order.created_at), order.id.clone())
        }),
        SortBy::Status => rows.sort_by_cached_key(|(row, _)| {
            let order = &row.seen.value;
            (order.status.label().to_owned(), order.id.clone())
        }),
        SortBy::Amount => rows.sort_by_cached_key(|(row, _)| {
            let order = &row.seen.value;
            let amount = order.amounts.crypto.unwrap_or(Amount::ZERO);
            (std::cmp::Reverse(amount), order.id.clone())
        }),
    }
    if listing.reversed {
        rows.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AllowedAction, NextAction, Status};
    use chrono::DateTime;
    use std::time::Duration;

    fn at(s: u64) -> Now {
        Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
    }

    fn seen(id: &str, status: &str, asked: u64) -> Observed<Order> {
        let order = Order::bare(OrderId::parse(id).unwrap(), Status::from_wire(status));
        Observed { value: order, asked: at(asked), answered: at(asked), server_date: None }
    }

    #[test]
    fn an_older_answer_never_replaces_a_newer_one() {
        let mut book = OrderBook::default();
        assert_eq!(book.observe(seen("a", "crypto_received", 10)), Change::New);
        assert_eq!(book.observe(seen("a", "created", 9)), Change::Ignored);
        assert_eq!(book.observe(seen("a", "crypto_received", 11)), Change::Refreshed);
        assert_eq!(book.observe(seen("a", "completed", 12)), Change::Changed);
    }

    #[test]
    fn the_selected_order_stays_in_the_list_when_it_leaves_the_scope() {
        let mut book = OrderBook::default();
        book.observe(seen("a", "completed", 1));
        book.observe(seen("b", "crypto_received", 1));
        let listing = Listing { scope: Scope::Live, ..Listing::default() };
        let none = HashMap::new();
        assert_eq!(visible(&book, &listing, &none, None, &at(2)).ids.len(), 1);
        let a = OrderId::parse("a").unwrap();
        assert_eq!(visible(&book, &listing, &none, Some(&a), &at(2)).ids.len(), 2);
    }

    #[test]
    fn a_user_narrows_to_orders_known_to_be_theirs() {
        let mut book = OrderBook::default();
        for id in ["a", "b", "c"] {
            book.observe(seen(id, "crypto_received", 1));
        }
        let user = UserId::parse("u").unwrap();
        let other = UserId::parse("v").unwrap();
        let owners =
            HashMap::from([(OrderId::parse("a").unwrap(), user.clone()), (OrderId::parse("b").unwrap(), other)]);
        let listing = Listing { user: Some(user), ..Listing::default() };
        let list = visible(&book, &listing, &owners, None, &at(2));
        assert_eq!(list.ids, [OrderId::parse("a").unwrap()]);
        assert_eq!(list.of_unknown_user, 1);
    }

    #[test]
    fn counts_and_the_next_deadline_ignore_the_filter() {
        let mut book = OrderBook::default();
        for (id, left) in [("a", 900), ("b", 90)] {
            let mut o = seen(id, "awaiting_crypto_transfer_authorization", 1);
            o.value.next_action = Some(NextAction::AuthorizeCryptoTransfer);
            o.value.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
            o.value.authorization_seconds_left = Some(left);
            book.observe(o);
        }
        let listing = Listing { text: "nothing has this".to_owned(), ..Listing::default() };
        let list = visible(&book, &listing, &HashMap::new(), None, &at(2));
        assert!(list.ids.is_empty());
        assert_eq!((list.needs_you, list.live), (2, 2));
        assert_eq!(list.next_deadline.unwrap().as_str(), "b");
        assert_eq!(list.stale_at.unwrap().elapsed(), Duration::from_secs(31));
    }
}
