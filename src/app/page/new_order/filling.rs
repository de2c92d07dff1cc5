//! Filling the form in: what is known beforehand, what one choice means for the others, and what the
//! API lists for choosing from. Nothing the operator typed is lost on the way.

use super::fields::{self, Shape};
use super::{Estimated, NewOrder};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::form::{Form, Rule};
use crate::app::model::Level;
use crate::app::page::{Context, Step};
use crate::domain::quote::PriceRequest;
use crate::domain::{Direction, PaymentProfile};

impl NewOrder {
    pub(super) fn build(&mut self, context: Context<'_>) {
        self.built = true;
        if let Some(order) = &self.again {
            let user = context.people.owner(order).map(ToString::to_string);
            let payment = context.people.payment_of(order).map(ToString::to_string);
            self.prefilled.extend(user.map(|user| (fields::USER, user)));
            self.prefilled.extend(payment.map(|payment| (fields::PAYMENT, payment)));
        }
        if let (false, Some(user)) = (self.prefilled.contains_key(fields::USER), context.user) {
            self.prefilled.insert(fields::USER, user.to_string());
        }
        let way = self.prefilled.get(fields::DIRECTION).map(String::as_str);
        let direction = if way == Some("onramp") { Direction::OnRamp } else { Direction::OffRamp };
        let shape = Shape { direction, fiat_given: false, tolerance: false };
        self.form = Form::new(fields::fields(shape, &self.lists, context.people));
        for (name, value) in &self.prefilled {
            self.form.set(name, value);
        }
    }

    /// The fields that belong to what was chosen; what was typed stays.
    pub(super) fn reshape(&mut self, context: Context<'_>) {
        let shape = Shape::of(&self.form);
        let before =
            (self.form.value(fields::CRYPTO_AMOUNT).to_owned(), self.form.value(fields::FIAT_AMOUNT).to_owned());
        self.form.replace_fields(fields::fields(shape, &self.lists, context.people));
        // The number stays when the side changes: the operator sees it under its new name.
        let (name, other) =
            if shape.fiat_given { (fields::FIAT_AMOUNT, before.0) } else { (fields::CRYPTO_AMOUNT, before.1) };
        if self.form.value(name).is_empty() {
            self.form.set(name, &other);
        }
        self.hold_amount();
    }

    pub(super) fn hold_amount(&mut self) {
        let (name, rule) = fields::amount_rule(&self.form);
        let rule = match self.places().filter(|_| name == fields::CRYPTO_AMOUNT) {
            Some(most) => Rule::Places(most),
            None => rule,
        };
        self.form.hold(name, rule);
        let share = self.form.value(fields::SLIPPAGE) == "percent";
        self.form.hold(fields::SLIPPAGE_VALUE, if share { Rule::Share } else { Rule::Positive });
    }

    /// How many places the chosen token has: the API refuses more. `None` where it does not say.
    fn places(&self) -> Option<u32> {
        let code = self.form.value(fields::CRYPTO);
        let token = self.lists.crypto.as_ref().ok()?.iter().find(|token| token.code == code)?;
        token.decimals.and_then(|places| u32::try_from(places).ok())
    }

    /// Reads the payment profiles of the chosen user, once per user; what is known shows meanwhile.
    pub(super) fn read_payments(&mut self, anew: bool, context: Context<'_>) -> Vec<Step> {
        let user = self.user();
        if user == self.payments_of && !anew {
            return Vec::new();
        }
        self.payments_trouble = None;
        self.payments_of.clone_from(&user);
        let known = user.as_ref().and_then(|user| context.people.payments(user)).unwrap_or_default().to_vec();
        self.take_payments(known);
        user.map(|user| Step::Ask(Request::Payments(user))).into_iter().collect()
    }

