//! From when on the screen raises alarm: by polling, with events, and where one turns into the other.

use ramptop::app::syncing::{Asking, Pace};
use ramptop::domain::freshness::Promise;
use ramptop::sync::schedule::pace::promised_with_events;

use super::*;

fn asks(model: &mut Model, pace: Pace) {
    let promise = if pace == Pace::Events { promised_with_events() } else { Promise::POLLING };
    let asking = Asking {
        in_flight: 0,
        due: Vec::new(),
        tokens: 8,
        burst: 8,
        allowed_a_minute: 240,
        used_last_minute: 100,
        pace,
        promise,
        took: Vec::new(),
        errors_last_5m: 0,
        requests_last_5m: 344,
        history: None,
    };
    update(model, Msg::Sync(SyncMsg::Stats(Box::new(asking))));
}

/// The API answers about these orders.
fn answers_about(model: &mut Model, world: &World, ms: u64, which: impl Fn(usize) -> bool) {
    tick(model, ms);
    let all = orders(world).into_iter().enumerate();
    let seen = all.filter(|(nth, _)| which(*nth)).map(|(_, order)| observed(order, ms)).collect();
    update(model, Msg::Sync(SyncMsg::Answered { skew_seconds: Some(0) }));
    update(model, Msg::Sync(SyncMsg::Orders { orders: seen, set_aside: Vec::new() }));
}

fn seconds_from_start(model: &mut Model, s: u64) -> String {
    tick(model, s * 1_000);
    text(model, 140, 40)
}

/// A live order in sight stands there as too old.
fn marked(shown: &str) -> bool {
    shown.split('!').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()))
}

fn alarms(shown: &str) -> bool {
    shown.contains("no answer") || marked(shown)
}

#[test]
fn at_the_pace_of_reconciliation_nothing_alarms() {
    let (mut model, world) = dashboard();
    asks(&mut model, Pace::Events);
    for s in 3..=600 {
        match s % 60 {
            // What wants the operator is read once a minute, everything every four.
            0 => answers_about(&mut model, &world, s * 1_000, |nth| s % 240 == 0 || nth % 4 == 0),
            _ => tick(&mut model, s * 1_000),
        }
        let shown = text(&model, 140, 40);
        assert!(shown.contains("● live") && !alarms(&shown), "after {s} s: {shown}");
    }
}

#[test]
fn true_silence_alarms_at_either_pace() {
    for (pace, silent, stale) in [(Pace::Polling, 30, 30), (Pace::Events, 120, 255)] {
        let (mut model, _) = dashboard();
        asks(&mut model, pace);
        // The last answer came at the first second.
        assert!(seconds_from_start(&mut model, silent).contains("● live"), "{pace:?}");
        assert!(seconds_from_start(&mut model, 1 + silent).contains("⚠ no answer for"), "{pace:?}");
        assert!(!marked(&seconds_from_start(&mut model, stale)), "{pace:?}");
        assert!(marked(&seconds_from_start(&mut model, 1 + stale)), "{pace:?}");
    }
}

#[test]
fn where_events_stop_nothing_flashes_and_silence_alarms_as_soon_as_by_polling() {
    let (mut model, world) = dashboard();
    asks(&mut model, Pace::Events);
    assert!(!alarms(&seconds_from_start(&mut model, 59)));
    asks(&mut model, Pace::Polling);
    for s in 59..62 {
        assert!(!alarms(&seconds_from_start(&mut model, s)), "{s} s: nothing could be read yet");
    }
    let (mut silent, _) = dashboard();
    asks(&mut silent, Pace::Events);
    tick(&mut silent, 59_000);
    asks(&mut silent, Pace::Polling);
    let shown = seconds_from_start(&mut silent, 89);
    assert!(shown.contains("⚠ no answer for") && marked(&shown), "{shown}");
    answers_about(&mut model, &world, 62_000, |_| true);
    assert!(!alarms(&seconds_from_start(&mut model, 91)), "what was read meanwhile is fresh by the stricter limit");
    assert!(alarms(&seconds_from_start(&mut model, 92)));
}

#[test]
fn where_events_begin_to_flow_old_marks_go_at_once() {
    let (mut model, _) = dashboard();
    asks(&mut model, Pace::Polling);
    assert!(alarms(&seconds_from_start(&mut model, 40)));
    model.take_changed();
    asks(&mut model, Pace::Events);
    assert!(model.take_changed(), "everything is drawn again");
    assert!(!alarms(&text(&model, 140, 40)));
}

#[test]
fn alarms_and_their_end_are_drawn_when_they_come() {
    let (mut model, _) = dashboard();
    model.arming = Arming::default();
    asks(&mut model, Pace::Events);
    redrawn::drawn_within(2, &mut model, 3_400, (120, 40));
    asks(&mut model, Pace::Polling);
    redrawn::drawn_within(1, &mut model, 123_700, (120, 40));
    assert!(alarms(&text(&model, 140, 40)));
}
