//! Arming and disarming: the window's keys, the keystore's answer, the lapse.

use tui_input::InputRequest;

use super::{acting, paging};
use crate::app::arming::{ArmId, Asking, By, Opened, Pending, Proof, State};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::failure::Failure;
use crate::app::flow::gate::Gate;
use crate::app::model::{Level, Model};

/// `A`: the other way round.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    if model.arming.is_armed() {
        model.say(Level::Info, "Disarmed.");
        return disarm(model);
    }
    match acting::blocked(model) {
        Some(why) => {
            model.say(Level::Warning, why);
            Vec::new()
        }
        None => ask(model, None),
    }
}

/// Opens the window. A question of the page below has to be seen anew afterwards.
pub(super) fn ask(model: &mut Model, pending: Pending) -> Vec<Effect> {
    model.arming.state = State::Asking(Box::new(Asking::new(pending, None, model.now)));
    paging::resized(model);
    Vec::new()
}

fn disarm(model: &mut Model) -> Vec<Effect> {
    model.arming.state = State::Disarmed;
    vec![Effect::Lock]
}

/// Time has passed. What was approved already runs to its end first; a question that is still open
/// is void.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let idle = model.arming.idle;
    if model.arming.asking().is_some_and(|asking| model.now.since(&asking.active) >= idle) {
        model.say(Level::Info, "Nobody answered the window that arms; it was closed.");
        return give_up(model);
    }
    let over = model.arming.left(&model.now).is_some_and(|left| left.is_zero());
    if !over || model.flow.as_ref().is_some_and(crate::app::flow::Flow::is_in_flight) {
        return Vec::new();
    }
    let minutes = model.arming.idle.as_secs() / 60;
    let open = model.flow.as_ref().is_some_and(|flow| flow.ended().is_none());
    let rest = if open { " The open question was closed; nothing was signed or sent." } else { "" };
    model.say(Level::Warning, format!("Disarmed: no key for {minutes} min.{rest}"));
    let mut effects = if open { acting::close(model) } else { Vec::new() };
    effects.extend(disarm(model));
    effects
}

/// Keys in the window. The rules of every question: nothing typed ahead and nothing in a burst arms.
pub(super) fn command(model: &mut Model, command: Command, alone: bool) -> Vec<Effect> {
    if command == Command::Back {
        return give_up(model);
    }
    if command == Command::Quit {
        return acting::quit(model);
    }
    let now = model.now;
    let by = model.arming.by;
    let Some(asking) = model.arming.asking_mut() else { return Vec::new() };
    if !alone {
        asking.gate.burst(now.mono);
        return Vec::new();
    }
    let means_yes = command == if by == By::Passphrase { Command::Accept } else { Command::Yes };
    if !means_yes || !asking.gate.is_open(now.mono) {
        asking.gate.key(now.mono);
        return Vec::new();
    }
    match by {
        By::Passphrase if asking.typed.is_empty() => {
            asking.problem = Some("Type the passphrase of the key files first.".to_owned());
            Vec::new()
        }
        By::Passphrase => {
            let typed = std::mem::take(&mut asking.typed);
            check(model, Proof::Passphrase(typed))
        }
        By::Keyring => check(model, Proof::Keyring),
        By::Word => {
            let pending = asking.pending.take();
            armed(model, pending)
        }
    }
}

/// Nothing is armed. An attempt under way comes to nothing.
fn give_up(model: &mut Model) -> Vec<Effect> {
    model.arming.state = State::Disarmed;
    Vec::new()
}

fn check(model: &mut Model, proof: Proof) -> Vec<Effect> {
    let pending = model.arming.asking_mut().and_then(|asking| asking.pending.take());
    model.arming.attempts += 1;
    let id = ArmId(model.arming.attempts);
    model.arming.state = State::Checking { id, pending };
    vec![Effect::Unlock(id, proof)]
}

/// The keystore answered. Whatever does not arm leaves it locked, also an answer that comes late.
pub(super) fn unlocked(model: &mut Model, answered: ArmId, result: Result<Opened, Failure>) -> Vec<Effect> {
    let pending = match &mut model.arming.state {
        State::Checking { id, pending } if *id == answered => pending.take(),
        State::Armed { .. } | State::Checking { .. } => return Vec::new(),
        State::Disarmed | State::Asking(_) => return vec![Effect::Lock],
    };
    let result = result.and_then(|opened| match model.session.signer {
        Some(signer) if signer != opened => Err(Failure::not_sent(
            format!("The key that is kept now belongs to {opened}, not to {signer} as at the start."),
            "Nothing was armed. Find out who changed it, then start ramptop again.",
        )),
        _ => Ok(opened),
    });
    match result {
        Ok(opened) => {
            model.session.signer = Some(opened);
            armed(model, pending)
        }
        Err(failure) => {
            let problem = Some(format!("{} {}", failure.what, failure.advice).trim().to_owned());
            model.arming.state = State::Asking(Box::new(Asking::new(pending, problem, model.now)));
            vec![Effect::Lock]
        }
    }
}

fn armed(model: &mut Model, pending: Pending) -> Vec<Effect> {
    model.arming.state = State::Armed { active: model.now };
    let minutes = model.arming.idle.as_secs() / 60;
    model.say(Level::Info, format!("Armed; lapses after {minutes} min without a key. A disarms."));
    match pending {
        Some((order, request)) => acting::start_with(model, order, request),
        None => Vec::new(),
    }
}

/// Typing the passphrase. What comes before the window could be seen is thrown away.
pub(super) fn edit(model: &mut Model, request: InputRequest) {
    let now = model.now;
    let Some(asking) = listening(model) else { return };
    match request {
        InputRequest::InsertChar(c) => asking.typed.push(c),
        InputRequest::DeletePrevChar => asking.typed.pop(),
        // Nobody sees where a word begins.
        InputRequest::DeleteLine | InputRequest::DeletePrevWord => asking.typed.clear(),
        _ => asking.gate.key(now.mono),
    }
}

/// Pasting it.
pub(super) fn paste(model: &mut Model, text: &str) {
    let Some(asking) = listening(model) else { return };
    for c in text.chars() {
        asking.typed.push(c);
    }
}

/// The window, once it listens; a key before that starts its silence again.
fn listening(model: &mut Model) -> Option<&mut Asking> {
    let now = model.now;
    let asking = model.arming.asking_mut()?;
    if asking.typed.is_empty() && !asking.gate.is_open(now.mono) {
        asking.gate.key(now.mono);
        return None;
    }
    asking.problem = None;
    Some(asking)
}

/// A key without a meaning breaks the silence here too.
pub(super) fn noise(model: &mut Model) {
    let now = model.now;
    if let Some(asking) = model.arming.asking_mut() {
        asking.gate.key(now.mono);
    }
}

/// A frame with the window is on the screen.
pub(super) fn drawn(model: &mut Model) {
    let now = model.now;
    if model.modal.is_none()
        && model.shows_questions_whole()
        && let Some(asking) = model.arming.asking_mut()
    {
        asking.gate.drawn(now.mono);
    }
}

/// What was on the screen is not there any more.
pub(super) fn resized(model: &mut Model) {
    if let Some(asking) = model.arming.asking_mut() {
        asking.gate = Gate::default();
    }
}
