//! The lists that are read again and again: six filtered ones, whole, and the leading pages of the
//! unfiltered one as far as they hold live orders no filter returns.
//!
//! Which statuses can be filtered by and what the filters return: reference, section 5.

use std::collections::BTreeMap;
use std::time::Duration;

use super::orders::{Orders, Route};
use super::pace::Pace;
use crate::domain::Mono;
use crate::sync::stats::Class;

/// A filtered list, by its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter(usize);

/// The filters, and what their orders are read for at the least. `crypto_received` also returns
/// orders under proof, review and dispute. Orders on their way to the chain have a countdown, and
/// come from a list that is watched closely: while there are none, theirs need not be.
const FILTERS: [(&str, Class); 6] = [
    ("awaiting_crypto_transfer_authorization", Class::Wanting),
    ("awaiting_fiat_received_confirmation", Class::Wanting),
    ("created", Class::New),
    ("awaiting_liquidity_provider", Class::New),
    ("crypto_transfer_authorization_pending", Class::Live),
    ("crypto_received", Class::Live),
];

/// New orders pass from the first list to the second, which is therefore read after it.
const FIRST_STEP: &str = "created";
const SECOND_STEP: &str = "awaiting_liquidity_provider";

const BEHIND: Duration = Duration::from_secs(1);

/// Pages of one filtered list, all read each time: five thousand orders that want the operator.
const MOST_FILTERED_PAGES: u32 = 50;

/// One page of a filtered list.
#[derive(Debug)]
struct Page {
    /// When the last reading that was answered had been asked for.
    asked: Option<Mono>,
    /// When it came to be known.
    since: Mono,
}

/// A filtered list.
#[derive(Debug)]
struct List {
    status: &'static str,
    home: Class,
    pages: Vec<Page>,
    /// Something should be in it that was seen elsewhere.
    pulled: Option<Mono>,
}

impl List {
    /// The time since when every page was read.
    fn complete_since(&self) -> Option<Mono> {
        self.pages.iter().map(|page| page.asked).min().flatten()
    }
}

/// What depends on the lists.
#[derive(Debug, Default)]
pub struct Needs {
    /// Wanting orders for each filter.
    wanting: [usize; FILTERS.len()],
    /// For each unfiltered page: orders that no filter returns, and the wanting ones among them.
    pages: BTreeMap<u32, (usize, usize)>,
}

impl Needs {
    /// Counts them.
    pub fn of(orders: &Orders) -> Self {
        let mut needs = Self::default();
        for (_, live) in orders.iter() {
            match live.route {
                Route::Filter(Filter(at)) => {
                    if let Some(count) = needs.wanting.get_mut(at) {
                        *count += usize::from(live.wanting);
                    }
                }
                Route::Page(page) => {
                    let entry = needs.pages.entry(page).or_default();
                    entry.0 += 1;
                    entry.1 += usize::from(live.wanting);
                }
                Route::Alone => {}
            }
        }
        needs
    }
}

/// All lists.
#[derive(Debug)]
pub struct Lists {
    filtered: Vec<List>,
    /// When unfiltered pages were asked for: the first one and those that live orders depend on.
    head: BTreeMap<u32, Mono>,
    needs: Needs,
    born: Mono,
    /// New orders come first on the unfiltered list; they do not.
    front: (bool, bool),
}

/// A page that is read again and again, and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The filter; `None`: the unfiltered list.
    pub status: Option<&'static str>,
    /// The page.
    pub page: u32,
    /// What for.
    pub class: Class,
    /// When the last reading was asked for.
    pub asked: Option<Mono>,
    /// When the next one is due.
    pub at: Mono,
}

impl Lists {
    /// All due now.
    pub fn new(now: Mono) -> Self {
        let first = || vec![Page { asked: None, since: now }];
        let list = |(status, home)| List { status, home, pages: first(), pulled: None };
        let filtered = FILTERS.into_iter().map(list).collect();
        Self { filtered, head: BTreeMap::new(), needs: Needs::default(), born: now, front: (false, false) }
    }

    /// The filter of this name, if it is one of those that are read.
    pub fn filter(&self, status: &str) -> Option<Filter> {
        self.filtered.iter().position(|list| list.status == status).map(Filter)
    }

    /// Whether this filter is read for orders that want the operator.
    pub fn wanting(&self, status: &str) -> bool {
        self.filtered.iter().any(|list| list.status == status && list.home == Class::Wanting)
    }

    /// Whether this filter is read for new orders.
    pub fn is_for_new(&self, filter: Filter) -> bool {
        self.filtered.get(filter.0).is_some_and(|list| list.home == Class::New)
    }

    /// New orders come first on the unfiltered list, or they certainly do not.
    pub fn new_orders_come(&mut self, first: bool, elsewhere: bool) {
        self.front = (first, elsewhere);
    }

    /// What depends on the lists has changed.
    pub fn set_needs(&mut self, needs: Needs) {
        self.head.retain(|page, _| *page == 1 || needs.pages.contains_key(page));
        self.needs = needs;
    }

    /// Whether an order with this route is refreshed by a list in time.
    pub fn covers(&self, route: Route, wanting: bool) -> bool {
        match route {
            Route::Alone => false,
            Route::Filter(Filter(at)) => {
                !wanting || self.filtered.get(at).is_some_and(|list| list.home == Class::Wanting || self.tight(at))
            }
            Route::Page(page) => {
                let (all, urgent) = self.needs.pages.get(&page).copied().unwrap_or_default();
                let shared = if wanting { urgent } else { all };
                page == 1 || shared > 1
            }
        }
    }

