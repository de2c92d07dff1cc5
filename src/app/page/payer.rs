//! Who pays the fiat of an on-ramp order whose vendor asks: one of the user's payment profiles, or
//! details given with the call.
//!
//! Nothing is sent from here: it ends in the question of the action. The API takes it once, before
//! the payment is confirmed. Source: reference, section 7.

use super::handover::{self, Handover};
use super::{Behave, Context, Step};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::flow::ActionRequest;
use crate::app::form::{Choice, Field, Form, FormStep, Rule, pairs};
use crate::domain::action::{self, ActionKind};
use crate::domain::payment::{Payer, masked};
use crate::domain::{OrderId, PaymentDetailsId, PaymentProfile, UserId};

const PAYER: &str = "payment_details_id";
const METHOD: &str = "payment_method_id";
const NETWORK: &str = "payment_network_id";
const DETAILS: &str = "details";
const COUNTRY: &str = "country_code";
const INLINE: &str = "inline";

/// Who pays the fiat of an on-ramp order.
#[derive(Debug)]
pub struct PayerPage {
    /// The order.
    pub order: OrderId,
    form: Form,
    /// The user's profiles in the order's currency, and how many are in others.
    profiles: Option<(Vec<PaymentProfile>, usize)>,
    /// Why they could not be read.
    trouble: Option<String>,
    handover: Handover,
}

impl PayerPage {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self { order, form: Form::new(Vec::new()), profiles: None, trouble: None, handover: Handover::default() }
    }

    /// Why the user's payment profiles could not be read.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// How many of the user's profiles are in other currencies than the order.
    pub fn of_other_currencies(&self) -> usize {
        self.profiles.as_ref().map_or(0, |(_, others)| *others)
    }

    /// Why nothing can be said now, as the order was last read.
    pub fn objection(&self, context: Context<'_>) -> Option<String> {
        let Some(row) = context.orders.get(&self.order) else {
            return Some("The order was not read yet.".to_owned());
        };
        let order = &row.seen.value;
        let words = order.status.label();
        (!action::offered(order, ActionKind::PayerDetails))
            .then(|| format!("The order is {words} and does not ask who pays."))
    }

    fn take(&mut self, profiles: &[PaymentProfile], context: Context<'_>) {
        let row = context.orders.get(&self.order);
        let currency = row.and_then(|row| row.seen.value.amounts.fiat_currency.clone());
        let fits = |p: &&PaymentProfile| currency.as_ref().is_none_or(|c| *c == p.currency);
        let own: Vec<PaymentProfile> = profiles.iter().filter(fits).cloned().collect();
        let others = profiles.len() - own.len();
        self.profiles = Some((own, others));
        self.rebuild();
    }

    fn rebuild(&mut self) {
        if self.profiles.is_none() && self.trouble.is_none() {
            let waiting = Field::choice(PAYER, "who pays", Vec::new()).required().hint("Asking the API…");
            self.form.replace_fields(vec![waiting]);
            return;
        }
        let profiles = self.profiles.as_ref().map_or(&[][..], |(own, _)| own);
        // What the operator did not choose gives way to the first profile that comes in.
        let chosen = self.form.filled(PAYER).filter(|_| self.form.is_dirty());
        let inline = chosen.map_or(profiles.is_empty(), |value| value == INLINE);
        let first = profiles.first().map(|p| p.id.clone()).filter(|_| chosen.is_none());
        self.form.replace_fields(fields(profiles, inline));
        if let Some(first) = first {
            self.form.set(PAYER, first.as_str());
        }
    }

    fn payer(&self) -> Option<Payer> {
        let form = &self.form;
        if form.value(PAYER) != INLINE {
            return PaymentDetailsId::parse(form.value(PAYER)).ok().map(Payer::Profile);
        }
        Some(Payer::Inline {
            method: form.value(METHOD).parse().ok()?,
            network: form.value(NETWORK).parse().ok()?,
            details: pairs(form.value(DETAILS))?,
            country: form.filled(COUNTRY).map(str::to_uppercase),
        })
    }
}

