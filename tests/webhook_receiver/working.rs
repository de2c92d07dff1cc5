//! The work after the 2xx: learned, asked for, done when it was read, and taken up again after a
//! crash.

use std::time::Duration;

use ramptop::domain::event::Subject;
use ramptop::domain::{PaymentDetailsId, Status, UserId};
use ramptop::store::{Source, Store};
use ramptop::sync::poller::News;

use crate::harness::{Desk, Place, changed, id};

const AT: &str = "2026-02-01T12:00:05Z";
/// Long after everything a test has sent.
const LATER: Duration = Duration::from_secs(600);

fn done(place: &Place) -> Vec<bool> {
    place.events().into_iter().map(|(.., done)| done).collect()
}

/// A listener that was told of two orders and has asked for both; neither is read yet.
async fn two_announced(place: &Place) -> Desk {
    let mut desk = place.desk().await;
    for (event, order) in [("e-1", "o-1"), ("e-2", "o-2")] {
        assert_eq!(desk.deliver(&changed(event, order, "completed", AT)).await.status, 200);
        assert_eq!(desk.ask().await, Subject::Order(id(order)));
    }
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_teaches_whose_the_order_is_and_has_it_read() {
    let place = Place::new();
    let mut desk = place.desk().await;
    assert_eq!(desk.deliver(&changed("e-1", "o-1", "completed", AT)).await.status, 200);
    assert_eq!(desk.ask().await, Subject::Order(id("o-1")));
    let heard = desk.hear().await;
    let user = UserId::parse("user-o-1").unwrap();
    assert_eq!((heard.user, heard.order), (Some(user.clone()), Some(id("o-1"))));
    assert_eq!(heard.payment_details, PaymentDetailsId::parse("42").ok());
    assert_eq!(heard.announced.unwrap().status, Status::from_wire("completed"));
    desk.reads("o-1", LATER);
    desk.until("the work is done", |stats| stats.open == 0).await;
    drop(desk);
    let store = Store::open(&place.file()).unwrap();
    assert_eq!(store.users().unwrap()[0].id, user);
    let link = &store.links().unwrap()[0];
    assert_eq!((&link.user, &link.source), (&Some(user), &Source::Event));
    assert_eq!(link.payment_details, PaymentDetailsId::parse("42").ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_reading_asked_for_after_the_event_ends_its_work() {
    let place = Place::new();
    let mut desk = two_announced(&place).await;
    // Readings are taken in in their order: once the last one has told, the others have been heard.
    desk.reads("o-1", Duration::ZERO);
    desk.reads("o-3", LATER);
    desk.reads("o-2", LATER);
    desk.until("the second is done", |stats| stats.open < 2).await;
    until_done(&place, 1).await;
    assert_eq!((desk.stats().open, done(&place)), (1, vec![false, true]), "neither of the others ends it");
    desk.reads("o-1", LATER);
    desk.until("both are done", |stats| stats.open == 0).await;
    until_done(&place, 2).await;
}

/// Waits until so many are marked on the disk.
async fn until_done(place: &Place, count: usize) {
    let wait = async {
        while done(place).into_iter().filter(|done| *done).count() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::harness::PATIENCE, wait).await.expect("never marked as done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_the_answer_and_the_work_loses_nothing() {
    let place = Place::new();
    let desk = two_announced(&place).await;
    desk.reads("o-2", LATER);
    until_done(&place, 1).await;
    drop(desk);
    // What a kill leaves behind: acknowledged, and nothing known of whose it is.
    place.sql("DELETE FROM users; DELETE FROM links");
    let mut desk = place.desk().await;
    assert_eq!(desk.ask().await, Subject::Order(id("o-1")), "asked for again");
    assert_eq!(desk.hear().await.order, Some(id("o-1")), "said again");
    assert!(desk.asks.is_empty(), "what was done is not done again");
    assert_eq!(desk.stats().open, 1);
    desk.reads("o-1", LATER);
    until_done(&place, 2).await;
    drop(desk);
    assert_eq!(Store::open(&place.file()).unwrap().links().unwrap()[0].order, id("o-1"), "learned again");
    let desk = place.desk().await;
    assert_eq!((desk.stats().open, desk.asks.is_empty()), (0, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_has_the_user_read_and_a_refund_its_order() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let verdict = r#"{"event_id":"k","event_type":"user.kyc.updated","created_at":"2026-02-01T12:00:05Z",
        "data":{"user_id":"u-9","kyc_status":"VERIFIED"}}"#;
    assert_eq!(desk.deliver(verdict).await.status, 200);
    let user = UserId::parse("u-9").unwrap();
    assert_eq!(desk.ask().await, Subject::User(user.clone()));
    assert_eq!(desk.hear().await.user, Some(user.clone()));
    desk.eyes.saw(&News::UserUnknown(user.clone()));
    desk.eyes.saw(&News::UserUnknown(user));
    desk.until("a user nobody knows is not waited for", |stats| stats.open == 0).await;
    let refund = changed("r", "o-7", "cancelled", AT).replace("order.status.changed", "order.refund.required");
    assert_eq!(desk.deliver(&refund).await.status, 200);
    assert_eq!(desk.ask().await, Subject::Order(id("o-7")));
    desk.deliver(&changed("x", "o-8", "completed", AT)).await;
    assert_eq!(desk.ask().await, Subject::Order(id("o-8")));
    desk.eyes.saw(&News::OrderNotFound(id("o-7")));
    desk.reads("o-8", LATER);
    desk.until("the other one is read", |stats| stats.open < 2).await;
    assert_eq!(desk.stats().open, 1, "not found once may be a gateway that is behind");
    desk.eyes.saw(&News::OrderNotFound(id("o-7")));
    desk.until("not found twice is an answer", |stats| stats.open == 0).await;
}
