//! How fresh the picture is promised to be.
//!
//! Whoever asks the API promises; whoever shows what it said raises alarm when a promise is broken,
//! and only then: an alarm that lies is ignored when it is true. What is promised depends on
//! whether anything announces changes.

use std::time::Duration;

/// How old what is known may become while all goes well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// A live order that wants the operator.
    pub wanting: Duration,
    /// Another live order.
    pub live: Duration,
    /// The latest answer of all.
    pub answer: Duration,
}

impl Promise {
    /// While nothing announces changes: the intervals of asking are chosen for these.
    pub const POLLING: Self =
        Self { wanting: Duration::from_secs(3), live: Duration::from_secs(15), answer: Duration::from_secs(3) };
}
