//! The webhook listener over real HTTP: what is forged, broken, slow or repeated changes nothing,
//! what is signed is on the disk before it is acknowledged, and no work is lost by a crash.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "webhook_receiver/books.rs"]
mod books;
#[path = "webhook_receiver/harness.rs"]
mod harness;
#[path = "webhook_receiver/keeping.rs"]
mod keeping;
#[path = "webhook_receiver/pressing.rs"]
mod pressing;
#[path = "webhook_receiver/refusing.rs"]
mod refusing;
#[path = "webhook_receiver/wiring.rs"]
mod wiring;
#[path = "webhook_receiver/working.rs"]
mod working;
