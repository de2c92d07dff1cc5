//! The terminal, taken over and always given back: on return, on error, on panic.

use std::io::{self, BufWriter, Stdout, Write};
use std::mem::ManuallyDrop;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;

use super::sparing::Sparing;

/// A whole frame is written at once, never a part of it.
const FRAME: usize = 256 * 1024;

/// A terminal in raw mode on the alternate screen; dropping it restores what was.
pub struct Screen {
    /// Never dropped: its own drop prints to standard error when the terminal is gone, and where
    /// that is gone too, printing panics. The cursor is shown again by [`restore`].
    terminal: ManuallyDrop<Terminal<Sparing<BufWriter<Stdout>>>>,
}

impl Screen {
    /// Takes the terminal over. A panic of this thread from here on restores it before its message
    /// is printed; one of a background task goes to the log, and the screen stays whole.
    pub fn enter() -> io::Result<Self> {
        let previous = std::panic::take_hook();
        let owner = std::thread::current().id();
        std::panic::set_hook(Box::new(move |info| {
            tracing::error!("internal error: {info}");
            if std::thread::current().id() == owner {
                restore();
                previous(info);
            }
        }));
        enable_raw_mode()?;
        let taken = execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)
            .and_then(|()| Terminal::new(Sparing::new(BufWriter::with_capacity(FRAME, io::stdout()))));
        match taken {
            Ok(terminal) => Ok(Self { terminal: ManuallyDrop::new(terminal) }),
            Err(e) => {
                restore();
                Err(e)
            }
        }
    }

    /// Draws one frame.
    pub fn draw(&mut self, render: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(render).map(|_| ())
    }

    /// Everything is drawn anew next time. `Terminal::clear` would ask the terminal for its cursor
    /// and wait for an answer that the key reader swallows; a resize does not.
    pub fn repaint(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Hands a text to the operator's own terminal for its clipboard (OSC 52).
    pub fn copy(text: &str) -> io::Result<()> {
        execute!(io::stdout(), crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back. Errors are ignored: there may be no terminal any more.
fn restore() {
    let _ = disable_raw_mode();
    let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = io::stdout().flush();
}
