//! The webhook's page: what is registered, the question, the last test.

use ratatui::text::Line;

use crate::app::Failure;
use crate::app::page::webhook::{Registered, Stage, Test, WebhookPage};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of the labels.
const LABEL: usize = 12;

/// Everything but the form.
pub fn above(look: Look<'_>, page: &WebhookPage, width: usize) -> Vec<Line<'static>> {
    let mut lines = registered(look, page, width);
    lines.push(Line::default());
    match page.stage() {
        Stage::Showing => {
            lines.extend(page.refused().map_or_else(Vec::new, |failure| failed(look, failure, width)));
            lines.extend(tested(look, page, width));
        }
        Stage::Typing(_) => {
            let warning = "There is one webhook per partner. Registering REPLACES the one in use, which may belong to another system; you are asked before that happens.";
            lines.extend(wrapped(look, warning, width, Meaning::Dim));
            lines.push(Line::default());
        }
        Stage::Checking(_) => lines.push(look.line("… reading what is registered now", Meaning::NeedsYou)),
        Stage::Replace(_) => lines.extend(replace(look, page, width)),
        Stage::Delete => lines.extend(delete(look, page, width)),
        Stage::Changing(_) => lines.push(look.line("… sending", Meaning::NeedsYou)),
    }
    lines
}

fn wrapped(look: Look<'_>, words: &str, width: usize, meaning: Meaning) -> Vec<Line<'static>> {
    text::wrap(words, width.max(20)).into_iter().map(|piece| look.line(piece, meaning)).collect()
}

fn failed(look: Look<'_>, failure: &Failure, width: usize) -> Vec<Line<'static>> {
    let mut lines = wrapped(look, &format!("✗ {}", text::safe(&failure.what, 600)), width, Meaning::Trouble);
    lines.extend(wrapped(look, &text::safe(&failure.advice, 600), width, Meaning::Plain));
    lines
}

fn registered(look: Look<'_>, page: &WebhookPage, width: usize) -> Vec<Line<'static>> {
    match page.registered() {
        Registered::Waiting => vec![look.line("Reading what is registered…", Meaning::Dim)],
        Registered::Failed(failure) => {
            let mut lines = vec![look.line("What is registered could not be read.", Meaning::Trouble)];
            lines.extend(failed(look, failure, width));
            lines
        }
        Registered::Read(webhook) => match &webhook.url {
            None => vec![
                look.field("registered", LABEL, "○ none", Meaning::NeedsYou),
                look.line("Unigox reports no events; ramptop polls all the same.", Meaning::Dim),
            ],
            Some(url) => {
                let (sign, word, meaning) = match webhook.enabled {
                    Some(false) => ("✗", "switched off", Meaning::Trouble),
                    Some(true) => ("✓", "on", Meaning::Good),
                    None => ("?", "the API does not say whether it is on", Meaning::Plain),
                };
                let mut lines = address(look, "registered", url, width, Meaning::Plain);
                lines.push(look.field("state", LABEL, format!("{sign} {word}"), meaning));
                lines
            }
        },
    }
}

/// An address in full, over as many lines as it needs.
fn address(look: Look<'_>, label: &str, url: &str, width: usize, meaning: Meaning) -> Vec<Line<'static>> {
    let pieces = text::wrap(&text::safe(url, 500), width.saturating_sub(LABEL).max(20));
    let labels = [label].into_iter().chain(std::iter::repeat(""));
    pieces.into_iter().zip(labels).map(|(piece, label)| look.field(label, LABEL, piece, meaning)).collect()
}

fn replace(look: Look<'_>, page: &WebhookPage, width: usize) -> Vec<Line<'static>> {
    let (title, meaning) = match (page.registered(), page.url()) {
        (Registered::Read(_), None) => ("REGISTER THIS WEBHOOK?", Meaning::NeedsYou),
        (Registered::Read(_), Some(old)) if old == page.new_url() => {
            ("REGISTER THE SAME WEBHOOK AGAIN?", Meaning::NeedsYou)
        }
        _ => ("REPLACE THE WEBHOOK?", Meaning::Critical),
    };
    let mut lines = vec![look.line(format!(" {title} "), meaning), Line::default()];
    lines.extend(match (page.registered(), page.url()) {
        (Registered::Read(_), None) => vec![look.field("now", LABEL, "none", Meaning::Plain)],
        (Registered::Read(_), Some(old)) => address(look, "now", old, width, Meaning::Plain),
        _ => vec![look.field("now", LABEL, "? could not be read: there may be one", Meaning::Trouble)],
    });
    lines.extend(address(look, "then", page.new_url(), width, Meaning::NeedsYou));
    lines.push(Line::default());
    if page.url().is_some_and(|old| old != page.new_url()) {
        let warning = "The old address gets no more events, at once. If it belongs to another system, that system goes blind. The API keeps no copy: note the old address.";
        lines.extend(wrapped(look, warning, width, Meaning::Trouble));
        lines.push(Line::default());
    }
    lines.push(yes(look, page, "register"));
    lines
}

fn delete(look: Look<'_>, page: &WebhookPage, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![look.line(" DELETE THE WEBHOOK? ", Meaning::Critical), Line::default()];
    let warning = "Unigox sends no more events to anybody, and those waiting to be sent again are lost. If it belongs to another system, that system goes blind. The API keeps no copy: note the address.";
    lines.extend(wrapped(look, warning, width, Meaning::Trouble));
    lines.push(Line::default());
    lines.push(yes(look, page, "delete"));
    lines
}

fn yes(look: Look<'_>, page: &WebhookPage, verb: &str) -> Line<'static> {
    if page.can_say_yes(&look.model.now) {
        return look.line(format!("[y] YES, {verb}     [n] no"), Meaning::Key);
    }
    look.line("Read this first…     [n] no", Meaning::Dim)
}

fn tested(look: Look<'_>, page: &WebhookPage, width: usize) -> Vec<Line<'static>> {
    let status = |status: Option<u64>| status.map_or_else(|| "no HTTP status".to_owned(), |s| format!("HTTP {s}"));
    match page.test() {
        None => Vec::new(),
        Some(Test::Sending) => vec![look.line("… sending a test event", Meaning::NeedsYou)],
        Some(Test::Done(test)) if test.delivered => {
            vec![look.field("test", LABEL, format!("✓ delivered · {}", status(test.http_status)), Meaning::Good)]
        }
        Some(Test::Done(test)) => {
            let said = format!("✗ not delivered · {}", status(test.http_status));
            let mut lines = vec![look.field("test", LABEL, said, Meaning::Trouble)];
            let advice = "The receiver must answer 2xx within 10 seconds and without a redirect: look at its log, then t tests again.";
            lines.extend(wrapped(look, advice, width, Meaning::Plain));
            lines
        }
        Some(Test::Refused(failure)) => {
            let mut lines = vec![look.field("test", LABEL, "✗ no test was delivered", Meaning::Trouble)];
            lines.extend(failed(look, failure, width));
            lines
        }
    }
}
