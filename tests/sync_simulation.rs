//! The schedule at scale, on a virtual clock: five hundred live orders, a hundred thousand that are
//! over, hours of traffic. What is asserted is what the module documentation of
//! `sync::schedule::pace` promises; `--nocapture` prints what was measured.
//!
//! Which bound holds under which row order of the server (no document states one): those for
//! orders on the screen, and for new off-ramp orders, under every one. New on-ramp orders, which no
//! filter returns, within five seconds only where new or pending orders come first: under another
//! order they are found by the sweep, or announced by an event.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
#![allow(clippy::print_stdout, clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::match_same_arms)]

#[path = "sync_simulation/drive.rs"]
mod drive;
#[path = "sync_simulation/world.rs"]
mod world;

use drive::{Drive, GOOD, Hooks, Line, Worst};
use ramptop::domain::freshness::Promise;
use ramptop::sync::schedule::Job;
use world::{BUSY, OFF_RAMP, Rows, STEADY, Traffic, World};

const PAST: usize = 100_000;
const LIVE: usize = 500;
/// After the start: everything live is on the screen and at its pace by then, in seconds.
const CATCH_UP: u64 = 60;

/// Requests at once after a pause.
const BURST: u64 = 8;
/// Events that come at once, all of them.
const PROMPT: Hooks = Hooks { latency: (50, 500), lost: 0 };

fn say(what: &str, drive: &Drive, worst: &Worst, seconds: u64) {
    let (live, wanting) = drive.counts();
    println!(
        "{what}: {seconds} s, live {live}, wanting {wanting}, requests {:.2}/s, most in 60 s {}, changes {:.2}/s, new {}\n   \
         oldest wanting {} ms, live {} ms; new off {} ms, on {} ms; change wanting {} ms, other {} ms; swept {:?}",
        worst.requests as f64 / seconds as f64,
        worst.most_in_a_minute,
        worst.changes as f64 / seconds as f64,
        worst.new_orders,
        worst.wanting,
        worst.live,
        worst.new_off,
        worst.new_on,
        worst.change_wanting,
        worst.change_other,
        drive.swept.last(),
    );
}

fn polling(rows: Rows, traffic: Traffic) {
    let mut drive = Drive::new(World::new(rows, traffic, PAST, LIVE, 7), GOOD, None, 7);
    let first = drive.run(CATCH_UP);
    say(&format!("{rows:?}, catching up"), &drive, &first, CATCH_UP);
    let seconds = 900;
    let worst = drive.run(seconds);
    say(&format!("{rows:?}"), &drive, &worst, seconds);
    assert!(worst.wanting <= 3_000, "wanting orders: {} ms old", worst.wanting);
    assert!(worst.live <= 15_000, "live orders: {} ms old", worst.live);
    assert!(worst.new_off <= 5_000, "new off-ramp orders: after {} ms", worst.new_off);
    if rows != Rows::ById {
        assert!(worst.new_on <= 5_000, "new on-ramp orders: after {} ms", worst.new_on);
    }
    let all = CATCH_UP + seconds;
    assert!(drive.most_within(600) <= 4 * 600 + 8, "{} requests in ten minutes", drive.most_within(600));
    assert!(drive.sent.len() as u64 <= 4 * all + 8, "{} requests in {all} s", drive.sent.len());
}

#[test]
fn polling_newest_first() {
    polling(Rows::NewestFirst, BUSY);
}

#[test]
fn polling_pending_first() {
    polling(Rows::PendingFirst, BUSY);
}

#[test]
fn polling_in_any_order() {
    polling(Rows::ById, OFF_RAMP);
}

fn events(rows: Rows) {
    let mut drive = Drive::new(World::new(rows, STEADY, PAST, LIVE, 3), GOOD, Some(PROMPT), 3);
    drive.run(600);
    assert!(drive.schedule.relies_on_events());
    let seconds = 2_400;
    let worst = drive.run(seconds);
    say(&format!("{rows:?}, events"), &drive, &worst, seconds);
    assert!(worst.requests <= seconds / 2 + BURST, "{} requests in forty minutes", worst.requests);
    assert!(worst.change_wanting <= 3_000, "changes of wanting orders: after {} ms", worst.change_wanting);
    assert!(worst.change_other <= 15_000, "other changes: after {} ms", worst.change_other);
    let promise = drive.promise();
    let promised = [promise.wanting, promise.live].map(|bound| bound.as_millis() as u64);
    assert!(worst.wanting <= promised[0] && worst.live <= promised[1], "{worst:?}, promised {promised:?}");
    assert!(worst.silence <= promise.answer.as_millis() as u64 + 1_000, "{} ms without an answer", worst.silence);
    let (off, on) = (worst.new_off, worst.new_on);
    assert!(off <= 5_000 && on <= 5_000, "new orders: after {off} and {on} ms");
}

