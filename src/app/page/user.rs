//! One user: who, where their KYC stands, what is next, and the keys to everything that can be done
//! for them. Read again whenever the page comes in sight. `COMPLETED` is not approval; only
//! `VERIFIED` is. Source: reference, section 3.

use super::address::Address;
use super::documents::Documents;
use super::kyc::KycPage;
use super::new_order::NewOrder;
use super::new_payment::NewPayment;
use super::verification::VerificationPage;
use super::{Behave, Context, Offer, Page, Step};
use crate::app::ask::{Answer, Request};
use crate::app::command::Command;
use crate::app::failure::Failure;
use crate::app::orders::Listed;
use crate::app::people::People;
use crate::domain::kyc::KycReadiness;
use crate::domain::{KycStatus, Now, PaymentProfile, User, UserId};

/// What is next for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing was submitted.
    SubmitKyc,
    /// It was rejected: correct the data and submit again.
    SubmitAgain,
    /// The API waits for documents.
    Documents,
    /// Under way: documents may be missing, or the provider is at work.
    DocumentsOrWait,
    /// Nothing to do but wait.
    Wait,
    /// Verified, but there is nowhere to pay to.
    PaymentDetails,
    /// Everything is there.
    Order,
    /// A word this version does not know.
    Look,
}

impl Next {
    /// Of this user with so many payment profiles.
    pub fn of(kyc: Option<&KycStatus>, profiles: usize) -> Self {
        match kyc {
            Some(KycStatus::NotStarted) => Self::SubmitKyc,
            Some(KycStatus::Rejected) => Self::SubmitAgain,
            Some(KycStatus::Verified) if profiles == 0 => Self::PaymentDetails,
            Some(KycStatus::Verified) => Self::Order,
            Some(KycStatus::UnderWay(word)) => match word.as_str() {
                "PENDING_DOCUMENTS" => Self::Documents,
                "UNDER_REVIEW" | "COMPLETED" => Self::Wait,
                _ => Self::DocumentsOrWait,
            },
            Some(KycStatus::Unknown(_)) | None => Self::Look,
        }
    }

    /// What the operator should do, with the key that does it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::SubmitKyc => "Next: s submits KYC.",
            Self::SubmitAgain => "Next: read the reason, then s submits KYC again with what is right.",
            Self::Documents => "Next: d uploads the documents: a selfie and the front of an identity document.",
            Self::DocumentsOrWait => "Next: d uploads documents if some are missing, else wait; v watches.",
            Self::Wait => "Next: wait for the verdict; v watches. Only VERIFIED is approved.",
            Self::PaymentDetails => "Next: p creates payment details.",
            Self::Order => "Next: o makes an order.",
            Self::Look => "Next: r reads the user again; v shows the verification.",
        }
    }
}

/// One user: where their KYC stands, and what can be done about it.
#[derive(Debug)]
pub struct UserPage {
    /// Whose.
    pub user: UserId,
    /// What this page read, and when it was asked for.
    read: Option<(Now, Box<User>)>,
    payments: Option<Vec<PaymentProfile>>,
    asked: Option<Now>,
    /// A reading is under way; holding a key down asks no second time.
    reading: bool,
    /// The wish to start the verification is under way.
    verifying: bool,
    failure: Option<Failure>,
    readiness: Option<KycReadiness>,
    scroll: u16,
}

