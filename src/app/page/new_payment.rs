//! Creating a payment profile with the rail's own fields. Source: reference, sections 2 and 3.
//!
//! The form grows with the choices: currency and country give the rails, the rail gives its fields,
//! and in the newer API the institution and the kind of beneficiary choose among several sets of
//! them. After every change `NewPayment::settle` brings the form in line with what is chosen.
//! What was typed for a field that went away is kept and comes back with it.

mod fields;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::latest::Latest;
use super::{Behave, Context, Step};
use crate::app::ask::{Answer, Request};
use crate::app::failure::{Failure, FailureKind};
use crate::app::form::{Form, FormStep, Kind};
use crate::app::model::Level;
use crate::domain::catalogue::FiatCurrency;
use crate::domain::payment::NewPaymentProfile;
use crate::domain::rails::{Institution, Rail};
use crate::domain::{Direction, PaymentProfile, UserId};

/// How often a change may lead to another: currency, country, rail, institution.
const ROUNDS: usize = 5;

/// What a field is like; the form is built anew only when this changes.
type Shape = Vec<(String, Kind, bool, String)>;

/// Creating a payment profile with the rail's own fields.
#[derive(Debug)]
pub struct NewPayment {
    /// Whose.
    pub user: UserId,
    form: Form,
    /// The form as it was last built.
    shape: Shape,
    /// The user's country, for a first guess.
    home: Option<String>,
    currencies: Vec<FiatCurrency>,
    rails: Vec<Rail>,
    institutions: Vec<Institution>,
    /// Currency and country the rails were asked for.
    place: (String, String),
    /// The rail the institutions were asked for.
    rail: String,
    currencies_read: Latest,
    rails_read: Latest,
    institutions_read: Latest,
    /// Why a list could not be read.
    trouble: Option<Failure>,
    /// What was typed for the fields of any rail.
    typed: BTreeMap<String, String>,
    /// What was sent and got no clear answer.
    lost: Option<NewPaymentProfile>,
}