#[test]
fn events_newest_first() {
    events(Rows::NewestFirst);
}

#[test]
fn events_in_any_order() {
    events(Rows::ById);
}

/// More events than the budget has requests: within it all the same, and the urgent ones first.
#[test]
fn more_events_than_requests() {
    let busy = Traffic { patience: 75, ..BUSY };
    let mut drive = Drive::new(World::new(Rows::PendingFirst, busy, 20_000, LIVE, 5), GOOD, Some(PROMPT), 5);
    drive.run(600);
    assert!(drive.schedule.relies_on_events());
    let worst = drive.run(900);
    say("events faster than the budget", &drive, &worst, 900);
    assert!(worst.requests <= 450 + BURST, "{} requests in a quarter of an hour", worst.requests);
    assert!(worst.change_wanting <= 120_000, "changes of wanting orders: after {} ms", worst.change_wanting);
    assert!(worst.change_other <= 180_000, "other changes: after {} ms", worst.change_other);
}

/// Where hardly anything happens, answers are rarest: no longer apart than is promised.
#[test]
fn a_quiet_account() {
    let quiet = Traffic { off_ramp: 3, on_ramp: 1, patience: 200, refunds: 0 };
    let mut drive = Drive::new(World::new(Rows::NewestFirst, quiet, 40, 12, 19), GOOD, Some(PROMPT), 19);
    let mut by_events = 0;
    for _ in 0..120 {
        let promise = drive.promise();
        let worst = drive.run(60);
        if promise == drive.promise() && promise != Promise::POLLING {
            by_events += 1;
            let promised = [promise.wanting, promise.live, promise.answer].map(|bound| bound.as_millis() as u64);
            assert!(worst.wanting <= promised[0] && worst.live <= promised[1], "{worst:?}");
            assert!(worst.silence <= promised[2] + 1_000, "{} ms without an answer", worst.silence);
        }
    }
    assert!(by_events > 30, "{by_events} minutes of two hours by events");
}

/// Where events stop, what they had spared is read again before the stricter limits hold.
#[test]
fn the_first_round_after_events_stopped() {
    let mut drive = Drive::new(World::new(Rows::PendingFirst, STEADY, 20_000, LIVE, 11), GOOD, Some(PROMPT), 11);
    drive.run(600);
    assert!(drive.schedule.relies_on_events());
    drive.hooks = Some(Hooks { lost: 100, ..PROMPT });
    while drive.schedule.relies_on_events() {
        drive.run(1);
    }
    drive.run(Promise::POLLING.live.as_secs() * 2);
    let now = drive.run(0);
    assert!(now.wanting <= 3_000 && now.live <= 15_000, "{now:?}");
}

/// Events that stop, or of which some are lost, are noticed, and polling goes on as if there were none.
#[test]
fn events_that_stop_and_come_back() {
    let mut drive = Drive::new(World::new(Rows::NewestFirst, STEADY, 20_000, LIVE, 11), GOOD, Some(PROMPT), 11);
    drive.run(600);
    assert!(drive.schedule.relies_on_events());
    drive.hooks = Some(Hooks { lost: 100, ..PROMPT });
    let gap = drive.run(240);
    say("no more events", &drive, &gap, 240);
    assert_eq!(drive.promise(), Promise::POLLING);
    assert!(!drive.schedule.relies_on_events(), "changes nobody announced were found");
    drive.run(CATCH_UP);
    let worst = drive.run(600);
    assert!(worst.wanting <= 3_000 && worst.live <= 15_000, "{worst:?}");
    drive.hooks = Some(PROMPT);
    drive.run(900);
    assert!(drive.schedule.relies_on_events());
    assert_eq!(drive.run(600).requests.div_ceil(310), 1, "half a request a second again");
}

#[test]
fn some_lost_events_cost_trust() {
    let lossy = Hooks { lost: 10, ..PROMPT };
    let mut drive = Drive::new(World::new(Rows::PendingFirst, STEADY, 20_000, LIVE, 13), GOOD, Some(lossy), 13);
    let trusted = (0..30).filter(|_| {
        drive.run(60);
        drive.schedule.relies_on_events()
    });
    assert!(trusted.count() <= 15, "most of the time it polls");
}

