//! Reading the whole list, page by page, again and again, with what is left of the budget.
//!
//! Rows move between pages while they are read. New rows push others to later pages, where they
//! are seen twice. A row that leaves its place pulls the later ones forward, and one of them may
//! slip past: so the sweep goes back to where it was when the order that moved was last seen in
//! its old place, or when the count of rows fell. Going back is paid for by going forward, so that
//! a busy list is still read to its end; and as sweeps never cease, the first one that runs
//! undisturbed reads every row there is.

use std::collections::VecDeque;
use std::time::Duration;

use super::job::Progress;
use crate::domain::Mono;

/// From the end of one sweep to the begin of the next.
const REST: Duration = Duration::from_secs(120);
/// Pages of one list that are read at the most: a million orders.
const MOST_PAGES: u32 = 10_000;
/// After so many failures by itself a page is left for the next sweep.
const PATIENCE: u32 = 3;
/// Pages that are remembered for going back.
const TRAIL: usize = 64;
/// Steps forward that pay for one step back.
const FORWARD_PER_BACK: u32 = 2;

/// The sweep.
#[derive(Debug)]
pub struct Sweep {
    /// The page that comes next.
    next: u32,
    of: u32,
    active: bool,
    /// When the next page, or the next sweep, is due.
    due: Mono,
    /// Whether every page was read once.
    complete: bool,
    failures: u32,
    /// When the last pages were asked for.
    trail: VecDeque<(Mono, u32)>,
    credit: u32,
    count: Option<u64>,
}

/// What a page of the unfiltered list said about the list.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// How many pages there are.
    pub total_pages: Option<u32>,
    /// The page was full.
    pub full: bool,
    /// How many rows there are.
    pub total_count: Option<u64>,
}

impl Sweep {
    /// Begins with the first answer.
    pub fn new(now: Mono) -> Self {
        let trail = VecDeque::new();
        Self { next: 1, of: 0, active: true, due: now, complete: false, failures: 0, trail, credit: 0, count: None }
    }

    /// An earlier run came as far as `page`: that one is read again, for rows have moved since.
    pub fn resume(&mut self, page: u32) {
        if !self.complete && page > self.next {
            self.next = page;
        }
    }

    /// The page to be read next and since when. The first page is read anyway, for new orders.
    pub fn wants(&self) -> Option<(u32, Mono)> {
        (self.active && self.next > 1).then_some((self.next, self.due))
    }

    /// Where it is, while it is under way.
    pub fn place(&self) -> Option<(u32, u32)> {
        (self.active && self.of > 0).then(|| (self.next.saturating_sub(1).clamp(1, self.of), self.of))
    }

    /// The next sweep begins now.
    pub fn hurry(&mut self, now: Mono) {
        self.due = self.due.min(now);
    }

    /// A page of the unfiltered list was answered, for whatever reason it had been asked for.
    /// `pause` is how long a sweep that is not the first rests between two pages.
    pub fn answered(&mut self, page: u32, asked: Mono, extent: Extent, at: (Mono, Duration)) -> Option<Progress> {
        let (now, pause) = at;
        if page == 1 && !self.active && now >= self.due {
            (self.active, self.next) = (true, 1);
            self.trail.clear();
        }
        let shrunk = self.shrunk(extent.total_count);
        if !self.active || page != self.next {
            return None;
        }
        let last = extent.total_pages.map(|pages| pages.clamp(1, MOST_PAGES));
        self.of = last.unwrap_or(if extent.full { page.saturating_add(1).min(MOST_PAGES) } else { page });
        self.remember(asked, page);
        self.due = if self.complete { now + pause } else { now };
        self.step(now);
        if shrunk > 0 {
            self.step_back_to(page.saturating_sub(shrunk));
        }
        Some(Progress::Swept { page: page.min(self.of), of: self.of })
    }

    /// A page failed by itself.
    pub fn failed(&mut self, page: u32, now: Mono) {
        if self.active && page == self.next {
            self.failures += 1;
            if self.failures >= PATIENCE {
                self.step(now);
            }
        }
    }

