//! The book and the list of it.

use super::*;
use crate::app::view_state::{Listing, Scope};
use crate::domain::{AllowedAction, NextAction, Status, UserId};
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
    assert_eq!(visible(&book, &listing, &none, None, &at(2)).len(), 1);
    let a = OrderId::parse("a").unwrap();
    assert_eq!(visible(&book, &listing, &none, Some(&a), &at(2)).len(), 2);
}

#[test]
fn a_user_narrows_to_orders_known_to_be_theirs() {
    let mut book = OrderBook::default();
    for id in ["a", "b", "c"] {
        book.observe(seen(id, "crypto_received", 1));
    }
    let user = UserId::parse("u").unwrap();
    let other = UserId::parse("v").unwrap();
    let owners = HashMap::from([(OrderId::parse("a").unwrap(), user.clone()), (OrderId::parse("b").unwrap(), other)]);
    let listing = Listing { user: Some(user), ..Listing::default() };
    let list = visible(&book, &listing, &owners, None, &at(2));
    assert_eq!(list.ids(&book), [OrderId::parse("a").unwrap()]);
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
    assert!(list.is_empty());
    assert_eq!((list.needs_you, list.live), (2, 2));
    assert_eq!(list.next_deadline.unwrap().as_str(), "b");
    assert_eq!(list.stale_at.unwrap().elapsed(), Duration::from_secs(31));
}
