//! Text fields: the filter and the small forms. The only place pasted text may go.

use tui_input::{Input, InputRequest};

use super::relist_anew;
use crate::app::command::Command;
use crate::app::effect::{Effect, SyncRequest};
use crate::app::modal::Modal;
use crate::app::model::{Level, Mode, Model};
use crate::domain::UserId;

/// The longest text a field takes.
const MAX: usize = 200;

pub(super) fn open(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Filter => model.filter = Some(Input::new(model.listing.text.clone())),
        _ => model.modal = Some(Modal::AddUser { input: Input::default(), error: None }),
    }
    Vec::new()
}

pub(super) fn edit(model: &mut Model, request: InputRequest) -> Vec<Effect> {
    if model.mode() == Mode::Passphrase {
        super::arming::edit(model, request);
        return Vec::new();
    }
    if model.modal.is_none() && model.mode() == Mode::Form {
        return super::paging::edit(model, request);
    }
    if model.modal.is_none() && model.flow.is_some() {
        return super::acting::typed(model, request);
    }
    let Some(input) = field(model) else { return Vec::new() };
    let full = input.value().chars().count() >= MAX;
    if !(full && matches!(request, InputRequest::InsertChar(_))) {
        input.handle(request);
    }
    changed(model)
}

pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.mode() == Mode::Passphrase {
        super::arming::paste(model, text);
        return Vec::new();
    }
    if model.modal.is_none() && model.mode() == Mode::Form {
        return super::paging::paste(model, text);
    }
    let Some(input) = field(model) else { return super::acting::noise(model) };
    let room = MAX.saturating_sub(input.value().chars().count());
    for c in text.chars().filter(|c| !c.is_control()).take(room) {
        input.handle(InputRequest::InsertChar(c));
    }
    changed(model)
}

fn field(model: &mut Model) -> Option<&mut Input> {
    match (&mut model.modal, &mut model.filter) {
        (Some(Modal::AddUser { input, error }), _) => {
            *error = None;
            Some(input)
        }
        (Some(Modal::Note { input, .. }), _) => Some(input),
        (None, Some(input)) if model.flow.is_none() => Some(input),
        _ => None,
    }
}

/// The filter works while it is typed.
fn changed(model: &mut Model) -> Vec<Effect> {
    if model.modal.is_some() {
        return Vec::new();
    }
    let Some(input) = &model.filter else { return Vec::new() };
    let text = input.value().to_owned();
    if text == model.listing.text {
        return Vec::new();
    }
    model.listing.text = text;
    relist_anew(model)
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Accept if matches!(model.modal, Some(Modal::Note { .. })) => super::noting::accept(model),
        Command::Accept if model.modal.is_some() => accept_user(model),
        Command::Accept => {
            model.filter = None;
            // The next key may act on the order the text selects.
            super::listing::finish(model)
        }
        Command::Back if model.modal.is_some() => {
            model.modal = None;
            Vec::new()
        }
        Command::Back => {
            model.filter = None;
            model.listing.text.clear();
            relist_anew(model)
        }
        Command::Down(_) | Command::Up(_) if model.modal.is_none() => super::moving::command(model, command),
        _ => Vec::new(),
    }
}

fn accept_user(model: &mut Model) -> Vec<Effect> {
    let Some(Modal::AddUser { input, error }) = &mut model.modal else { return Vec::new() };
    match UserId::parse(input.value()) {
        Err(why) => {
            *error = Some(format!("{why}: a user's UUID is wanted"));
            Vec::new()
        }
        Ok(id) => {
            model.modal = None;
            let news = model.people.add(id.clone());
            let text = if news {
                format!("Added user {id}; reading it.")
            } else {
                format!("User {id} is in the register already.")
            };
            model.say(Level::Info, text);
            vec![Effect::RememberUser { id: id.clone(), typed: true }, Effect::Sync(SyncRequest::Watch(id))]
        }
    }
}
