//! How an action ended: what happened, what it means for the money, what to do next.

use ratatui::text::Line;

use super::question::keys_line;
use crate::app::Failure;
use crate::app::flow::{Ended, Ending, Flow, Reason};
use crate::domain::ActionKind;
use crate::signing::review::{Check, SignatureFacts, Verdict};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

const CELLS: usize = 74;

pub fn lines(look: Look<'_>, flow: &Flow, ended: &Ended) -> Vec<Line<'static>> {
    let mut out = vec![look.field("order", 11, text::safe(flow.order.as_str(), 64), Meaning::Heading)];
    out.extend(ending(look, flow, &ended.ending));
    if let Some(problem) = &ended.journal_problem {
        out.extend(wrapped(look, &format!("⚠ The journal could not record the outcome: {problem}"), Meaning::Trouble));
    }
    out.push(Line::default());
    out.push(order_now(look, ended));
    out
}

pub fn keys(look: Look<'_>, ended: &Ended) -> Vec<Line<'static>> {
    let keys: &[(&str, &str)] = match ended.ending {
        Ending::Accepted | Ending::ProvenDone => &[("Esc", "close, then n for the next order that needs you")],
        _ => &[("r", "read the order again"), ("Esc", "close")],
    };
    vec![Line::default(), keys_line(look, keys)]
}

fn ending(look: Look<'_>, flow: &Flow, ending: &Ending) -> Vec<Line<'static>> {
    match ending {
        Ending::Accepted => vec![look.line(format!("✓ ACCEPTED: {}", accepted(flow.action)), Meaning::Good)],
        Ending::ProvenDone => {
            let words = "✓ DONE: the answer was lost, but the order shows that it happened. Nothing was sent twice.";
            wrapped(look, words, Meaning::Good)
        }
        Ending::Refused { reasons, signature } => refused(look, reasons, signature.as_deref()),
        Ending::NotSent(failure) => failed(look, "✗ NOTHING WAS SENT", failure),
        Ending::Rejected(failure) => failed(look, "✗ THE API SAID NO", failure),
        Ending::Unknown(failure) => failed(look, "? OUTCOME UNKNOWN: it may or may not have happened", failure),
        Ending::Overtaken(failure) => failed(look, "✗ THE ORDER MOVED ELSEWHERE meanwhile", failure),
    }
}

fn accepted(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Authorize => "the transfer was signed and submitted.",
        ActionKind::ConfirmFiat => "the fiat is confirmed; the crypto is being released.",
        ActionKind::Cancel => "the order is cancelled.",
        ActionKind::PaymentSent => "the vendor is told that the fiat was paid.",
        ActionKind::PayerDetails => "the payer details were submitted.",
        ActionKind::SendOut => "the send-out was signed and submitted.",
        ActionKind::Refund => "the refund was signed and submitted.",
    }
}

fn refused(look: Look<'_>, reasons: &[Reason], signature: Option<&(SignatureFacts, Vec<Check>)>) -> Vec<Line<'static>> {
    let head = match signature {
        Some((_, checks)) => {
            let count = checks.iter().filter(|c| c.verdict == Verdict::Refuse).count();
            format!("✗ REFUSED by {count} of {} checks. Nothing was signed, nothing was sent.", checks.len())
        }
        None => "✗ REFUSED. Nothing was signed, nothing was sent.".to_owned(),
    };
    let mut out = vec![look.line(head, Meaning::Critical)];
    match signature {
        Some((_, checks)) => out.extend(checks.iter().flat_map(|check| failed_check(look, check))),
        None => {
            for reason in reasons {
                out.extend(wrapped(look, &format!("✗ {}: {}", reason.name, reason.text), Meaning::Trouble));
            }
        }
    }
    out
}

/// What was expected right above what was found: two addresses are compared by eye.
fn failed_check(look: Look<'_>, check: &Check) -> Vec<Line<'static>> {
    if check.verdict != Verdict::Refuse {
        return Vec::new();
    }
    let mut out = vec![look.line(format!("✗ {}", check.name), Meaning::Trouble)];
    for (label, value) in [("  expected ", &check.expected), ("  found    ", &check.found)] {
        let lines = text::wrap(&text::safe(value, 300), CELLS - text::width(label));
        let labels = std::iter::once(label).chain(std::iter::repeat("           "));
        out.extend(
            labels.zip(lines).map(|(label, line)| {
                Line::from(vec![look.span(label, Meaning::Label), look.span(line, Meaning::Plain)])
            }),
        );
    }
    out
}

fn failed(look: Look<'_>, head: &str, failure: &Failure) -> Vec<Line<'static>> {
    let mut out = vec![look.line(head.to_owned(), Meaning::Critical)];
    out.extend(wrapped(look, &failure.what, Meaning::Trouble));
    out.extend(wrapped(look, &failure.advice, Meaning::Plain));
    out
}

/// The order's state as read after the action, or live if that is newer.
fn order_now(look: Look<'_>, ended: &Ended) -> Line<'static> {
    if ended.reading_back {
        return look.line("Reading the order…", Meaning::Dim);
    }
    let Some(read) = &ended.order else {
        return look.line("The order could not be read afterwards.", Meaning::Trouble);
    };
    let live = look.model.orders.get(&read.value.id).map(|row| &row.seen).filter(|live| live.is_newer_than(read));
    let order = live.unwrap_or(read);
    let age = text::age(order.age(&look.model.now));
    let words = format!(
        "now: {} ({}), read {age} ago",
        text::safe(order.value.status.label(), 40),
        text::safe(order.value.status.wire(), 60)
    );
    look.line(text::fit(&words, CELLS), Meaning::Heading)
}

fn wrapped(look: Look<'_>, words: &str, meaning: Meaning) -> Vec<Line<'static>> {
    text::wrap(&text::safe(words, 900), CELLS).into_iter().map(|l| look.line(l, meaning)).collect()
}
