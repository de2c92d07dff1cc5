//! What a hundred thousand orders cost: memory of each, and time of what a key does to them.
//! Prints; asserts nothing about time. Run by name, with optimisation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::{Command, Kept, Model, Msg, SyncMsg, update};
use ramptop::domain::{Amount, Brief, Direction, Mono, Now, Observed, Order, OrderId, Status};
use ramptop::tui::{Theme, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const PAST: u32 = 100_000;
const LIVE: u32 = 500;

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: start() + Duration::from_millis(ms) }
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn id(n: u32) -> OrderId {
    let mixed = u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    OrderId::parse(&uuid::Uuid::from_u128(mixed).to_string()).unwrap()
}

fn order(n: u32, status: &str) -> Order {
    let mut order = Order::bare(id(n), Status::from_wire(status));
    order.direction = Direction::OffRamp;
    order.amounts.crypto = Amount::parse(&format!("{}.{:06}", n % 5_000, n % 999_983)).ok();
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.amounts.fiat = Amount::parse(&format!("{}.50", u64::from(n) * 37 % 900_000)).ok();
    order.amounts.fiat_currency = Some(["NGN", "KES", "GHS", "INR"][n as usize % 4].to_owned());
    order.links.reference = Some(format!("inv-{n:08}"));
    order.created_at = Some(start() - TimeDelta::seconds(i64::from(n) * 600));
    order.updated_at = order.created_at;
    order
}

fn past(n: u32) -> (Brief, DateTime<Utc>) {
    let status = ["completed", "completed", "completed", "cancelled", "failed"][n as usize % 5];
    (Brief::of(&order(n, status)), start() - TimeDelta::days(1))
}

fn observed(value: Order, ms: u64) -> Observed<Order> {
    Observed { value, asked: at(ms), answered: at(ms), server_date: None }
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0) * 1024
}

fn took(what: &str, runs: u32, mut run: impl FnMut()) {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..runs {
        let begun = Instant::now();
        run();
        times.push(begun.elapsed());
    }
    times.sort();
    println!("{what:<60} median {:>10.1?}  worst {:>10.1?}", times[times.len() / 2], times[times.len() - 1]);
}

/// All slices, and how long the longest took.
fn finish(model: &mut Model) -> Duration {
    let mut longest = Duration::ZERO;
    while model.work.is_some() {
        let begun = Instant::now();
        update(model, Msg::Work);
        longest = longest.max(begun.elapsed());
    }
    longest
}

fn press(model: &mut Model, command: Command) {
    update(model, Msg::Command { command, alone: true });
}

fn page(model: &mut Model, orders: Vec<Observed<Order>>) {
    update(model, Msg::Sync(SyncMsg::Orders { orders, set_aside: Vec::new() }));
}

#[test]
fn a_hundred_thousand_orders() {
    let session = Session {
        profile: "measure".to_owned(),
        api_url: "http://127.0.0.1:1".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: None,
        actions_blocked: None,
    };
    let mut model = Model::new(at(0), session);
    let before = resident();
    for piece in 0..PAST / 2_000 {
        let briefs: Vec<_> = (piece * 2_000..(piece + 1) * 2_000).map(past).collect();
        update(&mut model, Msg::Kept(Kept::Past(briefs)));
    }
    println!("bytes of each order that is over: {}", (resident() - before) / u64::from(PAST));
    let before = resident();
    page(&mut model, (PAST..PAST + LIVE).map(|n| observed(order(n, "crypto_received"), 0)).collect());
    println!("bytes of each live order: {}", (resident() - before) / u64::from(LIVE));
    update(&mut model, Msg::Tick(at(5_000)));
    let mut terminal = Terminal::new(TestBackend::new(200, 50)).unwrap();
    took("one frame, 200x50, live", 50, || drop(terminal.draw(|frame| view(&model, Theme::colour(), frame))));
    let mut fresh = PAST + LIVE;
    let mut ms = 5_000;
    let mut next_page = |model: &mut Model, known: bool| {
        ms += 10;
        let from = if known { ms as u32 % 90_000 } else { fresh };
        fresh += if known { 0 } else { 100 };
        let orders: Vec<_> = (from..from + 100).map(|n| observed(order(n, "completed"), ms)).collect();
        let begun = Instant::now();
        page(model, orders);
        begun.elapsed()
    };
    let mut merges: Vec<Duration> = (0..50).map(|_| next_page(&mut model, false)).collect();
    merges.sort();
    println!("a page of 100 new orders that are over, live listed: {:?}", merges[25]);
    let mut merges: Vec<Duration> = (0..50).map(|_| next_page(&mut model, true)).collect();
    merges.sort();
    println!("a page of 100 known orders that are over, live listed: {:?}", merges[25]);
    press(&mut model, Command::Scope);
    press(&mut model, Command::Scope);
    let begun = Instant::now();
    press(&mut model, Command::Scope);
    println!("all listed: key {:?}, longest slice {:?}", begun.elapsed(), finish(&mut model));
    let begun = Instant::now();
    press(&mut model, Command::SortColumn);
    finish(&mut model);
    println!("sorted otherwise, all slices: {:?}", begun.elapsed());
    println!("{} listed; resident {} MB", model.visible.len(), resident() / 1_000_000);
    let mut merges: Vec<Duration> = (0..50).map(|_| next_page(&mut model, false)).collect();
    merges.sort();
    println!("a page of 100 new orders that are over, all listed: {:?}", merges[25]);
    let mut merges: Vec<Duration> = (0..50).map(|_| next_page(&mut model, true)).collect();
    merges.sort();
    println!("a page of 100 changed orders that are over, all listed: {:?}", merges[25]);
    took("down", 100, || press(&mut model, Command::Down(1)));
    took("last", 20, || press(&mut model, Command::Last));
    took("one frame, 200x50, at the end of all", 50, || {
        drop(terminal.draw(|frame| view(&model, Theme::colour(), frame)))
    });
    for text in ["usdt", "9", "9a", "9af", "9af1", "ngn compl", "zzzz"] {
        model.listing.text.clear();
        press(&mut model, Command::Filter);
        let begun = Instant::now();
        update(&mut model, Msg::Paste(text.to_owned()));
        let first = begun.elapsed();
        let longest = finish(&mut model);
        println!(
            "filter {text:?}: key {first:?}, all {:?}, longest slice {longest:?}, found {}",
            begun.elapsed(),
            model.visible.len()
        );
        press(&mut model, Command::Back);
        finish(&mut model);
    }
    assert!(model.visible.len() > PAST as usize);
}
