//! News go through the database; others reach it beside them.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;

use super::*;
use crate::domain::{Mono, Now, Observed, Order, OrderId, Status};
use crate::store::Trouble;

fn at(second: u64) -> Now {
    let wall = DateTime::from_timestamp(second.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(second)), wall }
}

fn id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

fn order(order: &str, status: &str, second: u64) -> Observed<Order> {
    let mut value = Order::bare(id(order), Status::from_wire(status));
    value.raw = format!(r#"{{"order_id":"{order}","status":"{status}"}}"#).into();
    Observed { value, asked: at(second), answered: at(second), server_date: None }
}

fn orders(orders: Vec<Observed<Order>>) -> News {
    News::Orders { orders, set_aside: Vec::new() }
}

struct Bench {
    keeper: Keeper,
    news: mpsc::Sender<News>,
    wishes: mpsc::UnboundedReceiver<Wish>,
}

fn bench(store: Store) -> Bench {
    let (news, learned) = mpsc::channel(8);
    let (wish, wishes) = mpsc::unbounded_channel();
    let clock: ClockFn = Arc::new(|| at(1));
    Bench { keeper: start(store, clock, learned, wish), news, wishes }
}

impl Bench {
    /// What comes out for this.
    async fn through(&mut self, item: News) -> News {
        self.news.send(item).await.unwrap();
        self.keeper.news.recv().await.unwrap()
    }
}

#[tokio::test]
async fn what_comes_out_is_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let mut bench = bench(Store::open(&path).unwrap());
    let item = bench.through(orders(vec![order("o-1", "created", 5), order("o-2", "completed", 5)])).await;
    assert!(matches!(item, News::Orders { orders, .. } if orders.len() == 2));
    let beside = Store::open_for_reading(&path).unwrap();
    assert_eq!(beside.order_count().unwrap(), (1, 2));
    assert_eq!(beside.order(&id("o-1")).unwrap().unwrap().asked_at, at(5).wall);
}

#[tokio::test]
async fn an_order_of_ours_to_act_on_is_kept_as_live_whatever_its_status_says() {
    let mut bench = bench(Store::in_memory().unwrap());
    let mut owed = order("o", "cancelled", 5);
    owed.value.allowed_actions = vec![crate::domain::AllowedAction::AuthorizeRefund];
    bench.through(orders(vec![owed])).await;
    let count = bench.keeper.handle.call(|store| store.order_count().unwrap()).await;
    assert_eq!(count, Ok((1, 1)));
}

/// A terminal that hangs holds up the screen, not a webhook that waits for its answer.
#[tokio::test]
async fn the_database_is_there_for_others_while_nobody_reads_the_news() {
    let bench = bench(Store::in_memory().unwrap());
    for n in 0..WAITING as u64 * 2 {
        bench.news.send(orders(vec![order("o", "created", n)])).await.unwrap();
    }
    bench.keeper.handle.settled().await;
    let user = UserId::parse("u").unwrap();
    bench.keeper.handle.user(user.clone(), Source::Event);
    let users = bench.keeper.handle.call(|store| store.users().unwrap()).await.unwrap();
    assert_eq!(users[0].id, user);
}

#[tokio::test]
async fn news_go_on_when_they_cannot_be_kept_and_that_is_said_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    drop(Store::open(&path).unwrap());
    let mut bench = bench(Store::open_for_reading(&path).unwrap());
    for n in 0..5 {
        bench.through(orders(vec![order("o", "created", n)])).await;
    }
    bench.keeper.handle.user(UserId::parse("u").unwrap(), Source::Event);
    bench.keeper.handle.settled().await;
    assert_eq!(bench.keeper.complaints.recv().await.unwrap().trouble(), Trouble::ReadOnly);
    assert!(bench.keeper.complaints.try_recv().is_err());
}

#[tokio::test]
async fn a_fault_in_somebodys_work_is_theirs() {
    let bench = bench(Store::in_memory().unwrap());
    let fault: Result<(), KeeperGone> = bench.keeper.handle.call(|_| panic!("on purpose")).await;
    assert_eq!(fault, Err(KeeperGone));
    assert!(bench.keeper.handle.call(|store| store.users().unwrap().is_empty()).await.unwrap());
}

#[tokio::test]
async fn every_cancelled_order_is_wished_for_once_and_the_rest_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let mut first = bench(Store::open(&path).unwrap());
    first.through(orders(vec![order("a", "cancelled", 1), order("b", "cancelled", 1)])).await;
    first.through(orders(vec![order("a", "cancelled", 2), order("c", "completed", 2)])).await;
    first.through(News::RefundRead(id("a"))).await;
    let mut wished = Vec::new();
    while let Ok(wish) = first.wishes.try_recv() {
        let Wish::CheckRefund(orders) = wish else { panic!("{wish:?}") };
        wished.extend(orders);
    }
    assert_eq!(wished, [id("a"), id("b")]);
    let mut second = bench(Store::open(&path).unwrap());
    second.keeper.handle.settled().await;
    assert!(matches!(second.wishes.recv().await, Some(Wish::CheckRefund(orders)) if orders == [id("b")]));
}

#[tokio::test]
async fn the_next_run_goes_on_behind_the_last_page_that_was_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let mut first = bench(Store::open(&path).unwrap());
    first.through(News::Swept { page: 7, of: 9 }).await;
    let mut second = bench(Store::open(&path).unwrap());
    assert!(matches!(second.wishes.recv().await, Some(Wish::Resume { page: 7 })));
    second.through(News::Swept { page: 9, of: 9 }).await;
    let mut third = bench(Store::open(&path).unwrap());
    third.keeper.handle.settled().await;
    assert!(third.wishes.try_recv().is_err(), "all of them were read");
}
