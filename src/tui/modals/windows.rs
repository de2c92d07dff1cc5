//! Help, raw JSON, adding a user, leaving while money is in flight.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use tui_input::Input;

use crate::app::Modal;
use crate::domain::OrderId;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, scrolled, window};
use crate::tui::{keymap, text};

pub fn draw(look: Look<'_>, frame: &mut Frame<'_>, modal: &Modal) {
    match modal {
        Modal::Help { scroll } => help(look, frame, *scroll),
        Modal::Raw { order, scroll } => raw(look, frame, order, *scroll),
        Modal::AddUser { input, error } => add_user(look, frame, input, error.as_deref()),
        Modal::Quit => quit(look, frame),
    }
}

fn help(look: Look<'_>, frame: &mut Frame<'_>, scroll: u16) {
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (keys, phrase) in keymap::help_lines() {
        lines.push(Line::from(vec![look.span(text::right(&keys, 12), Meaning::Key), Span::raw(format!("  {phrase}"))]));
    }
    lines.push(Line::default());
    for (sign, words, meaning) in [
        ("‼", "yours to act on, a minute or less left", Meaning::Critical),
        ("▲", "yours to act on", Meaning::NeedsYou),
        ("?", "something is wrong: dispute, unreadable, not returned", Meaning::Trouble),
        ("·", "waits for somebody else", Meaning::Plain),
        ("!45s", "read 45 s ago: too long for a live order", Meaning::Trouble),
    ] {
        lines.push(Line::from(vec![look.span(text::right(sign, 12), meaning), Span::raw(format!("  {words}"))]));
    }
    let title = look.line(" Keys · j k scroll, Esc closes ", Meaning::Heading);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(frame.area().height.saturating_sub(2));
    let inner = window(frame, (72, height), title, look.theme.style(Meaning::Focus));
    scrolled(frame, inner, lines, scroll);
}

fn raw(look: Look<'_>, frame: &mut Frame<'_>, order: &OrderId, scroll: u16) {
    let area = frame.area();
    let title = look.line(format!(" JSON of {order} as it came · Esc closes "), Meaning::Heading);
    let size = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    let inner = window(frame, size, title, look.theme.style(Meaning::Focus));
    let raw = look.model.orders.get(order).map_or_else(String::new, |row| pretty(&row.seen.value.raw));
    let width = usize::from(inner.width).max(1);
    let lines = raw.lines().flat_map(|line| pieces(line, width)).map(Line::from).collect();
    scrolled(frame, inner, lines, scroll);
}

/// Indented where it can be; the raw text where it cannot. Numbers may lose digits in the indented
/// form, so text that would change is shown as it came.
fn pretty(raw: &str) -> String {
    let parsed: Option<serde_json::Value> = serde_json::from_str(raw).ok();
    let indented = parsed.and_then(|value| serde_json::to_string_pretty(&value).ok());
    indented.unwrap_or_else(|| raw.to_owned())
}

/// A line in pieces of at most `width` cells, each made visible.
fn pieces(line: &str, width: usize) -> Vec<String> {
    let indent: String = line.chars().take_while(|c| *c == ' ').take(width / 2).collect();
    let words = text::wrap(line, width.saturating_sub(indent.len()));
    words.into_iter().map(|w| format!("{indent}{w}")).collect()
}

fn add_user(look: Look<'_>, frame: &mut Frame<'_>, input: &Input, error: Option<&str>) {
    let title = look.line(" Add a user to the register ", Meaning::Heading);
    let inner = window(frame, (64, 7), title, look.theme.style(Meaning::Focus));
    let mut lines = vec![
        look.line("The API lists no users; give the UUID it returned.", Meaning::Dim),
        Line::from(vec![
            look.span("user UUID: ", Meaning::Label),
            Span::raw(text::safe(input.value(), 200)),
            Span::raw("▏"),
        ]),
    ];
    if let Some(error) = error {
        lines.push(look.line(format!("✗ {error}"), Meaning::Trouble));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

fn quit(look: Look<'_>, frame: &mut Frame<'_>) {
    let title = look.line(" An action is under way ", Meaning::Heading);
    let inner = window(frame, (64, 6), title, look.theme.style(Meaning::Critical));
    let lines = vec![
        Line::from("Its result is waited for and recorded before ramptop leaves."),
        Line::default(),
        Line::from(vec![
            look.span("[y]", Meaning::Key),
            Span::raw(" leave after that   "),
            look.span("[Esc]", Meaning::Key),
            Span::raw(" stay"),
        ]),
    ];
    frame.render_widget(Paragraph::new(lines), inner);
}
