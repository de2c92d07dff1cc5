//! A verification: status, time left, messages, and the link as text and as a QR code. What does
//! not fit is said; the link as text is always there.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::people::{LABEL, failure, kyc, wrapped};
use super::qr;
use crate::app::page::verification::VerificationPage;
use crate::domain::KycStatus;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// The least that is kept for the text beside the code.
const TEXT: usize = 34;

/// How many messages are shown.
const MESSAGES: usize = 4;

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect, page: &VerificationPage) {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let link = page.url().filter(|_| !page.is_decided());
    let code = link.and_then(qr::lines);
    let Some(code) = code else {
        Paragraph::new(words(look, page, width)).render(area, paper);
        return;
    };
    let side = code.first().map_or(0, Line::width);
    let below = words(look, page, width);
    if below.len() + 1 + code.len() <= height && side <= width {
        let above = u16::try_from(below.len() + 1).unwrap_or(u16::MAX);
        let [top, rest] = Layout::vertical([Constraint::Length(above), Constraint::Min(0)]).areas(area);
        Paragraph::new(below).render(top, paper);
        Paragraph::new(code).render(narrowed(rest, side), paper);
    } else if code.len() <= height && side + 2 + TEXT <= width {
        let cells = u16::try_from(side + 2).unwrap_or(u16::MAX);
        let [left, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(cells)]).areas(area);
        Paragraph::new(words(look, page, usize::from(left.width))).render(left, paper);
        let [_, right] = Layout::horizontal([Constraint::Length(2), Constraint::Min(0)]).areas(right);
        Paragraph::new(code).render(right, paper);
    } else {
        let mut lines = below;
        let note = format!(
            "The QR code needs {side} columns and {} rows more than there are here: enlarge the window, or send the link.",
            code.len()
        );
        lines.extend(wrapped(look, &note, width, Meaning::Dim));
        Paragraph::new(lines).render(area, paper);
    }
}

fn narrowed(area: Rect, cells: usize) -> Rect {
    Rect { width: u16::try_from(cells).unwrap_or(u16::MAX).min(area.width), ..area }
}

fn words(look: Look<'_>, page: &VerificationPage, width: usize) -> Vec<Line<'static>> {
    let now = look.model.now;
    let mut lines = Vec::new();
    match page.seen() {
        None => lines.push(look.line("… reading", Meaning::Dim)),
        Some((_, seen)) => {
            let (word, meaning) = kyc(Some(&seen.status));
            lines.extend(wrapped(look, &word, width, meaning));
            lines.extend(wrapped(look, what_to_do(&seen.status, page.url().is_some()), width, Meaning::Plain));
        }
    }
    if let Some(problem) = page.failure() {
        lines.extend(failure(look, problem, width));
        lines.push(look.line("What is shown is from before.", Meaning::Dim));
    }
    if let Some(reason) = page.rejection_reason() {
        lines.extend(wrapped(look, &format!("✗ Reason: {reason}"), width, Meaning::Trouble));
    }
    if let (Some(left), false) = (page.seconds_left(&now), page.is_decided()) {
        lines.push(match left {
            0 => look.field("time left", LABEL, "✗ run out, as of the last answer", Meaning::Trouble),
            left => look.field("time left", LABEL, text::countdown(left), Meaning::NeedsYou),
        });
    }
    if let Some((at, seen)) = page.seen() {
        let age = text::age(now.since(at));
        let again = if page.is_decided() { "decided: not asked again" } else { "asked every 5 s" };
        lines.push(look.field("as of", LABEL, format!("{age} ago · {again}"), Meaning::Dim));
        for message in seen.messages.iter().take(MESSAGES) {
            lines.extend(wrapped(look, &format!("provider: {message}"), width, Meaning::Plain));
        }
    }
    if let Some(url) = page.url() {
        lines.push(Line::default());
        lines.push(look.line("Link for the customer (c copies it):", Meaning::Label));
        let pieces = text::wrap(&text::safe(url, 2_000), width.max(20));
        lines.extend(pieces.into_iter().map(|piece| look.line(piece, Meaning::Heading)));
    }
    lines
}

fn what_to_do(status: &KycStatus, link: bool) -> &'static str {
    match status {
        KycStatus::Verified => "Esc goes back; payment details and orders are next.",
        KycStatus::Rejected => "Esc goes back; on the user's page s submits KYC again with what is right.",
        KycStatus::NotStarted => "Nothing was submitted: on the user's page s submits KYC.",
        KycStatus::UnderWay(word) if word == "PENDING_DOCUMENTS" => "On the user's page d uploads documents.",
        _ if link => "The customer goes on at the link: send it to them or let them scan the code.",
        _ => "Wait. If documents are missing, upload them: d on the user's page.",
    }
}
