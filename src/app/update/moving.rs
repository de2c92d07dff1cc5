//! Moving about: panes, rows, windows. Nothing here acts on money.

use super::listing::look_ahead;
use super::relist_anew;
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::modal::Modal;
use crate::app::model::{Level, Model};
use crate::app::view_state::Pane;
use crate::domain::OrderId;

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Down(n) => shift(model, i32::from(n)),
        Command::Up(n) => shift(model, -i32::from(n)),
        Command::First => shift(model, i32::MIN),
        Command::Last => shift(model, i32::MAX),
        Command::NextPane => pane(model, model.pane.step(true)),
        Command::PreviousPane => pane(model, model.pane.step(false)),
        Command::Pane(number) => number_pane(model, number),
        Command::Open => open(model),
        Command::Back => back(model),
        Command::NextNeedsYou => needs_you(model, true),
        Command::PreviousNeedsYou => needs_you(model, false),
        Command::SortColumn | Command::SortDirection | Command::Scope => listing(model, command),
        Command::CopyId => copy(model),
        Command::RawJson | Command::Help | Command::Sync => window_open(model, command),
        Command::Unmask => {
            model.unmasked = !model.unmasked;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn pane(model: &mut Model, pane: Pane) -> Vec<Effect> {
    model.pane = pane;
    Vec::new()
}

fn number_pane(model: &mut Model, number: u8) -> Vec<Effect> {
    if let Some(pane) = Pane::ALL.into_iter().find(|p| p.number() == number) {
        model.pane = pane;
    }
    Vec::new()
}

/// Enter: from a list to what is behind it, else zoom.
fn open(model: &mut Model) -> Vec<Effect> {
    match model.pane {
        Pane::Orders if model.selected.is_some() => model.pane = Pane::Detail,
        Pane::Users => model.pane = Pane::Orders,
        Pane::Orders | Pane::Payments | Pane::Detail => model.zoomed = !model.zoomed,
    }
    Vec::new()
}

/// Esc: one step back at a time.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.zoomed {
        model.zoomed = false;
    } else if !model.listing.text.is_empty() {
        model.listing.text.clear();
        return relist_anew(model);
    } else if model.listing.user.is_some() {
        model.listing.user = None;
        return relist_anew(model);
    } else if model.pane != Pane::Orders {
        model.pane = Pane::Orders;
    }
    Vec::new()
}

fn listing(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Scope => model.listing.scope = model.listing.scope.next(),
        Command::SortColumn => model.listing.sort = model.listing.sort.next(),
        _ => model.listing.reversed = !model.listing.reversed,
    }
    relist_anew(model)
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let id = match model.pane {
        Pane::Users => model.listing.user.as_ref().map(ToString::to_string),
        Pane::Payments => model.chosen_payment().map(ToString::to_string),
        Pane::Orders | Pane::Detail => model.selected.as_ref().map(ToString::to_string),
    };
    let Some(id) = id else {
        model.say(Level::Info, "Nothing is selected to copy.");
        return Vec::new();
    };
    model.say(Level::Info, format!("Copied {id}"));
    vec![Effect::Copy(id)]
}

fn window_open(model: &mut Model, command: Command) -> Vec<Effect> {
    model.modal = match (command, model.selected.clone()) {
        (Command::RawJson, Some(order)) => Some(Modal::Raw { order, scroll: 0 }),
        (Command::RawJson, None) => None,
        (Command::Sync, _) => Some(Modal::Sync { scroll: 0 }),
        _ => Some(Modal::Help { scroll: 0 }),
    };
    Vec::new()
}

/// Keys in a window that is only read.
pub(super) fn window(model: &mut Model, command: Command) -> Vec<Effect> {
    let in_sync = matches!(model.modal, Some(Modal::Sync { .. }));
    if in_sync && command == Command::Refresh {
        return super::ask_now(model);
    }
    let Some(Modal::Help { scroll } | Modal::Raw { scroll, .. } | Modal::Sync { scroll }) = &mut model.modal else {
        return Vec::new();
    };
    match command {
        Command::Down(n) => *scroll = scroll.saturating_add(n),
        Command::Up(n) => *scroll = scroll.saturating_sub(n),
        Command::First => *scroll = 0,
        Command::Back | Command::Help | Command::RawJson | Command::Sync | Command::Quit => model.modal = None,
        _ => {}
    }
    Vec::new()
}

