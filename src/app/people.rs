//! Users and their payment profiles, as far as known. No version of the API lists users: this is
//! the local register, each user refreshed by id.

use std::collections::{BTreeMap, HashMap};
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
    paid_to: HashMap<OrderId, PaymentDetailsId>,
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
        if let Some(user) = user {
            news |= self.owners.insert(order.clone(), user.clone()).as_ref() != Some(user);
        }
        if let Some(payment) = payment {
            news |= self.paid_to.insert(order.clone(), payment.clone()).as_ref() != Some(payment);
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
