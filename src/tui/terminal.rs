//! The terminal, taken over and always given back: on return, on error, on panic.

use std::io::{self, Write};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::canvas::Canvas;

/// A terminal in raw mode on the alternate screen; dropping it restores what was.
#[derive(Debug)]
pub struct Screen {
    canvas: Canvas,
    /// A frame on its way: written at once, never a part of it.
    out: String,
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
        match take() {
            Ok(()) => Ok(Self { canvas: Canvas::default(), out: String::new() }),
            Err(e) => {
                restore();
                Err(e)
            }
        }
    }

    /// Takes the terminal over again: while the program was stopped it was somebody else's. What it
    /// shows is to be painted anew.
    pub fn take_again(&mut self) -> io::Result<()> {
        // What the library believes of the terminal is not so any more.
        disable_raw_mode()?;
        take()
    }

    /// Draws one frame: what differs of it from what the terminal shows.
    pub fn draw(&mut self, render: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        let (width, height) = crossterm::terminal::size()?;
        self.canvas.frame(Size { width, height }, render, &mut self.out);
        self.write()
    }

    /// Draws the parts of the last frame that `render` draws anew, which it tells.
    pub fn draw_parts(&mut self, render: impl FnOnce(&mut Buffer) -> Vec<Rect>) -> io::Result<()> {
        self.canvas.parts(render, &mut self.out);
        self.write()
    }

    /// Everything is drawn anew next time, whatever the terminal shows by then.
    pub fn repaint(&mut self) {
        self.canvas.forget();
    }

    fn write(&mut self) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(self.out.as_bytes()).and_then(|()| stdout.flush());
        self.out.clear();
        written
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

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

/// Gives the terminal back. Errors are ignored: there may be no terminal any more.
fn restore() {
    let _ = disable_raw_mode();
    let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = io::stdout().flush();
}
