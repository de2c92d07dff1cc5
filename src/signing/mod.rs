//! Everything about signatures: what exactly would be signed, whether it may be, and by which key.
//!
//! [`typed`], [`safe`], [`calldata`] and [`review`] are pure: no clock, no I/O, no key. They decide.
//! [`keystore`] is the one place that touches a private key; it decides nothing and signs only
//! what the stages of [`crate::domain::stage`] carried to it. Source: reference, sections 6.1 to 6.3, 6.6 and 7.

#![deny(clippy::as_conversions, clippy::float_arithmetic)]

pub mod calldata;
mod checks;
pub mod facts;
pub mod keystore;
pub mod review;
pub mod safe;
pub mod typed;

pub use checks::chain;
