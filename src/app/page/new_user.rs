//! Creating a user: the partner's own reference and an e-mail address. Repeating it with the same
//! reference answers the same user. Source: reference, section 3.

use super::{Behave, Context, Page, Step, user::UserPage};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::form::{Field, Form, FormStep, Rule};
use crate::app::model::Level;

/// Creating a user.
#[derive(Debug)]
pub struct NewUser {
    form: Form,
}

impl NewUser {
    /// An empty form.
    pub fn new() -> Self {
        let fields = vec![
            Field::text("user_ref", "your reference")
                .required()
                .hint("Your own id of this person; the same reference always answers the same user."),
            Field::text("email", "e-mail").required().rule(Rule::Email),
        ];
        Self { form: Form::new(fields) }
    }
}

impl Default for NewUser {
    fn default() -> Self {
        Self::new()
    }
}

impl Behave for NewUser {
    fn title(&self) -> String {
        "New user".to_owned()
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        Some(&mut self.form)
    }

    fn form_step(&mut self, step: FormStep, _context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => vec![Step::Close],
            FormStep::Submit => {
                self.form.sending(true);
                let value = |name| self.form.value(name).to_owned();
                vec![Step::Ask(Request::CreateUser { user_ref: value("user_ref"), email: value("email") })]
            }
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, _request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        self.form.sending(false);
        match result {
            Ok(Answer::UserCreated(user)) => {
                let said = if user.is_new { "Created user" } else { "This reference already is user" };
                vec![
                    Step::Say(Level::Info, format!("{said} {}.", user.id)),
                    Step::Replace(Box::new(Page::User(UserPage::new(user.id.clone())))),
                ]
            }
            Ok(_) => Vec::new(),
            Err(failure) => {
                self.form.refused(failure);
                Vec::new()
            }
        }
    }
}
