//! The question about money. Everything in it comes from the frozen review, nothing from the live
//! order: what is read here is what a yes agrees to.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::result;
use crate::app::flow::{Flow, Reviewing, Spoiled, State};
use crate::app::model::QUESTION_NEEDS;
use crate::domain::{ActionKind, Order, countdown};
use crate::signing::review::{Check, Facts, Verdict};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, scrolled, window};

const LABEL: usize = 10;
/// Cells inside the window.
const CELLS: usize = 76;

pub fn draw(look: Look<'_>, frame: &mut Frame<'_>, flow: &Flow) {
    let (lines, bottom) = match &flow.state {
        State::Reviewing(reviewing) => (review(look, flow, reviewing), answer(look, reviewing)),
        State::Ended(ended) => (result::lines(look, flow, ended), result::keys(look, ended)),
        state => (vec![look.line(progress(state), Meaning::Plain)], vec![waiting(look, state)]),
    };
    let area = frame.area();
    let width = 78.min(area.width);
    let height = u16::try_from(lines.len() + bottom.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let meaning = if matches!(flow.state, State::Reviewing(_)) { Meaning::NeedsYou } else { Meaning::Focus };
    let cut = lines.len() + bottom.len() + 2 > usize::from(height);
    let inner = window(frame, (width, height), title(look, flow, cut), look.theme.style(meaning));
    let below = u16::try_from(bottom.len()).unwrap_or(1);
    let [top, foot]: [Rect; 2] = Layout::vertical([Constraint::Min(0), Constraint::Length(below)]).areas(inner);
    scrolled(frame, top, lines, look.model.result_scroll);
    frame.render_widget(Paragraph::new(bottom), foot);
}

/// What it is about, and whether there is more than is seen.
fn title(look: Look<'_>, flow: &Flow, cut: bool) -> Line<'static> {
    let what = match flow.action {
        ActionKind::Authorize => "AUTHORIZE CRYPTO TRANSFER",
        ActionKind::ConfirmFiat => "CONFIRM FIAT RECEIVED",
        ActionKind::Cancel => "CANCEL ORDER",
        ActionKind::PaymentSent => "CONFIRM PAYMENT SENT",
        ActionKind::PayerDetails => "SUBMIT PAYER DETAILS",
        ActionKind::SendOut => "SEND OUT",
        ActionKind::Refund => "REFUND",
    };
    let more = if cut { "· more below: j k " } else { "" };
    look.line(format!(" {what} {more}"), Meaning::Heading)
}

fn progress(state: &State) -> &'static str {
    match state {
        State::Reading => "Reading the order afresh…",
        State::Preparing(_) => "Fetching fresh parameters and checking them…",
        State::Recording(_) => "Writing the intent to the journal…",
        State::Signing { .. } => "Signing…",
        State::Submitting { .. } => "Submitted; waiting for the answer…",
        State::Reviewing(_) | State::Ended(_) => "",
    }
}

fn waiting(look: Look<'_>, state: &State) -> Line<'static> {
    match state {
        State::Reading | State::Preparing(_) => keys_line(look, &[("Esc", "close")]),
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

fn review(look: Look<'_>, flow: &Flow, reviewing: &Reviewing) -> Vec<Line<'static>> {
    let order = &reviewing.reviewed.order().value;
    let mut out = vec![look.field("order", LABEL, text::safe(order.id.as_str(), 64), Meaning::Heading)];
    match (flow.action, &reviewing.signature) {
        (ActionKind::Authorize, Some((facts, checks))) => {
            out.extend(authorize(look, order, facts));
            out.extend(checked(look, checks));
        }
        (ActionKind::ConfirmFiat, _) => out.extend(confirm(look, order)),
        (ActionKind::PaymentSent, _) => out.extend(payment_sent(look, order)),
        _ => out.extend(cancel(look, order)),
    }
    out
}

/// A field whose value goes on below if it is too long: nothing that is agreed to is cut off.
fn whole(look: Look<'_>, label: &str, value: &str, meaning: Meaning) -> Vec<Line<'static>> {
    let lines = text::wrap(value, CELLS - LABEL);
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    labels.zip(lines).map(|(label, line)| look.field(label, LABEL, line, meaning)).collect()
}

fn authorize(look: Look<'_>, order: &Order, facts: &Facts) -> Vec<Line<'static>> {
    let amount = format!("{} {}", text::amount(facts.amount), text::safe(&facts.currency, 12));
    let fiat = text::money(order.amounts.fiat, order.amounts.fiat_currency.as_deref(), false);
    let network = facts.network.as_deref().map(|n| format!(" ({})", text::safe(n, 20))).unwrap_or_default();
    let until = facts.deadline_time().map_or_else(|| "?".to_owned(), |t| t.format("%Y-%m-%d %H:%M:%S UTC").to_string());
    let digest = facts.digest.map_or_else(|| "none".to_owned(), |d| d.to_string());
    let mut out =
        whole(look, "you pay", &format!("{amount} ({} smallest units)", facts.amount_atomic), Meaning::NeedsYou);
    for (label, value) in [
        ("customer", format!("is to get {fiat}")),
        ("from", format!("{} your wallet", facts.payer)),
        ("to escrow", facts.recipient.to_string()),
        ("token", facts.token.to_string()),
        ("forwarder", facts.forwarder.to_string()),
        ("chain", format!("{}{network}, nonce {}, gas {}", facts.chain_id, facts.nonce, facts.gas)),
        ("until", format!("{until}, the end of the signature itself")),
        ("digest", digest),
    ] {
        out.extend(whole(look, label, &value, Meaning::Plain));
    }
    out
}

fn checked(look: Look<'_>, checks: &[Check]) -> Vec<Line<'static>> {
    let passed = checks.iter().filter(|c| c.verdict == Verdict::Pass).count();
    let mut out = vec![look.field("checks", LABEL, format!("✓ {passed} of {} passed", checks.len()), Meaning::Good)];
    for check in checks.iter().filter(|c| c.verdict == Verdict::Warn) {
        let words = format!("⚠ {}: {}", check.name, text::safe(&check.found, 120));
        out.extend(
            text::wrap(&words, CELLS - LABEL)
                .into_iter()
                .map(|l| look.line(format!("{}{l}", " ".repeat(LABEL)), Meaning::NeedsYou)),
        );
    }
    out
}

fn amounts(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let a = &order.amounts;
    vec![
        look.field("crypto", LABEL, text::money(a.crypto, a.crypto_currency.as_deref(), false), Meaning::Heading),
        look.field("fiat", LABEL, text::money(a.fiat, a.fiat_currency.as_deref(), false), Meaning::Heading),
        look.field("status", LABEL, text::safe(order.status.label(), 60), Meaning::Plain),
        people(look, order),
    ]
}

fn people(look: Look<'_>, order: &Order) -> Line<'static> {
    let user = look.model.people.owner(&order.id);
    let words = user.map_or_else(
        || "unknown (the API does not say whose order this is)".to_owned(),
        |id| {
            let name = look.model.people.user(id).and_then(|u| u.value.name());
            format!("{} {}", text::safe(&name.unwrap_or_default(), 30), text::safe(id.as_str(), 40)).trim().to_owned()
        },
    );
    look.field("user", LABEL, text::fit(&words, 64), Meaning::Plain)
}

fn confirm(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let a = &order.amounts;
    let crypto = text::money(a.crypto, a.crypto_currency.as_deref(), false);
    let fiat = text::money(a.fiat, a.fiat_currency.as_deref(), false);
    let mut out = amounts(look, order);
    out.push(Line::default());
    out.push(look.line(format!("Yes says: the {fiat} have ARRIVED."), Meaning::NeedsYou));
    out.push(look.line(format!("The {crypto} in escrow go to the buyer. This cannot be undone."), Meaning::NeedsYou));
    if order.settles_itself == Some(true) {
        out.push(look.line("The provider of this order confirms by itself; you need not.", Meaning::Dim));
    }
    out
}

fn payment_sent(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let fiat = text::money(order.amounts.fiat, order.amounts.fiat_currency.as_deref(), false);
    let mut out = amounts(look, order);
    out.push(Line::default());
    out.push(look.line(format!("Yes says: the {fiat} were PAID to the vendor."), Meaning::NeedsYou));
    out.push(look.line("The vendor checks it and then releases the crypto.", Meaning::Dim));
    out
}

fn cancel(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let mut out = amounts(look, order);
    out.push(Line::default());
    out.push(look.line("Yes cancels the order. It cannot be reopened; a new quote is needed.", Meaning::NeedsYou));
    out.push(look.line("Crypto already in escrow is not returned by a cancel alone.", Meaning::Dim));
    out
}

/// What is left of the authorization window, where it matters.
fn left(reviewing: &Reviewing, now: &crate::domain::Now) -> String {
    if reviewing.reviewed.action() != ActionKind::Authorize {
        return String::new();
    }
    countdown::of(reviewing.reviewed.order(), now)
        .map_or_else(String::new, |left| format!(" · {} left to authorize", text::countdown(left.seconds_left)))
}

fn answer(look: Look<'_>, reviewing: &Reviewing) -> Vec<Line<'static>> {
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
    if !look.model.shows_questions_whole() {
        let (columns, rows) = QUESTION_NEEDS;
        let why = format!("The screen is too small to show all of this: {columns}x{rows} at least.");
        return vec![look.line(why, Meaning::Critical), keys_line(look, &[("Esc", "close; nothing is sent")])];
    }
    let keys = if reviewing.gate.is_open(now.mono) {
        keys_line(look, &[("y", "YES, do it"), ("Esc", "no"), ("r", "read again")])
    } else {
        look.line("take your hands off the keys for a moment…", Meaning::Dim)
    };
    vec![Line::default(), look.line(format!("read {age} ago{}", left(reviewing, now)), Meaning::Dim), keys]
}
