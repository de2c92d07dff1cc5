//! Hours of traffic on a virtual clock.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::domain::Status;
use budget::BURST;
use chrono::DateTime;

/// Requests a second, sustained.
const RATE: u32 = budget::POLLING_RATE / 1_000;
/// Filters whose orders want the operator.
const WANTING: [&str; 2] = ["awaiting_crypto_transfer_authorization", "awaiting_fiat_received_confirmation"];

/// The smaller, the sooner, among those that are due.
fn rank(job: &Job) -> u8 {
    match job {
        Job::List { status: Some(status), .. } if WANTING.contains(status) => 0,
        Job::Order(_) | Job::List { status: None, page: 1 } => 1,
        Job::List { status: Some(_), .. } => 2,
        Job::Payments(_) => 3,
        Job::User(_) => 4,
        Job::List { status: None, .. } => 5,
    }
}

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: DateTime::from_timestamp_millis(ms.cast_signed()).unwrap() }
}

fn seen(id: &str, status: &str, ms: u64) -> Observed<Order> {
    let order = Order::bare(OrderId::parse(id).unwrap(), Status::from_wire(status));
    Observed { value: order, asked: at(ms), answered: at(ms), server_date: None }
}

const OK: Ended = Ended::Answered { total_pages: Some(1), full: false };

fn failed(reach: Reach, retry_after: Option<Duration>) -> Ended {
    Ended::Failed { retry_after, reach }
}

/// Answers everything at once for `seconds` and counts what was asked.
fn run(schedule: &mut Schedule, from: u64, seconds: u64) -> Vec<(u64, Job)> {
    let mut asked = Vec::new();
    for ms in (from..from + seconds * 1_000).step_by(50) {
        for job in schedule.next(&at(ms)) {
            schedule.ended(&job, &OK, &at(ms), 0.5);
            asked.push((ms, job));
        }
    }
    asked
}

#[test]
fn orders_that_want_the_operator_are_asked_for_first() {
    let mut schedule = Schedule::new(&at(0));
    let first = schedule.next(&at(0));
    assert_eq!(first.len(), CONCURRENT);
    assert!(first.iter().take(2).all(|job| rank(job) == 0), "{first:?}");
    assert_eq!(first[2], Job::List { status: None, page: 1 });
}

#[test]
fn ten_minutes_stay_within_the_budget_and_fresh() {
    let mut schedule = Schedule::new(&at(0));
    let orders: Vec<_> = (0..20).map(|i| seen(&format!("o{i}"), "fiat_transfer_pending", 0)).collect();
    schedule.observed(&orders);
    schedule.focus(Some(orders[0].value.id.clone()), None, &at(0));
    let mut asked = Vec::new();
    let mut last: HashMap<Job, u64> = HashMap::new();
    let mut worst: HashMap<Job, u64> = HashMap::new();
    for ms in (0..600_000).step_by(50) {
        for job in schedule.next(&at(ms)) {
            if let Job::Order(id) = &job {
                schedule.observed(&[seen(id.as_str(), "fiat_transfer_pending", ms)]);
            }
            schedule.ended(&job, &OK, &at(ms), 0.5);
            let gap = ms - last.insert(job.clone(), ms).unwrap_or(ms);
            let entry = worst.entry(job.clone()).or_default();
            *entry = gap.max(*entry);
            asked.push(job);
        }
    }
    assert!(asked.len() <= 600 * RATE as usize + BURST as usize, "{}", asked.len());
    for (job, gap) in worst {
        let bound = match rank(&job) {
            0 => 4_000,
            1 if job == Job::Order(orders[0].value.id.clone()) => 3_000,
            _ => 16_000,
        };
        assert!(gap <= bound, "{job:?} was not asked for {gap} ms");
    }
}

/// Ten minutes in which there is always more to ask for, while others send one request every so
/// many milliseconds: how many were ours and how many theirs.
fn beside_others(every: Option<usize>) -> (usize, usize) {
    let mut schedule = Schedule::new(&at(0));
    let (mut ours, mut theirs) = (0, 0);
    for ms in (0..600_000).step_by(50) {
        if every.is_some_and(|every| ms % every as u64 == 0) {
            schedule.spent(1, &at(ms));
            theirs += 1;
        }
        for job in schedule.next(&at(ms)) {
            ours += 1;
            schedule.ended(&job, &Ended::Answered { total_pages: Some(9_000), full: true }, &at(ms), 0.5);
        }
    }
    (ours, theirs)
}

