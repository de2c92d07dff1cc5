//! Asking while somebody types: one request at a time, and after it only the latest.
//!
//! An answer counts only if nothing newer is wanted by the time it comes; one that failed is asked
//! again after a while, until something else is wanted.

use std::time::Duration;

use super::Step;
use crate::app::ask::Request;
use crate::domain::{Mono, Now};

/// How long after a failure the same is asked again.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Reads of one kind, the newest of which matters.
#[derive(Debug, Default)]
pub(super) struct Latest {
    under_way: Option<Request>,
    next: Option<Request>,
    failed: Option<(Request, Mono)>,
}

impl Latest {
    /// Asks now, or after what is under way. What is under way already is not asked twice.
    pub(super) fn want(&mut self, request: Request) -> Vec<Step> {
        self.failed = None;
        if self.under_way.is_none() {
            self.under_way = Some(request.clone());
            return vec![Step::Ask(request)];
        }
        self.next = Some(request).filter(|next| self.under_way.as_ref() != Some(next));
        Vec::new()
    }

    /// An answer came. Whether it is to the latest request, and what is asked next.
    pub(super) fn came(&mut self, request: &Request) -> (bool, Vec<Step>) {
        if self.under_way.as_ref() != Some(request) {
            return (false, Vec::new());
        }
        self.under_way = None;
        match self.next.take() {
            Some(next) => (false, self.want(next)),
            None => (true, Vec::new()),
        }
    }

    /// The latest request failed.
    pub(super) fn failed(&mut self, request: &Request, now: &Now) {
        self.failed = Some((request.clone(), now.mono + AGAIN_AFTER));
    }

    /// Asks again what failed, when its time has come.
    pub(super) fn tick(&mut self, now: &Now) -> Vec<Step> {
        match self.failed.take_if(|(_, at)| now.mono >= *at) {
            Some((request, _)) => self.want(request),
            None => Vec::new(),
        }
    }

    /// Whether the latest answer is still to come.
    pub(super) fn is_open(&self) -> bool {
        self.under_way.is_some() || self.failed.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Request {
        Request::Institutions { rail: "r".to_owned(), country: None, currency: None, search: Some(text.to_owned()) }
    }

    fn asked(steps: &[Step]) -> Vec<&Request> {
        steps.iter().filter_map(|step| if let Step::Ask(request) = step { Some(request) } else { None }).collect()
    }

    #[test]
    fn while_one_is_under_way_only_the_latest_is_kept() {
        let mut latest = Latest::default();
        assert_eq!(asked(&latest.want(search("g"))), [&search("g")]);
        assert!(latest.want(search("gt")).is_empty() && latest.want(search("gtb")).is_empty());
        let (counts, then) = latest.came(&search("g"));
        assert!(!counts, "the answer to an older search is dropped");
        assert_eq!(asked(&then), [&search("gtb")]);
        assert!(latest.came(&search("gtb")).0);
    }

    #[test]
    fn typing_back_to_what_is_under_way_asks_nothing_more() {
        let mut latest = Latest::default();
        latest.want(search("g"));
        latest.want(search("gt"));
        latest.want(search("g"));
        let (counts, then) = latest.came(&search("g"));
        assert!(counts && then.is_empty());
    }
}
