//! Webhook events in the real dashboard: the simulated API delivers over HTTP, the binary listens.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;
#[path = "support/pty.rs"]
mod pty;

use std::net::TcpListener;
use std::path::Path;

use process::{Api, Home};
use pty::Term;

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
