//! Estimate, quote, initiate.
//!
//! A form; beside it an estimate that binds nobody; then the quote with its life counting down, and
//! the question whether to make an order of it. What was typed is never lost: `r` asks for the same
//! quote again, `e` goes back to the form. Source: reference, section 4.

mod fields;
mod filling;
mod held;
mod quoting;
#[cfg(test)]
mod tests;

use super::{Behave, Context, Offer, Page, Step, user::UserPage};
use crate::app::ask::{Answer, Request};
use crate::app::command::Command;
use crate::app::failure::Failure;
use crate::app::flow::gate::Gate;
use crate::app::form::{Form, FormStep};
use crate::app::model::Level;
use crate::domain::catalogue::{CryptoCurrency, FiatCurrency};
use crate::domain::quote::{Estimate, PriceRequest};
use crate::domain::{Direction, KycStatus, Order, OrderId, PaymentProfile, UserId};
pub use fields::moves;
pub use held::{Attempt, Held, Life, about_kyc};

/// What the API lists for choosing from. An error says whether it stayed silent for good.
#[derive(Debug)]
pub(super) struct Lists {
    crypto: Result<Vec<CryptoCurrency>, bool>,
    fiat: Result<Vec<FiatCurrency>, bool>,
    payments: Vec<PaymentProfile>,
}

/// An estimate on the page.
#[derive(Debug)]
pub struct Estimated {
    /// What it was asked by.
    pub asked: (Direction, PriceRequest),
    /// What came of it; `None` while it is under way.
    pub result: Option<Result<Estimate, Failure>>,
}

#[derive(Debug)]
enum Stage {
    Form,
    /// A quote was refused because of the user's KYC.
    Blocked(Failure),
    Quoted(Box<Held>),
}

/// What is in sight.
#[derive(Debug, Clone, Copy)]
pub enum InSight<'a> {
    /// The form.
    Form,
    /// Why there is no quote: the user's KYC.
    Blocked(&'a Failure),
    /// The quote.
    Quoted(&'a Held),
}

/// Estimate, quote, initiate.
#[derive(Debug)]
pub struct NewOrder {
    form: Form,
    built: bool,
    prefilled: fields::Prefilled,
    /// The order whose price moved, which this one is to follow.
    again: Option<OrderId>,
    lists: Lists,
    /// Whose payment profiles are listed.
    payments_of: Option<UserId>,
    payments_trouble: Option<String>,
    estimate: Option<Estimated>,
    /// The answer to an initiate was lost: an order may exist that is not seen here.
    lost: bool,
    /// The quote that is being asked for; the answer to any other is dropped.
    awaited: Option<Request>,
    stage: Stage,
}

impl NewOrder {
    /// Empty.
    pub fn new() -> Self {
        Self {
            form: Form::new(Vec::new()),
            built: false,
            prefilled: fields::Prefilled::new(),
            again: None,
            lists: Lists { crypto: Err(false), fiat: Err(false), payments: Vec::new() },
            payments_of: None,
            payments_trouble: None,
            estimate: None,
            lost: false,
            awaited: None,
            stage: Stage::Form,
        }
    }

    /// For this user, whoever is chosen in the panes.
    pub fn of_user(user: &UserId) -> Self {
        let mut page = Self::new();
        page.prefilled.insert(fields::USER, user.to_string());
        page
    }

    /// The same again, after the price of `order` had moved too far. Which amount was exact the order
    /// does not say: the crypto is taken, and the operator looks.
    pub fn again(order: &Order) -> Self {
        let mut page = Self::new();
        let amounts = &order.amounts;
        let way = if order.direction == Direction::OnRamp { "onramp" } else { "offramp" };
        let known = [
            (fields::DIRECTION, Some(way.to_owned())),
            (fields::CRYPTO, amounts.crypto_currency.clone()),
            (fields::FIAT, amounts.fiat_currency.clone()),
            (fields::CRYPTO_AMOUNT, amounts.crypto.map(|a| a.to_string())),
            (fields::PAYMENT, order.links.payment_details.as_ref().map(ToString::to_string)),
            (fields::USER, order.links.user.as_ref().map(ToString::to_string)),
        ];
        page.prefilled = known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        page.again = Some(order.id.clone());
        page
    }

    /// What is in sight.
    pub fn in_sight(&self) -> InSight<'_> {
        match &self.stage {
            Stage::Form => InSight::Form,
            Stage::Blocked(failure) => InSight::Blocked(failure),
            Stage::Quoted(held) => InSight::Quoted(held),
        }
    }

    /// The form, in sight or not.
    pub fn inputs(&self) -> &Form {
        &self.form
    }

    /// Off-ramp or on-ramp, as the form stands.
    pub fn direction(&self) -> Direction {
        fields::direction(&self.form)
    }

    /// The chosen user.
    pub fn user(&self) -> Option<UserId> {
        fields::user(&self.form)
    }

    /// The order whose price moved, which this one is to follow.
    pub fn follows(&self) -> Option<&OrderId> {
        self.again.as_ref()
    }

    /// Why the user's payment details could not be read.
    pub fn payments_trouble(&self) -> Option<&str> {
        self.payments_trouble.as_deref()
    }

    /// Whether the answer to an initiate was lost: an order may exist already.
    pub fn lost(&self) -> bool {
        self.lost
    }

    /// The latest estimate.
    pub fn estimate(&self) -> Option<&Estimated> {
        self.estimate.as_ref()
    }

    /// Whether the latest estimate is of what stands in the form.
    pub fn estimate_is_current(&self) -> bool {
        let now = fields::price(&self.form).map(|price| (self.direction(), price));
        self.estimate.as_ref().map(|e| &e.asked) == now.as_ref()
    }

    /// The KYC status of the chosen user where it is not `VERIFIED`.
    pub fn not_verified(&self, context: &Context<'_>) -> Option<String> {
        let user = context.people.user(&self.user()?)?;
        match &user.value.kyc {
            Some(KycStatus::Verified) => None,
            Some(other) => Some(other.label()),
            None => Some("not known".to_owned()),
        }
    }
}

