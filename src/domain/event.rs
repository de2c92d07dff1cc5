//! A webhook event: what the API announces. Source: reference, section 10.
//!
//! An event is a hint. It says that something changed and whose an order is; what the order is now
//! is read afresh. Unknown types and unreadable parts are normal: the body is kept, and what could
//! be read of it is used. Events come at least once, in no promised order, days late at worst.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::amount::Amount;
use super::id::{OrderId, PaymentDetailsId, UserId};
use super::order::FieldProblem;
use super::status::Status;
use super::user::KycStatus;

/// The longest `event_id` taken as it is; a UUID has 36 characters.
const LONGEST_ID: usize = 128;

/// What makes two deliveries the same event: `event_id`, or the hash of a body that has none.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(Arc<str>);

impl EventId {
    /// Takes over an `event_id`, exactly as it came. `None` for one that is empty, longer than 128
    /// bytes, or holds control characters: its body's hash stands in for it.
    pub fn parse(text: &str) -> Option<Self> {
        let usable = !text.is_empty() && text.len() <= LONGEST_ID && !text.chars().any(char::is_control);
        usable.then(|| Self(text.into()))
    }

    /// The id of a body without a usable one: the SHA-256 of its bytes. A repeated delivery of the
    /// same body has the same id.
    pub fn of_hash(sha256: &[u8; 32]) -> Self {
        Self(format!("sha256:{}", hex::encode(sha256)).into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventId({:?})", self.0)
    }
}

macro_rules! event_types {
    ($($variant:ident, $wire:literal;)*) => {
        /// `event_type`.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum EventType {
            $(#[doc = concat!("`", $wire, "`.")] $variant,)*
            /// A type this version does not know, verbatim; empty where there was none.
            Unknown(Arc<str>),
        }

        impl EventType {
            /// Reads the word on the wire.
            pub fn from_wire(word: &str) -> Self {
                match word { $($wire => Self::$variant,)* other => Self::Unknown(other.into()) }
            }

            /// The word on the wire.
            pub fn wire(&self) -> &str {
                match self { $(Self::$variant => $wire,)* Self::Unknown(word) => word }
            }
        }
    };
}

event_types! {
    OrderStatusChanged, "order.status.changed";
    OrderRefundRequired, "order.refund.required";
    UserKycUpdated, "user.kyc.updated";
    FiatAccountUpdated, "fiat_account.updated";
    FiatAccountDepositReceived, "fiat_account.deposit.received";
    WalletLinked, "wallet.linked";
    WalletDepositReceived, "wallet.deposit.received";
    WalletWithdrawalStatusChanged, "wallet.withdrawal.status.changed";
}

/// What an event says about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPart {
    /// `order_id`.
    pub id: OrderId,
    /// `status`, as it was when the event was made.
    pub status: Option<Status>,
    /// `payment_details_id`; `""` (third-party payouts) is none.
    pub payment_details: Option<PaymentDetailsId>,
    /// `crypto_amount`, in whole tokens.
    pub crypto: Option<Amount>,
    /// `crypto_currency`.
    pub crypto_currency: Option<String>,
    /// `fiat_amount`, in units of the fiat currency.
    pub fiat: Option<Amount>,
    /// `fiat_currency`.
    pub fiat_currency: Option<String>,
    /// `provider`: `p2p` or `licensed`.
    pub provider: Option<String>,
}

/// What an event says about a user's KYC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KycPart {
    /// `kyc_status`.
    pub status: Option<KycStatus>,
    /// `rejection_reasons`.
    pub reasons: Vec<String>,
}

/// An event, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What makes two deliveries the same event.
    pub id: EventId,
    /// `event_type`.
    pub kind: EventType,
    /// `created_at`, the server's clock.
    pub created_at: Option<DateTime<Utc>>,
    /// The order it is about.
    pub order: Option<OrderPart>,
    /// `user_uuid`, or `user_id` of older and newer documents.
    pub user: Option<UserId>,
    /// What it says about KYC.
    pub kyc: Option<KycPart>,
    /// What could not be read.
    pub problems: Vec<FieldProblem>,
}

/// What an event asks to be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// This order.
    Order(OrderId),
    /// This user.
    User(UserId),
}

impl Event {
    /// What has to be read before the work of this event is done. Types this version does not know,
    /// or only recognises, ask nothing.
    pub fn asks(&self) -> Option<Subject> {
        match self.kind {
            EventType::OrderStatusChanged | EventType::OrderRefundRequired | EventType::FiatAccountDepositReceived => {
                self.order.as_ref().map(|order| Subject::Order(order.id.clone()))
            }
            EventType::UserKycUpdated => self.user.clone().map(Subject::User),
            _ => None,
        }
    }

    /// Whether it may be believed about whose an order is and that a user is ours.
    pub fn teaches(&self) -> bool {
        matches!(self.kind, EventType::OrderStatusChanged | EventType::OrderRefundRequired | EventType::UserKycUpdated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_as_it_came_or_not_taken() {
        assert_eq!(EventId::parse("evt_1 ü").unwrap().as_str(), "evt_1 ü");
        for text in ["", "a\nb", "a\u{0}", &"a".repeat(129)] {
            assert_eq!(EventId::parse(text), None, "{text:?}");
        }
        assert_eq!(EventId::of_hash(&[0xAB; 32]).as_str().len(), "sha256:".len() + 64);
    }

    #[test]
    fn a_type_reads_back_as_its_own_word() {
        for word in ["order.status.changed", "order.refund.required", "user.kyc.updated", "wallet.linked", "moon.rose"]
        {
            assert_eq!(EventType::from_wire(word).wire(), word);
        }
        assert!(matches!(EventType::from_wire("Order.Status.Changed"), EventType::Unknown(_)));
    }
}
