//! The terminal is given back, on every way out that leaves a way.

use crate::SIZE;
use crate::process::{Home, signal};
use crate::pty::Term;

#[test]
fn the_terminal_is_given_back_by_keys_and_by_signals() {
    let home = Home::new();
    for way in ["q", "\u{3}", "TERM", "HUP", "INT", "QUIT"] {
        let mut term = Term::ramptop(&home, SIZE, &["--sandbox"]);
        term.sees("● live");
        term.screen(|screen| assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste()));
        assert!(!term.is_cooked());
        if way.len() == 1 {
            term.keys(way);
        } else {
            term.signal(way);
        }
        let status = term.ended();
        assert!(status.success(), "{way:?}: {status:?}");
        term.assert_restored(way);
        assert_eq!(term.text().trim(), "", "after {way:?}");
    }
}

#[test]
fn it_is_given_back_from_within_a_question_too() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox"]);
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("[y] YES, do it");
    term.signal("TERM");
    assert!(term.ended().success());
    term.assert_restored("a signal at a question");
}

/// While it was stopped the terminal was somebody else's: it is taken over and painted from nothing.
#[test]
fn stopped_and_continued_it_takes_the_terminal_again() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox"]);
    term.step_to("authorize transfer");
    let count = |raw: &[u8], sequence: &str| String::from_utf8_lossy(raw).matches(sequence).count();
    let before = count(&term.raw(), "\u{1b}[2J");
    term.signal("STOP");
    term.signal("CONT");
    term.until_all("the screen painted anew", |_, raw| {
        count(raw, "\u{1b}[?1049h") == 2 && count(raw, "\u{1b}[2J") > before
    });
    term.sees("authorize transfer");
    assert!(!term.is_cooked());
    term.keys("a");
    term.sees("[y] YES, do it");
    term.signal("TERM");
    assert!(term.ended().success());
    term.assert_restored("stopping and going on");
}

/// Nothing can be done at SIGKILL. What it leaves is raw mode, the alternate screen, no cursor and
/// bracketed paste; output still arrives, and `stty sane` with three codes repairs all of it.
#[test]
fn what_a_kill_leaves_can_be_repaired() {
    let home = Home::new();
    let script = r#"sh -c 'echo $$ > pid; exec "$RAMPTOP" --sandbox'
        echo "still-$((40 + 2))"
        read go
        stty sane; printf '\033[?2004l\033[?1049l\033[?25h'
        echo "usable-$((40 + 2))"
        read word
        echo "read-$word""#;
    let mut term = Term::shell(&home, SIZE, script);
    term.sees("● live");
    let pid = std::fs::read_to_string(home.data_dir().parent().unwrap().join("pid")).unwrap();
    signal(pid.trim().parse().unwrap(), "KILL");
    term.sees("still-42");
    assert!(!term.is_cooked());
    term.screen(|screen| assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste()));
    term.keys("\n");
    term.sees("usable-42");
    term.assert_restored("the repair");
    term.keys("hello\r");
    term.sees("read-hello");
    assert!(term.ended().success());
}

#[test]
fn a_closed_window_ends_it() {
    let home = Home::new();
    let mut term = Term::ramptop(&home, SIZE, &["--sandbox"]);
    term.sees("● live");
    let status = term.hang_up();
    assert!(status.success(), "{status:?}");
}

/// As the child of something that shields it from the signal of a closed window, it notices by
/// itself that there is no terminal any more, instead of asking it for keys for ever.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_is_gone_without_a_signal_ends_it() {
    let home = Home::new();
    let script = r#"trap '' HUP; setsid --wait "$RAMPTOP" --sandbox; echo $? > ended"#;
    let mut term = Term::shell(&home, SIZE, script);
    term.sees("● live");
    assert!(term.hang_up().success());
    let ended = std::fs::read_to_string(home.data_dir().parent().unwrap().join("ended")).unwrap();
    assert_eq!(ended.trim(), "0");
}
