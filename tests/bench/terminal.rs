//! Any program in a pseudo-terminal, with the moment at which each piece of its output arrived.
//!
//! One thread does nothing but read and stamp; the virtual screen is fed by whoever looks at it,
//! so that looking costs the program nothing and no stamp waits for the screen.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Columns and rows.
pub const SIZE: (u16, u16) = (200, 50);

/// Whatever takes longer has hung. Not a measure of speed.
const DEADLINE: Duration = Duration::from_secs(120);

/// Output that follows within this time belongs to the same frame.
pub const FRAME_GAP: Duration = Duration::from_millis(4);

type Keyboard = Arc<Mutex<Box<dyn Write + Send>>>;

/// What programs ask a terminal, and what terminals answer: colours of text and ground, what it is.
/// csvlens waits a second for an answer that does not come.
const QUESTIONS: [(&[u8], &[u8]); 3] = [
    (b"\x1b]10;?", b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
    (b"\x1b]11;?", b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
    (b"\x1b[c", b"\x1b[?62;22c"),
];

/// Answers at once, as a terminal does. Programs ask alone and at the start: no question is cut in two.
fn answer(output: &[u8], keyboard: &Keyboard) {
    for (question, answer) in QUESTIONS {
        if output.windows(question.len()).any(|window| window == question) {
            keyboard.lock().unwrap().write_all(answer).unwrap();
        }
    }
}

/// What to run.
#[derive(Clone)]
pub struct Program {
    pub path: PathBuf,
    pub args: Vec<String>,
    pub environment: Vec<(String, String)>,
}

/// A running program and its screen.
pub struct Terminal {
    _master: Box<dyn MasterPty + Send>,
    keyboard: Keyboard,
    killer: Box<dyn ChildKiller + Send + Sync>,
    output: mpsc::Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    /// Just before it was started.
    pub started: Instant,
    pub pid: u32,
    /// How many bytes came so far.
    pub bytes: usize,
    /// Whether the last piece of output ended a frame.
    ended: bool,
}

/// What a key led to on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    /// From before the key was written until the last byte of the frame had arrived.
    pub took: Duration,
    /// How long the frame is.
    pub bytes: usize,
}

impl Terminal {
    pub fn start(program: &Program) -> Self {
        let size = PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(&program.path);
        command.args(&program.args);
        command.cwd("/");
        command.env_clear();
        for (name, value) in &program.environment {
            command.env(name, value);
        }
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard: Keyboard = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let answers = Arc::clone(&keyboard);
        let (sender, output) = mpsc::channel();
        let started = Instant::now();
        let mut child = pair.slave.spawn_command(command).unwrap_or_else(|e| panic!("{}: {e}", program.path.display()));
        drop(pair.slave);
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let at = Instant::now();
                answer(&buffer[..read], &answers);
                if sender.send((at, buffer[..read].to_vec())).is_err() {
                    return;
                }
            }
        });
        let (pid, killer) = (child.process_id().unwrap(), child.clone_killer());
        thread::spawn(move || child.wait());
        let parser = vt100::Parser::new(NonZeroU16::new(SIZE.1).unwrap(), NonZeroU16::new(SIZE.0).unwrap(), 0);
        Self { _master: pair.master, keyboard, killer, output, parser, started, pid, bytes: 0, ended: false }
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The text of the screen's rows.
    pub fn rows(&self) -> Vec<String> {
        self.screen().rows(0, SIZE.0).collect()
    }

    /// Takes in the next piece of output that comes within `wait`; when it arrived.
    fn pump(&mut self, wait: Duration) -> Option<Instant> {
        match self.output.recv_timeout(wait) {
            Ok((at, bytes)) => {
                self.bytes += bytes.len();
                self.ended = bytes.windows(4).any(|four| four == b"[?25");
                self.parser.process(&bytes);
                Some(at)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("it ended; its screen:\n{}", self.screen().contents()),
        }
    }

    /// Waits until the screen satisfies `holds`; when the output arrived that made it so.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&vt100::Screen) -> bool) -> Instant {
        let end = Instant::now() + DEADLINE;
        loop {
            let at = self.pump(Duration::from_millis(100));
            if holds(self.screen()) {
                return at.unwrap_or_else(Instant::now);
            }
            assert!(Instant::now() < end, "waited in vain for {what}; the screen:\n{}", self.screen().contents());
        }
    }

    /// Takes in what comes until nothing has come for `quiet`; when the last of it arrived.
    pub fn settle(&mut self, quiet: Duration) -> Option<Instant> {
        let mut last = None;
        while let Some(at) = self.pump(quiet) {
            last = Some(at);
        }
        last
    }

    /// Takes in what comes for this long.
    pub fn watch(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.pump(end.saturating_duration_since(Instant::now()));
        }
    }

    /// Writes keys; the moment before.
    pub fn press(&mut self, keys: &str) -> Instant {
        let before = Instant::now();
        let mut keyboard = self.keyboard.lock().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
        keyboard.flush().unwrap();
        before
    }

    /// Presses a key and waits for the frame in which `mark` is another than before, to its last byte.
    ///
    /// Where the frame ends: with the piece of output that holds the sequence for the cursor, with
    /// which programs of this kind end a frame, else before a pause of [`FRAME_GAP`]. Otherwise the
    /// next frame, drawn because a clock went on, would now and then be counted in.
    #[track_caller]
    pub fn paint<T: PartialEq>(&mut self, keys: &str, mark: impl Fn(&vt100::Screen) -> T) -> Paint {
        let (before, bytes) = (mark(self.screen()), self.bytes);
        let pressed = self.press(keys);

        let mut last = self.until("another picture", |screen| mark(screen) != before);
        while !self.ended
            && let Some(at) = self.pump(FRAME_GAP)
        {
            last = at;
        }
        Paint { took: last - pressed, bytes: self.bytes - bytes }
    }

    /// Presses a key and waits until nothing has come for `quiet`: when `mark` was first what it then
    /// stayed to be, and when it first was another than before.
    pub fn outcome<T: PartialEq>(
        &mut self,
        keys: &str,
        quiet: Duration,
        mark: impl Fn(&vt100::Screen) -> T,
    ) -> (Duration, Duration) {
        let mut current = mark(self.screen());
        let pressed = self.press(keys);
        let (mut first, mut last) = (None, pressed);
        let mut end = pressed + quiet;
        while Instant::now() < end {
            let Some(at) = self.pump(end.saturating_duration_since(Instant::now())) else { break };
            let now = mark(self.screen());
            if now != current {
                current = now;
                first.get_or_insert(at);
                last = at;
                end = at + quiet;
            }
        }
        (last - pressed, first.unwrap_or(last) - pressed)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}
