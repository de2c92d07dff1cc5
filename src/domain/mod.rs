//! What an order *is*, and everything that can be said about it without asking anybody.
//!
//! Pure: no clock, no I/O, no randomness, nothing of the other modules. Time is handed in as
//! [`time::Now`]. The rule "may the operator press this?" lives in [`action`] and nowhere else;
//! knowledge of the lifecycle lives in the one table of [`status`].
//! Source of the rules: the partner API's documentation ("reference" in comments below).

pub mod action;
pub mod amount;
pub mod announced;
pub mod brief;
pub mod catalogue;
pub mod chain;
pub mod chain_address;
pub mod countdown;
pub mod event;
pub mod forward;
pub mod freshness;
pub mod id;
pub mod kyc;
pub mod next_action;
pub mod note;
pub mod observed;
pub mod order;
pub mod past;
pub mod payment;
pub mod pins;
pub mod policy;
pub mod quote;
pub mod rails;
pub mod refund;
pub mod resend;
pub mod send_out;
pub mod stage;
pub mod status;
pub mod text;
pub mod time;
pub mod timeline;
pub mod urgency;
pub mod user;
pub mod webhook;

pub use action::{ActionKind, Permit, Refusal};
pub use amount::{Amount, AtomicAmount};
pub use brief::Brief;
pub use id::{OrderId, PaymentDetailsId, QuoteId, UserId};
pub use next_action::{ActionRequired, AllowedAction, NextAction};
pub use note::Note;
pub use observed::Observed;
pub use order::{Amounts, Direction, FeeBreakdown, Order};
pub use payment::PaymentProfile;
pub use status::{Actor, Status};
pub use time::{ClockSkew, Mono, Now};
pub use user::{KycStatus, User};
