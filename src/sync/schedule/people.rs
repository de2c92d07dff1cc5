//! Users that are read now and then, and the payment profiles in sight.

use std::collections::{BTreeSet, HashMap};

use super::job::Job;
use super::pace::EVERY_PERSON;
use crate::domain::{Mono, UserId};

/// When each is due.
#[derive(Debug, Default)]
pub struct People {
    users: HashMap<UserId, Mono>,
    queue: BTreeSet<(Mono, UserId)>,
    payments: Option<(UserId, Mono)>,
}

impl People {
    /// Reads this user now and from now on, payment profiles in sight too.
    pub fn watch(&mut self, user: UserId, now: Mono) {
        if let Some((shown, due)) = &mut self.payments
            && *shown == user
        {
            *due = now;
        }
        self.put(user, now);
    }

    /// Whose payment profiles are in sight.
    pub fn focus(&mut self, user: Option<UserId>, now: Mono) {
        if self.payments.as_ref().map(|(shown, _)| shown) != user.as_ref() {
            self.payments = user.map(|user| (user, now));
        }
    }

    /// All due now.
    pub fn everything_now(&mut self, now: Mono) {
        let users: Vec<UserId> = self.users.keys().cloned().collect();
        for user in users {
            self.put(user, now);
        }
        if let Some((_, due)) = &mut self.payments {
            *due = now;
        }
    }

    /// It is being asked, or asked again after a failure.
    pub fn next_at(&mut self, job: &Job, failed: bool, now: Mono) {
        let at = if failed { now } else { now + EVERY_PERSON };
        match job {
            Job::User(user) if self.users.contains_key(user) => self.put(user.clone(), at),
            Job::Payments(user) => {
                if let Some((shown, due)) = &mut self.payments
                    && shown == user
                {
                    *due = at;
                }
            }
            _ => {}
        }
    }

    /// The API does not know them.
    pub fn gone(&mut self, job: &Job) {
        match job {
            Job::User(user) => {
                if let Some(due) = self.users.remove(user) {
                    self.queue.remove(&(due, user.clone()));
                }
            }
            Job::Payments(user) if self.payments.as_ref().is_some_and(|(shown, _)| shown == user) => {
                self.payments = None;
            }
            _ => {}
        }
    }

    /// Users, the one due first first.
    pub fn users(&self) -> impl Iterator<Item = (&UserId, Mono)> {
        self.queue.iter().map(|(due, user)| (user, *due))
    }

    /// The payment profiles in sight.
    pub fn payments(&self) -> Option<(&UserId, Mono)> {
        self.payments.as_ref().map(|(user, due)| (user, *due))
    }

    fn put(&mut self, user: UserId, at: Mono) {
        if let Some(before) = self.users.insert(user.clone(), at) {
            self.queue.remove(&(before, user.clone()));
        }
        self.queue.insert((at, user));
    }
}
