//! The comparison: ramptop beside other programs on the same 100,000 orders, in one run on one
//! machine, as the table of the README. Started by `.ci/bench`, which installs the others.
//!
//! `table [PART...]` runs only some parts: start, keys, filter, idle, memory, merge, authorize.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
#![allow(clippy::print_stdout, clippy::print_stderr)]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures to look at"
)]

mod authorizing;
mod data;
mod desk;
mod looking;
mod merging;
mod place;
#[path = "../support/process.rs"]
mod process;
mod report;
mod resting;
mod terminal;
mod tools;
mod usage;

use std::process::ExitCode;

use place::Place;
use report::HEADING;
use tools::Tools;

const PARTS: [&str; 7] = ["start", "keys", "filter", "idle", "memory", "merge", "authorize"];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if let Some(strange) = wanted.iter().find(|part| !PARTS.contains(&part.as_str())) {
        eprintln!("{strange}: no such part; there are {PARTS:?}");
        return ExitCode::FAILURE;
    }
    let tools = match Tools::find() {
        Ok(tools) => tools,
        Err(missing) => {
            eprintln!("{missing}");
            return ExitCode::FAILURE;
        }
    };
    run(&tools, |part| wanted.is_empty() || wanted.iter().any(|one| one == part));
    ExitCode::SUCCESS
}

fn run(tools: &Tools, wanted: impl Fn(&str) -> bool) {
    let (mut lines, mut notes) = (Vec::new(), Vec::new());
    let needs_place = PARTS[..5].iter().any(|part| wanted(part));
    let place = needs_place.then(Place::new);
    for part in PARTS.into_iter().filter(|part| wanted(part)) {
        eprintln!("{part} ...");
        let (more, note) = match (part, &place) {
            ("merge", _) => one(merging::merge()),
            ("authorize", _) => authorizing::authorize(tools),
            ("start", Some(place)) => one(looking::start(place, tools)),
            ("keys", Some(place)) => looking::keys(place, tools),
            ("filter", Some(place)) => one(looking::filter(place, tools)),
            ("idle", Some(place)) => one(resting::idle(place, tools)),
            (_, Some(place)) => (vec![resting::memory(place, tools)], String::new()),
            (_, None) => unreachable!("made above"),
        };
        lines.extend(more);
        notes.push(note);
    }
    println!("{HEADING}");
    for line in lines {
        println!("{line}");
    }
    println!();
    for note in notes.iter().filter(|note| !note.is_empty()) {
        println!("{note}");
    }
    println!("versions: {}", tools.versions.join("; "));
}

fn one((line, note): (report::Line, String)) -> (Vec<report::Line>, String) {
    (vec![line], note)
}
