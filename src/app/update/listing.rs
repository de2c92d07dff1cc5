//! What changed is taken into the list; another list, where it is long, is made a slice at a time.

use crate::app::effect::{Effect, SyncRequest};
use crate::app::model::Model;
use crate::app::orders::{News, Work, begins, id_head};
use crate::domain::OrderId;

/// Takes what changed into the list, and time, which changes urgencies.
pub(super) fn relist(model: &mut Model) {
    model.orders.let_go(&model.now);
    let news = model.orders.take_news();
    take_in(model, news);
}

/// The same, where only news from outside can have changed something: what changes nothing that is
/// listed costs nothing. Whether something did.
pub(super) fn relist_news(model: &mut Model) -> bool {
    let news = model.orders.take_news();
    let shows_over = model.visible.listing().scope.shows_over() || model.work.is_some();
    let wanted = model.wanted.as_ref().is_some_and(|id| model.orders.listed(id).is_some());
    let concerns = news.is_near() || (shows_over && !news.is_empty()) || wanted;
    if concerns {
        take_in(model, news);
    }
    concerns
}

fn take_in(model: &mut Model, news: News) {
    model.changed = true;
    select_wanted(model);
    hold(model);
    // While another list is made from it, the one on the screen keeps what is over as it is.
    let news = match &mut model.work {
        Some(work) => work.set_aside(news),
        None => news,
    };
    let keep = if model.follows_top() { None } else { model.selected.clone() };
    model.visible.refresh(&model.orders, model.people.owners(), keep.as_ref(), &news, &model.now);
    if model.selected.is_none() || model.follows_top() {
        model.selected = meant(model).or_else(|| model.id_at(0));
    }
}

/// An order made here is selected as soon as it is known.
fn select_wanted(model: &mut Model) {
    if let Some(wanted) = model.wanted.take_if(|id| model.orders.listed(id).is_some()) {
        model.selected = Some(wanted);
    }
}

/// Orders that are looked at, acted on or waited for stay whole.
fn hold(model: &mut Model) {
    let unsettled = model.priors.iter().filter(|(_, priors)| priors.iter().any(|prior| !prior.known));
    let mut held: Vec<_> = unsettled.map(|(order, _)| order.clone()).collect();
    held.extend(model.selected.clone());
    held.extend(model.flow.as_ref().map(|flow| flow.order.clone()));
    model.orders.hold(held);
}

/// After the operator changed what is listed: the selection must belong to it.
pub(super) fn relist_anew(model: &mut Model) -> Vec<Effect> {
    catch_up(model);
    let mut work = Work::new(model.listing.clone(), &model.orders, &model.visible, true);
    if !work.is_small() {
        model.work = Some(Box::new(work));
        return vec![focus(model)];
    }
    while !work.step(&model.orders, &model.visible, model.people.owners()) {}
    install(model, work)
}

/// A list that is not wanted any more is given up, and what changed meanwhile taken in.
fn catch_up(model: &mut Model) {
    let mut news = model.work.take().map(|work| work.give_up()).unwrap_or_default();
    news.join(model.orders.take_news());
    if !news.is_empty() {
        let keep = model.selected.clone();
        model.visible.refresh(&model.orders, model.people.owners(), keep.as_ref(), &news, &model.now);
    }
}

/// One slice of the list being made.
pub(super) fn work(model: &mut Model) -> Vec<Effect> {
    let Some(mut work) = model.work.take() else { return Vec::new() };
    if !work.step(&model.orders, &model.visible, model.people.owners()) {
        model.work = Some(work);
        return Vec::new();
    }
    model.changed = true;
    install(model, *work)
}

/// All of it at once: what is done next is done on what the operator asked to see.
pub(super) fn finish(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while model.work.is_some() {
        effects = work(model);
    }
    effects
}

/// Puts a finished list on the screen.
fn install(model: &mut Model, work: Work) -> Vec<Effect> {
    let retyped = work.listing().text != model.visible.listing().text;
    let mut news = model.visible.install(work);
    news.join(model.orders.take_news());
    model.visible.refresh(&model.orders, model.people.owners(), None, &news, &model.now);
    let stays = model.selected_index().is_some();
    let meant = if retyped || !stays { meant(model) } else { None };
    let chosen = meant.or_else(|| if stays { model.selected.clone() } else { model.id_at(0) });
    if chosen != model.selected {
        model.selected = chosen;
        model.detail_scroll = 0;
        model.unmasked = false;
    }
    look_at(model)
}

/// The listed order whose id the filter's text begins: the list goes by urgency, and another order
/// may have the same letters in its reference or its amounts, but nobody types those of an id to
/// act on another. Only what is typed selects it; an order that is selected stays so while it has
/// that beginning.
fn meant(model: &Model) -> Option<OrderId> {
    let head = id_head(&model.visible.listing().text)?;
    let selected = model.selected.clone().filter(|id| begins(id.as_str(), head) && model.selected_index().is_some());
    selected.or_else(|| model.visible.first_named(&model.orders, head))
}

/// What the operator looks at now: read afresh, and at once from what was written down.
pub(super) fn look_at(model: &Model) -> Vec<Effect> {
    look_ahead(model, &[])
}

/// The same, with orders that will probably be looked at next: they are at hand then.
pub(super) fn look_ahead(model: &Model, next: &[usize]) -> Vec<Effect> {
    let next = next.iter().filter_map(|place| model.id_at(*place));
    let lines = model.selected.clone().into_iter().chain(next);
    let lines = lines.filter(|id| model.orders.listed(id).is_some_and(|listed| listed.row().is_none()));
    let lines: Vec<_> = lines.collect();
    let mut effects = vec![focus(model)];
    if !lines.is_empty() {
        effects.push(Effect::Load(lines));
    }
    effects
}

pub(super) fn focus(model: &Model) -> Effect {
    Effect::Sync(SyncRequest::Focus { order: model.selected.clone(), user: model.payments_of().cloned() })
}
