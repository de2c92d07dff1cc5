//! The partner's webhook: show, register, delete, test. Source: reference, section 10.
//!
//! There is one address per partner, and registering replaces the one in use, which may belong to
//! another system: what is registered is read afresh, shown, and asked about before it is replaced
//! or deleted. After every change it is read again.

#[cfg(test)]
mod tests;

use super::{Behave, Context, Offer, Step};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::flow::gate::Gate;
use crate::app::form::{Field, Form, FormStep, Rule};
use crate::app::model::{EnvironmentKind, Level};
use crate::domain::Now;
use crate::domain::webhook::{Webhook, WebhookTest};

/// What the page is doing.
#[derive(Debug)]
pub enum Stage {
    /// Showing what is registered.
    Showing,
    /// Taking an address.
    Typing(Form),
    /// Reading what is registered now, before asking about the address typed.
    Checking(Form),
    /// Asking whether this address shall be registered.
    Replace(Form),
    /// Asking whether the webhook shall be deleted.
    Delete,
    /// A change is under way; the form is kept in case it is refused.
    Changing(Option<Form>),
}

/// What is known to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// Not read yet.
    Waiting,
    /// As last read.
    Read(Webhook),
    /// It could not be read.
    Failed(Failure),
}

/// The last test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Under way.
    Sending,
    /// What came of it.
    Done(WebhookTest),
    /// It was refused, or nobody knows.
    Refused(Failure),
}

/// The partner's webhook: show, register, delete, test.
#[derive(Debug)]
pub struct WebhookPage {
    stage: Stage,
    registered: Registered,
    reading: bool,
    /// The reading under way is from before a change: another follows it.
    again: bool,
    test: Option<Test>,
    /// Why the last change failed.
    refused: Option<Failure>,
    gate: Gate,
}

impl Default for WebhookPage {
    fn default() -> Self {
        Self::new()
    }
}

impl WebhookPage {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            stage: Stage::Showing,
            registered: Registered::Waiting,
            reading: false,
            again: false,
            test: None,
            refused: None,
            gate: Gate::default(),
        }
    }

    /// What it is doing.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What is registered.
    pub fn registered(&self) -> &Registered {
        &self.registered
    }

    /// Whether it is being read.
    pub fn is_reading(&self) -> bool {
        self.reading
    }

    /// The last test.
    pub fn test(&self) -> Option<&Test> {
        self.test.as_ref()
    }

    /// Why the last change failed.
    pub fn refused(&self) -> Option<&Failure> {
        self.refused.as_ref()
    }

    /// The address in use.
    pub fn url(&self) -> Option<&str> {
        match &self.registered {
            Registered::Read(webhook) => webhook.url.as_deref(),
            _ => None,
        }
    }

    /// The address that was typed.
    pub fn new_url(&self) -> &str {
        match &self.stage {
            Stage::Typing(form) | Stage::Checking(form) | Stage::Replace(form) | Stage::Changing(Some(form)) => {
                form.value("url")
            }
            _ => "",
        }
    }

    /// Whether a question is on the page.
    pub fn asks(&self) -> bool {
        matches!(self.stage, Stage::Replace(_) | Stage::Delete)
    }

    /// Whether a `y` means yes now: not while what is registered is being read, which may be another
    /// system's by now.
    pub fn can_say_yes(&self, now: &Now) -> bool {
        self.asks() && !self.reading && self.gate.is_open(now.mono)
    }

    fn read(&mut self) -> Vec<Step> {
        if self.reading {
            self.again = true;
            return Vec::new();
        }
        self.reading = true;
        vec![Step::Ask(Request::Webhook)]
    }

    fn ask(&mut self, stage: Stage) {
        self.gate = Gate::default();
        self.stage = stage;
    }

    fn take_stage(&mut self) -> Stage {
        std::mem::replace(&mut self.stage, Stage::Showing)
    }

    /// A simulation also delivers over plain http to this machine; nobody else does.
    fn type_address(&mut self, simulated: bool) {
        let (rule, hint) = if simulated {
            let hint = "Where the simulation sends its events: https, or http://127.0.0.1 and localhost.";
            (Rule::HttpsOrHere, hint)
        } else {
            (Rule::Https, "Where Unigox sends its events; https only.")
        };
        let field = Field::text("url", "address").required().rule(rule).hint(hint);
        self.refused = None;
        self.stage = Stage::Typing(Form::new(vec![field]));
    }

    /// The question about replacing is asked over a fresh reading.
    fn check(&mut self) -> Vec<Step> {
        if let Stage::Typing(form) = self.take_stage() {
            self.stage = Stage::Checking(form);
        }
        self.read()
    }

    fn yes(&mut self) -> Vec<Step> {
        self.refused = None;
        match self.take_stage() {
            Stage::Replace(form) => {
                let ask = Request::RegisterWebhook(form.value("url").to_owned());
                self.stage = Stage::Changing(Some(form));
                vec![Step::Ask(ask)]
            }
            Stage::Delete => {
                self.stage = Stage::Changing(None);
                vec![Step::Ask(Request::DeleteWebhook)]
            }
            other => {
                self.stage = other;
                Vec::new()
            }
        }
    }

    fn no(&mut self) -> Vec<Step> {
        match self.take_stage() {
            Stage::Replace(form) | Stage::Checking(form) => self.stage = Stage::Typing(form),
            Stage::Delete => {}
            other => {
                self.stage = other;
                return vec![Step::Close];
            }
        }
        Vec::new()
    }

    fn was_read(&mut self, result: Result<&Answer, &Failure>) -> Vec<Step> {
        self.reading = false;
        if std::mem::take(&mut self.again) {
            return self.read();
        }
        let before = std::mem::replace(&mut self.registered, Registered::Waiting);
        self.registered = match result {
            Ok(Answer::Webhook(webhook)) => Registered::Read(webhook.clone()),
            Ok(_) => before.clone(),
            Err(failure) => Registered::Failed(failure.clone()),
        };
        match self.take_stage() {
            Stage::Checking(form) => self.ask(Stage::Replace(form)),
            // A question about something else than what was seen is a new question.
            Stage::Replace(form) if self.registered != before => self.ask(Stage::Replace(form)),
            Stage::Delete if self.registered != before && self.url().is_some() => self.ask(Stage::Delete),
            Stage::Delete if self.url().is_none() => {}
            other => self.stage = other,
        }
        Vec::new()
    }

    fn changed(&mut self, said: &str, result: Result<&Answer, &Failure>) -> Vec<Step> {
        let form = match self.take_stage() {
            Stage::Changing(form) => form,
            _ => None,
        };
        let mut steps = self.read();
        match (result, form) {
            (Ok(_), _) => {
                self.test = None;
                steps.push(Step::Say(Level::Info, said.to_owned()));
            }
            (Err(failure), Some(mut form)) => {
                form.refused(failure);
                self.stage = Stage::Typing(form);
            }
            (Err(failure), None) => self.refused = Some(failure.clone()),
        }
        steps
    }

    fn tested(&mut self, result: Result<&Answer, &Failure>) -> Vec<Step> {
        self.test = match result {
            Ok(Answer::WebhookTest(test)) => Some(Test::Done(*test)),
            Ok(_) => None,
            Err(failure) => Some(Test::Refused(explained(failure))),
        };
        self.read()
    }
}

