//! What is drawn on and what the terminal is sent for it: whole frames, or only parts of one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::sparing::Sparing;

/// A terminal as seen from here: what it shows, and paper for what it is to show.
#[derive(Debug, Default)]
pub struct Canvas {
    sparing: Sparing,
    /// Blank between frames.
    paper: Buffer,
}

impl Canvas {
    /// Draws one frame of this size. Appends what a terminal needs to show it.
    pub fn frame(&mut self, size: Size, render: impl FnOnce(&mut Buffer), out: &mut String) {
        if size != self.paper.area.as_size() {
            self.paper = Buffer::empty(Rect::from((Position::ORIGIN, size)));
            self.sparing.clear(size, out);
        }
        render(&mut self.paper);
        self.sparing.draw(&self.paper, &[self.paper.area], out);
        self.paper.reset();
    }

    /// Draws the parts of the last frame that `render` draws anew, which it tells; the rest stays.
    pub fn parts(&mut self, render: impl FnOnce(&mut Buffer) -> Vec<Rect>, out: &mut String) {
        let parts = render(&mut self.paper);
        self.sparing.draw(&self.paper, &parts, out);
        let all = self.paper.area;
        for position in parts.into_iter().flat_map(|part| part.intersection(all).positions()) {
            if let Some(cell) = self.paper.cell_mut(position) {
                cell.reset();
            }
        }
    }

    /// The next frame is drawn anew, whatever the terminal shows by then.
    pub fn forget(&mut self) {
        self.paper = Buffer::default();
    }
}
