//! The dashboard as an operator has it: the real binary in a real pseudo-terminal, real keys, a
//! real simulated API over HTTP.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "pty/acting.rs"]
mod acting;
#[path = "pty/arming.rs"]
mod arming;
#[path = "pty/filling.rs"]
mod filling;
#[path = "pty/living.rs"]
mod living;
#[path = "pty/on_ramp.rs"]
mod on_ramp;
#[path = "pty/playbook.rs"]
mod playbook;
#[path = "support/process.rs"]
mod process;
#[path = "support/proxy.rs"]
mod proxy;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/receiver.rs"]
mod receiver;
#[path = "pty/resolving.rs"]
mod resolving;
#[path = "pty/restoring.rs"]
mod restoring;
#[path = "pty/scenarios.rs"]
mod scenarios;
#[path = "pty/trading.rs"]
mod trading;

/// The size of most tests: two columns, everything in sight.
const SIZE: pty::Size = (120, 40);
