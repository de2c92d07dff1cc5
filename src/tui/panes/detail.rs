//! One order: what it is, what it needs, what can be done, and how it came here.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::orders::Row;
use crate::app::view_state::Pane;
use crate::domain::countdown::{self, Pressure};
use crate::domain::{AllowedAction, Order, timeline};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, pane_block, scrolled};

const LABEL: usize = 10;

pub fn draw(look: Look<'_>, frame: &mut Frame<'_>, area: Rect) {
    let model = look.model;
    let block = pane_block(look, title(look), model.pane == Pane::Detail);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let lines = match model.selected_row() {
        None => vec![look.line("No order is selected.", Meaning::Dim)],
        Some(row) => lines(look, row, usize::from(inner.width)),
    };
    scrolled(frame, inner, lines, model.detail_scroll);
}

/// The whole id, for comparing with other systems, where nothing cuts it off.
fn title(look: Look<'_>) -> Line<'static> {
    let id = look.model.selected.as_ref().map_or_else(String::new, |id| format!("{} ", text::safe(id.as_str(), 64)));
    look.line(format!(" 4 Order {id}"), Meaning::Heading)
}

fn lines(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let order = &row.seen.value;
    let mut out = headline(look, row, width);
    out.extend(needs(look, row, width));
    out.extend(money(look, order));
    out.extend(facts(look, row, width));
    out.extend(problems(look, row, width));
    out.push(Line::default());
    out.push(look.line("Timeline", Meaning::Heading));
    out.extend(timeline_lines(look, order, width));
    out
}

fn headline(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let order = &row.seen.value;
    let mut out = vec![look.field("status", LABEL, text::safe(order.status.label(), 60), Meaning::Heading)];
    out.extend(indented(look, order.status.meaning(), width, Meaning::Dim));
    out
}

fn needs(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let order = &row.seen.value;
    let mut out = Vec::new();
    match (order.our_next_action(), &order.next_action) {
        (Some(action), _) => {
            out.push(look.field(
                "needs you",
                LABEL,
                format!("▲ {}", text::safe(action.label(), 60)),
                Meaning::NeedsYou,
            ));
        }
        (None, Some(action)) => {
            let words = format!("asks for {}, not ours to act on", text::safe(action.label(), 40));
            out.push(look.field("needs", LABEL, words, Meaning::Dim));
        }
        (None, None) => out.push(look.field("waits for", LABEL, order.status.actor().label(), Meaning::Plain)),
    }
    if let Some(left) = countdown::of(&row.seen, &look.model.now) {
        let (words, meaning) = match left.pressure {
            Pressure::Over => ("0:00 by our clock: reading the order".to_owned(), Meaning::Critical),
            Pressure::Critical => (format!("{} ‼", text::countdown(left.seconds_left)), Meaning::Critical),
            Pressure::Soon => (text::countdown(left.seconds_left), Meaning::NeedsYou),
            Pressure::Calm => (text::countdown(left.seconds_left), Meaning::Plain),
        };
        out.push(look.field("time left", LABEL, words, meaning));
    }
    out.push(look.field("you can", LABEL, offers(order), Meaning::Plain));
    if let Some(required) = &order.action_required {
        out.extend(indented(look, &required.message, width, Meaning::NeedsYou));
        for (field, label) in &required.fields {
            out.extend(indented(look, &format!("- {field}: {label}"), width, Meaning::Plain));
        }
    }
    out
}

fn offers(order: &Order) -> String {
    let words: Vec<String> = order.allowed_actions.iter().map(offer).collect();
    if words.is_empty() { "nothing now".to_owned() } else { words.join(", ") }
}

fn offer(action: &AllowedAction) -> String {
    let key = match action {
        AllowedAction::AuthorizeCryptoTransfer => "[a] ",
        AllowedAction::ConfirmFiatReceived => "[c] ",
        AllowedAction::Cancel => "[x] ",
        _ => "",
    };
    format!("{key}{}", text::safe(action.label(), 40))
}

fn money(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let amounts = &order.amounts;
    let fees = &order.fees;
    let currency = amounts.crypto_currency.as_deref();
    let mut out = vec![
        look.field("crypto", LABEL, text::money(amounts.crypto, currency, false), Meaning::Heading),
        look.field("fiat", LABEL, text::money(amounts.fiat, amounts.fiat_currency.as_deref(), false), Meaning::Heading),
    ];
    if let Some(rate) = amounts.rate {
        out.push(look.field("rate", LABEL, text::amount(rate), Meaning::Plain));
    }
    let mut parts = Vec::new();
    if let Some(fee) = fees.platform_fee {
        let pct = fees.platform_fee_pct.map(|p| format!(" ({p} %)")).unwrap_or_default();
        parts.push(format!("platform {}{pct}", text::amount_short(fee)));
    }
    if let Some(fee) = fees.partner_fee.filter(|f| !f.is_zero()) {
        parts.push(format!("markup {}", text::amount_short(fee)));
    }
    if !parts.is_empty() {
        out.push(look.field("fees", LABEL, parts.join(", "), Meaning::Plain));
    }
    out
}

fn facts(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let model = look.model;
    let order = &row.seen.value;
    let settles = match order.settles_itself {
        Some(true) => "by itself when the fiat lands",
        Some(false) => "by your confirmation",
        None => "?",
    };
    let user = model.people.owner(&order.id).map_or_else(
        || "unknown (the API does not say)".to_owned(),
        |id| {
            let name = model.people.user(id).and_then(|u| u.value.name().or_else(|| u.value.email.clone()));
            name.map_or_else(|| text::safe(id.as_str(), 40), |n| text::safe(&n, 40))
        },
    );
    let paid_to = model
        .people
        .payment_of(&order.id)
        .map_or_else(|| "unknown".to_owned(), |id| format!("#{}", text::safe(id.as_str(), 30)));
    let mut out = vec![look.field("ramp", LABEL, format!("{}-ramp", order.direction.label()), Meaning::Plain)];
    out.push(look.field("completes", LABEL, settles, Meaning::Plain));
    out.push(look.field("user", LABEL, text::fit(&user, width.saturating_sub(LABEL)), Meaning::Plain));
    out.push(look.field("paid to", LABEL, paid_to, Meaning::Plain));
    for (label, value) in [
        ("reference", &order.links.reference),
        ("provider", &order.links.provider),
        ("sent out", &order.send_out_tx_hash),
    ] {
        if let Some(value) = value {
            out.push(look.field(
                label,
                LABEL,
                text::fit(&text::safe(value, 100), width.saturating_sub(LABEL)),
                Meaning::Plain,
            ));
        }
    }
    if let Some(vendor) = &order.vendor {
        for (key, value) in &vendor.details {
            out.push(look.field(&format!("  {}", text::safe(key, 20)), 18, text::safe(value, 60), Meaning::Plain));
        }
    }
    out.push(look.field("read", LABEL, format!("{} ago", text::age(row.seen.age(&model.now))), Meaning::Dim));
    out
}

fn problems(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let mut out = Vec::new();
    if let Some(why) = &row.trouble {
        out.extend(indented(look, &format!("⚠ {why}"), width, Meaning::Trouble));
    }
    for problem in &row.seen.value.problems {
        out.extend(indented(look, &format!("⚠ {}: {}", problem.field, problem.reason), width, Meaning::Trouble));
    }
    if let Some(prior) = look.model.unsettled.get(&row.seen.value.id) {
        let words = format!(
            "⚠ the answer to your {} (journal entry {}) was lost; its outcome is not known yet. Watching the order.",
            prior.action, prior.intent_seq
        );
        out.extend(indented(look, &words, width, Meaning::Trouble));
    }
    out
}

fn timeline_lines(look: Look<'_>, order: &Order, width: usize) -> Vec<Line<'static>> {
    let today = look.model.now.wall;
    let mut out = Vec::new();
    for step in timeline::steps(&order.timeline) {
        let at = step.entry.at.map_or_else(|| "?".to_owned(), |at| text::time(at, today));
        let took = step.took.map(text::took).unwrap_or_default();
        out.push(Line::from(vec![
            look.span(format!("{at} "), Meaning::Label),
            look.span(text::right(&took, 8), Meaning::Dim),
            Span::raw(" "),
            look.span(text::safe(step.entry.status.label(), 40), Meaning::Plain),
        ]));
        let words = text::safe(&step.entry.description, 300);
        for line in text::wrap(&words, width.saturating_sub(4)) {
            out.push(look.line(format!("    {line}"), Meaning::Dim));
        }
    }
    if out.is_empty() {
        out.push(look.line("The API gave no timeline.", Meaning::Dim));
    }
    out
}

fn indented(look: Look<'_>, words: &str, width: usize, meaning: Meaning) -> Vec<Line<'static>> {
    let words = text::safe(words, 600);
    let lines = text::wrap(&words, width.saturating_sub(LABEL));
    lines.into_iter().map(|l| look.line(format!("{}{l}", " ".repeat(LABEL)), meaning)).collect()
}
