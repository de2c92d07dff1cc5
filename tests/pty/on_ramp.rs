//! An on-ramp order by keys alone: who pays, paid, and on to another chain.

use crate::SIZE;
use crate::process::{Api, Home};
use crate::pty::{Term, states};

/// Where the crypto is sent: an address like any other.
const ELSEWHERE: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

#[test]
fn an_on_ramp_order_is_paid_completed_and_sent_out_to_another_chain() {
    let api = Api::start(&["--scenario", "on-ramp-payment-request", "--speed", "10"]);
    let home = Home::on(&api.url);
    // No version of the API tells whose an order is: the partner's own records do.
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.step_to("payer details");
    term.text();
    panic!("{}", term.text());
}