    pub(super) fn take_payments(&mut self, profiles: Vec<PaymentProfile>) {
        let before = self.form.value(fields::PAYMENT).to_owned();
        self.lists.payments = profiles;
        self.form.offer(fields::PAYMENT, fields::payments(&self.lists.payments));
        if let Some(wanted) = self.prefilled.get(fields::PAYMENT).filter(|_| before.is_empty())
            && self.lists.payments.iter().any(|p| p.id.as_str() == wanted)
        {
            self.form.set(fields::PAYMENT, wanted);
        }
        if self.form.value(fields::PAYMENT) != before {
            self.follow_payment();
        }
    }

    pub(super) fn payment(&self) -> Option<&PaymentProfile> {
        let id = self.form.value(fields::PAYMENT);
        self.lists.payments.iter().find(|p| p.id.as_str() == id)
    }

    /// The fiat is that of the payment details.
    pub(super) fn follow_payment(&mut self) {
        if let Some(currency) = self.payment().map(|p| p.currency.clone()) {
            self.form.set(fields::FIAT, &currency);
        }
        self.hold_amount();
    }

    pub(super) fn changed(&mut self, name: &str, context: Context<'_>) -> Vec<Step> {
        match name {
            fields::DIRECTION | fields::GIVEN | fields::SLIPPAGE => self.reshape(context),
            fields::USER => return self.read_payments(false, context),
            fields::PAYMENT => self.follow_payment(),
            fields::FIAT | fields::CRYPTO => self.hold_amount(),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn ask_estimate(&mut self) -> Vec<Step> {
        let Some(price) = fields::price(&self.form) else {
            let words = "An estimate needs crypto, fiat and a right amount; the rest may wait.";
            return vec![Step::Say(Level::Info, words.to_owned())];
        };
        let asked = (self.direction(), price);
        if self.estimate.as_ref().is_some_and(|e| e.asked == asked && e.result.is_none()) {
            return Vec::new();
        }
        self.estimate = Some(Estimated { asked: asked.clone(), result: None });
        vec![Step::Ask(Request::Estimate(asked.0, asked.1))]
    }

    pub(super) fn ask_quote(&mut self) -> Vec<Step> {
        if let Some(profile) = self
            .payment()
            .filter(|p| self.direction() == Direction::OffRamp && p.currency != self.form.value(fields::FIAT))
        {
            let words =
                format!("these payment details take {}, not {}", profile.currency, self.form.value(fields::FIAT));
            self.form.refused(&Failure::not_sent(words, "Nothing was sent.").about(&[fields::FIAT]));
            return Vec::new();
        }
        let Some(request) = fields::quote(&self.form) else { return Vec::new() };
        self.form.sending(true);
        self.awaited = Some(request.clone());
        vec![Step::Ask(request)]
    }

    pub(super) fn estimated(&mut self, asked: &(Direction, PriceRequest), result: Result<&Answer, &Failure>) {
        let result = match result {
            Ok(Answer::Estimate(estimate)) => Ok(estimate.clone()),
            Ok(_) => return,
            Err(failure) => Err(failure.clone()),
        };
        if let Some(estimate) = self.estimate.as_mut().filter(|e| e.asked == *asked) {
            estimate.result = Some(result);
        }
    }

    pub(super) fn listed(&mut self, result: Result<&Answer, &Failure>, fiat: bool, context: Context<'_>) {
        match (result, fiat) {
            (Ok(Answer::CryptoCurrencies(list)), _) => self.lists.crypto = Ok(list.clone()),
            (Ok(Answer::FiatCurrencies(list)), _) => self.lists.fiat = Ok(list.clone()),
            (_, true) => self.lists.fiat = Err(true),
            (_, false) => self.lists.crypto = Err(true),
        }
        self.reshape(context);
        let name = if fiat { fields::FIAT } else { fields::CRYPTO };
        if let Some(value) = self.prefilled.get(name) {
            self.form.set(name, value);
        }
        if fiat && self.direction() == Direction::OffRamp {
            self.follow_payment();
        }
    }
}
