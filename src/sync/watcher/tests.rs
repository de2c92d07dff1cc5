//! Sequences of news, and what is told of them.

use std::time::Duration;

use super::*;
use crate::api::Rejection;
use crate::domain::AllowedAction;

fn at(s: u64) -> Now {
    Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
}

/// An order made at second `made`.
fn order(id: &str, status: &str, made: i64) -> Order {
    let mut order = Order::bare(OrderId::parse(id).unwrap(), Status::from_wire(status));
    order.created_at = DateTime::from_timestamp(made, 0);
    order
}

fn page(asked: u64, orders: Vec<Order>) -> News {
    let seen = |value| Observed { value, asked: at(asked), answered: at(asked), server_date: None };
    News::Orders { orders: orders.into_iter().map(seen).collect(), set_aside: Vec::new() }
}

/// `kind id before->now` of each order told; other things by their name.
fn told(happened: Vec<Happened>) -> Vec<String> {
    let one = |h| match h {
        Happened::Order(change) => {
            let before = change.before.map_or_else(|| "-".to_owned(), |b| b.status.wire().to_owned());
            format!("{:?} {} {before}>{}", change.kind, change.order.value.id, change.order.value.status.wire())
        }
        Happened::Ready { known } => format!("ready {known}"),
        Happened::Unreadable { order, reason } => format!("unreadable {order:?} {reason}"),
        Happened::NotFound(id) => format!("not found {id}"),
        Happened::Connection(Connection::Live) => "live".to_owned(),
        Happened::Connection(Connection::Failing { .. }) => "failing".to_owned(),
        Happened::Connection(Connection::Unauthorized { .. }) => "unauthorized".to_owned(),
    };
    happened.into_iter().map(one).collect()
}

#[test]
fn an_order_is_told_once_for_each_state() {
    let mut watcher = Watcher::default();
    let mut take = |asked, status| told(watcher.take(page(asked, vec![order("a", status, 1)])));
    assert_eq!(take(1, "created"), ["New a ->created"]);
    assert!(take(2, "created").is_empty());
    assert_eq!(take(3, "crypto_received"), ["Changed a created>crypto_received"]);
    assert!(take(2, "created").is_empty(), "an older answer that comes late");
    assert_eq!(take(4, "completed"), ["Ended a crypto_received>completed"]);
    assert!(take(5, "completed").is_empty());
}

#[test]
fn what_an_order_offers_is_part_of_its_state() {
    let mut watcher = Watcher::default();
    let _ = watcher.take(page(1, vec![order("a", "cancelled", 1)]));
    let mut owed = order("a", "cancelled", 1);
    owed.allowed_actions = vec![AllowedAction::AuthorizeRefund];
    assert_eq!(told(watcher.take(page(2, vec![owed.clone()]))), ["Changed a cancelled>cancelled"]);
    assert!(watcher.take(page(3, vec![owed])).is_empty());
    let paid = page(4, vec![order("a", "cancelled", 1)]);
    assert_eq!(told(watcher.take(paid)), ["Ended a cancelled>cancelled"]);
}

#[test]
fn history_is_taken_in_silently_and_what_comes_after_it_is_not() {
    let mut watcher = Watcher::default();
    let first = vec![order("old", "completed", 1), order("live", "created", 5)];
    assert_eq!(told(watcher.take(page(1, first))), ["New live ->created"]);
    assert_eq!(told(watcher.take(News::Complete)), ["ready 2"]);
    assert!(watcher.take(News::Complete).is_empty());
    // A page of history, and an order that was made and stopped between two readings.
    let later = vec![order("older", "cancelled", 0), order("quick", "cancelled", 6)];
    assert_eq!(told(watcher.take(page(2, later))), ["Ended quick ->cancelled"]);
}

#[test]
fn where_there_was_nothing_the_first_order_is_told_even_if_it_is_over_at_once() {
    let mut watcher = Watcher::default();
    assert_eq!(told(watcher.take(News::Complete)), ["ready 0"]);
    assert_eq!(told(watcher.take(page(1, vec![order("a", "failed", 9)]))), ["Ended a ->failed"]);
}

/// The next run, which knows what this one kept.
fn next_run(before: &mut Watcher) -> Watcher {
    let ToKeep { orders, since, .. } = before.to_keep();
    Watcher::after(ToldBefore { orders, since })
}

