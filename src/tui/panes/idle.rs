//! What the panes say while they have nothing to show: what to do first, and with which key.

use ratatui::text::Line;

use crate::app::people::Known;
use crate::app::view_state::Scope;
use crate::domain::KycStatus;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// The list of orders without an order in it.
pub fn orders(look: Look<'_>, width: usize) -> Vec<Line<'static>> {
    let model = look.model;
    if model.last_answer.is_none() {
        return said(look, "Waiting for the first answer of the API…", width, Meaning::Dim);
    }
    let mut lines = Vec::new();
    if model.orders.is_empty() {
        lines.extend(said(look, "The API knows no orders of yours yet.", width, Meaning::Dim));
    } else if model.listing.scope == Scope::Live && model.listing.text.is_empty() && model.listing.user.is_none() {
        lines.extend(said(look, "No order is live; f shows the others.", width, Meaning::Dim));
    } else {
        let words = "No order matches. Esc clears the filter, f changes the scope.";
        return said(look, words, width, Meaning::Dim);
    }
    lines.push(Line::default());
    if model.people.is_empty() {
        lines.extend(said(look, "First: U creates a user; an order needs one.", width, Meaning::NeedsYou));
    }
    for words in [
        "O makes an order: estimate, quote, initiate.",
        "b shows the playbook: every step, what is done and what is next.",
        "h is the webhook.",
    ] {
        lines.extend(said(look, words, width, Meaning::Plain));
    }
    lines
}

/// The pane of an order while none is selected: what the users need, because nothing else does.
pub fn detail(look: Look<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![look.line("No order is selected.", Meaning::Dim)];
    if look.model.people.is_empty() {
        return lines;
    }
    let count = |fits: fn(&KycStatus) -> bool| {
        let statuses = look.model.people.users().filter_map(|(_, known)| match known {
            Known::Read(user) => user.value.kyc.as_ref(),
            Known::Waiting | Known::NotFound => None,
        });
        statuses.filter(|status| fits(status)).count()
    };
    let needs = [
        (
            count(|k| *k == KycStatus::Rejected),
            Meaning::Trouble,
            ("✗", "rejected"),
            "1, j or k to the user, i: the reason; there s submits KYC again with right data. Until then no quote.",
        ),
        (
            count(|k| matches!(k, KycStatus::UnderWay(_))),
            Meaning::NeedsYou,
            ("…", "not verified yet"),
            "1, j or k to the user, i: whether documents are missing (d) or it is to wait (v watches).",
        ),
        (
            count(|k| *k == KycStatus::NotStarted),
            Meaning::NeedsYou,
            ("○", "without KYC"),
            "1, j or k to the user, i: there s submits it.",
        ),
    ];
    for (count, meaning, (sign, what), how) in needs.into_iter().filter(|(count, ..)| *count > 0) {
        let users = if count == 1 { "user" } else { "users" };
        lines.push(Line::default());
        lines.push(look.line(format!("{sign} {count} {users} {what}"), meaning));
        lines.extend(said(look, how, width, Meaning::Plain));
    }
    lines
}

fn said(look: Look<'_>, words: &str, width: usize, meaning: Meaning) -> Vec<Line<'static>> {
    let pieces = text::wrap(words, width.saturating_sub(3));
    pieces.into_iter().map(|piece| look.line(format!("  {piece}"), meaning)).collect()
}
