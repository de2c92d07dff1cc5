//! What webhook events bring: whose an order is, at once; what it is now, as words until it is read.

use super::relist;
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
    let news = model.people.link(&order, user.as_ref(), payment_details.as_ref());
    if let Some(announced) = announced {
        let reading = model.orders.get(&order).map(|row| Reading::of(&row.seen));
        model.announced.take(&order, announced, reading);
    }
    // Only a list narrowed to a user depends on whose an order is.
    if news && model.listing.user.is_some() {
        relist(model);
    }
    effects
}
