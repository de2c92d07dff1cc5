//! The local register of users. The first row stands for all of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::people::Known;
use crate::app::view_state::Pane;
use crate::domain::{KycStatus, UserId};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, in_sight, paint, pane_block};

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let model = look.model;
    let title = look.line(format!(" 1 Users · {} known ", model.people.len()), Meaning::Heading);
    let block = pane_block(look, title, model.pane == Pane::Users);
    let inner = block.inner(area);
    block.render(area, paper);
    let all = model.people.len();
    let place = |user: &UserId| model.people.users().position(|(id, _)| id == user);
    let chosen = model.listing.user.as_ref().and_then(place).map_or(0, |i| i + 1);
    let width = usize::from(inner.width);
    let places = in_sight(all + 1, Some(chosen), usize::from(inner.height));
    let mut rows = Vec::new();
    if places.contains(&0) {
        rows.push(row(look, "  all users", "", Meaning::Plain, chosen == 0, width));
    }
    let (first, last) = (places.start.saturating_sub(1), places.end.saturating_sub(1));
    for (index, (id, known)) in (1..).zip(model.people.users()).skip(first).take(last - first) {
        let (name, kyc, meaning) = describe(id, known);
        rows.push(row(look, &format!("  {name}"), &kyc, meaning, chosen == index, width));
    }
    if all == 0 {
        rows.push(look.line("  None known here: the API lists", Meaning::Dim));
        rows.push(look.line("  none. U creates one, u adds one", Meaning::Dim));
        rows.push(look.line("  by UUID.", Meaning::Dim));
    }
    paint(paper, inner, &rows);
}

fn row(look: Look<'_>, name: &str, kyc: &str, meaning: Meaning, chosen: bool, width: usize) -> Line<'static> {
    let kyc = text::fit(kyc, width / 2);
    let room = width.saturating_sub(text::width(&kyc) + 1);
    let name = text::left(name, room);
    let line = Line::from(vec![Span::raw(name), Span::raw(" "), look.span(kyc, meaning)]);
    if chosen { line.style(look.theme.style(Meaning::Selected)) } else { line }
}

/// Name and KYC; the sign in front of the word says the same as its colour.
fn describe(id: &UserId, known: &Known) -> (String, String, Meaning) {
    let id = text::safe(id.as_str(), 64);
    match known {
        Known::Waiting => (id, "reading…".to_owned(), Meaning::Dim),
        Known::NotFound => (id, "✗ not found".to_owned(), Meaning::Trouble),
        Known::Read(user) => {
            let user = &user.value;
            let name = user.name().or_else(|| user.email.clone()).map_or(id, |name| text::safe(&name, 60));
            let (word, meaning) = kyc(user.kyc.as_ref());
            (name, word, meaning)
        }
    }
}

/// Sign and word of a KYC status, short enough for a narrow pane: what is left of it when it is cut
/// must never read like an approval.
fn kyc(status: Option<&KycStatus>) -> (String, Meaning) {
    let (word, meaning) = match status {
        Some(KycStatus::Verified) => ("✓ verified", Meaning::Good),
        Some(KycStatus::Rejected) => ("✗ rejected", Meaning::Trouble),
        Some(KycStatus::NotStarted) => ("○ no KYC yet", Meaning::NeedsYou),
        Some(KycStatus::UnderWay(word)) => match word.as_str() {
            "COMPLETED" => ("… not approved", Meaning::NeedsYou),
            "UNDER_REVIEW" => ("… in review", Meaning::NeedsYou),
            "PENDING_DOCUMENTS" => ("… needs papers", Meaning::NeedsYou),
            "PENDING" => ("… pending", Meaning::NeedsYou),
            _ => ("… in progress", Meaning::NeedsYou),
        },
        Some(KycStatus::Unknown(word)) => return (format!("? {}", text::safe(word, 40)), Meaning::Dim),
        None => ("? KYC unknown", Meaning::Dim),
    };
    (word.to_owned(), meaning)
}
