//! The schedule at scale, on a virtual clock: five hundred live orders, a hundred thousand that are
//! over, hours of traffic. What is asserted is what the module documentation of
//! `sync::schedule::pace` promises; `--nocapture` prints what was measured.
//!
//! Which bound holds under which row order of the server (no document states one): those for
//! orders on the screen, and for new off-ramp orders, under every one. New on-ramp orders, which no
//! filter returns, within five seconds only where new or pending orders come first: under another
//! order they are found by the sweep, or announced by an event.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
#![allow(clippy::print_stdout, clippy::cast_possible_truncation)]

#[path = "sync_simulation/drive.rs"]
mod drive;
#[path = "sync_simulation/world.rs"]
mod world;

use drive::{Drive, GOOD, Hooks, Line, Worst};
use world::{BUSY, OFF_RAMP, Rows, STEADY, Traffic, World};

const PAST: usize = 100_000;
const LIVE: usize = 500;
/// After the start: everything live is on the screen and at its pace by then, in seconds.
const CATCH_UP: u64 = 60;

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
    let seconds = 1_800;
    let before = drive.sent.len();
    let worst = drive.run(seconds);
    say(&format!("{rows:?}"), &drive, &worst, seconds);
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for (_, job) in &drive.sent[before..] {
        let name = match job {
            ramptop::sync::schedule::Job::List { status, page } => {
                format!("{}{}", status.unwrap_or("all"), if *page < 8 { page.to_string() } else { "+".into() })
            }
            other => format!("{other:?}").chars().take(5).collect(),
        };
        *kinds.entry(name).or_default() += 1;
    }
    println!(
        "{}",
        kinds.iter().map(|(k, n)| format!("{k}: {:.2}", *n as f64 / seconds as f64)).collect::<Vec<_>>().join(", ")
    );
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

#[test]
fn with_events_half_a_request_a_second() {
    let hooks = Hooks { latency: (50, 500), lost: 0 };
    let mut drive = Drive::new(World::new(Rows::PendingFirst, STEADY, PAST, LIVE, 3), GOOD, Some(hooks), 3);
    drive.run(600);
    assert!(drive.schedule.relies_on_events());
    let worst = drive.run(3_600);
    say("events", &drive, &worst, 3_600);
    assert!(worst.requests <= 3_600 / 2, "{} requests in an hour", worst.requests);
    assert!(worst.change_wanting <= 3_000, "{} ms", worst.change_wanting);
    assert!(worst.change_other <= 15_000, "{} ms", worst.change_other);
    assert!(worst.new_off <= 5_000 && worst.new_on <= 5_000, "{} {} ms", worst.new_off, worst.new_on);
    let _ = Line { ..GOOD };
}
