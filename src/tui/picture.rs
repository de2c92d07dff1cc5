//! A frame as it was drawn, in parts: when only time has passed, only what it changed is drawn again.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::theme::Theme;
use super::view::{self, Part};
use super::widgets::{Changes, Look};
use crate::app::Model;
use crate::domain::Mono;

/// What was drawn that time alone changes, part by part.
#[derive(Debug, Default)]
pub struct Picture {
    parts: Vec<Drawn>,
}

#[derive(Debug)]
struct Drawn {
    part: Part,
    area: Rect,
    until: Mono,
}

impl Picture {
    /// Draws the model on blank paper. Reads, changes nothing.
    pub fn draw(model: &Model, theme: Theme, paper: &mut Buffer) -> Self {
        let mut picture = Self::default();
        let area = paper.area;
        if view::is_one_piece(model, area) {
            picture.add(model, theme, paper, (Part::Whole, area));
            // Parts that lie under others cannot be drawn by themselves.
            let until = picture.until();
            picture.parts = until.map(|until| Drawn { part: Part::Whole, area, until }).into_iter().collect();
        } else {
            for part in view::parts(model, area) {
                picture.add(model, theme, paper, part);
            }
        }
        picture
    }

    /// When time alone changes something of it; `None`: never.
    pub fn until(&self) -> Option<Mono> {
        self.parts.iter().map(|drawn| drawn.until).min()
    }

    /// Draws again what time has changed since, and tells where. The model and the size of the
    /// paper are those it was drawn with, but for the model's clock; the paper is blank.
    pub fn draw_again(&mut self, model: &Model, theme: Theme, paper: &mut Buffer) -> Vec<Rect> {
        let is_due = |drawn: &Drawn| drawn.until <= model.now.mono;
        let due: Vec<Rect> = self.parts.iter().filter(|drawn| is_due(drawn)).map(|drawn| drawn.area).collect();
        // What lies within one that is drawn again is drawn with it.
        let within = |area: Rect| due.iter().any(|outer| *outer != area && outer.union(area) == *outer);
        let (again, rest): (Vec<Drawn>, Vec<Drawn>) =
            std::mem::take(&mut self.parts).into_iter().filter(|drawn| !within(drawn.area)).partition(is_due);
        self.parts = rest;
        for drawn in &again {
            self.add(model, theme, paper, (drawn.part, drawn.area));
        }
        again.into_iter().map(|drawn| drawn.area).collect()
    }

    fn add(&mut self, model: &Model, theme: Theme, paper: &mut Buffer, (part, area): (Part, Rect)) {
        let changes = Changes::default();
        view::draw(Look { model, theme, changes: &changes }, paper, area, part);
        let own = changes.next(model.now.mono).map(|until| (part, area, until));
        let parts = own.into_iter().chain(changes.into_parts());
        self.parts.extend(parts.map(|(part, area, until)| Drawn { part, area, until }));
    }
}
