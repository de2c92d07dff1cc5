//! How the operator looks at the orders: scope, text filter, sort order, pane.

use super::orders::TextMatcher;
use crate::domain::urgency::Urgency;
use crate::domain::{Order, UserId};

/// The four panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// Users of the local register.
    Users,
    /// Payment profiles of a user.
    Payments,
    /// The orders.
    Orders,
    /// One order and its timeline.
    Detail,
}

impl Pane {
    /// In the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Users, Self::Payments, Self::Orders, Self::Detail];

    /// The number on the keyboard, from 1.
    pub fn number(self) -> u8 {
        match self {
            Self::Users => 1,
            Self::Payments => 2,
            Self::Orders => 3,
            Self::Detail => 4,
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Users => "Users",
            Self::Payments => "Payment details",
            Self::Orders => "Orders",
            Self::Detail => "Order",
        }
    }

    /// The pane `steps` further, round and round.
    #[must_use]
    pub fn step(self, forward: bool) -> Self {
        match (self, forward) {
            (Self::Users, true) | (Self::Orders, false) => Self::Payments,
            (Self::Payments, true) | (Self::Detail, false) => Self::Orders,
            (Self::Orders, true) | (Self::Users, false) => Self::Detail,
            (Self::Detail, true) | (Self::Payments, false) => Self::Users,
        }
    }
}

/// Which orders are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Everything that still moves or holds money.
    #[default]
    Live,
    /// What needs the operator.
    NeedsYou,
    /// Everything over.
    Ended,
    /// Everything.
    All,
}

impl Scope {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Live => Self::NeedsYou,
            Self::NeedsYou => Self::Ended,
            Self::Ended => Self::All,
            Self::All => Self::Live,
        }
    }

    /// Its word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::NeedsYou => "needs you",
            Self::Ended => "ended",
            Self::All => "all",
        }
    }

    /// Whether an order belongs to it.
    pub fn holds(self, order: &Order, urgency: Urgency) -> bool {
        self.takes(order.is_live(), urgency)
    }

    /// Whether it shows orders that are over.
    pub fn shows_over(self) -> bool {
        matches!(self, Self::Ended | Self::All)
    }

    pub(super) fn takes(self, is_live: bool, urgency: Urgency) -> bool {
        match self {
            Self::Live => is_live || urgency.needs_operator() || urgency == Urgency::Optional,
            Self::NeedsYou => urgency.needs_operator(),
            Self::Ended => matches!(urgency, Urgency::Optional | Urgency::Ended),
            Self::All => true,
        }
    }
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// What needs the operator first, by deadline.
    #[default]
    Urgency,
    /// Newest first.
    Created,
    /// By status, then id.
    Status,
    /// Largest crypto amount first.
    Amount,
}

impl SortBy {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Urgency => Self::Created,
            Self::Created => Self::Status,
            Self::Status => Self::Amount,
            Self::Amount => Self::Urgency,
        }
    }

    /// Its word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Created => "created",
            Self::Status => "status",
            Self::Amount => "amount",
        }
    }
}

/// Scope, filter and sort together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Which orders.
    pub scope: Scope,
    /// Only this user's.
    pub user: Option<UserId>,
    /// Text that is looked for as it stands; several words must all be found, `!word` must not.
    pub text: String,
    /// Sorted by.
    pub sort: SortBy,
    /// The other way round.
    pub reversed: bool,
}

impl Listing {
    /// A matcher for the text, to be used on many orders.
    pub fn matcher(&self) -> TextMatcher {
        TextMatcher::new(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OrderId, Status};

    #[test]
    fn panes_go_round_both_ways() {
        for pane in Pane::ALL {
            assert_eq!(pane.step(true).step(false), pane);
        }
        assert_eq!(Pane::Detail.step(true), Pane::Users);
    }

    #[test]
    fn what_can_be_sent_out_is_among_the_live_and_the_ended_and_needs_nobody() {
        let done = Order::bare(OrderId::parse("a").unwrap(), Status::from_wire("completed"));
        let holding =
            |urgency| [Scope::Live, Scope::NeedsYou, Scope::Ended, Scope::All].map(|s| s.holds(&done, urgency));
        assert_eq!(holding(Urgency::Optional), [true, false, true, true]);
        assert_eq!(holding(Urgency::Ended), [false, false, true, true]);
    }

    #[test]
    fn the_filter_takes_words_as_they_stand_and_exclusions() {
        let mut order = Order::bare(OrderId::parse("abc123").unwrap(), Status::from_wire("crypto_received"));
        order.amounts.fiat_currency = Some("NGN".to_owned());
        let matches = |text: &str| Listing { text: text.to_owned(), ..Listing::default() }.matcher().matches(&order);
        assert!(matches("") && matches("ngn") && matches("escrow ngn") && matches("'abc1"));
        assert!(!matches("kes") && !matches("ngn !escrow") && !matches("ac13"));
    }
}
