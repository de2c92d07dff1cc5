//! Acting on money without a screen: once, on the record, and not at all when in doubt.

use std::io::Write;

use serde_json::json;

use crate::process::{Api, Home};

const AUTHORIZE: &str = "authorize-crypto-transfer";

fn awaiting_authorization(chaos: &str) -> (Api, Home, String) {
    let api = Api::start(&["--orders", "2", "--scenario", "awaiting-authorization", "--chaos", chaos]);
    let home = Home::on(&api.url);
    let id = api.offering(AUTHORIZE).remove(0);
    (api, home, id)
}

#[test]
fn an_order_is_authorized_exactly_once() {
    let (api, home, id) = awaiting_authorization("none");
    let done = home.run(&["authorize", &id, "--yes", "--json"]).exits(0).json();
    assert_eq!(
        (&done["outcome"], &done["order_id"], &done["journal_seq"]),
        (&json!("accepted"), &json!(id), &json!(1))
    );
    assert_eq!((&done["error"], &done["journal_problem"]), (&json!(null), &json!(null)));
    assert_eq!(api.tally()["authorizations_accepted"], json!({ &id: 1 }));

    let again = home.run(&["authorize", &id, "--yes"]).exits(3);
    assert!(again.err.contains("REFUSED") && again.err.contains("nothing was sent"), "{}", again.err);
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
    assert_eq!(home.story(), ["authorize", "accepted"]);
}

#[test]
fn fiat_is_confirmed_and_orders_are_cancelled() {
    let api = Api::start(&["--orders", "20"]);
    let home = Home::on(&api.url);
    let confirm = api.offering("confirm-fiat-received").remove(0);
    let cancel = api.offering(AUTHORIZE).remove(0);
    assert!(home.run(&["confirm", &confirm, "--yes"]).exits(0).out.contains("the confirmation of"));
    let done = home.run(&["cancel", &cancel, "--yes", "--json"]).exits(0).json();
    assert_eq!((&done["outcome"], &done["order_status"]), (&json!("accepted"), &json!("cancelled")));
    home.run(&["confirm", &confirm, "--yes"]).exits(3);
    home.run(&["cancel", &cancel, "--yes"]).exits(3);
    let tally = api.tally();
    assert_eq!((&tally["confirmations"], &tally["cancellations"]), (&json!({ confirm: 1 }), &json!({ cancel: 1 })));
    assert_eq!(api.attempts(), 2);
    assert_eq!(home.story(), ["confirm", "accepted", "cancel", "accepted"]);
}

#[test]
fn the_journal_is_listed_exported_verified_and_cannot_be_changed_unnoticed() {
    let (api, home, id) = awaiting_authorization("none");
    assert!(home.run(&["journal", "verify"]).exits(0).err.contains("empty"));
    home.run(&["authorize", &id, "--yes"]).exits(0);
    assert!(home.run(&["journal", "verify"]).exits(0).out.contains("whole: 2 entries"));
    assert!(home.run(&["journal", "list"]).exits(0).out.contains(&id));
    let entries = home.entries();
    let facts = &entries[0]["event"]["facts"];
    // USER says "operator" in these tests: a variable must not change who acted.
    let user = entries[0]["who"]["user"].as_str().unwrap();
    assert!(user != "operator" && !user.is_empty() && user != "unknown", "{user}");
    for fact in ["digest", "nonce", "deadline", "data", "crypto_amount"] {
        assert!(!facts[fact].is_null(), "{fact}: {facts}");
    }
    assert_eq!(entries[1]["event"]["intent_seq"], 1);

    let text = std::fs::read_to_string(home.journal()).unwrap();
    std::fs::write(home.journal(), text.replacen("USDT", "USDC", 1)).unwrap();
    assert!(home.run(&["journal", "verify"]).exits(1).err.contains("line 1"));
    let other = api.offering(AUTHORIZE).remove(0);
    home.run(&["authorize", &other, "--yes"]).exits(1);
    assert_eq!(api.attempts(), 1);
    std::fs::write(home.journal(), text).unwrap();
    home.run(&["journal", "verify"]).exits(0);
}

