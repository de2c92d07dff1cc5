//! Listing something else among a hundred thousand orders, a slice at a time.
//!
//! A key pressed meanwhile is taken between two slices; the list on the screen stays the former
//! one until the new one is whole.

use std::collections::HashMap;

use super::key::{Key, Ranking};
use super::list::{Sieve, Visible, shelf_key};
use super::words::narrows;
use super::{News, OrderBook};
use crate::app::view_state::Listing;
use crate::domain::{OrderId, UserId};

/// Lines looked at in one slice.
const SLICE: usize = if cfg!(test) { 8 } else { 4_096 };

/// A list being made.
#[derive(Debug)]
pub struct Work {
    listing: Listing,
    /// Only what the former list has is looked at.
    narrowing: bool,
    /// How many were looked at.
    done: usize,
    /// Of how many.
    of: usize,
    /// Sorted pieces, each at least twice as long as the next.
    runs: Vec<Vec<Key>>,
    /// What changed meanwhile.
    meanwhile: News,
}

impl Work {
    /// Begins. `complete` tells that all that is known was taken into the list in force, `former`.
    pub(in crate::app) fn new(listing: Listing, book: &OrderBook, former: &Visible, complete: bool) -> Self {
        let before = former.listing();
        let narrowing = complete
            && before.scope == listing.scope
            && before.user == listing.user
            && (before.sort, before.reversed) == (listing.sort, listing.reversed)
            && narrows(&listing.text, &before.text);
        let of = match (listing.scope.shows_over(), narrowing) {
            (false, _) => 0,
            (true, true) => former.shelf().len(),
            (true, false) => book.lines.len(),
        };
        Self { listing, narrowing, done: 0, of, runs: Vec::new(), meanwhile: News::default() }
    }

    /// Whether it is so little that it is done at once.
    pub(in crate::app) fn is_small(&self) -> bool {
        self.of <= SLICE
    }

    /// What is listed when it is done.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Whether the text is what changes.
    pub fn filters(&self) -> bool {
        !self.listing.text.is_empty()
    }

    /// One slice. `true` when the list is whole.
    pub(in crate::app) fn step(
        &mut self,
        book: &OrderBook,
        former: &Visible,
        owners: &HashMap<OrderId, UserId>,
    ) -> bool {
        let ranking = Ranking::new(book, &self.listing);
        if self.done < self.of {
            let run = self.look(book, former, owners, &ranking);
            self.add(run, &ranking);
            return self.done >= self.of && self.runs.len() <= 1;
        }
        if let (Some(b), Some(a)) = (self.runs.pop(), self.runs.pop()) {
            self.runs.push(merged(a, b, &ranking));
        }
        self.runs.len() <= 1
    }

    fn look(
        &mut self,
        book: &OrderBook,
        former: &Visible,
        owners: &HashMap<OrderId, UserId>,
        ranking: &Ranking<'_>,
    ) -> Vec<Key> {
        let sieve = Sieve::new(&self.listing, owners);
        let end = (self.done + SLICE).min(self.of);
        let slots = self.done..end;
        self.done = end;
        if self.narrowing {
            // They are in their order already.
            let former = former.shelf().get(slots).unwrap_or_default().iter();
            return former.filter_map(|key| shelf_key(book, ranking, &sieve, key.slot)).collect();
        }
        let slots = slots.filter_map(|slot| u32::try_from(slot).ok());
        let mut run: Vec<Key> = slots.filter_map(|slot| shelf_key(book, ranking, &sieve, slot)).collect();
        run.sort_unstable_by(|a, b| ranking.cmp(a, b));
        run
    }

    /// Keeps the pieces few: a new one is merged with those that are not much longer.
    fn add(&mut self, mut run: Vec<Key>, ranking: &Ranking<'_>) {
        if self.narrowing
            && let Some(all) = self.runs.last_mut()
        {
            all.append(&mut run);
            return;
        }
        while let Some(last) = self.runs.pop_if(|last| last.len() < 2 * run.len()) {
            run = merged(last, run, ranking);
        }
        if !run.is_empty() {
            self.runs.push(run);
        }
    }

    /// Keeps for later what concerns orders that are over; what is left is for the list on the screen.
    pub(in crate::app) fn set_aside(&mut self, news: News) -> News {
        let near = news.near;
        self.meanwhile.join(news);
        News { near, ..News::default() }
    }

    /// Gives it up: what changed meanwhile.
    pub(in crate::app) fn give_up(self) -> News {
        self.meanwhile
    }

    /// What was listed and found, and what changed meanwhile.
    pub(super) fn finish(mut self) -> (Listing, Vec<Key>, News) {
        (self.listing, self.runs.pop().unwrap_or_default(), self.meanwhile)
    }
}

/// Two sorted pieces as one, from the back, so that the longer one is not there twice.
fn merged(mut a: Vec<Key>, mut b: Vec<Key>, ranking: &Ranking<'_>) -> Vec<Key> {
    let mut left = a.len();
    a.extend_from_slice(&b);
    for place in (0..a.len()).rev() {
        let Some(later) = b.last().copied() else { break };
        let before = left.checked_sub(1).and_then(|last| a.get(last)).copied();
        // Of equals the first piece's stand first.
        let next = if let Some(before) = before.filter(|before| ranking.cmp(before, &later).is_gt()) {
            left -= 1;
            before
        } else {
            b.pop();
            later
        };
        if let Some(slot) = a.get_mut(place) {
            *slot = next;
        }
    }
    a
}

impl News {
    /// Whether nothing changed.
    pub(in crate::app) fn is_empty(&self) -> bool {
        !self.near && self.fresh.is_empty() && self.moved.is_empty()
    }

    /// Whether something that is not over changed.
    pub(in crate::app) fn is_near(&self) -> bool {
        self.near
    }

    /// Adds what came later.
    pub(in crate::app) fn join(&mut self, later: News) {
        self.near |= later.near;
        self.fresh.extend(later.fresh);
        self.moved.extend(later.moved);
    }
}
