//! Acting on money: starting a flow, answering its question, taking its events, leaving.

use tui_input::InputRequest;

use super::{arming, focus, news, relist};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::flow::gate::Gate;
use crate::app::flow::{ActionRequest, Ending, Flow, FlowEffect, FlowEvent, FlowId, State};
use crate::app::modal::Modal;
use crate::app::model::{Level, Model};
use crate::domain::{Observed, Order, OrderId};

/// Opens the question for the selected order, where a key alone says everything.
pub(super) fn start(model: &mut Model, command: Command) -> Vec<Effect> {
    let request = match command {
        Command::Authorize => ActionRequest::Authorize,
        Command::ConfirmFiat => ActionRequest::ConfirmFiat,
        Command::CancelOrder => ActionRequest::Cancel,
        Command::PaymentSent => ActionRequest::PaymentSent,
        Command::Refund => ActionRequest::Refund,
        _ => return Vec::new(),
    };
    let Some(order) = model.selected.clone() else {
        model.say(Level::Info, "No order is selected.");
        return Vec::new();
    };
    start_with(model, order, request)
}

/// Starts acting on an order with everything that goes with it: a form ends here. The order is
/// read afresh whatever is on the screen. Does nothing while another action is on the screen.
pub fn start_with(model: &mut Model, order: OrderId, request: ActionRequest) -> Vec<Effect> {
    if model.flow.is_some() {
        return Vec::new();
    }
    if let Some(why) = blocked(model) {
        model.say(Level::Warning, why);
        return Vec::new();
    }
    if !model.arming.is_armed() {
        return arming::ask(model, Some((order, request)));
    }
    model.result_scroll = 0;
    let id = model.new_flow_id();
    let priors = model.priors.values().flatten().cloned().collect();
    let (flow, effects) = Flow::start(id, order, request, priors);
    model.flow = Some(flow);
    wrap(id, effects)
}

pub(super) fn blocked(model: &Model) -> Option<String> {
    if model.starting {
        return Some("The profile is still being opened; nothing can be done on money before that.".to_owned());
    }
    if model.session.read_only {
        return Some("Read-only: nothing can be authorized, confirmed, cancelled or sent in this run.".to_owned());
    }
    model.session.actions_blocked.clone()
}

fn wrap(id: FlowId, effects: Vec<FlowEffect>) -> Vec<Effect> {
    effects.into_iter().map(|effect| Effect::Flow(id, effect)).collect()
}

/// Keys while a flow is on the screen. Only a single deliberate `y` is a yes.
pub(super) fn question(model: &mut Model, command: Command, alone: bool) -> Vec<Effect> {
    let now = model.now;
    let armed = model.arming.is_armed();
    let Some(flow) = &mut model.flow else { return Vec::new() };
    let id = flow.id;
    // A burst may always step back, never forward.
    if !alone && command != Command::Back {
        burst(flow, &now);
        return Vec::new();
    }
    match command {
        Command::Yes if armed => wrap(id, flow.yes(&now)),
        // The question would come up again.
        Command::ReadAgain if !armed && flow.ended().is_some_and(|end| end.intent_seq.is_none()) => {
            let pending = Some((flow.order.clone(), flow.request.clone()));
            let mut effects = close(model);
            effects.extend(arming::ask(model, pending));
            effects
        }
        Command::ReadAgain => wrap(id, flow.read_again()),
        Command::Down(n) if flow.ended().is_some() => scroll(model, i32::from(n)),
        Command::Up(n) if flow.ended().is_some() => scroll(model, -i32::from(n)),
        Command::Back if !flow.is_in_flight() => close(model),
        Command::Quit => quit(model),
        Command::Back => {
            model.say(Level::Warning, "The action is under way and cannot be taken back; its result will show here.");
            Vec::new()
        }
        _ => noise(model),
    }
}

fn scroll(model: &mut Model, by: i32) -> Vec<Effect> {
    let to = i32::from(model.result_scroll).saturating_add(by).clamp(0, 500);
    model.result_scroll = u16::try_from(to).unwrap_or(0);
    Vec::new()
}

fn burst(flow: &mut Flow, now: &crate::domain::Now) {
    if let State::Reviewing(reviewing) = &mut flow.state {
        reviewing.gate.burst(now.mono);
    }
}

