//! The list as the operator sees it, and the counts of the header.
//!
//! Two sorted lists stand behind it. The near one, of what is not over, is worked out anew
//! whenever something changed or time changed an urgency: it has hundreds of orders. The shelf,
//! of what is over, has a hundred thousand: it is changed in place where an order was read, and
//! worked out anew, in slices, only when the operator lists something else.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use super::key::{Key, Ranking};
use super::line::Line;
use super::{Listed, News, OrderBook, TextMatcher, Work, begins};
use crate::app::view_state::Listing;
use crate::domain::urgency::Urgency;
use crate::domain::{Mono, Now, OrderId, UserId};

/// The list, and the counts of the header.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Visible {
    near: Vec<Key>,
    /// Where each of them stands in the whole list.
    near_at: Vec<usize>,
    shelf: Vec<Key>,
    /// What the list was made for.
    listing: Listing,
    /// Orders that need the operator, filtered or not.
    pub needs_you: usize,
    /// Live orders, filtered or not.
    pub live: usize,
    /// Live orders hidden because nothing is known of whose they are.
    pub of_unknown_user: usize,
    /// The nearest countdown among orders that need the operator.
    pub next_deadline: Option<OrderId>,
    /// When time alone changes an urgency.
    pub stale_at: Option<Mono>,
}

/// Works a list out from nothing: what every change taken in one by one must lead to as well.
#[expect(clippy::implicit_hasher, reason = "one map of the program's own")]
pub fn visible(
    book: &OrderBook,
    listing: &Listing,
    owners: &HashMap<OrderId, UserId>,
    keep: Option<&OrderId>,
    now: &Now,
) -> Visible {
    let mut out = Visible::default();
    let mut work = Work::new(listing.clone(), book, &out, false);
    while !work.step(book, &out, owners) {}
    let news = out.install(work);
    out.refresh(book, owners, keep, &news, now);
    out
}

/// Which orders that are over a listing holds.
pub(super) struct Sieve<'a> {
    listing: &'a Listing,
    owners: &'a HashMap<OrderId, UserId>,
    matcher: TextMatcher,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(listing: &'a Listing, owners: &'a HashMap<OrderId, UserId>) -> Self {
        Self { listing, owners, matcher: listing.matcher() }
    }

    /// Whether it is the chosen user's and has the text.
    fn takes(&self, line: &Line) -> bool {
        self.owned(line) && (self.matcher.takes_all() || self.matcher.matches_words(line.words()))
    }

    /// The same for an order that is over.
    pub(super) fn takes_over(&self, line: &Line) -> bool {
        self.listing.scope.shows_over() && self.takes(line)
    }

    fn owned(&self, line: &Line) -> bool {
        self.listing.user.as_ref().is_none_or(|user| self.owners.get(line.id()) == Some(user))
    }
}