fn fields(profiles: &[PaymentProfile], inline: bool) -> Vec<Field> {
    let mut choices: Vec<Choice> = profiles.iter().map(|p| Choice::new(p.id.as_str(), profile_label(p))).collect();
    choices.push(Choice::new(INLINE, "somebody else: details given here"));
    let payer =
        Field::choice(PAYER, "who pays", choices).hint("From whose account the vendor will see the money come.");
    let mut fields = vec![payer.required()];
    if inline {
        let whole = |name, label, hint: &str| Field::text(name, label).required().rule(Rule::Whole).hint(hint);
        fields.push(whole(METHOD, "payment method id", "payment_method_id: the number of the institution."));
        fields.push(whole(NETWORK, "payment network id", "payment_network_id: the number of the rail."));
        fields.push(
            Field::text(DETAILS, "details")
                .required()
                .private()
                .rule(Rule::Pairs)
                .hint("The rail's fields, like account_number=0123456789; account_name=Ada Obi"),
        );
        fields.push(Field::text(COUNTRY, "country").rule(Rule::Country).hint("Two letters, if the rail wants it."));
    }
    fields
}

/// A profile in one line, its account masked.
pub fn profile_label(profile: &PaymentProfile) -> String {
    let account = ACCOUNTS.iter().find_map(|word| profile.details.iter().find(|(key, _)| key.contains(word)));
    let parts = [
        Some(format!("#{}", profile.id)),
        Some(profile.rail.clone()),
        Some(profile.currency.clone()),
        profile.institution.clone(),
        account.or_else(|| profile.details.first()).map(|(_, value)| masked(value)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Words in the names of details that hold the account, the surest first.
const ACCOUNTS: [&str; 4] = ["account_number", "iban", "number", "phone"];

fn owner<'a>(order: &OrderId, context: &Context<'a>) -> Option<&'a UserId> {
    context.people.owner(order)
}

impl Behave for PayerPage {
    fn title(&self) -> String {
        format!("Who pays · order {}", self.order.short())
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        Some(&mut self.form)
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        if self.profiles.is_some() {
            return Vec::new();
        }
        let Some(user) = owner(&self.order, &context) else {
            self.trouble = Some("whose order this is, is not known".to_owned());
            self.take(&[], context);
            return Vec::new();
        };
        match context.people.payments(user) {
            Some(known) => self.take(known, context),
            None => self.rebuild(),
        }
        vec![Step::Ask(Request::Payments(user.clone()))]
    }

    fn form_step(&mut self, step: FormStep, context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => vec![Step::Close],
            FormStep::Changed(name) if name == PAYER => {
                let inline = self.form.value(PAYER) == INLINE;
                if inline != self.form.field(METHOD).is_some() && !self.form.value(PAYER).is_empty() {
                    self.rebuild();
                }
                Vec::new()
            }
            FormStep::Submit => {
                if let Some(why) = self.objection(context) {
                    return handover::object(&mut self.form, why);
                }
                let Some(payer) = self.payer() else { return Vec::new() };
                self.handover.open();
                vec![Step::ActWith(self.order.clone(), ActionRequest::PayerDetails(payer))]
            }
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, context: Context<'_>) -> Vec<Step> {
        match (request, result) {
            (Request::Payments(_), Ok(Answer::Payments(profiles))) => {
                self.trouble = None;
                self.take(profiles, context);
            }
            (Request::Payments(_), Err(failure)) => {
                self.trouble = Some(failure.what.clone());
                self.rebuild();
            }
            _ => {}
        }
        Vec::new()
    }

    /// The form is filled in further: what the API refused stands at the field it names.
    fn came_to_nothing(&mut self, order: &OrderId, failure: &Failure) {
        self.handover.came_to_nothing(*order == self.order, &mut self.form, failure);
    }

    fn tick(&mut self, context: Context<'_>) -> Vec<Step> {
        self.handover.tick(self.objection(context).is_some())
    }
}

#[cfg(test)]
mod tests;