/// A gateway's word about a delivery is no word about an order.
fn explained(failure: &Failure) -> Failure {
    match failure.http_status() {
        Some(502) => Failure {
            advice: "Unigox could not deliver to this address: it must be reachable from outside, over https with a valid certificate, and answer 2xx within 10 seconds. No order is affected. t tests again.".to_owned(),
            ..failure.clone()
        },
        _ => failure.clone(),
    }
}

impl Behave for WebhookPage {
    fn title(&self) -> String {
        "Webhook".to_owned()
    }

    fn form(&self) -> Option<&Form> {
        if let Stage::Typing(form) = &self.stage { Some(form) } else { None }
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        if let Stage::Typing(form) = &mut self.stage { Some(form) } else { None }
    }

    fn shown(&mut self, _context: Context<'_>) -> Vec<Step> {
        self.read()
    }

    fn form_step(&mut self, step: FormStep, _context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => {
                self.stage = Stage::Showing;
                Vec::new()
            }
            FormStep::Submit => self.check(),
            _ => Vec::new(),
        }
    }

    fn offers(&self, context: Context<'_>) -> Vec<Offer> {
        let mut offers = Vec::new();
        let mut offer = |key, hint| offers.push(Offer { key, hint });
        match self.stage {
            Stage::Showing => {
                if !context.session.read_only {
                    offer('w', "register");
                    if self.url().is_some() {
                        offer('t', "send a test");
                        offer('x', "delete");
                    }
                }
                offer('r', "read again");
            }
            Stage::Replace(_) | Stage::Delete => {
                if self.can_say_yes(&context.now) {
                    offer('y', if matches!(self.stage, Stage::Delete) { "yes, delete" } else { "yes, register" });
                }
                offer('n', "no");
            }
            Stage::Typing(_) | Stage::Checking(_) | Stage::Changing(_) => {}
        }
        offers
    }

    fn key(&mut self, key: char, context: Context<'_>) -> Vec<Step> {
        match key {
            'w' => {
                self.type_address(context.session.environment == EnvironmentKind::Sandbox);
                Vec::new()
            }
            'x' => {
                self.refused = None;
                self.ask(Stage::Delete);
                self.read()
            }
            't' if self.test != Some(Test::Sending) => {
                self.test = Some(Test::Sending);
                vec![Step::Ask(Request::TestWebhook)]
            }
            'r' => self.read(),
            'y' => self.yes(),
            'n' => self.no(),
            _ => Vec::new(),
        }
    }

    fn command(&mut self, command: crate::app::Command, _context: Context<'_>) -> Vec<Step> {
        if command == crate::app::Command::Back { self.no() } else { Vec::new() }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        match request {
            Request::RegisterWebhook(_) => self.changed("The webhook is registered; t sends a test event.", result),
            Request::DeleteWebhook => self.changed("The webhook is deleted: Unigox sends no events now.", result),
            Request::TestWebhook => self.tested(result),
            _ => self.was_read(result),
        }
    }

    fn gate(&mut self) -> Option<&mut Gate> {
        if self.asks() { Some(&mut self.gate) } else { None }
    }

    fn gate_state(&self) -> Option<&Gate> {
        if self.asks() { Some(&self.gate) } else { None }
    }
}