impl Visible {
    /// What the list was made for.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// How many orders it has.
    pub fn len(&self) -> usize {
        self.near.len() + self.shelf.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The orders in these places.
    pub fn rows<'a>(&'a self, book: &'a OrderBook, places: Range<usize>) -> impl Iterator<Item = Listed<'a>> {
        places.filter_map(move |place| book.at(self.key_at(place)?.slot))
    }

    /// The order in this place.
    pub fn id_at(&self, book: &OrderBook, place: usize) -> Option<OrderId> {
        book.at(self.key_at(place)?.slot)?.order_id()
    }

    /// The ids of the whole list, from the top. Many of them: not for every frame.
    pub fn ids(&self, book: &OrderBook) -> Vec<OrderId> {
        self.rows(book, 0..self.len()).filter_map(|row| row.order_id()).collect()
    }

    /// The first listed order whose id begins with this, in upper or lower case.
    pub fn first_named(&self, book: &OrderBook, head: &str) -> Option<OrderId> {
        self.rows(book, 0..self.len()).find(|row| begins(row.id(), head))?.order_id()
    }

    /// Where an order stands.
    pub fn place(&self, book: &OrderBook, id: &OrderId) -> Option<usize> {
        let slot = book.slot(id)?;
        let near = self.near.iter().zip(&self.near_at).find(|(key, _)| key.slot == slot);
        near.map(|(_, at)| *at).or_else(|| self.place_on_shelf(book, slot))
    }

    /// The places of orders that need the operator, from the top.
    pub fn wanting<'a>(&'a self, book: &'a OrderBook, now: &'a Now) -> impl DoubleEndedIterator<Item = usize> + 'a {
        let wants = |(key, _): &(&Key, &usize)| book.urgency(key.slot, now).needs_operator();
        self.near.iter().zip(&self.near_at).filter(wants).map(|(_, at)| *at)
    }

    fn key_at(&self, place: usize) -> Option<&Key> {
        let before = self.near_at.partition_point(|at| *at < place);
        if self.near_at.get(before) == Some(&place) { self.near.get(before) } else { self.shelf.get(place - before) }
    }

    fn place_on_shelf(&self, book: &OrderBook, slot: u32) -> Option<usize> {
        let ranking = Ranking::new(book, &self.listing);
        let key =
            ranking.key(slot, book.line(slot)?, &Now { mono: Mono::default(), wall: chrono::DateTime::UNIX_EPOCH });
        let found = self.shelf.binary_search_by(|other| ranking.cmp(other, &key)).ok();
        let found = found.filter(|at| self.shelf.get(*at).is_some_and(|key| key.slot == slot));
        // A key made before the order was read again.
        let at = found.or_else(|| self.shelf.iter().position(|key| key.slot == slot))?;
        let before = self
            .near
            .partition_point(|near| self.shelf.get(at).is_some_and(|key| ranking.cmp(near, key) == Ordering::Less));
        Some(at + before)
    }

    /// Takes in what changed, in the same listing as before. `keep` stays in the list whatever it is.
    pub(in crate::app) fn refresh(
        &mut self,
        book: &OrderBook,
        owners: &HashMap<OrderId, UserId>,
        keep: Option<&OrderId>,
        news: &News,
        now: &Now,
    ) {
        self.reshelve(book, owners, news);
        self.near_anew(book, owners, keep, now);
    }

    /// Puts another listing in force, with the orders that are over already found and sorted.
    /// What changed while they were looked for comes back.
    pub(in crate::app) fn install(&mut self, work: Work) -> News {
        let (listing, found, meanwhile) = work.finish();
        self.listing = listing;
        self.shelf = found;
        meanwhile
    }

    pub(super) fn shelf(&self) -> &[Key] {
        &self.shelf
    }

    /// Takes off the shelf what changed, and puts on it what belongs there now.
    fn reshelve(&mut self, book: &OrderBook, owners: &HashMap<OrderId, UserId>, news: &News) {
        if !self.listing.scope.shows_over() {
            return;
        }
        if !news.moved.is_empty() && !self.shelf.is_empty() {
            let mut moved = vec![false; book.lines.len()];
            news.moved.iter().for_each(|slot| {
                if let Some(moved) = moved.get_mut(*slot as usize) {
                    *moved = true;
                }
            });
            self.shelf.retain(|key| !moved.get(key.slot as usize).copied().unwrap_or(false));
        }
        let mut slots: Vec<u32> = news.fresh.iter().chain(&news.moved).copied().collect();
        slots.sort_unstable();
        slots.dedup();
        let ranking = Ranking::new(book, &self.listing);
        let sieve = Sieve::new(&self.listing, owners);
        let keys = slots.into_iter().filter_map(|slot| shelf_key(book, &ranking, &sieve, slot));
        let mut keys: Vec<Key> = keys.collect();
        keys.sort_unstable_by(|a, b| ranking.cmp(a, b));
        insert(&mut self.shelf, &keys, &ranking);
    }

    fn near_anew(&mut self, book: &OrderBook, owners: &HashMap<OrderId, UserId>, keep: Option<&OrderId>, now: &Now) {
        let mut counts = Counts::default();
        let ranking = Ranking::new(book, &self.listing);
        let sieve = Sieve::new(&self.listing, owners);
        let keep = keep.and_then(|id| book.slot(id));
        self.near.clear();
        for slot in &book.near {
            let Some(listed) = book.at(*slot) else { continue };
            let urgency = listed.urgency(now);
            counts.count(&listed, urgency, now);
            let line = listed.line();
            counts.of_unknown_user +=
                usize::from(listed.is_live() && !sieve.owned(line) && !owners.contains_key(line.id()));
            let holds = self.listing.scope.takes(listed.is_live(), urgency) && sieve.takes(line);
            if holds || keep == Some(*slot) {
                self.near.push(ranking.key(*slot, line, now));
            }
        }
        // One that is over stays as well, unless it stands on the shelf anyhow.
        if let Some((slot, line)) = keep.filter(|slot| !book.near.contains(slot)).and_then(|s| Some((s, book.line(s)?)))
            && !sieve.takes_over(line)
        {
            self.near.push(ranking.key(slot, line, now));
        }
        self.near.sort_unstable_by(|a, b| ranking.cmp(a, b));
        let over = &self.shelf;
        let above = |key: &Key| over.partition_point(|other| ranking.cmp(other, key) == Ordering::Less);
        self.near_at = (0..).zip(&self.near).map(|(nth, key): (usize, _)| nth + above(key)).collect();
        self.needs_you = counts.needs_you;
        self.live = counts.live;
        self.of_unknown_user = counts.of_unknown_user;
        self.next_deadline = counts.nearest.map(|(_, id)| id);
        self.stale_at = counts.stale_at;
    }
}

