//! What the core wants done by the outside. Every effect is a value that a test can read.

use super::arming::{ArmId, Proof};
use super::ask::{AskId, Request};
use super::flow::{FlowEffect, FlowId, OutcomeRecord};
use crate::domain::{Note, OrderId, PaymentDetailsId, UserId};

/// A wish.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// A step of acting on money.
    Flow(FlowId, FlowEffect),
    /// Ask the API for a page; answered by `Msg::Answered`.
    Ask(AskId, Box<Request>),
    /// Ask the keystore for a proof; answered by `Msg::Unlocked`.
    Unlock(ArmId, Proof),
    /// The keystore forgets what it was given to open the key.
    Lock,
    /// Put on the record that an earlier unknown outcome is settled.
    Settle(OutcomeRecord),
    /// Something the poller should know.
    Sync(SyncRequest),
    /// Keep a user in the register.
    RememberUser {
        /// The user.
        id: UserId,
        /// Typed in by the operator, rather than seen in an answer.
        typed: bool,
    },
    /// Keep whose an order is.
    RememberLink {
        /// The order.
        order: OrderId,
        /// Its user.
        user: Option<UserId>,
        /// Its payment profile.
        payment_details: Option<PaymentDetailsId>,
    },
    /// Keep what was noted about an order, or that nothing is any more.
    RememberNote {
        /// The order.
        order: OrderId,
        /// The note.
        note: Option<Note>,
    },
    /// Read these orders whole from what was written down, the first of them first; each is answered
    /// by `Msg::Kept`.
    Load(Vec<OrderId>),
    /// Put a text on the clipboard.
    Copy(String),
    /// Draw everything anew: something else wrote on the screen.
    Repaint,
    /// Leave the loop.
    Quit,
}

/// What the poller should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncRequest {
    /// What the operator looks at deserves the freshest data.
    Focus {
        /// The order on the detail pane.
        order: Option<OrderId>,
        /// The user whose payment details are shown.
        user: Option<UserId>,
    },
    /// Forget the back-off and ask for everything now.
    Now,
    /// Read this user from now on.
    Watch(UserId),
    /// Read this order until it is over.
    WatchOrder(OrderId),
}
