//! Pages: everything the operator does besides watching orders and acting on their money.
//!
//! A page fills the place of the panes. It is told what the operator does and what the API
//! answers, and says by [`Step`]s what it wants done; it asks nobody itself. Pages lie on a stack:
//! Esc goes one back. Actions on an order's money are not made here: a page hands them to
//! [`crate::app::flow`] by [`Step::Act`].

pub mod address;
pub mod documents;
mod handover;
pub mod kyc;
mod kyc_fields;
mod latest;
pub mod new_order;
pub mod new_payment;
pub mod new_user;
pub mod on_ramp;
pub mod payer;
pub mod playbook;
pub mod remove_payment;
pub mod send_out;
#[cfg(test)]
pub(super) mod testing;
pub mod user;
pub mod verification;
mod way_out;
pub mod webhook;

use std::fmt::Debug;

use super::ask::{Answer, Progress, Request};
use super::command::Command;
use super::failure::Failure;
use super::flow::ActionRequest;
use super::flow::gate::Gate;
use super::form::{Form, FormStep};
use super::model::{Level, Session};
use super::orders::OrderBook;
use super::people::People;
use crate::domain::webhook::WebhookTest;
use crate::domain::{Now, OrderId, UserId};
pub use way_out::{WayOut, way_out};

/// What a page may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The time.
    pub now: Now,
    /// The server's clock against ours, in seconds.
    pub skew_seconds: Option<i64>,
    /// Users and payment profiles.
    pub people: &'a People,
    /// The orders.
    pub orders: &'a OrderBook,
    /// Fixed for the run.
    pub session: &'a Session,
    /// What came of the last webhook test of this run, if the webhook is still the same.
    pub webhook_test: Option<WebhookTest>,
    /// The order selected in the panes.
    pub order: Option<&'a OrderId>,
    /// The user chosen in the panes, else the selected order's.
    pub user: Option<&'a UserId>,
}

/// What a page wants done.
#[derive(Debug)]
pub enum Step {
    /// Ask the API; the answer comes back to this page.
    Ask(Request),
    /// Open a page above this one.
    Open(Box<Page>),
    /// Open a page in the place of this one.
    Replace(Box<Page>),
    /// Go back.
    Close,
    /// Go back to the panes with this order selected.
    ShowOrder(OrderId),
    /// Start an action on an order's money; its question comes up above the page.
    Act(Command),
    /// Start an action on this order with everything that goes with it; its question comes up above
    /// the page.
    ActWith(OrderId, ActionRequest),
    /// Put a text on the clipboard and say what it was.
    Copy {
        /// The text.
        text: String,
        /// What it is.
        what: String,
    },
    /// Say something.
    Say(Level, String),
}

/// A key that means something on a page now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The key.
    pub key: char,
    /// What it does, for the footer.
    pub hint: &'static str,
}

/// What every page can do. Each method has a default for pages without a use for it.
pub trait Behave: Debug {
    /// Its title.
    fn title(&self) -> String;

    /// The form with the focus, if one is being filled in.
    fn form(&self) -> Option<&Form> {
        None
    }

    /// The same.
    fn form_mut(&mut self) -> Option<&mut Form> {
        None
    }

    /// The page was opened, or came to light again because the one above it closed.
    fn shown(&mut self, _context: Context<'_>) -> Vec<Step> {
        Vec::new()
    }

    /// Something happened in the form. [`FormStep::Leave`] closes the page unless it is taken here.
    fn form_step(&mut self, step: FormStep, _context: Context<'_>) -> Vec<Step> {
        if step == FormStep::Leave { vec![Step::Close] } else { Vec::new() }
    }

    /// Keys that mean something now, while no form has the focus.
    fn offers(&self, _context: Context<'_>) -> Vec<Offer> {
        Vec::new()
    }

    /// One of [`Self::offers`] was pressed. `y` comes only while [`Self::gate`] is open.
    fn key(&mut self, _key: char, _context: Context<'_>) -> Vec<Step> {
        Vec::new()
    }

