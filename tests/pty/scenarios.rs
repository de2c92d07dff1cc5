//! Every scripted situation starts, and one screen of 120x40 says what the operator must do in it.

use std::sync::Mutex;
use std::thread;

use crate::SIZE;
use crate::filling::CTRL_S;
use crate::process::Home;
use crate::pty::{Term, selected_user};
use crate::receiver::Receiver;
use crate::trading::filled;

/// What leads to the screen where the situation shows.
type Way = fn(&mut Term);

/// Each scenario, the way there, and what must be on the screen, all at the same time.
const SCENARIOS: &[(&str, Way, &[&str])] = &[
    (
        "mixed",
        at_once,
        &["▲", "need you", "next ", "[a] authorize transfer", "[c] confirm fiat", "[d] request new quote"],
    ),
    (
        "awaiting-authorization",
        at_once,
        &["[a] authorize transfer", "needs you ▲ authorize transfer · [a]", "time left"],
    ),
    ("awaiting-confirmation", at_once, &["[c] confirm fiat", "needs you ▲ confirm fiat · [c]", "fiat arrived."]),
    ("empty", at_once, &["First: U creates a user", "O makes an order", "b shows the playbook", "none. U creates one"]),
    (
        "kyc-pending",
        at_once,
        &["users not verified yet", "documents are missing (d) or it is to wait", "… in progress"],
    ),
    ("kyc-pending", an_unverified_user, &["not yet approved", "Next: d uploads documents if some are missing"]),
    ("kyc-rejected", at_once, &["✗ rejected", "users rejected", "submits KYC again with right data"]),
    ("kyc-rejected", the_rejected_user, &["✗ REJECTED", "✗ Reason: The", "then s submits KYC again"]),
    (
        "update-kyc-address",
        at_once,
        &["[d] update KYC address", "- address: Street address", "- postal_code: Postal code"],
    ),
    ("quote-expires", a_quote, &["● QUOTE · 0:", "[y] YES, make the order", "[r] new quote, same inputs"]),
    ("quote-expires", a_quote_that_is_over, &["QUOTE EXPIRED", "[r] new quote, same inputs"]),
    ("price-moves", at_once, &["[d] request new quote", "The price moved past the tolerance;"]),
    ("price-moves", an_initiate, &["NO ORDER WAS MADE", "quoted", "now", "[r] new quote, same inputs"]),
    (
        "initiate-lost-answer",
        an_initiate,
        &["OUTCOME UNKNOWN", "the order may or may not exist", "Look at the list first"],
    ),
    ("unfilled", at_once, &["awaiting provider", "waits for provider", "[x] cancel"]),
    ("authorization-window-closing", at_once, &["‼", "[a] authorize transfer", "time left 0:", "next 0:"]),
    (
        "low-balance",
        a_refusal,
        &["REFUSED by 1 of", "rpc-balance", "top it up first", "Nothing was signed, nothing was sent."],
    ),
    ("relay-fails", at_once, &["[a] authorize transfer", "time left"]),
    ("relay-fails", the_ended, &["failed", "waits for support", "Escrow or relay error; ask support."]),
    ("fiat-confirm", at_once, &["[c] confirm fiat", "you can   [c] confirm fiat", "crypto in escrow"]),
    ("fiat-payment-review", at_once, &["proof under review", "waits for system", "you can   [c] confirm fiat"]),
    ("provider-settles-itself", at_once, &["crypto in escrow", "completes by itself when the fiat lands"]),
    ("refund-owed", at_once, &["[R] authorize refund", "Authorize the refund to", "get the crypto back."]),
    ("dispute", at_once, &["dispute", "A dispute is open; Unigox decides.", "waits for Unigox"]),
    ("on-ramp-payment-request", at_once, &["[d] payer details", "needs you ▲ payer details · [d]", "account_number"]),
    ("on-ramp-payer-details", at_once, &["[d] payment sent", "be paid to the vendor.", "account_number    0123456789"]),
    ("send-out", the_send_out, &["[t] send out possible", "possible  ○ send out · [t]", "sending out"]),
    ("webhook-failing", a_lost_test, &["✗ no test was delivered", "must be reachable", "t tests again"]),
];

/// As many at once as there are cores on a small machine.
const AT_ONCE: usize = 3;

#[test]
fn every_scenario_shows_on_one_screen_what_to_do_in_it() {
    let home = Home::new();
    let listed = home.run(&["sandbox", "--scenario", "list"]).exits(0).out;
    let listed: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let mut shown: Vec<&str> = SCENARIOS.iter().map(|(name, ..)| *name).collect();
    shown.dedup();
    assert_eq!(shown, listed, "each scenario of the program has its line above, in its order");

    let left = Mutex::new(SCENARIOS.iter());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let next = || left.lock().unwrap().next();
                while let Some((name, way, phrases)) = next() {
                    shows(name, *way, phrases);
                }
            });
        }
    });
}

fn shows(name: &str, way: Way, phrases: &[&str]) {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox", "--scenario", name]);
    term.sees("● live");
    way(&mut term);
    term.until(&format!("what to do in {name}: {phrases:?}"), |screen| {
        let text = screen.contents();
        phrases.iter().all(|phrase| text.contains(phrase))
    });
}

fn at_once(_: &mut Term) {}

/// Goes down the users until one of these words stands in a line of one, and opens that one.
fn open_user(term: &mut Term, word: &str) {
    term.until("the users", |screen| screen.contents().contains("✓ verified"));
    term.until("all that is known of them", |screen| screen.contents().contains(word));
    term.keys("1");
    for _ in 0..12 {
        let before = term.screen(selected_user);
        if before.contains(word) {
            break;
        }
        term.keys("j");
        term.until("another user", |screen| selected_user(screen) != before);
    }
    term.keys("i");
    term.sees("user_uuid");
}

fn an_unverified_user(term: &mut Term) {
    open_user(term, "… in progress");
}

fn the_rejected_user(term: &mut Term) {
    open_user(term, "✗ rejected");
}

fn a_quote(term: &mut Term) {
    filled(term);
    term.keys(CTRL_S);
    term.sees("y make the order");
}

fn a_quote_that_is_over(term: &mut Term) {
    a_quote(term);
    term.sees("QUOTE EXPIRED");
}

fn an_initiate(term: &mut Term) {
    a_quote(term);
    term.keys("y");
}

fn a_refusal(term: &mut Term) {
    term.step_to("authorize transfer");
    term.keys("a");
}

/// The order that fails by itself, among what is over.
fn the_ended(term: &mut Term) {
    term.keys_until("f", "the ended orders", |screen| screen.contents().contains("3 Orders · 2 ended"));
}

fn the_send_out(term: &mut Term) {
    term.sees("[t] send out possible");
    term.keys_until("j", "a selected one", |screen| screen.contents().contains("possible  ○ send out"));
}

fn a_lost_test(term: &mut Term) {
    let receiver = Receiver::start();
    term.keys("h");
    term.sees("○ none");
    term.keys("w");
    term.fill("address*", &receiver.url);
    term.keys("\r");
    term.sees("[y] YES, register");
    term.keys("y");
    term.sees("✓ on");
    term.keys("t");
}
