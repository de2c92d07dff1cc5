//! Webhook events in the real dashboard: the simulated API delivers over HTTP, the binary listens.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;
#[path = "support/pty.rs"]
mod pty;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use process::{Api, Home};
use pty::Term;
use sha2::Sha256;

const SIZE: pty::Size = (120, 40);

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A home whose profile listens on `port`, with the API's secret.
fn listening(api: &Api, port: u16) -> Home {
    let home = Home::on(&api.url);
    let profile = format!(
        "default_profile = \"default\"\n[profile.default]\napi_url = \"{}\"\nwebhook.listen = \"127.0.0.1:{port}\"\n",
        api.url
    );
    let file = home.config_file();
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, profile).unwrap();
    let ran = home.run_with(&["webhook-secret", "set"], &api.webhook_secret).exits(0);
    assert!(ran.out.contains("The webhook secret of profile default is kept."), "{ran:?}");
    home
}

fn post(home: &Home, path: &str, body: &str) {
    home.run_with(&["raw", "POST", &format!("/api/v1/partner{path}"), "--data", "-"], body).exits(0);
}

fn holds(dir: &Path, secret: &str) -> bool {
    std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        let held = || String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(secret);
        if path.is_dir() { holds(&path, secret) } else { held() }
    })
}

/// No answer of the API says whose an order is: what the dashboard knows of users here, it knows
/// from an event.
#[test]
fn an_event_shows_whose_the_order_is_and_stays_known() {
    let api = Api::start(&["--scenario", "awaiting-confirmation", "--orders", "5"]);
    let port = free_port();
    let home = listening(&api, port);
    let order = api.offering("confirm-fiat-received").remove(0);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.sees("1 Users · 0 known");
    term.sees("[c] confirm fiat");
    post(&home, "/webhooks", &format!("{{\"url\":\"http://127.0.0.1:{port}/hook\"}}"));
    assert_eq!(api.data("/webhooks")["enabled"], true);
    // Somebody else acts.
    Home::on(&api.url).run(&["confirm", &order, "--yes"]).exits(0);
    term.sees("1 Users · 1 known");
    // The user was read as well.
    term.loses("reading…");
    term.keys("q");
    assert!(term.ended().success());
    let users = home.run(&["users", "--json"]).exits(0).json();
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
    assert!(!holds(home.data_dir().parent().unwrap(), &api.webhook_secret), "the secret stands in a file");
}

#[test]
fn a_taken_port_is_said_and_the_dashboard_goes_on() {
    let api = Api::start(&["--scenario", "awaiting-confirmation", "--orders", "5"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let home = listening(&api, port);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.sees("Webhook events are not taken, orders are read by asking: cannot listen on");
    term.sees("[c] confirm fiat");
    term.keys("q");
    assert!(term.ended().success());
}

/// A watch, once everything is known to it.
fn watching(home: &Home) -> Child {
    let mut command = home.command(&["watch", "--json"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("\"type\":\"ready\"")), "it ended before it was ready");
    child
}

fn stopped(child: Child) -> process::Ran {
    process::signal(child.id(), "TERM");
    process::ended(child, "").exits(0)
}

#[test]
fn a_watch_takes_events_and_has_their_orders_read() {
    let api = Api::start(&["--scenario", "awaiting-confirmation", "--orders", "5"]);
    let port = free_port();
    let home = listening(&api, port);
    let watch = watching(&home);
    let order = api.offering("confirm-fiat-received").remove(0);
    assert!(deliver(port, &api.webhook_secret, &event(&order)).starts_with("HTTP/1.1 200 "));
    until_none_is_open(&home);
    assert_eq!(stopped(watch).err, "");
    let users = home.run(&["users", "--json"]).exits(0).out;
    assert!(users.contains("of-the-event"), "{users}");
}

#[test]
fn a_taken_port_is_said_and_the_watch_goes_on() {
    let api = Api::start(&["--scenario", "awaiting-confirmation", "--orders", "5"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ran = stopped(watching(&listening(&api, port)));
    let said = format!("webhook events are not taken, orders are read by asking: cannot listen on 127.0.0.1:{port}");
    assert!(ran.err.contains(&said) && ran.err.contains("a dashboard"), "{}", ran.err);
}

/// The API is away, so the order an event is about cannot be read: acknowledged, and killed.
#[test]
fn a_kill_after_the_answer_loses_no_work() {
    let world = ["--scenario", "awaiting-confirmation", "--orders", "5"];
    let api = Api::start(&world);
    let (port, api_port, secret) = (free_port(), api.port(), api.webhook_secret.clone());
    let home = listening(&api, port);
    let order = api.offering("confirm-fiat-received").remove(0);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.sees("[c] confirm fiat");
    api.kill();
    assert!(deliver(port, &secret, &event(&order)).starts_with("HTTP/1.1 200 "));
    term.signal("KILL");
    term.ended();
    assert_eq!(open_events(&home), 1);

    let _api = Api::start_on(api_port, &world);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.sees("of-the-event");
    until_none_is_open(&home);
    term.keys("q");
    assert!(term.ended().success());
}

fn event(order: &str) -> String {
    format!(
        "{{\"event_id\":\"e-1\",\"event_type\":\"order.status.changed\",\"created_at\":\"2026-02-01T12:00:05Z\",\
         \"data\":{{\"order_id\":\"{order}\",\"status\":\"completed\",\"user_uuid\":\"of-the-event\"}}}}"
    )
}

fn until_none_is_open(home: &Home) {
    let tries = std::iter::repeat_with(|| open_events(home)).take_while(|open| *open > 0);
    let began = std::time::Instant::now();
    for _ in tries {
        assert!(began.elapsed() < process::DEADLINE, "the order was never read for the event");
        std::thread::yield_now();
    }
}

fn open_events(home: &Home) -> u32 {
    let file = home.data_dir().join("profiles/default/ramptop.db");
    let db = rusqlite::Connection::open(file).unwrap();
    db.query_row("SELECT count(*) FROM events WHERE done = 0", [], |row| row.get(0)).unwrap()
}

/// Signs and sends; the answer's text.
fn deliver(port: u16, secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("1790000000.{body}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: x\r\nX-Unigox-Timestamp: 1790000000\r\nX-Unigox-Signature: sha256={signature}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_embedded_sandbox_reports_to_its_own_dashboard() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox", "--scenario", "awaiting-confirmation"]);
    term.sees("[c] confirm fiat");
    term.keys("h");
    term.sees("✓ on");
    term.keys("t");
    term.sees("✓ delivered · HTTP 200");
    term.keys_until_gone("\u{1b}", "Esc back");
    term.keys("q");
    assert!(term.ended().success());
}
