//! Arming by keys: nothing about money goes on without it, and what it proves.

use crate::SIZE;
use crate::process::{ADDRESS, Api, Home, PASSPHRASE};
use crate::pty::Term;

const ESC: &str = "\u{1b}";

#[test]
fn disarmed_an_action_asks_for_the_passphrase_and_goes_on_to_its_question() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.step_to("authorize transfer");
    assert!(term.text().contains("○ disarmed"));

    // Typed ahead, nothing arms: not even the right passphrase.
    term.keys(&format!("a{PASSPHRASE}\r"));
    term.sees("To go on: authorization of order");
    term.sees("[Enter] ARM");
    assert!(!term.text().contains('•'));

    term.arm_with("not the passphrase");
    term.sees("That passphrase does not open");
    assert!(term.text().contains("○ disarmed"));
    term.arm();
    term.sees("◉ ARMED");
    term.sees("AUTHORIZE CRYPTO TRANSFER");
    term.sees("[y] YES, do it");
    assert_eq!(api.attempts(), 0);
    term.keys("y");
    term.sees("✓ ACCEPTED");
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
    term.keys_until_gone(ESC, "✓ ACCEPTED");

    term.keys("A");
    term.sees("○ disarmed");
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!(home.story(), ["authorize", "accepted"]);
}

#[test]
fn given_up_nothing_is_armed_and_nothing_happens() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.step_to("authorize transfer");
    term.keys("x");
    term.sees("To go on: cancellation of order");
    term.sees("[Enter] ARM");
    term.keys(ESC);
    term.loses("To go on: cancellation of order");
    assert!(term.text().contains("○ disarmed") && !term.text().contains("CANCEL ORDER"));
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!(api.attempts(), 0);
}

#[test]
fn the_passphrase_is_asked_at_the_start_only_for_the_api_key_and_forgotten_after_it() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    // The API key is in the key files too, and no file gives the passphrase.
    home.run_with(&["api-key", "set"], crate::process::API_KEY).exits(0);
    let script = "unset RAMPTOP_API_KEY RAMPTOP_KEYSTORE_PASSPHRASE_FILE; exec \"$RAMPTOP\"";
    let mut term = Term::shell(&home, SIZE, script);
    term.sees("Passphrase of the key files: ");
    term.until_silent();
    term.keys(&format!("{PASSPHRASE}\r"));
    term.step_to("authorize transfer");
    assert!(term.text().contains("○ disarmed"));
    term.keys("a");
    term.arm();
    term.sees("[y] YES, do it");
    term.keys("y");
    term.sees("✓ ACCEPTED");
    term.keys_until_gone(ESC, "✓ ACCEPTED");
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!((api.authorizations(), api.attempts()), (1, 1));
}

#[test]
fn a_profile_says_how_long_it_lasts() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    std::fs::create_dir_all(home.config_file().parent().unwrap()).unwrap();
    let profile = format!("[profile.default]\napi_url = \"{}\"\narm_minutes = 3\n", api.url);
    std::fs::write(home.config_file(), profile).unwrap();
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.sees("○ disarmed");
    term.keys("A");
    term.sees("It lapses after 3 min without a key");
    term.keys(ESC);
    term.loses("It lapses after");
    term.keys("q");
    assert!(term.ended().success());
}

#[test]
fn with_the_api_key_given_the_start_asks_for_nothing() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "1"]);
    let home = Home::on(&api.url);
    let script = "unset RAMPTOP_KEYSTORE_PASSPHRASE_FILE; exec \"$RAMPTOP\"";
    let mut term = Term::shell(&home, SIZE, script);
    term.step_to("authorize transfer");
    assert!(!String::from_utf8_lossy(&term.raw()).contains("Passphrase of"));
    assert!(term.text().contains(&ADDRESS[..6]));
    term.keys("q");
    assert!(term.ended().success());
}

#[test]
fn the_embedded_sandbox_starts_armed() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox"]);
    term.sees("◉ ARMED");
    term.keys("A");
    term.sees("○ disarmed");
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("your word is enough");
    term.sees("[y] YES, arm");
    term.keys("y");
    term.sees("◉ ARMED");
    term.sees("[y] YES, do it");
    term.keys("q");
    assert!(term.ended().success());
}
