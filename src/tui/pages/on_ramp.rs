//! What an on-ramp order needs, then what is to be forwarded, then the rest.

use ratatui::text::Line;

use super::new_order::wrapped;
use crate::app::orders::Row;
use crate::app::page::on_ramp::{OnRamp, Turn, need, to_forward};
use crate::domain::countdown;
use crate::domain::{Order, timeline};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

const LABEL: usize = 12;

/// The whole page.
pub fn lines(look: Look<'_>, page: &OnRamp, width: usize) -> Vec<Line<'static>> {
    let Some(row) = page.row(&look.model.context()) else {
        return vec![look.line("This order was not read yet.", Meaning::Dim)];
    };
    let order = &row.seen.value;
    let mut out = headline(look, order, width);
    out.push(Line::default());
    out.extend(forward(look, order, width));
    out.extend(facts(look, row, width));
    out.push(Line::default());
    out.push(look.line("Timeline (UTC), newest first", Meaning::Heading));
    for step in timeline::steps(&order.timeline).into_iter().rev() {
        let at = step.entry.at.map_or_else(|| "?".to_owned(), |at| text::time(at, look.model.now.wall));
        let words = format!("{at}  {}", text::safe(step.entry.status.label(), 40));
        out.push(look.line(text::fit(&words, width), Meaning::Dim));
    }
    out
}

fn headline(look: Look<'_>, order: &Order, width: usize) -> Vec<Line<'static>> {
    let need = need(order);
    let (sign, meaning) = match need.turn {
        Turn::Yours => ("▲ YOUR TURN:", Meaning::NeedsYou),
        Turn::Others => ("· WAIT:", Meaning::Plain),
        Turn::Over => ("✓", Meaning::Good),
        Turn::Failed => ("✗", Meaning::Trouble),
    };
    wrapped(look, &format!("{sign} {}", need.words), width, meaning)
}

/// Line by line, each with the digit that copies it.
fn forward(look: Look<'_>, order: &Order, width: usize) -> Vec<Line<'static>> {
    let lines = to_forward(order);
    if lines.is_empty() {
        return Vec::new();
    }
    let mut out = vec![look.line("To forward to whoever pays: c copies all, a digit one line", Meaning::Heading)];
    let widest = lines.iter().map(|(label, _)| text::width(label)).max().unwrap_or(0).min(28);
    for (at, (label, value)) in (1..).zip(&lines) {
        let key = if at <= 9 { format!("[{at}] ") } else { "    ".to_owned() };
        let label = text::left(&text::safe(label, 60), widest + 2);
        let room = width.saturating_sub(widest + 6);
        let mut value = text::wrap(&text::safe(value, 300), room.max(10)).into_iter();
        let first = value.next().unwrap_or_default();
        out.push(Line::from(vec![
            look.span(key, Meaning::Key),
            look.span(label, Meaning::Label),
            look.span(first, Meaning::Heading),
        ]));
        out.extend(value.map(|more| look.line(format!("{}{more}", " ".repeat(widest + 6)), Meaning::Heading)));
    }
    out.push(Line::default());
    out
}

fn facts(look: Look<'_>, row: &Row, width: usize) -> Vec<Line<'static>> {
    let order = &row.seen.value;
    let room = width.saturating_sub(LABEL);
    let amounts = &order.amounts;
    let mut out = Vec::new();
    let mut fact = |label: &str, value: String, meaning| {
        out.push(look.field(label, LABEL, text::fit(&value, room), meaning));
    };
    fact(
        "status",
        format!("{} ({})", text::safe(order.status.label(), 40), text::safe(order.status.wire(), 60)),
        Meaning::Heading,
    );
    if let Some(left) = countdown::of(&row.seen, &look.model.now) {
        fact("time left", text::countdown(left.seconds_left), Meaning::NeedsYou);
    }
    fact("fiat", text::money(amounts.fiat, amounts.fiat_currency.as_deref(), false), Meaning::Plain);
    fact("crypto", text::money(amounts.crypto, amounts.crypto_currency.as_deref(), false), Meaning::Plain);
    fact("rate", text::money(amounts.rate, amounts.fiat_currency.as_deref(), false), Meaning::Plain);
    fact("all fees", text::money(order.fees.total_fee, amounts.crypto_currency.as_deref(), false), Meaning::Plain);
    let asks = if order.payment_request == Some(true) { "yes: payer details come first" } else { "no" };
    fact("asks payer", asks.to_owned(), Meaning::Plain);
    if let Some(source) = &order.funding_source {
        fact("funding", text::safe(source, 40), Meaning::Plain);
    }
    let offers: Vec<String> = order.allowed_actions.iter().map(|a| text::safe(a.label(), 40)).collect();
    fact("you can", if offers.is_empty() { "nothing by name".to_owned() } else { offers.join(", ") }, Meaning::Plain);
    if let Some(hash) = &order.send_out_tx_hash {
        fact("sent out", text::safe(hash, 120), Meaning::Good);
    }
    fact("read", format!("{} ago", text::age(row.seen.age(&look.model.now))), Meaning::Dim);
    out
}