    /// A list is read as its wanting orders need it where that costs no more than reading these.
    fn tight(&self, at: usize) -> bool {
        let wanting = self.needs.wanting.get(at).copied().unwrap_or_default();
        wanting > 0 && self.filtered.get(at).is_some_and(|list| wanting >= list.pages.len())
    }

    /// Every page that is read again and again.
    pub fn due(&self, pace: Pace) -> impl Iterator<Item = Due> + '_ {
        let filtered = self.filtered.iter().enumerate().flat_map(move |(at, list)| {
            let (class, every) = self.need_of(at, list, pace);
            let urgent = self.needs.wanting.get(at).is_some_and(|wanting| *wanting > 0);
            let before = std::iter::once(None).chain(list.pages.iter().map(|page| page.asked));
            list.pages.iter().zip(before).zip(1..).map(move |((page, before), number)| {
                // Later pages with nothing urgent on them are no place to wait for news.
                let every = if number > 1 && class == Class::Wanting && !urgent { pace.live } else { every };
                let due = page.asked.map_or(page.since, |asked| asked + every);
                // One page after the other, so that a row that moves from page to page is not lost for long.
                let follows = before.filter(|before| page.asked.is_some_and(|asked| asked < *before));
                let at = [list.pulled, follows].into_iter().flatten().fold(due, Mono::min);
                Due { status: Some(list.status), page: number, class, asked: page.asked, at }
            })
        });
        filtered.chain([self.first_page(pace)]).chain(self.later_pages(pace))
    }

    fn need_of(&self, at: usize, list: &List, pace: Pace) -> (Class, Duration) {
        match list.home {
            _ if self.tight(at) => (Class::Wanting, pace.wanting),
            Class::Wanting if self.needs.wanting.get(at).is_some_and(|n| *n > 0) => (Class::Wanting, pace.wanting),
            Class::Wanting => (Class::Wanting, pace.empty),
            Class::New if self.front.0 => (Class::Live, pace.live),
            // Normally the answer of the first step makes it due before that.
            Class::New if list.status == SECOND_STEP => (Class::New, pace.new + BEHIND),
            Class::New => (Class::New, pace.new),
            home => (home, pace.live),
        }
    }

    fn first_page(&self, pace: Pace) -> Due {
        let (_, urgent) = self.needs.pages.get(&1).copied().unwrap_or_default();
        let (class, every) = match urgent {
            0 if self.front.1 => (Class::Live, pace.live),
            0 => (Class::New, pace.new),
            _ => (Class::Wanting, pace.wanting),
        };
        let asked = self.head.get(&1).copied();
        Due { status: None, page: 1, class, asked, at: asked.map_or(self.born, |asked| asked + every) }
    }

    fn later_pages(&self, pace: Pace) -> impl Iterator<Item = Due> + '_ {
        let shared = self.needs.pages.iter().filter(|(page, (all, _))| **page > 1 && *all > 1);
        shared.map(move |(page, (_, urgent))| {
            let (class, every) = if *urgent > 1 { (Class::Wanting, pace.wanting) } else { (Class::Live, pace.live) };
            let asked = self.head.get(page).copied();
            Due { status: None, page: *page, class, asked, at: asked.map_or(self.born, |asked| asked + every) }
        })
    }

    /// Whether every list was read since `when`.
    pub fn all_read_since(&self, when: Mono) -> bool {
        let first = self.head.get(&1).copied();
        self.filtered.iter().map(List::complete_since).chain([first]).all(|read| read.is_some_and(|read| read >= when))
    }

    /// A page of a filtered list was answered. Tells since when the whole list was read.
    pub fn answered(&mut self, filter: Filter, page: u32, asked: Mono, extent: (Option<u32>, bool)) -> Option<Mono> {
        let list = self.filtered.get_mut(filter.0)?;
        let at = usize::try_from(page.checked_sub(1)?).ok()?;
        if let Some(page) = list.pages.get_mut(at) {
            page.asked = Some(asked);
        }
        list.pulled = list.pulled.filter(|pulled| *pulled > asked);
        match extent {
            (Some(pages), _) if page == 1 => list.resize(pages, asked),
            (None, true) => list.resize(page.saturating_add(1).max(list.length()), asked),
            (None, false) => list.resize(page, asked),
            _ => {}
        }
        let complete = list.complete_since();
        if list.status == FIRST_STEP && !self.front.0 {
            self.pull(SECOND_STEP, asked);
        }
        complete
    }

    /// Something urgent should be in this list, which is not watched closely yet.
    pub fn pull(&mut self, status: &str, now: Mono) {
        let place = self.filtered.iter().position(|list| list.status == status);
        let watched = place.is_some_and(|at| self.needs.wanting.get(at).is_some_and(|wanting| *wanting > 0));
        if let Some(list) = place.filter(|_| !watched).and_then(|at| self.filtered.get_mut(at)) {
            list.pulled = Some(list.pulled.map_or(now, |pulled| pulled.min(now)));
        }
    }

    /// A page of the unfiltered list was answered.
    pub fn head_answered(&mut self, page: u32, asked: Mono) {
        self.head.insert(page, asked);
    }
}

impl List {
    fn length(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    fn resize(&mut self, pages: u32, now: Mono) {
        let wanted = usize::try_from(pages.clamp(1, MOST_FILTERED_PAGES)).unwrap_or(1);
        self.pages.resize_with(wanted, || Page { asked: None, since: now });
    }
}
