//! Whatever instruction the process dies at: money moves once, and the journal tells the truth.
//!
//! The real binary is killed (SIGKILL) at every step of the write path: before and after each request
//! reaches the API, when the journal grows by each line, and at moments drawn by a seed. Each time the
//! same command is given again, as an operator would. Then the API's own count, the transfers on its
//! chain and the journal are compared.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;
#[path = "support/proxy.rs"]
mod proxy;
#[path = "support/pty.rs"]
mod pty;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::Method;
use serde_json::{Value, json};

use process::{Api, DEADLINE, Home};
use proxy::{Act, Gate, Proxy};

/// Where the process dies.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Its question for the order, or for the parameters, is under way.
    Asking(&'static str),
    /// Its submission is under way, and never arrives.
    Lost,
    /// Its submission is under way, and arrives before the next start.
    Early,
    /// Its submission is under way, and arrives after the command was given again.
    Late,
    /// The API has carried it out; the answer is under way.
    Answered,
    /// The journal has grown by so many lines.
    Line(usize),
    /// Some milliseconds after its start.
    Moment(u64),
}

/// What is held at the proxy: how the path ends, and how.
type Plan = Arc<Mutex<Option<(String, Act)>>>;

/// An API, somebody in between, and a home that goes through there.
struct Scene {
    api: Api,
    proxy: Proxy,
    home: Home,
    plan: Plan,
    /// How an action is called: by the commands, at the API, and in its count.
    words: Words,
    /// Whether the home has a chain node.
    node: bool,
}

#[derive(Clone, Copy)]
struct Words {
    verb: &'static str,
    entry: &'static str,
    count: &'static str,
    more: &'static [&'static str],
}

const AUTHORIZE: Words =
    Words { verb: "authorize", entry: "authorize-crypto-transfer", count: "authorizations_accepted", more: &[] };
