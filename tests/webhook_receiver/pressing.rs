//! Under pressure: a thousand at once, too many at once, and senders that take for ever.

use std::collections::BTreeSet;
use std::time::Duration;

use ramptop::sync::receiver::Limits;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::harness::{Answer, Desk, Place, answer, changed, delivery};

const AT: &str = "2026-02-01T12:00:05Z";

/// A request sent but for its last byte.
async fn begun(desk: &Desk, bytes: &[u8]) -> (TcpStream, u8) {
    let (last, first) = bytes.split_last().unwrap();
    let mut stream = TcpStream::connect(desk.address).await.unwrap();
    stream.write_all(first).await.unwrap();
    (stream, *last)
}

async fn ended((mut stream, last): (TcpStream, u8)) -> Answer {
    stream.write_all(&[last]).await.unwrap();
    answer(&mut stream).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_in_flight_are_all_acknowledged_and_each_event_is_kept_once() {
    let place = Place::new();
    let mut desk = place.desk().await;
    // Every event is delivered twice, at the same time.
    let bodies: Vec<String> =
        (0..1000).map(|n| changed(&format!("e-{}", n / 2), &format!("o-{}", n / 2), "completed", AT)).collect();
    let mut open = Vec::new();
    for body in &bodies {
        open.push(begun(&desk, &delivery(body)).await);
    }
    desk.until("all of them are in flight", |stats| stats.in_flight == 1000).await;
    assert!(place.events().is_empty(), "none is kept before it is whole");
    let mut answers: JoinSet<Answer> = open.into_iter().map(ended).collect();
    while let Some(answer) = answers.join_next().await {
        assert_eq!(answer.unwrap().status, 200);
    }
    let ids = place.ids();
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (500, 500));
    desk.until("none is in flight", |stats| stats.in_flight == 0).await;
    assert_eq!((desk.stats().accepted, desk.stats().duplicates), (500, 500));
    let mut asked = BTreeSet::new();
    while asked.len() < 500 {
        assert!(asked.insert(desk.ask().await), "asked for once each");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_bound_the_sender_is_told_to_come_back_and_is_taken_then() {
    let place = Place::new();
    let mut desk = place.desk_with(Limits { in_flight: 2, ..Limits::default() }).await;
    let body = |n: usize| delivery(&changed(&format!("e-{n}"), "o-1", "completed", AT));
    let (first, second) = (begun(&desk, &body(1)).await, begun(&desk, &body(2)).await);
    desk.until("two are in work", |stats| stats.in_flight == 2).await;
    let third = desk.send(&body(3)).await;
    assert_eq!(third.status, 503);
    assert!(third.head.contains("retry-after: 60"), "{}", third.head);
    assert_eq!((ended(first).await.status, ended(second).await.status), (200, 200));
    desk.until("they are through", |stats| (stats.in_flight, stats.busy) == (0, 1)).await;
    // The connections of the first two may be a moment from giving their places back.
    while desk.send(&body(3)).await.status != 200 {}
    assert_eq!(place.ids().len(), 3);
}

/// Drips bytes, one a second, until the connection ends.
async fn drip(desk: &Desk, at_once: &[u8], then: &[u8]) -> (Answer, Duration) {
    let began = tokio::time::Instant::now();
    let mut stream = TcpStream::connect(desk.address).await.unwrap();
    stream.write_all(at_once).await.unwrap();
    for byte in then {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut seen = [0];
        if stream.peek(&mut seen).now_or_never() || stream.write_all(&[*byte]).await.is_err() {
            break;
        }
    }
    (answer(&mut stream).await, began.elapsed())
}

/// Whether a future is ready at once.
trait NowOrNever {
    fn now_or_never(self) -> bool;
}

impl<F: Future> NowOrNever for F {
    fn now_or_never(self) -> bool {
        let waker = std::task::Waker::noop();
        std::pin::pin!(self).poll(&mut std::task::Context::from_waker(waker)).is_ready()
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_drips_in_is_cut_off_after_ten_seconds_wherever_it_is() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let whole = delivery(&changed("e-1", "o-1", "completed", AT));
    let body = whole.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    for (n, (why, at_once)) in (1u64..).zip([
        ("nothing at first", 0),
        ("in the head", 20),
        ("in the body", body),
        ("near the end", whole.len() - 30),
    ]) {
        let (answer, took) = drip(&desk, &whole[..at_once], &whole[at_once..]).await;
        assert_eq!(answer.status, 408, "{why}");
        assert!((Duration::from_secs(10)..Duration::from_secs(12)).contains(&took), "{why}: {took:?}");
        desk.until(why, |stats| stats.timed_out == n).await;
    }
    assert!(place.events().is_empty());
    assert_eq!(desk.send(&whole).await.status, 200, "the same bytes in time");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_says_nothing_holds_its_place_for_ten_seconds() {
    let place = Place::new();
    let mut desk = place.desk_with(Limits { in_flight: 1, ..Limits::default() }).await;
    let mut silent = TcpStream::connect(desk.address).await.unwrap();
    let bytes = delivery(&changed("e-1", "o-1", "completed", AT));
    assert_eq!(desk.send(&bytes).await.status, 503, "the only place is taken");
    assert_eq!(answer(&mut silent).await.status, 408);
    desk.until("it is counted", |stats| stats.timed_out == 1).await;
    while desk.send(&bytes).await.status != 200 {}
}
