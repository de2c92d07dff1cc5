//! The comparisons of what the programs take while nobody presses a key: processor and memory.

use std::time::Duration;

use crate::looking;
use crate::place::Place;
use crate::report::{Figure, Line};
use crate::terminal::Terminal;
use crate::tools::Tools;
use crate::usage::{peak, share_of_processor};

/// How long it is watched, and how long before that it may come to rest.
const WATCHED: Duration = Duration::from_secs(40);
const SETTLING: Duration = Duration::from_secs(5);

/// Idle on the first screen, which shows one order that counts down.
pub fn idle(place: &Place, tools: &Tools) -> (Line, String) {
    let mut terminal = Terminal::start(&place.ramptop());
    terminal.until("a screen of orders", |screen| place.rows_of_data(screen) > 0);
    let ours = at_rest(&mut terminal, |terminal| {
        let count = terminal.rows().iter().skip(2).filter_map(|row| looking::countdown(row)).collect::<Vec<_>>();
        assert_eq!(count.len(), 1, "one countdown in the list:\n{}", terminal.screen().contents());
        count
    });
    let (bytes, seconds) = (ours.1 as f64, WATCHED.as_secs_f64());
    drop(terminal);
    let mut terminal = Terminal::start(&place.program(&tools.bottom, &[]));
    terminal.until("its first picture", |screen| screen.contents().contains("CPU"));
    let theirs = at_rest(&mut terminal, |terminal| terminal.screen().contents());
    let notes =
        format!("idle: ramptop wrote {:.0} bytes a second, bottom {:.0}", bytes / seconds, theirs.1 as f64 / seconds);
    let [ours, theirs] = [ours.0, theirs.0].map(Figure::Share);
    (Line::new("idle CPU with one visible countdown, no traffic", ours, "bottom", theirs, 0.1), notes)
}

/// The share of a processor, and the bytes written; what `shows` tells must have changed meanwhile.
fn at_rest<T: PartialEq>(terminal: &mut Terminal, shows: impl Fn(&Terminal) -> T) -> (f64, usize) {
    terminal.watch(SETTLING);
    let (before, bytes) = (shows(terminal), terminal.bytes);
    let share = share_of_processor(terminal, WATCHED);
    assert!(shows(terminal) != before, "nothing moved on:\n{}", terminal.screen().contents());
    (share, terminal.bytes - bytes)
}

/// The most memory ever resident, with all orders loaded and listed.
pub fn memory(place: &Place, tools: &Tools) -> Line {
    let terminal = looking::listing_all(place);
    let ours = peak(terminal.pid).unwrap();
    drop(terminal);
    let mut terminal = Terminal::start(&place.program(&tools.visidata, &[&place.csv.display().to_string()]));
    terminal.until("every row", |screen| screen.contents().replace(',', "").contains("100000 rows"));
    terminal.settle(Duration::from_millis(1_500));
    let theirs = peak(terminal.pid).unwrap();
    let [ours, theirs] = [ours, theirs].map(|n| Figure::Bytes(n as f64));
    Line::new("peak memory with 100,000 orders loaded", ours, "visidata", theirs, 0.5)
}