    /// An order left its place among the live ones some time after `seen`.
    pub fn moved(&mut self, seen: Mono) {
        let before = self.trail.iter().rev().find(|(asked, _)| *asked < seen).or(self.trail.front());
        if let Some((_, page)) = before.copied() {
            self.step_back_to(page);
        }
    }

    fn step(&mut self, now: Mono) {
        self.failures = 0;
        if self.next >= self.of {
            (self.active, self.complete, self.next) = (false, true, 1);
            self.due = now + REST;
        } else {
            self.next += 1;
        }
    }

    fn remember(&mut self, asked: Mono, page: u32) {
        self.trail.push_back((asked, page));
        if self.trail.len() > TRAIL {
            self.trail.pop_front();
        }
        let most = u32::try_from(TRAIL).unwrap_or(u32::MAX).saturating_mul(FORWARD_PER_BACK);
        self.credit = self.credit.saturating_add(1).min(most);
    }

    fn step_back_to(&mut self, page: u32) {
        let steps = self.next.saturating_sub(page.max(1));
        let price = steps.saturating_mul(FORWARD_PER_BACK);
        if self.active && steps > 0 && price <= self.credit {
            self.credit -= price;
            self.next = page.max(2);
            self.trail.retain(|(_, read)| *read < page);
        }
    }

    /// By how many pages the list is shorter than it was said to be.
    fn shrunk(&mut self, count: Option<u64>) -> u32 {
        let before = self.count;
        self.count = count.or(before);
        let lost = before.zip(count).map_or(0, |(before, now)| before.saturating_sub(now));
        u32::try_from(lost.div_ceil(100)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> Mono {
        Mono::new(Duration::from_secs(s))
    }

    fn read(sweep: &mut Sweep, page: u32, of: u32, s: u64) -> Option<Progress> {
        let extent = Extent { total_pages: Some(of), full: page < of, total_count: None };
        sweep.answered(page, at(s), extent, (at(s), Duration::ZERO))
    }

    #[test]
    fn it_goes_to_the_end_rests_and_begins_again() {
        let mut sweep = Sweep::new(at(0));
        for page in 1..=3 {
            assert_eq!(read(&mut sweep, page, 3, 1), Some(Progress::Swept { page, of: 3 }));
        }
        assert_eq!((sweep.wants(), read(&mut sweep, 1, 3, 60)), (None, None));
        assert_eq!(read(&mut sweep, 1, 3, 121), Some(Progress::Swept { page: 1, of: 3 }));
        assert_eq!(sweep.wants(), Some((2, at(121))));
    }

    #[test]
    fn it_goes_back_to_where_the_order_was_last_in_its_place_but_not_for_ever() {
        let mut sweep = Sweep::new(at(0));
        for page in 1..=20 {
            read(&mut sweep, page, 99, u64::from(page));
        }
        sweep.moved(at(18));
        assert_eq!(sweep.wants().map(|(page, _)| page), Some(17), "page 17 was the last one asked for before");
        for page in 17..=18 {
            read(&mut sweep, page, 99, 30);
        }
        sweep.moved(at(2));
        assert_eq!(sweep.wants().map(|(page, _)| page), Some(19), "too far to be paid for");
    }

    #[test]
    fn a_page_that_always_fails_does_not_hold_up_the_others() {
        let mut sweep = Sweep::new(at(0));
        read(&mut sweep, 1, 3, 0);
        for _ in 0..PATIENCE {
            sweep.failed(2, at(1));
        }
        assert_eq!(sweep.wants().map(|(page, _)| page), Some(3));
    }

    #[test]
    fn a_list_that_became_shorter_is_read_again_from_before() {
        let mut sweep = Sweep::new(at(0));
        let mut read = |page: u32, count| {
            let extent = Extent { total_pages: Some(9), full: true, total_count: Some(count) };
            sweep.answered(page, at(1), extent, (at(1), Duration::ZERO));
            sweep.wants().map(|(page, _)| page)
        };
        for page in 1..=5 {
            assert_eq!(read(page, 900), Some(page + 1));
        }
        assert_eq!(read(6, 899), Some(5));
    }
}
