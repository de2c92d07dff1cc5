//! Two lines: what was said last, and the keys that apply now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use crate::app::flow::State;
use crate::app::view_state::Pane;
use crate::app::{Level, Mode};
use crate::domain::action::{self, ActionKind};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::{keymap, text};

pub fn notice(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    if let Some(filter) = &look.model.filter {
        let line = Line::from(vec![
            look.span(" filter: ", Meaning::Key),
            Span::raw(text::safe(filter.value(), 200)),
            Span::raw("▏"),
        ]);
        Paragraph::new(line).render(area, paper);
        return;
    }
    let Some(notice) = look.model.notice() else { return };
    look.model.notice_goes_at().into_iter().for_each(|at| look.changes.at(at));
    let (sign, meaning) = match notice.level {
        Level::Info => (" ", Meaning::Plain),
        Level::Warning => (" ⚠ ", Meaning::NeedsYou),
        Level::Error => (" ✗ ", Meaning::Trouble),
    };
    let said = text::fit(&format!("{sign}{}", text::safe(&notice.text, 600)), usize::from(area.width));
    Paragraph::new(look.line(said, meaning)).render(area, paper);
}

pub fn keys(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let offers: Vec<(String, &'static str)> = page_offers(look);
    let fixed = keymap::hints(look.model.mode()).filter(|(key, _)| applies(look, key));
    let mut fixed: Vec<(String, &'static str)> = fixed.map(|(key, hint)| (key.to_owned(), hint)).collect();
    // What belongs to the pane in focus comes first.
    fixed.sort_by_key(|(key, _)| !is_of_payments(look, key));
    let mut all: Vec<(String, &'static str)> = offers.into_iter().chain(fixed).collect();
    let room = usize::from(area.width);
    // The way to all the others is never the one that is left out.
    let help = all.iter().position(|(key, _)| key == "?");
    if let Some(help) = help.filter(|_| used + all.iter().map(cells).sum::<usize>() > room) {
        let help = all.remove(help);
        let mut left = room.saturating_sub(used + cells(&help));
        let fitting =
            all.iter().take_while(|one| left.checked_sub(cells(one)).map(|rest| left = rest).is_some()).count();
        all.truncate(fitting);
        all.push(help);
    }
    for (key, hint) in all {
        used += cells(&(key.clone(), hint));
        if used > room {
            break;
        }
        spans.push(look.span(key, Meaning::Key));
        spans.push(Span::raw(format!(" {hint}  ")));
    }
    Paragraph::new(Line::from(spans)).render(area, paper);
}

/// What a key and its word take, with the space behind.
fn cells((key, hint): &(String, &'static str)) -> usize {
    text::width(key) + text::width(hint) + 3
}

/// The keys of the page in sight.
fn page_offers(look: Look<'_>) -> Vec<(String, &'static str)> {
    if look.model.mode() != Mode::Page {
        return Vec::new();
    }
    let Some(page) = look.model.pages.top() else { return Vec::new() };
    page.behave()
        .offers(look.model.context())
        .iter()
        .filter(|offer| !offer.hint.is_empty())
        .map(|offer| (offer.key.to_string(), offer.hint))
        .collect()
}

/// Whether the window above asks something that may be answered now.
fn can_say_yes(look: Look<'_>) -> bool {
    matches!(
        look.model.flow.as_ref().map(|flow| &flow.state),
        Some(State::Reviewing(r)) if r.spoiled.is_none() && r.gate.is_open(look.model.now.mono)
    )
}

fn is_of_payments(look: Look<'_>, key: &str) -> bool {
    look.model.mode() == Mode::Normal && matches!(key, "P" | "D")
}

/// Whether the payment details in focus can be created or deleted.
fn applies_to_payments(look: Look<'_>, key: &str) -> bool {
    let model = look.model;
    let focused = model.pane == Pane::Payments && !model.session.read_only;
    focused && model.payments_of().is_some() && (key == "P" || model.chosen_payment().is_some())
}

/// Keys that would be refused for the selected order are not offered.
fn applies(look: Look<'_>, key: &str) -> bool {
    if look.model.mode() == Mode::Question {
        return key != "y" || can_say_yes(look);
    }
    if look.model.mode() == Mode::Arming {
        let open = |asking: &crate::app::arming::Asking| asking.gate.is_open(look.model.now.mono);
        return key != "y" || look.model.arming.asking().is_some_and(open);
    }
    if look.model.mode() != Mode::Normal {
        return true;
    }
    if is_of_payments(look, key) {
        return applies_to_payments(look, key);
    }
    let kind = match key {
        "a" => ActionKind::Authorize,
        "c" => ActionKind::ConfirmFiat,
        "x" => ActionKind::Cancel,
        "p" => ActionKind::PaymentSent,
        "t" => ActionKind::SendOut,
        "R" => ActionKind::Refund,
        _ => return true,
    };
    let offered = look.model.selected_row().is_some_and(|row| action::offered(&row.seen.value, kind));
    offered && !look.model.session.read_only
}
