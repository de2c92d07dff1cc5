//! What is said of which facts.

use super::testing::at;
use super::*;
use crate::app::syncing::{Ending, Took};

fn old(seconds: &[u64]) -> Ages {
    let mut ages = Ages::default();
    for s in seconds {
        ages.add(Duration::from_secs(*s));
    }
    ages
}

struct Scene {
    connection: Connection,
    last_answer: Option<Now>,
    sync: Syncing,
    needs_you: Ages,
    others: Ages,
}

/// At second 100 all is well.
fn scene() -> Scene {
    Scene {
        connection: Connection::Live,
        last_answer: Some(at(99)),
        sync: Syncing { complete: true, asking: Some(testing::asking()), ..Syncing::default() },
        needs_you: old(&[1, 2]),
        others: old(&[9]),
    }
}

fn says(scene: &Scene) -> String {
    let Scene { connection, last_answer, sync, needs_you, others } = scene;
    let (needs_you, others) = (*needs_you, *others);
    let verdict = judge(&Facts { now: at(100), connection, last_answer: *last_answer, sync, needs_you, others });
    format!("{}: {}", verdict.trust.label(), verdict.why)
}

#[test]
fn fresh_is_said_with_its_bounds() {
    let mut s = scene();
    assert_eq!(says(&s), "✓ Fresh: every order that needs you was read within 2 s, every other live one within 9 s.");
    s.others = old(&[]);
    assert_eq!(says(&s), "✓ Fresh: every order that needs you was read within 2 s.");
    s.needs_you = old(&[]);
    assert_eq!(says(&s), "✓ Fresh: no order is live; the API answered 1 s ago.");
    s.others = old(&[9]);
    assert_eq!(says(&s), "✓ Fresh: nothing needs you; every live order was read within 9 s.");
}

#[test]
fn blind_says_for_how_long_and_when_the_next_try_is() {
    let mut s = scene();
    s.last_answer = Some(at(60));
    s.connection = Connection::Failing { what: "the API was not reached".to_owned(), retry_at: Some(at(112)) };
    assert_eq!(says(&s), "✗ Blind: no answer for 40 s, next try in 12 s. The API was not reached.");
    s.last_answer = Some(at(98));
    assert_eq!(says(&s), "▲ Behind: no answer for 2 s, next try in 12 s. The API was not reached.");
    s.last_answer = None;
    assert!(says(&s).starts_with("✗ Blind: no answer yet, next try in 12 s."));
    s.connection = Connection::Unauthorized;
    assert!(says(&s).contains("✗ Blind: the API refused the key."));
}

#[test]
fn silence_is_blindness_though_nothing_failed() {
    let mut s = scene();
    s.last_answer = Some(at(70));
    assert_eq!(says(&s), "✗ Blind: no answer for 30 s, and none is announced.");
}

#[test]
fn until_every_list_was_read_nothing_is_called_fresh() {
    let mut s = scene();
    s.sync.complete = false;
    assert_eq!(says(&s), "… Starting: 3 live orders so far; not every list was read yet, there may be more.");
    s.connection = Connection::Connecting;
    s.last_answer = None;
    assert_eq!(says(&s), "… Starting: no answer yet; what you see, if anything, is from an earlier run.");
}

#[test]
fn behind_says_why() {
    let mut s = scene();
    s.needs_you = old(&[1, 7]);
    let with = |s: &mut Scene, change: fn(&mut Asking)| {
        let mut asking = testing::asking();
        change(&mut asking);
        s.sync.asking = Some(asking);
        says(s)
    };
    let head = "▲ Behind: an order that needs you was read 7 s ago, ";
    assert_eq!(with(&mut s, |_| ()), format!("{head}0 requests are due."));
    assert_eq!(
        with(&mut s, |a| a.errors_last_5m = 200),
        format!("{head}because 200 of 500 requests failed in five minutes.")
    );
    let slow = with(&mut s, |a| a.took = vec![Took { millis: 3_400, ending: Ending::Answered }]);
    assert_eq!(slow, format!("{head}because the API is slow: one answer in twenty takes 3.4 s or more."));
    let spent = with(&mut s, |a| (a.tokens, a.used_last_minute) = (0, 240));
    assert_eq!(spent, format!("{head}because the budget is used up: 240 of 240 requests in the last minute."));
    let waiting = with(&mut s, |a| a.pace = Pace::Waiting { until: at(130) });
    assert_eq!(waiting, format!("{head}because asking waits 30 s more."));
    s.needs_you = old(&[1]);
    s.others = old(&[21]);
    assert!(says(&s).contains("what needs you is fresh, but a live order was read 21 s ago"), "{}", says(&s));
}

#[test]
fn with_events_a_reading_may_be_older() {
    let mut s = scene();
    s.needs_you = old(&[50]);
    s.others = old(&[180]);
    assert!(says(&s).starts_with("▲ Behind"));
    s.sync.asking = Some(by_events());
    assert!(says(&s).starts_with("✓ Fresh") && says(&s).ends_with("Events announce changes."), "{}", says(&s));
    s.last_answer = Some(at(40));
    assert!(says(&s).starts_with("✓ Fresh"), "a minute without an answer is the pace: {}", says(&s));
    s.others = old(&[250]);
    assert!(says(&s).starts_with("▲ Behind"));
}

fn by_events() -> Asking {
    Asking { pace: Pace::Events, promise: testing::WITH_EVENTS, ..testing::asking() }
}

#[test]
fn true_silence_is_blindness_with_events_too() {
    let mut s = scene();
    s.sync.asking = Some(by_events());
    let Scene { connection, sync, needs_you, others, .. } = &s;
    let (needs_you, others) = (*needs_you, *others);
    let verdict = |now| judge(&Facts { now: at(now), connection, last_answer: Some(at(99)), sync, needs_you, others });
    assert_eq!(verdict(218).trust, Trust::Fresh);
    assert_eq!(
        verdict(219),
        Verdict { trust: Trust::Blind, why: "no answer for 2 min, and none is announced.".into() }
    );
}

#[test]
fn times_are_never_rounded_down_below_a_minute() {
    assert_eq!(time(Duration::from_millis(1_001)), "2 s");
    assert_eq!(time(Duration::from_secs(119)), "119 s");
    assert_eq!(time(Duration::from_secs(600)), "10 min");
    assert_eq!([84, 3_450].map(millis), ["84 ms", "3.4 s"]);
}
