//! One order: what it is, what it needs, what can be done, and how it came here.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::orders::{Listed, Row};
use crate::app::view_state::Pane;
use crate::domain::countdown::{self, Pressure};
use crate::domain::{AllowedAction, Amount, Direction, FeeBreakdown, Order, OrderId};
use crate::tui::panes::{idle, timeline};
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, pane_block, scrolled};
use crate::tui::{keymap, text};

const LABEL: usize = 10;
/// From this width on, facts stand in two columns.
const TWO_COLUMNS: usize = 70;

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let model = look.model;
    let block = pane_block(look, title(look), model.pane == Pane::Detail);
    let inner = block.inner(area);
    block.render(area, paper);
    let width = usize::from(inner.width);
    let lines = match model.selected_line() {
        None => idle::detail(look, width),
        Some(listed) => listed.row().map_or_else(|| brief(look, &listed, width), |row| lines(look, row, width)),
    };
    scrolled(paper, inner, lines, model.detail_scroll);
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
    out.extend(noted(look, order.id.as_str(), width));
    let mut fields = money(order);
    fields.extend(facts(look, row));
    out.extend(laid_out(look, &fields, width));
    out.extend(sent_out(look, order, width));
    out.extend(vendor(look, order, width));
    out.extend(problems(look, row, width));
    out.push(Line::default());
    out.extend(timeline::lines(look, order, width));
    out
}

/// What is known of an order that is over while the whole of it is being read.
fn brief(look: Look<'_>, listed: &Listed<'_>, width: usize) -> Vec<Line<'static>> {
    let status = listed.status();
    let mut out = vec![look.field("status", LABEL, text::safe(status.label(), 60), Meaning::Heading)];
    out.extend(indented(look, status.meaning(), width, Meaning::Dim));
    out.extend(noted(look, listed.id(), width));
    let money = |(amount, currency): (Option<Amount>, Option<&str>)| text::money(amount, currency, false);
    let mut fields = vec![
        ("crypto".to_owned(), money(listed.crypto()), Meaning::Heading),
        ("fiat".to_owned(), money(listed.fiat()), Meaning::Heading),
        field("ramp", format!("{}-ramp", listed.direction().label())),
    ];
    if let Some(id) = listed.order_id() {
        fields.push(field("user", owner(look, &id)));
        fields.push(field("paid to", paid_to(look, &id)));
    }
    fields.extend(listed.reference().map(|reference| field("reference", text::safe(reference, 100))));
    let today = look.model.now.wall;
    for (label, at) in [("created", listed.created_at()), ("moved", listed.updated_at())] {
        fields.extend(at.map(|at| field(label, text::time(at, today))));
    }
    let (read, meaning) = look.read(&listed.asked(), listed.is_live());
    fields.push(("read".to_owned(), read, meaning));
    out.extend(laid_out(look, &fields, width));
    out.push(Line::default());
    out.push(look.line("The rest is being read.", Meaning::Dim));
    out
}

fn headline(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let order = &row.seen.value;
    let mut status = vec![
        look.span(text::left("status", LABEL), Meaning::Label),
        look.span(text::safe(order.status.label(), 60), Meaning::Heading),
    ];
    let so_far = so_far(look, order).map(|age| look.span(format!(" · for {age}"), Meaning::Dim));
    // Half a number would be another one.
    let used: usize = status.iter().map(Span::width).sum();
    status.extend(so_far.filter(|so_far| used + so_far.width() <= width));
    let mut out = vec![Line::from(status)];
    out.extend(indented(look, order.status.meaning(), width, Meaning::Dim));
    if let Some(announced) = look.model.announced.of(order.id.as_str()) {
        let words = format!("→ {} · announced, being read", text::safe(announced.status.label(), 60));
        out.push(look.field("event", LABEL, words, Meaning::Plain));
    }
    out
}

/// How long it has been where it is, by the server's clock, if it still moves.
fn so_far(look: Look<'_>, order: &Order) -> Option<String> {
    let newest = order.timeline.last().filter(|_| order.is_live())?;
    Some(look.age_of(look.ago(newest.at?)).words)
}

