//! What an earlier run wrote down. It says nothing where this run has read something already.

use super::listing::relist_news;
use super::look_at;
use crate::app::effect::Effect;
use crate::app::model::{Level, Model};
use crate::app::msg::{Kept, Ready};

/// The profile is open.
pub(super) fn ready(model: &mut Model, ready: Ready) -> Vec<Effect> {
    let Ready { session, arming, priors, notices } = ready;
    model.starting = false;
    model.session = session;
    model.arming = arming;
    for (order, prior) in priors {
        model.priors.entry(order).or_default().push(prior);
    }
    let unknown = model.unknown_outcomes();
    if unknown > 0 {
        let text = format!("{unknown} earlier action(s) have an unknown outcome; their orders are being read.");
        model.say(Level::Warning, text);
    }
    for (level, text) in notices {
        model.say(level, text);
    }
    Vec::new()
}

pub(super) fn take(model: &mut Model, kept: Kept) -> Vec<Effect> {
    let before = model.selected.clone();
    match kept {
        Kept::Live(orders) => {
            model.known_since = orders.iter().map(|order| order.asked.wall).max();
            for order in orders {
                model.orders.restore(order);
            }
        }
        Kept::Coming(orders) => model.reading = Some(orders),
        Kept::References(references) => {
            for (order, reference) in references {
                model.people.refer(order, reference);
            }
        }
        // What was written in this run is newer.
        Kept::Notes(notes) => {
            for (order, note) in notes {
                model.notes.entry(order).or_insert(note);
            }
        }
        Kept::Past(mut past) => {
            for (brief, _) in &mut past {
                model.people.recall_brief(brief);
            }
            model.orders.take_past(past, &model.now);
        }
        Kept::Links(links) => {
            for (order, user, payment) in links {
                model.people.link(&order, user.as_ref(), payment.as_ref());
                if model.listing.user.is_some() {
                    model.orders.touch(&order);
                }
            }
        }
        Kept::End => model.reading = None,
        Kept::Whole(mut order) => {
            model.people.recall(&mut order.value);
            let id = order.value.id.clone();
            if !model.orders.load(*order) || model.selected.as_ref() != Some(&id) {
                return Vec::new();
            }
        }
    }
    model.changed = true;
    relist_news(model);
    if model.selected == before { Vec::new() } else { look_at(model) }
}
