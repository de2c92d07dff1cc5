//! What the poller brings. A failed request shows; it never empties the screen.

use super::listing::relist_news;
use super::look_at;
use crate::app::effect::{Effect, SyncRequest};
use crate::app::failure::Failure;
use crate::app::flow::fate::Found;
use crate::app::flow::{OutcomeRecord, noun, settlement};
use crate::app::modal::Modal;
use crate::app::model::{Connection, Level, Model};
use crate::app::msg::{SetAsideNote, SyncMsg};
use crate::domain::announced::Reading;
use crate::domain::{ActionKind, Now, Observed, Order, OrderId};

/// So long after an answer the screen says nothing of its age but that it is fresh.
pub const FRESH: std::time::Duration = std::time::Duration::from_secs(15);

pub(super) fn sync(model: &mut Model, news: SyncMsg) -> Vec<Effect> {
    // These say themselves whether they changed something.
    model.changed |= !matches!(
        news,
        SyncMsg::Orders { .. }
            | SyncMsg::Answered { .. }
            | SyncMsg::Complete
            | SyncMsg::Stats(_)
            | SyncMsg::Webhooks(_)
            | SyncMsg::OnDisk(_)
    );
    match news {
        SyncMsg::Orders { orders, set_aside } => received(model, orders, set_aside),
        SyncMsg::User(user) => {
            model.people.read(*user);
            Vec::new()
        }
        SyncMsg::UserUnknown(id) => {
            model.people.not_found(&id);
            Vec::new()
        }
        SyncMsg::Payments(user, profiles) => {
            model.people.paid(user, profiles);
            Vec::new()
        }
        SyncMsg::OrderNotFound(id) => {
            model.orders.trouble(&id, "the API does not return this order any more; shown as last seen");
            Vec::new()
        }
        SyncMsg::Trouble { order, failure } => {
            trouble(model, order.as_ref(), &failure);
            Vec::new()
        }
        SyncMsg::Failed { failure, unauthorized, retry_at } => failed(model, &failure, unauthorized, retry_at),
        SyncMsg::Complete | SyncMsg::Stats(_) | SyncMsg::Webhooks(_) | SyncMsg::OnDisk(_) => {
            model.changed |= matches!(model.modal, Some(Modal::Sync { .. }));
            model.changed |= model.sync.take(news, &model.now);
            Vec::new()
        }
        SyncMsg::Answered { skew_seconds } => {
            answered(model, skew_seconds);
            Vec::new()
        }
    }
}

fn answered(model: &mut Model, skew_seconds: Option<i64>) {
    if matches!(model.connection, Connection::Failing { .. } | Connection::Unauthorized) {
        model.say(Level::Info, "The API answers again.");
    }
    // Right after an answer another one shows nothing new.
    let fresh = model.last_answer.is_some_and(|at| model.now.since(&at) < FRESH);
    let steady = model.connection == Connection::Live && (skew_seconds.is_none() || skew_seconds == model.skew_seconds);
    model.changed |= !(fresh && steady);
    model.connection = Connection::Live;
    model.last_answer = Some(model.now);
    model.skew_seconds = skew_seconds.or(model.skew_seconds);
}

/// One request failed: said at the order it was about, or once in the footer.
fn trouble(model: &mut Model, order: Option<&OrderId>, failure: &Failure) {
    match order {
        Some(id) => model.orders.trouble(id, &failure.what),
        None if model.notices.last().is_none_or(|last| !last.text.starts_with(&failure.what)) => {
            model.say(Level::Warning, format!("{} {}", failure.what, failure.advice));
        }
        None => {}
    }
}

fn failed(model: &mut Model, failure: &Failure, unauthorized: bool, retry_at: Option<Now>) -> Vec<Effect> {
    let news = !matches!(model.connection, Connection::Failing { .. } | Connection::Unauthorized);
    if news {
        model.say_failure(failure);
    }
    model.connection = if unauthorized {
        Connection::Unauthorized
    } else {
        Connection::Failing { what: failure.what.clone(), retry_at }
    };
    Vec::new()
}

