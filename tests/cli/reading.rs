//! Reading: orders, one order, reviews; usage, closed pipes, an API that is not there.

use std::collections::HashSet;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::process::{Api, Home, ended};

const UNKNOWN: &str = "6f1d2c3b-0000-4000-8000-000000000000";

fn ids(listed: &Value) -> HashSet<String> {
    listed["orders"].as_array().unwrap().iter().map(|o| o["order_id"].as_str().unwrap().to_owned()).collect()
}

fn plain(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !c.is_control())
}

#[test]
fn all_pages_are_listed_with_the_apis_own_field_names() {
    let api = Api::start(&["--orders", "230", "--scenario", "awaiting-confirmation"]);
    let mut home = Home::new();
    home.look_at(&api.url);
    let ran = home.run(&["orders", "--json"]).exits(0);
    assert!(ran.err.is_empty() && plain(&ran.out), "{}", ran.err);
    let listed = ran.json();
    assert_eq!(listed.as_object().unwrap().len(), 1);
    assert_eq!((listed["orders"].as_array().unwrap().len(), ids(&listed).len()), (230, 230));
    let order = &listed["orders"][0];
    let id = order["order_id"].as_str().unwrap();
    assert_eq!(order, &api.data(&format!("/orders/{id}")));
    assert_eq!(home.run(&["orders"]).exits(0).out.lines().count(), 231);
}

#[test]
fn orders_are_narrowed_by_status_and_liveness() {
    let api = Api::start(&["--orders", "60"]);
    let mut home = Home::new();
    home.look_at(&api.url);
    let statuses = |args: &[&str]| -> HashSet<String> {
        let listed = home.run(args).exits(0).json();
        listed["orders"].as_array().unwrap().iter().map(|o| o["status"].as_str().unwrap().to_owned()).collect()
    };
    let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<HashSet<_>>();
    let one = statuses(&["orders", "--status", "awaiting_fiat_received_confirmation", "--json"]);
    assert_eq!(one, set(&["awaiting_fiat_received_confirmation"]));
    // A status the server has no filter for.
    assert_eq!(statuses(&["orders", "--status", "dispute_started", "--json"]), set(&["dispute_started"]));
    let two = statuses(&["orders", "--status", "cancelled", "--status", "completed", "--json"]);
    assert_eq!(two, set(&["cancelled", "completed"]));
    assert_eq!(statuses(&["orders", "--status", "no_such_status", "--json"]), set(&[]));
    let (live, all) = (statuses(&["orders", "--live", "--json"]), statuses(&["orders", "--json"]));
    assert!(!live.contains("completed") && live.contains("awaiting_fiat_received_confirmation"), "{live:?}");
    assert!(all.is_superset(&live) && all.contains("completed"));
}

#[test]
fn one_order_for_people_and_for_scripts() {
    let api = Api::start(&["--orders", "1", "--scenario", "awaiting-confirmation"]);
    let mut home = Home::new();
    home.look_at(&api.url);
    let id = api.offering("confirm-fiat-received").remove(0);
    let ran = home.run(&["order", &id, "--json"]).exits(0);
    assert!(plain(&ran.out));
    assert_eq!(ran.json(), api.data(&format!("/orders/{id}")));
    let said = home.run(&["order", &id]).exits(0).out;
    assert!(said.contains("awaiting_fiat_received_confirmation") && said.contains("confirm fiat"), "{said}");
    for args in [&["order", UNKNOWN][..], &["review", UNKNOWN], &["cancel", UNKNOWN, "--yes"]] {
        let ran = home.run(args).exits(4);
        assert!(ran.err.contains("ORDER_NOT_FOUND") || ran.err.contains("not found"), "{}", ran.err);
    }
    home.run(&["order", "not-a-uuid"]).exits(4);
    home.run(&["order", "../users"]).exits(2);
}

#[test]
fn a_review_signs_nothing_and_records_nothing() {
    let api = Api::start(&["--orders", "2", "--scenario", "awaiting-authorization"]);
    let home = Home::on(&api.url);
    let id = api.offering("authorize-crypto-transfer").remove(0);
    let review = home.run(&["review", &id, "--json"]).exits(0).json();
    assert_eq!((&review["order_id"], &review["outcome"]), (&json!(id), &json!("acceptable")));
    let checks = review["review"]["checks"].as_array().unwrap();
    assert!(checks.len() >= 19 && checks.iter().all(|c| c["verdict"] == "pass"), "{checks:?}");
    assert!(home.run(&["review", &id]).exits(0).out.contains("19 of 19 checks passed"));
    assert_eq!(api.attempts(), 0);
    assert!(!home.journal().exists());
}

