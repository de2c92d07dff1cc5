//! The record as an auditor has it: what stands in it, that nothing can be taken from it unnoticed,
//! and what may be handed on.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::process::{Api, Home};

fn authorized() -> (Api, Home, String) {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "3"]);
    let home = Home::on(&api.url);
    let id = api.offering("authorize-crypto-transfer").remove(0);
    home.run(&["authorize", &id, "--yes"]).exits(0);
    (api, home, id)
}

fn head(home: &Home) -> PathBuf {
    home.journal().with_file_name("head").join("journal.head")
}

#[test]
fn an_authorization_is_recorded_from_intent_to_outcome() {
    let (_api, home, id) = authorized();
    let entries = home.entries();
    let kinds: Vec<&Value> = entries.iter().map(|e| &e["event"]["kind"]).collect();
    assert_eq!(kinds, ["intent", "signed", "answer", "outcome"]);
    let intent = &entries[0]["event"];
    assert_eq!(intent["order_id"], id.as_str());
    let checks = intent["checks"].as_array().unwrap();
    assert!(checks.len() > 5 && checks.iter().all(|c| c["verdict"] == "pass" || c["verdict"] == "warn"), "{checks:?}");
    assert_eq!(entries[2]["event"]["http_status"], 200);
    // The server's clock is known from the first answer on, and the sandbox's is ours.
    assert!(entries.iter().all(|e| e["server_skew_s"].as_i64().is_some_and(|s| s.abs() <= 2)), "{entries:?}");
    assert!(entries.iter().all(|e| e["who"]["profile"] == "default" && e["hash"].is_string()));

    // The very bytes that were sent are kept for sending them again, and in no export.
    let lines: Vec<Value> =
        fs::read_to_string(home.journal()).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let body: Value = serde_json::from_str(lines[1]["event"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["forward_request"]["nonce"], intent["facts"]["nonce"]);
    let signature = body["signature"].as_str().unwrap();
    for export in [
        &["journal", "export"][..],
        &["journal", "export", "--format", "csv"],
        &["journal", "list", "--json"],
        &["journal", "list"],
    ] {
        let out = home.run(export).exits(0).out;
        assert!(!out.contains(signature) && !out.contains(&signature[2..]), "{export:?}");
        assert!(out.contains(lines[1]["event"]["signature_sha256"].as_str().unwrap()), "{export:?}");
    }
    let csv = home.run(&["journal", "export", "--format", "csv"]).exits(0).out;
    assert_eq!(csv.matches("\r\n").count(), 5);
    assert_eq!(csv.lines().next().unwrap().split(',').next(), Some("\"seq\""));
}

#[test]
fn what_is_cut_off_is_missed_and_can_only_be_accepted_on_the_record() {
    let (api, home, _) = authorized();
    let whole = fs::read_to_string(home.journal()).unwrap();
    let noted = home.run(&["journal", "verify", "--json"]).exits(0).json();
    assert_eq!((&noted["entries"], &noted["end"]), (&json!(4), &json!("noted")));
    let noted = noted["head"].as_str().unwrap();
    home.run(&["journal", "verify", "--head", noted]).exits(0);

    let kept: String = whole.split_inclusive('\n').take(2).collect();
    fs::write(home.journal(), &kept).unwrap();
    let said = home.run(&["journal", "verify"]).exits(1).err;
    assert!(said.contains("broken at line 3") && said.contains("entries 3 to 4 are missing"), "{said}");
    assert_eq!(home.run(&["journal", "verify", "--json"]).exits(1).json()["damage"], "cut_off");
    let other = api.offering("authorize-crypto-transfer").remove(0);
    let said = home.run(&["authorize", &other, "--yes"]).exits(1).err;
    assert!(said.contains("line 3") && said.contains("journal accept"), "{said}");
    assert_eq!((api.attempts(), fs::read_to_string(home.journal()).unwrap()), (1, kept.clone()));

    assert!(home.run(&["journal", "accept"]).exits(1).err.contains("--yes"));
    home.run(&["journal", "accept", "--yes"]).exits(0);
    let said = home.run(&["journal", "verify"]).exits(0).out;
    assert!(said.contains("whole: 3 entries"), "{said}");
    assert_eq!(
        home.entries()[2]["event"],
        json!({"kind": "head_reset", "expected": 4, "expected_hash": noted, "found": 2})
    );
    // Whoever noted the head elsewhere still sees that lines are gone.
    home.run(&["journal", "verify", "--head", noted]).exits(1);
}

#[test]
fn a_journal_or_a_note_that_is_gone_is_no_empty_journal() {
    let (api, home, _) = authorized();
    let (text, note) = (fs::read(home.journal()).unwrap(), fs::read(head(&home)).unwrap());
    fs::remove_file(home.journal()).unwrap();
    assert!(home.run(&["journal", "verify"]).exits(1).err.contains("entries 1 to 4 are missing"));
    let other = api.offering("authorize-crypto-transfer").remove(0);
    home.run(&["authorize", &other, "--yes"]).exits(1);
    fs::write(home.journal(), &text).unwrap();
    fs::remove_file(head(&home)).unwrap();
    assert!(home.run(&["journal", "verify"]).exits(1).err.contains("note of the journal's end is missing"));
    fs::write(head(&home), note).unwrap();
    home.run(&["journal", "verify"]).exits(0);
    assert_eq!(api.attempts(), 1);
}

#[test]
fn a_torn_line_is_told_apart_from_tampering() {
    let (_api, home, _) = authorized();
    let mut text = fs::read(home.journal()).unwrap();
    text.extend_from_slice(b"{\"seq\":5,\"at\":\"20");
    fs::write(home.journal(), text).unwrap();
    let ran = home.run(&["journal", "verify"]).exits(0);
    assert!(ran.out.contains("whole: 4 entries") && ran.err.contains("a crash cut off"), "{ran:?}");
}
