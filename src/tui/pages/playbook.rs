//! The playbook: whose it is, the steps by phase with the selected one in sight, and what is known
//! of the selected one in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use crate::app::page::playbook::Playbook;
use crate::app::page::playbook::steps::{Item, Phase, State};
use crate::domain::Order;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, in_sight};

/// Cells of a step's title and of the word of its state.
const TITLE: usize = 26;
const WORD: usize = 10;

/// Rows for the selected step at the foot.
const FOOT: u16 = 5;

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect, page: &Playbook) {
    let context = look.model.context();
    let items = page.items(context);
    let selected = page.selected(&items);
    let head = vec![whose(look, page), which(look, page.order(context))];
    let [top, list, foot] =
        Layout::vertical([Constraint::Length(2), Constraint::Min(1), Constraint::Length(FOOT)]).areas(area);
    Paragraph::new(head).render(top, paper);
    let (lines, at) = rows(look, &items, selected, usize::from(list.width));
    let range = in_sight(lines.len(), Some(at), usize::from(list.height));
    let shown: Vec<Line<'static>> = lines.into_iter().skip(range.start).take(range.len()).collect();
    Paragraph::new(shown).render(list, paper);
    if let Some(item) = items.get(selected) {
        Paragraph::new(full(look, item, usize::from(foot.width))).render(foot, paper);
    }
}

fn whose(look: Look<'_>, page: &Playbook) -> Line<'static> {
    let context = look.model.context();
    let Some(user) = page.user(context) else {
        return look.line("User   none chosen", Meaning::Dim);
    };
    let seen = context.people.user(user).map(|seen| &seen.value);
    let name = seen.and_then(|u| u.name().or_else(|| u.email.clone())).unwrap_or_default();
    let kyc =
        seen.and_then(|u| u.kyc.as_ref()).map_or_else(|| "KYC not read".to_owned(), |k| format!("KYC {}", k.label()));
    let value = format!("{} · {} · {}", text::safe(user.short(), 8), text::safe(&name, 40), text::safe(&kyc, 40));
    look.field("User", 7, value, Meaning::Plain)
}

fn which(look: Look<'_>, order: Option<&Order>) -> Line<'static> {
    let Some(order) = order else { return look.line("Order  none yet", Meaning::Dim) };
    let ramp = if order.direction == crate::domain::Direction::OnRamp { "on-ramp" } else { "off-ramp" };
    let value = format!("{} · {ramp} · {}", text::safe(order.id.short(), 8), text::safe(order.status.label(), 40));
    look.field("Order", 7, value, Meaning::Plain)
}

/// The lines of the list and the place of the selected step's.
fn rows(look: Look<'_>, items: &[Item], selected: usize, width: usize) -> (Vec<Line<'static>>, usize) {
    let (mut lines, mut at) = (Vec::new(), 0);
    for phase in Phase::ALL {
        lines.push(look.line(phase.title(), Meaning::Heading));
        for (i, item) in (0..).zip(items).filter(|(_, item)| item.phase == phase) {
            if i == selected {
                at = lines.len();
            }
            lines.push(row(look, item, i == selected, width));
        }
    }
    (lines, at)
}

fn row(look: Look<'_>, item: &Item, selected: bool, width: usize) -> Line<'static> {
    let (sign, word, meaning) = sign(item.state);
    let number = item.number.map_or_else(|| "  ".to_owned(), |n| format!("{n:>2}"));
    let mark = if selected { "▸" } else { " " };
    let head = format!("{mark}{sign} {number} {}", text::left(item.title, TITLE));
    let note = text::left(&text::safe(&item.note, 200), width.saturating_sub(text::width(&head) + WORD));
    if selected {
        return look.line(format!("{head}{}{note}", text::left(word, WORD)), Meaning::Selected);
    }
    let head_meaning = if matches!(item.state, State::Blocked) { Meaning::Dim } else { Meaning::Plain };
    Line::from(vec![
        look.span(head, if item.number.is_none() { meaning } else { head_meaning }),
        look.span(text::left(word, WORD), meaning),
        look.span(note, Meaning::Dim),
    ])
}

fn sign(state: State) -> (&'static str, &'static str, Meaning) {
    match state {
        State::Done => ("✓", "done", Meaning::Good),
        State::Next => ("▶", "next", Meaning::NeedsYou),
        State::Waiting => ("…", "waiting", Meaning::Label),
        State::Blocked => ("■", "blocked", Meaning::Dim),
        State::Optional => ("○", "optional", Meaning::Plain),
        State::NotKnown => ("?", "not known", Meaning::Label),
    }
}

/// The selected step in full: what it is, what is known, where Enter leads.
fn full(look: Look<'_>, item: &Item, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![look.line("─".repeat(width), Meaning::Dim)];
    let call = if item.call.is_empty() { String::new() } else { format!(" · {}", item.call) };
    lines.push(look.line(text::fit(&format!("{}{call}", item.title), width), Meaning::Heading));
    let note = text::wrap(&text::safe(&item.note, 400), width);
    lines.extend(note.into_iter().take(2).map(|piece| look.line(piece, Meaning::Plain)));
    lines.push(Line::from(vec![
        look.span("Enter", Meaning::Key),
        look.span(format!(" {}", item.goes.label()), Meaning::Plain),
    ]));
    lines
}
