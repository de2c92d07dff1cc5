//! The window that arms: what it is for, what it takes, and what went wrong the last time.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::question::{keys_line, too_small};
use crate::app::arming::{Arming, Asking, By, Pending, State};
use crate::app::flow::noun;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, window};

/// Columns of the text.
const WIDTH: usize = 70;

/// More dots would tell nothing more.
const DOTS: usize = 48;

pub fn draw(look: Look<'_>, paper: &mut Buffer) {
    let arming = &look.model.arming;
    let lines = match &arming.state {
        State::Asking(asking) => asks(look, arming, asking),
        State::Checking { pending, .. } => checks(look, arming.by, pending),
        State::Disarmed | State::Armed { .. } => return,
    };
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let title = look.line(format!("{}ARM ", look.question_prefix()), Meaning::Heading);
    let border = look.theme.style(look.question_border(Meaning::NeedsYou));
    let inner = window(paper, (74, height), title, border);
    Paragraph::new(lines).render(inner, paper);
}

fn asks(look: Look<'_>, arming: &Arming, asking: &Asking) -> Vec<Line<'static>> {
    let mut lines = purpose(look, &asking.pending);
    let minutes = arming.idle.as_secs() / 60;
    lines.push(look.line(format!("It lapses after {minutes} min without a key; A disarms at once."), Meaning::Dim));
    lines.push(Line::default());
    lines.extend(what_it_takes(look, arming.by, asking));
    if let Some(problem) = &asking.problem {
        for piece in text::wrap(&format!("✗ {}", text::safe(problem, 400)), WIDTH) {
            lines.push(look.line(piece, Meaning::Trouble));
        }
    }
    lines.push(Line::default());
    lines.push(answer(look, arming.by, asking));
    lines
}

fn purpose(look: Look<'_>, pending: &Pending) -> Vec<Line<'static>> {
    let Some((order, request)) = pending else {
        return vec![look.line("Armed, orders' money can be acted on; each question still asks.", Meaning::Plain)];
    };
    let what = format!("To go on: {} of order {}", noun(request.action()), text::safe(order.as_str(), 64));
    let mut lines: Vec<Line<'static>> = text::wrap(&what, WIDTH).into_iter().map(Line::from).collect();
    lines.push(look.line("Its question comes next; nothing is signed or sent before your yes.", Meaning::Plain));
    lines
}

fn what_it_takes(look: Look<'_>, by: By, asking: &Asking) -> Vec<Line<'static>> {
    match by {
        By::Passphrase => {
            let dots = "•".repeat(asking.typed.len().min(DOTS));
            vec![Line::from(vec![
                look.span("passphrase of the key files: ", Meaning::Label),
                Span::raw(dots),
                look.span("▏", Meaning::Key),
            ])]
        }
        By::Keyring => vec![
            look.line("The key is read from the keyring once, to see that it is there, and", Meaning::Plain),
            look.line("dropped at once. The keyring may ask you to unlock it.", Meaning::Plain),
        ],
        By::Word if look.model.session.signer.is_none() => {
            vec![look.line("There is no signing key here, so your word is enough.", Meaning::Plain)]
        }
        By::Word => {
            vec![look.line("This key lives in memory and is worth nothing: your word is enough.", Meaning::Plain)]
        }
    }
}

fn answer(look: Look<'_>, by: By, asking: &Asking) -> Line<'static> {
    if !look.model.shows_questions_whole() {
        return look.line(too_small(), Meaning::Critical);
    }
    let open = asking.gate.is_open(look.model.now.mono);
    match by {
        _ if !open => look.line("take your hands off the keys for a moment…", Meaning::Dim),
        By::Passphrase => keys_line(look, &[("Enter", "ARM"), ("Esc", "stay disarmed")]),
        By::Keyring | By::Word => keys_line(look, &[("y", "YES, arm"), ("Esc", "stay disarmed")]),
    }
}

fn checks(look: Look<'_>, by: By, pending: &Pending) -> Vec<Line<'static>> {
    let doing = match by {
        By::Passphrase => "Trying the passphrase on the signing key's file…",
        By::Keyring | By::Word => "Asking the keyring for the signing key; it may be asking you…",
    };
    let mut lines = purpose(look, pending);
    lines.push(Line::default());
    lines.push(look.line(doing, Meaning::Plain));
    lines.push(keys_line(look, &[("Esc", "stay disarmed")]));
    lines
}