fn needs(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let order = &row.seen.value;
    let mut out = Vec::new();
    match (order.our_next_action(), &order.next_action) {
        (Some(action), _) => {
            let key = keymap::key_of(&action).map(|key| format!(" · [{key}]")).unwrap_or_default();
            let words = format!("▲ {}{key}", text::safe(action.label(), 60));
            out.push(look.field("needs you", LABEL, words, Meaning::NeedsYou));
            if key.is_empty() {
                out.extend(indented(look, "not from here: by the API or the web console", width, Meaning::Dim));
            }
        }
        (None, Some(action)) => {
            let words = format!("asks for {}, not ours to act on", text::safe(action.label(), 40));
            out.push(look.field("needs", LABEL, words, Meaning::Dim));
        }
        (None, None) if order.send_out_possible() => {
            out.push(look.field("possible", LABEL, "○ send out · [t]", Meaning::Plain));
        }
        (None, None) => out.push(look.field("waits for", LABEL, order.status.actor().label(), Meaning::Plain)),
    }
    if let Some(left) = countdown::of(&row.seen, &look.model.now) {
        look.changes.every(1);
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
        AllowedAction::ConfirmPaymentSent => "[p] ",
        AllowedAction::SubmitPayerDetails => "[d] ",
        AllowedAction::AuthorizeBridge => "[t] ",
        AllowedAction::AuthorizeRefund => "[R] ",
        _ => "",
    };
    format!("{key}{}", text::safe(action.label(), 40))
}

/// A field of the facts: label, value, what it means.
type Field = (String, String, Meaning);

fn field(label: &str, value: impl Into<String>) -> Field {
    (label.to_owned(), value.into(), Meaning::Plain)
}

