//! The book and the list of it.

use super::*;
use crate::app::view_state::{Listing, Scope};
use crate::domain::{AllowedAction, Amount, NextAction, Status, UserId};
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

/// Years of finished orders are read again and again; what says nothing new moves nothing and is
/// not held whole.
#[test]
fn an_order_long_over_that_reads_as_it_did_is_only_younger() {
    let brief = |order: &Order| Brief::of(order);
    let full = |status: &str, asked| {
        let mut order = seen("a", status, asked);
        order.value.amounts.crypto = Some(Amount::parse("1.50").unwrap());
        order.value.amounts.crypto_currency = Some("USDT".to_owned());
        order.value.created_at = Some(at(3).wall);
        order.value.links.reference = Some("INV-7".to_owned());
        order
    };
    let known = || {
        let mut book = OrderBook::default();
        book.take_past([(brief(&full("completed", 0).value), at(5).wall)], &at(6));
        book.news = News::default();
        book
    };
    let mut book = known();
    assert_eq!(book.observe(full("completed", 10)), Change::Refreshed);
    assert_eq!((&book.news, book.rows.len()), (&News::default(), 0));
    let id = OrderId::parse("a").unwrap();
    assert_eq!(book.listed(&id).unwrap().asked(), at(10));
    let changes: [fn(&mut Order); 7] = [
        |order| order.status = Status::from_wire("failed"),
        |order| order.amounts.crypto = Amount::parse("1.51").ok(),
        |order| order.amounts.crypto_currency = None,
        |order| order.amounts.fiat = Some(Amount::ZERO),
        |order| order.created_at = None,
        |order| order.links.reference = Some("INV-8".to_owned()),
        |order| order.allowed_actions = vec![AllowedAction::AuthorizeRefund],
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let (mut book, mut reading) = (known(), full("completed", 10));
        change(&mut reading.value);
        book.observe(reading.clone());
        assert_eq!(book.rows.len(), 1, "change {number}");
        assert_eq!(book.get(&id).unwrap().seen, reading, "change {number}");
    }
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

fn brief(name: &str, status: &str, created: i64) -> (Brief, DateTime<Utc>) {
    let mut order = Order::bare(OrderId::parse(name).unwrap(), Status::from_wire(status));
    order.created_at = DateTime::from_timestamp(created, 0);
    order.links.reference = Some(format!("ref-{name}"));
    (Brief::of(&order), at(1).wall)
}

fn id(name: &str) -> OrderId {
    OrderId::parse(name).unwrap()
}

#[test]
fn what_an_earlier_run_read_says_nothing_where_this_one_has_read() {
    let mut book = OrderBook::default();
    book.observe(seen("a", "completed", 0));
    book.restore(kept(seen("a", "created", 9).value, at(9).wall));
    book.take_past([brief("a", "cancelled", 1)], &at(9));
    assert!(book.get(&id("a")).unwrap().seen.value.status.is(crate::domain::status::KnownStatus::Completed));
    assert!(!book.load(kept(seen("a", "cancelled", 9).value, at(9).wall)), "whole already");
    // The other way round any reading of this run wins, the first of all included.
    book.restore(kept(seen("b", "created", 5).value, at(500).wall));
    assert_eq!(book.observe(seen("b", "completed", 0)), Change::Changed);
    book.take_past([brief("c", "completed", 1)], &at(9));
    assert_eq!(book.observe(seen("c", "crypto_received", 0)), Change::Changed);
    assert_eq!(book.len(), 3);
}

#[test]
fn an_older_writing_down_is_not_shown_for_a_newer_reading() {
    let mut book = OrderBook::default();
    for n in 0..=KEPT_WHOLE {
        book.observe(seen(&format!("o{n}"), "completed", 10));
    }
    assert!(book.get(&id("o0")).is_none(), "only the latest stay whole");
    assert!(!book.load(kept(seen("o0", "cancelled", 9).value, at(9).wall)));
    assert!(book.load(kept(seen("o0", "completed", 10).value, at(10).wall)));
    assert_eq!(book.get(&id("o0")).unwrap().seen.age(&at(70)), Duration::from_secs(60));
}

#[test]
fn what_is_looked_at_stays_whole_and_what_is_live_always() {
    let mut book = OrderBook::default();
    book.observe(seen("live", "crypto_received", 1));
    book.observe(seen("held", "completed", 1));
    book.hold(vec![id("held")]);
    for n in 0..2 * KEPT_WHOLE {
        book.observe(seen(&format!("o{n}"), "completed", 2));
    }
    assert!(book.get(&id("live")).is_some() && book.get(&id("held")).is_some());
    assert!(book.get(&id("o1")).is_none());
    assert!(book.iter().count() <= KEPT_WHOLE + 2);
    assert_eq!(book.listed(&id("o1")).unwrap().status().wire(), "completed");
}

#[test]
fn an_order_goes_to_those_that_are_over_and_comes_back_when_a_refund_is_owed() {
    let mut book = OrderBook::default();
    let ended = Listing { scope: Scope::Ended, ..Listing::default() };
    let list = |book: &OrderBook, listing: &Listing| visible(book, listing, &HashMap::new(), None, &at(9)).ids(book);
    book.take_past([brief("a", "cancelled", 1)], &at(2));
    assert_eq!(list(&book, &ended), [id("a")]);
    let mut refund = seen("a", "cancelled", 3);
    refund.value.allowed_actions = vec![AllowedAction::AuthorizeRefund];
    book.observe(refund);
    assert_eq!(list(&book, &Listing::default()), [id("a")]);
    assert_eq!(visible(&book, &Listing::default(), &HashMap::new(), None, &at(9)).needs_you, 1);
    assert!(list(&book, &ended).is_empty());
    book.observe(seen("a", "cancelled", 4));
    assert_eq!(list(&book, &ended), [id("a")]);
}

#[test]
fn the_countdown_of_an_earlier_run_goes_on_by_the_clock_on_the_wall() {
    let mut order = seen("a", "awaiting_crypto_transfer_authorization", 0).value;
    order.next_action = Some(NextAction::AuthorizeCryptoTransfer);
    order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
    order.authorization_seconds_left = Some(900);
    let mut book = OrderBook::default();
    book.restore(kept(order, at(0).wall));
    // A program that has run for a second, five minutes later.
    let now = Now { mono: Mono::new(Duration::from_secs(1)), wall: at(300).wall };
    let list = visible(&book, &Listing::default(), &HashMap::new(), None, &now);
    assert_eq!(list.next_deadline, Some(id("a")));
    assert_eq!(list.stale_at.unwrap().elapsed(), Duration::from_secs(1 + 540));
    let later = Now { mono: Mono::new(Duration::from_secs(2)), wall: at(5_000).wall };
    assert_eq!(visible(&book, &Listing::default(), &HashMap::new(), None, &later).next_deadline, None);
}

#[test]
fn a_line_keeps_what_is_listed() {
    let mut book = OrderBook::default();
    let mut order = Order::bare(id("abc"), Status::from_wire("completed"));
    order.amounts.crypto = Some(Amount::parse("1.50").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.amounts.fiat = Some(Amount::parse("7").unwrap());
    order.links.reference = Some("inv 7".to_owned());
    order.created_at = DateTime::from_timestamp(5, 0);
    book.take_past([(Brief::of(&order), at(3).wall)], &at(4));
    let listed = book.listed(&id("abc")).unwrap();
    assert_eq!(listed.crypto(), (Amount::parse("1.5").ok(), Some("USDT")));
    assert_eq!(listed.fiat(), (Amount::parse("7").ok(), None));
    assert_eq!(listed.reference(), Some("inv 7"));
    assert_eq!(listed.created_at(), order.created_at);
    assert_eq!(at(63).since(&listed.asked()), Duration::from_secs(63).max(at(63).mono.elapsed()));
    assert_eq!(listed.order_id(), Some(id("abc")));
}

mod sorting {
    use super::*;
    use crate::app::view_state::SortBy;
    use proptest::prelude::*;
    use std::cmp::Reverse;

    fn order() -> impl Strategy<Value = Order> {
        let status = prop::sample::select(vec![
            "completed",
            "cancelled",
            "crypto_received",
            "dispute_started",
            "awaiting_crypto_transfer_authorization",
            "a_word_of_tomorrow_1",
            "a_word_of_tomorrow_2",
        ]);
        let amount =
            prop::sample::select(vec![None, Some("1"), Some("1.0000000001"), Some("-3"), Some("1000000000000.5")]);
        (0u32..1_000, status, amount, prop::option::of(0i64..4), prop::option::of(0u64..900)).prop_map(
            |(name, status, amount, created, left)| {
                let mut order = Order::bare(id(&format!("0123456789-{name}")), Status::from_wire(status));
                order.amounts.crypto = amount.map(|text| Amount::parse(text).unwrap());
                order.created_at = created.and_then(|at| DateTime::from_timestamp(at, 0));
                if status.starts_with("awaiting") {
                    order.next_action = Some(NextAction::AuthorizeCryptoTransfer);
                    order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
                    order.authorization_seconds_left = left;
                }
                order
            },
        )
    }

    proptest! {
        /// The order of the list, said once more in plain words.
        #[test]
        fn the_list_is_sorted_as_it_says(orders in prop::collection::vec(order(), 0..40), reversed: bool) {
            let now = at(1_000);
            let mut book = OrderBook::default();
            for order in &orders {
                book.observe(Observed { value: order.clone(), asked: at(900), answered: at(900), server_date: None });
            }
            for sort in [SortBy::Urgency, SortBy::Created, SortBy::Status, SortBy::Amount] {
                let listing = Listing { scope: Scope::All, sort, reversed, ..Listing::default() };
                let mut rows: Vec<&Row> = book.iter().collect();
                rows.sort_by(|a, b| {
                    let (x, y) = (&a.seen.value, &b.seen.value);
                    let amount = |o: &Order| Reverse(o.amounts.crypto.unwrap_or(Amount::ZERO));
                    let first = match sort {
                        SortBy::Urgency => urgency::key(&a.seen, &now).cmp(&urgency::key(&b.seen, &now)),
                        SortBy::Created => Reverse(x.created_at).cmp(&Reverse(y.created_at)),
                        SortBy::Status => x.status.label().cmp(y.status.label()),
                        SortBy::Amount => amount(x).cmp(&amount(y)),
                    };
                    first.then(x.id.cmp(&y.id))
                });
                if reversed {
                    rows.reverse();
                }
                let list = visible(&book, &listing, &HashMap::new(), None, &now);
                let expected: Vec<OrderId> = rows.iter().map(|row| row.seen.value.id.clone()).collect();
                prop_assert_eq!(list.ids(&book), expected.clone());
                for (place, id) in expected.iter().enumerate() {
                    prop_assert_eq!(list.place(&book, id), Some(place));
                    prop_assert_eq!(list.id_at(&book, place), Some(id.clone()));
                }
            }
        }
    }
}
