//! An order that waits for its user's address, resolved by keys alone.

use crate::SIZE;
use crate::process::Home;
use crate::pty::{Term, short_id, states};

#[test]
fn an_address_an_order_waits_for_is_given_and_the_order_goes_on() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox", "--scenario", "update-kyc-address"]);
    term.step_to("update KYC address");
    let id = short_id(&term.selected());
    term.keys("d");
    term.sees("KYC data an order needs");
    term.sees("All fields are sent together");
    term.keys("Chaussee 1\tBerlin\t10115\r");
    term.sees("The API took");
    term.loses("KYC data an order needs");
    term.until("the order in the list going on", |screen| {
        states(screen).get(&id).is_some_and(|state| !state.contains("update KYC address") && state != "created")
    });
    term.keys("q");
    assert!(term.ended().success());
    term.assert_restored("q");
}
