//! Making an order by keys alone: from the form over the quote to the order in the list.

use crate::SIZE;
use crate::process::Home;
use crate::pty::{Term, states};

const CTRL_E: &str = "\u{5}";
const CTRL_S: &str = "\u{13}";

/// The form of an off-ramp order with its amount typed and an estimate beside it.
pub fn filled(term: &mut Term) {
    term.sees("● live");
    term.until("users that were read", |screen| screen.contents().contains("✓ verified"));
    term.keys("O");
    term.sees("crypto amount*");
    term.keys("\t");
    term.sees("▸ user*");
    term.keys("Adaeze Okonkwo");
    // The list of users fills while it is looked at, and another user may have stood there before.
    term.sees("● Adaeze Okonkwo");
    term.until("her payment details", |screen| {
        screen.contents().lines().any(|line| line.contains("fiat goes to*") && line.contains("nip-nigeria"))
    });
    // To the amount, past payment details, crypto, fiat and which is given.
    for field in ["▸ fiat goes to*", "▸ crypto*", "▸ fiat*", "▸ you give*", "▸ crypto amount*"] {
        term.keys("\t");
        term.sees(field);
    }
    term.keys("50");
    term.sees("50▏");
    term.keys(CTRL_E);
    term.sees("Estimate: indicative");
    term.sees("platform fee");
}

#[test]
fn an_off_ramp_order_is_made_by_keys_and_stands_selected_in_the_list() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox", "--scenario", "quote-expires"]);
    filled(&mut term);
    let before = term.screen(states).len();
    term.keys(CTRL_S);
    term.sees("[y] YES, make the order");
    // This world's quotes live for fifteen seconds: run one out, then ask for the same again.
    term.sees("QUOTE EXPIRED");
    term.loses("[y] YES");
    // No yes to what is over; then the same again by one key.
    term.keys("y");
    term.sees("QUOTE EXPIRED");
    term.keys_until("r", "a new quote", |screen| screen.contents().contains("[y] YES, make the order"));
    term.sees("y make the order");
    term.keys("y");
    term.sees("was made");
    term.sees("3 Orders");
    term.until("the new order, selected", |screen| states(screen).len() == before + 1);
    assert!(term.selected().contains("50.00 USDT"), "{}", term.selected());
    term.keys("q");
    assert!(term.ended().success());
}