const CONFIRM: Words = Words { verb: "confirm", entry: "confirm-fiat-received", count: "confirmations", more: &[] };
const REFUND: Words = Words { verb: "refund", entry: "authorize-refund", count: "refunds", more: &[] };
const SEND_OUT: Words = Words {
    verb: "send-out",
    entry: "authorize-bridge",
    count: "send_outs",
    more: &["--chain", "Arbitrum One", "--to", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"],
};

impl Scene {
    fn new(words: Words, api: &[&str], node: bool) -> Self {
        let api = Api::start(api);
        let plan = Plan::default();
        let held = Arc::clone(&plan);
        let proxy = Proxy::start(&api.url, move |_: &Method, path| {
            let mut held = held.lock().unwrap();
            match held.take() {
                Some((end, act)) if path.ends_with(&end) => act,
                other => {
                    *held = other;
                    Act::Pass
                }
            }
        });
        let home = Home::on(&proxy.url);
        Self { api, proxy, home, plan, words, node }
    }

    /// The orders that can be acted on.
    fn orders(&self) -> Vec<String> {
        let offers = |o: &&Value| o["allowed_actions"].as_array().unwrap().iter().any(|a| a == self.words.entry);
        self.api.orders().iter().filter(offers).map(|o| o["order_id"].as_str().unwrap().to_owned()).collect()
    }

    fn args<'a>(&'a self, id: &'a str) -> Vec<&'a str> {
        [&[self.words.verb, id, "--yes"], self.words.more].concat()
    }

    fn command(&self, id: &str) -> std::process::Command {
        let mut command = self.home.command(&self.args(id));
        if self.node {
            command.env("RAMPTOP_RPC_URL", format!("{}/rpc", self.api.url));
        }
        command
    }

    fn spawn(&self, id: &str) -> Child {
        self.command(id).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Whatever was killed: the same command again, until it says that it is done or nothing is left
    /// to do.
    fn again(&self, id: &str) {
        for _ in 0..3 {
            let ran = process::finish(self.command(id), "");
            match ran.code {
                0 | 3 => return,
                5 => {}
                other => panic!("{other}: {ran:?}"),
            }
        }
        panic!("{id} does not come to an end");
    }

    fn kill_at(&self, id: &str, step: Step) {
        let gate = Gate::closed();
        let path = format!("/orders/{id}/{}", self.words.entry);
        let post = format!("POST {path}");
        let hold = |end: String, act: Act| *self.plan.lock().unwrap() = Some((end, act));
        let before = self.api.attempts();
        match step {
            Step::Asking(end) => {
                let asked = format!("/orders/{id}{end}");
                hold(asked.clone(), Act::Hold(gate.clone()));
                let child = self.spawn(id);
                self.proxy.until_seen(&format!("GET {asked}"));
                kill(child);
            }
            Step::Lost | Step::Early | Step::Late => {
                hold(path, Act::Hold(gate.clone()));
                let child = self.spawn(id);
                self.proxy.until_seen(&post);
                kill(child);
            }
            Step::Answered => {
                hold(path, Act::HoldAnswer(gate.clone()));
                let child = self.spawn(id);
                until(|| self.api.attempts() > before);
                kill(child);
            }
            Step::Line(more) => {
                let text = || std::fs::read_to_string(self.home.journal()).unwrap_or_default();
                let lines = || text().matches('\n').count();
                let wanted = lines() + more;
                let mut child = self.spawn(id);
                until(|| lines() >= wanted || child.try_wait().unwrap().is_some());
                kill(child);
            }
            Step::Moment(after) => {
                let mut child = self.spawn(id);
                let end = Instant::now() + Duration::from_millis(after);
                until(|| Instant::now() >= end || child.try_wait().unwrap().is_some());
                kill(child);
            }
        }
        *self.plan.lock().unwrap() = None;
        if matches!(step, Step::Early) {
            gate.open();
            until(|| self.api.attempts() > before);
        }
        self.again(id);
        if matches!(step, Step::Late) {
            let seen = self.api.attempts();
            gate.open();
            until(|| self.api.attempts() > seen);
        }
    }

    /// The API's count, its chain and the journal agree, and nothing happened twice.
    fn is_true(&self, ids: &[String]) {
        for id in ids {
            // What an earlier run left open is looked for at every start.
            self.again(id);
        }
        self.home.run(&["journal", "verify"]).exits(0);
        let counted = self.api.tally()[self.words.count].clone();
        let told = intents(&self.home.entries());
        for id in ids {
            let done = counted[id].as_u64().unwrap_or(0);
            assert_eq!(done, 1, "{id}: {counted}");
            let outcomes = &told[id];
            let of = |words: &[&str]| outcomes.iter().filter(|o| words.contains(&o.as_str())).count();
            assert_eq!(of(&["open", "unknown"]), 0, "{id} is left open: {outcomes:?}");
            if self.words.verb == "confirm" {
                // Without a signature nobody can say which of two confirmations it was.
                assert!(of(&["accepted", "settled"]) >= 1 && of(&["accepted"]) <= 1, "{id}: {outcomes:?}");
            } else {
                assert_eq!(of(&["accepted", "settled"]), 1, "{id}: {outcomes:?}");
            }
        }
        for (to, times) in self.transfers() {
            assert!(times <= 1 || self.words.verb == "send-out", "{to} was paid {times} times");
            assert!(times <= ids.len() || self.words.verb != "send-out", "{times} send-outs for {} orders", ids.len());
        }
    }

    /// How often each recipient was paid on the chain.
    fn transfers(&self) -> BTreeMap<String, usize> {
        let filter = json!({"fromBlock": "0x0", "toBlock": "latest"});
        let asked = json!([{"jsonrpc": "2.0", "id": 0, "method": "eth_getLogs", "params": [filter]}]);
        let mut all = BTreeMap::new();
        for log in post(&self.api.url, "/rpc", &asked)[0]["result"].as_array().unwrap() {
            let wallet = process::ADDRESS[2..].to_lowercase();
            if log["topics"][1].as_str().unwrap().to_lowercase().ends_with(&wallet) {
                *all.entry(log["topics"][2].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
        all
    }
}

/// The last word on each intent, by order.
fn intents(entries: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut last: BTreeMap<u64, (String, String)> = BTreeMap::new();
    for entry in entries {
        let event = &entry["event"];
        if event["kind"] == "intent" {
            let order = event["order_id"].as_str().unwrap().to_owned();
            last.insert(entry["seq"].as_u64().unwrap(), (order, "open".to_owned()));
        } else if event["kind"] == "outcome" {
            let seq = event["intent_seq"].as_u64().unwrap();
            let word = event["result"].as_str().unwrap();
            word.clone_into(&mut last.get_mut(&seq).unwrap().1);
        }
    }
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (order, word) in last.into_values() {
        all.entry(order).or_default().push(word);
    }
    all
}

fn kill(mut child: Child) {
    let _ = child.kill();
    child.wait().unwrap();
}

#[track_caller]
fn until(mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain");
        std::thread::yield_now();
    }
}

/// A bare POST of JSON.
fn post(url: &str, path: &str, body: &Value) -> Value {
    let (host, body) = (url.strip_prefix("http://").unwrap(), body.to_string());
    let mut stream = TcpStream::connect(host).unwrap();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nconnection: close\r\n");
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_else(|e| panic!("{e}: {answer}"))
}

/// Every step, each on an order of its own, one after the other with one wallet and one journal.
fn dies_at_each(scene: &Scene, steps: &[Step]) {
    let ids = scene.orders();
    assert!(ids.len() >= steps.len(), "{} orders for {} steps", ids.len(), steps.len());
    for (id, step) in ids.iter().zip(steps) {
        scene.kill_at(id, *step);
        let done = scene.api.tally()[scene.words.count][id].clone();
        assert_eq!(done, json!(1), "{step:?}");
    }
    scene.is_true(&ids[..steps.len()]);
}

const SIGNING: [Step; 10] = [
    Step::Asking(""),
    Step::Asking("/transfer-authorization-parameters"),
    Step::Line(1),
    Step::Line(2),
    Step::Lost,
    Step::Early,
    Step::Late,
    Step::Answered,
    Step::Line(3),
    Step::Line(4),
];

#[test]
fn an_authorization_killed_at_every_step_happens_once() {
    let api = ["--orders", "14", "--scenario", "awaiting-authorization"];
    dies_at_each(&Scene::new(AUTHORIZE, &api, false), &SIGNING);
}

#[test]
fn an_authorization_killed_while_answers_are_lost_happens_once() {
    let api = ["--orders", "14", "--scenario", "awaiting-authorization", "--chaos", "lost-answers", "--seed", "7"];
    dies_at_each(&Scene::new(AUTHORIZE, &api, true), &SIGNING);
}

#[test]
fn an_authorization_killed_at_any_moment_happens_once() {
    for (chaos, seed) in [("none", 11), ("lost-answers", 12)] {
        let api = ["--orders", "36", "--scenario", "awaiting-authorization", "--chaos", chaos];
        let mut dice = fastrand::Rng::with_seed(seed);
        let steps: Vec<Step> = (0..30).map(|_| Step::Moment(dice.u64(0..400))).collect();
        dies_at_each(&Scene::new(AUTHORIZE, &api, true), &steps);
    }
}

#[test]
fn a_confirmation_killed_at_every_step_happens_once() {
    for chaos in ["none", "lost-answers"] {
        let api = ["--orders", "12", "--scenario", "awaiting-confirmation", "--chaos", chaos];
        let steps = [Step::Asking(""), Step::Line(1), Step::Lost, Step::Early, Step::Answered, Step::Line(2)];
        dies_at_each(&Scene::new(CONFIRM, &api, false), &steps);
    }
}

#[test]
fn a_send_out_and_a_refund_killed_at_every_step_happen_once() {
    for (words, scenario) in [(SEND_OUT, "send-out"), (REFUND, "refund-owed")] {
        for (chaos, steps) in [
            ("none", [Step::Line(1), Step::Line(2)]),
            ("lost-answers", [Step::Lost, Step::Early]),
            ("none", [Step::Late, Step::Answered]),
        ] {
            let scene = Scene::new(words, &["--scenario", scenario, "--chaos", chaos], true);
            let ids = scene.orders();
            for (id, step) in ids.iter().zip(steps) {
                scene.kill_at(id, step);
            }
            scene.is_true(&ids[..ids.len().min(2)]);
        }
    }
}

/// The dashboard dies with a submission under way; the next one sends the same bytes by the same key.
#[test]
fn a_killed_dashboard_sends_the_same_bytes_after_a_yes() {
    let scene = Scene::new(AUTHORIZE, &["--orders", "1", "--scenario", "awaiting-authorization"], false);
    let id = scene.orders().remove(0);
    let gate = Gate::closed();
    let path = format!("/orders/{id}/authorize-crypto-transfer");
    *scene.plan.lock().unwrap() = Some((path.clone(), Act::Hold(gate)));
    let size = (120, 40);
    let mut term = pty::Term::armed(&scene.home, size, &[]);
    term.sees("● live");
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("[y] YES, do it");
    term.keys("y");
    scene.proxy.until_seen(&format!("POST {path}"));
    term.signal("KILL");
    let _ = term.ended();

    let mut term = pty::Term::armed(&scene.home, size, &[]);
    term.sees("● live");
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("same signed bytes are sent again; at most one of the two can be executed");
    term.sees("[y] YES, do it");
    term.keys("y");
    term.sees("✓ ACCEPTED");
    term.signal("KILL");
    let _ = term.ended();
    scene.is_true(&[id]);
    let kinds: Vec<_> = scene.home.entries().iter().map(|e| e["event"]["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds[..5], ["intent", "signed", "resend", "answer", "outcome"]);
}
