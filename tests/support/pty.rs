//! The real binary in a real pseudo-terminal, and a virtual screen that shows what an operator
//! would see. Everything waits for something to be on the screen, with a deadline.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use crate::process::{BIN, DEADLINE, Home, PASSPHRASE, assert_no_secret, signal};

/// Columns of the list of orders at 120.
const LIST: u16 = 72;

/// How long a key may come to nothing before it is pressed again.
const PATIENCE: Duration = Duration::from_secs(1);

/// Columns and rows.
pub type Size = (u16, u16);

/// A terminal with a program in it.
pub struct Term {
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<Box<dyn Write + Send>>,
    seen: Arc<Seen>,
    reader: Option<JoinHandle<()>>,
    exit: mpsc::Receiver<ExitStatus>,
    over: Option<ExitStatus>,
    pub pid: u32,
}

struct Seen {
    picture: Mutex<Picture>,
    news: Condvar,
    hang_up: AtomicBool,
}

struct Picture {
    parser: vt100::Parser,
    raw: Vec<u8>,
    closed: bool,
}

/// A test that failed while it looked must not hide its own message.
fn lock(seen: &Seen) -> MutexGuard<'_, Picture> {
    seen.picture.lock().unwrap_or_else(PoisonError::into_inner)
}

fn nonzero(size: Size) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(size.1).unwrap(), NonZeroU16::new(size.0).unwrap())
}

fn pty_size((cols, rows): Size) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

impl Term {
    /// ramptop with these arguments.
    pub fn ramptop(home: &Home, size: Size, args: &[&str]) -> Self {
        Self::ramptop_with(home, size, args, &[])
    }

    /// ramptop with these arguments and further environment.
    pub fn ramptop_with(home: &Home, size: Size, args: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start(home, size, BIN, args, environment)
    }

    /// ramptop with these arguments on a profile with a signing key, armed by hand.
    #[track_caller]
    pub fn armed(home: &Home, size: Size, args: &[&str]) -> Self {
        let mut term = Self::ramptop(home, size, args);
        term.sees("○ disarmed");
        term.keys("A");
        term.arm();
        term.sees("◉ ARMED");
        term
    }

    /// Answers the window that arms, which is opening, with the passphrase.
    #[track_caller]
    pub fn arm(&mut self) {
        self.arm_with(PASSPHRASE);
    }

    /// The same with any other text.
    #[track_caller]
    pub fn arm_with(&mut self, passphrase: &str) {
        self.sees("[Enter] ARM");
        self.keys(passphrase);
        self.sees(&format!("key files: {}▏", "•".repeat(passphrase.chars().count())));
        self.keys("\r");
        self.loses("[Enter] ARM");
    }

    /// A shell with this script; `$RAMPTOP` is the binary.
    pub fn shell(home: &Home, size: Size, script: &str) -> Self {
        Self::start(home, size, "sh", &["-c", script], &[("RAMPTOP", BIN)])
    }

