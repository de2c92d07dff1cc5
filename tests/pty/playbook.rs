//! The whole playbook by keys alone: from an API that knows nobody to a completed off-ramp order.

use crate::SIZE;
use crate::filling::{CTRL_E, CTRL_S, ESC};
use crate::process::{Api, Home};
use crate::pty::{Term, states};
use crate::receiver::Receiver;

#[test]
fn the_playbook_leads_from_nothing_to_a_completed_off_ramp_order() {
    let api = Api::start(&["--scenario", "empty", "--speed", "20"]);
    let home = Home::on(&api.url);
    let mut term = Term::armed(&home, SIZE, &[]);
    term.sees("The API knows no orders of yours yet.");
    term.keys("b");
    term.step_is("Obtain credentials", "done");

    set_up(&mut term, &Receiver::start());
    onboard(&mut term, &home);
    order(&mut term);
    let id = api.orders()[0]["order_id"].as_str().unwrap().to_owned();
    settle(&mut term);

    term.step_is("Poll the order", "done");
    let done = term.screen(|screen| screen.contents().lines().filter(|line| line.contains(" done ")).count());
    assert_eq!(done, 18, "every step of the playbook:\n{}", term.text());
    term.keys(ESC);
    term.loses("Monitoring");
    term.until("the completed order in the list", |screen| {
        states(screen).get(&id[..8]).map(String::as_str) == Some("completed")
    });
    term.keys("q");
    assert!(term.ended().success());
    term.assert_restored("q");

    assert_eq!(api.orders().len(), 1);
    assert_eq!(api.status(&id), "completed");
    assert_eq!(api.authorizations(), 1);
    assert_eq!(home.story(), ["authorize", "accepted", "confirm", "accepted"]);
}

/// Steps 2 and 3.
fn set_up(term: &mut Term, receiver: &Receiver) {
    term.take_step("Register the webhook", "next");
    term.sees("○ none");
    term.keys("w");
    term.fill("address*", &receiver.url);
    term.keys("\r");
    term.sees("REGISTER THIS WEBHOOK?");
    term.sees("[y] YES, register");
    term.keys("y");
    term.sees("✓ on");
    term.keys("t");
    term.sees("✓ delivered · HTTP 200");
    receiver.until_got("test");
    term.keys(ESC);
    term.step_is("Register the webhook", "done");
    term.step_is("Verify delivery", "done");
}

/// Steps 4 to 8.
fn onboard(term: &mut Term, home: &Home) {
    term.take_step("Create the user", "next");
    term.fill("your reference*", "customer-1");
    term.fill("e-mail*", "ada@example.com");
    term.keys("\r");
    term.sees("Next: s submits KYC.");
    term.keys(ESC);

    term.take_step("Submit KYC", "next");
    for (field, text) in
        [("first name*", "Ada"), ("last name*", "Obi"), ("country*", "NG"), ("date of birth", "1990-01-31")]
    {
        term.fill(field, text);
    }
    term.keys(CTRL_S);
    for (kind, needed) in [("identity_front", "a selfie."), ("selfie", "✓ Everything needed was uploaded.")] {
        let file = picture(home, kind);
        term.sees(&format!("{kind}▏"));
        term.tab_to("file*");
        term.paste(&file);
        term.sees(&format!("{kind}.png▏"));
        term.keys("\r");
        term.sees(&format!("✓ uploaded: {kind}"));
        term.sees(needed);
    }
    term.keys("v");
    term.sees("✓ VERIFIED: approved");
    term.keys(ESC);
    term.sees("KYC documents");
    term.keys(ESC);
    for step in ["Create the user", "Submit KYC", "Upload documents", "Verification"] {
        term.step_is(step, "done");
    }

    term.take_step("Create payment details", "next");
    term.sees("NGN · Nigerian Naira");
    term.sees("NIP instant transfer");
    term.fill("bank or wallet", "Access");
    term.sees("● Access Bank");
    term.fill("Account number*", "0123456789");
    term.fill("Account name*", "Ada Obi");
    term.keys("\r");
    term.step_is("Create payment details", "done");
}

/// A file that is a picture by its first bytes.
fn picture(home: &Home, kind: &str) -> String {
    let file = home.data_dir().parent().unwrap().join(format!("{kind}.png"));
    std::fs::write(&file, [b"\x89PNG\r\n\x1a\n", kind.as_bytes()].concat()).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Steps 9 to 11.
fn order(term: &mut Term) {
    term.take_step("Quote", "next");
    term.sees("Ada Obi");
    term.until("her payment details", |screen| screen.contents().contains("fiat goes to*         #"));
    term.fill("crypto amount*", "50");
    term.keys(CTRL_E);
    term.sees("Estimate: indicative");
    term.keys(CTRL_S);
    term.sees("[y] YES, make the order");
    term.sees("y make the order");
    term.keys("y");
    term.sees("was made");
    term.sees("3 Orders");
}

/// Steps 12 to 16.
fn settle(term: &mut Term) {
    term.keys("b");
    term.take_step("Authorize the transfer", "next");
    term.sees("AUTHORIZE CRYPTO TRANSFER");
    term.agree_and_close();
    for step in ["Authorize the transfer", "Buyer submits proof", "Proof is reviewed", "Proof accepted"] {
        term.step_is(step, "done");
    }
    term.take_step("Confirm fiat received", "next");
    term.sees("CONFIRM FIAT RECEIVED");
    term.agree_and_close();
    term.step_is("Confirm fiat received", "done");
}
