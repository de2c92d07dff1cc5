//! Help, raw JSON, adding a user, a note, leaving while money is in flight.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};
use tui_input::Input;

use crate::app::Modal;
use crate::domain::OrderId;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, paint, scrolled, window};
use crate::tui::{keymap, text};

pub fn draw(look: Look<'_>, paper: &mut Buffer, modal: &Modal) {
    match modal {
        Modal::Help { scroll } => help(look, paper, *scroll),
        Modal::Raw { order, scroll } => raw(look, paper, order, *scroll),
        Modal::AddUser { input, error } => add_user(look, paper, input, error.as_deref()),
        Modal::Note { order, input } => note(look, paper, order, input),
        Modal::Sync { scroll } => super::sync::draw(look, paper, *scroll),
        Modal::Quit => quit(look, paper),
    }
}

fn help(look: Look<'_>, paper: &mut Buffer, scroll: u16) {
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
        ("*", "you noted something about it", Meaning::Plain),
        ("!45s", "read 45 s ago: too long for a live order", Meaning::Trouble),
    ] {
        lines.push(Line::from(vec![look.span(text::right(sign, 12), meaning), Span::raw(format!("  {words}"))]));
    }
    let title = look.line(" Keys · j k scroll, Esc closes ", Meaning::Heading);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(paper.area.height.saturating_sub(2));
    let inner = window(paper, (72, height), title, look.theme.style(Meaning::Focus));
    scrolled(paper, inner, lines, scroll);
}

fn raw(look: Look<'_>, paper: &mut Buffer, order: &OrderId, scroll: u16) {
    let area = paper.area;
    let title = look.line(format!(" JSON of {order} as it came · Esc closes "), Meaning::Heading);
    let size = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    let inner = window(paper, size, title, look.theme.style(Meaning::Focus));
    let raw = look.model.orders.get(order).map_or_else(String::new, |row| pretty(&row.seen.value.raw));
    let width = usize::from(inner.width).max(1);
    let lines = raw.lines().flat_map(|line| pieces(line, width)).map(Line::from).collect();
    scrolled(paper, inner, lines, scroll);
}

/// JSON indented without being parsed: every digit and every escape stays as it came.
fn pretty(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for c in raw.chars() {
        if in_string {
            out.push(c);
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                out.push(c);
            }
            '{' | '[' => {
                depth += 1;
                out.push(c);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth.min(40)));
}

/// A line in pieces of at most `width` cells, each made visible.
fn pieces(line: &str, width: usize) -> Vec<String> {
    let indent: String = line.chars().take_while(|c| *c == ' ').take(width / 2).collect();
    let words = text::wrap(line, width.saturating_sub(indent.len()));
    words.into_iter().map(|w| format!("{indent}{w}")).collect()
}

fn add_user(look: Look<'_>, paper: &mut Buffer, input: &Input, error: Option<&str>) {
    let title = look.line(" Add a user to the register ", Meaning::Heading);
    let inner = window(paper, (64, 7), title, look.theme.style(Meaning::Focus));
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
    Paragraph::new(lines).render(inner, paper);
}

/// Words that go with an order; long ones take as many lines as they need.
fn note(look: Look<'_>, paper: &mut Buffer, order: &OrderId, input: &Input) {
    let title = look.line(format!(" Note about order {} ", text::safe(order.short(), 8)), Meaning::Heading);
    let inner = window(paper, (64, 9), title, look.theme.style(Meaning::Focus));
    let before: String = input.value().chars().take(input.cursor()).collect();
    let after: String = input.value().chars().skip(input.cursor()).collect();
    let words = format!("{}▏{}", text::safe(&before, 400), text::safe(&after, 400));
    let mut lines: Vec<Line<'static>> =
        text::wrap(&words, usize::from(inner.width)).into_iter().map(Line::from).collect();
    lines.push(Line::default());
    let keys = "Kept on this machine, sent to nobody. Enter keeps it, empty deletes it, Esc leaves it as it was.";
    let help = text::wrap(keys, usize::from(inner.width));
    lines.extend(help.into_iter().map(|line| look.line(line, Meaning::Dim)));
    paint(paper, inner, &lines);
}

fn quit(look: Look<'_>, paper: &mut Buffer) {
    let title = look.line(" An action is under way ", Meaning::Heading);
    let inner = window(paper, (64, 6), title, look.theme.style(Meaning::Critical));
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
    Paragraph::new(lines).render(inner, paper);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indenting_changes_nothing_but_white_space() {
        let raw = r#"{"a":1.10,"b":["x,{}\":\\",12345678901234567890.123456],"c":{}}"#;
        let shown = pretty(raw);
        assert!(shown.contains("\"a\": 1.10") && shown.contains("12345678901234567890.123456"), "{shown}");
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parse(&shown), parse(raw));
        assert!(shown.contains(r#""x,{}\":\\""#), "{shown}");
    }
}
