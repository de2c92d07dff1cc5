//! The question about money. Everything in it comes from the frozen review, nothing from the live
//! order: what is read here is what a yes agrees to.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::{result, terms};
use crate::app::flow::{Flow, Reviewing, Spoiled, State};
use crate::app::model::QUESTION_NEEDS;
use crate::domain::stage::Payload;
use crate::domain::{ActionKind, countdown};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, rows_of_window, scrolled, window};

pub fn draw(look: Look<'_>, paper: &mut Buffer, flow: &Flow) {
    let (lines, bottom) = match &flow.state {
        State::Reviewing(reviewing) => {
            let lines = review(look, reviewing);
            let bottom = answer(look, reviewing, needed(&lines));
            (lines, bottom)
        }
        State::Ended(ended) => (result::lines(look, flow, ended), result::keys(look, ended)),
        state => (vec![look.line(progress(state), Meaning::Plain)], vec![waiting(look, state)]),
    };
    let area = paper.area;
    let width = 78.min(area.width);
    let height = u16::try_from(lines.len() + bottom.len() + 2).unwrap_or(u16::MAX).min(rows_of_window(area));
    let meaning = if matches!(flow.state, State::Reviewing(_)) { Meaning::NeedsYou } else { Meaning::Focus };
    let cut = lines.len() + bottom.len() + 2 > usize::from(height);
    let border = look.theme.style(look.question_border(meaning));
    let inner = window(paper, (width, height), title(look, flow, cut), border);
    let below = u16::try_from(bottom.len()).unwrap_or(1);
    let [top, foot]: [Rect; 2] = Layout::vertical([Constraint::Min(0), Constraint::Length(below)]).areas(inner);
    scrolled(paper, top, lines, look.model.result_scroll);
    Paragraph::new(bottom).render(foot, paper);
}

/// Rows of the screen that a question needs to be seen whole: the header, the lines, the answer's
/// three, the frame.
fn needed(lines: &[Line<'_>]) -> u16 {
    u16::try_from(lines.len() + 6).unwrap_or(u16::MAX).max(QUESTION_NEEDS.1)
}

/// Whether the question on the screen, if there is one, is seen whole. Warnings can make one longer
/// than the smallest screen; nobody says yes to what is cut off.
pub fn is_whole(look: Look<'_>) -> bool {
    match look.model.flow.as_ref().map(|flow| &flow.state) {
        Some(State::Reviewing(reviewing)) => needed(&review(look, reviewing)) <= look.model.size.1,
        _ => true,
    }
}

/// What it is about, and whether there is more than is seen.
fn title(look: Look<'_>, flow: &Flow, cut: bool) -> Line<'static> {
    let what = match flow.action {
        ActionKind::Authorize => "AUTHORIZE CRYPTO TRANSFER",
        ActionKind::ConfirmFiat => "CONFIRM FIAT RECEIVED",
        ActionKind::Cancel => "CANCEL ORDER",
        ActionKind::PaymentSent => "CONFIRM PAYMENT SENT",
        ActionKind::PayerDetails => "SUBMIT PAYER DETAILS",
        ActionKind::SendOut => "SEND OUT TO ANOTHER CHAIN",
        ActionKind::Refund => "REFUND FROM ESCROW",
    };
    let more = if cut { "· more below: j k " } else { "" };
    look.line(format!("{}{what} {more}", look.question_prefix()), Meaning::Heading)
}

fn progress(state: &State) -> &'static str {
    match state {
        State::Reading => "Reading the order afresh…",
        State::Recalling(_) => "Looking up what was signed then…",
        State::Preparing(_) => "Fetching fresh parameters and checking them…",
        State::Recording(_) => "Writing the intent to the journal…",
        State::Signing { .. } => "Signing…",
        State::Submitting { .. } => "Submitted; waiting for the answer…",
        State::Reviewing(_) | State::Ended(_) => "",
    }
}

fn waiting(look: Look<'_>, state: &State) -> Line<'static> {
    match state {
        State::Reading | State::Preparing(_) | State::Recalling(_) => keys_line(look, &[("Esc", "close")]),
        _ => look.line("under way; cannot be taken back", Meaning::Dim),
    }
}

pub fn keys_line(look: Look<'_>, keys: &[(&'static str, &'static str)]) -> Line<'static> {
    let mut spans = Vec::new();
    for (key, word) in keys {
        spans.push(look.span(format!("[{key}]"), Meaning::Key));
        spans.push(Span::raw(format!(" {word}   ")));
    }
    Line::from(spans)
}

fn review(look: Look<'_>, reviewing: &Reviewing) -> Vec<Line<'static>> {
    let order = &reviewing.reviewed.order().value;
    let mut out = vec![look.field("order", terms::LABEL, text::safe(order.id.as_str(), 64), Meaning::Heading)];
    out.extend(terms::of(look, reviewing, order));
    out
}

/// What is left of the authorization window, where it matters.
fn left(reviewing: &Reviewing, now: &crate::domain::Now) -> String {
    if let Payload::SendOut(send_out) = reviewing.reviewed.payload() {
        let left = send_out.expires_at.map(|end| (end - now.wall).num_seconds().max(0).unsigned_abs());
        return left.map_or_else(String::new, |left| format!(" · the quote ends in {}", text::countdown(left)));
    }
    if reviewing.reviewed.action() != ActionKind::Authorize {
        return String::new();
    }
    countdown::of(reviewing.reviewed.order(), now)
        .map_or_else(String::new, |left| format!(" · {} left to authorize", text::countdown(left.seconds_left)))
}

/// Why a screen takes no yes.
pub fn too_small() -> String {
    let (columns, rows) = QUESTION_NEEDS;
    format!("The screen is too small to show all of this: {columns}x{rows} at least.")
}

fn answer(look: Look<'_>, reviewing: &Reviewing, rows: u16) -> Vec<Line<'static>> {
    let now = &look.model.now;
    let age = text::age(reviewing.reviewed.order().age(now));
    if let Some(spoiled) = &reviewing.spoiled {
        let why = match spoiled {
            Spoiled::Changed(what) => format!("✗ THE ORDER CHANGED while you were reading: {}", text::safe(what, 120)),
            Spoiled::Expired => format!("✗ THIS REVIEW IS TOO OLD ({age})"),
        };
        return vec![
            Line::default(),
            look.line(text::fit(&why, 76), Meaning::Critical),
            keys_line(look, &[("r", "read again"), ("Esc", "close; nothing is sent")]),
        ];
    }
    if !look.model.shows_questions_whole() || rows > look.model.size.1 {
        let columns = QUESTION_NEEDS.0;
        let why = format!("The screen is too small to show all of this: {columns}x{rows} at least.");
        return vec![look.line(why, Meaning::Critical), keys_line(look, &[("Esc", "close; nothing is sent")])];
    }
    let asked = reviewing.typing.as_ref().filter(|typing| !typing.is_done());
    let keys = if let (true, Some(typing)) = (reviewing.gate.is_open(now.mono), asked) {
        let mut line = look.line(format!("type the amount you pay: {}▏   ", typing.typed), Meaning::NeedsYou);
        line.spans.extend(keys_line(look, &[("Esc", "no")]).spans);
        line
    } else if reviewing.gate.is_open(now.mono) {
        keys_line(look, &[("y", "YES, do it"), ("Esc", "no"), ("r", "read again")])
    } else {
        look.line("take your hands off the keys for a moment…", Meaning::Dim)
    };
    vec![Line::default(), look.line(format!("read {age} ago{}", left(reviewing, now)), Meaning::Dim), keys]
}