#[test]
fn a_line_that_a_crash_cut_off_is_set_aside() {
    let (api, home, id) = awaiting_authorization("none");
    home.run(&["cancel", &id, "--yes"]).exits(0);
    let mut file = std::fs::OpenOptions::new().append(true).open(home.journal()).unwrap();
    file.write_all(b"{\"seq\":3,\"at\":\"20").unwrap();
    drop(file);
    let other = api.offering(AUTHORIZE).remove(0);
    let ran = home.run(&["authorize", &other, "--yes"]).exits(0);
    assert!(ran.err.contains("was cut off by a crash"), "{}", ran.err);
    assert_eq!(home.story(), ["cancel", "accepted", "authorize", "accepted"]);
    home.run(&["journal", "verify"]).exits(0);
}

#[test]
fn every_tampered_parameter_is_refused_before_anything_is_recorded() {
    for (chaos, check) in [
        ("tamper-recipient", "calldata-recipient"),
        ("tamper-amount", "amount-order"),
        ("tamper-calldata", "calldata-decodes"),
        ("tamper-sender", "sender"),
    ] {
        let (api, home, id) = awaiting_authorization(chaos);
        home.run(&["review", &id]).exits(3);
        let refused = home.run(&["authorize", &id, "--yes", "--json"]).exits(3).json();
        assert_eq!(refused["outcome"], "refused", "{chaos}");
        let names: Vec<_> = refused["reasons"].as_array().unwrap().iter().map(|r| r["check"].clone()).collect();
        assert!(names.contains(&json!(check)), "{chaos}: {names:?}");
        let ran = home.run(&["authorize", &id, "--yes"]).exits(3);
        assert!(ran.err.contains("Nothing was signed") && ran.err.contains(check), "{chaos}: {}", ran.err);
        assert_eq!(api.attempts(), 0, "{chaos}");
        assert_eq!(home.story(), [""; 0], "{chaos}");
    }
}

/// The order names a currency, not a contract, so nothing the API says contradicts another token.
/// What is shown and recorded is the contract that would be called, and the API itself refuses it.
#[test]
fn an_exchanged_token_contract_is_shown_as_it_is() {
    let (api, home, id) = awaiting_authorization("tamper-token");
    let review = home.run(&["review", &id, "--json"]);
    let lookalike = "0xf86cc81f4e480cf54eb013ffe6929a0c2ad5edcb";
    assert!(review.out.to_lowercase().contains(lookalike), "{review:?}");
    let ran = home.run(&["authorize", &id, "--yes"]);
    assert!([3, 4].contains(&ran.code), "{ran:?}");
    assert_eq!(api.authorizations(), 0);
    let story = home.story();
    assert!(story.is_empty() || story == ["authorize", "rejected"], "{story:?}");
}

#[test]
fn a_lost_answer_is_settled_by_reading_the_order() {
    let api = Api::start(&["--orders", "20", "--chaos", "lost-answers"]);
    let home = Home::on(&api.url);
    let (sign, cancel) = (api.offering(AUTHORIZE).remove(0), api.offering(AUTHORIZE).remove(1));
    let confirm = api.offering("confirm-fiat-received").remove(0);
    for (command, id) in [("authorize", &sign), ("cancel", &cancel), ("confirm", &confirm)] {
        let done = home.run(&[command, id, "--yes", "--json"]).exits(0).json();
        assert_eq!(done["outcome"], "proven_done", "{command}: {done}");
        home.run(&[command, id, "--yes"]).exits(3);
    }
    assert_eq!((api.authorizations(), api.attempts()), (1, 3));
    let story = ["authorize", "unknown", "settled", "cancel", "unknown", "settled", "confirm", "unknown", "settled"];
    assert_eq!(home.story(), story);
}

