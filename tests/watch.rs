//! `ramptop watch` as scripts and alerting use it: the real binary against the stand-alone simulated
//! API, line by line.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::Value;

use process::{Api, DEADLINE, Home, Ran, ended, signal};

/// A watch under way. Its lines come as they are printed.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(home: &Home, args: &[&str]) -> Self {
        let mut command = home.command(&[&["watch"], args].concat());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    fn line(&self) -> String {
        let line = self.lines.recv_timeout(DEADLINE).expect("a line");
        assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
        line
    }

    fn json(&self) -> Value {
        let line = self.line();
        let value: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let at = value["at"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok() && at.ends_with('Z'), "{line}");
        value
    }

    /// All lines up to and with the first one that `last` holds for.
    fn until(&self, last: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut all = Vec::new();
        while all.last().is_none_or(|line| !last(line)) {
            all.push(self.json());
        }
        all
    }

    fn ready(&self) -> Vec<Value> {
        self.until(|line| line["type"] == "ready")
    }

    /// Sends a signal, and gives how it ended and what came after.
    fn stop(self, name: &str) -> (Ran, Vec<String>) {
        signal(self.child.id(), name);
        let ran = ended(self.child, "");
        (ran, self.lines.try_iter().collect())
    }
}

fn home_on(api: &Api) -> Home {
    Home::on(&api.url)
}

fn is_order(line: &Value, change: &str, id: &str) -> bool {
    line["type"] == "order" && line["change"] == change && line["order_id"] == id
}

#[test]
fn an_order_that_moves_is_told_step_by_step_to_its_end() {
    let api = Api::start(&["--orders", "3", "--scenario", "awaiting-confirmation", "--speed", "20"]);
    let home = home_on(&api);
    let id = api.offering("confirm-fiat-received").remove(0);
    let watch = Watch::start(&home, &["--json"]);
    let first = watch.ready();
    let of_orders: Vec<&Value> = first.iter().filter(|line| line["type"] == "order").collect();
    assert_eq!(of_orders.len(), 3, "each live order is told once: {first:?}");
    let known = of_orders.iter().find(|line| is_order(line, "new", &id)).unwrap();
    assert_eq!((&known["previous"], known["needs_you"].as_str()), (&Value::Null, Some("confirm_fiat_received")));
    assert_eq!(first.last().unwrap()["known"], 3);
    assert_eq!(first.iter().filter(|line| line["type"] == "connection").count(), 1);

    home.run(&["confirm", &id, "--yes"]).exits(0);
    let moved = watch.until(|line| is_order(line, "ended", &id));
    let mut before = known["order"].clone();
    for line in moved.iter().filter(|line| line["order_id"] == id.as_str()) {
        assert_eq!(line["previous"]["status"], before["status"], "{line}");
        assert_eq!(line["previous"]["next_action"], before["next_action"], "{line}");
        assert_eq!(line["order"]["order_id"], id.as_str());
        before = line["order"].clone();
    }
    assert_eq!(before["status"], "completed");
    assert_eq!(before, api.data(&format!("/orders/{id}")), "the API's own object");
    let (ran, after) = watch.stop("TERM");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{after:?}");
}

#[test]
fn orders_are_narrowed_by_the_status_they_come_into() {
    let api = Api::start(&["--orders", "4", "--scenario", "awaiting-authorization"]);
    let home = home_on(&api);
    let id = api.offering("authorize-crypto-transfer").remove(0);
    let watch = Watch::start(&home, &["--json", "--status", "cancelled"]);
    assert!(watch.ready().iter().all(|line| line["type"] != "order"));
    home.run(&["cancel", &id, "--yes"]).exits(0);
    let lines = watch.until(|line| line["type"] == "order");
    assert!(is_order(lines.last().unwrap(), "ended", &id), "{lines:?}");
    assert_eq!(watch.stop("INT").0.code, 0);
}

#[test]
fn many_orders_that_move_tell_an_unbroken_story_each() {
    let api = Api::start(&["--orders", "60", "--speed", "30"]);
    let home = home_on(&api);
    let watch = Watch::start(&home, &["--json"]);
    let mut last: HashMap<String, Value> = HashMap::new();
    let (mut ends, mut lines) = (0, 0);
    while ends < 5 {
        let line = watch.json();
        lines += 1;
        assert!(lines < 5_000, "orders end sooner or later");
        if line["type"] != "order" {
            continue;
        }
        let id = line["order_id"].as_str().unwrap().to_owned();
        let status = |of: &Value| of["status"].clone();
        match last.get(&id) {
            Some(before) => assert_eq!(status(&line["previous"]), status(before), "{line}"),
            None => assert!(line["previous"].is_null(), "{line}"),
        }
        ends += usize::from(line["change"] == "ended");
        last.insert(id, line["order"].clone());
    }
    assert_eq!(watch.stop("TERM").0.code, 0);
}

