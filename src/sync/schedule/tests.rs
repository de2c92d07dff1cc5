//! Hours of traffic on a virtual clock.

use super::*;
use crate::domain::Status;
use chrono::DateTime;

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: DateTime::from_timestamp_millis(ms.cast_signed()).unwrap() }
}

fn seen(id: &str, status: &str, ms: u64) -> Observed<Order> {
    let order = Order::bare(OrderId::parse(id).unwrap(), Status::from_wire(status));
    Observed { value: order, asked: at(ms), answered: at(ms), server_date: None }
}

const OK: Ended = Ended::Answered { total_pages: Some(1) };

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
                    Ended::Failed { retry_after: None }
                }
                Job::List { status: None, page } => {
                    pages.push(*page);
                    Ended::Answered { total_pages: Some(7) }
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
    schedule.ended(&first[0], &Ended::Failed { retry_after: Some(Duration::from_secs(30)) }, &at(0), 0.5);
    for job in &first[1..] {
        schedule.ended(job, &Ended::Failed { retry_after: Some(Duration::from_secs(30)) }, &at(0), 0.5);
    }
    assert!(schedule.next(&at(29_000)).is_empty());
    assert_eq!(schedule.wake_at(&at(29_000)), Some(Mono::new(Duration::from_secs(30))));
    assert_eq!(schedule.next(&at(30_000)).len(), 1);
    schedule.everything_now(&at(30_000));
    assert_eq!(schedule.next(&at(30_000)).len(), CONCURRENT - 1);
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