impl NewPayment {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        let mut page = Self {
            user,
            form: Form::new(Vec::new()),
            shape: Vec::new(),
            home: None,
            currencies: Vec::new(),
            rails: Vec::new(),
            institutions: Vec::new(),
            place: Default::default(),
            rail: String::new(),
            currencies_read: Latest::default(),
            rails_read: Latest::default(),
            institutions_read: Latest::default(),
            trouble: None,
            typed: BTreeMap::new(),
            lost: None,
        };
        page.refit();
        page
    }

    /// Why a list to choose from could not be read; it is asked for again by itself.
    pub fn trouble(&self) -> Option<&Failure> {
        self.trouble.as_ref()
    }

    /// The rail that is chosen.
    pub fn chosen_rail(&self) -> Option<&Rail> {
        let slug = self.form.value(fields::RAIL);
        self.rails.iter().find(|rail| rail.slug == slug)
    }

    /// What is being waited for before the form can be filled in.
    pub fn waits_for(&self) -> Option<&'static str> {
        if self.currencies.is_empty() && self.currencies_read.is_open() {
            Some("Reading the currencies…")
        } else if self.rails_read.is_open() {
            Some("Reading the rails…")
        } else {
            None
        }
    }

    fn institution(&self) -> Option<&Institution> {
        let id = self.form.value(fields::INSTITUTION);
        self.institutions.iter().find(|one| one.id == id)
    }

    /// Asks for what the choices made necessary and builds the form they lead to.
    fn settle(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        for _ in 0..ROUNDS {
            // One choice may bring the field of the next.
            for _ in 0..ROUNDS {
                if !self.refit() {
                    break;
                }
            }
            let place = (self.form.value(fields::CURRENCY).to_owned(), self.form.value(fields::COUNTRY).to_owned());
            if place != self.place && !place.0.is_empty() {
                self.place = place;
                steps.extend(self.rails_read.want(self.ask_rails()));
                continue;
            }
            // While rails are being read, the old ones say nothing.
            let rail = self.form.value(fields::RAIL).to_owned();
            if !self.rails_read.is_open() && rail != self.rail {
                self.rail = rail;
                self.institutions.clear();
                self.form.set(fields::INSTITUTION, "");
                if !self.rail.is_empty() {
                    let ask = self.ask_institutions("");
                    steps.extend(self.institutions_read.want(ask));
                }
                continue;
            }
            break;
        }
        steps
    }

    /// Builds the form anew if what is chosen asks for other fields, and says whether it did.
    fn refit(&mut self) -> bool {
        let reserved = fields::RESERVED;
        for field in self.form.fields().iter().filter(|f| !reserved.contains(&f.name.as_str())) {
            let text = if field.kind == Kind::Text { field.typed().0 } else { field.value() };
            self.typed.insert(field.name.clone(), text.to_owned());
        }
        let built = fields::build(&fields::Choices {
            home: self.home.as_deref(),
            currencies: &self.currencies,
            currency: self.form.value(fields::CURRENCY),
            rails: &self.rails,
            rail: self.chosen_rail(),
            institutions: &self.institutions,
            institution: self.institution(),
            beneficiary: self.form.filled(fields::BENEFICIARY),
            typed: &self.typed,
        });
        let chosen = self.chosen_rail().map_or_else(String::new, |rail| rail.slug.clone());
        let shape = built
            .iter()
            .map(|f| (f.name.clone(), f.kind.clone(), f.required, format!("{chosen} {} {}", f.label, f.hint)))
            .collect();
        let changed = shape != self.shape;
        if changed {
            self.shape = shape;
            self.form.replace_fields(built);
        }
        changed
    }

    fn ask_rails(&self) -> Request {
        let (currency, country) = self.place.clone();
        Request::Rails {
            country: Some(country).filter(|c| !c.is_empty()),
            currency: Some(currency),
            direction: Direction::OffRamp,
        }
    }

    fn ask_institutions(&self, text: &str) -> Request {
        let (currency, country) = self.place.clone();
        Request::Institutions {
            rail: self.rail.clone(),
            country: Some(country).filter(|c| !c.is_empty()),
            currency: Some(currency),
            search: Some(text.to_owned()).filter(|text| !text.is_empty()),
        }
    }

    /// What is sent. Optional fields that are empty are left out.
    fn profile(&self) -> NewPaymentProfile {
        let owned = |name: &str| self.form.filled(name).map(str::to_owned);
        let wanted = self.chosen_rail().map_or(&[][..], |rail| {
            rail.fields_for(
                self.institution().and_then(|i| i.institution_type.as_deref()),
                self.form.filled(fields::BENEFICIARY),
            )
        });
        let mut details: Vec<(String, String)> =
            wanted.iter().filter_map(|field| Some((field.key.clone(), owned(&field.key)?))).collect();
        // The API takes a person unless it is told that a business is paid.
        let beneficiary = owned(fields::BENEFICIARY).filter(|kind| kind != "individual");
        if let Some(kind) = beneficiary.filter(|_| !details.iter().any(|(key, _)| key == fields::BENEFICIARY)) {
            details.push((fields::BENEFICIARY.to_owned(), kind));
        }
        NewPaymentProfile {
            currency: self.form.value(fields::CURRENCY).to_owned(),
            rail: self.form.value(fields::RAIL).to_owned(),
            institution: owned(fields::INSTITUTION),
            country: owned(fields::COUNTRY),
            details,
        }
    }

    fn submit(&mut self) -> Vec<Step> {
        if self.rails_read.is_open() {
            let text = "The rails of this currency are still being read; nothing was sent. Send again in a moment.";
            return vec![Step::Say(Level::Warning, text.to_owned())];
        }
        self.form.sending(true);
        vec![Step::Ask(Request::CreatePayment(self.user.clone(), self.profile()))]
    }

    fn created(profile: &PaymentProfile, how: &str) -> Vec<Step> {
        let text = format!("{how} payment details #{} ({} · {}).", profile.id, profile.currency, profile.rail);
        vec![Step::Say(Level::Info, text), Step::Close]
    }

    /// The API refused, or nobody knows. After a lost answer the list of profiles tells.
    fn refused(&mut self, new: &NewPaymentProfile, failure: &Failure) -> Vec<Step> {
        let mut failure = failure.clone();
        if failure.code().is_some_and(|code| code.eq_ignore_ascii_case("invalid_payment_details")) {
            "Nothing was saved, and the API does not say which value it refuses. Check each against the customer's papers (an IBAN's check digits, for example) and that bank and currency belong to the rail.".clone_into(&mut failure.advice);
        }
        self.form.refused(&failure);
        if failure.kind != FailureKind::Unknown {
            return Vec::new();
        }
        self.lost = Some(new.clone());
        self.form.sending(true);
        vec![Step::Ask(Request::Payments(self.user.clone()))]
    }

    /// After a lost answer: is it there?
    fn looked(&mut self, result: Result<&Answer, &Failure>) -> Vec<Step> {
        self.form.sending(false);
        let Some(lost) = self.lost.take() else { return Vec::new() };
        let seen = if let Ok(Answer::Payments(profiles)) = result { Some(profiles) } else { None };
        if let Some(profile) = seen.and_then(|all| all.iter().find(|p| is_same(p, &lost))) {
            return Self::created(profile, "The answer was lost, but they are there:");
        }
        let (kind, what, advice) = if seen.is_some() {
            (
                FailureKind::NotSent,
                "The answer was lost, and the user's payment details do not hold these.",
                "They were not saved, as far as can be seen; nothing typed is lost. Ctrl-s sends them again.",
            )
        } else {
            (
                FailureKind::Unknown,
                "The answer was lost, and the user's payment details could not be read either.",
                "They may have been saved. Look at the user's payment details before sending again, or there will be two.",
            )
        };
        self.form.refused(&Failure { kind, what: what.to_owned(), advice: advice.to_owned(), no: None });
        Vec::new()
    }

    fn read(&mut self, request: &Request, result: Result<&Answer, &Failure>, context: Context<'_>) -> Vec<Step> {
        let latest = match request {
            Request::FiatCurrencies => &mut self.currencies_read,
            Request::Rails { .. } => &mut self.rails_read,
            _ => &mut self.institutions_read,
        };
        let (counts, mut steps) = latest.came(request);
        if !counts {
            return steps;
        }
        match result {
            Err(failure) => {
                latest.failed(request, &context.now);
                self.trouble = Some(failure.clone());
            }
            Ok(answer) => {
                self.trouble = None;
                self.take(answer);
            }
        }
        steps.extend(self.settle());
        steps
    }

    fn take(&mut self, answer: &Answer) {
        match answer {
            Answer::FiatCurrencies(all) => {
                self.currencies = all.iter().filter(|c| c.off_ramp != Some(false)).cloned().collect();
            }
            Answer::Rails(rails) => self.rails.clone_from(&rails.rails),
            Answer::Institutions(found) => {
                self.institutions.clone_from(&found.institutions);
                self.form.offer(fields::INSTITUTION, fields::institutions(&self.institutions));
            }
            _ => {}
        }
    }
}

