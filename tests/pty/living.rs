//! Living through what happens to a terminal and to a network.

use crate::SIZE;
use crate::process::{Api, Home};
use crate::pty::{Term, states};

#[test]
fn any_size_is_lived_through() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox"]);
    term.step_to("authorize transfer");

    term.resize((80, 24));
    term.sees(" 2 Payment details  3 Orders  4 Order");
    term.sees("authorize transfer");
    term.resize((50, 10));
    term.sees("The screen is 50x10");
    assert!(!term.text().contains("panicked"));
    term.resize((1, 1));
    term.resize((200, 50));
    term.sees("not ours: confirm fiat");

    // With a question open; keys and resizes apart, because the terminal library may hold a key
    // back that comes at the same moment as a resize, until the next key.
    term.keys("a");
    term.sees("AUTHORIZE CRYPTO TRANSFER");
    term.resize((80, 24));
    term.until("the question at 80x24", |screen| {
        let text = screen.contents();
        text.contains("digest    0x") && text.contains("39 of 39 passed") && text.contains("[y] YES, do it")
    });
    term.resize((200, 50));
    term.keys_until_gone("\u{1b}", "AUTHORIZE CRYPTO TRANSFER");
    term.sees("1 Users");
    term.sees("dispute");
    term.resize(SIZE);
    term.sees("┗");
    term.until("the whole list", |screen| states(screen).len() > 10);

    term.keys("q");
    assert!(term.ended().success());
    assert!(!String::from_utf8_lossy(&term.raw()).contains("panicked"));
    term.assert_restored("resizing");
}

#[test]
fn rows_stay_while_the_api_is_away_and_it_recovers() {
    let world = ["--scenario", "awaiting-authorization", "--orders", "5"];
    let api = Api::start(&world);
    let (home, port) = (Home::on(&api.url), api.port());
    let mut term = Term::armed(&home, SIZE, &[]);
    term.until("all orders", |screen| states(screen).len() == 5);
    let before = term.screen(states);

    api.kill();
    term.sees("✗ OFFLINE");
    assert_eq!(term.screen(states), before);
    term.keys("a");
    term.sees("NOTHING WAS SENT");
    term.keys("\u{1b}");
    term.loses("NOTHING WAS SENT");
    assert_eq!(term.screen(states), before);

    let api = Api::start_on(port, &world);
    term.sees("● live");
    term.until("all orders", |screen| states(screen) == before);
    term.keys("q");
    assert!(term.ended().success());
    assert_eq!(api.attempts(), 0);
}

#[test]
fn without_colours_the_signs_remain() {
    let home = Home::new();
    for (environment, coloured) in [(&[("NO_COLOR", "1")][..], false), (&[][..], true)] {
        let mut term = Term::ramptop_with(&home, SIZE, &["--sandbox"], environment);
        term.sees("● live");
        term.sees("▲");
        term.sees("authorize transfer");
        term.keys("q");
        assert!(term.ended().success());
        let raw = String::from_utf8(term.raw()).unwrap();
        assert_eq!(colours(&raw).is_empty(), !coloured, "{:?}", colours(&raw));
    }
}

/// The colours that escape codes set; going back to the terminal's own is none.
fn colours(raw: &str) -> Vec<u16> {
    let codes = raw.split("\u{1b}[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then(|| rest[..end].split(';').filter_map(|n| n.parse().ok()))
    });
    let is_colour = |n: &u16| matches!(n, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107);
    codes.flatten().filter(is_colour).collect()
}

#[test]
fn a_note_is_there_for_the_next_shift() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "5"]);
    let home = Home::on(&api.url);
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.sees("● live");
    term.until("all orders", |screen| states(screen).len() == 5);
    term.keys("m");
    term.sees("Note about order");
    term.keys("called the bank at noon");
    term.sees("called the bank at noon▏");
    term.keys("\r");
    term.sees("note      called the bank");
    term.sees("* ");
    term.keys("q");
    assert!(term.ended().success());

    // The next one reads it even while the API is away.
    api.kill();
    let mut term = Term::ramptop(&home, SIZE, &[]);
    term.sees("note      called the bank");
    term.keys("q");
    assert!(term.ended().success());
}