    fn start(home: &Home, size: Size, program: &str, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(home.data_dir().parent().unwrap());
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let pid = child.process_id().unwrap();
        let (sender, exit) = mpsc::channel();
        thread::spawn(move || sender.send(child.wait().unwrap()));
        let (rows, cols) = nonzero(size);
        let picture = Picture { parser: vt100::Parser::new(rows, cols, 0), raw: Vec::new(), closed: false };
        let seen =
            Arc::new(Seen { picture: Mutex::new(picture), news: Condvar::new(), hang_up: AtomicBool::new(false) });
        let reader = thread::spawn({
            let (from, seen) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&seen));
            move || watch(from, &seen)
        });
        let keyboard = Some(pair.master.take_writer().unwrap());
        Self { master: Some(pair.master), keyboard, seen, reader: Some(reader), exit, over: None, pid }
    }

    fn picture(&self) -> MutexGuard<'_, Picture> {
        lock(&self.seen)
    }

    /// Everything on the screen.
    pub fn text(&self) -> String {
        self.picture().parser.screen().contents()
    }

    /// Every byte that came so far.
    pub fn raw(&self) -> Vec<u8> {
        self.picture().raw.clone()
    }

    /// Looks at the screen.
    pub fn screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.picture().parser.screen())
    }

    /// Waits until the screen satisfies `holds`.
    #[track_caller]
    pub fn until(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        self.until_all(what, |screen, _| holds(screen));
    }

    /// Waits until the screen and every byte that came so far satisfy `holds`.
    #[track_caller]
    pub fn until_all(&self, what: &str, holds: impl Fn(&vt100::Screen, &[u8]) -> bool) {
        let end = Instant::now() + DEADLINE;
        let mut picture = self.picture();
        loop {
            let screen = picture.parser.screen();
            if holds(screen, &picture.raw) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}; the screen:\n{}", screen.contents());
            assert!(!picture.closed, "over while waiting for {what}; the screen:\n{}", screen.contents());
            (picture, _) = self.seen.news.wait_timeout(picture, left).unwrap();
        }
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until `text` is not on the screen any more.
    #[track_caller]
    pub fn loses(&self, text: &str) {
        self.until(&format!("no {text}"), |screen| !screen.contents().contains(text));
    }

    /// Keys, in one write.
    pub fn keys(&mut self, keys: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    /// Presses a key, again and again if it comes to nothing, until the screen satisfies `holds`.
    #[track_caller]
    pub fn keys_until(&mut self, keys: &str, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !self.screen(&holds) {
            assert!(Instant::now() < end, "pressed in vain for {what}:\n{}", self.text());
            self.keys(keys);
            let wanting = |p: &mut Picture| !holds(p.parser.screen());
            let _ = self.seen.news.wait_timeout_while(self.picture(), PATIENCE, wanting).unwrap();
        }
    }

    /// Presses a key until `text` is gone. Keys that arrive together with others do not count in a
    /// question, not even a no.
    #[track_caller]
    pub fn keys_until_gone(&mut self, keys: &str, text: &str) {
        self.keys_until(keys, &format!("no {text}"), |screen| !screen.contents().contains(text));
    }

    /// A bracketed paste.
    pub fn paste(&mut self, text: &str) {
        self.keys(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }

    /// The row of the list that is selected: the first one on the ground of a selection.
    pub fn selected(&self) -> String {
        self.screen(selected)
    }

    /// Presses `n` until the selected row holds `text`.
    #[track_caller]
    pub fn step_to(&mut self, text: &str) {
        // From the top, because the list shows only a part of itself; again and again, because
        // it grows while the first answers come in.
        self.keys_until("g", &format!("{text} below a selected first row"), |screen| {
            screen.cell(3, 5).is_some_and(is_selected) && screen.contents().contains(text)
        });
        for _ in 0..40 {
            let here = short_id(&self.selected());
            if self.selected().contains(text) {
                return;
            }
            self.keys("n");
            self.until("another selected row", |screen| {
                let row = selected(screen);
                !row.is_empty() && short_id(&row) != here
            });
        }
        panic!("no order that needs anybody holds {text}:\n{}", self.text());
    }

    pub fn resize(&self, size: Size) {
        let (rows, cols) = nonzero(size);
        self.picture().parser.screen_mut().set_size(rows, cols);
        self.master.as_ref().unwrap().resize(pty_size(size)).unwrap();
    }

    pub fn signal(&self, name: &str) {
        signal(self.pid, name);
    }

    /// Whether lines are edited and echoed, and Ctrl-C interrupts, as for a shell.
    pub fn is_cooked(&self) -> bool {
        let modes = self.master.as_ref().unwrap().get_termios().unwrap();
        let wanted = libc::ICANON | libc::ECHO | libc::ISIG | libc::IEXTEN;
        let local = modes.local_flags.bits() & wanted == wanted;
        let output = modes.output_flags.bits() & (libc::OPOST | libc::ONLCR) == libc::OPOST | libc::ONLCR;
        local && output && modes.input_flags.bits() & libc::ICRNL == libc::ICRNL
    }

    /// Waits until what is typed is not echoed. A terminal does not say when that changes.
    #[track_caller]
    pub fn until_silent(&self) {
        let end = Instant::now() + DEADLINE;
        let echoes = || self.master.as_ref().unwrap().get_termios().unwrap().local_flags.bits() & libc::ECHO != 0;
        while echoes() {
            assert!(Instant::now() < end, "still echoing:\n{}", self.text());
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits for the end of the program, and of everything it printed.
    #[track_caller]
    pub fn ended(&mut self) -> ExitStatus {
        let status = self.exit.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("still running:\n{}", self.text()));
        self.over = Some(status.clone());
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        status
    }

    /// Closes the terminal under the program, as a closed window does.
    pub fn hang_up(&mut self) -> ExitStatus {
        self.seen.hang_up.store(true, Ordering::SeqCst);
        // The reader holds the terminal too; it lets go at the next thing it reads.
        self.keys("?");
        self.keyboard = None;
        self.master = None;
        self.ended()
    }

    /// The program left the terminal as it found it.
    #[track_caller]
    pub fn assert_restored(&self, after: &str) {
        self.screen(|screen| {
            assert!(!screen.alternate_screen(), "alternate screen after {after}");
            assert!(!screen.hide_cursor(), "no cursor after {after}");
            assert!(!screen.bracketed_paste(), "bracketed paste after {after}");
        });
        assert!(self.is_cooked(), "raw mode after {after}");
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        if self.over.is_none() {
            signal(self.pid, "KILL");
        }
        if !thread::panicking() {
            assert_no_secret(&String::from_utf8_lossy(&self.raw()), "the terminal");
        }
    }
}

fn watch(mut from: Box<dyn Read + Send>, seen: &Seen) {
    let mut buffer = [0; 8192];
    loop {
        let read = from.read(&mut buffer).unwrap_or(0);
        let mut picture = lock(seen);
        picture.parser.process(&buffer[..read]);
        picture.raw.extend_from_slice(&buffer[..read]);
        picture.closed = read == 0;
        seen.news.notify_all();
        if read == 0 || seen.hang_up.load(Ordering::SeqCst) {
            return;
        }
    }
}

/// The selected row stands on a blue ground, or in reverse where there is no colour.
fn is_selected(cell: &vt100::Cell) -> bool {
    cell.inverse() || cell.bgcolor() == vt100::Color::Idx(4)
}

fn selected(screen: &vt100::Screen) -> String {
    let (rows, cols) = screen.size();
    let reversed = |row: &u16| screen.cell(*row, 5).is_some_and(is_selected);
    let row = (2..rows.get()).find(reversed);
    row.map(|row| screen.contents_between(row, 0, row, cols.get().min(LIST))).unwrap_or_default()
}

/// The row of the users' pane that is selected, at 120 columns.
pub fn selected_user(screen: &vt100::Screen) -> String {
    let text = |row: &u16| screen.contents_between(*row, 1, *row, 36);
    let below = (0..screen.size().0.get()).skip_while(|row| !text(row).contains("1 Users"));
    let on_ground = |row: &u16| screen.cell(*row, 5).is_some_and(is_selected);
    below.filter(on_ground).map(|row| text(&row)).next().unwrap_or_default()
}

/// The state of every order in the list at 120 columns, by the order's short id.
pub fn states(screen: &vt100::Screen) -> BTreeMap<String, String> {
    let cells = |row, from, to| screen.contents_between(row, from, row, to).trim().to_owned();
    let rows = (3..screen.size().0.get()).map(|row| (cells(row, 4, 12), cells(row, 13, 36)));
    rows.filter(|(id, _)| id.len() == 8 && id.chars().all(|c| c.is_ascii_hexdigit())).collect()
}

/// The order's id in a row of the list.
pub fn short_id(row: &str) -> String {
    row.chars().filter(|c| *c != '│').collect::<String>().split_whitespace().nth(1).unwrap_or_default().to_owned()
}
