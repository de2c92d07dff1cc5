//! The simulated partner API over real HTTP: endpoints, refusals, authorization, fault modes.
//!
//! The client here is written from the documents alone and shares nothing with ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "sandbox_http/authorizing.rs"]
mod authorizing;
#[path = "sandbox_http/desk.rs"]
mod desk;
#[path = "sandbox_http/discovery.rs"]
mod discovery;
#[path = "sandbox_http/documents.rs"]
mod documents;
#[path = "sandbox_http/endpoints.rs"]
mod endpoints;
#[path = "sandbox_http/faults.rs"]
mod faults;
#[path = "sandbox_http/harness.rs"]
mod harness;
#[path = "sandbox_http/hooks.rs"]
mod hooks;
#[path = "sandbox_http/kyc.rs"]
mod kyc;
#[path = "sandbox_http/on_ramp.rs"]
mod on_ramp;
#[path = "sandbox_http/payout.rs"]
mod payout;
#[path = "sandbox_http/quoting.rs"]
mod quoting;
#[path = "sandbox_http/refund.rs"]
mod refund;
#[path = "sandbox_http/scenarios.rs"]
mod scenarios;
#[path = "sandbox_http/send_out.rs"]
mod send_out;