/// The key of an order that is over and belongs on the shelf.
pub(super) fn shelf_key(book: &OrderBook, ranking: &Ranking<'_>, sieve: &Sieve<'_>, slot: u32) -> Option<Key> {
    let line = book.line(slot).filter(|_| !book.near.contains(&slot))?;
    sieve
        .takes_over(line)
        .then(|| ranking.key(slot, line, &Now { mono: Mono::default(), wall: chrono::DateTime::UNIX_EPOCH }))
}

/// Puts sorted keys into a sorted list: each stretch between two of them is moved once.
fn insert(list: &mut Vec<Key>, keys: &[Key], ranking: &Ranking<'_>) {
    let mut end = list.len();
    list.extend_from_slice(keys);
    for (before, key) in keys.iter().enumerate().rev() {
        let head = list.get(..end).unwrap_or_default();
        let at = head.partition_point(|other| ranking.cmp(other, key) == Ordering::Less);
        list.copy_within(at..end, at + before + 1);
        if let Some(place) = list.get_mut(at + before) {
            *place = *key;
        }
        end = at;
    }
}

/// What the header says of what is not over.
#[derive(Default)]
struct Counts {
    needs_you: usize,
    live: usize,
    of_unknown_user: usize,
    nearest: Option<(Mono, OrderId)>,
    stale_at: Option<Mono>,
}

impl Counts {
    fn count(&mut self, listed: &Listed<'_>, urgency: Urgency, now: &Now) {
        use crate::app::view_state::Scope;
        self.live += usize::from(Scope::Live.takes(listed.is_live(), urgency));
        if urgency.needs_operator() {
            self.needs_you += 1;
            self.note_deadline(listed, now);
        }
        // An order that can be sent out is shown for a while only.
        let end = listed.line().send_out_until();
        if let Some(left) = end.and_then(|end| (end - now.wall).to_std().ok()) {
            self.changes_at(now.mono + left, now);
        }
    }

    /// By what is left as of now: an earlier run's clock has nothing to do with this one's.
    fn note_deadline(&mut self, listed: &Listed<'_>, now: &Now) {
        let Some(row) = listed.row() else { return };
        let Some(granted) = row.seen.value.authorization_seconds_left else { return };
        let left = Duration::from_secs(granted).saturating_sub(row.seen.age(now));
        let deadline = now.mono + left;
        if deadline > now.mono && self.nearest.as_ref().is_none_or(|(at, _)| deadline < *at) {
            self.nearest = Some((deadline, row.seen.value.id.clone()));
        }
        let critical = Mono::new(deadline.elapsed().saturating_sub(Duration::from_secs(60)));
        for change in [critical, deadline] {
            self.changes_at(change, now);
        }
    }

    fn changes_at(&mut self, change: Mono, now: &Now) {
        if change > now.mono && self.stale_at.is_none_or(|at| change < at) {
            self.stale_at = Some(change);
        }
    }
}
