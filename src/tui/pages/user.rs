//! One user: what is next first, then who they are, payment profiles and orders.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::people::{LABEL, failure, kyc, missing, wrapped};
use crate::app::page::user::{Next, UserPage};
use crate::domain::payment::masked;
use crate::domain::{KycStatus, PaymentProfile, User};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, scrolled};

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect, page: &UserPage) {
    scrolled(paper, area, lines(look, page, usize::from(area.width)), page.scroll());
}

fn lines(look: Look<'_>, page: &UserPage, width: usize) -> Vec<Line<'static>> {
    let people = &look.model.people;
    let mut lines = Vec::new();
    if let Some(problem) = page.failure() {
        lines.extend(failure(look, problem, width));
    }
    if let Some(readiness) = page.readiness() {
        let (words, meaning) = if readiness.ready {
            ("✓ The verification has started; v watches it.".to_owned(), Meaning::Good)
        } else {
            (format!("✗ Not started; the API misses: {}.", missing(&readiness.missing)), Meaning::Trouble)
        };
        lines.extend(wrapped(look, &words, width, meaning));
    }
    let Some(user) = page.newest(people) else {
        lines.push(look.line("… reading the user", Meaning::Dim));
        return lines;
    };
    if let Some(next) = page.next(people) {
        let meaning = if next == Next::Wait { Meaning::Plain } else { Meaning::NeedsYou };
        lines.extend(wrapped(look, next.advice(), width, meaning));
        lines.push(Line::default());
    }
    lines.extend(who(look, user, width));
    lines.push(Line::default());
    lines.extend(profiles(look, page.payments(people), width));
    lines.push(Line::default());
    lines.extend(orders(look, page, width));
    lines
}

fn who(look: Look<'_>, user: &User, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(LABEL);
    let (word, meaning) = kyc(user.kyc.as_ref());
    let mut lines = vec![look.field("KYC", LABEL, text::fit(&word, room), meaning)];
    if let Some(reason) = &user.rejection_reason {
        lines.extend(wrapped(look, &format!("✗ Reason: {reason}"), width, Meaning::Trouble));
    } else if user.kyc == Some(KycStatus::Rejected) {
        lines.push(look.field("", LABEL, "The API gives no reason.", Meaning::Dim));
    }
    let country = user.country.as_deref().map(|c| format!(" · {c}")).unwrap_or_default();
    let name = user.name().map_or_else(|| "not known".to_owned(), |name| format!("{name}{country}"));
    let email = user.email.clone().unwrap_or_else(|| "not known".to_owned());
    for (label, value) in [("name", name), ("e-mail", email), ("user_uuid", user.id.to_string())] {
        lines.push(look.field(label, LABEL, text::fit(&text::safe(&value, 200), room), Meaning::Plain));
    }
    lines
}

fn profiles(look: Look<'_>, profiles: &[PaymentProfile], width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![look.line(format!("Payment details · {}", profiles.len()), Meaning::Heading)];
    if profiles.is_empty() {
        lines.push(look.line("  none; p creates some", Meaning::Dim));
    }
    for profile in profiles {
        let bank = profile.institution.as_deref().map(|bank| format!(" · {bank}")).unwrap_or_default();
        let secret = |value: &str| if look.model.unmasked { value.to_owned() } else { masked(value) };
        let details: Vec<String> =
            profile.details.iter().map(|(key, value)| format!("{key} {}", secret(value))).collect();
        let words = format!("  {} · {}{bank} · {}", profile.currency, profile.rail, details.join(" · "));
        lines.push(look.line(text::fit(&text::safe(&words, 400), width), Meaning::Plain));
    }
    lines
}

/// Orders of a user that are listed on their page, the newest.
const MOST_ORDERS: usize = 200;

fn orders(look: Look<'_>, page: &UserPage, width: usize) -> Vec<Line<'static>> {
    let rows = page.orders(look.model.context());
    let mut lines = vec![look.line(format!("Orders known here · {}", rows.len()), Meaning::Heading)];
    if rows.is_empty() {
        lines.push(look.line("  none; the API does not say whose an order is", Meaning::Dim));
    }
    // Further down nobody scrolls.
    for row in rows.iter().take(MOST_ORDERS) {
        let words = format!("  {} · {}-ramp · {}", row.id(), row.direction().label(), row.status().label());
        lines.push(look.line(text::fit(&text::safe(&words, 200), width), Meaning::Plain));
    }
    lines
}