#[test]
fn the_next_run_tells_what_happened_in_between_and_nothing_twice() {
    let api = Api::start(&["--orders", "4", "--scenario", "awaiting-authorization"]);
    let home = home_on(&api);
    let ids = api.offering("authorize-crypto-transfer");
    let told =
        |watch: &Watch| -> Vec<Value> { watch.ready().into_iter().filter(|line| line["type"] == "order").collect() };
    let first = Watch::start(&home, &["--json"]);
    assert_eq!(told(&first).len(), 4);
    assert_eq!(first.stop("TERM").0.code, 0);

    home.run(&["cancel", &ids[0], "--yes"]).exits(0);
    let second = Watch::start(&home, &["--json"]);
    let lines = told(&second);
    assert!(lines.len() == 1 && is_order(&lines[0], "ended", &ids[0]), "{lines:?}");
    assert_eq!(lines[0]["previous"]["status"], "awaiting_crypto_transfer_authorization");
    assert_eq!(second.stop("INT").0.code, 0);

    let third = Watch::start(&home, &["--json"]);
    assert_eq!(told(&third), [Value::Null; 0]);
    assert_eq!(third.stop("TERM").0.code, 0);
}

#[test]
fn a_kill_loses_no_change() {
    let api = Api::start(&["--orders", "4", "--scenario", "awaiting-authorization"]);
    let home = home_on(&api);
    let ids = api.offering("authorize-crypto-transfer");
    let watch = Watch::start(&home, &["--json"]);
    let mut told = watch.until(|line| line["type"] == "order").last().unwrap().to_string();
    signal(watch.child.id(), "KILL");
    let killed = ended(watch.child, "");
    assert_eq!(killed.code, -1);
    watch.lines.iter().for_each(|line| told.push_str(&line));
    home.run(&["cancel", &ids[1], "--yes"]).exits(0);
    let again = Watch::start(&home, &["--json"]);
    let lines = again.ready();
    let ended = lines.iter().filter(|line| is_order(line, "ended", &ids[1])).count();
    // One that was never told while it was live is history to a run that saw no more.
    assert!(ended == 1 || (ended == 0 && !told.contains(&ids[1])), "{told}\n{lines:?}");
    let again_live: Vec<_> = lines.iter().filter(|line| line["type"] == "order" && line["change"] != "ended").collect();
    assert!(again_live.len() <= 3, "{again_live:?}");
    assert_eq!(again.stop("TERM").0.code, 0);
}

#[test]
fn without_a_memory_it_watches_all_the_same() {
    let api = Api::start(&["--orders", "2", "--scenario", "awaiting-authorization"]);
    let home = home_on(&api);
    let database = home.data_dir().join("profiles/default/ramptop.db");
    std::fs::create_dir_all(database.parent().unwrap()).unwrap();
    std::fs::write(&database, "this is no database, and long enough to be seen as none at all".repeat(40)).unwrap();
    let watch = Watch::start(&home, &["--json"]);
    assert_eq!(watch.ready().iter().filter(|line| line["change"] == "new").count(), 2);
    let (ran, _) = watch.stop("TERM");
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("without a memory"), "{}", ran.err);
}

#[test]
fn an_api_that_goes_away_is_told_and_one_that_comes_back_as_well() {
    let api = Api::start(&["--orders", "2", "--scenario", "awaiting-authorization"]);
    let (home, port) = (home_on(&api), api.port());
    let watch = Watch::start(&home, &["--json"]);
    watch.ready();
    api.kill();
    let failing = watch.until(|line| line["type"] == "connection").pop().unwrap();
    assert_eq!(failing["state"], "failing");
    assert!(!failing["why"].as_str().unwrap().is_empty() && failing["retry_at"].is_string(), "{failing}");
    let _again = Api::start_on(port, &["--orders", "2", "--scenario", "awaiting-authorization"]);
    let back = watch.until(|line| line["type"] == "connection").pop().unwrap();
    assert_eq!(back["state"], "live", "{back}");
    assert_eq!(watch.stop("TERM").0.code, 0);
}

#[test]
fn a_key_that_is_refused_ends_it_with_the_apis_code() {
    let api = Api::start(&["--orders", "1"]);
    let home = home_on(&api);
    let mut command = home.command(&["watch", "--json"]);
    let ran = process::finish(
        {
            command.env("RAMPTOP_API_KEY", "sk_test_of_somebody_else_0000");
            command
        },
        "",
    )
    .exits(4);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["state"], "unauthorized", "{lines:?}");
    assert!(ran.err.contains("refused the key"), "{}", ran.err);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly_though_nothing_changes() {
    let api = Api::start(&["--orders", "1", "--scenario", "awaiting-authorization"]);
    let home = home_on(&api);
    for args in [&["watch"][..], &["watch", "--json"]] {
        let mut child = home.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        drop(reader);
        let ran = ended(child, "");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn people_get_words() {
    let api = Api::start(&["--orders", "1", "--scenario", "awaiting-confirmation"]);
    let home = home_on(&api);
    let id = api.offering("confirm-fiat-received").remove(0);
    let watch = Watch::start(&home, &[]);
    let mut said = Vec::new();
    while said.last().is_none_or(|line: &String| !line.contains("ready")) {
        said.push(watch.line());
    }
    let all = said.join("\n");
    assert!(all.contains("the API answers") && all.contains("1 orders known"), "{all}");
    let order = said.iter().find(|line| line.contains(&id)).unwrap();
    assert!(order.contains("new") && order.contains("needs you: confirm fiat"), "{order}");
    assert_eq!(watch.stop("TERM").0.code, 0);
}