/// Answers of two seconds: interval and latency add up, and no more than that.
#[test]
fn beyond_the_promised_latency_it_degrades_and_recovers() {
    let slow = Line { slow: 10, ..GOOD };
    let mut drive = Drive::new(World::new(Rows::PendingFirst, BUSY, 20_000, LIVE, 17), slow, None, 17);
    drive.run(CATCH_UP);
    let worst = drive.run(600);
    say("one answer in a hundred takes two seconds", &drive, &worst, 600);
    assert!(worst.wanting <= 6_500, "wanting orders: {} ms old", worst.wanting);
    assert!(worst.live <= 20_000, "live orders: {} ms old", worst.live);
    drive.set_line(Line { errors: 10, lost: 2, ..GOOD });
    let worst = drive.run(600);
    say("one in a hundred fails, one in five hundred is never answered", &drive, &worst, 600);
    drive.set_line(GOOD);
    drive.run(CATCH_UP);
    let worst = drive.run(300);
    assert!(worst.wanting <= 3_000 && worst.live <= 15_000, "{worst:?}");
}

#[test]
fn what_retry_after_asks_for_is_given() {
    let strict = Line { limit: Some((20, 45)), ..GOOD };
    let mut drive = Drive::new(World::new(Rows::NewestFirst, BUSY, 20_000, LIVE, 19), strict, None, 19);
    let worst = drive.run(600);
    say("429", &drive, &worst, 600);
    assert_eq!(drive.too_early, 0, "requests before their time");
    assert!(worst.requests > 100, "and after it asking goes on");
    drive.set_line(GOOD);
    drive.run(120);
    let worst = drive.run(300);
    assert!(worst.wanting <= 3_000 && worst.live <= 15_000, "{worst:?}");
}

/// An hour asleep: the monotonic clock stood still, everything shown is an hour old.
#[test]
fn after_a_sleep_the_urgent_comes_first_within_the_burst() {
    let mut drive = Drive::new(World::new(Rows::NewestFirst, BUSY, 20_000, LIVE, 23), GOOD, None, 23);
    drive.run(120);
    drive.sleep(3_600);
    let before = drive.sent.len();
    drive.run(1);
    let first: Vec<_> = drive.sent[before..].iter().map(|(_, job)| job.clone()).collect();
    assert!(first.len() as u64 <= BURST + 4, "{first:?}");
    // What was under way is lost, so one request feels the way first.
    let lists = first
        .iter()
        .take(4)
        .filter(|job| matches!(job, Job::List { status: Some(s), .. } if s.starts_with("awaiting")));
    assert!(lists.count() >= 2, "{first:?}");
    let catching_up = drive.run(180);
    say("after an hour of sleep", &drive, &catching_up, 180);
    let worst = drive.run(600);
    assert!(worst.wanting <= 3_000 && worst.live <= 15_000, "{worst:?}");
}

/// After the server goes quiet, every order is known as it is: whatever moved between the pages
/// while they were read, whatever failed, and whichever way the rows are ordered.
#[test]
fn whatever_the_pages_shift_nothing_is_missed() {
    let mut cases = 0;
    for rows in [Rows::NewestFirst, Rows::PendingFirst, Rows::ById] {
        for seed in 100..102 {
            let line = Line { errors: 20, lost: 3, slow: 20, ..GOOD };
            let rush = Traffic { off_ramp: 300, on_ramp: 60, patience: 10, refunds: 10 };
            let mut world = World::new(rows, rush, 2_500, 120, seed);
            world.revivals = 100;
            let mut drive = Drive::new(world, line, None, seed);
            drive.run(240);
            drive.world.quiet = true;
            drive.run(500);
            assert_eq!(drive.wrong(), (0, 0), "missing and wrong orders, {rows:?}, seed {seed}");
            cases += 1;
        }
    }
    assert_eq!(cases, 6);
}

/// What is left of the budget reads the history once, from where an earlier run came to, and looks
/// at every cancelled order by itself.
#[test]
fn the_history_is_resumed_and_every_refund_looked_for() {
    let mut drive = Drive::new(World::new(Rows::NewestFirst, STEADY, 10_000, 100, 29), GOOD, None, 29);
    let cancelled: Vec<_> = drive
        .world
        .rows
        .iter()
        .filter(|row| row.status.wire() == "cancelled")
        .map(|row| row.id.clone())
        .take(200)
        .collect();
    drive.schedule.resume(60);
    drive.schedule.check_refund(cancelled);
    drive.run(300);
    assert_eq!(drive.refunds_read, 200);
    let first: Vec<u32> = drive.swept.iter().map(|(page, _)| *page).take(3).collect();
    assert_eq!(first, [60, 61, 62]);
    let (page, of) = drive.swept.iter().find(|(page, of)| page == of).unwrap();
    assert_eq!((page, *of >= 100), (of, true));
}
