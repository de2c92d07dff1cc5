//! What an on-ramp order needs from the operator, in one sentence, and what there is to forward to
//! whoever pays.
//!
//! On-ramp orders name no `next_action` although the partner must act: what to do follows from the
//! status, `payment_request`, `fiat_funding_source` and `allowed_actions`. Source: reference,
//! section 7. The page follows the live order.

use super::{Behave, Context, Offer, Page, Step, payer::PayerPage, send_out::SendOutPage};
use crate::app::command::Command;
use crate::app::flow::ActionRequest;
use crate::app::model::Level;
use crate::app::orders::Row;
use crate::domain::action::{self, ActionKind};
use crate::domain::status::KnownStatus;
use crate::domain::text::visible;
use crate::domain::{Direction, Order, OrderId, Status};

/// What an on-ramp order needs from the operator.
#[derive(Debug)]
pub struct OnRamp {
    /// The order.
    pub order: OrderId,
    scroll: u16,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The operator's.
    Yours,
    /// Somebody else's.
    Others,
    /// Nobody's, and all is well.
    Over,
    /// Nobody's, and it went wrong.
    Failed,
}

/// What an order needs now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Whose turn it is.
    pub turn: Turn,
    /// What to do, in a sentence.
    pub words: String,
}

impl OnRamp {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self { order, scroll: 0 }
    }

    /// The order as last read.
    pub fn row<'a>(&self, context: &Context<'a>) -> Option<&'a Row> {
        context.orders.get(&self.order)
    }

    /// Lines scrolled.
    pub fn scroll(&self) -> u16 {
        self.scroll
    }
}

fn fiat(order: &Order) -> String {
    let amounts = &order.amounts;
    let amount = amounts.fiat.map_or_else(|| "the amount".to_owned(), |a| a.to_string());
    format!("{amount} {}", amounts.fiat_currency.as_deref().unwrap_or_default()).trim_end().to_owned()
}

/// What the order needs now, as it was last read.
pub fn need(order: &Order) -> Need {
    let say = |turn, words: &str| Need { turn, words: words.to_owned() };
    if order.direction == Direction::OffRamp {
        return say(Turn::Others, "This is an off-ramp order: its keys are on the orders' screen.");
    }
    let Status::Known(status) = &order.status else {
        return say(Turn::Others, "A status this version does not know: go by what the order offers below.");
    };
    match status {
        KnownStatus::Created | KnownStatus::AwaitingLiquidityProvider => {
            say(Turn::Others, "Nothing to do yet: a provider has to accept the order. Nobody must pay before that.")
        }
        KnownStatus::AwaitingVendorEscrowFunding => {
            say(Turn::Others, "Nothing to do yet: the vendor puts the crypto into escrow. Nobody must pay before that.")
        }
        KnownStatus::AwaitingFiatTransfer => paying(order),
        KnownStatus::FiatTransferPending => {
            say(Turn::Others, "Nothing to do: you said that the fiat was paid; the vendor looks for it in their bank.")
        }
        KnownStatus::Completed if action::offered(order, ActionKind::SendOut) => say(
            Turn::Over,
            "Done: the crypto was bought and is in the wallet. If it is wanted on another chain, t sends it there.",
        ),
        KnownStatus::Completed => say(Turn::Over, "Done: the crypto was bought and is in the wallet."),
        KnownStatus::SendOutPending => say(Turn::Others, "Nothing to do: the crypto is on its way to the other chain."),
        KnownStatus::SendOutCompleted => say(Turn::Over, "Done: the crypto arrived on the other chain."),
        KnownStatus::SendOutFailed => say(
            Turn::Failed,
            "The transfer to the other chain failed; the purchase itself stays done. Ask support with the order's id.",
        ),
        KnownStatus::Cancelled => {
            say(Turn::Failed, "Cancelled: nobody must pay any more. If somebody has paid, ask support at once.")
        }
        KnownStatus::Failed => say(Turn::Failed, "Failed: nobody must pay any more. Ask support with the order's id."),
        other => say(Turn::Others, other.meaning()),
    }
}

