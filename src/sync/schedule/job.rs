//! What can be asked for, and how asking can end.

use std::time::Duration;

use crate::domain::{OrderId, UserId};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Job {
    /// A page of the list, filtered by status or not. Pages count from 1.
    List {
        /// The filter.
        status: Option<&'static str>,
        /// The page.
        page: u32,
    },
    /// One order.
    Order(OrderId),
    /// One user.
    User(UserId),
    /// One user's payment profiles.
    Payments(UserId),
}

/// How a request ended, as far as scheduling goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Answered; for a list, how many pages there are.
    Answered {
        /// Of the list asked, where the answer says.
        total_pages: Option<u32>,
        /// The page held as many rows as were asked for: there may be more.
        full: bool,
    },
    /// The API does not know the order or user: not a failure of the connection.
    NotFound,
    /// No usable answer.
    Failed {
        /// What the server asked us to wait.
        retry_after: Option<Duration>,
        /// Whom it concerns.
        reach: Reach,
    },
    /// The key was refused.
    Unauthorized,
}

/// How far a failure reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The line or the server as a whole: everything waits.
    All,
    /// The server failed on this request. Everything waits once a second request fails so.
    Server,
    /// This request alone: it is refused or its answer is unreadable. Nothing else waits.
    Request,
}

/// What an answer brought beyond the rows it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A page of the whole list was read in its turn; `page == of` ends the sweep.
    Swept {
        /// The page, from 1.
        page: u32,
        /// How many there are.
        of: u32,
    },
    /// An order to be looked at for a refund was read.
    RefundRead(OrderId),
}
