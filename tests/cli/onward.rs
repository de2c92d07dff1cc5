//! Send-outs, refunds and the word that the fiat was paid, against the simulated API in both of its
//! dialects: once, on the record, and not at all when the parameters lie.

use serde_json::{Value, json};

use crate::process::{Api, Home};

const REFUND: &str = "authorize-refund";
const SEND_OUT: &str = "authorize-bridge";
const PAID: &str = "confirm-payment-sent";
const TO: &str = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
/// Each dialect and its word for the same chain.
const DIALECTS: [(&str, &str); 2] = [("newer", "Arbitrum One"), ("baseline", "arbitrum")];

fn started(scenario: &str, dialect: &str, chaos: &str) -> (Api, Home) {
    let api = Api::start(&["--scenario", scenario, "--dialect", dialect, "--chaos", chaos]);
    let home = Home::on(&api.url);
    (api, home)
}

/// The first order that offers the action: on-ramp orders have no word for what is next.
fn offering(api: &Api, action: &str) -> String {
    let offers = |o: &&Value| o["allowed_actions"].as_array().unwrap().iter().any(|a| a == action);
    api.orders().iter().find(offers).unwrap()["order_id"].as_str().unwrap().to_owned()
}

/// The checks that refused.
fn refused(home: &Home, command: &[&str]) -> Vec<String> {
    let said = home.run(&[command, &["--yes", "--json"]].concat()).exits(3).json();
    assert_eq!(said["outcome"], "refused", "{said}");
    said["reasons"].as_array().unwrap().iter().map(|r| r["check"].as_str().unwrap().to_owned()).collect()
}

fn done(home: &Home, command: &[&str]) -> Value {
    home.run(&[command, &["--yes", "--json"]].concat()).exits(0).json()
}

#[test]
fn crypto_is_sent_out_once_to_the_typed_destination() {
    for (dialect, chain) in DIALECTS {
        let (api, home) = started("send-out", dialect, "none");
        let id = offering(&api, SEND_OUT);
        let command = ["send-out", &id, "--chain", chain, "--to", TO];
        let said = done(&home, &command);
        assert_eq!((&said["outcome"], &said["order_status"]), (&json!("accepted"), &json!("send_out_pending")));
        assert_eq!(refused(&home, &command), ["action-offered"], "{dialect}");
        assert_eq!(home.story(), ["send-out", "accepted"]);
        let facts = &home.entries()[0]["event"]["facts"];
        assert_eq!((&facts["destination_chain"], &facts["destination_address"]), (&json!(chain), &json!(TO)));
        assert!(facts["to_amount"].is_string() && facts["digest"].is_string(), "{facts}");
        assert_eq!(api.tally()["send_outs"], json!({ &id: 1 }));
    }
}

#[test]
fn what_was_in_the_escrow_comes_back_once() {
    for (dialect, _) in DIALECTS {
        let (api, home) = started("refund-owed", dialect, "none");
        let id = offering(&api, REFUND);
        let said = done(&home, &["refund", &id]);
        assert_eq!((&said["outcome"], &said["order_status"]), (&json!("accepted"), &json!("cancelled")));
        assert_eq!(refused(&home, &["refund", &id]), ["action-offered"], "{dialect}");
        assert_eq!(home.story(), ["refund", "accepted"]);
        assert_eq!(api.tally()["refunds"], json!({ &id: 1 }));
    }
}

#[test]
fn the_order_proves_what_happened_when_the_answer_is_lost() {
    let (api, home) = started("refund-owed", "newer", "lost-answers");
    let id = offering(&api, REFUND);
    assert_eq!(done(&home, &["refund", &id])["outcome"], "proven_done");
    assert_eq!(home.story(), ["refund", "unknown", "settled"]);
    let (api, home) = started("send-out", "newer", "lost-answers");
    let id = offering(&api, SEND_OUT);
    assert_eq!(done(&home, &["send-out", &id, "--chain", "Arbitrum One", "--to", TO])["outcome"], "proven_done");
    assert_eq!(home.story(), ["send-out", "unknown", "settled"]);
    let (api, home) = started("on-ramp-payer-details", "newer", "lost-answers");
    let id = offering(&api, PAID);
    assert_eq!(done(&home, &["payment-sent", &id])["outcome"], "proven_done");
}

#[test]
fn the_word_that_the_fiat_was_paid_is_said_once() {
    let (api, home) = started("on-ramp-payer-details", "newer", "none");
    let id = offering(&api, PAID);
    let said = done(&home, &["payment-sent", &id]);
    assert_eq!((&said["outcome"], &said["order_status"]), (&json!("accepted"), &json!("fiat_transfer_pending")));
    assert_eq!(refused(&home, &["payment-sent", &id]), ["action-offered"]);
    assert_eq!(home.story(), ["payment-sent", "accepted"]);
}

#[test]
fn every_tampered_send_out_and_refund_is_refused_before_anything_is_recorded() {
    for (chaos, send_out, refund) in [
        ("tamper-recipient", "calldata-recipient", "calldata-recipient"),
        ("tamper-amount", "amount-order", "amount-order"),
        ("tamper-calldata", "calldata-decodes", "operation"),
        ("tamper-sender", "sender", "signer"),
    ] {
        let (api, home) = started("send-out", "newer", chaos);
        let id = offering(&api, SEND_OUT);
        let names = refused(&home, &["send-out", &id, "--chain", "Arbitrum One", "--to", TO]);
        assert!(names.iter().any(|name| name == send_out), "{chaos}: {names:?}");
        assert_eq!(home.story(), [""; 0], "{chaos}");
        let (api, home) = started("refund-owed", "newer", chaos);
        let id = offering(&api, REFUND);
        let names = refused(&home, &["refund", &id]);
        assert!(names.iter().any(|name| name == refund), "{chaos}: {names:?}");
        assert_eq!(home.story(), [""; 0], "{chaos}");
    }
}

#[test]
fn a_slip_of_the_hand_in_the_destination_is_found_here_or_by_the_api() {
    let (api, home) = started("send-out", "newer", "none");
    let id = offering(&api, SEND_OUT);
    let slip = TO.replace("aF9D", "aF9d");
    assert_eq!(refused(&home, &["send-out", &id, "--chain", "Arbitrum One", "--to", &slip]), ["destination-form"]);
    home.run(&["send-out", &id, "--chain", "nowhere", "--to", TO, "--yes"]).exits(4);
    assert_eq!(home.story(), [""; 0]);
}
