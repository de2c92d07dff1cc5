//! The whole frame.
//!
//! ```text
//! wide (140 columns and more)        medium (100)             narrow (60)
//! header                             header                   header
//! users    | orders     | order      orders       | order     tabs
//! payments |            | timeline   users | pay  | timeline  one pane
//! notice, keys                       notice, keys             notice, keys
//! ```

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::picture::Picture;
use super::theme::{Meaning, Theme};
use super::widgets::{Changes, Look};
use super::{modals, pages, panes};
use crate::app::Model;
use crate::app::view_state::Pane;

/// The smallest screen that can be used.
const LEAST: (u16, u16) = (60, 15);

/// What can be drawn by itself.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// Everything.
    Whole,
    Header,
    /// The names of the panes where there is room for one of them only.
    Tabs,
    Pane(Pane),
    /// The order in this place of the list.
    Listed(usize),
    Page,
    Notice,
    Keys,
}

/// Draws the model on any frame. Reads, changes nothing.
pub fn view(model: &Model, theme: Theme, frame: &mut Frame<'_>) {
    Picture::draw(model, theme, frame.buffer_mut());
}

fn is_too_small(area: Rect) -> bool {
    area.width < LEAST.0 || area.height < LEAST.1
}

/// Whether parts of the screen lie over each other.
fn lies_over(model: &Model) -> bool {
    model.flow.is_some() || model.modal.is_some() || model.pages.depth() > 0 || model.arming.is_open()
}

/// Draws a part where it belongs.
pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect, part: Part) {
    match part {
        Part::Whole => whole(look, paper, area),
        Part::Header => panes::header::draw(look, paper, area),
        Part::Tabs => tabs(look, paper, area),
        Part::Pane(Pane::Users) => panes::users::draw(look, paper, area),
        Part::Pane(Pane::Payments) => panes::payments::draw(look, paper, area),
        Part::Pane(Pane::Orders) => panes::orders::draw(look, paper, area),
        Part::Pane(Pane::Detail) => panes::detail::draw(look, paper, area),
        Part::Listed(place) => panes::orders::row(look, paper, area, place),
        Part::Page => look.model.pages.top().into_iter().for_each(|page| pages::draw(look, paper, area, page)),
        Part::Notice => panes::footer::notice(look, paper, area),
        Part::Keys => panes::footer::keys(look, paper, area),
    }
}

fn whole(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    if is_too_small(area) {
        return too_small(look, paper, area);
    }
    // What windows and pages show of time is not told one by one.
    if lies_over(look.model) {
        look.changes.every(1);
        look.model.gate_opens_at().into_iter().for_each(|opens| look.changes.at(opens));
    }
    for (part, area) in below(look.model, area) {
        draw(look, paper, area, part);
    }
    modals::draw(look, paper);
}

/// What is drawn, and where it belongs: all in one where parts lie over each other.
pub fn parts(model: &Model, area: Rect) -> Vec<(Part, Rect)> {
    if is_too_small(area) || lies_over(model) { vec![(Part::Whole, area)] } else { below(model, area) }
}

/// The parts below the windows.
fn below(model: &Model, area: Rect) -> Vec<(Part, Rect)> {
    let [header, body, notice, keys] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1), Constraint::Length(1)])
            .areas(area);
    let mut parts = match model.pages.top() {
        Some(_) => vec![(Part::Page, body)],
        None => panes_in(model, body),
    };
    parts.extend([(Part::Header, header), (Part::Notice, notice), (Part::Keys, keys)]);
    parts
}

/// Whether the question on the screen, if there is one, is seen whole: only then may a key answer it.
pub fn shows_question_whole(model: &Model, theme: Theme) -> bool {
    modals::question_is_whole(Look { model, theme, changes: &Changes::default() })
}

fn too_small(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let needs = look.model.visible.needs_you;
    let (armed, meaning) = look.armed();
    let lines = vec![
        Line::from(vec![panes::header::environment(look), Span::raw(" "), look.span(armed, meaning)]),
        look.line(format!("{needs} order(s) need you."), Meaning::NeedsYou),
        Line::from(format!("The screen is {}x{}; ramptop needs", area.width, area.height)),
        Line::from(format!("at least {}x{}. Nothing is lost.", LEAST.0, LEAST.1)),
    ];
    Paragraph::new(lines).render(area, paper);
}

fn panes_in(model: &Model, area: Rect) -> Vec<(Part, Rect)> {
    if model.zoomed {
        vec![(Part::Pane(model.pane), area)]
    } else if area.width >= 140 {
        wide(area)
    } else if area.width >= 100 {
        medium(area)
    } else {
        narrow(model, area)
    }
}

fn wide(area: Rect) -> Vec<(Part, Rect)> {
    let [left, middle, right] =
        Layout::horizontal([Constraint::Percentage(20), Constraint::Min(70), Constraint::Percentage(30)]).areas(area);
    let [users, payments] = Layout::vertical([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(left);
    panes_at([(Pane::Users, users), (Pane::Payments, payments), (Pane::Orders, middle), (Pane::Detail, right)])
}

fn medium(area: Rect) -> Vec<(Part, Rect)> {
    let [left, right] = Layout::horizontal([Constraint::Percentage(61), Constraint::Percentage(39)]).areas(area);
    let [orders, below] = Layout::vertical([Constraint::Percentage(66), Constraint::Min(6)]).areas(left);
    let [users, payments] = Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(below);
    panes_at([(Pane::Orders, orders), (Pane::Users, users), (Pane::Payments, payments), (Pane::Detail, right)])
}

fn panes_at(panes: [(Pane, Rect); 4]) -> Vec<(Part, Rect)> {
    panes.into_iter().map(|(pane, area)| (Part::Pane(pane), area)).collect()
}

fn narrow(model: &Model, area: Rect) -> Vec<(Part, Rect)> {
    let [tabs, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    vec![(Part::Tabs, tabs), (Part::Pane(model.pane), body)]
}

fn tabs(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let mut spans = Vec::new();
    for tab in Pane::ALL {
        let meaning = if tab == look.model.pane { Meaning::Selected } else { Meaning::Plain };
        spans.push(look.span(format!(" {} {} ", tab.number(), tab.title()), meaning));
    }
    Paragraph::new(Line::from(spans)).render(area, paper);
}
