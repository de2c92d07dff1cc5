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
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::theme::{Meaning, Theme};
use super::widgets::{Changes, Look};
use super::{modals, pages, panes};
use crate::app::Model;
use crate::app::view_state::Pane;
use crate::domain::Mono;

/// The smallest screen that can be used.
const LEAST: (u16, u16) = (60, 15);

/// Draws the model. Reads, changes nothing.
pub fn view(model: &Model, theme: Theme, frame: &mut Frame<'_>) {
    view_until(model, theme, frame);
}

/// Draws the model and tells when time alone changes something of what was drawn.
pub fn view_until(model: &Model, theme: Theme, frame: &mut Frame<'_>) -> Option<Mono> {
    let changes = Changes::default();
    draw(Look { model, theme, changes: &changes }, frame);
    // What windows and pages show of time is not told one by one.
    if model.flow.is_some() || model.modal.is_some() || model.pages.depth() > 0 || model.arming.is_open() {
        changes.every(1);
    }
    changes.next(model.now.mono)
}

fn draw(look: Look<'_>, frame: &mut Frame<'_>) {
    let area = frame.area();
    let model = look.model;
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return too_small(look, frame, area);
    }
    let [header, body, notice, keys] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1), Constraint::Length(1)])
            .areas(area);
    panes::header::draw(look, frame, header);
    match model.pages.top() {
        Some(page) => pages::draw(look, frame, body, page),
        None => body_panes(look, frame, body),
    }
    panes::footer::notice(look, frame, notice);
    panes::footer::keys(look, frame, keys);
    modals::draw(look, frame);
}

/// Whether the question on the screen, if there is one, is seen whole: only then may a key answer it.
pub fn shows_question_whole(model: &Model, theme: Theme) -> bool {
    modals::question_is_whole(Look { model, theme, changes: &Changes::default() })
}

fn too_small(look: Look<'_>, frame: &mut Frame<'_>, area: Rect) {
    let needs = look.model.visible.needs_you;
    let (armed, meaning) = look.armed();
    let lines = vec![
        Line::from(vec![panes::header::environment(look), Span::raw(" "), look.span(armed, meaning)]),
        look.line(format!("{needs} order(s) need you."), Meaning::NeedsYou),
        Line::from(format!("The screen is {}x{}; ramptop needs", area.width, area.height)),
        Line::from(format!("at least {}x{}. Nothing is lost.", LEAST.0, LEAST.1)),
    ];
    frame.render_widget(Paragraph::new(lines), area);
}

fn body_panes(look: Look<'_>, frame: &mut Frame<'_>, area: Rect) {
    if look.model.zoomed {
        pane(look, frame, area, look.model.pane);
    } else if area.width >= 140 {
        wide(look, frame, area);
    } else if area.width >= 100 {
        medium(look, frame, area);
    } else {
        narrow(look, frame, area);
    }
}

fn wide(look: Look<'_>, frame: &mut Frame<'_>, area: Rect) {
    let [left, middle, right] =
        Layout::horizontal([Constraint::Percentage(20), Constraint::Min(70), Constraint::Percentage(30)]).areas(area);
    let [users, payments] = Layout::vertical([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(left);
    pane(look, frame, users, Pane::Users);
    pane(look, frame, payments, Pane::Payments);
    pane(look, frame, middle, Pane::Orders);
    pane(look, frame, right, Pane::Detail);
}

fn medium(look: Look<'_>, frame: &mut Frame<'_>, area: Rect) {
    let [left, right] = Layout::horizontal([Constraint::Percentage(61), Constraint::Percentage(39)]).areas(area);
    let [orders, below] = Layout::vertical([Constraint::Percentage(66), Constraint::Min(6)]).areas(left);
    let [users, payments] = Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(below);
    pane(look, frame, orders, Pane::Orders);
    pane(look, frame, users, Pane::Users);
    pane(look, frame, payments, Pane::Payments);
    pane(look, frame, right, Pane::Detail);
}

fn narrow(look: Look<'_>, frame: &mut Frame<'_>, area: Rect) {
    let [tabs, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let mut spans = Vec::new();
    for tab in Pane::ALL {
        let meaning = if tab == look.model.pane { Meaning::Selected } else { Meaning::Plain };
        spans.push(look.span(format!(" {} {} ", tab.number(), tab.title()), meaning));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), tabs);
    pane(look, frame, body, look.model.pane);
}

fn pane(look: Look<'_>, frame: &mut Frame<'_>, area: Rect, pane: Pane) {
    match pane {
        Pane::Users => panes::users::draw(look, frame, area),
        Pane::Payments => panes::payments::draw(look, frame, area),
        Pane::Orders => panes::orders::draw(look, frame, area),
        Pane::Detail => panes::detail::draw(look, frame, area),
    }
}