#[test]
fn what_others_send_is_taken_from_what_may_be_sent() {
    let all = 600 * RATE as usize;
    let (alone, _) = beside_others(None);
    assert!((all..=all + BURST as usize).contains(&alone), "{alone}");
    for every in [2_000, 1_000, 500] {
        let (ours, theirs) = beside_others(Some(every));
        assert!(theirs > 0 && (all..=all + BURST as usize).contains(&(ours + theirs)), "{ours} and {theirs}");
    }
}

#[test]
fn every_page_is_swept_and_a_failed_page_is_not_lost() {
    let mut schedule = Schedule::new(&at(0));
    let mut pages = Vec::new();
    let mut failed_once = false;
    for ms in (0..60_000).step_by(100) {
        for job in schedule.next(&at(ms)) {
            let ended = match &job {
                Job::List { status: None, page: 4 } if !failed_once => {
                    failed_once = true;
                    failed(Reach::Request, None)
                }
                Job::List { status: None, page } => {
                    pages.push(*page);
                    Ended::Answered { total_pages: Some(7), full: true }
                }
                _ => OK,
            };
            schedule.ended(&job, &ended, &at(ms), 0.5);
        }
    }
    let mut swept: Vec<u32> = pages.into_iter().filter(|p| *p > 1).collect();
    swept.sort_unstable();
    assert!(failed_once);
    assert_eq!(swept, [2, 3, 4, 5, 6, 7]);
}

#[test]
fn failures_back_off_with_one_request_feeling_the_way() {
    let mut schedule = Schedule::new(&at(0));
    let first = schedule.next(&at(0));
    schedule.ended(&first[0], &failed(Reach::All, Some(Duration::from_secs(30))), &at(0), 0.5);
    for job in &first[1..] {
        schedule.ended(job, &failed(Reach::All, Some(Duration::from_secs(30))), &at(0), 0.5);
    }
    assert!(schedule.next(&at(29_000)).is_empty());
    assert_eq!(schedule.wake_at(&at(29_000)), Some(Mono::new(Duration::from_secs(30))));
    assert_eq!(schedule.next(&at(30_000)).len(), 1);
    schedule.everything_now(&at(30_000));
    assert_eq!(schedule.next(&at(30_000)).len(), CONCURRENT - 1);
}

#[test]
fn what_the_server_asked_of_somebody_else_holds_everything() {
    let mut schedule = Schedule::new(&at(0));
    let until = Mono::new(Duration::from_secs(30));
    for job in schedule.next(&at(0)) {
        schedule.ended(&job, &OK, &at(100), 0.5);
    }
    schedule.hold(until, &at(100));
    schedule.hold(Mono::new(Duration::from_secs(20)), &at(200));
    assert_eq!(schedule.blocked_until(), Some(until), "a shorter pause does not cut a longer one");
    schedule.changed(OrderId::parse("o").unwrap(), &at(300));
    for ms in (300..30_000).step_by(50) {
        assert!(schedule.next(&at(ms)).is_empty(), "after {ms} ms");
        assert!(schedule.wake_at(&at(ms)).is_none_or(|wake| wake >= until));
    }
    let first = schedule.next(&at(30_000));
    assert_eq!(first.len(), 1, "one request feels the way");
    schedule.ended(&first[0], &OK, &at(30_100), 0.5);
    assert_eq!(schedule.next(&at(30_100)).len(), CONCURRENT);

    schedule.hold(until, &at(31_000));
    assert_eq!(schedule.blocked_until(), None, "what is over when it is told changes nothing");
    schedule.hold(Mono::new(Duration::from_secs(60)), &at(31_000));
    schedule.everything_now(&at(32_000));
    assert!(schedule.next(&at(59_999)).is_empty(), "a wish of the operator does not lift it");
}

