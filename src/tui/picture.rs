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
        for part in view::parts(model, paper.area) {
            picture.add(model, theme, paper, part);
        }
        picture
    }

    /// When time alone changes something of it; `None`: never.
    pub fn until(&self) -> Option<Mono> {
        self.parts.iter().map(|drawn| drawn.until).min()
    }

    /// Draws again what time has changed since, and tells where. The size of the paper is the one it
    /// was drawn with, and so is the model but for its clock and for what the model itself says
    /// changes nothing on the screen but ages; the paper is blank.
    pub fn draw_again(&mut self, model: &Model, theme: Theme, paper: &mut Buffer) -> Vec<Rect> {
        let (again, rest): (Vec<Drawn>, Vec<Drawn>) =
            std::mem::take(&mut self.parts).into_iter().partition(|drawn| drawn.until <= model.now.mono);
        self.parts = rest;
        for drawn in &again {
            self.add(model, theme, paper, (drawn.part, drawn.area));
        }
        again.into_iter().map(|drawn| drawn.area).collect()
    }

    fn add(&mut self, model: &Model, theme: Theme, paper: &mut Buffer, (part, area): (Part, Rect)) {
        let changes = Changes::default();
        view::draw(Look { model, theme, changes: &changes }, paper, area, part);
        let own = changes.next(model.now.mono);
        let within = changes.into_parts();
        match own {
            // What changes as a whole is drawn again as a whole.
            Some(until) => {
                let until = within.into_iter().map(|(.., until)| until).chain([until]).min().unwrap_or(until);
                self.parts.push(Drawn { part, area, until });
            }
            None => self.parts.extend(within.into_iter().map(|(part, area, until)| Drawn { part, area, until })),
        }
    }
}
