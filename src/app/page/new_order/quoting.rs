//! From the answer to a quote to the order made of it.
//!
//! What is shown, and made an order of, is what was asked for, never what the form holds by now.

use super::{Attempt, Gate, Held, NewOrder, Stage, about_kyc, fields};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::model::Level;
use crate::app::page::{Context, Step};
use crate::domain::quote::{Initiated, Quote};

impl NewOrder {
    /// What is shown and made an order of is what was *asked*, not what the form holds by now.
    pub(super) fn quoted(&mut self, request: &Request, quote: &Quote) {
        self.form.sending(false);
        let (user, payment_details, currencies, side) = match request {
            Request::OffRampQuote(r) => (
                r.user.clone(),
                Some(r.payment_details.clone()),
                (r.crypto_currency.clone(), r.fiat_currency.clone()),
                r.side,
            ),
            Request::OnRampQuote(r) => {
                let price = &r.price;
                (r.user.clone(), None, (price.crypto_currency.clone(), price.fiat_currency.clone()), price.side)
            }
            _ => return,
        };
        let before = match &self.stage {
            Stage::Quoted(held) => held.quote.amounts.rate,
            _ => None,
        };
        let held = Held {
            quote: quote.clone(),
            asked: request.clone(),
            user,
            payment: self.lists.payments.iter().find(|p| Some(&p.id) == payment_details.as_ref()).cloned(),
            payment_details,
            reference: self.form.filled(fields::REFERENCE).map(str::to_owned),
            currencies,
            side,
            attempt: Attempt::Open,
            unsure: false,
            earlier_lost: self.lost,
            before,
            gate: Gate::default(),
        };
        self.stage = Stage::Quoted(Box::new(held));
    }

    /// No quote: back to the form with everything in it, or to the user where their KYC is in the way.
    pub(super) fn not_quoted(&mut self, failure: &Failure) {
        self.form.sending(false);
        self.stage = Stage::Form;
        if about_kyc(failure) {
            self.stage = Stage::Blocked(failure.clone());
        } else {
            self.form.refused(failure);
        }
    }

    /// Back to the form. A quote still being asked for is not wanted any more: its answer must not
    /// come up in the middle of what is being typed.
    pub(super) fn back_to_form(&mut self) {
        self.awaited = None;
        self.stage = Stage::Form;
    }

    pub(super) fn initiated(&mut self, result: Result<&Answer, &Failure>) -> Vec<Step> {
        match (result, &mut self.stage) {
            (Ok(Answer::Initiated(made)), _) => {
                vec![Step::Say(Level::Info, made_words(made)), Step::ShowOrder(made.order.clone())]
            }
            (Err(failure), Stage::Quoted(held)) => {
                held.failed(failure);
                self.lost |= held.unsure;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn held_key(&mut self, key: char, context: Context<'_>) -> Vec<Step> {
        let Stage::Quoted(held) = &mut self.stage else { return Vec::new() };
        match key {
            'y' if held.can_yes(&context) => {
                held.attempt = Attempt::Sending;
                held.gate = Gate::default();
                vec![Step::Ask(held.initiate())]
            }
            'r' if held.can_requote() => {
                held.attempt = Attempt::Requoting;
                self.awaited = Some(held.asked.clone());
                vec![Step::Ask(held.asked.clone())]
            }
            _ => Vec::new(),
        }
    }
}

fn made_words(made: &Initiated) -> String {
    let status = made.status.as_ref().map_or_else(String::new, |s| format!(" ({})", s.label()));
    let missing =
        if made.required_fields.is_empty() { "" } else { " The user's address is missing: d leads to its form." };
    format!("Order {} was made{status}.{missing}", made.order.short())
}