#[test]
fn on_a_slow_line_nothing_starves() {
    let mut schedule = Schedule::new(&at(0));
    for name in ["u", "v", "w"] {
        schedule.watch_user(UserId::parse(name).unwrap(), &at(0));
    }
    let mut under_way: Vec<(u64, Job)> = Vec::new();
    let mut read = HashSet::new();
    for ms in (0..60_000).step_by(100) {
        under_way.retain(|(done, job)| {
            if *done <= ms {
                schedule.ended(job, &OK, &at(ms), 0.5);
                read.insert(job.clone());
            }
            *done > ms
        });
        // Every answer takes three seconds: demand is three times what the line can carry.
        under_way.extend(schedule.next(&at(ms)).into_iter().map(|job| (ms + 3_000, job)));
    }
    for name in ["u", "v", "w"] {
        assert!(read.contains(&Job::User(UserId::parse(name).unwrap())), "{name} was never read");
    }
}

#[test]
fn a_refused_key_stops_everything_until_told_otherwise() {
    let mut schedule = Schedule::new(&at(0));
    let job = schedule.next(&at(0)).remove(0);
    schedule.ended(&job, &Ended::Unauthorized, &at(0), 0.5);
    assert!(run(&mut schedule, 1_000, 60).is_empty());
    assert_eq!(schedule.wake_at(&at(9_000)), None);
    schedule.everything_now(&at(70_000));
    assert!(!schedule.next(&at(70_000)).is_empty());
}

#[test]
fn a_user_and_the_payment_details_in_sight_are_read() {
    let mut schedule = Schedule::new(&at(0));
    let user = UserId::parse("u").unwrap();
    schedule.watch_user(user.clone(), &at(0));
    schedule.focus(None, Some(user.clone()), &at(0));
    let asked = run(&mut schedule, 0, 10);
    for job in [Job::User(user.clone()), Job::Payments(user.clone())] {
        assert_eq!(asked.iter().filter(|(_, j)| *j == job).count(), 1, "{job:?}");
    }
    schedule.focus(None, None, &at(11_000));
    assert!(!run(&mut schedule, 11_000, 100).iter().any(|(_, j)| *j == Job::Payments(user.clone())));
}

/// Runs ten minutes with `answer` deciding, and gives the longest gap between two reads of `watched`.
fn longest_gap(schedule: &mut Schedule, watched: &Job, answer: impl Fn(&Job) -> Ended) -> u64 {
    let (mut last, mut worst) = (0, 0);
    for ms in (0..600_000).step_by(100) {
        for job in schedule.next(&at(ms)) {
            if job == *watched {
                worst = worst.max(ms - last);
                last = ms;
            }
            schedule.ended(&job, &answer(&job), &at(ms), 0.5);
        }
    }
    worst.max(600_000 - last)
}

fn wanting() -> Job {
    Job::List { status: Some(WANTING[0]), page: 1 }
}

#[test]
fn one_order_the_server_fails_on_does_not_hold_up_the_others() {
    for reach in [Reach::Server, Reach::Request] {
        let mut schedule = Schedule::new(&at(0));
        let bad = seen("bad", "crypto_received", 0);
        schedule.observed([&bad]);
        schedule.focus(Some(bad.value.id.clone()), None, &at(0));
        let gap = longest_gap(&mut schedule, &wanting(), |job| match job {
            Job::Order(_) => failed(reach, None),
            _ => OK,
        });
        assert!(gap <= 4_000, "{reach:?}: {gap} ms");
    }
}

#[test]
fn one_refused_list_does_not_hold_up_the_others() {
    let mut schedule = Schedule::new(&at(0));
    let gap = longest_gap(&mut schedule, &wanting(), |job| match job {
        Job::List { status: Some("created"), .. } => failed(Reach::Request, None),
        _ => OK,
    });
    assert!(gap <= 4_000, "{gap} ms");
}

#[test]
fn a_server_that_fails_on_everything_is_left_alone_and_asked_again() {
    let mut schedule = Schedule::new(&at(0));
    let mut asked = 0;
    for ms in (0..600_000).step_by(100) {
        for job in schedule.next(&at(ms)) {
            asked += 1;
            schedule.ended(&job, &failed(Reach::Server, None), &at(ms), 0.5);
        }
    }
    assert!((10..60).contains(&asked), "{asked} requests in ten minutes of failure");
    assert_eq!(schedule.next(&at(700_000)).len(), 1, "one feels the way");
}

