//! Whoever stands between us and the API may change anything: each field of the order and of the
//! parameters alone, and fields together so that they agree with each other. Given pins, every case
//! is refused by a check with a name. What is accepted says on the screen what its bytes say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "tamper/authorize.rs"]
mod authorize;
#[path = "tamper/displayed.rs"]
mod displayed;
#[cfg(unix)]
#[path = "tamper/end_to_end.rs"]
mod end_to_end;
#[path = "tamper/honest.rs"]
mod honest;
#[path = "tamper/limits.rs"]
mod limits;
#[path = "tamper/onward.rs"]
mod onward;
#[cfg(unix)]
#[path = "support/process.rs"]
mod process;