const ELSEWHERE: &str = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";

/// The commands that came with on-ramp orders and refunds.
fn newer(id: &str) -> [Vec<&str>; 4] {
    [
        vec!["payment-sent", id],
        vec!["payer-details", id, "--payment-details", "42"],
        vec!["send-out", id, "--chain", "Arbitrum One", "--to", ELSEWHERE],
        vec!["refund", id],
    ]
}

#[test]
fn what_the_order_does_not_offer_is_refused_before_anything_is_recorded() {
    let (api, home, id) = awaiting_authorization("none");
    for command in newer(&id) {
        let ran = home.run(&[&command[..], &["--yes", "--json"]].concat()).exits(3).json();
        assert_eq!(ran["outcome"], "refused", "{command:?}");
        let names: Vec<_> = ran["reasons"].as_array().unwrap().iter().map(|r| r["check"].clone()).collect();
        assert!(names.contains(&json!("action-offered")), "{command:?}: {names:?}");
        // Without a yes, and nobody to ask, nothing is even read.
        assert!(home.run(&command).exits(1).err.contains("--yes"));
    }
    home.run(&["send-out", &id, "--yes"]).exits(2);
    home.run(&["payer-details", &id, "--yes"]).exits(2);
    assert_eq!(api.attempts(), 0);
    assert_eq!(home.story(), [""; 0]);
}

#[test]
fn read_only_refuses_every_action() {
    let (api, home, id) = awaiting_authorization("none");
    for command in ["authorize", "confirm", "cancel"] {
        let ran = home.run(&["--read-only", command, &id, "--yes"]).exits(3);
        assert!(ran.err.contains("read-only"), "{}", ran.err);
    }
    for command in newer(&id) {
        let ran = home.run(&[&["--read-only"], &command[..], &["--yes"]].concat()).exits(3);
        assert!(ran.err.contains("read-only"), "{}", ran.err);
    }
    home.run(&["--read-only", "review", &id]).exits(0);

    // A profile can say so as well, and no option takes it back.
    home.run(&["profile", "add", "watch"]).exits(0);
    let text = std::fs::read_to_string(home.config_file()).unwrap();
    std::fs::write(home.config_file(), text.replace("[profile.watch]", "[profile.watch]\nread_only = true")).unwrap();
    home.run(&["--profile", "watch", "cancel", &id, "--yes"]).exits(3);
    assert_eq!(api.attempts(), 0);
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_done() {
    let (api, home, id) = awaiting_authorization("none");
    for command in ["authorize", "confirm", "cancel"] {
        for input in ["", "yes\n", "y\n"] {
            let ran = home.run_with(&[command, &id], input).exits(1);
            assert!(ran.err.contains("--yes") && ran.err.contains("Nothing was sent"), "{}", ran.err);
        }
    }
    assert_eq!(api.attempts(), 0);
    assert!(!home.journal().exists());
}

#[test]
fn without_a_key_nothing_is_signed() {
    let (api, home, id) = awaiting_authorization("none");
    home.run(&["key", "remove", "--yes"]).exits(0);
    let ran = home.run(&["authorize", &id, "--yes"]).exits(1);
    assert!(ran.err.contains("ramptop key import"), "{}", ran.err);
    home.run(&["key", "generate"]).exits(0);
    // A key that is not the partner wallet's.
    let ran = home.run(&["authorize", &id, "--yes"]).exits(3);
    assert!(ran.err.contains("sender"), "{}", ran.err);
    assert_eq!(api.attempts(), 0);
    assert_eq!(home.story(), [""; 0]);
}

#[test]
fn a_server_clock_that_is_far_off_is_refused() {
    let (api, home, id) = awaiting_authorization("clock-skew");
    let ran = home.run(&["authorize", &id, "--yes"]).exits(3);
    assert!(ran.err.contains("clock-skew"), "{}", ran.err);
    assert_eq!(api.attempts(), 0);
}
