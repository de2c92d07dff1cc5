//! The pictures of the README, made from a real run: the real binary in a real pseudo-terminal, on
//! the embedded sandbox, drawn as SVG. Not part of `cargo test`; the checks run it by name.
//!
//! With `RAMPTOP_WRITE_PICTURES=1` the pictures in `assets/` are written anew:
//!
//! ```sh
//! RAMPTOP_WRITE_PICTURES=1 cargo test --test picture
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Cell, Color, Parser, Screen};

const COLUMNS: u16 = 160;
const ROWS: u16 = 42;
const PATIENCE: Duration = Duration::from_secs(60);

/// A run of the program, and what its terminal shows.
struct Run {
    parser: Parser,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _terminal: Box<dyn MasterPty + Send>,
}

impl Run {
    fn start() -> Self {
        let (rows, columns) = (NonZeroU16::new(ROWS).unwrap(), NonZeroU16::new(COLUMNS).unwrap());
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ramptop"));
        command.args(["--sandbox", "--seed", "7"]);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RAMPTOP_")) {
            command.env_remove(name);
        }
        command.env_remove("NO_COLOR");
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 8192];
            while let Ok(length @ 1..) = reader.read(&mut chunk) {
                if sender.send(chunk[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { parser: Parser::new(rows, columns, 0), output, keys, child, _terminal: pair.master }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Reads until the screen is as wanted and nothing more comes for a moment.
    fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(Duration::from_millis(150)) {
                Ok(chunk) => self.parser.process(&chunk),
                Err(RecvTimeoutError::Timeout) if wanted(&self.parser.screen().contents()) => return,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("the program ended:\n{}", self.text()),
            }
            assert!(Instant::now() < end, "no {what}:\n{}", self.text());
        }
    }

    /// Reads for a while.
    fn watch(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Ok(chunk) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.parser.process(&chunk);
        }
    }

    /// Reads until the screen is as wanted.
    fn at_once(&mut self, wanted: impl Fn(&str) -> bool) {
        while !wanted(&self.text()) {
            let chunk = self.output.recv_timeout(PATIENCE).unwrap();
            self.parser.process(&chunk);
        }
    }

    fn text(&self) -> String {
        self.parser.screen().contents()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const WIDTH: f64 = 8.4;
const HEIGHT: f64 = 18.0;
const BASELINE: f64 = 13.5;
const MARGIN: f64 = 12.0;
const FOREGROUND: &str = "#d0d7de";
const BACKGROUND: &str = "#0d1117";

/// The sixteen colours as many terminals show them on a dark ground, light enough to be read.
const PALETTE: [&str; 16] = [
    "#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4", "#6e7681", "#ffa198",
    "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
];
/// As a ground for text: black on green and white on red have to be read as well.
const GROUNDS: [&str; 8] = ["#000000", "#b62324", "#3fb950", "#9e6a03", "#1f6feb", "#8957e5", "#1b7c83", "#b1bac4"];

fn colour(colour: Color, default: &str, ground: bool) -> String {
    match colour {
        Color::Default => default.to_owned(),
        Color::Idx(n) if ground && usize::from(n) < GROUNDS.len() => GROUNDS[usize::from(n)].to_owned(),
        Color::Idx(n) if usize::from(n) < PALETTE.len() => PALETTE[usize::from(n)].to_owned(),
        Color::Idx(n @ 16..=231) => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
            let n = n - 16;
            format!("#{:02x}{:02x}{:02x}", level(n / 36), level(n / 6 % 6), level(n % 6))
        }
        Color::Idx(n) => format!("#{0:02x}{0:02x}{0:02x}", 8 + n.saturating_sub(232) * 10),
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}

/// How a cell looks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of a terminal cell")]
struct Look {
    text: String,
    ground: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
}

fn look(cell: &Cell) -> Look {
    let (text, ground) = match (cell.inverse(), cell.fgcolor(), cell.bgcolor()) {
        (true, text, ground) => (colour(ground, BACKGROUND, false), Some(colour(text, FOREGROUND, true))),
        (false, Color::Idx(0), ground) if ground != Color::Default => {
            ("#000000".to_owned(), Some(colour(ground, BACKGROUND, true)))
        }
        (false, text, Color::Default) => (colour(text, FOREGROUND, false), None),
        (false, text, ground) => (colour(text, FOREGROUND, false), Some(colour(ground, BACKGROUND, true))),
    };
    Look { text, ground, bold: cell.bold(), dim: cell.dim(), italic: cell.italic(), underline: cell.underline() }
}

/// Letters, lines of boxes, and signs come from different fonts: they never share a run.
fn kind(contents: &str) -> u8 {
    match contents.chars().next() {
        None | Some(' '..='~') => 0,
        Some('\u{2500}'..='\u{257f}') => 1,
        Some(_) => 2,
    }
}

/// Cells of one look, side by side.
struct Stretch {
    column: u16,
    columns: u16,
    look: Look,
    kind: u8,
    text: String,
}

fn stretches(screen: &Screen, row: u16) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    for column in 0..COLUMNS {
        let cell = screen.cell(row, column).unwrap();
        if cell.is_wide_continuation() {
            continue;
        }
        let contents = if cell.has_contents() { cell.contents() } else { " " };
        let (look, kind, columns) = (look(cell), kind(contents), if cell.is_wide() { 2 } else { 1 });
        match out.last_mut().filter(|last| last.look == look && last.kind == kind && kind != 2) {
            Some(last) => {
                last.columns += columns;
                last.text.push_str(contents);
            }
            None => out.push(Stretch { column, columns, look, kind, text: contents.to_owned() }),
        }
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn at_column(column: u16) -> f64 {
    MARGIN + f64::from(column) * WIDTH
}

/// The screen as SVG. Every stretch has its own place and length, so that columns stand in line
/// whatever the font.
fn svg(screen: &Screen, title: &str) -> String {
    let (width, height) = (at_column(COLUMNS) + MARGIN, f64::from(ROWS) * HEIGHT + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" xml:space=\"preserve\" font-size=\"14\" font-family=\"ui-monospace, \
         SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n",
        escape(title)
    );
    let rows: Vec<(u16, Vec<Stretch>)> = (0..ROWS).map(|row| (row, stretches(screen, row))).collect();
    for (row, stretches) in &rows {
        for stretch in stretches {
            if let Some(ground) = &stretch.look.ground {
                let _ = writeln!(
                    out,
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{HEIGHT:.1}\" fill=\"{ground}\"/>",
                    at_column(stretch.column),
                    MARGIN + f64::from(*row) * HEIGHT,
                    f64::from(stretch.columns) * WIDTH,
                );
            }
        }
    }
    for (row, stretches) in &rows {
        for stretch in stretches {
            draw(&mut out, *row, stretch);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Which arms a line of a box has (left, right, up, down), and how it is drawn.
fn arms(c: char) -> Option<([bool; 4], char)> {
    const KINDS: [(&str, char); 3] = [("─│┌┐└┘├┤┬┴┼", 'l'), ("━┃┏┓┗┛┣┫┳┻╋", 'h'), ("═║╔╗╚╝╠╣╦╩╬", 'd')];
    const ARMS: [&str; 11] = ["lr", "ud", "rd", "ld", "ru", "lu", "rud", "lud", "lrd", "lru", "lrud"];
    KINDS.iter().find_map(|(chars, kind)| {
        let at = chars.chars().position(|other| other == c)?;
        Some((['l', 'r', 'u', 'd'].map(|arm| ARMS[at].contains(arm)), *kind))
    })
}

/// The lines of boxes are drawn, not written: no font leaves gaps in them.
fn draw_box(out: &mut String, row: u16, stretch: &Stretch) {
    let middle = MARGIN + f64::from(row) * HEIGHT + HEIGHT / 2.0;
    let mut path = String::new();
    let mut kind = 'l';
    for (column, c) in (stretch.column..).zip(stretch.text.chars()) {
        let centre = at_column(column) + WIDTH / 2.0;
        let Some((arms, its_kind)) = arms(c) else { panic!("{c} is not known") };
        kind = its_kind;
        let ends = [(-WIDTH / 2.0, 0.0), (WIDTH / 2.0, 0.0), (0.0, -HEIGHT / 2.0), (0.0, HEIGHT / 2.0)];
        for (x, y) in arms.into_iter().zip(ends).filter_map(|(on, end)| on.then_some(end)) {
            let _ = write!(path, "M{centre:.1} {middle:.1}l{x:.1} {y:.1}");
        }
    }
    let width = if kind == 'l' { 1.0 } else { 2.2 };
    let (colour, dim) = (&stretch.look.text, if stretch.look.dim { " opacity=\"0.62\"" } else { "" });
    let _ = writeln!(
        out,
        "<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"square\"{dim}/>"
    );
}

fn draw(out: &mut String, row: u16, stretch: &Stretch) {
    if stretch.kind == 1 {
        return draw_box(out, row, stretch);
    }
    let text = stretch.text.trim();
    if text.is_empty() {
        return;
    }
    let spaces = |text: &str| u16::try_from(text.chars().take_while(|c| *c == ' ').count()).unwrap();
    let before = spaces(&stretch.text);
    let after = spaces(&stretch.text.chars().rev().collect::<String>());
    let columns = stretch.columns - before - after;
    let look = &stretch.look;
    let mut style = String::new();
    for (on, words) in [
        (look.bold, " font-weight=\"bold\""),
        (look.dim, " opacity=\"0.62\""),
        (look.italic, " font-style=\"italic\""),
        (look.underline, " text-decoration=\"underline\""),
    ] {
        style.push_str(if on { words } else { "" });
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{style}>{}</text>",
        at_column(stretch.column + before),
        MARGIN + f64::from(row) * HEIGHT + BASELINE,
        f64::from(columns) * WIDTH,
        look.text,
        escape(text),
    );
}

/// A key is answered when it is pressed, not with the next tick of the clock.
#[test]
fn keys_are_answered_at_once() {
    let mut run = Run::start();
    run.until("orders", |text| text.contains("need you") && text.contains("authorize transfer"));
    let mut took: Vec<Duration> = (0..12)
        .map(|n: u64| {
            // At all sorts of moments between two ticks.
            run.watch(Duration::from_millis(200 + n * 37));
            let start = Instant::now();
            run.press(if n.is_multiple_of(2) { "?" } else { "q" });
            run.at_once(|text| text.contains("Esc closes") == n.is_multiple_of(2));
            start.elapsed()
        })
        .collect();
    took.sort();
    println!("{took:?}");
    assert!(took[took.len() / 2] < Duration::from_millis(150), "{took:?}");
}

fn place(temporary: &Path) -> PathBuf {
    if std::env::var_os("RAMPTOP_WRITE_PICTURES").is_some_and(|v| v == "1") {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
    } else {
        temporary.to_owned()
    }
}

fn keep(dir: &Path, name: &str, run: &Run, title: &str, words: &[&str]) {
    let picture = svg(run.parser.screen(), title);
    for word in words {
        assert!(picture.contains(word), "{name} does not show {word}");
    }
    assert_eq!(picture.matches("<text").count(), picture.matches("</text>").count());
    assert!(!picture.contains("/tmp") && !picture.contains("/home"), "{name} shows a path");
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join(name), picture).unwrap();
}

/// From the panes to a quote for the user of the selected order.
fn quote(run: &mut Run) {
    run.press("O");
    run.until("the form", |text| text.contains("fiat goes to") && text.contains("USDT"));
    for _ in 0..6 {
        run.press("\t");
    }
    run.press("1250.50");
    run.until("the amount", |text| text.contains("1250.50"));
    run.press("\u{13}");
    run.until("the quote", |text| text.contains("YES, make the order"));
}

#[test]
fn the_screen_makes_pictures() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = place(temporary.path());
    let mut run = Run::start();
    run.until("orders", |text| text.contains("need you") && text.contains("authorize transfer"));
    run.press("g");
    run.until("detail of the first order", |text| {
        text.contains("[a] authorize")
            && text.contains("Timeline")
            && text.contains("verified")
            && !text.contains("reading…")
    });
    keep(&dir, "dashboard.svg", &run, "ramptop: the dashboard on the sandbox", &["SANDBOX", "authorize transfer"]);
    run.press("a");
    run.until("question", |text| text.contains("YES, do it"));
    keep(&dir, "authorize.svg", &run, "ramptop: the question before a signature", &["AUTHORIZE", "digest", "escrow"]);
    run.press("n");
    run.until("dashboard again", |text| !text.contains("YES, do it"));
    run.press("b");
    run.until("playbook", |text| text.contains("Confirm fiat received") && !text.contains("reading"));
    keep(&dir, "playbook.svg", &run, "ramptop: the playbook of an order", &["Playbook", "Authorize the transfer"]);
    run.press("\u{1b}");
    run.until("dashboard again", |text| text.contains("Timeline"));
    quote(&mut run);
    keep(&dir, "quote.svg", &run, "ramptop: a quote before it becomes an order", &["QUOTE", "platform fee", "exact"]);
    run.press("\u{1b}");
    run.until("the dashboard or the form", |text| !text.contains("YES, make the order"));
    run.press("\u{1b}");
    run.until("a warning that the form would be lost", |text| text.contains("Esc again"));
    run.press("\u{1b}");
    run.until("dashboard again", |text| text.contains("Timeline"));
    run.press("q");
    let end = Instant::now() + PATIENCE;
    while run.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "it does not quit");
        let _ = run.output.recv_timeout(Duration::from_millis(50));
    }
    assert!(run.child.wait().unwrap().success());
}