/// Whether a saved profile is the one that was sent.
fn is_same(saved: &PaymentProfile, sent: &NewPaymentProfile) -> bool {
    let has = |(key, value): &(String, String)| saved.details.iter().any(|(k, v)| k == key && v == value);
    saved.rail == sent.rail && saved.currency == sent.currency && sent.details.iter().all(has)
}

impl Behave for NewPayment {
    fn title(&self) -> String {
        format!("New payment details · user {}", self.user.short())
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        Some(&mut self.form)
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        self.home = context.people.user(&self.user).and_then(|user| user.value.country.clone());
        if self.currencies.is_empty() { self.currencies_read.want(Request::FiatCurrencies) } else { Vec::new() }
    }

    fn form_step(&mut self, step: FormStep, _context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => vec![Step::Close],
            FormStep::Submit => self.submit(),
            FormStep::Search { text, .. } if !self.rail.is_empty() => {
                let ask = self.ask_institutions(&text);
                self.institutions_read.want(ask)
            }
            FormStep::Changed(_) => self.settle(),
            FormStep::Search { .. } | FormStep::Estimate | FormStep::Nothing => Vec::new(),
        }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, context: Context<'_>) -> Vec<Step> {
        match (request, result) {
            (Request::CreatePayment(..), Ok(Answer::PaymentCreated(profile))) => Self::created(profile, "Created"),
            (Request::CreatePayment(_, new), Err(failure)) => self.refused(new, failure),
            (Request::CreatePayment(..), Ok(_)) => {
                self.form.sending(false);
                Vec::new()
            }
            (Request::Payments(_), result) => self.looked(result),
            _ => self.read(request, result, context),
        }
    }

    fn tick(&mut self, context: Context<'_>) -> Vec<Step> {
        let all = [&mut self.currencies_read, &mut self.rails_read, &mut self.institutions_read];
        all.into_iter().flat_map(|latest| latest.tick(&context.now)).collect()
    }
}
