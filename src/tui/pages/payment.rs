//! The pages of payment details: what stands above the form of a new profile, and the question
//! before one is deleted.

use ratatui::text::Line;

use crate::app::Failure;
use crate::app::page::new_payment::NewPayment;
use crate::app::page::remove_payment::{RemovePayment, Stage};
use crate::domain::payment::masked;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of the labels.
const LABEL: usize = 20;

/// Orders named before the rest is only counted.
const ORDERS: usize = 3;

/// Above the form of a new profile.
pub fn new(look: Look<'_>, page: &NewPayment, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(failure) = page.trouble() {
        lines.extend(failed(look, failure, width));
        lines.push(look.line("Asked again by itself in a few seconds; nothing typed is lost.", Meaning::Dim));
    } else if let Some(waiting) = page.waits_for() {
        lines.push(look.line(waiting, Meaning::Dim));
    } else if let Some(note) = page.chosen_rail().and_then(|r| r.settlement.as_ref()).and_then(|s| s.note.as_ref()) {
        lines.push(look.line(text::fit(&text::safe(note, 200), width), Meaning::Dim));
    } else {
        lines.push(look.line("Where this user's fiat goes. The rail says which fields it wants.", Meaning::Dim));
    }
    lines.push(Line::default());
    lines
}

/// The whole page of a deletion.
pub fn remove(look: Look<'_>, page: &RemovePayment, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![look.line(" DELETE THESE PAYMENT DETAILS? ", Meaning::Critical), Line::default()];
    lines.extend(profile(look, page, width));
    lines.push(Line::default());
    lines.extend(used(look, page, width));
    match page.stage() {
        Stage::Asking => lines.push(yes(look, page)),
        Stage::Sending => lines.push(look.line("… deleting", Meaning::NeedsYou)),
        Stage::Looking => {
            lines.push(look.line("? The answer was lost: looking whether they are still there…", Meaning::NeedsYou));
        }
        Stage::Kept(failure) => {
            lines.extend(failed(look, failure, width));
            lines.push(Line::default());
            lines.push(yes(look, page));
        }
    }
    lines
}

fn profile(look: Look<'_>, page: &RemovePayment, width: usize) -> Vec<Line<'static>> {
    let Some(profile) = page.profile(look.model.context()) else {
        let what = format!("#{}: not among the user's payment details as last read.", page.id);
        return vec![look.line(text::safe(&what, 200), Meaning::Trouble)];
    };
    let bank = profile.institution.as_deref().unwrap_or("none");
    let mut lines = vec![
        look.field("payment details", LABEL, format!("#{}", text::safe(profile.id.as_str(), 40)), Meaning::Plain),
        look.field(
            "currency, rail",
            LABEL,
            format!("{} · {}", text::safe(&profile.currency, 8), text::safe(&profile.rail, 40)),
            Meaning::Plain,
        ),
        look.field("bank or wallet", LABEL, text::safe(bank, 60), Meaning::Plain),
    ];
    for (key, value) in profile.details.iter().take(6) {
        let value = text::safe(value, 200);
        let value = if look.model.unmasked { value } else { masked(&value) };
        let value = text::fit(&value, width.saturating_sub(LABEL));
        lines.push(look.field(&text::safe(key, 24), LABEL, value, Meaning::Plain));
    }
    lines
}

fn used(look: Look<'_>, page: &RemovePayment, width: usize) -> Vec<Line<'static>> {
    let orders = page.used_by(look.model.context());
    if orders.is_empty() || matches!(page.stage(), Stage::Sending | Stage::Looking) {
        return Vec::new();
    }
    let named: Vec<&str> = orders.iter().take(ORDERS).map(|id| id.short()).collect();
    let more = if orders.len() > ORDERS { format!(" and {} more", orders.len() - ORDERS) } else { String::new() };
    let words = format!(
        "⚠ Orders under way pay out to these: {}{more}. The API keeps the details until they are over.",
        text::safe(&named.join(", "), 80)
    );
    let mut lines: Vec<Line<'static>> =
        text::wrap(&words, width.max(20)).into_iter().map(|l| look.line(l, Meaning::NeedsYou)).collect();
    lines.push(Line::default());
    lines
}

fn yes(look: Look<'_>, page: &RemovePayment) -> Line<'static> {
    if look.model.session.read_only {
        return look.line("This run is read-only: nothing can be deleted.     [n] back", Meaning::NeedsYou);
    }
    if page.can_say_yes(&look.model.now) {
        return look.line("[y] YES, delete     [n] no", Meaning::Key);
    }
    look.line("Read this first…     [n] no", Meaning::Dim)
}

fn failed(look: Look<'_>, failure: &Failure, width: usize) -> Vec<Line<'static>> {
    let what = text::wrap(&format!("✗ {}", text::safe(&failure.what, 600)), width.max(20));
    let advice = text::wrap(&text::safe(&failure.advice, 600), width.max(20));
    let what = what.into_iter().map(|piece| look.line(piece, Meaning::Trouble));
    what.chain(advice.into_iter().map(|piece| look.line(piece, Meaning::Plain))).collect()
}
