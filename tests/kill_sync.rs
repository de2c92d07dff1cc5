//! Killed at any moment of syncing, ramptop loses nothing that anybody has seen.
//!
//! The real binary follows a simulated API whose orders move, and is killed (SIGKILL) when so many
//! lines were printed or the log of its database has grown so far, drawn by a seed. Each time
//! everything it had printed or shown must be in the file, as new as it was said or newer.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;
#[path = "support/pty.rs"]
mod pty;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Instant;

use ramptop::domain::OrderId;
use ramptop::store::Store;
use serde_json::Value;

use process::{Api, DEADLINE, Home, signal};
use pty::{Term, states};

/// How often it is killed.
const KILLS: u32 = 24;

fn database(home: &Home) -> PathBuf {
    home.data_dir().join("profiles/default/ramptop.db")
}

/// What was last said of each order.
type Said = HashMap<String, Value>;

fn timeline(order: &Value) -> usize {
    order["timeline"].as_array().unwrap().len()
}

/// An order only ever moves forward: what is kept is what was said, or came after it.
fn assert_kept(store: &Store, said: &Said) {
    for (id, said) in said {
        let kept = store.order(&OrderId::parse(id).unwrap()).unwrap();
        let kept: Value = serde_json::from_str(&kept.unwrap_or_else(|| panic!("lost: {said}")).json).unwrap();
        assert!(timeline(&kept) >= timeline(said), "kept {kept}\nsaid {said}");
        if timeline(&kept) == timeline(said) {
            assert_eq!(kept["status"], said["status"]);
        }
    }
}

/// Every line of the file can be read.
fn count(store: &Store) -> usize {
    let (live, past) = (store.live_orders().unwrap(), store.past_orders(None, usize::MAX).unwrap());
    let kept = store.order_count().unwrap();
    assert_eq!((live.len(), live.len() + past.len()), kept);
    kept.1
}

/// When it dies.
enum Moment {
    /// So many lines were printed.
    Lines(usize),
    /// The database's log is so long.
    Log(u64),
}

fn watch(home: &Home) -> Child {
    let mut command = home.command(&["watch", "--json"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Runs and kills it. Every line that had been printed whole.
fn killed(home: &Home, moment: &Moment) -> Vec<Value> {
    let mut child = watch(home);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    match moment {
        Moment::Lines(lines) => {
            for _ in 0..*lines {
                out.read_line(&mut printed).unwrap();
            }
        }
        Moment::Log(length) => {
            let log = PathBuf::from(format!("{}-wal", database(home).display()));
            let end = Instant::now() + DEADLINE;
            while std::fs::metadata(&log).map_or(0, |log| log.len()) < *length {
                assert!(Instant::now() < end, "its log never came to {length}");
                std::thread::yield_now();
            }
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    while out.read_line(&mut printed).unwrap() > 0 {}
    let whole = printed.rfind('\n').map_or("", |end| &printed[..end]);
    whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_was_printed_is_kept_at_whatever_moment_it_is_killed() {
    let api = Api::start(&["--orders", "260", "--seed", "7", "--speed", "30"]);
    let home = Home::on(&api.url);
    let mut dice = fastrand::Rng::with_seed(20_26);
    let (mut said, mut printed, mut early, mut known) = (Said::new(), 0, 0, 0);
    for kill in 0..KILLS {
        let moment = if kill % 2 == 0 { Moment::Log(dice.u64(1..300_000)) } else { Moment::Lines(dice.usize(1..6)) };
        let lines = killed(&home, &moment);
        early += u32::from(!lines.iter().any(|line| line["type"] == "ready"));
        for line in lines.iter().filter(|line| line["type"] == "order") {
            printed += 1;
            said.insert(line["order_id"].as_str().unwrap().to_owned(), line["order"].clone());
        }
        // As the next start finds it: with the log the dead one has left.
        let store = Store::open(&database(&home)).unwrap();
        assert_kept(&store, &said);
        let found = count(&store);
        assert!(found >= known, "{found} orders, there were {known}");
        known = found;
    }
    assert!(printed > 30 && early > 4 && known > 60, "{printed} lines, {early} early, {known} kept: nothing is tested");
}

/// The same for eyes: every order that stood on the screen.
#[test]
fn what_was_on_the_screen_is_kept() {
    let api = Api::start(&["--orders", "40", "--seed", "7"]);
    let home = Home::on(&api.url);
    for _ in 0..3 {
        let mut term = Term::ramptop(&home, (120, 40), &[]);
        term.until("orders", |screen| !states(screen).is_empty());
        signal(term.pid, "KILL");
        let shown = term.screen(states);
        term.ended();
        assert!(!shown.is_empty());
        let store = Store::open(&database(&home)).unwrap();
        let kept: Vec<String> = store.live_orders().unwrap().into_iter().map(|order| order.id.to_string()).collect();
        let past = store.past_orders(None, usize::MAX).unwrap();
        let kept: Vec<String> =
            kept.into_iter().chain(past.into_iter().map(|line| line.brief.id.to_string())).collect();
        for id in shown.keys() {
            assert!(kept.iter().any(|kept| kept.starts_with(id)), "{id} was shown and is not kept");
        }
    }
}
