//! What stands above the forms of payer details and send-outs: the order, and what speaks against it.

use ratatui::text::Line;

use super::new_order::wrapped;
use crate::app::page::payer::PayerPage;
use crate::app::page::send_out::{Routes, SendOutPage};
use crate::domain::OrderId;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Above the payer's form.
pub fn payer(look: Look<'_>, page: &PayerPage, width: usize) -> Vec<Line<'static>> {
    let mut out = objection(look, page.objection(look.model.context()), width);
    let fiat = of(look, &page.order, |amounts| text::money(amounts.fiat, amounts.fiat_currency.as_deref(), false));
    let words =
        format!("The vendor wants to know from whose account {fiat} will come. It is told once, before anybody pays.");
    out.extend(wrapped(look, &words, width, Meaning::Plain));
    if let Some(why) = page.trouble() {
        let words = format!("⚠ The user's payment details could not be read: {why}");
        out.extend(wrapped(look, &words, width, Meaning::Trouble));
    }
    if page.of_other_currencies() > 0 {
        let words = format!(
            "{} of the user's payment details are in other currencies and left out.",
            page.of_other_currencies()
        );
        out.extend(wrapped(look, &words, width, Meaning::Dim));
    }
    out.push(Line::default());
    out
}

/// Above the form of a send-out.
pub fn send_out(look: Look<'_>, page: &SendOutPage, width: usize) -> Vec<Line<'static>> {
    let mut out = objection(look, page.objection(look.model.context()), width);
    let crypto =
        of(look, &page.order, |amounts| text::money(amounts.crypto, amounts.crypto_currency.as_deref(), false));
    let words =
        format!("The crypto of this order, {crypto} less its fees, goes to another chain. It cannot be called back.");
    out.extend(wrapped(look, &words, width, Meaning::Plain));
    if let Routes::Typed(why) = page.routes() {
        let words = format!("No list of routes ({why}): type the chain; the API has the last word.");
        out.extend(wrapped(look, &words, width, Meaning::NeedsYou));
    }
    let words = "Chain and address are shown in full in the review, before anything is signed.";
    out.extend(wrapped(look, words, width, Meaning::Dim));
    out.push(Line::default());
    out
}

fn objection(look: Look<'_>, why: Option<String>, width: usize) -> Vec<Line<'static>> {
    why.map(|why| wrapped(look, &format!("✗ Not possible now: {why}"), width, Meaning::Trouble)).unwrap_or_default()
}

fn of(look: Look<'_>, order: &OrderId, show: impl FnOnce(&crate::domain::Amounts) -> String) -> String {
    look.model.orders.get(order).map_or_else(|| "the amount".to_owned(), |row| show(&row.seen.value.amounts))
}
