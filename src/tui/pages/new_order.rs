//! A new order: the form with its estimate, then the quote. What the operator must do or know first
//! stands first; everything a yes is about fits 80x24.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::quote;
use crate::app::Failure;
use crate::app::page::Context;
use crate::app::page::new_order::{InSight, NewOrder};
use crate::domain::order::FeeBreakdown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::{form, text};

/// From this width on the estimate stands beside the form.
const BESIDE: u16 = 112;

/// Draws the whole page.
pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect, page: &NewOrder) {
    let context = look.model.context();
    match page.in_sight() {
        InSight::Form => draw_form(look, paper, area, page, &context),
        InSight::Blocked(failure) => {
            let lines = blocked(look, page, failure, &context, usize::from(area.width));
            Paragraph::new(lines).render(area, paper);
        }
        InSight::Quoted(held) => {
            let lines = quote::lines(look, held, &context, (usize::from(area.width), usize::from(area.height)));
            Paragraph::new(lines).render(area, paper);
        }
    }
}

fn draw_form(look: Look<'_>, paper: &mut Buffer, area: Rect, page: &NewOrder, context: &Context<'_>) {
    let width = usize::from(area.width);
    let above = callouts(look, page, context, width);
    let [top, rest] = Layout::vertical([Constraint::Length(rows(&above)), Constraint::Min(0)]).areas(area);
    Paragraph::new(above).render(top, paper);
    let (left, right) = if area.width >= BESIDE {
        let [left, gap, right] =
            Layout::horizontal([Constraint::Percentage(58), Constraint::Length(2), Constraint::Min(0)]).areas(rest);
        let _ = gap;
        (left, right)
    } else {
        let lines = estimate(look, page, width);
        let [left, right] = Layout::vertical([Constraint::Min(0), Constraint::Length(rows(&lines))]).areas(rest);
        (left, right)
    };
    form::draw(look, paper, left, page.inputs());
    Paragraph::new(estimate(look, page, usize::from(right.width))).render(right, paper);
}

fn rows(lines: &[Line<'static>]) -> u16 {
    u16::try_from(lines.len()).unwrap_or(u16::MAX)
}

/// Words over several lines.
pub(super) fn wrapped(look: Look<'_>, words: &str, width: usize, meaning: Meaning) -> Vec<Line<'static>> {
    text::wrap(&text::safe(words, 600), width.max(20)).into_iter().map(|line| look.line(line, meaning)).collect()
}

/// What speaks against going on, before the form.
fn callouts(look: Look<'_>, page: &NewOrder, context: &Context<'_>, width: usize) -> Vec<Line<'static>> {
    let mut out = Vec::new();
    if page.lost() {
        let words =
            "⚠ An answer was lost: an order may exist already. Look at the list (Esc, then r) before you make another.";
        out.extend(wrapped(look, words, width, Meaning::Trouble));
    }
    if let Some(order) = page.follows() {
        let words = format!(
            "The price of order {} moved past its tolerance; that order is over. Check which amount is to be exact.",
            order.short()
        );
        out.extend(wrapped(look, &words, width, Meaning::NeedsYou));
    }
    if let Some(kyc) = page.not_verified(context) {
        let words =
            format!("⚠ This user's KYC is {kyc}, not VERIFIED: the API will refuse a quote. Esc, then i leads to it.");
        out.extend(wrapped(look, &words, width, Meaning::NeedsYou));
    }
    if let Some(why) = page.payments_trouble() {
        let words = format!("⚠ The payment details could not be read anew: {why}");
        out.extend(wrapped(look, &words, width, Meaning::Trouble));
    }
    out
}

/// The estimate, or how to get one. Shown as what it is: it binds nobody.
fn estimate(look: Look<'_>, page: &NewOrder, width: usize) -> Vec<Line<'static>> {
    let Some(estimated) = page.estimate() else {
        return wrapped(look, "Ctrl-e: estimate (binds nobody) · Ctrl-s: quote", width, Meaning::Dim);
    };
    let mut out = vec![look.line("Estimate: indicative, reserves nothing", Meaning::Heading)];
    if !page.estimate_is_current() {
        out.push(look.line("⚠ of other inputs: Ctrl-e estimates again", Meaning::NeedsYou));
    }
    let price = &estimated.asked.1;
    match &estimated.result {
        None => out.push(look.line("… asking", Meaning::NeedsYou)),
        Some(Err(failure)) => out.extend(failed(look, failure, width)),
        Some(Ok(found)) => {
            let (crypto, fiat) = (&price.crypto_currency, &price.fiat_currency);
            let money = |value, code: &str| text::money(value, Some(code), false);
            let words = format!("{} ≈ {}", money(found.amounts.crypto, crypto), money(found.amounts.fiat, fiat));
            out.extend(wrapped(look, &words, width, Meaning::Plain));
            let rate = format!("rate {} for 1 {}", money(found.amounts.rate, fiat), text::safe(crypto, 8));
            out.push(look.line(rate, Meaning::Plain));
            out.extend(
                fees(&found.fees, crypto)
                    .into_iter()
                    .map(|(label, value)| look.field(&label, 14, value, Meaning::Plain)),
            );
        }
    }
    out
}

fn failed(look: Look<'_>, failure: &Failure, width: usize) -> Vec<Line<'static>> {
    let mut out = wrapped(look, &format!("✗ {}", failure.what), width, Meaning::Trouble);
    out.extend(wrapped(look, &failure.advice, width, Meaning::Plain));
    out
}

/// Each fee with a label: amounts are crypto, percentages as the API wrote them.
pub(super) fn fees(fees: &FeeBreakdown, crypto: &str) -> Vec<(String, String)> {
    let pct = |pct: Option<crate::domain::Amount>| pct.map_or_else(String::new, |p| format!("  ({p} %)"));
    let one = |label: &str, value, percent| {
        (label.to_owned(), format!("{}{}", text::money(value, Some(crypto), false), pct(percent)))
    };
    vec![
        one("platform fee", fees.platform_fee, fees.platform_fee_pct),
        one("partner fee", fees.partner_fee, fees.partner_fee_pct),
        one("all fees", fees.total_fee, None),
    ]
}

/// No quote because of the user's KYC.
fn blocked(
    look: Look<'_>,
    page: &NewOrder,
    failure: &Failure,
    context: &Context<'_>,
    width: usize,
) -> Vec<Line<'static>> {
    let mut out = vec![look.line("✗ NO QUOTE: the user's KYC is in the way", Meaning::Trouble), Line::default()];
    out.extend(failed(look, failure, width));
    out.push(Line::default());
    if let Some(user) = page.user() {
        out.push(look.field("user", 10, quote::user_words(&user, context), Meaning::Plain));
    }
    out.push(Line::default());
    out.push(look.line("[i] the user: KYC, documents, verification", Meaning::Key));
    out.push(look.line("[e] back to the order; everything typed is still there", Meaning::Key));
    out
}
