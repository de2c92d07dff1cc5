//! What webhook events bring: whose an order is, at once; what it is now, as words until it is read.

use super::listing::relist_news;
use crate::app::announced::Told;
use crate::app::effect::{Effect, SyncRequest};
use crate::app::model::Model;
use crate::domain::announced::Reading;

/// Takes in what one event said. It is kept in the register already.
pub(super) fn told(model: &mut Model, told: Told) -> Vec<Effect> {
    let Told { user, order, payment_details, announced } = told;
    let mut effects = Vec::new();
    if let Some(user) = &user
        && model.people.add(user.clone())
    {
        effects.push(Effect::Sync(SyncRequest::Watch(user.clone())));
    }
    let Some(order) = order else { return effects };
    if model.people.link(&order, user.as_ref(), payment_details.as_ref()) {
        // A list narrowed to a user depends on whose an order is.
        model.orders.touch(&order);
        relist_news(model);
    }
    if let Some((announced, listed)) = announced.zip(model.orders.listed(&order)) {
        let server_date = listed.row().and_then(|row| row.seen.server_date);
        let knows_until = listed.updated_at().max(server_date);
        let reading = Reading { asked: listed.asked().mono, knows_until, status: listed.status() };
        model.announced.take(&order, announced, reading);
    }
    effects
}
