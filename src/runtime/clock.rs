//! The machine's clocks, read in this one place.
//!
//! Both are read together and one reading after the other: of two readings the later one by one
//! clock is the later one by the other, unless the wall clock is set. What is compared within a run
//! goes by the monotonic clock and what is kept on the disk by the wall clock; they must agree.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::Utc;

use crate::api::ClockFn;
use crate::domain::{Mono, Now};

/// A reader of both clocks; the monotonic one counts from this call.
pub fn system() -> ClockFn {
    let start = Instant::now();
    let turn = Mutex::new(());
    Arc::new(move || {
        let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
        Now { mono: Mono::new(start.elapsed()), wall: Utc::now() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without taking turns a reader that is held up between the two clocks contradicts another.
    #[test]
    fn both_clocks_put_readings_in_the_same_order() {
        let clock = system();
        let read = || (0..20_000).map(|_| clock()).collect::<Vec<_>>();
        let mut all: Vec<Now> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(read)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        all.sort_by_key(|now| now.mono);
        assert!(all.is_sorted_by_key(|now| now.wall), "or the machine's clock was set back at this moment");
    }
}
