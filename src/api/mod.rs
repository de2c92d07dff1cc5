//! The partner API as typed Rust: what it answers becomes `domain`, what goes wrong becomes
//! [`ApiError`], and nothing else of HTTP gets out.
//!
//! Reads are retried, submissions are sent exactly once; a submission without a clear answer is
//! [`ApiError::OutcomeUnknown`], never a guess. The key leaves the process only as a header to the
//! configured address. May use `domain` alone. Source: reference, sections 1 to 10 and 12.

mod address;
mod client;
pub mod codes;
mod config;
mod discovery;
mod document;
mod envelope;
mod error;
mod exchange;
mod fields;
mod http;
mod key;
mod kyc;
mod orders;
mod outbox;
mod outcome;
mod payment_details;
mod quotes;
mod rails;
mod raw;
mod refunds;
mod request;
mod retry;
mod send_out;
mod submit;
mod sweep;
mod upload;
mod users;
mod webhooks;
pub mod wire;

pub use address::{ApiUrl, BadApiUrl};
pub use client::Client;
pub use config::{ClientConfig, ClockFn};
pub use document::{BadDocument, Document};
pub use error::{ApiError, Details, Rejection};
pub use key::{ApiKey, BadApiKey};
pub use orders::OrdersQuery;
pub use outbox::{Elsewhere, Others, Pause};
pub use quotes::Initiation;
pub use rails::{InstitutionsQuery, RailsQuery};
pub use raw::{BadRawPath, RawAnswer, RawMethod, RawPath};
pub use retry::RetryPolicy;
pub use submit::{Accepted, AnswerNote, SignedRequest};
pub use sweep::AllOrders;
pub use upload::Progress;
pub use wire::{OrdersPage, SetAside};
