//! Payment profiles of the chosen user, or of the selected order's user. Account numbers stay
//! masked until asked for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::app::view_state::Pane;
use crate::domain::PaymentProfile;
use crate::domain::payment::masked;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, paint, pane_block};

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let model = look.model;
    let of = model.payments_of().map_or_else(String::new, |u| format!(" · user {}", text::safe(u.short(), 8)));
    let title = look.line(format!(" 2 Payment details{of} "), Meaning::Heading);
    let block = pane_block(look, title, model.pane == Pane::Payments);
    let inner = block.inner(area);
    block.render(area, paper);
    paint(paper, inner, &lines(look, usize::from(inner.width)));
}

fn lines(look: Look<'_>, width: usize) -> Vec<Line<'static>> {
    let model = look.model;
    let Some(user) = model.payments_of() else {
        let why = if model.selected.is_none() {
            "No user is chosen. Choose one in pane 1; U creates one."
        } else {
            "Whose order this is, is not known: the API does not say. Choose a user in pane 1."
        };
        return dim(look, why, width);
    };
    let Some(profiles) = model.people.payments(user) else { return dim(look, "Reading…", width) };
    if profiles.is_empty() {
        return dim(look, "This user has no payment details; P creates some.", width);
    }
    let chosen_for_order = model.selected.as_ref().and_then(|order| model.people.payment_of(order));
    let mut out = Vec::new();
    for profile in profiles {
        let chosen = model.selected_payment.as_ref() == Some(&profile.id);
        out.extend(profile_lines(look, profile, chosen, chosen_for_order == Some(&profile.id), width));
    }
    out
}

fn dim(look: Look<'_>, words: &str, width: usize) -> Vec<Line<'static>> {
    text::wrap(words, width).into_iter().map(|l| look.line(l, Meaning::Dim)).collect()
}

fn profile_lines(
    look: Look<'_>,
    profile: &PaymentProfile,
    chosen: bool,
    used: bool,
    width: usize,
) -> Vec<Line<'static>> {
    let mark = if used { "→" } else { " " };
    let bank = profile.institution.as_deref().map(|name| format!(" · {}", text::safe(name, 40))).unwrap_or_default();
    let head = format!(
        "{mark} {} · {}{bank} · #{}",
        text::safe(&profile.currency, 8),
        text::safe(&profile.rail, 30),
        text::safe(profile.id.as_str(), 20)
    );
    let meaning = if chosen { Meaning::Selected } else { Meaning::Heading };
    let mut out = vec![look.line(text::left(&head, width), meaning)];
    for (key, value) in &profile.details {
        let value = if look.model.unmasked { text::safe(value, 200) } else { masked(&text::safe(value, 200)) };
        out.push(look.field(
            &format!("    {}", text::safe(key, 24)),
            22,
            text::fit(&value, width.saturating_sub(22)),
            Meaning::Plain,
        ));
    }
    out
}
