//! The comparisons of what is seen: start, keys, filter, frames.

use std::time::Duration;

use crate::place::Place;
use crate::report::{Figure, Line, mean, median, percentile, spread};
use crate::terminal::{FRAME_GAP, Paint, SIZE, Terminal};
use crate::tools::Tools;

/// Rows of orders that make a first picture: about two thirds of the screen.
const FULL: usize = 30;

const STARTS: usize = 21;
const KEYS: usize = 400;

/// Long after the last progress that any of the programs shows.
const QUIET: Duration = Duration::from_millis(250);

/// Where the list of orders begins and ends at 200 columns.
const LIST: std::ops::Range<u16> = 40..140;

/// What is typed, letter by letter: words of statuses, currencies, amounts, ids and references,
/// each as it stands in orders of the list.
const TYPED: [&str; 8] =
    ["completed", "cancelled ngn", "escrow kes", "usdt 1530", "PAY-0421", "eur 2024", "7f3a", "usdt ghs 5500"];

/// The first picture of the orders, and beside it when everything was listed.
pub fn start(place: &Place, tools: &Tools) -> (Line, String) {
    let csvlens = place.program(&tools.csvlens, &[&place.csv.display().to_string()]);
    let ramptop = place.ramptop();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=STARTS {
        let mut both = [&ramptop, &csvlens].map(|program| {
            let mut terminal = Terminal::start(program);
            let painted = terminal.until("a screen of orders", |screen| place.rows_of_data(screen) >= FULL);
            painted - terminal.started
        });
        // The first round only warms up the file system's cache.
        if round > 0 {
            theirs.push(both[1]);
            ours.push(std::mem::take(&mut both[0]));
        }
    }
    let notes = format!("start to first paint: ramptop {}; csvlens {}", spread(&ours), spread(&theirs));
    let [ours, theirs] = [ours, theirs].map(|all| Figure::Time(median(&all)));
    (Line::new("start to first paint of the last known 100,000 orders (median)", ours, "csvlens", theirs, 0.5), notes)
}

/// ramptop with every order listed.
pub fn listing_all(place: &Place) -> Terminal {
    let mut terminal = Terminal::start(&place.ramptop());
    terminal.until("a screen of orders", |screen| place.rows_of_data(screen) >= FULL);
    terminal.settle(QUIET);
    for scope in ["needs you", "ended", "all"] {
        terminal.press("f");
        terminal.until(scope, |screen| title(screen).contains(&format!("{scope} ")));
    }
    terminal.until("100,000 orders", |screen| title(screen).replace(',', "").contains("100000 all"));
    terminal.settle(QUIET);
    terminal
}

/// The line above the list.
fn title(screen: &vt100::Screen) -> String {
    screen.contents_between(1, LIST.start, 1, LIST.end)
}

/// Row and text of the list's selected line: the one on another ground.
fn selected(screen: &vt100::Screen) -> Option<(u16, String)> {
    let on_ground = |row: &u16| {
        screen.cell(*row, LIST.start + 5).is_some_and(|cell| cell.inverse() || cell.bgcolor() != vt100::Color::Default)
    };
    let row = (2..SIZE.1).find(on_ground)?;
    Some((row, screen.contents_between(row, LIST.start, row, LIST.end)))
}

