//! What the tests of pages share: a model to look at, keys for a form, refusals of the API.

use std::time::Duration;

use chrono::DateTime;
use tui_input::InputRequest;

use super::{Behave, Context, Step};
use crate::app::Model;
use crate::app::command::Command;
use crate::app::failure::{Failure, FailureKind, No};
use crate::app::model::{EnvironmentKind, Session};
use crate::domain::{Mono, Now, UserId};

pub fn at(s: u64) -> Now {
    Now {
        mono: Mono::new(Duration::from_secs(s)),
        wall: DateTime::from_timestamp(1_770_000_000 + s.cast_signed(), 0).unwrap(),
    }
}

pub fn model() -> Model {
    let session = Session {
        profile: "test".to_owned(),
        api_url: "http://127.0.0.1:1".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: None,
        actions_blocked: None,
    };
    Model::new(at(0), session)
}

pub fn user() -> UserId {
    UserId::parse("0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a01").unwrap()
}

/// A refusal with a code, or none.
pub fn no(code: &str) -> Failure {
    let no = No { code: Some(code.to_owned()), ..No::default() };
    Failure { kind: FailureKind::Rejected, what: "no".to_owned(), no: Some(Box::new(no)), ..Failure::default() }
}

pub fn lost() -> Failure {
    Failure { kind: FailureKind::Unknown, what: "broken pipe".to_owned(), ..Failure::default() }
}

/// Types into the field of this name, as far as it is reached by Tab.
pub fn fill(page: &mut dyn Behave, context: Context<'_>, name: &str, text: &str) {
    for _ in 0..30 {
        let form = page.form_mut().unwrap();
        if form.fields()[form.focus()].name == name {
            for c in text.chars() {
                let step = page.form_mut().unwrap().edit(InputRequest::InsertChar(c));
                page.form_step(step, context);
            }
            return;
        }
        let last = form.focus() + 1 == form.fields().len();
        for _ in 0..if last { 30 } else { 0 } {
            form.command(Command::PreviousField);
        }
        if !last {
            form.command(Command::NextField);
        }
    }
    panic!("no field {name}");
}

pub fn send(page: &mut dyn Behave, context: Context<'_>) -> Vec<Step> {
    let step = page.form_mut().unwrap().command(Command::Submit);
    page.form_step(step, context)
}
