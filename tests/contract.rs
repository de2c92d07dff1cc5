//! Every answer of the simulated API, held against the contract's own schemas.
//!
//! The tables of calls are in `contract/`; how the schemas were made, in its README.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "contract/beyond.rs"]
mod beyond;
#[path = "contract/calls.rs"]
mod calls;
#[expect(dead_code, reason = "shared with the tests of single endpoints, which need more of it")]
#[path = "sandbox_http/desk.rs"]
mod desk;
#[path = "contract/events.rs"]
mod events;
#[expect(dead_code, reason = "shared with the tests of single endpoints, which need more of it")]
#[path = "sandbox_http/harness.rs"]
mod harness;
#[path = "contract/orders.rs"]
mod orders;
#[path = "contract/people.rs"]
mod people;
#[path = "contract/scenarios.rs"]
mod scenarios;
#[path = "contract/schemas.rs"]
mod schemas;
#[path = "contract/settling.rs"]
mod settling;
#[path = "contract/trading.rs"]
mod trading;

use std::collections::BTreeSet;

use calls::{Call, Run, get};
use ramptop::sandbox::{Dialect, Scenario};
use schemas::Contract;

/// Every table, each in a world of its own and in both dialects.
async fn everything() -> Run {
    let mut run = Run::new(Contract::load());
    for dialect in [Dialect::Baseline, Dialect::Newer] {
        run.table(Scenario::Empty, dialect, people::users()).await;
        run.table(Scenario::Empty, dialect, people::kyc()).await;
        run.table(Scenario::Empty, dialect, people::documents()).await;
        run.table(Scenario::Empty, dialect, people::payment_details()).await;
        run.table(Scenario::AwaitingConfirmation, dialect, people::payment_details_in_use()).await;
        run.table(Scenario::Empty, dialect, people::webhooks()).await;
        run.table(Scenario::Mixed, dialect, orders::reading()).await;
        run.table(Scenario::Mixed, dialect, orders::acting()).await;
        run.table(Scenario::Empty, dialect, trading::catalog()).await;
        run.table(Scenario::Empty, dialect, trading::estimates()).await;
        run.table(Scenario::Empty, dialect, trading::quotes()).await;
        run.table(Scenario::Empty, dialect, trading::initiates()).await;
        run.table(Scenario::PriceMoves, dialect, trading::price_change()).await;
        run.table(Scenario::OnRampPaymentRequest, dialect, settling::payer()).await;
        run.table(Scenario::SendOut, dialect, settling::sending_out()).await;
        run.table(Scenario::RefundOwed, dialect, settling::refunds()).await;
        run.table(Scenario::Mixed, dialect, everybody()).await;
    }
    run
}

/// Whoever is in the seeded world, whatever has happened to them.
fn everybody() -> Vec<Call> {
    ["", "/payment-details", "/verification-status"]
        .map(|tail| get(&format!("/users/{{each user}}{tail}"), 200))
        .into_iter()
        .chain([get("/orders/{each order}", 200), get("/orders?limit=100", 200)])
        .collect()
}

#[tokio::test]
async fn every_answer_keeps_the_contract() {
    let run = everything().await;
    assert!(run.complaints.is_empty(), "{} complaints: {:#?}", run.complaints.len(), run.complaints);

    let contract: BTreeSet<&str> = run.contract.operations().collect();
    let covered: BTreeSet<&str> = run.answers.iter().map(|(operation, _)| operation.as_str()).collect();
    let newer: BTreeSet<&str> = beyond::OPERATIONS.iter().copied().collect();
    let both = covered.intersection(&contract).count();
    println!("operations covered: {both} of the contract's {}, and {} newer ones", contract.len(), newer.len());
    println!("answers covered: {} pairs of operation and status", run.answers.len());

    let expected: BTreeSet<&str> = contract.union(&newer).copied().collect();
    assert_eq!(covered, expected, "left: what the tables cover; right: what they should");

    let missing: Vec<_> = run.contract.answers().filter(|(o, s)| covered.contains(o) && !run.saw(o, *s)).collect();
    let unreached: Vec<_> = missing.iter().filter(|(o, s)| !beyond::is_unreached(o, *s)).collect();
    assert!(unreached.is_empty(), "documented answers no line brings about: {unreached:#?}");
    let reached: Vec<_> = beyond::UNREACHED.iter().filter(|(o, s, _)| run.saw(o, *s)).collect();
    assert!(reached.is_empty(), "no longer unreached: {reached:?}");

    let silent: Vec<_> = beyond::WORDS.iter().filter(|word| !run.words.contains(**word)).collect();
    assert!(silent.is_empty(), "documented error codes no line brings about: {silent:?}");
    let unused: Vec<_> = beyond::EXTENSIONS
        .iter()
        .chain(beyond::NEWER)
        .filter(|(p, v, _)| !run.extensions.contains(&(*p, *v)))
        .collect();
    assert!(unused.is_empty(), "extensions that no answer has: {unused:?}");
}

#[tokio::test]
async fn every_documented_field_appears_somewhere() {
    let run = everything().await;
    let never: Vec<_> = run.contract.fields_of(&run.answers).difference(&run.fields).cloned().collect();
    assert_eq!(never, beyond::FIELDS_NEVER_SENT);
}

#[test]
fn the_check_finds_what_is_wrong() {
    let contract = Contract::load();
    let operation = "GET /api/v1/partner/verify-auth";
    let complaints = |status: u16, text: &str| {
        contract.check(Dialect::Baseline, operation, status, &serde_json::from_str(text).unwrap())
    };
    assert_eq!(complaints(200, r#"{"success":true,"data":{"message":"m","authenticated":true}}"#).complaints, [""; 0]);
    for (status, text) in [
        (200, r#"{"success":true,"data":{"message":7,"authenticated":true}}"#),
        (200, r#"{"success":true,"data":{"message":"m","authenticated":true,"extra":1}}"#),
        (200, r#"{"success":false,"data":{"message":"m","authenticated":true}}"#),
        (200, r#"{"data":{"message":"m","authenticated":true}}"#),
        (401, r#"{"success":false,"error":{"code":"UNAUTHORIZED","message":"m"}}"#),
        (418, r#"{"success":false,"data":{"error_key":"teapot"}}"#),
        (200, "null"),
    ] {
        assert!(!complaints(status, text).complaints.is_empty(), "{text}");
    }
}
