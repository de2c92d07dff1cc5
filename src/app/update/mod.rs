//! The one way the model changes. Each file takes one kind of message.

pub mod acting;
mod announcing;
mod arming;
#[cfg(test)]
mod arming_tests;
mod kept;
mod listing;
#[cfg(test)]
mod listing_tests;
mod moving;
mod news;
mod noting;
mod paging;
#[cfg(test)]
mod tests;
mod typing;

pub use news::FRESH;
pub use paging::crashed;
use zeroize::Zeroizing;

use self::listing::{focus, look_at, relist, relist_anew};
use super::command::Command;
use super::effect::{Effect, SyncRequest};
use super::model::{Follow, Level, Mode, Model};
use super::msg::Msg;

/// Takes one message; what must be done outside comes back as values.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    if matches!(msg, Msg::Command { .. } | Msg::Edit(_) | Msg::Paste(_) | Msg::Noise) {
        model.arming.active(model.now);
    }
    // These say themselves whether they changed something.
    model.changed |= !matches!(msg, Msg::Tick(_) | Msg::Sync(_) | Msg::Kept(_) | Msg::Work | Msg::Drawn);
    match msg {
        Msg::Tick(now) => tick(model, now),
        Msg::Command { command, alone } => command_in_mode(model, command, alone),
        Msg::Edit(request) => typing::edit(model, request),
        // What is pasted may be a passphrase.
        Msg::Paste(text) => typing::paste(model, &Zeroizing::new(text)),
        Msg::Noise => acting::noise(model),
        Msg::Resized(columns, rows) => acting::resized(model, (columns, rows)),
        Msg::Drawn => acting::drawn(model),
        Msg::Unlocked(id, result) => arming::unlocked(model, id, result),
        Msg::Sync(news) => news::sync(model, news),
        Msg::Ready(ready) => kept::ready(model, *ready),
        Msg::Kept(kept) => kept::take(model, kept),
        Msg::Work => listing::work(model),
        Msg::Answered(id, result) => paging::answered(model, id, &result),
        Msg::Progress(id, progress) => paging::progress(model, id, progress),
        Msg::Told(told) => announcing::told(model, told),
        Msg::Flow(id, event) => acting::flow_event(model, id, event),
        Msg::Found(all) => news::found(model, all),
        Msg::Said(Ok(text)) => {
            model.say(Level::Info, text);
            Vec::new()
        }
        Msg::Said(Err(failure)) => {
            model.say_failure(&failure);
            Vec::new()
        }
        Msg::Stop => acting::stop(model),
    }
}

fn tick(model: &mut Model, now: crate::domain::Now) -> Vec<Effect> {
    model.now = now;
    if let Some(flow) = &mut model.flow {
        flow.tick(&now);
    }
    let mut effects = arming::tick(model);
    if model.visible.stale_at.is_some_and(|at| now.mono >= at) {
        relist(model);
    }
    effects.extend(paging::tick(model));
    model.changed |= !effects.is_empty();
    effects
}

fn command_in_mode(model: &mut Model, command: Command, alone: bool) -> Vec<Effect> {
    if command == Command::Repaint {
        return acting::repaint(model);
    }
    model.follow_top = Follow::Never;
    match model.mode() {
        Mode::Normal => normal(model, command),
        Mode::Filter => typing::command(model, command),
        Mode::Form if model.modal.is_some() => typing::command(model, command),
        Mode::Form => paging::form_command(model, command),
        Mode::Page if command == Command::Help => moving::command(model, command),
        Mode::Page if command == Command::Arm => arming::toggle(model),
        Mode::Page => paging::command(model, command, alone),
        Mode::Window => moving::window(model, command),
        Mode::Passphrase | Mode::Arming => arming::command(model, command, alone),
        Mode::Question => acting::question(model, command, alone),
        Mode::Leaving => acting::leaving(model, command, alone),
    }
}

fn normal(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Authorize | Command::ConfirmFiat | Command::CancelOrder | Command::Refund | Command::PaymentSent => {
            acting::start(model, command)
        }
        Command::Resolve
        | Command::SendOut
        | Command::OpenUser
        | Command::NewUser
        | Command::NewPayment
        | Command::RemovePayment
        | Command::NewOrder
        | Command::Webhook
        | Command::Playbook => paging::from_panes(model, command),
        Command::Filter | Command::AddUser => typing::open(model, command),
        Command::Note => noting::open(model),
        Command::Refresh => ask_now(model),
        Command::Arm => arming::toggle(model),
        Command::Quit => acting::quit(model),
        _ => moving::command(model, command),
    }
}

fn ask_now(model: &mut Model) -> Vec<Effect> {
    model.say(Level::Info, "Asking the API now.");
    vec![Effect::Sync(SyncRequest::Now)]
}
