//! Somebody between us and the API: answers that never come, parameters that were exchanged, and
//! two processes at once.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use alloy_primitives::{Address, U256, address};
use alloy_sol_types::{SolCall, sol};
use axum::http::Method;
use serde_json::{Value, json};

use crate::process::{Api, Home, ended, finish, get};
use crate::proxy::{Act, Gate, Proxy};

sol! {
    function transfer(address to, uint256 value) returns (bool);
}

const STRANGER: Address = address!("0x00000000000000000000000000000000deadbeef");

fn start() -> (Api, String) {
    let api = Api::start(&["--orders", "2", "--scenario", "awaiting-authorization"]);
    let id = api.offering("authorize-crypto-transfer").remove(0);
    (api, id)
}

fn calldata(to: Address, units: &str) -> Value {
    let call = transferCall { to, value: units.parse::<U256>().unwrap() };
    json!(format!("0x{}", hex::encode(call.abi_encode())))
}

/// A proxy that edits the authorization parameters.
fn editing(api: &Api, edit: impl Fn(&mut Value) + Send + Sync + Clone + 'static) -> Proxy {
    Proxy::start(&api.url, move |_, path| {
        let edit = edit.clone();
        if path.ends_with("/transfer-authorization-parameters") {
            Act::Edit(Box::new(move |value| edit(&mut value["data"])))
        } else {
            Act::Pass
        }
    })
}

