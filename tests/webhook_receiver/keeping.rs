//! What is signed: on the disk before the 2xx, once, whatever its age, its type, or its order.

use std::time::Duration;

use crate::harness::{Place, SECRET, changed, delivery, headers, request, signature};

const AT: &str = "2026-02-01T12:00:05Z";

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_is_acknowledged_and_changes_nothing_even_after_a_restart() {
    let place = Place::new();
    let bytes = delivery(&changed("e-1", "o-1", "completed", AT));
    let mut desk = place.desk().await;
    assert_eq!(desk.send(&bytes).await.status, 200);
    desk.ask().await;
    desk.hear().await;
    desk.reads("o-1", Duration::from_secs(600));
    desk.until("the work is done", |stats| stats.open == 0).await;
    for _ in 0..3 {
        assert_eq!(desk.send(&bytes).await.status, 200);
    }
    desk.until("the replays are counted", |stats| (stats.accepted, stats.duplicates, stats.differing) == (1, 3, 0))
        .await;
    assert!(desk.asks.is_empty() && desk.heard.is_empty(), "no second work");
    drop(desk);
    let mut desk = place.desk().await;
    assert_eq!(desk.send(&bytes).await.status, 200);
    desk.until("it is known again", |stats| (stats.accepted, stats.duplicates) == (0, 1)).await;
    assert!(desk.asks.is_empty() && desk.heard.is_empty(), "no second work after a restart");
    assert_eq!(place.events().len(), 1);
}

/// A retry may carry a new timestamp: the event is the same.
#[tokio::test(flavor = "multi_thread")]
async fn neither_an_old_timestamp_nor_one_of_tomorrow_matters() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let days_ago = (chrono::Utc::now().timestamp() - 4 * 86_400).to_string();
    let tomorrow = (chrono::Utc::now().timestamp() + 86_400).to_string();
    for (n, timestamp) in [days_ago.as_str(), tomorrow.as_str(), "0", "99999999999999999999"].into_iter().enumerate() {
        let body = changed(&format!("e-{n}"), "o-1", "completed", AT);
        let bytes = request(&headers(timestamp, &signature(SECRET, timestamp, &body)), &body);
        assert_eq!(desk.send(&bytes).await.status, 200, "{timestamp}");
    }
    let again = changed("e-0", "o-1", "completed", AT);
    assert_eq!(desk.deliver(&again).await.status, 200);
    desk.until("it is the same event", |stats| (stats.accepted, stats.duplicates) == (4, 1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_bodies_under_one_id_the_first_is_kept() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let first = changed("e-1", "o-1", "crypto_received", AT);
    assert_eq!(desk.deliver(&first).await.status, 200);
    assert_eq!(desk.deliver(&changed("e-1", "o-1", "completed", AT)).await.status, 200);
    desk.until("it is counted", |stats| (stats.accepted, stats.duplicates, stats.differing) == (1, 1, 1)).await;
    assert_eq!(place.events()[0].1, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_types_and_bodies_that_make_no_sense_are_kept_and_done() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let bodies = [
        r#"{"event_id":"moon","event_type":"moon.rose","data":{"order_id":"o-1","status":"completed","user_uuid":"u"}}"#,
        r#"{"event_id":"wallet","event_type":"wallet.linked","data":{"user_uuid":"u"}}"#,
        r#"{"event_id":"bare"}"#,
        r#"{"event_type":"order.status.changed","data":{"order_id":7}}"#,
        "not JSON at all \u{1F319}",
        "",
    ];
    for body in bodies {
        assert_eq!(desk.deliver(body).await.status, 200, "{body}");
    }
    assert_eq!(desk.deliver(bodies[4]).await.status, 200);
    desk.until("the one without an id is known by its body", |stats| stats.duplicates == 1).await;
    let kept: Vec<String> = place.events().into_iter().map(|(_, body, _)| body).collect();
    assert_eq!(kept, bodies, "as they came, in the order they came");
    // One of them names an order after all.
    desk.ask().await;
    desk.until("only that one is open", |stats| stats.open == 1).await;
    assert!(desk.asks.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_not_acknowledged_and_taken_when_it_comes_again() {
    let place = Place::new();
    let mut desk = place.desk().await;
    place.sql("ALTER TABLE events RENAME TO away");
    let body = changed("e-1", "o-1", "completed", AT);
    let answer = desk.deliver(&body).await;
    assert_eq!((answer.status, answer.body.as_str()), (503, ""));
    assert!(answer.head.contains("retry-after: 60"), "{}", answer.head);
    desk.until("it is counted", |stats| (stats.not_kept, stats.accepted) == (1, 0)).await;
    assert!(desk.asks.is_empty() && desk.heard.is_empty(), "no work for what is not kept");
    place.sql("ALTER TABLE away RENAME TO events");
    assert!(place.events().is_empty());
    assert_eq!(desk.deliver(&body).await.status, 200);
    desk.until("it is new", |stats| (stats.accepted, stats.duplicates) == (1, 0)).await;
    assert_eq!(place.ids(), ["e-1"]);
}
