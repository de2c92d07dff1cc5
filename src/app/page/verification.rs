//! Watching a verification: asked every five seconds while in sight, until it is decided. The time
//! left runs down from the answer it came with and is extended by a new answer only. Source:
//! reference, section 3.

use std::time::Duration;

use super::{Behave, Context, Offer, Step};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::domain::kyc::Verification;
use crate::domain::{KycStatus, Now, UserId};

/// Between two questions.
pub const EVERY: Duration = Duration::from_secs(5);

/// Watching a verification.
#[derive(Debug)]
pub struct VerificationPage {
    /// Whose.
    pub user: UserId,
    /// Where the customer goes on, from the submission's answer.
    url: Option<String>,
    /// The last answer and when it was asked for: the cautious end for the countdown.
    seen: Option<(Now, Verification)>,
    asked: Option<Now>,
    waiting: bool,
    failure: Option<Failure>,
    reason: Option<String>,
}

impl VerificationPage {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self::with_url(user, None)
    }

    /// For this user, with the address a handoff answered.
    pub fn with_url(user: UserId, url: Option<String>) -> Self {
        Self { user, url, seen: None, asked: None, waiting: false, failure: None, reason: None }
    }

    /// The last answer and when it was asked for.
    pub fn seen(&self) -> Option<&(Now, Verification)> {
        self.seen.as_ref()
    }

    /// Why the last question had no answer.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Why it was rejected, in the API's words.
    pub fn rejection_reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Where the customer goes on.
    pub fn url(&self) -> Option<&str> {
        let newest = self.seen.as_ref().and_then(|(_, seen)| seen.url.as_deref());
        newest.or(self.url.as_deref())
    }

    /// Whole seconds left now; `None` when the API names no limit.
    pub fn seconds_left(&self, now: &Now) -> Option<u64> {
        let (at, seen) = self.seen.as_ref()?;
        Some(seen.seconds_left?.saturating_sub(now.since(at).as_secs()))
    }

    /// Whether there is a verdict.
    pub fn is_decided(&self) -> bool {
        let status = self.seen.as_ref().map(|(_, seen)| &seen.status);
        matches!(status, Some(KycStatus::Verified | KycStatus::Rejected))
    }

    fn ask(&mut self, now: Now) -> Vec<Step> {
        if self.waiting {
            return Vec::new();
        }
        self.waiting = true;
        self.asked = Some(now);
        vec![Step::Ask(Request::Verification(self.user.clone()))]
    }
}

impl Behave for VerificationPage {
    fn title(&self) -> String {
        format!("Verification · user {}", self.user)
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        self.ask(context.now)
    }

    fn offers(&self, _context: Context<'_>) -> Vec<Offer> {
        let mut offers = vec![Offer { key: 'r', hint: "read again" }];
        if self.url().is_some() {
            offers.push(Offer { key: 'c', hint: "copy link" });
        }
        offers
    }

    fn key(&mut self, key: char, context: Context<'_>) -> Vec<Step> {
        match (key, self.url()) {
            ('c', Some(url)) => vec![Step::Copy { text: url.to_owned(), what: "the verification link".to_owned() }],
            ('r', _) => self.ask(context.now),
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, _request: &Request, result: Result<&Answer, &Failure>, context: Context<'_>) -> Vec<Step> {
        match result {
            Ok(Answer::Verification(seen)) => {
                self.waiting = false;
                self.failure = None;
                self.seen = Some((self.asked.unwrap_or(context.now), seen.clone()));
                // The reason stands with the user, not with the verification.
                let why = seen.status == KycStatus::Rejected;
                if why { vec![Step::Ask(Request::User(self.user.clone()))] } else { Vec::new() }
            }
            Ok(Answer::User(user)) => {
                self.reason.clone_from(&user.rejection_reason);
                Vec::new()
            }
            Ok(_) => Vec::new(),
            Err(failure) => {
                self.waiting = false;
                self.failure = Some(failure.clone());
                Vec::new()
            }
        }
    }

    fn tick(&mut self, context: Context<'_>) -> Vec<Step> {
        let due = self.asked.is_none_or(|at| context.now.since(&at) >= EVERY);
        if due && !self.is_decided() { self.ask(context.now) } else { Vec::new() }
    }
}

#[cfg(test)]
#[path = "verification_tests.rs"]
mod tests;
