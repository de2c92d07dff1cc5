//! The partner API as typed Rust: what it answers becomes `domain`, what goes wrong becomes
//! [`ApiError`], and nothing else of HTTP gets out.
//!
//! Reads are retried, submissions are sent exactly once; a submission without a clear answer is
//! [`ApiError::OutcomeUnknown`], never a guess. The key leaves the process only as a header to the
//! configured address. May use `domain` alone. Source: reference, sections 1 to 6 and 12.

mod address;
mod client;
pub mod codes;
mod config;
mod envelope;
mod error;
mod exchange;
mod http;
mod key;
mod orders;
mod outcome;
mod retry;
mod submit;
mod sweep;
mod users;
pub mod wire;

pub use address::{ApiUrl, BadApiUrl};
pub use client::Client;
pub use config::{ClientConfig, ClockFn};
pub use error::{ApiError, Rejection};
pub use key::{ApiKey, BadApiKey};
pub use orders::OrdersQuery;
pub use retry::RetryPolicy;
pub use submit::Accepted;
pub use sweep::AllOrders;
pub use wire::{OrdersPage, SetAside};
