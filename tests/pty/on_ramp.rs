//! An on-ramp order by keys alone: who pays, paid, and on to another chain.

use crate::SIZE;
use crate::filling::{CTRL_S, ESC};
use crate::process::{Api, Home};
use crate::pty::{Term, short_id, states};

/// Where the crypto is sent: an address like any other.
const ELSEWHERE: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

#[test]
fn an_on_ramp_order_is_paid_completed_and_sent_out_to_another_chain() {
    let api = Api::start(&["--scenario", "on-ramp-payment-request", "--speed", "10", "--dialect", "newer"]);
    let home = Home::on(&api.url);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.step_to("payer details");
    let short = short_id(&term.selected());
    let id = api.orders().iter().map(|o| o["order_id"].as_str().unwrap().to_owned()).find(|id| id.starts_with(&short)).unwrap();

    // Who pays comes first: without it nothing may be paid.
    term.keys("d");
    term.sees("▸ who pays*");
    term.until("one of the user's profiles", |screen| screen.contents().contains("● #"));
    term.keys(CTRL_S);
    term.sees("SUBMIT PAYER DETAILS");
    term.agree_and_close();
    term.sees("3 Orders");
    term.step_to(&short);
    panic!("{}", term.text());
}