fn shift(model: &mut Model, by: i32) -> Vec<Effect> {
    match model.pane {
        Pane::Orders => select_order(model, by),
        Pane::Users => select_user(model, by),
        Pane::Payments => select_payment(model, by),
        Pane::Detail => {
            let next = i32::from(model.detail_scroll).saturating_add(by).clamp(0, 2_000);
            model.detail_scroll = u16::try_from(next).unwrap_or(0);
            Vec::new()
        }
    }
}

/// The index `by` rows from `current` in a list of `len`.
fn moved(current: Option<usize>, by: i32, len: usize) -> Option<usize> {
    let last = len.checked_sub(1)?;
    let Some(current) = current else { return Some(0) };
    let current = i64::try_from(current).ok()?;
    let next = (current + i64::from(by)).clamp(0, i64::try_from(last).ok()?);
    usize::try_from(next).ok()
}

fn select_order(model: &mut Model, by: i32) -> Vec<Effect> {
    let index = moved(model.selected_index(), by, model.visible.len());
    let id = index.and_then(|i| model.id_at(i));
    let further = |n| moved(index, n * by.signum(), model.visible.len()).filter(|place| Some(*place) != index);
    let mut next: Vec<usize> = (1..=AHEAD).filter_map(further).collect();
    next.dedup();
    select(model, id, &next)
}

/// Orders further on that are read before the operator comes to them.
const AHEAD: i32 = 3;

fn select(model: &mut Model, id: Option<OrderId>, next: &[usize]) -> Vec<Effect> {
    if id.is_none() || id == model.selected {
        return Vec::new();
    }
    model.selected = id;
    model.detail_scroll = 0;
    model.unmasked = false;
    look_ahead(model, next)
}

/// The first row of the users pane stands for all of them.
fn select_user(model: &mut Model, by: i32) -> Vec<Effect> {
    let ids: Vec<_> = model.people.users().map(|(id, _)| id.clone()).collect();
    let current = model.listing.user.as_ref().and_then(|u| ids.iter().position(|id| id == u)).map_or(0, |i| i + 1);
    let next = moved(Some(current), by, ids.len() + 1).unwrap_or(0);
    model.listing.user = next.checked_sub(1).and_then(|i| ids.get(i)).cloned();
    model.unmasked = false;
    relist_anew(model)
}

fn select_payment(model: &mut Model, by: i32) -> Vec<Effect> {
    let Some(profiles) = model.payments_of().and_then(|u| model.people.payments(u)) else { return Vec::new() };
    let current = model.selected_payment.as_ref().and_then(|id| profiles.iter().position(|p| p.id == *id));
    let next = moved(current, by, profiles.len()).and_then(|i| profiles.get(i)).map(|p| p.id.clone());
    model.selected_payment = next;
    Vec::new()
}

/// Jumps among the orders that need the operator, round and round.
fn needs_you(model: &mut Model, forward: bool) -> Vec<Effect> {
    let now = model.now;
    let places: Vec<usize> = model.visible.wanting(&model.orders, &now).collect();
    let here = model.selected_index();
    let next = if forward {
        places.iter().find(|p| here.is_none_or(|h| **p > h)).or(places.first())
    } else {
        places.iter().rev().find(|p| here.is_none_or(|h| **p < h)).or(places.last())
    };
    let Some(id) = next.and_then(|i| model.id_at(*i)) else {
        model.say(Level::Info, "No listed order needs you.");
        return Vec::new();
    };
    model.pane = if model.pane == Pane::Detail { Pane::Detail } else { Pane::Orders };
    select(model, Some(id), &[])
}