impl UserPage {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self {
            user,
            read: None,
            payments: None,
            asked: None,
            reading: false,
            verifying: false,
            failure: None,
            readiness: None,
            scroll: 0,
        }
    }

    /// The newest reading, of this page or of the panes.
    pub fn newest<'a>(&'a self, people: &'a People) -> Option<&'a User> {
        let panes = people.user(&self.user);
        match (&self.read, panes) {
            (Some((at, own)), Some(panes)) if panes.asked.mono <= at.mono => Some(own),
            (Some((_, own)), None) => Some(own),
            (_, panes) => panes.map(|seen| &seen.value),
        }
    }

    /// The payment profiles.
    pub fn payments<'a>(&'a self, people: &'a People) -> &'a [PaymentProfile] {
        let own = self.payments.as_deref();
        own.or_else(|| people.payments(&self.user))
            .or_else(|| self.newest(people).map(|user| user.payment_profiles.as_slice()))
            .unwrap_or_default()
    }

    /// The orders known to be the user's, newest first.
    pub fn orders<'a>(&self, context: Context<'a>) -> Vec<Listed<'a>> {
        let own = context.people.orders_of(&self.user).iter();
        let mut rows: Vec<Listed<'a>> = own.filter_map(|order| context.orders.listed(order)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.created_at(), row.id())));
        rows
    }

    /// What is next; `None` before the user was read.
    pub fn next(&self, people: &People) -> Option<Next> {
        let user = self.newest(people)?;
        Some(Next::of(user.kyc.as_ref(), self.payments(people).len()))
    }

    /// Why the last request came to nothing.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What the API said to the wish to start the verification.
    pub fn readiness(&self) -> Option<&KycReadiness> {
        self.readiness.as_ref()
    }

    /// Rows scrolled down.
    pub fn scroll(&self) -> u16 {
        self.scroll
    }

    fn read(&mut self, now: Now) -> Vec<Step> {
        self.reading = true;
        self.asked = Some(now);
        vec![Step::Ask(Request::User(self.user.clone())), Step::Ask(Request::Payments(self.user.clone()))]
    }
}

const OFFERS: &[(char, &str)] = &[
    ('s', "submit KYC"),
    ('d', "documents"),
    ('v', "verification"),
    ('w', "verify now"),
    ('a', "change data"),
    ('p', "payment details"),
    ('o', "order"),
    ('r', "read again"),
];

impl Behave for UserPage {
    fn title(&self) -> String {
        format!("User {}", self.user)
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        self.failure = None;
        self.read(context.now)
    }

    fn offers(&self, _context: Context<'_>) -> Vec<Offer> {
        OFFERS.iter().map(|(key, hint)| Offer { key: *key, hint }).collect()
    }

    fn key(&mut self, key: char, context: Context<'_>) -> Vec<Step> {
        let user = self.user.clone();
        self.failure = None;
        let page = match key {
            's' => Page::Kyc(KycPage::new(user)),
            'd' => Page::Documents(Documents::new(user)),
            'v' => Page::Verification(VerificationPage::new(user)),
            'a' => Page::Address(Address::of_user(user)),
            'p' => Page::NewPayment(NewPayment::new(user)),
            'o' => Page::NewOrder(NewOrder::of_user(&user)),
            'r' if self.reading => return Vec::new(),
            'w' if std::mem::replace(&mut self.verifying, true) => return Vec::new(),
            'w' => return vec![Step::Ask(Request::VerifyKyc(user))],
            _ => return self.read(context.now),
        };
        vec![Step::Open(Box::new(page))]
    }

    fn command(&mut self, command: Command, _context: Context<'_>) -> Vec<Step> {
        match command {
            Command::Back => return vec![Step::Close],
            Command::Down(by) => self.scroll = self.scroll.saturating_add(by).min(200),
            Command::Up(by) => self.scroll = self.scroll.saturating_sub(by),
            _ => {}
        }
        Vec::new()
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, context: Context<'_>) -> Vec<Step> {
        match request {
            Request::User(_) => self.reading = false,
            Request::VerifyKyc(_) => self.verifying = false,
            _ => {}
        }
        match result {
            Ok(Answer::User(user)) => self.read = Some((self.asked.unwrap_or(context.now), user.clone())),
            Ok(Answer::Payments(profiles)) => self.payments = Some(profiles.clone()),
            Ok(Answer::Readiness(readiness)) => {
                self.readiness = Some(readiness.clone());
                return self.read(context.now);
            }
            Ok(_) => {}
            Err(failure) => self.failure = Some(failure.clone()),
        }
        Vec::new()
    }
}

#[cfg(test)]
#[path = "user_tests.rs"]
mod tests;
