//! What single steps cost, on 100,000 orders where orders matter.
//!
//! `cargo bench --bench micro` measures, `cargo test --bench micro` runs each step once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod data;
mod desk;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use divan::{Bencher, black_box};
use ramptop::api::wire::page::read_page;
use ramptop::app::view_state::Scope;
use ramptop::app::{Command, Msg, update};
use ramptop::signing::typed::digest;
use ramptop::sync::schedule::{Ended, Schedule};
use support::Vector;
use tui_input::InputRequest;

fn main() {
    divan::main();
}

/// A page of a hundred orders that are over, read again, while the list shows the live ones.
#[divan::bench]
fn merge_page_of_past_orders(bencher: Bencher) {
    merge(bencher, data::LIVE..usize::MAX);
}

/// A page of a hundred live orders, which are in the list.
#[divan::bench]
fn merge_page_of_live_orders(bencher: Bencher) {
    merge(bencher, 0..data::LIVE);
}

fn merge(bencher: Bencher, of: std::ops::Range<usize>) {
    let lines = desk::lines();
    let mut model = desk::model(Scope::Live);
    let (first, end) = (of.start, of.end.min(lines.len()));
    let (mut nth, mut seconds) = (first, 20);
    bencher
        .with_inputs(|| {
            nth = if nth + 200 <= end { nth + 100 } else { first };
            seconds += 1;
            desk::news(&lines[nth..nth + 100], seconds)
        })
        .bench_local_values(|page| update(&mut model, page));
}

/// One letter more or less in the filter, over all orders.
#[divan::bench]
fn filter_keystroke(bencher: Bencher) {
    let mut model = desk::model(Scope::All);
    desk::press(&mut model, Command::Filter);
    let text: Vec<char> = "completed ngn 24".chars().collect();
    let mut nth = 0;
    bencher.bench_local(|| {
        let request = text.get(nth).map_or(InputRequest::DeleteLine, |letter| InputRequest::InsertChar(*letter));
        nth = if nth == text.len() { 0 } else { nth + 1 };
        desk::finish(&mut model, Msg::Edit(request));
    });
}

/// The next column, over all orders.
#[divan::bench]
fn sort(bencher: Bencher) {
    let mut model = desk::model(Scope::All);
    bencher.bench_local(|| desk::press(&mut model, Command::SortColumn));
}

/// The selection moves by one, over all orders.
#[divan::bench]
fn cursor(bencher: Bencher) {
    let mut model = desk::model(Scope::All);
    bencher.bench_local(|| desk::press(&mut model, Command::Down(1)));
}

#[divan::bench(args = [(80, 24), (120, 40), (200, 50)])]
fn view(bencher: Bencher, (columns, rows): (u16, u16)) {
    let model = desk::model(Scope::All);
    let mut screen = desk::screen(columns, rows);
    bencher.bench_local(|| desk::draw(&mut screen, &model));
}

/// A second passes on a screen full of countdowns.
#[divan::bench]
fn tick(bencher: Bencher) {
    let mut model = desk::model(Scope::Live);
    let mut screen = desk::screen(200, 50);
    let mut picture = desk::draw(&mut screen, &model);
    let mut seconds = 20;
    bencher.bench_local(|| {
        seconds += 1;
        model.now = desk::at(seconds);
        desk::tick(&mut screen, &mut picture, &model);
    });
}

#[divan::bench]
fn decode_page(bencher: Bencher) {
    let page = data::page(&desk::lines()[400..500]);
    bencher.bench_local(|| read_page(black_box(&page), 1).unwrap());
}

/// What to ask next, with 500 live orders known, four times a second.
#[divan::bench]
fn scheduler_decision(bencher: Bencher) {
    let lines = desk::lines();
    let mut schedule = Schedule::new(&desk::at(0));
    let live: Vec<_> = lines[..data::LIVE].iter().map(|line| line.seen(desk::at(0))).collect();
    schedule.observed(&live);
    let mut now = desk::at(1);
    bencher.bench_local(|| {
        now = now + Duration::from_millis(250);
        for job in schedule.next(&now) {
            schedule.ended(&job, &Ended::Answered { total_pages: Some(1), full: false }, &now, 0.5);
        }
    });
}

fn vector() -> Vector {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../vectors/eip712.json")).unwrap();
    vectors.into_iter().find(Vector::is_ordinary).unwrap()
}

#[divan::bench]
fn sign(bencher: Bencher) {
    let vector = vector();
    let (request, signer) = (vector.request(), PrivateKeySigner::from_slice(vector.key().as_slice()).unwrap());
    bencher.bench_local(|| {
        signer.sign_hash_sync(&digest(black_box(&request), vector.chain_id(), vector.forwarder)).unwrap()
    });
}

#[divan::bench]
fn review(bencher: Bencher) {
    let vector = vector();
    bencher.bench_local(|| black_box(&vector).review());
}