/// csvlens says in its status line which row is selected.
fn row_of_csvlens(screen: &vt100::Screen) -> String {
    let last = screen.rows(0, SIZE.0).filter(|row| row.contains("Row ")).last().unwrap_or_default();
    last.split("Row ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default().to_owned()
}

/// Times between keys, so that they fall at any moment of whatever a program does by the clock.
fn pause(random: &mut fastrand::Rng) -> Duration {
    Duration::from_millis(random.u64(15..60))
}

/// So many keys go to one program before it is the other's turn.
const TURN: usize = 20;

fn downs<T: PartialEq>(
    terminal: &mut Terminal,
    random: &mut fastrand::Rng,
    mark: impl Fn(&vt100::Screen) -> T,
) -> Vec<Paint> {
    // What was drawn meanwhile, unlooked at.
    terminal.settle(FRAME_GAP);
    let one = |_| {
        terminal.watch(pause(random));
        terminal.paint("\x1b[B", &mark)
    };
    (0..TURN).map(one).collect()
}

/// Key to paint, and bytes for each move of the selection.
pub fn keys(place: &Place, tools: &Tools) -> (Vec<Line>, String) {
    let mut ramptop = listing_all(place);
    let mut csvlens = Terminal::start(&place.program(&tools.csvlens, &[&place.csv.display().to_string()]));
    csvlens.until("every row", |screen| place.rows_of_data(screen) >= FULL && screen.contents().contains("/100000"));
    csvlens.watch(2 * QUIET);
    let mut random = fastrand::Rng::with_seed(1);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first turn only warms up.
    for turn in 0..=KEYS / TURN {
        let both = (downs(&mut ramptop, &mut random, selected), downs(&mut csvlens, &mut random, row_of_csvlens));
        if turn > 0 {
            ours.extend(both.0);
            theirs.extend(both.1);
        }
    }
    drop(csvlens);
    ramptop.settle(QUIET);
    let before = ramptop.bytes;
    ramptop.press("\x0c");
    ramptop.settle(QUIET);
    let repaint = ramptop.bytes - before;
    let times = |all: &[Paint]| all.iter().map(|paint| paint.took).collect::<Vec<_>>();
    let bytes = mean(ours.iter().map(|paint| paint.bytes as f64));
    let (ours, theirs) = (times(&ours), times(&theirs));
    let notes = format!("key (down) to paint: ramptop {}; csvlens {}", spread(&ours), spread(&theirs));
    let [ours, theirs] = [ours, theirs].map(|all| Figure::Time(percentile(&all, 0.99)));
    let mut key = Line::new("key (down) to paint, p99, 100,000 rows, 200x50", ours, "csvlens", theirs, 1.0);
    key.at_most = Some(Figure::Time(Duration::from_micros(16_600)));
    let bytes = Figure::Bytes(bytes);
    let repaint = Figure::Bytes(repaint as f64);
    let moved = Line::new("bytes per cursor move, 200x50 (mean)", bytes, "full repaint (Ctrl-L)", repaint, 0.1);
    (vec![key, moved], notes)
}

/// The list as far as a filter changes it: title, ids, the text being typed.
fn filtered(screen: &vt100::Screen) -> (String, Vec<String>, String) {
    let ids = (2..SIZE.1 - 2).map(|row| screen.contents_between(row, LIST.start, row, LIST.start + 12)).collect();
    (title(screen), ids, screen.contents_between(SIZE.1 - 2, 0, SIZE.1 - 2, 100))
}

/// For each letter typed the time to the final picture, and to the first sign of it.
type Typing = (Vec<Duration>, Vec<Duration>);

/// Types a text, letter by letter.
fn typing<T: PartialEq>(
    terminal: &mut Terminal,
    times: &mut Typing,
    (open, text, close): (&str, &str, &str),
    mark: impl Fn(&vt100::Screen) -> T,
) {
    terminal.press(open);
    terminal.watch(QUIET);
    for letter in text.chars() {
        let (last, first) = terminal.outcome(&letter.to_string(), QUIET, &mark);
        times.0.push(last);
        times.1.push(first);
    }
    terminal.press(close);
    terminal.watch(2 * QUIET);
}

/// A letter typed into the filter until its final result is on the screen.
pub fn filter(place: &Place, tools: &Tools) -> (Line, String) {
    let mut ramptop = listing_all(place);
    // By default it looks for scattered letters: that would be something else.
    let script = format!("'{}' --exact < '{}'", tools.fzf.display(), place.csv.display());
    let mut fzf = Terminal::start(&place.program("sh".as_ref(), &["-c", &script]));
    fzf.until("every row", |screen| screen.contents().contains("/100001"));
    fzf.settle(QUIET);
    let (mut our_times, mut their_times) = (Typing::default(), Typing::default());
    for text in TYPED {
        typing(&mut ramptop, &mut our_times, ("/", text, "\x1b"), filtered);
        typing(&mut fzf, &mut their_times, ("", text, "\x15"), vt100::Screen::contents);
    }
    let ((ours, first), (theirs, their_first)) = (our_times, their_times);
    let notes = format!(
        "filter keystroke to its final result: ramptop {}; fzf {}\nfilter keystroke to the first sign of it: ramptop {}; fzf {}",
        spread(&ours),
        spread(&theirs),
        spread(&first),
        spread(&their_first)
    );
    let [ours, theirs] = [ours, theirs].map(|all| Figure::Time(percentile(&all, 0.95)));
    (Line::new("filter keystroke to paint, p95, 100,000 rows", ours, "fzf", theirs, 1.5), notes)
}

/// The time left that a row of the list shows, where there is one.
pub fn countdown(row: &str) -> Option<String> {
    let list: String = row.chars().skip(usize::from(LIST.start)).take(LIST.len()).collect();
    let is_time = |word: &&str| {
        word.split_once(':')
            .is_some_and(|(m, s)| s.len() == 2 && (m.to_owned() + s).chars().all(|c| c.is_ascii_digit()))
    };
    list.split_whitespace().find(is_time).map(str::to_owned)
}
