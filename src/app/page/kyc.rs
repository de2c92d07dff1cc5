//! Submitting KYC by one of three methods: the partner's own data, the token of another provider,
//! or handing the customer over to a page of the provider's. The fields follow the method; what was
//! typed for one method is still there on the way back. Source: reference, section 3.

use std::collections::HashMap;

use super::documents::Documents;
use super::verification::VerificationPage;
use super::{Behave, Context, Page, Step, kyc_fields};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::form::{Choice, Field, Form, FormStep};
use crate::app::model::Level;
use crate::domain::UserId;
use crate::domain::kyc::{KycSubmission, Pii};

const MORE: [&str; 8] =
    ["dob", "middle_name", "phone_number", "id_type", "id_number", "address", "city", "postal_code"];

/// Submitting KYC by one of three methods.
#[derive(Debug)]
pub struct KycPage {
    /// Whose.
    pub user: UserId,
    form: Form,
    /// Method and provider the fields are of.
    shape: (String, String),
    /// What was typed under another method.
    kept: HashMap<String, String>,
}

impl KycPage {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        let form = Form::new(fields("direct_data", ""));
        Self { user, form, shape: ("direct_data".to_owned(), String::new()), kept: HashMap::new() }
    }

    /// The method chosen, as on the wire.
    pub fn method(&self) -> &str {
        &self.shape.0
    }

    fn reshape(&mut self) {
        let method = self.form.value("method").to_owned();
        let provider = self.form.value("provider").to_owned();
        let shape = (method, provider);
        // While a choice is being typed it may stand for nothing yet.
        if shape == self.shape
            || shape.0.is_empty()
            || (shape.0 == "external_token" && shape.1.is_empty() && self.shape.0 == shape.0)
        {
            return;
        }
        for field in self.form.fields() {
            self.kept.insert(field.name.clone(), field.value().to_owned());
        }
        self.form.replace_fields(fields(&shape.0, &shape.1));
        let names: Vec<String> = self.form.fields().iter().map(|f| f.name.clone()).collect();
        for name in names.iter().filter(|name| *name != "method" && *name != "provider") {
            if let Some(value) = self.kept.get(name).filter(|value| !value.is_empty()) {
                self.form.set(name, value);
            }
        }
        self.shape = (shape.0, self.form.value("provider").to_owned());
    }

    fn submission(&self) -> KycSubmission {
        let value = |name| self.form.value(name).to_owned();
        let pii = Pii {
            first_name: value("first_name"),
            last_name: value("last_name"),
            country: value("country_code").to_uppercase(),
            more: kyc_fields::filled(&self.form, &MORE),
        };
        match (self.form.value("method"), self.form.value("provider")) {
            ("external_token", "persona") => KycSubmission::Persona { inquiry_id: value("inquiry_id") },
            ("external_token", _) => KycSubmission::Sumsub { token: value("token") },
            ("handoff", _) => KycSubmission::Handoff(Some(pii).filter(|pii| *pii != Pii::default())),
            _ => KycSubmission::DirectData(pii),
        }
    }
}

fn fields(method: &str, provider: &str) -> Vec<Field> {
    let methods = vec![
        Choice::new("direct_data", "direct_data: you have the data"),
        Choice::new("external_token", "external_token: sumsub or persona"),
        Choice::new("handoff", "handoff: by a link"),
    ];
    let mut all = vec![Field::choice("method", "method", methods).with(method).required()];
    match method {
        "external_token" => {
            let providers = vec![Choice::plain("sumsub"), Choice::plain("persona")];
            let provider = if provider.is_empty() { "sumsub" } else { provider };
            all.push(Field::choice("provider", "provider", providers).with(provider).required());
            all.push(if provider == "persona" {
                Field::text("inquiry_id", "inquiry_id").required().private()
            } else {
                Field::text("token", "token").required().private().hint("The share token sumsub issued.")
            });
        }
        "handoff" => {
            let optional = ["first_name", "last_name", "country_code"];
            all.extend(optional.map(|name| kyc_fields::field(name, None)));
        }
        _ => {
            let must = ["first_name", "last_name", "country_code"];
            all.extend(must.map(|name| kyc_fields::field(name, None).required()));
            all.extend(MORE.map(|name| match name {
                "id_type" => kyc_fields::submitted_id_type(),
                _ => kyc_fields::field(name, None),
            }));
        }
    }
    all
}

impl Behave for KycPage {
    fn title(&self) -> String {
        format!("Submit KYC · user {}", self.user)
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        Some(&mut self.form)
    }

    fn form_step(&mut self, step: FormStep, context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => vec![Step::Close],
            FormStep::Changed(_) => {
                self.reshape();
                Vec::new()
            }
            FormStep::Submit if !kyc_fields::was_born(&mut self.form, &context.now) => Vec::new(),
            FormStep::Submit => {
                self.form.sending(true);
                vec![Step::Ask(Request::SubmitKyc(self.user.clone(), self.submission()))]
            }
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, _request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        self.form.sending(false);
        let answer = match result {
            Ok(Answer::Kyc(answer)) => answer,
            Ok(_) => return Vec::new(),
            Err(failure) => {
                kyc_fields::refused(&mut self.form, failure);
                return Vec::new();
            }
        };
        let user = self.user.clone();
        let (said, page) = match self.method() {
            "direct_data" => ("The data were taken. Now the documents.", Page::Documents(Documents::new(user))),
            "handoff" => {
                let page = VerificationPage::with_url(user, answer.url.clone());
                ("Give the link to the customer.", Page::Verification(page))
            }
            _ => ("The token was taken; the verification goes on.", Page::Verification(VerificationPage::new(user))),
        };
        vec![Step::Say(Level::Info, said.to_owned()), Step::Replace(Box::new(page))]
    }
}

#[cfg(test)]
#[path = "kyc_tests.rs"]
mod tests;
