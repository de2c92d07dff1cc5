//! Above the form that changes KYC data: whose they are, why, and the warning that goes with it.

use ratatui::text::Line;

use super::people::wrapped;
use crate::app::page::address::Address;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

pub fn above(look: Look<'_>, page: &Address, width: usize) -> Vec<Line<'static>> {
    let model = look.model;
    let mut lines = Vec::new();
    let row = page.order.as_ref().and_then(|id| model.orders.get(id));
    if let Some(need) = row.and_then(|row| row.seen.value.action_required.as_ref()) {
        lines.extend(wrapped(look, &format!("! The order waits: {}", need.message), width, Meaning::NeedsYou));
    }
    match page.user() {
        Some(id) => {
            let user = model.people.user(id).map(|seen| &seen.value);
            let name = user.and_then(|user| user.name().or_else(|| user.email.clone()));
            let who = name.map_or_else(|| id.to_string(), |name| format!("{name} · {id}"));
            lines.push(look.field(
                "whose data",
                14,
                text::fit(&text::safe(&who, 200), width.saturating_sub(14)),
                Meaning::Plain,
            ));
        }
        None if model.people.is_empty() => {
            let words = "ramptop does not know whose order this is, and no user is registered. Esc goes back; there u \
                         adds the user by UUID.";
            lines.extend(wrapped(look, words, width, Meaning::Trouble));
        }
        None => {
            let words = "! ramptop does not know whose order this is, and the API does not say. Choose the user only if \
                         you are sure: never use another person's data.";
            lines.extend(wrapped(look, words, width, Meaning::Critical));
        }
    }
    let words = if page.order.is_some() {
        "All fields are sent together; all are taken or none."
    } else {
        "Fill in only what is to change. All are taken or none."
    };
    lines.extend(wrapped(look, words, width, Meaning::Dim));
    lines.push(Line::default());
    lines
}