/// Fields below each other, or in two columns where there is room.
fn laid_out(look: Look<'_>, fields: &[Field], width: usize) -> Vec<Line<'static>> {
    if width < TWO_COLUMNS {
        let one = |(label, value, meaning): &Field| {
            look.field(label, LABEL, text::fit(value, width.saturating_sub(LABEL)), *meaning)
        };
        return fields.iter().map(one).collect();
    }
    let half = width / 2;
    let mut out = Vec::new();
    for pair in fields.chunks(2) {
        let mut spans = Vec::new();
        for (label, value, meaning) in pair {
            spans.push(look.span(text::left(label, LABEL), Meaning::Label));
            let value = text::fit(value, half.saturating_sub(LABEL + 1));
            spans.push(look.span(text::left(&value, half.saturating_sub(LABEL)), *meaning));
        }
        out.push(Line::from(spans));
    }
    out
}

fn money(order: &Order) -> Vec<Field> {
    let amounts = &order.amounts;
    let crypto = text::money(amounts.crypto, amounts.crypto_currency.as_deref(), false);
    let fiat = text::money(amounts.fiat, amounts.fiat_currency.as_deref(), false);
    let mut out = vec![
        ("crypto".to_owned(), crypto, Meaning::Heading),
        ("fiat".to_owned(), fiat, Meaning::Heading),
        field("rate", amounts.rate.map_or_else(|| "?".to_owned(), text::amount)),
    ];
    out.push(field("fees", fees(&order.fees)));
    out
}

fn fees(fees: &FeeBreakdown) -> String {
    let mut parts = Vec::new();
    if let Some(fee) = fees.platform_fee {
        let pct = fees.platform_fee_pct.map(|p| format!("{p} % = ")).unwrap_or_default();
        parts.push(format!("platform {pct}{}", text::amount_short(fee)));
    }
    if let Some(fee) = fees.partner_fee.filter(|f| !f.is_zero()) {
        parts.push(format!("markup {}", text::amount_short(fee)));
    }
    if parts.is_empty() { "?".to_owned() } else { parts.join(", ") }
}

fn facts(look: Look<'_>, row: &Row) -> Vec<Field> {
    let order = &row.seen.value;
    let settles = match order.settles_itself {
        _ if order.direction == Direction::OnRamp => "when the vendor has seen the fiat",
        Some(true) => "by itself when the fiat lands",
        Some(false) => "by your confirmation",
        None => "?",
    };
    let mut out = vec![
        field("ramp", format!("{}-ramp", order.direction.label())),
        field("completes", settles),
        field("user", owner(look, &order.id)),
        field("paid to", paid_to(look, &order.id)),
    ];
    let links = &order.links;
    for (label, value) in [("reference", &links.reference), ("provider", &links.provider)] {
        out.extend(value.as_ref().map(|value| field(label, text::safe(value, 100))));
    }
    let (read, meaning) = look.read(&row.seen.asked, order.is_live());
    out.push(("read".to_owned(), read, meaning));
    out
}

/// What the operator noted, and when.
fn noted(look: Look<'_>, order: &str, width: usize) -> Vec<Line<'static>> {
    let Some(note) = look.model.notes.get(order) else { return Vec::new() };
    let when = text::time(note.at, look.model.now.wall);
    let words = text::wrap(&text::safe(&note.text, 400), width.saturating_sub(LABEL).max(20));
    let labels = ["note"].into_iter().chain(std::iter::repeat(""));
    let mut out: Vec<Line<'static>> =
        words.into_iter().zip(labels).map(|(words, label)| look.field(label, LABEL, words, Meaning::Heading)).collect();
    out.push(look.field("", LABEL, format!("written {when} UTC"), Meaning::Dim));
    out
}

fn paid_to(look: Look<'_>, order: &OrderId) -> String {
    let to = look.model.people.payment_of(order);
    to.map_or_else(|| "unknown".to_owned(), |id| format!("#{}", text::safe(id.as_str(), 30)))
}

fn owner(look: Look<'_>, order: &OrderId) -> String {
    let people = &look.model.people;
    let Some(id) = people.owner(order) else { return "unknown (the API does not say)".to_owned() };
    let name = people.user(id).and_then(|u| u.value.name().or_else(|| u.value.email.clone()));
    name.map_or_else(|| text::safe(id.as_str(), 40), |name| text::safe(&name, 40))
}

/// The transaction of a send-out, whole: it is compared with what a chain's explorer shows.
fn sent_out(look: Look<'_>, order: &Order, width: usize) -> Vec<Line<'static>> {
    let Some(hash) = &order.send_out_tx_hash else { return Vec::new() };
    let pieces = text::wrap(&text::safe(hash, 200), width.saturating_sub(LABEL).max(20));
    let labels = ["sent out"].into_iter().chain(std::iter::repeat(""));
    pieces.into_iter().zip(labels).map(|(piece, label)| look.field(label, LABEL, piece, Meaning::Plain)).collect()
}

/// Where the fiat of an on-ramp order is to be paid.
fn vendor(look: Look<'_>, order: &Order, width: usize) -> Vec<Line<'static>> {
    let Some(vendor) = &order.vendor else { return Vec::new() };
    let method = [&vendor.method, &vendor.network]
        .into_iter()
        .flatten()
        .map(|t| text::safe(t, 40))
        .collect::<Vec<_>>()
        .join(", ");
    let mut out = vec![look.field("pay", LABEL, text::fit(&method, width.saturating_sub(LABEL)), Meaning::Plain)];
    for (key, value) in &vendor.details {
        let label = format!("  {}", text::safe(key, 20));
        out.push(look.field(&label, 20, text::fit(&text::safe(value, 100), width.saturating_sub(20)), Meaning::Plain));
    }
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
    if let Some(prior) = look.model.unknown_outcome(&row.seen.value.id) {
        let words = format!(
            "⚠ the answer to your {} (journal entry {}) was lost; its outcome is not known yet. Watching the order.",
            prior.action, prior.intent_seq
        );
        out.extend(indented(look, &words, width, Meaning::Trouble));
    }
    out
}

fn indented(look: Look<'_>, words: &str, width: usize, meaning: Meaning) -> Vec<Line<'static>> {
    let words = text::safe(words, 600);
    let lines = text::wrap(&words, width.saturating_sub(LABEL));
    lines.into_iter().map(|l| look.line(format!("{}{l}", " ".repeat(LABEL)), meaning)).collect()
}