/// `awaiting_fiat_transfer`: the one place where the partner moves an on-ramp order.
fn paying(order: &Order) -> Need {
    let amount = fiat(order);
    if order.customer_funds() {
        let words = format!(
            "The customer pays {amount} into an account of their own; the transfer confirms itself. Nothing to press."
        );
        return Need { turn: Turn::Others, words };
    }
    if action::offered(order, ActionKind::PayerDetails) {
        let words = format!("First tell the vendor who pays: s. Only then may {amount} be paid.");
        return Need { turn: Turn::Yours, words };
    }
    if action::offered(order, ActionKind::PaymentSent) {
        let forward = if order.vendor.is_some() { "Forward what stands below (c copies it). " } else { "" };
        let words = format!("{forward}When the customer has paid exactly {amount}, say so: p.");
        return Need { turn: Turn::Yours, words };
    }
    let words = format!("The customer pays {amount} to the vendor; the order offers nothing to press now.");
    Need { turn: Turn::Others, words }
}

/// What is forwarded to whoever pays, line by line: a label and a value, the amount first.
pub fn to_forward(order: &Order) -> Vec<(String, String)> {
    let Some(vendor) = &order.vendor else { return Vec::new() };
    let named = |label: &str, value: &Option<String>| value.as_ref().map(|v| (label.to_owned(), visible(v)));
    let mut lines: Vec<(String, String)> = Vec::new();
    lines.extend(order.amounts.fiat.map(|_| ("amount".to_owned(), visible(&fiat(order)))));
    lines.extend(named("method", &vendor.method));
    lines.extend(named("network", &vendor.network));
    lines.extend(vendor.details.iter().map(|(key, value)| (visible(key), visible(value))));
    lines
}

fn all_as_text(lines: &[(String, String)]) -> String {
    lines.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("\n")
}

/// The line a digit stands for.
fn line_of(key: char, lines: &[(String, String)]) -> Option<&(String, String)> {
    let at = usize::try_from(key.to_digit(10)?).ok()?;
    lines.get(at.checked_sub(1)?)
}

const DIGITS: [char; 9] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

impl Behave for OnRamp {
    fn title(&self) -> String {
        format!("On-ramp order {}", self.order)
    }

    fn offers(&self, context: Context<'_>) -> Vec<Offer> {
        let Some(row) = self.row(&context) else { return Vec::new() };
        let order = &row.seen.value;
        let mut offers = Vec::new();
        let mut offer = |when: bool, key, hint| {
            if when {
                offers.push(Offer { key, hint });
            }
        };
        offer(action::offered(order, ActionKind::PayerDetails), 's', "who pays");
        offer(action::offered(order, ActionKind::PaymentSent), 'p', "payment sent");
        offer(action::offered(order, ActionKind::SendOut), 't', "send out");
        offer(order.vendor.is_some(), 'c', "copy all");
        let lines = to_forward(order).len();
        for (at, digit) in DIGITS.into_iter().enumerate() {
            offer(at < lines, digit, if at == 0 { "copy a line" } else { "" });
        }
        offer(order.send_out_tx_hash.is_some(), 'h', "copy hash");
        offers
    }

    fn key(&mut self, key: char, context: Context<'_>) -> Vec<Step> {
        let Some(row) = self.row(&context) else { return Vec::new() };
        let order = &row.seen.value;
        let lines = to_forward(order);
        let open = |page| vec![Step::Open(Box::new(page))];
        match key {
            's' => open(Page::Payer(PayerPage::new(self.order.clone()))),
            't' => open(Page::SendOut(SendOutPage::new(self.order.clone()))),
            'p' => vec![Step::ActWith(self.order.clone(), ActionRequest::PaymentSent)],
            'c' => vec![Step::Copy { text: all_as_text(&lines), what: "what to pay and where".to_owned() }],
            'h' => order
                .send_out_tx_hash
                .iter()
                .map(|hash| Step::Copy { text: visible(hash), what: "the transaction hash".to_owned() })
                .collect(),
            digit => line_of(digit, &lines)
                .map(|(label, value)| Step::Copy { text: value.clone(), what: format!("{label}: {value}") })
                .into_iter()
                .collect(),
        }
    }

    fn command(&mut self, command: Command, context: Context<'_>) -> Vec<Step> {
        match command {
            Command::Back => return vec![Step::Close],
            Command::Down(by) => self.scroll = self.scroll.saturating_add(by).min(200),
            Command::Up(by) => self.scroll = self.scroll.saturating_sub(by),
            Command::Open if self.row(&context).is_none() => {
                return vec![Step::Say(Level::Info, "The order was not read yet.".to_owned())];
            }
            _ => {}
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests;
