//! The commands without a screen, as scripts use them: the real binary against the stand-alone
//! simulated API, exit codes, output, and what is nowhere in it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "cli/acting.rs"]
mod acting;
#[path = "cli/between.rs"]
mod between;
#[path = "cli/desk.rs"]
mod desk;
#[path = "cli/forgetting.rs"]
mod forgetting;
#[path = "cli/keeping.rs"]
mod keeping;
#[path = "cli/onward.rs"]
mod onward;
#[path = "cli/paying.rs"]
mod paying;
#[path = "cli/people.rs"]
mod people;
#[path = "support/process.rs"]
mod process;
#[path = "support/proxy.rs"]
mod proxy;
#[path = "cli/reading.rs"]
mod reading;
#[path = "cli/record.rs"]
mod record;
#[path = "cli/trading.rs"]
mod trading;