#[test]
fn an_unknown_outcome_is_five_and_keeps_the_order_from_being_signed_again() {
    let (api, id) = start();
    let frozen = get(&api.url, &format!("/api/v1/partner/orders/{id}"));
    let answered = Arc::new(Mutex::new(frozen));
    let (order, first) = (format!("/orders/{id}"), AtomicBool::new(true));
    let proxy = Proxy::start(&api.url, move |method, path| match path {
        path if path == order => Act::Answer(answered.lock().unwrap().clone()),
        _ if *method == Method::POST && first.swap(false, Ordering::SeqCst) => Act::Swallow,
        _ => Act::Pass,
    });
    let mut home = Home::on(&proxy.url);
    let ran = home.run(&["authorize", &id, "--yes", "--json"]).exits(5).json();
    assert_eq!((&ran["outcome"], &ran["journal_seq"]), (&json!("unknown"), &json!(1)));
    assert_eq!(home.story(), ["authorize", "unknown"]);

    // The same bytes once more: that they are refused says nothing about the first ones.
    let again = home.run(&["authorize", &id, "--yes"]).exits(5);
    assert!(again.err.contains("says nothing about the first one"), "{}", again.err);
    assert_eq!(home.story(), ["authorize", "unknown", "unknown"]);
    let kinds: Vec<_> = home.entries().iter().map(|e| e["event"]["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["intent", "signed", "answer", "outcome", "resend", "answer", "outcome"]);
    // While it is open, nothing is cancelled under it, and no other order takes the wallet's nonce.
    let cancel = home.run(&["cancel", &id, "--yes"]).exits(3);
    assert!(cancel.err.contains("earlier-authorization-unsettled"), "{}", cancel.err);
    assert!(cancel.err.contains("journal entry 1"), "{}", cancel.err);
    let other = api.offering("authorize-crypto-transfer").remove(0);
    let held = home.run(&["authorize", &other, "--yes"]).exits(3);
    assert!(held.err.contains("wallet-signature-unsettled") && held.err.contains(&id), "{}", held.err);
    assert_eq!((api.authorizations(), api.attempts()), (1, 2));

    // Once the truth can be read again, it is put on the record.
    home.look_at(&api.url);
    home.run(&["authorize", &id, "--yes"]).exits(3);
    assert_eq!(home.story(), ["authorize", "unknown", "unknown", "settled"]);
    home.run(&["authorize", &other, "--yes"]).exits(0);
    assert_eq!((api.authorizations(), api.attempts()), (2, 3));
}

/// The order keeps reading as if nothing had happened; the operator's own node knows better.
#[test]
fn the_chain_tells_at_the_next_start_what_the_order_does_not() {
    let (api, id) = start();
    let frozen = get(&api.url, &format!("/api/v1/partner/orders/{id}"));
    let (answered, order) = (Arc::new(Mutex::new(frozen)), format!("/orders/{id}"));
    let end = format!("{id}/authorize-crypto-transfer");
    let proxy = Proxy::start(&api.url, move |_, path| match path {
        path if path == order => Act::Answer(answered.lock().unwrap().clone()),
        path if path.ends_with(&end) => Act::Swallow,
        _ => Act::Pass,
    });
    let home = Home::on(&proxy.url);
    home.run(&["authorize", &id, "--yes"]).exits(5);
    let other = api.offering("authorize-crypto-transfer").remove(0);
    let refused = home.run(&["authorize", &other, "--yes"]).exits(3);
    assert!(refused.err.contains("wallet-signature-unsettled"), "{}", refused.err);
    let mut command = home.command(&["authorize", &other, "--yes"]);
    command.env("RAMPTOP_RPC_URL", format!("{}/rpc", api.url));
    let ran = finish(command, "").exits(0);
    assert!(ran.err.contains("executed: the chain shows the transfer in transaction 0x"), "{}", ran.err);
    assert_eq!(home.story(), ["authorize", "unknown", "settled", "authorize", "accepted"]);
    assert_eq!((api.authorizations(), api.attempts()), (2, 2));
}

#[test]
fn an_amount_that_contradicts_the_order_is_refused_wherever_it_stands() {
    let (api, id) = start();
    let proxy = editing(&api, |p| {
        let units = format!("{}0", p["amount_atomic"].as_str().unwrap());
        let human: f64 = p["amount_human"].as_str().unwrap().parse().unwrap();
        let recipient = p["recipient_address"].as_str().unwrap().parse().unwrap();
        p["transfer_data"] = calldata(recipient, &units);
        p["amount_atomic"] = json!(units);
        p["amount_human"] = json!(format!("{:.6}", human * 10.0));
    });
    let home = Home::on(&proxy.url);
    let refused = home.run(&["authorize", &id, "--yes", "--json"]).exits(3).json();
    let names: Vec<_> = refused["reasons"].as_array().unwrap().iter().map(|r| r["check"].clone()).collect();
    assert!(names.contains(&json!("amount-order")), "{names:?}");
    assert_eq!(api.attempts(), 0);
    assert_eq!(home.story(), [""; 0]);
}

/// The order does not name its escrow, so nothing the API says contradicts this. What is shown
/// and recorded is the stranger's address, and the API itself refuses what was signed.
#[test]
fn a_recipient_exchanged_everywhere_is_shown_as_it_is() {
    let (api, id) = start();
    let proxy = editing(&api, |p| {
        p["transfer_data"] = calldata(STRANGER, p["amount_atomic"].as_str().unwrap());
        p["recipient_address"] = json!(STRANGER.to_string());
    });
    let home = Home::on(&proxy.url);
    let review = home.run(&["review", &id]).exits(0).out;
    assert!(review.contains(&STRANGER.to_string()), "{review}");
    home.run(&["authorize", &id, "--yes"]).exits(4);
    assert_eq!((api.authorizations(), api.attempts()), (0, 1));
    assert_eq!(home.story(), ["authorize", "rejected"]);
}

#[test]
fn fields_that_are_missing_zero_or_odd_are_refused() {
    let zero = Address::ZERO.to_string();
    for (field, value) in [
        ("order_id", json!("6f1d2c3b-0000-4000-8000-000000000000")),
        ("chain_id", json!("0")),
        ("forwarder_address", json!(zero)),
        ("token_address", json!(zero)),
        ("amount_atomic", json!("0")),
        ("crypto_decimals", json!(18)),
        ("crypto_currency", json!("USDC")),
        ("recommended_gas_limit", json!("99999999")),
        ("recommended_ttl_seconds", json!(31_536_000)),
        ("transfer_data", json!("0x")),
    ] {
        let (api, id) = start();
        let proxy = editing(&api, {
            let value = value.clone();
            move |p| p[field] = value.clone()
        });
        let home = Home::on(&proxy.url);
        // What is not even an answer about this order is no review, and so a failure.
        let code = if field == "order_id" { 1 } else { 3 };
        let ran = home.run(&["authorize", &id, "--yes"]);
        assert_eq!(ran.code, code, "{field} = {value}: {}", ran.err);
        assert_eq!(api.attempts(), 0, "{field} = {value}");
        assert_eq!(home.story(), [""; 0], "{field} = {value}");
    }
}

#[test]
fn of_two_processes_at_once_only_one_acts() {
    let (api, id) = start();
    let gate = Gate::closed();
    let (held, order) = (gate.clone(), format!("/orders/{id}"));
    let proxy = Proxy::start(&api.url, move |_, path| if path == order { Act::Hold(held.clone()) } else { Act::Pass });
    let home = Home::on(&proxy.url);
    let mut first = home.command(&["authorize", &id, "--yes"]);
    let first = first.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    proxy.until_seen(&format!("GET /orders/{id}"));

    let second = home.run(&["authorize", &id, "--yes"]).exits(1);
    assert!(second.err.contains("in use by another ramptop"), "{}", second.err);
    // Reading the record is free.
    home.run(&["journal", "list"]).exits(0);

    gate.open();
    ended(first, "").exits(0);
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
    assert_eq!(home.story(), ["authorize", "accepted"]);
}
