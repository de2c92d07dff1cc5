//! A form: labels, values, what is wrong at each field, and what can be chosen for the one with
//! the focus.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_segmentation::UnicodeSegmentation;

use super::text;
use super::theme::Meaning;
use super::widgets::{Look, around};
use crate::app::form::{Field, Form, Kind};
use crate::domain::payment::masked;

/// Cells of the labels.
const LABEL: usize = 22;

/// How many choices are shown below the field with the focus.
const CHOICES: usize = 7;

/// Draws the form from the top of `area` and returns how many rows it took. The field with the
/// focus is always in sight, and so is what went wrong: a long form gives way to it.
pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect, form: &Form) -> u16 {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let (lines, focused) = lines(look, form, width);
    // Two rows at least are left for the field with the focus.
    let below: Vec<Line<'static>> = outcome(look, form, width).into_iter().take(height.saturating_sub(2)).collect();
    let range = around(lines.len(), focused, height.saturating_sub(below.len()));
    let mut shown: Vec<Line<'static>> = lines.into_iter().skip(range.start).take(range.len()).collect();
    shown.extend(below);
    let rows = u16::try_from(shown.len()).unwrap_or(u16::MAX);
    ratatui::widgets::Paragraph::new(shown).render(area, paper);
    rows
}

/// The lines of the fields and the place of the one with the focus.
fn lines(look: Look<'_>, form: &Form, width: usize) -> (Vec<Line<'static>>, usize) {
    let (mut lines, mut at) = (Vec::new(), 0);
    for (i, field) in form.fields().iter().enumerate() {
        let focused = i == form.focus() && !form.is_sending();
        if focused {
            at = lines.len();
        }
        lines.push(value_line(look, field, focused, width));
        lines.extend(below(look, field, focused, width));
    }
    (lines, at)
}

/// What became of sending the form, below its fields.
fn outcome(look: Look<'_>, form: &Form, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(problem) = form.problem() {
        lines.push(Line::default());
        for piece in text::wrap(&format!("✗ {}", text::safe(&problem.what, 600)), width.max(20)) {
            lines.push(look.line(piece, Meaning::Trouble));
        }
        for piece in text::wrap(&text::safe(&problem.advice, 600), width.max(20)) {
            lines.push(look.line(piece, Meaning::Plain));
        }
    }
    if form.is_sending() {
        lines.push(look.line("… sending; what you typed stays", Meaning::NeedsYou));
    }
    lines
}

fn value_line(look: Look<'_>, field: &Field, focused: bool, width: usize) -> Line<'static> {
    let sign = if focused { "▸ " } else { "  " };
    let star = if field.required { "*" } else { " " };
    let label = text::left(&format!("{}{star}", text::safe(&field.label, 60)), LABEL);
    let mut spans =
        vec![look.span(sign, Meaning::Key), look.span(label, if focused { Meaning::Key } else { Meaning::Label })];
    let room = width.saturating_sub(LABEL + 6);
    let arrows = if field.kind == Kind::Text { "" } else { " ▾" };
    if focused {
        spans.extend(typed(look, field, room));
    } else {
        spans.push(Span::raw(text::fit(&still(field), room)));
    }
    spans.push(look.span(arrows, Meaning::Dim));
    Line::from(spans)
}

/// The value of a field without the focus.
fn still(field: &Field) -> String {
    let shown = text::safe(field.typed().0, 500);
    if field.private && !shown.is_empty() { masked(&shown) } else { shown }
}

/// The value with the cursor in it; the end with the cursor is kept in sight.
fn typed(look: Look<'_>, field: &Field, room: usize) -> Vec<Span<'static>> {
    let (value, cursor) = field.typed();
    if field.is_settled() {
        // Nobody is typing: what was chosen is told apart by how it begins.
        let label = text::safe(value, 500);
        let label = if text::width(&label) < room { label } else { text::fit(&label, room.saturating_sub(1)) };
        return vec![Span::raw(label), look.span("▏", Meaning::Key)];
    }
    let before: String = value.chars().take(cursor).skip(cursor.saturating_sub(500)).collect();
    let after: String = value.chars().skip(cursor).collect();
    let (before, after) = (text::safe(&before, 500), text::safe(&after, 500));
    // Some of what follows the cursor stays in sight, where anything follows.
    let start = fitting_end(&before, room.saturating_sub(1 + text::width(&after).min(7)));
    let left = room.saturating_sub(text::width(&start) + 1);
    vec![Span::raw(start), look.span("▏", Meaning::Key), Span::raw(text::fit(&after, left))]
}

/// The end of a text that fits into `cells`.
fn fitting_end(value: &str, cells: usize) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut used = 0;
    for grapheme in value.graphemes(true).rev() {
        used += text::width(grapheme);
        if used > cells {
            break;
        }
        out.push(grapheme);
    }
    out.reverse();
    out.concat()
}

/// What is wrong, a hint, or what can be chosen.
fn below(look: Look<'_>, field: &Field, focused: bool, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let indent = " ".repeat(4);
    let room = width.saturating_sub(6).max(20);
    if let Some(problem) = field.problem().filter(|_| field.touched || (focused && !field.typed().0.is_empty())) {
        // While it is being typed, a wrong text is only unfinished.
        let done = field.touched && !focused || field.refused.is_some();
        let (sign, meaning) = if done { ("✗", Meaning::Trouble) } else { ("…", Meaning::NeedsYou) };
        for piece in text::wrap(&format!("{sign} {}", text::safe(&problem, 300)), room) {
            lines.push(look.line(format!("{indent}{piece}"), meaning));
        }
    } else if focused && !field.hint.is_empty() {
        for piece in text::wrap(&text::safe(&field.hint, 300), room) {
            lines.push(look.line(format!("{indent}{piece}"), Meaning::Dim));
        }
    }
    if focused && field.kind != Kind::Text {
        lines.extend(choices(look, field, room));
    }
    lines
}

fn choices(look: Look<'_>, field: &Field, room: usize) -> Vec<Line<'static>> {
    let matches = field.matches();
    let made = field.choice_made().map(|c| c.value.clone());
    let here = matches.iter().position(|i| field.options().get(*i).map(|c| &c.value) == made.as_ref());
    let range = around(matches.len(), here.unwrap_or(0), CHOICES);
    let hidden = matches.len() - range.len();
    let mut lines: Vec<Line<'static>> = matches
        .iter()
        .skip(range.start)
        .take(range.len())
        .filter_map(|i| field.options().get(*i))
        .map(|choice| {
            let chosen = made.as_ref() == Some(&choice.value);
            let (sign, meaning) = if chosen { ("●", Meaning::Selected) } else { ("○", Meaning::Plain) };
            look.line(text::fit(&format!("      {sign} {}", text::safe(&choice.label, 120)), room), meaning)
        })
        .collect();
    if hidden > 0 {
        lines.push(look.line(format!("        … {hidden} more; type to narrow"), Meaning::Dim));
    }
    lines
}
