//! Changing single KYC fields: those an order demands, or any of a user's. All or nothing; blank
//! values are ignored by the API, so its answer says what was really taken. Source: reference,
//! section 3.

use super::{Behave, Context, Step, kyc_fields};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::form::{Choice, Field, Form, FormStep};
use crate::app::model::Level;
use crate::domain::kyc::{KycChange, KycUpdated};
use crate::domain::{OrderId, UserId};

/// Changing single KYC fields.
#[derive(Debug)]
pub struct Address {
    /// The order that demands it, if one does.
    pub order: Option<OrderId>,
    user: Option<UserId>,
    form: Form,
    names: Vec<String>,
    is_set: bool,
}

impl Address {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self { order: Some(order), user: None, form: Form::new(Vec::new()), names: Vec::new(), is_set: false }
    }

    /// For this user, without an order.
    pub fn of_user(user: UserId) -> Self {
        Self { order: None, user: Some(user), form: Form::new(Vec::new()), names: Vec::new(), is_set: false }
    }

    /// Whose data are changed; `None` while that is to be chosen.
    pub fn user(&self) -> Option<&UserId> {
        self.user.as_ref()
    }

    /// The fields, known only once it is known what the order demands and whose it is.
    fn set_up(&mut self, context: Context<'_>) {
        let order = self.order.as_ref();
        let need = order.and_then(|id| context.orders.get(id)).and_then(|row| row.seen.value.action_required.as_ref());
        let demanded = need.map(|need| need.fields.clone()).unwrap_or_default();
        let mut fields = Vec::new();
        if let Some(order) = order {
            self.user = context.people.owner(order).cloned();
            if self.user.is_none() {
                fields.push(owner(context));
            }
        }
        let wanted: Vec<(String, Option<String>)> = match (order, demanded.is_empty()) {
            (Some(_), false) => demanded.into_iter().map(|(name, label)| (name, Some(label))).collect(),
            (Some(_), true) => kyc_fields::ADDRESS.iter().map(|name| ((*name).to_owned(), None)).collect(),
            (None, _) => kyc_fields::CHANGEABLE.iter().map(|name| ((*name).to_owned(), None)).collect(),
        };
        let must = self.order.is_some();
        fields.extend(wanted.iter().map(|(name, label)| {
            let field = kyc_fields::field(name, label.as_deref());
            if must { field.required() } else { field }
        }));
        self.names = wanted.into_iter().map(|(name, _)| name).collect();
        self.form = Form::new(fields);
        self.is_set = true;
    }

    fn send(&mut self) -> Vec<Step> {
        let user = self.user.clone().or_else(|| UserId::parse(self.form.value("user")).ok());
        let Some(user) = user else { return Vec::new() };
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let change = KycChange(kyc_fields::filled(&self.form, &names));
        if change.0.is_empty() {
            let nothing =
                Failure::not_sent("Nothing is filled in.", "Nothing was sent; fill in what is to be changed.");
            self.form.refused(&nothing);
            return Vec::new();
        }
        self.form.sending(true);
        vec![Step::Ask(Request::ChangeKyc(user, change))]
    }

    /// Done only when everything that was sent was taken.
    fn taken(&mut self, sent: &KycChange, updated: &KycUpdated) -> Vec<Step> {
        let missing: Vec<&str> = sent
            .0
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !updated.fields.iter().any(|f| f == name))
            .collect();
        let taken = if updated.fields.is_empty() { "nothing".to_owned() } else { updated.fields.join(", ") };
        if !missing.is_empty() {
            let what = format!("The API took {taken}, but not {}.", missing.join(", "));
            let problem =
                Failure::not_sent(what, "Correct what was not taken and send the form again; it is as you left it.");
            self.form.refused(&problem);
            return Vec::new();
        }
        match self.order.clone() {
            Some(order) => {
                let said = format!("The API took {taken}. The order is read again.");
                vec![Step::ShowOrder(order), Step::Say(Level::Info, said)]
            }
            None => vec![Step::Say(Level::Info, format!("The API took {taken}.")), Step::Close],
        }
    }
}

/// The choice of whose order it is. Nobody is chosen beforehand: a wrong person's data cannot be
/// sent by pressing Enter.
fn owner(context: Context<'_>) -> Field {
    let label = |id: &UserId| {
        let user = context.people.user(id).map(|seen| &seen.value);
        let name = user.and_then(|u| u.name().or_else(|| u.email.clone()));
        name.map_or_else(|| id.to_string(), |name| format!("{name} · {id}"))
    };
    let choices: Vec<Choice> = context.people.users().map(|(id, _)| Choice::new(id.to_string(), label(id))).collect();
    Field::choice("user", "whose order is it", choices)
        .with("")
        .required()
        .hint("Arrows choose. Never use another person's data.")
}

impl Behave for Address {
    fn title(&self) -> String {
        match &self.order {
            Some(order) => format!("KYC data an order needs · order {order}"),
            None => "Change KYC data".to_owned(),
        }
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        Some(&mut self.form)
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        if !self.is_set {
            self.set_up(context);
        }
        Vec::new()
    }

    fn form_step(&mut self, step: FormStep, context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => vec![Step::Close],
            FormStep::Submit if !kyc_fields::was_born(&mut self.form, &context.now) => Vec::new(),
            FormStep::Submit => self.send(),
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        self.form.sending(false);
        match (request, result) {
            (Request::ChangeKyc(_, sent), Ok(Answer::KycUpdated(updated))) => self.taken(sent, updated),
            (_, Err(failure)) => {
                kyc_fields::refused(&mut self.form, failure);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