#[test]
fn an_order_that_offers_nothing_is_refused() {
    let api = Api::start(&["--orders", "1", "--scenario", "awaiting-confirmation"]);
    let home = Home::on(&api.url);
    let id = api.offering("confirm-fiat-received").remove(0);
    for args in [&["review", &id][..], &["authorize", &id, "--yes"], &["cancel", &id, "--yes"]] {
        let ran = home.run(args).exits(3);
        assert!(ran.err.contains("REFUSED") && ran.err.contains("does not offer"), "{}", ran.err);
    }
    let refused = home.run(&["authorize", &id, "--yes", "--json"]).exits(3).json();
    assert_eq!(refused["outcome"], "refused");
    let reasons: Vec<_> = refused["reasons"].as_array().unwrap().iter().map(|r| r["check"].clone()).collect();
    assert!(reasons.contains(&json!("action-offered")) && reasons.contains(&json!("order-status")), "{reasons:?}");
    assert_eq!(api.attempts(), 0);
    assert_eq!(home.story(), [""; 0]);
}

#[test]
fn an_api_that_is_not_there_is_a_failure_and_nothing_is_sent() {
    let api = Api::start(&["--orders", "1", "--scenario", "awaiting-authorization"]);
    let home = Home::on(&api.url);
    let id = api.offering("authorize-crypto-transfer").remove(0);
    api.kill();
    home.run(&["orders"]).exits(1);
    home.run(&["order", &id]).exits(1);
    home.run(&["review", &id]).exits(1);
    let ran = home.run(&["authorize", &id, "--yes", "--json"]).exits(1);
    assert_eq!(ran.json()["outcome"], "not_sent");
    assert_eq!(home.story(), [""; 0]);
}

#[test]
fn wrong_usage_is_told_apart() {
    let home = Home::new();
    for args in [
        &["dance"][..],
        &["orders", "--colour"],
        &["order"],
        &["authorize"],
        &["--orders", "5"],
        &["--log", "loud", "users"],
        &["--profile", "a/b", "users"],
    ] {
        let ran = home.run(args).exits(2);
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{ran:?}");
    }
    assert!(home.run(&["--help"]).exits(0).out.contains("Exit codes"));
    assert!(home.run(&["--version"]).exits(0).out.starts_with("ramptop "));
    assert!(home.run(&["completions", "bash"]).exits(0).out.contains("_ramptop"));
    assert!(home.run(&["man"]).exits(0).out.contains(".TH ramptop"));
    assert!(home.run(&["sandbox", "--chaos", "list"]).exits(0).out.contains("lost-answers"));
    assert!(home.run(&["sandbox", "--chaos", "storm"]).exits(1).err.contains("lost-answers"));
    assert!(home.run(&["orders"]).exits(1).err.contains("ramptop --sandbox"));
    // The dashboard needs a terminal, and says what to do without one.
    assert!(home.run(&["--sandbox"]).exits(1).err.contains("needs a terminal"));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let api = Api::start(&["--orders", "100"]);
    let mut home = Home::new();
    home.look_at(&api.url);
    for args in [&["orders"][..], &["orders", "--json"], &["man"], &["completions", "zsh"], &["--help"]] {
        let mut command = home.command(args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = ended(child, "");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn every_scenario_of_the_list_starts_and_serves_in_either_dialect() {
    let home = Home::new();
    let list = home.run(&["sandbox", "--scenario", "list"]).exits(0).out;
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 20 && names.contains(&"refund-owed"), "{list}");
    for (name, dialect) in names.iter().zip(["baseline", "newer"].into_iter().cycle()) {
        let api = Api::start(&["--scenario", name, "--dialect", dialect]);
        assert_eq!(api.orders().is_empty(), *name == "empty", "{name}");
    }
    assert!(home.run(&["sandbox", "--dialect", "list"]).exits(0).out.contains("newer"));
    assert!(home.run(&["sandbox", "--scenario", "dance"]).exits(1).err.contains("send-out"));
}
