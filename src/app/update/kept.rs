//! What an earlier run wrote down. It says nothing where this run has read something already.

use super::listing::relist_news;
use super::look_at;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::msg::Kept;

pub(super) fn take(model: &mut Model, kept: Kept) -> Vec<Effect> {
    let before = model.selected.clone();
    match kept {
        Kept::Coming(orders) => model.reading = Some(orders),
        Kept::Past(past) => model.orders.take_past(past, &model.now),
        Kept::Links(links) => {
            for (order, user, payment) in links {
                model.people.link(&order, user.as_ref(), payment.as_ref());
                if model.listing.user.is_some() {
                    model.orders.touch(&order);
                }
            }
        }
        Kept::End => model.reading = None,
        Kept::Whole(order) => {
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
