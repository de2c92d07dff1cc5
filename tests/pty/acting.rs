//! Acting on money by keys: what a yes is, what is none, and how often the API is asked.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::json;

use crate::SIZE;
use crate::process::{API_KEY, Api, Home, PRIVATE_KEY};
use crate::proxy::{Act, Gate, Proxy};
use crate::pty::{Term, short_id, states};

const ESC: &str = "\u{1b}";

/// Answers yes to the question that is opening and waits for the API's.
fn agree(term: &mut Term) {
    term.sees("[y] YES, do it");
    term.keys("y");
    term.sees("✓ ACCEPTED");
}

fn close(term: &mut Term) {
    term.keys_until_gone(ESC, "✓ ACCEPTED");
}

#[test]
fn orders_move_and_an_operator_authorizes_confirms_and_cancels() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox"]);
    term.sees("● live");
    term.sees("awaiting provider");
    let known = RefCell::new(BTreeMap::new());
    term.until("an order that moves by itself", |screen| {
        let moved = |(id, state): (String, String)| *known.borrow_mut().entry(id).or_insert(state.clone()) != state;
        states(screen).into_iter().any(moved)
    });

    term.step_to("authorize transfer");
    let id = short_id(&term.selected());
    term.keys("a");
    term.sees("AUTHORIZE CRYPTO TRANSFER");
    agree(&mut term);
    term.sees("now: crypto in escrow (crypto_received)");
    close(&mut term);
    term.until("the authorized order in the list", |screen| {
        states(screen).get(&id).map(String::as_str) == Some("crypto in escrow")
    });

    term.step_to("confirm fiat");
    let id = short_id(&term.selected());
    term.keys("c");
    term.sees("CONFIRM FIAT RECEIVED");
    term.sees("This cannot be undone");
    agree(&mut term);
    term.sees("now: completed (completed)");
    close(&mut term);
    term.until("the completed order in the list", |screen| {
        states(screen).get(&id).map(String::as_str) == Some("completed")
    });

    term.step_to("authorize transfer");
    let id = short_id(&term.selected());
    term.keys("x");
    term.sees("CANCEL ORDER");
    agree(&mut term);
    term.sees("now: cancelled (cancelled)");
    close(&mut term);
    term.until("the cancelled order in the list", |screen| {
        states(screen).get(&id).map(String::as_str) == Some("cancelled")
    });

    term.keys("q");
    assert!(term.ended().success());
    term.assert_restored("q");
}

#[test]
fn what_was_typed_ahead_pasted_or_held_down_signs_nothing() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "3"]);
    let home = Home::on(&api.url);
    let mut term = Term::armed(&home, SIZE, &[]);
    term.step_to("authorize transfer");

    // A paste into the list is no command: help opens, and nothing else did before it.
    term.paste("a");
    term.keys("?");
    term.sees("confirm that the fiat was received");
    assert!(!term.text().contains("AUTHORIZE CRYPTO TRANSFER"));
    term.keys(ESC);
    term.loses("confirm that the fiat was received");

    term.keys("ay");
    term.sees("[y] YES, do it");
    assert_eq!(api.attempts(), 0, "typed ahead");

    term.paste("y");
    term.paste("y\r");
    term.keys("\r");
    term.keys("Y");
    // Four at once, which no hand does: the question closes its ear for a moment, which also
    // shows that everything before was taken in.
    term.keys("yyyy");
    term.sees("take your hands off the keys");
    term.sees("[y] YES, do it");
    assert_eq!(api.attempts(), 0, "pasted, entered or held down");
    assert!(!home.journal().exists() || std::fs::read_to_string(home.journal()).unwrap().is_empty());

    agree(&mut term);
    for key in ["y", "y", "y"] {
        term.keys(key);
    }
    close(&mut term);
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
    assert_eq!(home.story(), ["authorize", "accepted"]);
}

#[test]
fn a_question_that_cannot_be_read_takes_no_yes() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    let mut term = Term::armed(&home, SIZE, &[]);
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("[y] YES, do it");
    term.resize((50, 10));
    term.sees("The screen is 50x10");
    term.keys("y");
    for size in [(50, 11), (50, 12)] {
        term.resize(size);
        term.sees(&format!("The screen is {}x{}", size.0, size.1));
    }
    term.resize(SIZE);
    term.sees("AUTHORIZE CRYPTO TRANSFER");
    term.sees("[y] YES, do it");
    assert_eq!(api.attempts(), 0);
    // The terminal library may hold the first one back until now; two at once are no yes.
    term.keys_until("y", "an accepted authorization", |screen| screen.contents().contains("✓ ACCEPTED"));
    close(&mut term);
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
}

