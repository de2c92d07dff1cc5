//! The machine's clocks, read in this one place.

use std::sync::Arc;
use std::time::Instant;

use chrono::Utc;

use crate::api::ClockFn;
use crate::domain::{Mono, Now};

/// A reader of both clocks; the monotonic one counts from this call.
pub fn system() -> ClockFn {
    let start = Instant::now();
    Arc::new(move || Now { mono: Mono::new(start.elapsed()), wall: Utc::now() })
}
