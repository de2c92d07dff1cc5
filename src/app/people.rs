//! Users and their payment profiles, as far as known. No version of the API lists users: this is
//! the local register, each user refreshed by id.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::{Brief, Observed, Order, OrderId, PaymentDetailsId, PaymentProfile, User, UserId};

/// What is known of a registered user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Not read yet.
    Waiting,
    /// As last read.
    Read(Box<Observed<User>>),
    /// The API does not know them: wrong id, or another partner's.
    NotFound,
}

/// Users, payment profiles and what links orders to them.
#[derive(Debug, Default)]
pub struct People {
    users: BTreeMap<UserId, Known>,
    payments: HashMap<UserId, Observed<Vec<PaymentProfile>>>,
    owners: HashMap<OrderId, UserId>,
    /// The same the other way round.
    orders: HashMap<UserId, Vec<OrderId>>,
    paid_to: HashMap<OrderId, PaymentDetailsId>,
    /// Every payment profile once, for the many orders that share it.
    named: HashSet<PaymentDetailsId>,
    references: HashMap<OrderId, String>,
}

impl People {
    /// Adds a user. `true` if they were not known.
    pub fn add(&mut self, id: UserId) -> bool {
        match self.users.entry(id) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(Known::Waiting);
                true
            }
            std::collections::btree_map::Entry::Occupied(_) => false,
        }
    }

    /// A user was read.
    pub fn read(&mut self, user: Observed<User>) {
        self.users.insert(user.value.id.clone(), Known::Read(Box::new(user)));
    }

    /// The API does not know a registered user.
    pub fn not_found(&mut self, id: &UserId) {
        if let Some(known) = self.users.get_mut(id) {
            *known = Known::NotFound;
        }
    }

    /// Payment profiles were read.
    pub fn paid(&mut self, user: UserId, profiles: Observed<Vec<PaymentProfile>>) {
        self.payments.insert(user, profiles);
    }

    /// Learns whose an order is. `true` if that is news.
    pub fn link(&mut self, order: &OrderId, user: Option<&UserId>, payment: Option<&PaymentDetailsId>) -> bool {
        let mut news = false;
        if let Some(user) = user
            && self.owners.get(order) != Some(user)
        {
            news = true;
            self.own(order, user);
        }
        if let Some(payment) = payment {
            let payment = self.named.get(payment).unwrap_or(payment).clone();
            self.named.insert(payment.clone());
            news |= self.paid_to.insert(order.clone(), payment.clone()).as_ref() != Some(&payment);
        }
        news
    }

    /// Learns by which name the partner knows an order.
    pub fn refer(&mut self, order: OrderId, reference: String) {
        self.references.insert(order, reference);
    }

    /// Puts into a reading what only its initiate answer said.
    pub fn recall(&self, order: &mut Order) {
        if order.links.reference.is_none() {
            order.links.reference = self.references.get(&order.id).cloned();
        }
    }

    /// The same for the line of an order that is over.
    pub fn recall_brief(&self, brief: &mut Brief) {
        if brief.reference.is_none() {
            brief.reference = self.references.get(&brief.id).map(|reference| Arc::from(reference.as_str()));
        }
    }

    /// Every link of a user shares the one text of their id: there may be a hundred thousand.
    fn own(&mut self, order: &OrderId, user: &UserId) {
        let known = self.orders.get_key_value(user).map(|(known, _)| known.clone());
        let user = known.unwrap_or_else(|| user.clone());
        if let Some(former) = self.owners.insert(order.clone(), user.clone())
            && let Some(orders) = self.orders.get_mut(&former)
        {
            orders.retain(|own| own != order);
        }
        self.orders.entry(user).or_default().push(order.clone());
    }

    /// The orders known to be a user's, as they were learned.
    pub fn orders_of(&self, user: &UserId) -> &[OrderId] {
        self.orders.get(user).map_or(&[], Vec::as_slice)
    }

    /// The registered users in a fixed order.
    pub fn users(&self) -> impl DoubleEndedIterator<Item = (&UserId, &Known)> {
        self.users.iter()
    }

    /// How many are registered.
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// One user, if read.
    pub fn user(&self, id: &UserId) -> Option<&Observed<User>> {
        match self.users.get(id) {
            Some(Known::Read(user)) => Some(user),
            _ => None,
        }
    }

    /// A user's payment profiles, from their own endpoint or from the user's answer: the newer.
    pub fn payments(&self, id: &UserId) -> Option<&[PaymentProfile]> {
        let (own, user) = (self.payments.get(id), self.user(id));
        match (own, user) {
            (Some(own), Some(user)) if user.is_newer_than(own) => Some(&user.value.payment_profiles),
            (Some(own), _) => Some(&own.value),
            (None, user) => user.map(|u| u.value.payment_profiles.as_slice()),
        }
    }

    /// Whose an order is.
    pub fn owner(&self, order: &OrderId) -> Option<&UserId> {
        self.owners.get(order)
    }

    /// All known owners.
    pub fn owners(&self) -> &HashMap<OrderId, UserId> {
        &self.owners
    }

    /// Where an order's fiat goes.
    pub fn payment_of(&self, order: &OrderId) -> Option<&PaymentDetailsId> {
        self.paid_to.get(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_of_one_user_at_a_time() {
        let mut people = People::default();
        let order = OrderId::parse("o").unwrap();
        let [a, b] = ["a", "b"].map(|name| UserId::parse(name).unwrap());
        assert!(people.link(&order, Some(&a), None));
        assert!(!people.link(&order, Some(&a), None), "known");
        assert_eq!(people.orders_of(&a), std::slice::from_ref(&order));
        assert!(people.link(&order, Some(&b), None));
        assert_eq!((people.orders_of(&a).len(), people.orders_of(&b).len()), (0, 1));
        assert_eq!(people.owner(&order), Some(&b));
    }
}
