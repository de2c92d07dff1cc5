//! An on-ramp order by keys alone: who pays, paid, completed, and on to another chain.

use crate::SIZE;
use crate::filling::{CTRL_S, ESC};
use crate::process::{Api, Home};
use crate::pty::{Term, short_id, states};

/// Where the crypto is sent: an address like any other.
const ELSEWHERE: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

#[test]
fn an_on_ramp_order_is_paid_completed_and_sent_out_to_another_chain() {
    let api = Api::start(&["--scenario", "on-ramp-payment-request", "--speed", "10"]);
    let home = Home::on(&api.url);
    let mut term = Term::armed(&home, SIZE, &[]);
    term.until("an order in naira that asks who pays", |screen| {
        screen.contents().lines().any(|line| line.contains("payer details") && line.contains("NGN"))
    });
    term.step_to("827,880.00 NGN");
    let short = short_id(&term.selected());
    let has_state = |term: &Term, wanted: &str| {
        term.until(wanted, |screen| states(screen).get(&short).map(String::as_str) == Some(wanted));
    };
    has_state(&term, "[d] payer details");

    // Nobody told this ramptop whose the order is: the payer is given by hand.
    term.keys("d");
    term.sees("somebody else: details given here");
    // The numbers of any other bank and of the rail, as the catalog of this API has them.
    term.fill("payment method id*", "900");
    term.fill("payment network id*", "11");
    term.fill("details*", "account_number=0123456789; account_name=Ada Obi");
    term.keys(CTRL_S);
    term.sees("SUBMIT PAYER DETAILS");
    term.agree_and_close();
    has_state(&term, "[d] payment sent");

    // Its page says what to forward first, and when to say that it was paid.
    term.keys("d");
    term.sees("Forward what stands below");
    term.sees("Example Vendor Ltd");
    term.sees("p payment sent");
    term.keys("p");
    term.sees("CONFIRM PAYMENT SENT");
    term.sees("the 827,880.00 NGN were PAID");
    term.agree_and_close();
    term.sees("If it is wanted on another chain, t sends it there.");
    term.keys(ESC);
    has_state(&term, "[t] send out possible");
    let id = api.orders().iter().map(|o| o["order_id"].as_str().unwrap().to_owned()).find(|id| id.starts_with(&short));
    let id = id.unwrap();
    assert_eq!(api.status(&id), "completed");

    term.keys("t");
    term.sees("Arbitrum One");
    term.keys("Arb");
    term.sees("● Arbitrum One");
    term.fill("address*", ELSEWHERE);
    term.keys(CTRL_S);
    term.sees("SEND OUT TO ANOTHER CHAIN");
    term.until("what is signed, in full", |screen| {
        let text = screen.contents();
        text.contains(&format!("to        {ELSEWHERE}")) && text.contains("digest    0x") && text.contains("passed")
    });
    term.agree_and_close();
    has_state(&term, "sent out");
    let order = api.data(&format!("/orders/{id}"));
    assert_eq!(order["status"], "send_out_completed");
    let hash = order["send_out_tx_hash"].as_str().unwrap().to_owned();
    term.until("the whole hash", |screen| right_column(screen).contains(&hash));

    term.keys("q");
    assert!(term.ended().success());
    term.assert_restored("q");
    let story = ["payer-details", "accepted", "payment-sent", "accepted", "send-out", "accepted"];
    assert_eq!(home.story(), story);
}

/// The text of the order's pane without its frame, its lines run together.
fn right_column(screen: &vt100::Screen) -> String {
    let (rows, cols) = screen.size();
    (2..rows.get()).map(|row| screen.contents_between(row, 74, row, cols.get() - 1).trim().to_owned()).collect()
}