#[test]
fn while_money_is_in_flight_q_asks_and_a_signal_waits_for_the_answer() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "2"]);
    let gate = Gate::closed();
    let held = gate.clone();
    let proxy = Proxy::start(
        &api.url,
        move |method, _| {
            if *method == "POST" { Act::HoldAnswer(held.clone()) } else { Act::Pass }
        },
    );
    let home = Home::on(&proxy.url);
    let mut term = Term::armed(&home, SIZE, &[]);
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("[y] YES, do it");
    let id = api.offering("authorize-crypto-transfer").into_iter().find(|id| term.text().contains(id)).unwrap();
    term.keys("y");
    proxy.until_seen(&format!("POST /orders/{id}/authorize-crypto-transfer"));
    term.sees("Submitted; waiting for the answer");

    term.keys(ESC);
    term.sees("cannot be taken back");
    term.signal("TERM");
    // A key after the signal still gets an answer: the process lives until the outcome is known.
    term.keys("?");
    assert_eq!(api.authorizations(), 1);
    gate.open();
    assert!(term.ended().success());
    term.assert_restored("a signal with money in flight");
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
    assert_eq!(home.story(), ["authorize", "accepted"]);
}

#[test]
fn a_tampered_answer_is_refused_on_the_screen() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1", "--chaos", "tamper-recipient"]);
    let home = Home::on(&api.url);
    let mut term = Term::armed(&home, SIZE, &[]);
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("✗ REFUSED by");
    term.sees("calldata-recipient");
    term.keys("y");
    term.keys("y");
    term.keys_until_gone(ESC, "✗ REFUSED by");
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!(api.attempts(), 0);
    assert_eq!(home.story(), [""; 0]);
}

#[test]
fn read_only_offers_nothing_and_does_nothing() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    let mut term = Term::ramptop(&home, SIZE, &["--read-only"]);
    term.sees("READ-ONLY");
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("Read-only: nothing can be authorized");
    assert!(!term.text().contains("AUTHORIZE CRYPTO TRANSFER"));
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!(api.attempts(), 0);
}

#[test]
fn only_one_of_two_processes_may_act() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    let id = api.offering("authorize-crypto-transfer").remove(0);
    let mut first = Term::armed(&home, SIZE, &[]);
    first.step_to("authorize transfer");

    let ran = home.run(&["authorize", &id, "--yes"]).exits(1);
    assert!(ran.err.contains("in use by another ramptop"), "{}", ran.err);
    let mut second = Term::ramptop(&home, SIZE, &[]);
    second.step_to("authorize transfer");
    second.keys("a");
    second.sees("Nothing can be authorized");
    second.keys("q");
    assert!(second.ended().success());
    assert_eq!(api.attempts(), 0);

    first.keys("a");
    agree(&mut first);
    first.keys("q");
    close(&mut first);
    first.keys("q");
    assert!(first.ended().success());
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
}

#[test]
fn without_yes_a_command_asks_on_the_terminal() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    let id = api.offering("authorize-crypto-transfer").remove(0);

    for answer in ["no\r", "y\r", "YES\r", "\r", "\u{4}"] {
        let mut term = Term::ramptop(&home, SIZE, &["authorize", &id]);
        term.sees("Type yes to");
        assert!(term.text().contains("22 of 22 checks passed"));
        term.keys(answer);
        assert_eq!(term.ended().exit_code(), 3, "{answer:?}: {}", term.text());
    }
    assert_eq!(api.attempts(), 0);
    assert_eq!(home.story(), [""; 0]);

    let mut term = Term::ramptop(&home, SIZE, &["authorize", &id]);
    term.sees("Type yes to");
    term.keys("yes\r");
    assert_eq!(term.ended().exit_code(), 0, "{}", term.text());
    assert_eq!(api.tally()["authorizations_accepted"], json!({ id: 1 }));
}

#[test]
fn secrets_typed_at_a_prompt_are_not_shown() {
    let home = Home::new();
    for (args, prompt, secret, said) in [
        (["key", "import"], "Private key", PRIVATE_KEY, "Imported the key of 0x"),
        (["api-key", "set"], "API key", API_KEY, "is kept"),
    ] {
        let mut term = Term::ramptop(&home, SIZE, &args);
        term.sees(prompt);
        term.until_silent();
        term.keys(&format!("{secret}\r"));
        term.sees(said);
        assert!(term.ended().success());
        assert!(term.is_cooked());
        // That the secret is nowhere in the output is looked at when `term` goes.
    }
}