/// What the run leaves behind binds later ones on the same order.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    let flow = model.flow.take();
    if let Some(flow) = &flow
        && let Some(Ending::Rejected(failure) | Ending::NotSent(failure)) = flow.ended().map(|ended| &ended.ending)
        && let Some((_, page)) = model.pages.top_mut()
    {
        page.behave_mut().came_to_nothing(&flow.order, failure);
    }
    if let Some(flow) = flow
        && let Some(prior) = flow.leaves_behind()
    {
        let priors = model.priors.entry(flow.order.clone()).or_default();
        priors.retain(|known| known.intent_seq != prior.intent_seq);
        priors.push(prior);
    }
    relist(model);
    vec![focus(model)]
}

/// A key of the amount that has to be typed; where none has to be, a key without a meaning.
pub(super) fn typed(model: &mut Model, request: InputRequest) -> Vec<Effect> {
    let now = model.now;
    let Some(flow @ Flow { state: State::Reviewing(_), .. }) = &mut model.flow else { return noise(model) };
    match request {
        InputRequest::InsertChar(c) => flow.type_amount(Some(c), &now),
        InputRequest::DeletePrevChar => flow.type_amount(None, &now),
        _ => return noise(model),
    }
    Vec::new()
}

/// A key without a meaning here still breaks the silence.
pub(super) fn noise(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    if let Some(Flow { state: State::Reviewing(reviewing), .. }) = &mut model.flow {
        reviewing.gate.key(now.mono);
    }
    arming::noise(model);
    super::paging::disturb(model, true);
    Vec::new()
}

/// What was on the screen is not there any more: a question has to be drawn, and seen, anew.
pub(super) fn resized(model: &mut Model, size: (u16, u16)) -> Vec<Effect> {
    model.size = size;
    if let Some(Flow { state: State::Reviewing(reviewing), .. }) = &mut model.flow {
        reviewing.gate = Gate::default();
    }
    arming::resized(model);
    super::paging::resized(model);
    // Whatever a terminal does with what it showed, and even if the size is the old one again.
    vec![Effect::Repaint]
}

/// Something else wrote on the screen: a question has to be seen anew as well.
pub(super) fn repaint(model: &mut Model) -> Vec<Effect> {
    resized(model, model.size)
}

/// A frame with the question is on the screen.
pub(super) fn drawn(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    if model.modal.is_none()
        && model.shows_questions_whole()
        && let Some(Flow { state: State::Reviewing(reviewing), .. }) = &mut model.flow
    {
        reviewing.gate.drawn(now.mono);
    }
    arming::drawn(model);
    super::paging::drawn(model);
    // The next frame shows when the answer counts.
    model.changed = true;
    Vec::new()
}

/// A reply to the flow. Replies of another run are ignored, except that an order they read is news.
pub(super) fn flow_event(model: &mut Model, id: FlowId, event: FlowEvent) -> Vec<Effect> {
    let mut effects = order_of(&event).map(|order| news::observe(model, order)).unwrap_or_default();
    let now = model.now;
    match &mut model.flow {
        Some(flow) if flow.id == id => effects.extend(wrap(id, flow.handle(event, &now))),
        _ => late(model, event),
    }
    effects.extend(leave_when_settled(model));
    relist(model);
    effects
}

fn order_of(event: &FlowEvent) -> Option<Observed<Order>> {
    match event {
        FlowEvent::OrderRead(Ok(order)) | FlowEvent::ReadBack(Ok(order)) => Some((**order).clone()),
        _ => None,
    }
}

fn late(model: &mut Model, event: FlowEvent) {
    if let FlowEvent::OutcomeRecorded(Err(failure)) = event {
        model.say_failure(&failure);
    }
}

/// `q`: at once, or, while money is in flight, after a question.
pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    if model.is_in_flight() {
        model.modal = Some(Modal::Quit);
        return Vec::new();
    }
    model.quitting = true;
    vec![Effect::Quit]
}

/// The system wants us gone: money in flight is waited for, then we leave.
pub(super) fn stop(model: &mut Model) -> Vec<Effect> {
    model.quitting = true;
    leave_when_settled(model)
}

pub(super) fn leave_when_settled(model: &Model) -> Vec<Effect> {
    if model.quitting && !model.is_in_flight() { vec![Effect::Quit] } else { Vec::new() }
}

/// Keys in the question whether to leave while money is in flight.
pub(super) fn leaving(model: &mut Model, command: Command, alone: bool) -> Vec<Effect> {
    match command {
        Command::Yes if alone => {
            model.modal = None;
            stop(model)
        }
        Command::Back => {
            model.modal = None;
            Vec::new()
        }
        _ => Vec::new(),
    }
}