#[test]
fn a_list_that_is_not_found_is_asked_for_again() {
    let mut schedule = Schedule::new(&at(0));
    for job in schedule.next(&at(0)) {
        schedule.ended(&job, &Ended::NotFound, &at(0), 0.5);
    }
    assert!(run(&mut schedule, 1_000, 10).iter().any(|(_, job)| *job == wanting()));
}

#[test]
fn an_order_not_found_is_read_once_more_and_then_let_go() {
    let mut schedule = Schedule::new(&at(0));
    let order = seen("gone", "fiat_transfer_pending", 0);
    schedule.observed([&order]);
    let job = Job::Order(order.value.id.clone());
    let mut asked = 0;
    for ms in (0..120_000).step_by(100) {
        for next in schedule.next(&at(ms)) {
            asked += u32::from(next == job);
            let ended = if next == job { Ended::NotFound } else { OK };
            schedule.ended(&next, &ended, &at(ms), 0.5);
        }
    }
    assert_eq!(asked, 2);
}

#[test]
fn an_answer_after_a_refused_key_means_that_the_key_is_good() {
    let mut schedule = Schedule::new(&at(0));
    let jobs = schedule.next(&at(0));
    schedule.ended(&jobs[0], &Ended::Unauthorized, &at(0), 0.5);
    schedule.ended(&jobs[1], &OK, &at(0), 0.5);
    assert!(!schedule.next(&at(100)).is_empty());
}

#[test]
fn a_thousand_users_and_pages_do_not_make_the_urgent_lists_late() {
    let mut schedule = Schedule::new(&at(0));
    for i in 0..1_000 {
        schedule.watch_user(UserId::parse(&format!("u{i}")).unwrap(), &at(0));
    }
    let gap = longest_gap(&mut schedule, &wanting(), |job| match job {
        Job::List { status: None, .. } => Ended::Answered { total_pages: Some(1_000), full: true },
        _ => OK,
    });
    assert!(gap <= 6_500, "{gap} ms");
}

#[test]
fn without_a_count_of_pages_full_pages_are_followed_to_the_end() {
    let mut schedule = Schedule::new(&at(0));
    let mut read = HashSet::new();
    for ms in (0..60_000).step_by(100) {
        for job in schedule.next(&at(ms)) {
            let full = matches!(&job, Job::List { page, .. } if *page < 5);
            read.insert(job.clone());
            schedule.ended(&job, &Ended::Answered { total_pages: None, full }, &at(ms), 0.5);
        }
    }
    for status in [None, Some("crypto_received")] {
        for page in 1..=5 {
            assert!(read.contains(&Job::List { status, page }), "{status:?} page {page}");
        }
    }
}

#[test]
fn a_user_who_changed_is_read_again_at_once_though_known() {
    let mut schedule = Schedule::new(&at(0));
    let ann = UserId::parse("0a3a3843-0000-4000-8000-000000000001").unwrap();
    schedule.watch_user(ann.clone(), &at(0));
    schedule.focus(None, Some(ann.clone()), &at(0));
    run(&mut schedule, 0, 10);
    let (user, payments) = (Job::User(ann.clone()), Job::Payments(ann.clone()));
    let quiet = run(&mut schedule, 10_000, 5);
    assert!(!quiet.iter().any(|(_, job)| *job == user || *job == payments), "{quiet:?}");
    schedule.watch_user(ann, &at(15_000));
    let after = run(&mut schedule, 15_000, 10);
    assert!(after.iter().any(|(_, job)| *job == user) && after.iter().any(|(_, job)| *job == payments), "{after:?}");
}

#[test]
fn a_reading_under_way_during_the_change_is_followed_by_another() {
    let mut schedule = Schedule::new(&at(0));
    run(&mut schedule, 0, 10);
    let ann = UserId::parse("0a3a3843-0000-4000-8000-000000000001").unwrap();
    let user = Job::User(ann.clone());
    schedule.watch_user(ann.clone(), &at(10_000));
    let mut ms = 10_000;
    while !schedule.next(&at(ms)).contains(&user) {
        ms += 50;
        assert!(ms < 30_000, "never asked");
    }
    schedule.watch_user(ann, &at(ms));
    schedule.ended(&user, &OK, &at(ms), 0.5);
    let after = run(&mut schedule, ms, 20);
    assert!(after.iter().any(|(_, job)| *job == user), "{after:?}");
}