fn received(model: &mut Model, orders: Vec<Observed<Order>>, set_aside: Vec<SetAsideNote>) -> Vec<Effect> {
    let mut effects = Vec::new();
    // A page or window may show any of them.
    let covered = model.pages.depth() > 0 || model.modal.is_some() || model.flow.is_some();
    let selected = orders.iter().any(|order| model.selected.as_ref() == Some(&order.value.id));
    model.changed |= covered || selected || !set_aside.is_empty() || model.orders.is_empty();
    for order in orders {
        effects.extend(observe(model, order));
    }
    note_set_aside(model, set_aside);
    let before = model.selected.clone();
    relist_news(model);
    if model.selected != before {
        effects.extend(look_at(model));
    }
    effects
}

fn note_set_aside(model: &mut Model, set_aside: Vec<SetAsideNote>) {
    let fresh: Vec<SetAsideNote> = set_aside.into_iter().filter(|note| !model.set_aside.contains(note)).collect();
    for note in &fresh {
        if let Some(id) = &note.id {
            model.orders.trouble(id, &note.reason);
        }
    }
    if let Some(first) = fresh.first() {
        let id = first.id.as_ref().map_or_else(|| "without a readable id".to_owned(), ToString::to_string);
        model.say(
            Level::Warning,
            format!(
                "{} order(s) of the answer could not be read and were set aside; first: {id}: {}",
                fresh.len(),
                first.reason
            ),
        );
    }
    model.set_aside.extend(fresh);
    let surplus = model.set_aside.len().saturating_sub(100);
    model.set_aside.drain(..surplus);
}

/// Takes in one reading of an order, from wherever it comes.
pub(super) fn observe(model: &mut Model, mut order: Observed<Order>) -> Vec<Effect> {
    model.people.recall(&mut order.value);
    let mut effects = learn_links(model, &order.value);
    effects.extend(settle(model, &order.value));
    if let Some(flow) = &mut model.flow {
        let id = flow.id;
        effects.extend(flow.live_order(&order).into_iter().map(|effect| Effect::Flow(id, effect)));
    }
    let set_aside = model.set_aside.len();
    model.set_aside.retain(|note| note.id.as_ref() != Some(&order.value.id));
    model.changed |= model.set_aside.len() < set_aside;
    model.changed |= model.announced.read(&order.value.id, Reading::of(&order));
    model.orders.observe(order);
    effects
}

/// Some servers say whose an order is: remember it.
fn learn_links(model: &mut Model, order: &Order) -> Vec<Effect> {
    let links = &order.links;
    let mut effects = Vec::new();
    if model.people.link(&order.id, links.user.as_ref(), links.payment_details.as_ref()) {
        model.orders.touch(&order.id);
        effects.push(Effect::RememberLink {
            order: order.id.clone(),
            user: links.user.clone(),
            payment_details: links.payment_details.clone(),
        });
    }
    if let Some(user) = &links.user
        && model.people.add(user.clone())
    {
        effects.push(Effect::RememberUser { id: user.clone(), typed: false });
        effects.push(Effect::Sync(SyncRequest::Watch(user.clone())));
    }
    effects
}

/// Actions whose answer was lost are settled by the order itself.
fn settle(model: &mut Model, order: &Order) -> Vec<Effect> {
    let server_now = model.server_now();
    let mut records = Vec::new();
    for prior in model.priors.get_mut(&order.id).into_iter().flatten().filter(|prior| !prior.known) {
        if let Some(record) = settlement(prior, order, server_now) {
            prior.known = true;
            records.push((prior.action, record));
        }
    }
    told(model, &order.id, records)
}

/// What was found out at the start about earlier actions, where nothing else told meanwhile.
pub(super) fn found(model: &mut Model, found: Vec<Found>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for Found { order, record } in found {
        let priors = model.priors.get_mut(&order).into_iter().flatten();
        let Some(prior) = priors.into_iter().find(|p| !p.known && p.intent_seq == record.intent_seq) else { continue };
        prior.known = true;
        let action = prior.action;
        effects.extend(told(model, &order, vec![(action, record)]));
    }
    effects
}

/// Says it, and has it recorded.
fn told(model: &mut Model, order: &OrderId, records: Vec<(ActionKind, OutcomeRecord)>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (action, record) in records {
        if let Some(flow) = &mut model.flow {
            flow.settled(record.intent_seq);
        }
        let what = noun(action);
        let text = format!("The {what} of {} whose answer was lost is settled: {}.", order.short(), record.note);
        model.say(Level::Info, text);
        effects.push(Effect::Settle(record));
    }
    effects
}