#[test]
fn what_changed_between_two_runs_is_told_at_the_next_start_and_nothing_else() {
    let mut first = Watcher::default();
    let known = vec![order("same", "created", 1), order("moved", "created", 2), order("ended", "created", 2)];
    let _ = first.take(page(7, [known, vec![order("over", "completed", 3), order("old", "completed", 0)]].concat()));
    let _ = first.take(News::Complete);
    let mut second = next_run(&mut first);
    let mut live: Vec<_> = second.live().map(OrderId::as_str).collect();
    live.sort_unstable();
    assert_eq!(live, ["ended", "moved", "same"]);
    let now = vec![
        order("same", "created", 1),
        order("moved", "crypto_received", 2),
        order("ended", "cancelled", 2),
        order("over", "completed", 3),
        order("old", "completed", 0),
        order("history", "completed", 2),
        order("between", "completed", 4),
        order("twin", "failed", 3),
        order("fresh", "created", 5),
    ];
    assert_eq!(
        told(second.take(page(0, now.clone()))),
        [
            "Changed moved created>crypto_received",
            "Ended ended created>cancelled",
            "Ended between ->completed",
            "Ended twin ->failed",
            "New fresh ->created"
        ]
    );
    let mut third = Watcher::after(ToldBefore { orders: vec![], since: None });
    assert_eq!(told(third.take(page(0, now))).len(), 3, "what is kept is what makes the difference");
}

#[test]
fn a_run_that_ends_before_its_picture_was_complete_leaves_history_history() {
    let mut first = Watcher::default();
    let _ = first.take(page(1, vec![order("a", "created", 5)]));
    let mut second = next_run(&mut first);
    let now = vec![order("a", "created", 5), order("late", "completed", 6)];
    assert!(second.take(page(1, now)).is_empty());
    assert_eq!(told(second.take(News::Complete)), ["ready 2"]);
}

/// A kill between printing and noting: what was printed is told again, and its end as well.
#[test]
fn an_order_told_and_not_noted_is_told_again() {
    let mut first = Watcher::default();
    let _ = first.take(page(1, vec![order("a", "created", 5), order("b", "created", 6)]));
    let kept = first.to_keep();
    assert_eq!(kept.first.len(), 2);
    let mut second = Watcher::after(ToldBefore { orders: kept.first, since: None });
    assert_eq!(second.live().count(), 2);
    let now = vec![order("a", "created", 5), order("b", "cancelled", 6)];
    assert_eq!(told(second.take(page(1, now))), ["Changed a created>created", "Ended b created>cancelled"]);
    assert!(second.to_keep().first.is_empty());
}

#[test]
fn only_what_changed_is_to_be_kept() {
    let mut watcher = Watcher::default();
    let _ = watcher.take(page(1, vec![order("a", "created", 5), order("b", "created", 6)]));
    assert_eq!(watcher.to_keep().orders.len(), 2);
    let _ = watcher.take(page(2, vec![order("a", "created", 5), order("b", "cancelled", 6)]));
    let kept = watcher.to_keep();
    assert_eq!(kept.orders.iter().map(|t| (t.order.as_str(), t.live)).collect::<Vec<_>>(), [("b", false)]);
    assert_eq!(kept.since, None);
    let _ = watcher.take(News::Complete);
    assert_eq!(watcher.to_keep(), ToKeep { since: DateTime::from_timestamp(6, 0), ..ToKeep::default() });
    assert!(watcher.to_keep().is_empty());
}

#[test]
fn the_connection_is_told_when_it_changes() {
    let mut watcher = Watcher::default();
    let answered = || News::Answered { skew_seconds: None };
    let failed = |status| {
        let no = Rejection { http_status: status, ..Rejection::default() };
        News::Failed { error: ApiError::Rejected(Box::new(no)), retry_at: None }
    };
    let mut all = Vec::new();
    for news in [answered(), answered(), failed(503), failed(429), answered(), failed(401), failed(401)] {
        all.extend(told(watcher.take(news)));
    }
    assert_eq!(all, ["live", "failing", "live", "unauthorized"]);
}

#[test]
fn an_order_that_cannot_be_read_is_told_once_until_it_can() {
    let mut watcher = Watcher::default();
    let bad = || {
        let aside =
            SetAside { id: OrderId::parse("a").ok(), reason: "`status` is missing".to_owned(), raw: "{}".into() };
        News::Orders { orders: Vec::new(), set_aside: vec![aside] }
    };
    assert_eq!(watcher.take(bad()).len(), 1);
    assert!(watcher.take(bad()).is_empty());
    let _ = watcher.take(page(1, vec![order("a", "created", 1)]));
    assert_eq!(watcher.take(bad()).len(), 1);
}

#[test]
fn a_live_order_that_vanishes_is_told_and_stays_known() {
    let mut watcher = Watcher::default();
    let id = || OrderId::parse("a").unwrap();
    assert!(watcher.take(News::OrderNotFound(id())).is_empty());
    let _ = watcher.take(page(1, vec![order("a", "created", 1)]));
    assert_eq!(told(watcher.take(News::OrderNotFound(id()))), ["not found a"]);
    assert!(watcher.take(News::OrderNotFound(id())).is_empty());
    assert!(watcher.take(page(2, vec![order("a", "created", 1)])).is_empty(), "nothing about it changed");
    assert_eq!(told(watcher.take(News::OrderNotFound(id()))), ["not found a"]);
}