    /// Moving, opening, going back while no form has the focus.
    fn command(&mut self, command: Command, _context: Context<'_>) -> Vec<Step> {
        if command == Command::Back { vec![Step::Close] } else { Vec::new() }
    }

    /// An answer to something this page asked.
    fn answered(&mut self, _request: &Request, _result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        Vec::new()
    }

    /// An upload goes on.
    fn progress(&mut self, _progress: Progress) {}

    /// Time has passed; comes about once a second.
    fn tick(&mut self, _context: Context<'_>) -> Vec<Step> {
        Vec::new()
    }

    /// An action this page had started on an order came to nothing, and its result was closed.
    fn came_to_nothing(&mut self, _order: &OrderId, _failure: &Failure) {}

    /// The gate of a question that is on the page: a `y` counts only after it was seen.
    fn gate(&mut self) -> Option<&mut Gate> {
        None
    }

    /// The same gate, only looked at.
    fn gate_state(&self) -> Option<&Gate> {
        None
    }
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident($page:ty),)*) => {
        /// A page.
        #[derive(Debug)]
        #[allow(clippy::large_enum_variant, reason = "there are never more than a handful of pages")]
        pub enum Page {
            $($(#[$doc])* $name($page),)*
        }

        impl Page {
            /// What it can do.
            pub fn behave(&self) -> &dyn Behave {
                match self { $(Self::$name(page) => page,)* }
            }

            /// The same, to be told something.
            pub fn behave_mut(&mut self) -> &mut dyn Behave {
                match self { $(Self::$name(page) => page,)* }
            }
        }
    };
}

pages! {
    /// Creating a user.
    NewUser(new_user::NewUser),
    /// One user: KYC, documents, verification, payment profiles.
    User(user::UserPage),
    /// Submitting KYC.
    Kyc(kyc::KycPage),
    /// Uploading documents.
    Documents(documents::Documents),
    /// Watching a verification.
    Verification(verification::VerificationPage),
    /// Changing the address and what else the KYC lacks.
    Address(address::Address),
    /// Creating a payment profile.
    NewPayment(new_payment::NewPayment),
    /// Deleting one.
    RemovePayment(remove_payment::RemovePayment),
    /// Estimate, quote, initiate.
    NewOrder(new_order::NewOrder),
    /// What an on-ramp order needs.
    OnRamp(on_ramp::OnRamp),
    /// Who pays the fiat of an on-ramp order.
    Payer(payer::PayerPage),
    /// Where the crypto of an on-ramp order goes.
    SendOut(send_out::SendOutPage),
    /// The partner's webhook.
    Webhook(webhook::WebhookPage),
    /// The playbook's steps.
    Playbook(playbook::Playbook),
}

/// Tells one opened page from another; answers to a closed one are not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageId(pub u64);

/// The opened pages, the one in sight last, and what they wait for.
#[derive(Debug, Default)]
pub struct Pages {
    stack: Vec<(PageId, Page)>,
    next: u64,
}

impl Pages {
    /// The page in sight.
    pub fn top(&self) -> Option<&Page> {
        self.stack.last().map(|(_, page)| page)
    }

    /// How many lie on each other.
    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    pub(super) fn top_mut(&mut self) -> Option<(PageId, &mut Page)> {
        self.stack.last_mut().map(|(id, page)| (*id, page))
    }

    pub(super) fn get_mut(&mut self, id: PageId) -> Option<&mut Page> {
        self.stack.iter_mut().find(|(own, _)| *own == id).map(|(_, page)| page)
    }

    pub(super) fn push(&mut self, page: Page) -> PageId {
        self.next += 1;
        let id = PageId(self.next);
        self.stack.push((id, page));
        id
    }

    pub(super) fn remove(&mut self, id: PageId) {
        self.stack.retain(|(own, _)| *own != id);
    }

    pub(super) fn clear(&mut self) {
        self.stack.clear();
    }
}