impl Default for NewOrder {
    fn default() -> Self {
        Self::new()
    }
}

impl Behave for NewOrder {
    fn title(&self) -> String {
        let what = match &self.stage {
            Stage::Form => "New order",
            Stage::Blocked(_) => "New order · no quote",
            Stage::Quoted(_) => "New order · quote",
        };
        what.to_owned()
    }

    fn form(&self) -> Option<&Form> {
        matches!(self.stage, Stage::Form).then_some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        matches!(self.stage, Stage::Form).then_some(&mut self.form)
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        if self.built {
            return self.read_payments(true, context);
        }
        self.build(context);
        let mut steps = vec![Step::Ask(Request::CryptoCurrencies), Step::Ask(Request::FiatCurrencies)];
        steps.extend(self.read_payments(false, context));
        steps
    }

    fn form_step(&mut self, step: FormStep, context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => vec![Step::Close],
            FormStep::Changed(name) => self.changed(&name, context),
            FormStep::Estimate => self.ask_estimate(),
            FormStep::Submit => self.ask_quote(),
            FormStep::Nothing | FormStep::Search { .. } => Vec::new(),
        }
    }

    fn offers(&self, context: Context<'_>) -> Vec<Offer> {
        let offer = |when: bool, key, hint| when.then_some(Offer { key, hint });
        let offers = match &self.stage {
            Stage::Form => return Vec::new(),
            Stage::Blocked(_) => vec![offer(true, 'i', "the user"), offer(true, 'e', "change the order")],
            Stage::Quoted(held) => {
                let idle = !matches!(held.attempt, Attempt::Sending | Attempt::Requoting);
                let open = held.can_yes(&context) && held.gate.is_open(context.now.mono);
                vec![
                    offer(open, 'y', "make the order"),
                    offer(held.wants_kyc(), 'i', "the user"),
                    offer(held.can_requote(), 'r', "new quote, same inputs"),
                    offer(idle, 'e', "change it"),
                ]
            }
        };
        offers.into_iter().flatten().collect()
    }

    fn key(&mut self, key: char, context: Context<'_>) -> Vec<Step> {
        match key {
            'e' => {
                self.back_to_form();
                Vec::new()
            }
            'i' => {
                let user = match &self.stage {
                    Stage::Quoted(held) => Some(held.user.clone()),
                    Stage::Form | Stage::Blocked(_) => self.user(),
                };
                let user = user.map(|user| Page::User(UserPage::new(user)));
                user.map(|page| Step::Open(Box::new(page))).into_iter().collect()
            }
            _ => self.held_key(key, context),
        }
    }

    fn command(&mut self, command: Command, _context: Context<'_>) -> Vec<Step> {
        if command != Command::Back {
            return Vec::new();
        }
        match &self.stage {
            Stage::Quoted(held) if held.attempt == Attempt::Sending => {
                let words = "The order is being made and cannot be taken back; what comes of it will show here.";
                vec![Step::Say(Level::Warning, words.to_owned())]
            }
            // To the list, where the order would be.
            Stage::Quoted(held) if held.unsure || held.used() => vec![Step::Close],
            Stage::Quoted(_) | Stage::Blocked(_) => {
                self.back_to_form();
                Vec::new()
            }
            Stage::Form => vec![Step::Close],
        }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, context: Context<'_>) -> Vec<Step> {
        match (request, result) {
            (Request::CryptoCurrencies, _) => self.listed(result, false, context),
            (Request::FiatCurrencies, _) => self.listed(result, true, context),
            (Request::Payments(user), _) if self.payments_of.as_ref() == Some(user) => match result {
                Ok(Answer::Payments(profiles)) => {
                    self.payments_trouble = None;
                    self.take_payments(profiles.clone());
                }
                Ok(_) => {}
                Err(failure) => self.payments_trouble = Some(failure.what.clone()),
            },
            (Request::Estimate(direction, price), _) => self.estimated(&(*direction, price.clone()), result),
            (Request::OffRampQuote(_) | Request::OnRampQuote(_), _) if self.awaited.as_ref() == Some(request) => {
                self.awaited = None;
                match result {
                    Ok(Answer::Quote(quote)) => self.quoted(request, quote),
                    Ok(_) => self.form.sending(false),
                    Err(failure) => self.not_quoted(failure),
                }
            }
            (Request::Initiate { .. }, _) => return self.initiated(result),
            _ => {}
        }
        Vec::new()
    }

    /// Users are read while the form is open.
    fn tick(&mut self, context: Context<'_>) -> Vec<Step> {
        let users = fields::users(context.people);
        if !self.form.field(fields::USER).is_some_and(|field| field.options() != users) {
            return Vec::new();
        }
        self.form.relist(fields::USER, users);
        self.read_payments(false, context)
    }

    fn gate(&mut self) -> Option<&mut Gate> {
        match &mut self.stage {
            Stage::Quoted(held) if held.asks() => Some(&mut held.gate),
            _ => None,
        }
    }

    fn gate_state(&self) -> Option<&Gate> {
        match &self.stage {
            Stage::Quoted(held) if held.asks() => Some(&held.gate),
            _ => None,
        }
    }
}
