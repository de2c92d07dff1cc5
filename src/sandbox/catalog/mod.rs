//! What the simulated platform supports: currencies, chains, rails, institutions. All unchanging.
//!
//! Tables only; [`wire`](super::wire) is for what moves. Consistent with the payment profiles of
//! the seeded users: each of them is on a rail of this catalog, with a known institution. Source:
//! reference, section 2.

pub mod fiat;
pub mod form;
pub mod institutions;
pub mod rails;
pub mod send_out;
#[cfg(test)]
mod tests;

pub use fiat::{Fiat, fiat};
pub use form::Form;
pub use rails::Rail;

/// The only crypto currency.
pub const CRYPTO: &str = "USDT";

/// The slug of the chain it is on.
pub const BLOCKCHAIN: &str = "xai";
